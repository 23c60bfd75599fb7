"""Whether an edit is as finely drawn as the photo about it, in photos of 12 megapixels.

Photos are enlarged, edited and exported as in use. What is held against the bar is
`engine.sharpness.energy_ratio` of the written file; the same in the photo before says what lies in
the faces themselves.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import crop_matrix
from s2flow_app.engine.session import Session
from s2flow_app.engine.sharpness import energy_ratio, inside_and_ring
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import EditedFace
from s2flow_app.training.data import is_held_out
from s2flow_app.training.evaluation.intervals import share, summary
from s2flow_app.training.evaluation.sheets import Sheet
from s2flow_app.training.evaluation.subjects import edits_of

MEGAPIXELS: Final = 12
EDITED: Final = ("smile", "raise_brows", "wider_nose", "fuller_hair", "shorter_hair")
WITHIN: Final = (0.6, 1.6)
"""Of the energies' ratio: the edit looks as sharp as what is about it."""


@dataclass(frozen=True, slots=True)
class Energies:
    """Ratios, inside of an edit over the ring about it."""

    after: float
    before: float
    """In the photo that was not edited."""


def texture(session: Session, photos: Path, *, count: int, sheets: Path | None) -> dict[str, Any]:
    """Ratios of edits of the first ``count`` held-out photos in the folder ``photos``."""
    files = [p for p in sorted(photos.glob("*.jpg")) if is_held_out(p.stem)][:count]
    ratios: dict[str, list[Energies]] = {name: [] for name in EDITED}
    sheet = Sheet(sheets, "enlarged.png", size_px=384, columns=1 + len(EDITED))
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            large = Path(folder) / "large.png"
            cv2.imwrite(str(large), _enlarged(file))
            photo, found = session.open_photo(large)
            if not found:
                continue
            face = session.prepare_face(found[0].points)
            row = []
            for scripted, edit in edits_of(face, EDITED):
                out = Path(folder) / "edited.png"
                state = session.render(edit)[0]
                session.export([EditedFace(face.state, state)], out)
                edited = cv2.imread(str(out), cv2.IMREAD_COLOR_RGB)
                assert edited is not None  # it was just written
                energies = _ratio(edited.astype(np.uint8), photo, face.state.quad, state.replaced)
                if energies is not None:
                    ratios[scripted.name].append(energies)
                row.append(_part(edited.astype(np.uint8), face.state.quad, edit))
            if row:
                sheet.add([_part(photo, face.state.quad, None), *row])
    sheet.write()
    every = [one for of in ratios.values() for one in of]
    return {
        "photos": len(files),
        "megapixels": MEGAPIXELS,
        "within": list(WITHIN),
        "all": _figures(every),
        "edits": {name: _figures(of) for name, of in ratios.items()},
    }


def _figures(ratios: Sequence[Energies]) -> dict[str, Any]:
    after = np.array([one.after for one in ratios])
    before = np.array([one.before for one in ratios])
    return {
        "ratio": summary(after),
        "ratio_before": summary(before),
        "within": share((after >= WITHIN[0]) & (after <= WITHIN[1])),
        "within_before": share((before >= WITHIN[0]) & (before <= WITHIN[1])),
    }


def _ratio(
    edited: NDArray[np.uint8], photo: NDArray[np.uint8], quad: NDArray[np.float32],
    replaced: NDArray[np.uint8],
) -> Energies | None:  # fmt: skip
    size = (photo.shape[1], photo.shape[0])
    matrix = crop_matrix(quad, replaced.shape[0])
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    there = cv2.warpAffine(replaced, matrix, size, flags=way).astype(np.uint8, copy=False)
    where = inside_and_ring(there, float(np.linalg.norm(quad[3] - quad[0])))
    after, before = (energy_ratio(_grey(picture), *where) for picture in (edited, photo))
    return None if after is None or before is None else Energies(after, before)


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)


def _enlarged(file: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    assert picture is not None, file
    scale = (MEGAPIXELS * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def _part(
    photo: NDArray[np.uint8], quad: NDArray[np.float32], edit: Edit | None
) -> NDArray[np.uint8]:
    """``[384, 384, 3]`` pixels of the photo as they are, about the middle of an edit."""
    half = 192
    middle = quad.mean(0)
    if edit is not None:
        rows, columns = np.nonzero(edit.label_map != edit.base.label_map)
        place = np.array([np.median(columns), np.median(rows)]) / edit.label_map.shape[0]
        middle = quad[0] + place[0] * (quad[3] - quad[0]) + place[1] * (quad[1] - quad[0])
    x = int(np.clip(middle[0], half, photo.shape[1] - half))
    y = int(np.clip(middle[1], half, photo.shape[0] - half))
    return np.ascontiguousarray(photo[y - half : y + half, x - half : x + half])
