"""How far the landmark net's points are off, on crops as the face finder cuts them."""

from typing import Any, Final

import cv2
import numpy as np
import torch

from s2flow_app.alignment import LEFT_EYE_POINTS, RIGHT_EYE_POINTS, alignment_error, five_points
from s2flow_app.nets.images import to_img
from s2flow_app.nets.landmarks import INPUT_SIZE, LandmarkNet
from s2flow_app.training.augment import warp
from s2flow_app.training.data import FaceData
from s2flow_app.training.evaluation.intervals import share, summary

SQUARE_EYE_DISTANCES: Final = 2.6
DOWN_EYE_DISTANCES: Final = 0.3
"""The square that the net is trained on: its side, and its middle below that of the eyes."""


def landmark_error(net: LandmarkNet, data: FaceData) -> dict[str, Any]:
    """Mean distance of the 478 points, and the alignment's error, in eye distances.

    The truth are the data's pseudo-labels.
    """
    crops, truths = [], []
    for i in data.select(held_out=True):
        points = data.points[i]
        eyes = [points[list(ids)].mean(0) for ids in (LEFT_EYE_POINTS, RIGHT_EYE_POINTS)]
        across = eyes[1] - eyes[0]
        side = SQUARE_EYE_DISTANCES * float(np.linalg.norm(across))
        middle = (eyes[0] + eyes[1]) / 2 + DOWN_EYE_DISTANCES * np.array([-across[1], across[0]])
        scale = INPUT_SIZE / side
        matrix = np.array(
            [[scale, 0, INPUT_SIZE / 2 - scale * middle[0]],
             [0, scale, INPUT_SIZE / 2 - scale * middle[1]]], np.float32,
        )  # fmt: skip
        crops.append(warp(data.images[i], matrix, INPUT_SIZE))
        truths.append(cv2.transform(points[None], matrix)[0])
    found, scores = [], []
    with torch.inference_mode():
        for start in range(0, len(crops), 64):
            points, logits = net(to_img(np.stack(crops[start : start + 64])))
            found += list(points.numpy() * INPUT_SIZE)
            scores += logits.tolist()
    errors, aligned = [], []
    for points, truth in zip(found, truths, strict=True):
        apart = np.linalg.norm(points - truth, axis=1).mean()
        errors.append(float(apart) / (INPUT_SIZE / SQUARE_EYE_DISTANCES))
        five = (five_points(p.astype(np.float32)) for p in (points, truth))
        aligned.append(alignment_error(*five))
    return {
        "faces": len(errors),
        "error": summary(errors),
        "alignment_error": summary(aligned),
        "taken_for_a_face": share([score > 0 for score in scores]),
    }
