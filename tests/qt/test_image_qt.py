"""Pictures between numpy and Qt: right colours, no views of what has gone."""

import numpy as np

from s2flow_app.labels import HAIR, PALETTE
from s2flow_app.ui.image_qt import LabelImage, halved, to_qimage, view_as_qimage


def rgb(image, x: int, y: int) -> tuple[int, int, int]:
    colour = image.pixelColor(x, y)
    return colour.red(), colour.green(), colour.blue()


def test_a_qimage_is_a_copy_of_any_array() -> None:
    array = np.random.default_rng(0).integers(0, 255, (7, 5, 3)).astype(np.uint8)
    for source in (array, array[::2, ::-1], array.transpose(1, 0, 2)):
        image, wanted = to_qimage(source), source.copy()
        if source is not array:
            assert rgb(image, 1, 2) == tuple(wanted[2, 1])
    image, wanted = to_qimage(array), array.copy()
    array[...] = 0
    del array
    assert all(rgb(image, x, y) == tuple(wanted[y, x]) for y in range(7) for x in range(5))


def test_a_view_keeps_its_array_and_halving_averages() -> None:
    photo = np.zeros((2, 4097, 3), dtype=np.uint8)
    photo[:, 2048:] = 240
    image, small = view_as_qimage(photo), halved(photo)
    del photo
    assert rgb(image, 100, 0) == (0, 0, 0) and rgb(image, 4000, 1) == (240, 240, 240)
    assert small.shape == (1, 2048, 3) and small[0, 900, 0] == 0 and small[0, 1100, 0] == 240


def test_labels_are_premultiplied_colours() -> None:
    labels = LabelImage(8)
    opacities = np.zeros(len(PALETTE), np.float32)
    opacities[HAIR] = 0.5
    labels.set_colours(PALETTE, opacities)
    label_map = np.zeros((8, 8), dtype=np.uint8)
    label_map[2:4] = HAIR
    labels.write(label_map, 1, 2, 3, 2)
    assert labels.image.pixelColor(0, 2).alpha() == 0
    shown = labels.image.pixelColor(1, 2)
    assert shown.alpha() == 128 and abs(shown.blue() - 204) <= 1 and shown.red() == 0
