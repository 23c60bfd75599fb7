"""Stage `styles`: directions of style codes that change one measured attribute each.

The attributes are measured in the pictures, with the parsed maps: no annotation is needed. The
codes of all training faces are regressed on all attributes together, so that a direction is how a
code changes with one attribute while the others stay (cf. InterFaceGAN's conditional directions,
Shen et al. 2020). The stage also fits what random faces are drawn from.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.engine.edit import SOLVER, one_hot_maps
from s2flow_app.labels import BACKGROUND, HAIR, NOSE, SKIN
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.styles import StyleDirections
from s2flow_app.training.augment import resized
from s2flow_app.training.data import FaceData
from s2flow_app.training.flow import ConditionalFlow
from s2flow_app.training.latents import FaceLatents
from s2flow_app.training.loop import StageConfig

SPREAD: Final = 2.5
"""An amount of 1 moves the attribute by so many standard deviations of the training faces."""
RIDGE: Final = 0.05
SKIN_LIKE: Final = (SKIN, NOSE)
TITLES: Final = {
    "hair_lightness": "Hair: dark - light",
    "hair_warmth": "Hair: ash - red",
    "skin_lightness": "Skin: dark - light",
    "skin_warmth": "Skin: cool - warm",
    "light_side": "Light: from left - from right",
    "background_lightness": "Background: dark - light",
}


@dataclass(frozen=True, slots=True, eq=False)
class Styles:
    """What the stage finds."""

    directions: StyleDirections
    prior: FacePrior
    config: dict[str, Any]
    """Keyword arguments of `directions`."""


def attributes(image: NDArray[np.uint8], label_map: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The attributes ``[6]`` of a picture ``[S, S, 3]`` in the order of `TITLES`.

    NaN where a face does not show what an attribute is measured on.
    """
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    skin = np.isin(label_map, SKIN_LIKE)

    def mean(mask: NDArray[np.bool_], channel: int) -> float:
        return float(lab[..., channel][mask].mean()) if mask.sum() > 30 else float("nan")

    middle = np.median(np.nonzero(skin)[1]) if skin.any() else 0
    columns = np.arange(image.shape[1])[None]
    left, right = skin & (columns < middle), skin & (columns > middle)
    hair, behind = label_map == HAIR, label_map == BACKGROUND
    found = (
        mean(hair, 0),
        mean(hair, 1) + 0.5 * mean(hair, 2),
        mean(skin, 0),
        mean(skin, 2) + 0.5 * mean(skin, 1),
        mean(right, 0) - mean(left, 0),
        mean(behind, 0),
    )
    return np.array(found, np.float32)


def run(config: StageConfig, data: FaceData, latents: FaceLatents, net: ConditionalFlow) -> Styles:
    """Measure, encode, regress: a minute, nothing to resume; writes the stage's checkpoint."""
    train = data.select(held_out=False)
    codes, conditions = style_codes(net, latents, train)
    measured = np.stack(
        [attributes(resized(data.images[i], 128), latents.label_maps[i][::2, ::2]) for i in train]
    )
    whole = ~np.isnan(measured).any(1)
    x, y = measured[whole], codes.numpy()[whole]
    spread = x.std(0)
    x = (x - x.mean(0)) / spread
    gram = x.T @ x / len(x) + RIDGE * np.eye(x.shape[1])
    per_spread = np.linalg.solve(gram, x.T @ (y - y.mean(0)) / len(x))
    styles: dict[str, Any] = {
        "names": tuple(TITLES), "titles": tuple(TITLES.values()), "dim": codes.shape[1],
    }  # fmt: skip
    directions = StyleDirections(**styles)
    directions.directions = torch.from_numpy(SPREAD * per_spread).float()
    ws = torch.from_numpy(latents.ws[0, train])
    prior = FacePrior(condition_dim=conditions.shape[1], dim=ws.shape[2], num_ws=ws.shape[1])
    prior.fit(conditions, codes, ws)
    folder = config.work / "styles"
    folder.mkdir(parents=True, exist_ok=True)
    saved = {"styles": directions.state_dict(), "prior": prior.state_dict()}
    named = {"names": list(TITLES), "titles": list(TITLES.values())}
    torch.save(saved | named | {"faces": int(whole.sum())}, folder / "checkpoint.pt")
    return Styles(directions, prior, styles)


@torch.inference_mode()
def style_codes(
    net: ConditionalFlow, latents: FaceLatents, picked: NDArray[np.int64]
) -> tuple[Tensor, Tensor]:
    """Codes ``[N, D]`` and conditions ``[N, C]`` of the picked faces."""
    codes, conditions = [], []
    for part in np.array_split(picked, max(1, len(picked) // 128)):
        c = net.condition(one_hot_maps(np.asarray(latents.label_maps[part])))
        rows = torch.from_numpy(latents.ws[0, part].mean(1))
        codes.append(net.flow(rows, c, solver=SOLVER))
        conditions.append(c)
    return torch.cat(codes), torch.cat(conditions)
