"""Which patch of one picture looks most like each patch of another, and shows the same thing.

Patches are squares of cells. Every cell begins one; those that are looked for lie half a patch
apart. Neighbours prefer sources that lie to each other as they do, and none that another neighbour
has already: strands and pores stay whole, and nothing repeats like wallpaper.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from s2flow_app.labels import (
    BACKGROUND,
    BROWS,
    CLOTH,
    EARRING,
    EYEGLASSES,
    EYES,
    HAIR,
    HAT,
    LIPS,
    MOUTH,
    NECKLACE,
    NUM_CLASSES,
    SKIN_PARTS,
    LabelMap,
)

CELL_PX: Final = 4
PATCH: Final = 4
"""Side of a patch in cells."""
STRIDE: Final = PATCH // 2
"""Between the patches that are looked for, in cells."""
COLOUR_WEIGHT: Final = 0.1
"""Of a patch's mean colour against its structure, both in squared levels."""
DISTANCE_WEIGHT: Final = 0.001
"""Of the squared way in pixels: near texture lies alike in light and direction."""
PURITY_WEIGHT: Final = 400.0
"""Of the squared difference in how much of a patch is of its kind: edges go to edges."""
STANDING_FACTOR: Final = 0.4
"""A patch is its own source unless another's is so much more alike."""
APART_COST: Final = 1500.0
"""For a patch that moves otherwise than all of its neighbours. High: strands that are moved in one
piece look like hair, the most alike patches side by side like woven cloth."""
REPEAT_COST: Final = 3000.0
"""For the very source of a neighbour."""
UNLIKE: Final = 250.0
"""A patch that differs by more from its best source has none."""
PURE_SHARE: Final = 0.75
"""Of a source's cells, how many must be of its kind."""
MAX_SOURCES: Final = 3000
CHOICES: Final = 24
"""Sources of its own that a patch chooses from."""
SWEEPS: Final = 8
PLAIN_QUANTILES: Final = (0.25, 0.5)
"""Which skin counts as plain, by the strength of its detail."""
UNUSABLE: Final = 255

Float = NDArray[np.float32]
Places = NDArray[np.int64]
"""``[N, 2]`` (row, column) of patches, by their first cell."""

KINDS: Final = (
    (BACKGROUND,), SKIN_PARTS, (HAIR,), BROWS,
    EYES, LIPS, (MOUTH,), (CLOTH,), (HAT,), (EYEGLASSES,),
    (EARRING, NECKLACE),
)  # fmt: skip
"""Classes that have one texture."""
SKIN_KIND: Final = 1


def kind_map(label_map: LabelMap) -> NDArray[np.uint8]:
    """Of each pixel the index into `KINDS`."""
    table = np.zeros(NUM_CLASSES, np.uint8)
    for kind, classes in enumerate(KINDS):
        table[list(classes)] = kind
    return table[label_map]


