"""Sheets of pictures beside the figures: unchosen, in the order they were judged."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.session import Session
from s2flow_app.model.edit import Edit
from s2flow_app.training.augment import resized
from s2flow_app.training.evaluation.subjects import JUDGED, KINDS

ROWS: Final = 20
GENERATED: Final = 20
GENERATED_PX: Final = 128
JPEG_QUALITY: Final = 80
"""The card's sheet is part of the pack, whose size has a bar."""


class Sheet:
    """Collects rows of pictures and writes them as one.

    Args:
        folder: None: nothing is kept nor written.
        size_px: of each picture.
        columns: rows are filled up to so many pictures with the first one of theirs.
    """

    def __init__(self, folder: Path | None, name: str, *, size_px: int, columns: int) -> None:
        self._file = None if folder is None else folder / name
        self._size_px, self._columns = size_px, columns
        self._rows: list[NDArray[np.uint8]] = []

    def add(self, pictures: Sequence[NDArray[np.uint8]]) -> None:
        """One row of pictures ``[H, H, 3]``; rows after the first `ROWS` are left out."""
        if self._file is None or len(self._rows) >= ROWS:
            return
        filled = [*pictures, *[pictures[0]] * (self._columns - len(pictures))]
        self._rows.append(np.concatenate([_sized(p, self._size_px) for p in filled], 1))

    def write(self) -> None:
        """The sheet, if there is a folder for it."""
        if self._file is not None and self._rows:
            write_picture(self._file, np.concatenate(self._rows))


def generated_sheet(session: Session, path: Path) -> None:
    """Twenty made-up faces, seeds 1 to 20, unchosen: each as it is and with one edit a kind."""
    rows = []
    for seed in range(1, GENERATED + 1):
        face = session.prepare_face(session.new_face(seed)[1][0].points)
        row = [face.state.crop]
        for kind in KINDS:
            edit = next(e for e in JUDGED if e.kind == kind)
            asked = edit.apply(face.state.label_map)
            row.append(session.render(Edit(face.state, asked))[0].crop)
        rows.append([_sized(p, GENERATED_PX) for p in row])
    half = len(rows) // 2
    whole = [np.concatenate(a + b, 1) for a, b in zip(rows[:half], rows[half:], strict=True)]
    write_picture(path, np.concatenate(whole))


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write an RGB picture ``[H, W, 3]``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if path.suffix == ".jpg" else []
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), quality)


def _sized(picture: NDArray[np.uint8], size_px: int) -> NDArray[np.uint8]:
    if picture.shape[0] >= size_px:
        return resized(picture, size_px)
    larger = cv2.resize(picture, (size_px, size_px), interpolation=cv2.INTER_CUBIC)
    return larger.astype(np.uint8, copy=False)
