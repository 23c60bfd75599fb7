"""What each style slider moves at full strength: its own proxy, the others', the map, the person,
what lies outside of its part, the face's structure.

Sliders act on their own part, as the window offers them, and are judged in the composed crop.
Movements are in standard deviations of the proxies over held-out photos. A slider keeps its bar
on a face if its own proxy moves at least `OWN` the right way and no other by more than `OTHERS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.measure import surroundings
from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.session import Session
from s2flow_app.engine.style_proxies import TITLES, Regions, proxies, to_lab
from s2flow_app.labels import FACE, NUM_CLASSES, LabelMap
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import CROP_SIZE, FaceState
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import AnyParser, FaceParser
from s2flow_app.style_parts import default_regions
from s2flow_app.training.data import FaceData, is_held_out
from s2flow_app.training.evaluation.identity import Identity
from s2flow_app.training.evaluation.intervals import share, summary
from s2flow_app.training.evaluation.patches import ENLARGED
from s2flow_app.training.evaluation.sheets import ROWS, Sheet
from s2flow_app.training.evaluation.subjects import prepared

OWN: Final = 1.0
OTHERS: Final = 0.3
SPREAD_FACES: Final = 200
ENDS: Final = (-1.0, 1.0)
COLOURS: Final = (
    "hair_lightness", "hair_warmth", "skin_lightness", "skin_warmth", "skin_redness", "under_eyes",
    "lips_colour", "lips_lightness", "background_lightness", "background_warmth",
)  # fmt: skip
"""The sliders that change a part's colour, and nothing else."""
FINE_SIGMA_PX: Final = 2.0
"""Of the crop's 512: what a blur of this takes away is the face's fine structure."""
FLAT: Final = 1e-3
"""Energy per pixel, of 255 squared: less is rounding, no structure."""
LEAST_PX: Final = 64
"""Of 512 x 512: a class of which there is less does not count in the overlap of two maps."""


@dataclass(slots=True)
class _Slider:
    own: list[float] = field(default_factory=list)
    """Movement the right way, one a face and end."""
    others: list[float] = field(default_factory=list)
    """The largest movement of another proxy."""
    by_other: list[NDArray[np.float64]] = field(default_factory=list)
    """``[K]`` movements, NaN where a face does not show it."""
    map_iou: list[float] = field(default_factory=list)
    outside_de: list[float] = field(default_factory=list)
    structure_changed: list[float] = field(default_factory=list)
    identity: list[float] = field(default_factory=list)

    def summary(self, names: Sequence[str], own: str) -> dict[str, Any]:
        if not self.own:
            return {"cases": 0}
        moved, others = np.array(self.own), np.array(self.others)
        of_each = np.abs(np.stack(self.by_other))
        largest = {
            name: round(float(np.nanquantile(of_each[:, k], 0.9)), 3)
            for k, name in enumerate(names)
            if name != own and not np.isnan(of_each[:, k]).all()
        }
        return {
            "cases": len(moved),
            "own": summary(moved),
            "right_way": share(moved > 0),
            "moves_enough": share(moved >= OWN),
            "largest_other": summary(others),
            "leaves_others": share(others <= OTHERS),
            "keeps_bar": share((moved >= OWN) & (others <= OTHERS)),
            "others_p90": largest,
            "map_iou": summary(self.map_iou),
            "outside_de": summary(self.outside_de),
            "structure_changed": summary(self.structure_changed),
            "identity": summary(self.identity),
        }


def style_sliders(
    session: Session, judge: FaceParser, identity: Identity | None, faces: FaceData,
    picked: Sequence[int], sheets: Path | None,
) -> dict[str, Any]:  # fmt: skip
    """Every slider of the pack that has a proxy, to both ends, on the picked faces."""
    names = list(TITLES)
    offered = [name for name, _ in session.attributes if name in TITLES]
    spread = proxy_spread(judge, faces)
    sliders = {name: _Slider() for name in offered}
    size_px = session.resolution
    sheet = Sheet(sheets, "sliders.png", size_px=size_px, columns=1 + 2 * len(offered))
    for i in picked:
        face = prepared(session, faces, i)
        regions = Regions.of(face.state.label_map)
        crop, label_map = face.state.crop, face.state.label_map
        rest = measured(crop, regions)
        parsed = parse_crop(judge, crop)
        row = [crop]
        for name in offered:
            slider, k = sliders[name], names.index(name)
            for amount in ENDS:
                picture = session.render(slid(face.state, name, amount))[0].crop
                row.append(picture)
                moved = (measured(picture, regions) - rest) / spread
                if np.isnan(moved[k]):
                    continue
                slider.own.append(float(moved[k] * amount))
                slider.others.append(float(np.nanmax(np.abs(np.delete(moved, k)))))
                slider.by_other.append(moved)
                slider.map_iou.append(map_iou(parsed, parse_crop(judge, picture)))
                beyond = outside_de(crop, picture, np.isin(label_map, default_regions(name)))
                slider.outside_de += [] if beyond is None else [beyond]
                changed = structure_changed(crop, picture, np.isin(label_map, FACE))
                slider.structure_changed += [] if changed is None else [changed]
                if identity is not None:
                    slider.identity.append(identity.distance(crop, picture))
        sheet.add(row)
    sheet.write()
    figures = {name: of.summary(names, name) for name, of in sliders.items()}
    return {
        "faces": len(picked),
        "spread": {name: round(float(s), 3) for name, s in zip(names, spread, strict=True)},
        "sliders": figures,
        "colours": _most_of(figures, COLOURS),
    }