def blurred(image: Float, width_px: float) -> Float:
    """``image [S, S, 3]`` without what is finer than ``width_px``."""
    return cv2.GaussianBlur(image, (0, 0), width_px).astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """All patches ``[G, G]`` of a picture."""

    features: Float
    """``[G, G, F]``: their squared distance is what it costs to take one for another. The last
    two are the place."""
    kind: NDArray[np.uint8]
    """The kind that most of a patch is of."""
    energy: Float
    """Mean square of its detail."""
    purity: Float
    """Share of its kind."""

    @staticmethod
    def of(image: Float, label_map: LabelMap, finer_than_px: float) -> "Patches":
        """Of ``image [S, S, 3]`` 0..255; what is finer than that is detail, and not compared."""
        low = blurred(image, finer_than_px)
        cells = cell_means(low)
        colour = patch_means(cells)
        side = colour.shape[0]
        grey = sliding_window_view(cells.mean(2), (PATCH, PATCH)).reshape(side, side, -1)
        half = CELL_PX // 2
        kinds = np.pad(kind_map(label_map[half::CELL_PX, half::CELL_PX]), STRIDE, mode="edge")
        shares = patch_means(np.eye(len(KINDS), dtype=np.float32)[kinds])
        purity = shares.max(2)
        place = np.arange(side, dtype=np.float32) * (CELL_PX * DISTANCE_WEIGHT**0.5)
        features = np.empty((side, side, PATCH**2 + 6), np.float32)
        features[..., :-6] = (grey - colour.mean(2)[..., None]) / PATCH
        features[..., -6:-3] = colour * (COLOUR_WEIGHT / 3) ** 0.5
        features[..., -3] = purity * PURITY_WEIGHT**0.5
        features[..., -2], features[..., -1] = place, place[:, None]
        detail = cv2.cvtColor(image - low, cv2.COLOR_RGB2GRAY)
        energy = patch_means(cell_means(np.square(detail)))
        return Patches(features, shares.argmax(2).astype(np.uint8), energy, purity)

    def sources(self, usable: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """``[G, G]`` the kind of each patch that others may be taken from, else `UNUSABLE`.

        Args:
            usable: ``[S, S]`` the pixels that such a patch may hold.
        """
        whole = patch_means(cell_means(usable.astype(np.float32))) > 1 - 1e-4
        whole[:STRIDE], whole[-STRIDE:] = False, False  # these reach over the border
        whole[:, :STRIDE], whole[:, -STRIDE:] = False, False
        return np.where(whole & (self.purity >= PURE_SHARE), self.kind, UNUSABLE).astype(np.uint8)


def matched(
    wanted: Patches, places: Places, given: Patches, sources: NDArray[np.uint8], *, seed: int
) -> Places:
    """The source in ``given`` of each patch of ``wanted`` at ``places``.

    One that nothing resembles gets some plain skin, or itself where there is none.

    Args:
        sources: ``[G, G]`` from `Patches.sources`.
    """
    search = _Search(wanted, places, given, sources)
    found = search.settled(search.nearest())
    lost = search.unlike(found)
    plain = _plain(given, sources)
    if len(plain):
        drawn = np.random.default_rng(seed).integers(len(plain), size=lost.sum())
        found[lost] = plain[drawn]
    return found


class _Search:
    def __init__(
        self, wanted: Patches, places: Places, given: Patches, sources: NDArray[np.uint8]
    ) -> None:
        self._places, self._given, self._sources = places, given, sources
        self._features = wanted.features[places[:, 0], places[:, 1]]
        self._kinds = wanted.kind[places[:, 0], places[:, 1]]
        self._standing = given.kind[places[:, 0], places[:, 1]] == self._kinds

    def nearest(self) -> NDArray[np.int64]:
        """Ways ``[CHOICES, N, 2]`` to the most alike sources; 0 where there are no such."""
        ways = np.zeros((CHOICES, len(self._places), 2), np.int64)
        for kind in np.unique(self._kinds):
            mine = np.flatnonzero(self._kinds == kind)
            donors = np.argwhere(self._sources == kind)
            donors = donors[:: len(donors) // MAX_SOURCES + 1]
            if len(donors) <= CHOICES:
                continue
            theirs = self._given.features[donors[:, 0], donors[:, 1]]
            # The patch's own square is the same for all.
            table = np.square(theirs).sum(1) - 2 * self._features[mine] @ theirs.T
            best = np.argpartition(table, CHOICES, axis=1)[:, :CHOICES]
            ways[:, mine] = donors[best.T] - self._places[mine]
        return ways

    def settled(self, own: NDArray[np.int64]) -> Places:
        """Sources that suit patches and their neighbours, from the choices ``own``."""
        side = self._sources.shape[0]
        grid = np.full((side + 2 * STRIDE, side + 2 * STRIDE, 2), 4 * side, np.int64)
        rows, columns = (self._places + STRIDE).T
        steps = (-STRIDE, 0, STRIDE)
        around = [np.array((dy, dx)) for dy in steps for dx in steps if dy or dx]
        best = np.zeros_like(self._places)
        for _ in range(SWEEPS):
            theirs = np.stack([grid[rows + dy, columns + dx] for dy, dx in around])
            taken = theirs + np.stack(around)[:, None]
            lowest = self._cost(best, theirs, taken)
            for tried in (*own, *theirs, np.zeros_like(best)):
                cost = self._cost(tried, theirs, taken)
                better = cost < lowest
                best = np.where(better[:, None], tried, best)
                lowest = np.minimum(cost, lowest)
            grid[rows, columns] = best
        return self._places + best

    def unlike(self, found: Places) -> NDArray[np.bool_]:
        """Where the source does not resemble the patch."""
        theirs = self._given.features[found[:, 0], found[:, 1], :-2]
        cost = np.square(self._features[:, :-2] - theirs).sum(1)
        return (cost > UNLIKE) | (self._given.kind[found[:, 0], found[:, 1]] != self._kinds)

    def _cost(
        self, ways: Places, theirs: NDArray[np.int64], taken: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        side = self._sources.shape[0]
        to = self._places + ways
        inside = ((to >= 0) & (to < side)).all(1)
        to = np.where(inside[:, None], to, 0)
        cost = np.square(self._features - self._given.features[to[:, 0], to[:, 1]]).sum(1)
        still = (ways == 0).all(1)
        cost[still] *= STANDING_FACTOR
        allowed = np.where(still, self._standing, self._sources[to[:, 0], to[:, 1]] == self._kinds)
        cost += APART_COST * (theirs != ways).any(2).mean(0)
        cost += REPEAT_COST * ((taken == ways).all(2) & ~still).any(0)
        return np.where(inside & allowed, cost, np.inf)


def _plain(given: Patches, sources: NDArray[np.uint8]) -> Places:
    """Patches of skin, or else of anything, that show little but the photo's grain."""
    for candidates in (np.argwhere(sources == SKIN_KIND), np.argwhere(sources != UNUSABLE)):
        if len(candidates):
            energy = given.energy[candidates[:, 0], candidates[:, 1]]
            low, high = np.quantile(energy, PLAIN_QUANTILES)
            return candidates[(energy >= low) & (energy <= high)]
    return np.empty((0, 2), np.int64)


def cell_means(image: Float) -> Float:
    """Means of the cells of ``image [S, S, ...]``, and half a patch beyond its border."""
    size = (image.shape[1] // CELL_PX, image.shape[0] // CELL_PX)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    margin = ((STRIDE, STRIDE),) * 2 + ((0, 0),) * (image.ndim - 2)
    return np.pad(small, margin, mode="edge").astype(np.float32, copy=False)


def patch_means(cells: Float) -> Float:
    """Mean ``[G, G, ...]`` of each patch of ``cells [G + PATCH - 1, ...]``."""
    channels = [
        cv2.boxFilter(channel, -1, (PATCH, PATCH), anchor=(0, 0))
        for channel in (cv2.split(cells) if cells.ndim == 3 else (cells,))
    ]
    side = cells.shape[0] - PATCH + 1
    whole = channels[0] if cells.ndim == 2 else np.stack(channels, 2)
    return whole[:side, :side].astype(np.float32, copy=False)
