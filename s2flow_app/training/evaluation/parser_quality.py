"""How well a parser does on the held-out labelled faces."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.parse import parse_photo
from s2flow_app.labels import CLASSES, NECKLACE, NUM_CLASSES
from s2flow_app.nets.parser import AnyParser
from s2flow_app.training.data import FaceData
from s2flow_app.training.evaluation.intervals import summed_interval

JUDGED = [k for k in range(NUM_CLASSES) if k != NECKLACE]
"""The means leave out the necklace, of which the data holds next to nothing."""


def parser_quality(parser: AnyParser, data: FaceData) -> dict[str, Any]:
    """F1 and IoU per class over all pixels of the held-out faces at 256 px, with intervals."""
    image_ids, map_ids = data.select_labelled(held_out=True)
    confusions = np.stack(
        [
            _confusion(parser, data.images[i], data.label_maps[j])
            for i, j in zip(image_ids, map_ids, strict=True)
        ]
    )
    found = scores(confusions.sum(0))
    for measure in ("f1", "iou"):
        found[f"mean_{measure}_interval"] = summed_interval(
            confusions, lambda c, m=measure: float(_overlaps(c)[m][JUDGED].mean())
        )
        found[f"{measure}_intervals"] = {
            c.key: summed_interval(confusions, lambda s, m=measure, k=c.id: _overlaps(s)[m][k])
            for c in CLASSES
        }
    return {"faces": len(map_ids), **found}


def scores(confusion: NDArray[np.int64]) -> dict[str, Any]:
    """Accuracy, F1 and IoU of a confusion matrix ``[truth, found]`` of pixel counts."""
    overlaps = _overlaps(confusion)
    hit = np.diag(confusion).sum()
    return {
        "pixel_accuracy": round(float(hit / max(1, confusion.sum())), 4),
        "mean_f1": round(float(overlaps["f1"][JUDGED].mean()), 4),
        "mean_iou": round(float(overlaps["iou"][JUDGED].mean()), 4),
        "f1": {c.key: round(float(overlaps["f1"][c.id]), 3) for c in CLASSES},
        "iou": {c.key: round(float(overlaps["iou"][c.id]), 3) for c in CLASSES},
    }


def _overlaps(confusion: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    hit, truth, found = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    return {
        "f1": 2 * hit / np.maximum(truth + found, 1),
        "iou": hit / np.maximum(truth + found - hit, 1),
    }


def _confusion(
    parser: AnyParser, image: NDArray[np.uint8], label_map: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """``[19, 19]`` pixel counts of one face."""
    found = parse_photo(parser, np.ascontiguousarray(image))
    pairs = label_map.astype(np.int64) * NUM_CLASSES + found
    return np.bincount(pairs.ravel(), minlength=NUM_CLASSES**2).reshape(NUM_CLASSES, NUM_CLASSES)
