"""Places to be painted: what the painter is trained on.

Somebody asks for another map, and what differs is taken out of the photo; or a whole part of the
face, or the outline of its hair, or frames of glasses, or strokes; or all of it. What the photo
shows there is the answer, under the map that it really has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.masks import dilated
from s2flow_app.engine.painter_input import known_colours, painter_input
from s2flow_app.label_shapes import SCRIPTED_EDITS
from s2flow_app.labels import (
    BROWS,
    EARRING,
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_BROW,
    LEFT_EAR,
    LEFT_EYE,
    MOUTH_PARTS,
    NOSE,
    RIGHT_BROW,
    RIGHT_EAR,
    RIGHT_EYE,
    mirror_table,
)
from s2flow_app.nets.photo_painter import PainterInput
from s2flow_app.training.asked_maps import AskedMaps
from s2flow_app.training.data import FaceData

WINDOW_PX: Final = 128
"""Side of what the painter is trained on: a mouth and what is about it, at 256 px a face."""
OTHERS: Final = 2000
"""Maps that parts are borrowed from."""
ASKED, PARTS, OUTLINES, FRAMES = 0.55, 0.22, 0.12, 0.06
"""Shares of the kinds of places; the rest are strokes."""
WHOLE: Final = 0.12
"""Share in which everything is taken out."""
RENDER_GIVEN: Final = 0.3
"""Share in which the generator's drawing is given; always where everything is taken out."""
COLOURS_WITHHELD: Final = 0.2
HIDDEN_GIVEN: Final = 0.7
"""Share in which the mean colour of what is wholly taken out is told: in use the photo before the
edit has it."""
MOST: Final = 0.6
"""Of the picture, that a place may take."""
LEAST_PX: Final = 60
PART_CLASSES: Final = (
    MOUTH_PARTS, (HAIR,), BROWS, (NOSE,),
    (EYEGLASSES, LEFT_EYE, RIGHT_EYE), (LEFT_BROW, RIGHT_BROW, LEFT_EYE, RIGHT_EYE, EYEGLASSES),
    (HAIR, HAT), (EARRING, LEFT_EAR, RIGHT_EAR),
)  # fmt: skip
"""What is taken out at once."""
TRIES: Final = 6

Map = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PaintedFaces:
    """Faces with what the painter is given beside the photo."""

    data: FaceData
    label_maps: Map
    """``[N, 256, 256]``: by hand where there is one, else as the pack's parser sees them."""
    renders: NDArray[np.uint8]
    """``[N, 256, 256, 3]``: what the generator draws of their latents."""


