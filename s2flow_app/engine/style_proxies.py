"""What style sliders move, measured in a picture with its label map: colours and light.

Every proxy is a plain function of the picture under a fixed map, differentiable, and of CIE Lab:
means of regions, differences between them, and energies of what varies within them.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.labels import (
    BACKGROUND,
    BROWS,
    EYES,
    HAIR,
    LIPS,
    NOSE,
    SKIN,
    LabelMap,
)
from s2flow_app.nets.images import at_most

SIZE: Final = 128
"""Side of the pictures that proxies are measured in: larger ones are averaged down."""
MIN_SHARE: Final = 0.0018
"""Of the picture: a smaller region is not measured (30 pixels)."""
UNDER_EYES_PX: Final = 7
"""How far down from the eyes their shadows lie."""
TITLES: Final = {
    "hair_lightness": "Hair: dark - light",
    "hair_warmth": "Hair: ash - red",
    "skin_lightness": "Skin: dark - light",
    "skin_warmth": "Skin: cool - warm",
    "skin_redness": "Skin: sallow - rosy",
    "under_eyes": "Under the eyes: dark - bright",
    "lips_colour": "Lips: pale - red",
    "lips_lightness": "Lips: dark - light",
    "stubble": "Chin: clean - stubble",
    "face_contrast": "Face: soft - contrasty",
    "light_side": "Light: from left - from right",
    "light_height": "Light: from below - from above",
    "background_lightness": "Background: dark - light",
    "background_warmth": "Background: cool - warm",
}
"""Of each slider: its name, and what people read, from the negative end to the positive one."""
_FACE: Final = (
    SKIN, NOSE, *EYES, *BROWS, *LIPS,
)  # fmt: skip
_REGIONS: Final = (
    "hair", "skin", "under_eyes", "lips", "forehead", "cheeks", "chin", "face", "left", "right",
    "background",
)  # fmt: skip
_AT: Final = {name: k for k, name in enumerate(_REGIONS)}
_TO_XYZ: Final = torch.tensor(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169],
     [0.019334, 0.119193, 0.950227]]
)  # fmt: skip
_WHITE: Final = torch.tensor([0.950456, 1.0, 1.088754])


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Where a label map lets each proxy be measured."""

    weights: Tensor
    """``[M, 128 * 128]``: each row is a region's share per pixel, summing to 1, or 0 throughout."""
    shown: Tensor
    """``[K]`` bool: whether the face shows what a proxy is measured on."""

    @classmethod
    def of(cls, label_map: LabelMap) -> "Regions":
        """Of a map ``[S, S]``."""
        small = label_map
        if label_map.shape[0] != SIZE:
            small = cv2.resize(label_map, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST)
        named = _masks(small.astype(np.uint8, copy=False))
        masks = np.stack([named[name] for name in _REGIONS]).reshape(len(_REGIONS), -1)
        count = masks.sum(1)
        known = count >= MIN_SHARE * SIZE * SIZE
        weights = np.where(known[:, None], masks / np.maximum(count, 1)[:, None], 0)
        shows = {name: bool(known[_AT[name]]) for name in _REGIONS}
        needed = {
            "hair_lightness": ("hair",), "hair_warmth": ("hair",),
            "skin_lightness": ("skin",), "skin_warmth": ("skin",), "skin_redness": ("skin",),
            "under_eyes": ("under_eyes", "cheeks"), "lips_colour": ("lips", "skin"),
            "lips_lightness": ("lips", "skin"), "stubble": ("cheeks", "chin"),
            "face_contrast": ("face",), "light_side": ("left", "right"),
            "light_height": ("forehead", "cheeks"), "background_lightness": ("background",),
            "background_warmth": ("background",),
        }  # fmt: skip
        shown = [all(shows[region] for region in needed[name]) for name in TITLES]
        return cls(torch.from_numpy(weights.astype(np.float32)), torch.tensor(shown))


