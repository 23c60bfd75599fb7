"""Proposes squares that may hold a face: OpenCV's cascades on the grey picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.progress import Report, tick

SMALLEST_BOX_PX: Final = 24
TILE_PX: Final = 768
"""Side of the parts of a search in a large picture: a cancel is heard between them."""
OVERLAP_PX: Final = 112
"""Of tiles. Larger boxes are those that the search of the whole picture sees."""
TILES_FROM_PX: Final = 1024
"""Pictures with a longer side are searched in tiles."""

FRONTAL: Final = "haarcascade_frontalface_default.xml"
STEADY_FRONTAL: Final = "haarcascade_frontalface_alt2.xml"
PROFILE: Final = "haarcascade_profileface.xml"


@dataclass(frozen=True, slots=True)
class Search:
    """One way of proposing faces: a cascade on the grey picture, turned or mirrored."""

    cascade: str
    side_px: int
    """The longer side of the picture that is searched: bounded time for any photo."""
    angle_deg: float = 0.0
    mirrored: bool = False
    centre_shift: float = 0.0
    """Of the face to the right of the box's middle, in box sides."""
    margin: float = 0.0
    """Continues the picture beyond its edges by this share of its longer side."""
    equalised: bool = True
    """False: the grey picture as it is. Where one colour fills a large photo, equalising leaves
    next to no contrast to the rest."""
    larger_than_px: int = 0
    """Only in pictures with a longer side than this: the others hold nothing new for it."""


USUAL: Final = (
    Search(FRONTAL, 768),
    Search(STEADY_FRONTAL, 512),
    Search(STEADY_FRONTAL, 384, angle_deg=-28),
    Search(STEADY_FRONTAL, 384, angle_deg=28),
)
"""The first proposes 79 of the 80 portraits, and faces down to 3 % of the photo; the last two
heads that are tilted."""
BEYOND_THE_EDGE: Final = (Search(STEADY_FRONTAL, 384, margin=0.25),)
"""A cascade wants the whole square: forehead or chin may be cut. The edge's own pixels, repeated,
hold no second face as its reflection does."""
FINE: Final = (Search(STEADY_FRONTAL, 2304, equalised=False, larger_than_px=TILES_FROM_PX),)
"""Faces down to 65 px in 24 megapixels, in about 0.6 s on one core."""
PROFILES: Final = (
    Search(PROFILE, 512, centre_shift=-0.16),
    Search(PROFILE, 512, centre_shift=-0.16, mirrored=True),
)
TURNED: Final = (
    tuple(Search(STEADY_FRONTAL, 512, angle_deg=angle) for angle in (-14, 14, -90, 90, 180)),
    *(
        tuple(Search(STEADY_FRONTAL, 384, angle_deg=sign * angle) for sign in (-1, 1))
        for angle in (50, 70, 112, 134, 157)
    ),
)
"""Photos that were not turned upright first; with the usual ones every tilt is within 14 degrees
of a search (at 15 and more, one of 24 tilts was missed)."""
ROUNDS: Final = (USUAL, BEYOND_THE_EDGE, FINE, PROFILES, *TURNED)
"""Each only where those before found nobody."""


class FaceProposer:
    """Runs the searches."""

    def __init__(self) -> None:
        data: Any = cv2.__dict__["data"]
        self._cascades = {
            name: cv2.CascadeClassifier(str(Path(data.haarcascades) / name))
            for name in (FRONTAL, STEADY_FRONTAL, PROFILE)
        }

    def propose(
        self, grey: NDArray[np.uint8], search: Search,
        *, cancel: Event | None = None, report: Report | None = None,
    ) -> Iterator[NDArray[np.float64]]:  # fmt: skip
        """Quads ``[4, 2]`` in pixels of ``grey [H, W]``; raises `Cancelled`."""
        longest = max(grey.shape)
        scale = min(1.0, search.side_px / longest)
        if min(grey.shape) * scale < SMALLEST_BOX_PX or longest <= search.larger_than_px:
            return
        if scale < 1:
            size = (round(grey.shape[1] * scale), round(grey.shape[0] * scale))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        scale = max(grey.shape) / longest
        if search.equalised:
            grey = cv2.equalizeHist(grey).astype(np.uint8)
        margin = round(search.margin * max(grey.shape))
        if margin:
            grey = cv2.copyMakeBorder(
                grey, margin, margin, margin, margin, cv2.BORDER_REPLICATE
            ).astype(np.uint8)
        turned, turn = _turned(grey, search)
        back = cv2.invertAffineTransform(turn)
        tiles = list(_tiles(turned.shape))
        for k, (left, top, right, bottom) in enumerate(tiles):
            tick(cancel, report, k / len(tiles), 0)
            boxes = self._cascades[search.cascade].detectMultiScale(
                turned[top:bottom, left:right], scaleFactor=1.15, minNeighbors=1,
                minSize=(SMALLEST_BOX_PX, SMALLEST_BOX_PX),
                maxSize=(OVERLAP_PX, OVERLAP_PX) if len(tiles) > 1 else (0, 0),
            )  # fmt: skip
            for x, y, side, _ in np.array(boxes).reshape(-1, 4) + np.array((left, top, 0, 0)):
                x = x + search.centre_shift * side
                corners = np.array([[x, y], [x, y + side], [x + side, y + side], [x + side, y]])
                quad = (corners @ back[:, :2].T + back[:, 2] - margin) / scale
                yield quad[[3, 2, 1, 0]] if search.mirrored else quad


def _tiles(shape: tuple[int, ...]) -> Iterator[tuple[int, int, int, int]]:
    """(left, top, right, bottom) of overlapping parts; a picture that is no larger is one."""
    height, width = shape[:2]
    if max(height, width) <= TILES_FROM_PX:
        yield 0, 0, width, height
        return
    step = TILE_PX - OVERLAP_PX
    for top in range(0, max(height - OVERLAP_PX, 1), step):
        for left in range(0, max(width - OVERLAP_PX, 1), step):
            yield left, top, min(left + TILE_PX, width), min(top + TILE_PX, height)


def _turned(
    grey: NDArray[np.uint8], search: Search
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture turned about its middle, then mirrored, and the map ``[2, 3]`` that did it."""
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), search.angle_deg, 1.0)
    if search.mirrored:
        matrix[0] *= -1
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ matrix[:, :2].T
    corners += matrix[:, 2]
    matrix[:, 2] -= corners.min(0)
    size = np.ceil(np.ptp(corners, axis=0)).astype(int)
    turned = grey
    if search.angle_deg or search.mirrored:
        turned = cv2.warpAffine(grey, matrix, (int(size[0]), int(size[1]))).astype(np.uint8)
    return turned, matrix.astype(np.float64)
