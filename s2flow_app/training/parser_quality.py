"""How well a parser does on the held-out labelled faces."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from s2flow_app.labels import CLASSES, NECKLACE, NUM_CLASSES
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import AnyParser
from s2flow_app.training.data import FaceData


def parser_quality(parser: AnyParser, data: FaceData) -> dict[str, Any]:
    """F1 and IoU per class over all pixels of the held-out faces at 256 px.

    The means leave out the necklace, of which the data holds next to nothing.
    """
    image_ids, map_ids = data.select_labelled(held_out=True)
    confusion = np.zeros((NUM_CLASSES, NUM_CLASSES), np.int64)
    for i, j in zip(image_ids, map_ids, strict=True):
        with torch.no_grad():
            logits = parser(to_img(data.images[i][None].copy()))
            logits = F.interpolate(logits, size=256, mode="bilinear", align_corners=False)
        found = logits.argmax(1)[0].numpy()
        pairs = data.label_maps[j].astype(np.int64) * NUM_CLASSES + found
        confusion += np.bincount(pairs.ravel(), minlength=NUM_CLASSES**2).reshape(confusion.shape)
    return {"faces": len(map_ids), **scores(confusion)}


def scores(confusion: np.ndarray) -> dict[str, Any]:
    """Accuracy, F1 and IoU of a confusion matrix ``[truth, found]`` of pixel counts."""
    hit, truth, found = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    f1 = 2 * hit / np.maximum(truth + found, 1)
    iou = hit / np.maximum(truth + found - hit, 1)
    judged = [k for k in range(NUM_CLASSES) if k != NECKLACE]
    return {
        "pixel_accuracy": round(float(hit.sum() / max(1, confusion.sum())), 4),
        "mean_f1": round(float(f1[judged].mean()), 4),
        "mean_iou": round(float(iou[judged].mean()), 4),
        "f1": {c.key: round(float(f1[c.id]), 3) for c in CLASSES},
        "iou": {c.key: round(float(iou[c.id]), 3) for c in CLASSES},
    }
