"""What stands behind hair: each class of the label map continued from its own pixels.

Patches of the same class are searched for coarse to fine and laid over each other (Wexler et al.,
Space-Time Completion of Video, 2007), at a quarter of the crop's resolution at last; the finest
structure and the photo's grain are copied from where the patches come from. A copied patch takes
the lightness of its new place, so that gradients of walls go on.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.measure import distance_px
from s2flow_app.engine.spread import spread
from s2flow_app.labels import HAIR, HAT, LabelMap

CELLS: Final = (16, 8, 4)
"""Sides in pixels of the cells that are searched, coarse to fine."""
SWEEPS: Final = (5, 3, 1)
REACH: Final = 2
"""Patches are squares of this many cells about a cell: 5 x 5."""
FEWEST_SOURCES: Final = 12
"""A class that shows fewer patches is continued smoothly."""
MOST_SOURCES: Final = 1500
MOST_SHIFTED: Final = 14.0
"""Levels by which a patch's mean may follow its new place."""
PLACE_WEIGHT: Final = 0.02
"""Squared levels per squared pixel of the way to a patch: near ones are lit alike."""
BLOCK_PX: Final = 16
"""Step of the blocks in which the finest structure is copied."""
GRAIN_PX: Final = 14
"""Side of the square whose grain is taken where there is nothing to copy."""
GRAIN_TILE_PX: Final = 128
SEED: Final = 0
DETAIL_PX: Final = 4.0
"""Standard deviation of what is finer than the patches' average."""
RIM_PX: Final = 8
"""Width of the rim at which the filling is made to meet the photo."""
MOST_JOINED: Final = 24.0
SOFT_PX: Final = 1.5
LEAST_SEARCHED_PX: Final = 1000
"""A smaller part is filled smoothly."""
AROUND_PX: Final = 96
"""Nothing is taken from further off."""
PLAIN_PX: Final = 60.0
PLAIN_SHARE: Final = 0.95
PLAIN_LEVELS: Final = 4.0
"""A class is plain if so much of it, so near, differs by less from its smooth continuation."""
COMPONENTS: Final = 24
"""Principal components of patches that are compared."""
SPECK_PX: Final = 800
LEAST_KNOWN_PX: Final = 400
LEAST_KNOWN_SHARE: Final = 0.08
"""Of what is to be filled; a class that shows less of itself is guesswork."""
MOST_GRAIN: Final = 5.0
"""Standard deviation of plain grain, in levels: more is no grain."""

Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]
_STEPS: Final = [
    (dy, dx) for dy in range(-REACH, REACH + 1) for dx in range(-REACH, REACH + 1)
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """The crop with a part filled."""

    picture: Float
    """``[512, 512, 3]`` 0..255."""
    unknown: Mask
    """``[512, 512]``: filled with a colour at best, since its class shows too little of itself."""


def class_behind(asked: LabelMap) -> LabelMap:
    """``[512, 512]``: the map with hair and hats replaced by the nearest other class."""
    return nearest_instead(asked, np.isin(asked, (HAIR, HAT)))


def nearest_instead(label_map: LabelMap, where: Mask) -> LabelMap:
    """``[512, 512]``: ``label_map`` with the nearest other pixel's class ``where``."""
    if not where.any() or where.all():
        return label_map.copy()
    _, nearest = cv2.distanceTransformWithLabels(
        where.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.asarray(nearest, np.int64)
    table = np.zeros(int(nearest.max()) + 1, np.uint8)
    table[nearest[~where]] = label_map[~where]
    return np.where(where, table[nearest], label_map)


def continued(
    crop: NDArray[np.uint8], shown: LabelMap, wanted: LabelMap, hidden: Mask, *,
    search: bool = True,
) -> Plate:  # fmt: skip
    """The crop ``[512, 512, 3]`` with its ``hidden`` part filled.

    Args:
        crop: ``[512, 512, 3]``.
        shown: ``[512, 512]`` the classes that the crop shows outside of ``hidden``.
        wanted: ``[512, 512]`` the classes to fill with.
        hidden: ``[512, 512]``.
        search: continue structure by patches, not only colours and grain.
    """
    picture = crop.astype(np.float32)
    unknown = np.zeros_like(hidden)
    if not hidden.any() or hidden.all():
        return Plate(picture, unknown)
    wanted = nearest_instead(wanted, _specks(wanted, hidden))
    total = np.zeros_like(picture)
    share = np.zeros(hidden.shape, np.float32)
    for class_id in np.unique(wanted[hidden]):
        here = hidden & (wanted == class_id)
        known = ~hidden & (shown == class_id)
        size = int(here.sum())
        if known.sum() < max(LEAST_KNOWN_PX, LEAST_KNOWN_SHARE * size) and size >= SPECK_PX:
            unknown |= here
        if known.sum() < LEAST_KNOWN_PX:
            known = ~hidden & (distance_px(here) < 2 * RIM_PX)
            if not known.any():
                continue
        box = _box(here)
        if known[box].sum() < LEAST_KNOWN_PX:
            box = np.s_[:, :]
        filled = _class_continued(picture[box], known[box], here[box], search)
        weight = cv2.GaussianBlur(here[box].astype(np.float32), (0, 0), SOFT_PX)
        total[box] += weight[..., None] * filled
        share[box] += weight
    filled = total / np.maximum(share, 1e-3)[..., None]
    filled = np.where((share > 1e-3)[..., None], filled, picture)
    # Soft outside alone: nothing of what is hidden stays.
    soft = np.minimum(2 * cv2.GaussianBlur(hidden.astype(np.float32), (0, 0), SOFT_PX), 1)[
        ..., None
    ]
    return Plate((picture + soft * (filled - picture)).astype(np.float32), unknown)


def _box(here: Mask) -> tuple[slice, slice]:
    """The rows and columns of ``here`` and what is searched about it, in whole cells."""
    x, y, w, h = cv2.boundingRect(here.astype(np.uint8))
    cell = CELLS[0]
    rows, columns = (
        slice(max(start - AROUND_PX, 0) // cell * cell, -(-(stop + AROUND_PX) // cell) * cell)
        for start, stop in ((y, y + h), (x, x + w))
    )
    return rows, columns


def _specks(wanted: LabelMap, hidden: Mask) -> Mask:
    """``[512, 512]``: small pieces of a class that lie in what is hidden: guesses of a parser."""
    small, covered_small = wanted[::2, ::2], hidden[::2, ::2]
    found = np.zeros_like(covered_small)
    for class_id in np.unique(small[covered_small]):
        count, pieces = cv2.connectedComponents((small == class_id).astype(np.uint8))
        flat = pieces.ravel()
        sizes = np.bincount(flat, minlength=count)
        covered = np.bincount(flat[covered_small.ravel()], minlength=count)
        speck = (4 * sizes < SPECK_PX) & (covered > 0.5 * sizes)
        speck[0] = False
        found |= speck[pieces]
    return np.repeat(np.repeat(found, 2, 0), 2, 1)


def _class_continued(picture: Float, known: Mask, here: Mask, search: bool) -> Float:
    """``[512, 512, 3]``, to be used about ``here``."""
    inner = known & (distance_px(~known) > 1.5)
    smooth = carried_on(picture, inner if inner.sum() > 400 else known)
    filled, ways = smooth, None
    plain = not search or here.sum() < LEAST_SEARCHED_PX or _is_plain(picture, smooth, inner, here)
    for cell, sweeps in zip(CELLS, SWEEPS, strict=True):
        if plain:
            break
        level = _Level.of(picture, filled, known, here, cell)
        if level is None:
            continue
        coarse, ways = level.searched(sweeps)
        off = coarse - _cells(filled, cell)
        size = picture.shape[1::-1]
        filled = filled + cv2.resize(off, size, interpolation=cv2.INTER_CUBIC)
    rim = known & (distance_px(here) < RIM_PX)
    if rim.any():
        off = np.clip(picture - filled, -MOST_JOINED, MOST_JOINED).astype(np.float32)
        near = np.clip(1 - distance_px(~here) / 40, 0, 1)[..., None]
        filled = filled + near * carried_on(off, rim)
    # What is hidden must not be seen in the detail beside it.
    shown = np.where(known[..., None], picture, filled)
    detail = (shown - cv2.GaussianBlur(shown, (0, 0), DETAIL_PX)).astype(np.float32)
    grain = _plain_grain(detail, known)
    if ways is not None:
        _copy(grain, detail, ways, known, here)
    return filled + grain


def _is_plain(picture: Float, smooth: Float, known: Mask, here: Mask) -> bool:
    """Whether a class shows nothing but gradients and grain near ``here``."""
    near = _cells((known & (distance_px(here) < PLAIN_PX)).astype(np.float32), CELLS[-1]) > 0.99
    if not near.any():
        return False
    structure = np.abs(_cells(picture - smooth, CELLS[-1])[near]).mean(1)
    return float(np.quantile(structure, PLAIN_SHARE)) < PLAIN_LEVELS


def carried_on(values: Float, known: Mask, *, blur_px: float = 4.0) -> NDArray[np.float32]:
    """``values [512, 512, C]`` where ``known [512, 512]``, carried on smoothly beyond and blurred
    by ``blur_px``; worked out on cells of 4 px."""
    weight = _cells(known.astype(np.float32), 4)
    small = _cells(values * known[..., None], 4) / np.maximum(weight, 1e-3)[..., None]
    found = spread(small.astype(np.float32), weight)
    if blur_px:
        found = cv2.GaussianBlur(found, (0, 0), blur_px / 4).astype(np.float32)
    size = values.shape[1::-1]
    return cv2.resize(found, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """A class on one grid of cells."""

    picture: Float
    """``[G + 4, G + 4, 3]`` with a margin: the photo's cells, and what was found for the rest."""
    targets: Places
    """``[N]`` flat indices of the cells to fill, with their rims."""
    sources: Places
    """``[M]`` flat indices of the middles of patches that are known."""
    free: Mask
    """``[G + 4, G + 4]`` what is filled."""
    cell: int

    @staticmethod
    def of(picture: Float, filled: Float, known: Mask, here: Mask, cell: int) -> "_Level | None":
        shown = np.pad(_cells(known.astype(np.float32), cell), REACH)
        usable = shown > 0.97
        whole = cv2.erode(
            usable.astype(np.uint8), np.ones((2 * REACH + 1,) * 2, np.uint8), borderValue=0
        )
        sources = np.flatnonzero(whole)
        if len(sources) < FEWEST_SOURCES:
            return None
        sources = sources[:: len(sources) // MOST_SOURCES + 1]
        free = np.pad(_cells(here.astype(np.float32), cell) > 0, REACH) & ~usable
        inside = np.pad(np.ones([n - 2 * REACH for n in free.shape], np.bool_), REACH)
        targets = np.flatnonzero(free & inside)
        if not len(targets):
            return None
        pad = ((REACH, REACH), (REACH, REACH), (0, 0))
        mixed = np.pad(_cells(filled, cell), pad, mode="edge")
        mixed[usable] = np.pad(_cells(picture, cell), pad)[usable]
        return _Level(mixed, targets, sources, free, cell)

    def searched(self, sweeps: int) -> tuple[Float, NDArray[np.int64]]:
        """The cells ``[G, G, 3]``, and for every pixel of the crop its way ``[H, W, 2]`` (row,
        column) to where it comes from."""
        flat = self.picture.reshape(-1, 3).copy()
        width = self.picture.shape[1]
        steps = np.array([dy * width + dx for dy, dx in _STEPS])
        theirs = flat[self.sources[:, None] + steps]
        their_mean = theirs.mean(1)
        described = self._features(theirs)
        basis = np.linalg.eigh(described.T @ described)[1][:, -COMPONENTS:]
        place = PLACE_WEIGHT**0.5 * self.cell
        there = np.stack(np.divmod(self.sources, width), 1) * place
        here = np.stack(np.divmod(self.targets, width), 1) * place
        features = np.hstack([described @ basis, there]).astype(np.float32)
        offset = np.square(features).sum(1)
        free = self.free.ravel()
        best = np.zeros(len(self.targets), np.int64)
        for _ in range(sweeps):
            mine = flat[self.targets[:, None] + steps]
            wanted = np.hstack([self._features(mine) @ basis, here]).astype(np.float32)
            cost = offset - 2 * wanted @ features.T
            best = cost.argmin(1)
            shift = np.clip(mine.mean(1) - their_mean[best], -MOST_SHIFTED, MOST_SHIFTED)
            trust = np.exp(-np.sqrt(np.maximum(cost.min(1) + np.square(wanted).sum(1), 0)) / 20)
            trust = (trust + 1e-3).astype(np.float32)[:, None]
            total, weight = np.zeros_like(flat), np.zeros((len(flat), 1), np.float32)
            for k, step in enumerate(steps):
                total[self.targets + step] += trust * (theirs[best, k] + shift)
                weight[self.targets + step] += trust
            flat[free] = (total / np.maximum(weight, 1e-6))[free]
        side = np.s_[REACH:-REACH, REACH:-REACH]
        ways = np.zeros((*self.picture.shape[:2], 2), np.int64)
        from_, to = np.divmod(self.sources[best], width), np.divmod(self.targets, width)
        ways.reshape(-1, 2)[self.targets] = np.stack(
            [f - t for f, t in zip(from_, to, strict=True)], 1
        )
        full = np.repeat(np.repeat(ways[side] * self.cell, self.cell, 0), self.cell, 1)
        return flat.reshape(self.picture.shape)[side], full

    @staticmethod
    def _features(patches: Float) -> Float:
        """Structure counts in full, the mean's colour by half: it may be shifted."""
        mean = patches.mean(1, keepdims=True)
        side = len(_STEPS)
        return np.concatenate(
            [((patches - mean) / side**0.5).reshape(len(patches), -1), 0.6 * mean[:, 0]], 1
        ).astype(np.float32)


def _copy(grain: Float, detail: Float, ways: NDArray[np.int64], known: Mask, here: Mask) -> None:
    """Lays ``detail`` over ``grain`` in blocks, each from where the patch at its middle comes from
    if that is known."""
    side = BLOCK_PX
    whole = cv2.erode(known.astype(np.uint8), np.ones((2 * side,) * 2, np.uint8), borderValue=0)
    share = cv2.blur(here.astype(np.float32), (2 * side, 2 * side))
    ramp = np.sin(np.pi * (np.arange(2 * side, dtype=np.float32) + 0.5) / (2 * side))
    window = np.outer(ramp, ramp)[..., None]  # squares sum to 1: grain keeps its strength
    total, covered = np.zeros_like(grain), np.zeros((*here.shape, 1), np.float32)
    height, width = here.shape
    for y in range(side, height - side + 1, side):
        for x in range(side, width - side + 1, side):
            down, right = ways[y, x]
            if not (share[y, x] and (down or right) and whole[y + down, x + right]):
                continue
            to = np.s_[y - side : y + side, x - side : x + side]
            from_ = np.s_[y + down - side : y + down + side, x + right - side : x + right + side]
            total[to] += window * detail[from_]
            covered[to] += window * window
    np.copyto(grain, total + np.sqrt(np.clip(1 - covered, 0, 1)) * grain)


def _plain_grain(detail: Float, known: Mask) -> Float:
    """Noise with the spectrum of the plainest known square (random-phase texture)."""
    side = GRAIN_PX
    energy = cv2.blur(cv2.cvtColor(np.square(detail), cv2.COLOR_RGB2GRAY), (side, side))
    whole = cv2.erode(known.astype(np.uint8), np.ones((side + 2,) * 2, np.uint8), borderValue=0)
    if not whole.any():
        return np.zeros_like(detail)
    energy = np.where(whole > 0, energy, np.inf)
    y, x = np.unravel_index(int(energy.argmin()), energy.shape)
    square = detail[y - side // 2 : y + side // 2, x - side // 2 : x + side // 2]
    square = square - square.mean((0, 1))
    square /= side * max(1.0, float(square.std()) / MOST_GRAIN)
    noise = np.random.default_rng(SEED).normal(size=(GRAIN_TILE_PX,) * 2).astype(np.float32)
    noise = np.pad(noise, side, mode="wrap")
    found = np.stack([cv2.filter2D(noise, cv2.CV_32F, c) for c in cv2.split(square)], 2)
    found = found[side:-side, side:-side]
    repeats = [-(-n // GRAIN_TILE_PX) for n in known.shape]
    return np.tile(found, (*repeats, 1))[: known.shape[0], : known.shape[1]].astype(np.float32)


def _cells(values: Float, cell: int) -> Float:
    size = (values.shape[1] // cell, values.shape[0] // cell)
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