class Places:
    """Draws places to be painted, of some of the faces."""

    def __init__(
        self, faces: PaintedFaces, ids: NDArray[np.int64], rng: np.random.Generator
    ) -> None:
        self._faces, self._ids, self._rng = faces, ids, rng
        others = rng.permutation(ids)[:OTHERS]
        self._asked = AskedMaps(np.asarray(faces.label_maps[np.sort(others)]), rng)
        self._glasses = tuple(e for e in SCRIPTED_EDITS if e.kind == "glasses")

    def batches(self, count: int) -> Iterator[PainterInput]:
        """Endlessly."""
        while True:
            yield self.batch(count)

    def batch(self, count: int, *, window_px: int = WINDOW_PX) -> PainterInput:
        """``count`` windows about what is to be painted; `photo` is the answer, too."""
        columns = zip(*(self._one(window_px) for _ in range(count)), strict=True)
        photos, masks, maps, colours, renders = (list(column) for column in columns)
        return painter_input(photos, masks, maps, colours, renders)

    def whole(self, index: int, mask: Mask) -> PainterInput:
        """A face in whole, with its drawing and its colours."""
        faces = self._faces
        photo, label_map = np.asarray(faces.data.images[index]), faces.label_maps[index]
        colours = known_colours(photo, label_map, mask, label_map, hidden=False)
        render = np.asarray(faces.renders[index])
        return painter_input([photo], [mask], [label_map], [colours], [render])

    def _one(self, window_px: int) -> tuple:
        rng, faces = self._rng, self._faces
        index = int(rng.choice(self._ids))
        photo, label_map = np.asarray(faces.data.images[index]), np.asarray(faces.label_maps[index])
        render: NDArray[np.uint8] | None = np.asarray(faces.renders[index])
        if rng.random() < 0.5:
            photo, render = photo[:, ::-1], render[:, ::-1]
            label_map = mirror_table()[label_map[:, ::-1]]
        everything = rng.random() < WHOLE
        mask = np.ones(label_map.shape, np.bool_) if everything else self.place(label_map)
        known = everything or rng.random() >= COLOURS_WITHHELD
        window = self._window(mask, window_px)
        if known:
            hidden = not everything and rng.random() < HIDDEN_GIVEN
            colours = known_colours(
                np.ascontiguousarray(photo), label_map, mask, label_map, hidden=hidden
            )[window]
        else:
            colours = np.zeros((window_px, window_px, 4), np.float32)
        if not everything and rng.random() >= RENDER_GIVEN:
            render = None
        shown = None if render is None else render[window]
        return photo[window], mask[window], label_map[window], colours, shown

    def place(self, label_map: Map) -> Mask:
        """``[256, 256]`` what is to be painted of a face with this map."""
        for _ in range(TRIES):
            mask = self._drawn_place(label_map)
            if LEAST_PX < mask.sum() < MOST * mask.size:
                return mask
        middle = np.zeros(label_map.shape, np.bool_)
        middle[90:170, 90:170] = True
        return middle

    def _drawn_place(self, label_map: Map) -> Mask:
        rng, kind = self._rng, self._rng.random()
        if kind < ASKED:
            asked = self._asked.draw(label_map)
            changed = label_map != asked
            hairy = changed & ((label_map == HAIR) | (asked == HAIR))
            far = 16 if hairy.sum() > 0.5 * changed.sum() else 11
            return dilated(changed, int(rng.integers(3, far)))
        kind -= ASKED
        if kind < PARTS:
            part = PART_CLASSES[rng.integers(len(PART_CLASSES))]
            return dilated(np.isin(label_map, part), int(rng.integers(3, 12)))
        kind -= PARTS
        if kind < OUTLINES:
            outline = dilated(label_map == HAIR, 2) & dilated(label_map != HAIR, 2)
            mask = dilated(outline, int(rng.integers(2, 14)))
            if rng.random() < 0.6:  # one side, or the top, of it
                side = int(rng.integers(3))
                kept = (np.s_[:, :128], np.s_[:, 128:], np.s_[:128])[side]
                part = np.zeros_like(mask)
                part[kept] = mask[kept]
                mask = part
            return mask
        if kind - OUTLINES < FRAMES:
            return self._frame(label_map)
        return self._strokes(label_map.shape)

    def _frame(self, label_map: Map) -> Mask:
        """Where a pair of glasses' frame would be."""
        edit = self._glasses[self._rng.integers(len(self._glasses))]
        large = np.repeat(np.repeat(label_map, 2, 0), 2, 1)
        glass = (edit.apply(large, strength=1.0) == EYEGLASSES)[::2, ::2]
        wide = int(self._rng.integers(1, 4))
        return dilated(glass, wide) & dilated(~glass, wide)

    def _strokes(self, shape: tuple[int, ...]) -> Mask:
        rng, canvas = self._rng, np.zeros(shape, np.uint8)
        for _ in range(int(rng.integers(1, 4))):
            start = rng.integers(20, shape[0] - 20, 2)
            end = start + rng.integers(-60, 61, 2)
            cv2.line(canvas, start.tolist(), end.tolist(), 1, int(rng.integers(6, 30)))
        return canvas > 0

    def _window(self, mask: Mask, side: int) -> tuple[slice, slice]:
        """A square about one of the pixels to be painted."""
        rows, columns = np.nonzero(mask)
        picked = self._rng.integers(len(rows))
        jitter = self._rng.integers(-side // 4, side // 4 + 1, 2)
        top, left = (
            int(np.clip(v - side // 2 + j, 0, n - side))
            for v, j, n in zip((rows[picked], columns[picked]), jitter, mask.shape, strict=True)
        )
        return np.s_[top : top + side], np.s_[left : left + side]
