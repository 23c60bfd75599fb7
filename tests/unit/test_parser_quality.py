"""Parser figures from a confusion matrix."""

import numpy as np
import pytest

from s2flow_app.labels import NECKLACE, NOSE, NUM_CLASSES
from s2flow_app.training.evaluation.parser_quality import scores


def test_a_perfect_parser_scores_one() -> None:
    found = scores(np.eye(NUM_CLASSES, dtype=np.int64) * 7)
    assert found["mean_f1"] == found["mean_iou"] == found["pixel_accuracy"] == 1


def test_a_confused_class_is_scored_by_overlap() -> None:
    confusion = np.eye(NUM_CLASSES, dtype=np.int64) * 10
    confusion[NOSE, NOSE], confusion[NOSE, 1] = 5, 5
    found = scores(confusion)
    assert found["f1"]["nose"] == pytest.approx(10 / 15, abs=1e-3)
    assert found["iou"]["nose"] == pytest.approx(0.5)


def test_the_necklace_is_left_out_of_the_means() -> None:
    confusion = np.eye(NUM_CLASSES, dtype=np.int64)
    confusion[NECKLACE, NECKLACE] = 0
    assert scores(confusion)["mean_f1"] == 1
