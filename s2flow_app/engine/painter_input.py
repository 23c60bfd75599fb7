"""What the photo painter is given: the same in training and in use."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from s2flow_app.engine.spread import spread
from s2flow_app.labels import LIPS, MOUTH, NUM_CLASSES, SKIN, TWINS
from s2flow_app.nets.images import to_img
from s2flow_app.nets.photo_painter import PainterInput

PAINTED_SIZE: Final = 256
"""Side of the pictures that are painted."""
COLOURS_AT: Final = 4
"""Colours are carried on at a picture's side over this: they are broad."""
FEW_CELLS: Final = 4
"""A kind that is seen in less of those has no colour."""
MOUTH_OF_SKIN: Final = np.array(
    [[0.794, 0.173, 0.173], [-0.248, 0.249, -0.403], [-0.205, -0.145, 0.499],
     [0.008, -0.023, -0.032]], np.float32
)  # fmt: skip
"""Mean colour of a mouth's inside, from the skin's and 1, in [-1, 1]: least squares over the 1,641
training faces that show more than 250 pixels of teeth; residuals deviate by 0.13."""
VISIBLE: Final = 0.02
"""Share of a cell that may be masked if it is to be seen."""


def _kinds() -> NDArray[np.uint8]:
    table = np.arange(NUM_CLASSES, dtype=np.uint8)
    for one, other in (*TWINS, LIPS):
        table[max(one, other)] = min(one, other)
    return table


KIND_OF: Final = _kinds()
"""``[19]``: classes that look alike share a kind."""


def known_colours(
    photo: NDArray[np.uint8], seen_map: NDArray[np.uint8], mask: NDArray[np.bool_],
    asked_map: NDArray[np.uint8], *, hidden: bool,
) -> NDArray[np.float32]:  # fmt: skip
    """``[H, W, 4]``: the colour of the asked class as the photo shows it nearby, in [-1, 1], and
    1 where it shows it at all.

    Args:
        photo: ``[H, W, 3]``, sides multiples of 4.
        seen_map: ``[H, W]`` what the photo shows.
        mask: ``[H, W]`` what is to be painted.
        asked_map: ``[H, W]``
        hidden: a class that is to be seen only inside of the mask has the mean of that.
    """
    height, width = asked_map.shape
    small = (width // COLOURS_AT, height // COLOURS_AT)
    picture = cv2.resize(photo, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    picture = picture / np.float32(127.5) - 1
    every = np.s_[COLOURS_AT // 2 :: COLOURS_AT, COLOURS_AT // 2 :: COLOURS_AT]
    seen = KIND_OF[seen_map[every]]
    visible = cv2.resize(mask.astype(np.float32), small, interpolation=cv2.INTER_AREA) < VISIBLE
    asked = KIND_OF[asked_map]
    found = np.zeros((height, width, 4), np.float32)
    for kind in np.unique(asked[mask]):
        here = (asked == kind) & mask
        source = visible & (seen == kind)
        if source.sum() >= FEW_CELLS:
            broad = spread(picture, source.astype(np.float32))
            whole = cv2.resize(broad, (width, height), interpolation=cv2.INTER_LINEAR)
            found[here, :3], found[here, 3] = whole[here], 1
        elif hidden and (seen == kind).sum() >= FEW_CELLS:
            found[here, :3], found[here, 3] = picture[seen == kind].mean(0), 1
        elif hidden and kind == MOUTH and (seen == SKIN).sum() >= FEW_CELLS:
            found[here, :3] = np.append(picture[seen == SKIN].mean(0), 1) @ MOUTH_OF_SKIN
            found[here, 3] = 1
    return found


def painter_input(
    photos: Sequence[NDArray[np.uint8]], masks: Sequence[NDArray[np.bool_]],
    asked_maps: Sequence[NDArray[np.uint8]], colours: Sequence[NDArray[np.float32]],
    renders: Sequence[NDArray[np.uint8] | None],
) -> PainterInput:  # fmt: skip
    """Of N pictures ``[H, W, ...]`` each, sides multiples of 16.

    Args:
        colours: of `known_colours`.
        renders: ``[H, W, 3]`` what the generator draws; None: not given.
    """
    given = [
        _none_given(p) if r is None else _given(r) for p, r in zip(photos, renders, strict=True)
    ]
    ids = torch.from_numpy(np.stack(asked_maps).astype(np.int64))
    hard = F.one_hot(ids, NUM_CLASSES).permute(0, 3, 1, 2).float()
    # Maps have stairs that photos do not have.
    classes = F.avg_pool2d(hard, 3, 1, 1, count_include_pad=False)
    return PainterInput(
        photo=to_img(np.stack(photos)),
        mask=torch.from_numpy(np.stack(masks).astype(np.float32))[:, None],
        classes=classes,
        colours=_channels_first(colours),
        render=_channels_first(given),
    )


def _given(render: NDArray[np.uint8]) -> NDArray[np.float32]:
    one = np.ones((*render.shape[:2], 1), np.float32)
    return np.concatenate([render.astype(np.float32) / np.float32(127.5) - 1, one], 2)


def _none_given(photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.zeros((*photo.shape[:2], 4), np.float32)


def _channels_first(pictures: Sequence[NDArray[np.float32]]) -> torch.Tensor:
    """``[N, C, H, W]``, laid out channels last."""
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
