"""The face finder's figures count what a finder that is known to do so finds and misses."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.errors import DataError
from s2flow_app.model.face import FaceBox
from s2flow_app.training.data import is_held_out
from s2flow_app.training.evaluation.faces_quality import POINT_KEYS, faces_quality

SIDE = 64
POINTS = np.array([[24, 24], [40, 24], [32, 32], [26, 42], [38, 42]], np.float32)
NAMES = tuple(f"cc0-{i:04d}" for i in range(6))
"""A collage of two, one of three and one photo that is left out of them."""
EMPTY = NAMES[2]
"""Its picture shows nothing."""


def folder_of_squares(folder: Path) -> Path:
    """Grey photos, each with a white square about its face, but one."""
    truths = {}
    for name in NAMES:
        image = np.full((SIDE, SIDE, 3), 100, np.uint8)
        if name != EMPTY:
            image[16:48, 16:48] = 255
        cv2.imwrite(str(folder / f"{name}.png"), image)
        points = dict(zip(POINT_KEYS, POINTS.tolist(), strict=True))
        truths[f"{name}.png"] = {"points": points}
    (folder / "faces.json").write_text(json.dumps(truths), encoding="utf-8")
    return folder


def find_squares(image: NDArray[np.uint8], *, off: float = 0.0) -> list[FaceBox]:
    """A face in every white square, ``off`` eye distances to the right."""
    white = (image[:, :, 0] > 180).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(white)
    faces = []
    for x, y, width, *_ in stats[1:]:
        scale = width / 32
        points = (POINTS - 16 + np.array([off * 16, 0], np.float32)) * scale + np.array(
            [x, y], np.float32
        )
        faces.append(FaceBox(points, np.zeros((4, 2), np.float32), 1.0))
    return faces


def test_found_missed_and_the_error(tmp_path: Path) -> None:
    figures = faces_quality(lambda i: find_squares(i, off=0.1), folder_of_squares(tmp_path))
    assert (figures["photos"], figures["found"], figures["false"]) == (6, 5, 0)
    assert figures["missed"] == [EMPTY]
    assert figures["alignment_error_median"] == pytest.approx(0.1, abs=1e-3)
    assert figures["alignment_error_p90"] == pytest.approx(0.1, abs=1e-3)
    assert figures["collages"] == {"faces": 5, "found": 4, "false": 0}


def test_seen_and_held_out_photos_are_told_apart(tmp_path: Path) -> None:
    held_out = [name for name in NAMES if is_held_out(name)]
    figures = faces_quality(find_squares, folder_of_squares(tmp_path))
    assert figures["held_out_photos"] == len(held_out)
    assert figures["seen_photos"] == len(NAMES) - len(held_out)
    assert figures["held_out_found"] == len([name for name in held_out if name != EMPTY])
    assert figures["held_out_found"] + figures["seen_found"] == figures["found"]


def test_a_face_far_from_the_true_one_is_missed_and_false(tmp_path: Path) -> None:
    figures = faces_quality(lambda i: find_squares(i, off=0.9), folder_of_squares(tmp_path))
    assert (figures["found"], figures["false"]) == (0, 5)
    assert figures["alignment_error_median"] is None
    assert figures["collages"]["found"] == 0
    assert figures["collages"]["false"] == 4


def test_a_second_face_in_the_same_place_is_false(tmp_path: Path) -> None:
    figures = faces_quality(lambda i: find_squares(i) * 2, folder_of_squares(tmp_path))
    assert (figures["found"], figures["false"]) == (5, 5)
    assert figures["collages"]["false"] == 4


def test_enlarged_photos_are_timed(tmp_path: Path) -> None:
    enlarged = faces_quality(find_squares, folder_of_squares(tmp_path))["enlarged"]
    assert list(enlarged) == ["12 MP", "50 MP"]
    for figures in enlarged.values():
        assert (figures["photos"], figures["found"], figures["false"]) == (4, 3, 0)
        assert figures["alignment_error_median"] < 0.1
        assert figures["seconds_median"] > 0


def test_a_folder_without_faces_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"faces\.json"):
        faces_quality(find_squares, tmp_path)
