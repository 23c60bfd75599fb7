"""What one undo step changed in the label layers, small and exact."""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from s2flow_app.document.label_ops import Rect, slices, united
from s2flow_app.labels import LabelLayers

TILE_PX: Final = 64
_LEVEL: Final = 1
"""zlib's fastest: XORs of strokes are mostly zeros, higher levels only cost time."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerPatch:
    """The XOR of layers before and after, tile by tile: applying it twice changes nothing."""

    tiles: tuple[tuple[Rect, bytes], ...]

    @property
    def nbytes(self) -> int:
        return sum(len(packed) for _, packed in self.tiles)

    def apply(self, layers: LabelLayers) -> Rect | None:
        """Change ``layers`` in place; returns the rect that may differ."""
        changed = None
        for rect, packed in self.tiles:
            part = layers[slices(rect)]
            part ^= np.frombuffer(zlib.decompress(packed), dtype=np.uint32).reshape(part.shape)
            changed = united(changed, rect)
        return changed

    def joined(self, then: "LayerPatch") -> "LayerPatch":
        """Both as one patch: in whatever order, for XORs commute."""
        tiles = dict(self.tiles)
        for rect, packed in then.tiles:
            before = tiles.pop(rect, None)
            if before is not None:
                first, second = (
                    np.frombuffer(zlib.decompress(data), np.uint32) for data in (before, packed)
                )
                both = first ^ second
                if not both.any():
                    continue
                packed = zlib.compress(both.tobytes(), _LEVEL)
            tiles[rect] = packed
        return LayerPatch(tuple(tiles.items()))


def difference(before: LabelLayers, after: LabelLayers, within: Rect | None = None) -> LayerPatch:
    """The patch between two layers ``[H, W]`` that differ only ``within`` a rect."""
    height, width = before.shape
    x, y, w, h = within or (0, 0, width, height)
    tiles = []
    for top in range(y - y % TILE_PX, y + h, TILE_PX):
        for left in range(x - x % TILE_PX, x + w, TILE_PX):
            rect = left, top, min(TILE_PX, width - left), min(TILE_PX, height - top)
            xor = before[slices(rect)] ^ after[slices(rect)]
            if xor.any():
                tiles.append((rect, zlib.compress(xor.tobytes(), _LEVEL)))
    return LayerPatch(tuple(tiles))