def proxies(img: Tensor, regions: Regions) -> Tensor:
    """The proxies ``[N, K]``, in the order of `TITLES`, of pictures ``img [N, 3, R, R]``.

    They are 0 where `Regions.shown` is false. Units are those of Lab.
    """
    img = at_most(img, SIZE)
    if img.shape[2] < SIZE:
        img = F.interpolate(img, size=SIZE, mode="bilinear", align_corners=False)
    lab = to_lab(img.clamp(-1, 1))
    weights = regions.weights.to(lab)
    means = torch.einsum("ncp,mp->nmc", lab.flatten(2), weights)
    lightness = lab[:, :1]
    squares = lightness.square().flatten(1) @ weights[_AT["face"]]
    spread = (squares - means[:, _AT["face"], 0].square()).clamp(min=1e-3).sqrt()

    def of(region: str, channel: int) -> Tensor:
        return means[:, _AT[region], channel]

    found = torch.stack(
        [
            of("hair", 0),
            of("hair", 1) + 0.5 * of("hair", 2),
            of("skin", 0),
            of("skin", 2) + 0.5 * of("skin", 1),
            of("skin", 1) - 0.5 * of("skin", 2),
            of("under_eyes", 0) - of("cheeks", 0),
            of("lips", 1) - of("skin", 1),
            of("lips", 0) - of("skin", 0),
            of("cheeks", 0) - of("chin", 0),
            spread,
            of("right", 0) - of("left", 0),
            of("forehead", 0) - of("cheeks", 0),
            of("background", 0),
            of("background", 2),
        ],
        1,
    )
    return torch.where(regions.shown.to(found.device), found, torch.zeros_like(found))


def to_lab(img: Tensor) -> Tensor:
    """CIE Lab ``[N, 3, H, W]`` (D65, L 0..100) of sRGB ``img [N, 3, H, W]`` in [-1, 1]."""
    rgb = (img + 1) / 2
    linear = torch.where(rgb > 0.04045, ((rgb.clamp(min=0.04) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = torch.einsum("ij,njhw->nihw", _TO_XYZ.to(img), linear) / _WHITE.to(img)[:, None, None]
    f = torch.where(xyz > 0.008856, xyz.clamp(min=0.008) ** (1 / 3), 7.787 * xyz + 16 / 116)
    x, y, z = f.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def _masks(label_map: NDArray[np.uint8]) -> dict[str, NDArray[np.bool_]]:
    """Of a map ``[128, 128]``."""
    skin = np.isin(label_map, (SKIN, NOSE))
    lips = np.isin(label_map, LIPS)
    rows, columns = (np.arange(SIZE)[:, None], np.arange(SIZE)[None])
    middle = np.median(np.nonzero(skin)[1]) if skin.any() else SIZE / 2
    mouth = np.nonzero(lips)[0]
    eye_rows, eye_columns = np.nonzero(np.isin(label_map, EYES))
    brows = np.isin(label_map, BROWS)
    plain = label_map == SKIN
    # A pixel off the borders: what varies there is the border, not the skin.
    inner = cv2.erode(plain.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    chin = inner & (rows > mouth.mean()) if len(mouth) else np.zeros_like(plain)
    cheeks, under_eyes = np.zeros_like(plain), np.zeros_like(plain)
    if len(mouth) and len(eye_rows):
        below = eye_rows.max()
        beside = (columns >= eye_columns.min()) & (columns <= eye_columns.max())
        cheeks = inner & (rows > below + 2) & (rows < (below + 2 * mouth.min()) / 3)
        under_eyes = plain & beside & (rows > below + 1) & (rows <= below + UNDER_EYES_PX)
    forehead = inner & (rows < np.nonzero(brows)[0].min()) if brows.any() else np.zeros_like(plain)
    return {
        "hair": label_map == HAIR, "skin": skin, "under_eyes": under_eyes, "lips": lips,
        "forehead": forehead, "cheeks": cheeks, "chin": chin,
        "face": np.isin(label_map, _FACE), "left": skin & (columns < middle),
        "right": skin & (columns > middle), "background": label_map == BACKGROUND,
    }  # fmt: skip
