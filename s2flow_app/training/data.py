"""The training data: aligned faces, landmarks and label maps, and which of them are held out.

The folder is laid out as `images/*.jpg` (256 px aligned faces), `labels/*.png` (class ids),
`landmarks.npz` (`names`, `points`). Pictures are cached as one uint8 array per size in the work
folder, so that a stage starts in seconds.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.errors import DataError
from s2flow_app.training.augment import resized

IMAGE_SIZE = 256


def is_held_out(name: str) -> bool:
    """True if no stage may train on picture ``name`` (no extension): design, Measures."""
    limit = 102 if is_portrait(name) else 26
    return hashlib.sha256(name.encode()).digest()[0] < limit


def is_portrait(name: str) -> bool:
    """True of the CC0 portraits: photos in real-looking scenes."""
    return name.startswith("cc0-")


@dataclass(frozen=True, slots=True, eq=False)
class FaceData:
    """All faces of a data folder in memory."""

    names: tuple[str, ...]
    images: NDArray[np.uint8]
    """``[N, 256, 256, 3]`` RGB."""
    points: NDArray[np.float32]
    """``[N, 478, 2]`` pixels of the 256 px crop."""
    label_names: tuple[str, ...]
    label_maps: NDArray[np.uint8]
    """``[M, 256, 256]`` class ids of the pictures in `label_names`."""

    def select(self, *, held_out: bool) -> NDArray[np.int64]:
        """Indices into `names` of the held-out or of the training pictures."""
        return np.flatnonzero([is_held_out(n) == held_out for n in self.names])

    def held_out_portraits(self) -> NDArray[np.int64]:
        """Indices into `names` of the CC0 portraits that no stage trains on."""
        held_out = self.select(held_out=True)
        return held_out[np.array([is_portrait(self.names[i]) for i in held_out], dtype=np.bool_)]

    def pictures(
        self, ids: NDArray[np.int64], size: int, *, mirrored: NDArray[np.bool_] | None = None
    ) -> NDArray[np.uint8]:
        """``[N, size, size, 3]`` of the faces ``ids [N]``; those that are ``mirrored [N]``, so."""
        found = [resized(self.images[i], size) for i in ids]
        if mirrored is not None:
            found = [p[:, ::-1] if m else p for p, m in zip(found, mirrored, strict=True)]
        return np.stack(found)

    def select_labelled(self, *, held_out: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices into `images` and into `label_maps` of the pictures that have a map."""
        where = {name: i for i, name in enumerate(self.names)}
        pairs = [
            (where[name], j)
            for j, name in enumerate(self.label_names)
            if is_held_out(name) == held_out
        ]
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]


def load_faces(folder: Path, *, cache: Path) -> FaceData:
    """Read the data folder, from the cache when it is there.

    Raises:
        DataError: the folder lacks a part.
    """
    landmarks = folder / "landmarks.npz"
    if not landmarks.is_file() or not (folder / "images").is_dir():
        raise DataError(
            f"{folder} is not a portraits data folder.",
            "It needs images/, labels/ and landmarks.npz as described in the README, Training.",
        )
    with np.load(landmarks) as file:
        names = tuple(str(n) for n in file["names"])
        points = file["points"].astype(np.float32)
    label_names = tuple(sorted(p.stem for p in (folder / "labels").glob("*.png")))
    cache.mkdir(parents=True, exist_ok=True)
    images = _cached(
        cache / "images-256.npy",
        [folder / "images" / f"{n}.jpg" for n in names],
        cv2.IMREAD_COLOR_RGB,
    )
    label_maps = _cached(
        cache / "labels-256.npy",
        [folder / "labels" / f"{n}.png" for n in label_names],
        cv2.IMREAD_UNCHANGED,
    )
    return FaceData(names, images, points, label_names, label_maps)


def _cached(cache: Path, paths: list[Path], flags: int) -> NDArray[np.uint8]:
    if cache.is_file():
        array = np.load(cache, mmap_mode="r")
        if len(array) == len(paths):
            return array
    pictures = []
    for path in paths:
        picture = cv2.imread(str(path), flags)
        if picture is None:
            raise DataError(f"{path} cannot be read as a picture.", "Fetch the data again.")
        if picture.shape[:2] != (IMAGE_SIZE, IMAGE_SIZE):
            way = cv2.INTER_NEAREST if flags == cv2.IMREAD_UNCHANGED else cv2.INTER_AREA
            picture = cv2.resize(picture, (IMAGE_SIZE, IMAGE_SIZE), interpolation=way)
        pictures.append(picture)
    array = np.stack(pictures)
    np.save(cache, array)
    return array
