"""What styles have changed about a face's crop, as the canvas draws it over the photo."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QTransform

from s2flow_app.model.face import (
    CROP_IN_SURROUNDINGS,
    FaceState,
    Surroundings,
    surroundings_quad,
)
from s2flow_app.ui.image_qt import to_translucent_qimage
from s2flow_app.ui.painting.changes import differing
from s2flow_app.ui.painting.place import crop_transform

BLEND_PX: Final = 20
"""Of the surroundings: how far within the crop they give way to its own, finer picture."""


def about_crop(state: FaceState, start: FaceState) -> tuple[QImage, QTransform] | None:
    """The picture and the way from it to the photo; None: nothing has changed there."""
    if not _restyled(state.around, start.around):
        return None
    assert state.around is not None and start.around is not None
    opacity = differing(state.around.picture, start.around.picture)
    crop = opacity[CROP_IN_SURROUNDINGS, CROP_IN_SURROUNDINGS]
    crop[...] = crop * _share(len(crop))
    picture = to_translucent_qimage(state.around.picture, opacity)
    return picture, crop_transform(surroundings_quad(start.quad))


def _restyled(now: Surroundings | None, start: Surroundings | None) -> bool:
    if now is None or start is None or now.picture is start.picture:
        return False
    return not np.array_equal(now.picture, start.picture)


def _share(size: int) -> NDArray[np.float32]:
    """``[size, size]``: 1 on the outermost pixels, 0 from `BLEND_PX` inwards."""
    edge = np.minimum(np.arange(size), np.arange(size)[::-1])
    depth = np.minimum(edge[:, None], edge[None])
    return np.clip(1 - depth / BLEND_PX, 0, 1).astype(np.float32)
