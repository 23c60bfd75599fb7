"""How well the face finder does on photos as a user has them."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import alignment_error
from s2flow_app.errors import DataError
from s2flow_app.model.face import FaceBox
from s2flow_app.training.data import is_held_out

Find = Callable[[NDArray[np.uint8]], list[FaceBox]]
Image8 = NDArray[np.uint8]

POINT_KEYS: Final = (
    "eye_image_left", "eye_image_right", "nose_tip", "mouth_image_left", "mouth_image_right",
)  # fmt: skip
SAME_FACE: Final = 0.5
"""A found face is the true one if its points are off by less, in eye distances."""
COLLAGES: Final = (2, 3, 4, 5, 6)
ENLARGED_MEGAPIXELS: Final = (12, 50)
ENLARGED_PHOTOS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Photo:
    name: str
    image: Image8
    points: NDArray[np.float32]
    """``[5, 2]``"""


def faces_quality(find: Find, folder: Path) -> dict[str, Any]:
    """Faces found, false ones and the alignment's error; also of what training saw and did not.

    Args:
        find: as `FaceFinder.find`.
        folder: photos with one face each and `faces.json` (points per file name).

    Raises:
        DataError: the folder is not laid out so.
    """
    photos = _read(folder)
    errors: dict[str, float] = {}
    false, missed = 0, []
    for photo in photos:
        error, others = _match(find(photo.image), photo.points)
        false += others
        if error is None:
            missed.append(photo.name)
        else:
            errors[photo.name] = error
    answer: dict[str, Any] = {"missed": missed, "false": false, **_errors(photos, errors)}
    for title, held_out in (("seen", False), ("held_out", True)):
        part = [photo for photo in photos if is_held_out(photo.name) == held_out]
        answer |= {f"{title}_{key}": value for key, value in _errors(part, errors).items()}
    return answer | {"collages": _collages(find, photos), "enlarged": _enlarged(find, photos)}


def _errors(photos: list[_Photo], errors: dict[str, float]) -> dict[str, Any]:
    """How many of ``photos`` are in ``errors`` (by name), and their errors; None without any."""
    found = [errors[photo.name] for photo in photos if photo.name in errors]
    return {
        "photos": len(photos),
        "found": len(found),
        "alignment_error_median": _rounded(np.median(found)) if found else None,
        "alignment_error_p90": _rounded(np.percentile(found, 90)) if found else None,
    }


def _collages(find: Find, photos: list[_Photo]) -> dict[str, Any]:
    """Photos side by side in two rows, as many as they are; a single last one is left out."""
    total = found = false = start = 0
    sizes = (COLLAGES * len(photos))[: len(photos)]
    for size in sizes:
        part = photos[start : start + size]
        start += size
        if len(part) < 2:
            break
        columns = (len(part) + 1) // 2
        side = part[0].image.shape[0]
        canvas = np.full((2 * side, columns * side, 3), 128, np.uint8)
        truths = []
        for k, photo in enumerate(part):
            x, y = k % columns * side, k // columns * side
            canvas[y : y + side, x : x + side] = cv2.resize(photo.image, (side, side))
            truths.append(photo.points * (side / photo.image.shape[0]) + (x, y))
        boxes = find(canvas)
        hits = [_match(boxes, points)[0] is not None for points in truths]
        total, found, false = total + len(part), found + sum(hits), false + len(boxes) - sum(hits)
    return {"faces": total, "found": found, "false": false}


def _enlarged(find: Find, photos: list[_Photo]) -> dict[str, Any]:
    """The first photos at 12 and at 50 megapixels."""
    answers = {}
    for megapixels in ENLARGED_MEGAPIXELS:
        side = round((megapixels * 1e6) ** 0.5)
        errors, seconds, false = [], [], 0
        for photo in photos[:ENLARGED_PHOTOS]:
            large = cv2.resize(photo.image, (side, side), interpolation=cv2.INTER_CUBIC)
            start = time.perf_counter()
            boxes = find(large.astype(np.uint8, copy=False))
            seconds.append(time.perf_counter() - start)
            error, others = _match(boxes, photo.points * (side / photo.image.shape[0]))
            false += others
            errors += [] if error is None else [error]
        answers[f"{megapixels} MP"] = {
            "photos": len(seconds),
            "found": len(errors),
            "false": false,
            "alignment_error_median": _rounded(np.median(errors)) if errors else None,
            "seconds_median": _rounded(np.median(seconds)),
        }
    return answers


def _match(found: list[FaceBox], truth: NDArray) -> tuple[float | None, int]:
    """The error of the best match, or None, and how many others were found."""
    errors = [alignment_error(face.points, truth.astype(np.float32)) for face in found]
    if not errors or min(errors) > SAME_FACE:
        return None, len(found)
    return min(errors), len(found) - 1


def _read(folder: Path) -> list[_Photo]:
    try:
        truths = json.loads((folder / "faces.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{folder} has no readable faces.json.", "Give a folder of photos with their faces."
        ) from error
    photos = []
    for file, truth in sorted(truths.items()):
        image = cv2.imread(str(folder / file), cv2.IMREAD_COLOR_RGB)
        if image is None:
            raise DataError(f"{folder / file} cannot be read as a picture.", "Fetch it again.")
        points = np.array([truth["points"][key] for key in POINT_KEYS], np.float32)
        photos.append(_Photo(Path(file).stem, image.astype(np.uint8, copy=False), points))
    return photos


def _rounded(value: Any) -> float:
    return round(float(value), 4)
