"""What each style slider moves at full strength: its own proxy, the others', the map, the person.

Movements are in standard deviations of the proxies over held-out photos. A slider keeps its bar
on a face if its own proxy moves at least `OWN` the right way and no other by more than `OTHERS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.session import Session
from s2flow_app.engine.style_proxies import TITLES, Regions, proxies
from s2flow_app.labels import NUM_CLASSES, LabelMap
from s2flow_app.messages import Edit, Style
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import AnyParser, FaceParser
from s2flow_app.training.data import FaceData
from s2flow_app.training.evaluation.identity import Identity
from s2flow_app.training.evaluation.intervals import share, summary
from s2flow_app.training.evaluation.sheets import Sheet
from s2flow_app.training.evaluation.subjects import prepared

OWN: Final = 1.0
OTHERS: Final = 0.3
SPREAD_FACES: Final = 200
ENDS: Final = (-1.0, 1.0)
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
        rest = measured(face.reconstruction, regions)
        parsed = parse_crop(judge, face.reconstruction)
        row = [face.reconstruction]
        for name in offered:
            slider, k = sliders[name], names.index(name)
            for amount in ENDS:
                style = Style(attributes=((name, amount),))
                picture = session.render(Edit(face.state, face.state.label_map, style))[2]
                row.append(picture)
                moved = (measured(picture, regions) - rest) / spread
                if np.isnan(moved[k]):
                    continue
                slider.own.append(float(moved[k] * amount))
                slider.others.append(float(np.nanmax(np.abs(np.delete(moved, k)))))
                slider.by_other.append(moved)
                slider.map_iou.append(map_iou(parsed, parse_crop(judge, picture)))
                if identity is not None:
                    slider.identity.append(identity.distance(face.reconstruction, picture))
        sheet.add(row)
    sheet.write()
    figures = {name: of.summary(names, name) for name, of in sliders.items()}
    return {
        "faces": len(picked),
        "spread": {name: round(float(s), 3) for name, s in zip(names, spread, strict=True)},
        "sliders": figures,
    }


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