def _most_of(figures: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """The largest means of the named sliders."""
    found = {}
    for key in ("outside_de", "structure_changed"):
        of = [figures[name][key] for name in names if figures.get(name, {}).get("cases")]
        means = [one["mean"] for one in of if one["cases"]]
        found |= {key: max(means)} if means else {}
    return found


def slid(state: FaceState, name: str, amount: float) -> Edit:
    """The edit that one slider asks for on its own part."""
    style = Style(attributes=((name, amount),), regions=default_regions(name))
    return Edit(state, state.label_map, style)


def outside_de(
    before: NDArray[np.uint8], after: NDArray[np.uint8], part: NDArray[np.bool_]
) -> float | None:
    """Mean CIE 1976 difference of two crops ``[S, S, 3]`` beyond the surroundings of ``part
    [S, S]``; None where that is all of the crop."""
    outside = ~surroundings(part)
    if not outside.any():
        return None
    apart = to_lab(to_img(before[None])) - to_lab(to_img(after[None]))
    return float(apart[0].norm(dim=0).numpy()[outside].mean())


def structure_changed(
    before: NDArray[np.uint8], after: NDArray[np.uint8], face: NDArray[np.bool_]
) -> float | None:
    """Of the fine structure on ``face [S, S]`` the share 0..1 that is not that of the crop before.

    Its energy that no scaling of the old one explains: light may change its contrast. None where
    there is no structure.
    """
    old, new = (_fine(picture)[face] for picture in (before, after))
    energies = np.array([old @ old, new @ new])
    if energies.min() <= FLAT * len(old):
        return None if energies[0] <= FLAT * len(old) else 1.0
    return 1 - float(old @ new) ** 2 / float(energies.prod())


def _fine(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Brightness ``[S, S]`` without what is coarse."""
    light = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float64)
    return light - cv2.GaussianBlur(light, (0, 0), FINE_SIGMA_PX)


def slider_sheets(session: Session, photos: Path, sheets: Path | None) -> None:
    """A sheet of each slider: held-out photos of a folder at twice their size, then both ends."""
    if sheets is None:
        return
    files = [file for file in sorted(photos.glob("*.jpg")) if is_held_out(file.stem)][:ROWS]
    offered = [name for name, _ in session.attributes if name in TITLES]
    side_px, columns = ENLARGED * CROP_SIZE, 1 + len(ENDS)
    pages = {
        name: Sheet(sheets / "sliders", f"{name}.png", size_px=side_px, columns=columns)
        for name in offered
    }
    for file in files:
        _, boxes = session.open_photo(file)
        if not boxes:
            continue
        state = session.prepare_face(boxes[0].points).state
        for name, page in pages.items():
            ends = [session.render(slid(state, name, amount))[0].crop for amount in ENDS]
            page.add([state.crop, *ends])
    for page in pages.values():
        page.write()


def proxy_spread(parser: AnyParser, faces: FaceData) -> NDArray[np.float64]:
    """``[K]`` standard deviations of the proxies over held-out photos."""
    every = faces.select(held_out=True)
    step = max(1, len(every) // SPREAD_FACES)
    found = []
    for i in every[::step]:
        picture = np.ascontiguousarray(faces.images[i])
        found.append(measured(picture, Regions.of(parse_crop(parser, picture))))
    return np.nanstd(np.stack(found), axis=0)


@torch.inference_mode()
def measured(picture: NDArray[np.uint8], regions: Regions) -> NDArray[np.float64]:
    """The proxies ``[K]`` of a picture ``[R, R, 3]``; NaN where the face does not show one."""
    found = proxies(to_img(picture[None]), regions)[0]
    return torch.where(regions.shown, found, torch.nan).double().numpy()


def map_iou(before: LabelMap, after: LabelMap) -> float:
    """Mean overlap 0..1 of two maps over the classes that the first one shows."""
    overlaps = []
    for class_id in range(NUM_CLASSES):
        a, b = before == class_id, after == class_id
        if a.sum() >= LEAST_PX:
            overlaps.append((a & b).sum() / (a | b).sum())
    return float(np.mean(overlaps)) if overlaps else 1.0
