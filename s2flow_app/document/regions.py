"""Regions that tools find: by the photo's edges, around a stroke, grown or smoothed. No state."""

from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.label_ops import Mask, Rect, flood_region, slices
from s2flow_app.labels import LabelMap

Image8 = NDArray[np.uint8]

NO_EDGE_STOPS: Final = 100
"""Tolerance at which a fill does not look at the photo."""
_CUT_SIDE: Final = 192
"""Side in pixels at which GrabCut works: 300 ms allow no more."""
_CUT_ROUNDS: Final = 3
_ELLIPSE: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))


def fill_region(
    label_map: LabelMap, picture: Image8, x: int, y: int, *, contiguous: bool, tolerance: int
) -> Mask:
    """What a fill at (x, y) covers: pixels ``[512, 512]`` of the class there.

    Args:
        picture: ``[512, 512, 3]`` RGB that edges are looked for in.
        contiguous: only what is connected with (x, y); False: wherever the class shows.
        tolerance: 0..100. Connected: the contrast of an edge that stops the fill. Everywhere: how
            far a pixel's colour may be from the one at (x, y). At 100 the picture does not count.
    """
    same = label_map == label_map[y, x]
    if tolerance >= NO_EDGE_STOPS:
        return flood_region(label_map, x, y) if contiguous else same
    lab = cv2.cvtColor(cv2.medianBlur(picture, 5), cv2.COLOR_RGB2LAB)
    if contiguous:
        found = np.ones((label_map.shape[0] + 2, label_map.shape[1] + 2), np.uint8)
        found[1:-1, 1:-1] = ~same
        step = (1 + 0.1 * tolerance,) * 3
        flags = 4 | cv2.FLOODFILL_MASK_ONLY | (2 << 8)
        cv2.floodFill(lab, found, (x, y), (0, 0, 0), step, step, flags)
        region = found[1:-1, 1:-1] == 2
    else:
        away = lab.astype(np.float32) - lab[y, x].astype(np.float32)
        region = np.linalg.norm(away, axis=2) <= 1.2 * tolerance + 2
    # Grain leaves pinholes.
    closed = cv2.morphologyEx(region.astype(np.uint8), cv2.MORPH_CLOSE, _ELLIPSE)
    return (closed != 0) & same


def smart_region(picture: Image8, stroke: Mask, *, reach_px: float) -> Mask:
    """What a stroke over the photo means: the object under it up to the photo's edges.

    GrabCut within ``reach_px`` of the stroke, on a small copy.

    Args:
        picture: ``[512, 512, 3]`` RGB.
        stroke: ``[512, 512]`` what the user marked; belongs to the answer.
    """
    x, y, w, h = _box(stroke, margin=int(reach_px) + 2, shape=stroke.shape)
    part = slices((x, y, w, h))
    scale = min(1.0, _CUT_SIDE / max(w, h))
    size = (max(round(w * scale), 4), max(round(h * scale), 4))
    small = cv2.resize(picture[part], size, interpolation=cv2.INTER_AREA)
    marked = cv2.resize(stroke[part].astype(np.uint8), size, interpolation=cv2.INTER_AREA) != 0
    away = cv2.distanceTransform((~marked).astype(np.uint8), cv2.DIST_L2, 5) / scale
    guess = np.full(marked.shape, cv2.GC_PR_BGD, np.uint8)
    guess[away < 0.35 * reach_px] = cv2.GC_PR_FGD
    guess[away > 0.95 * reach_px] = cv2.GC_BGD
    guess[marked] = cv2.GC_FGD
    if (guess == cv2.GC_PR_BGD).sum() + (guess == cv2.GC_BGD).sum() < 8:
        return stroke  # nothing around it to tell it from
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(
        np.ascontiguousarray(small), guess, (0, 0, 1, 1), *models, _CUT_ROUNDS,
        cv2.GC_INIT_WITH_MASK,
    )  # fmt: skip
    front = (guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD)
    front = connected(front, marked)
    soft = cv2.GaussianBlur(front.astype(np.float32), (0, 0), 0.8)
    found = stroke.copy()
    found[part] |= cv2.resize(soft, (w, h), interpolation=cv2.INTER_LINEAR) > 0.5
    return found


def reshaped(region: Mask, mode: str, amount_px: float) -> tuple[Mask, Mask]:
    """(added, removed) pixels that ``grow``, ``shrink`` or ``smooth`` a region ``[512, 512]``."""
    inside = region.astype(np.uint8)
    if mode == "grow":
        away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
        return (away <= amount_px) & ~region, np.zeros_like(region)
    if mode == "shrink":
        # The crop's border is no edge of the region.
        padded = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
        away = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
        return np.zeros_like(region), (away <= amount_px) & region
    if mode != "smooth":
        raise ValueError(f"no such way to reshape: {mode}")
    soft = cv2.GaussianBlur(
        region.astype(np.float32), (0, 0), amount_px, borderType=cv2.BORDER_REPLICATE
    )
    new = soft > 0.5
    return new & ~region, region & ~new


def connected(mask: Mask, seeds: Mask) -> Mask:
    """The connected pieces (8 ways) of ``mask`` that hold a pixel of ``seeds``."""
    count, found = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    pieces = np.asarray(found, dtype=np.int32)
    kept = np.zeros(count, dtype=np.bool_)
    kept[pieces[mask & seeds]] = True
    kept[0] = False
    return kept[pieces]


def _box(mask: Mask, *, margin: int, shape: tuple[int, ...]) -> Rect:
    x, y, w, h = cast(Rect, cv2.boundingRect(mask.astype(np.uint8)))
    left, top = max(x - margin, 0), max(y - margin, 0)
    right, bottom = min(x + w + margin, shape[1]), min(y + h + margin, shape[0])
    return left, top, right - left, bottom - top
