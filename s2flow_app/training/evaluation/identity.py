"""Whether two pictures show the same person, to a network that is in no loss: dlib's.

`dlib` and its weights are the optional extra `evaluate`; without them the figures say so. Below
0.6 dlib takes two pictures for one person.
"""

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

WEIGHTS: Final = "face_recognition_models"
MISSING: Final = (
    "dlib or its weights are not installed: pip install 's2flow-app[evaluate]' to measure identity"
)
SIZE: Final = 256
USUAL_FACE: Final = (52, 78, 204, 230)
"""Left, top, right, bottom of the face in an aligned crop of `SIZE`, where none is detected."""


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    """A photo that drawings are compared with."""

    photo: NDArray[np.uint8]
    place: Any
    """Where the face is; drawings of it use the same, so that none is lost."""
    descriptor: NDArray[np.float64]


class Identity:
    """dlib's face descriptors; make one by `load_identity`."""

    def __init__(self, dlib: Any, models: Path) -> None:
        self._dlib = dlib
        self._detect = dlib.get_frontal_face_detector()
        self._points = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
        self._net = dlib.face_recognition_model_v1(
            str(models / "dlib_face_recognition_resnet_model_v1.dat")
        )
        self._known: _Person | None = None
        """Of the last photo: many drawings are compared with it."""

    def distance(self, photo: NDArray[np.uint8], picture: NDArray[np.uint8]) -> float:
        """Of an aligned ``photo`` and a drawing of it, each ``[H, H, 3]``."""
        known = self._known
        if known is None or known.photo is not photo:
            place = self._place(photo)
            known = self._known = _Person(photo, place, self._descriptor(photo, place))
        apart = known.descriptor - self._descriptor(picture, known.place)
        return float(np.linalg.norm(apart))

    def _place(self, photo: NDArray[np.uint8]) -> Any:
        found = self._detect(_sized(photo), 0)
        return max(found, key=lambda r: r.area()) if found else self._dlib.rectangle(*USUAL_FACE)

    def _descriptor(self, picture: NDArray[np.uint8], place: Any) -> NDArray[np.float64]:
        """``[128]`` of an aligned ``picture [H, H, 3]`` whose face is at ``place``."""
        image = _sized(picture)
        return np.array(self._net.compute_face_descriptor(image, self._points(image, place)))


def load_identity() -> Identity | None:
    """None where the extra is not installed."""
    weights = importlib.util.find_spec(WEIGHTS)  # its code wants a module that is no more: unread
    if weights is None or not weights.submodule_search_locations:
        return None
    if importlib.util.find_spec("dlib") is None:
        return None
    folder = Path(weights.submodule_search_locations[0]) / "models"
    return Identity(importlib.import_module("dlib"), folder)


def _sized(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    way = cv2.INTER_AREA if picture.shape[0] > SIZE else cv2.INTER_CUBIC
    sized = cv2.resize(picture, (SIZE, SIZE), interpolation=way).astype(np.uint8)
    return np.ascontiguousarray(sized)
