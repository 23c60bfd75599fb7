"""What styles change about a face's crop: this face's hair and skin, and nobody else's."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from s2flow_app.engine.colour_transfer import ColourTransfer
from s2flow_app.engine.paste_back import paste_back
from s2flow_app.engine.photo import photo_from_array
from s2flow_app.engine.surroundings import NOT_OF_FACE, find_surroundings, restyled_around
from s2flow_app.labels import BACKGROUND, HAIR, NUM_CLASSES, SKIN
from s2flow_app.model.face import FaceBox, FaceState, Surroundings

SIZE = 600
QUAD = np.array([[200, 150], [200, 350], [400, 350], [400, 150]], np.float32)
SHADES = {BACKGROUND: (230, 230, 235), HAIR: (70, 50, 40), SKIN: (200, 160, 140)}


class ParserByShade(torch.nn.Module):
    """Reads a scene of flat colours exactly."""

    input_size = 256

    def __init__(self) -> None:
        super().__init__()
        self._where = torch.nn.Parameter(torch.zeros(1))

    def forward(self, img: torch.Tensor) -> torch.Tensor:
        rgb = (img + 1) * 127.5
        logits = torch.full((len(img), NUM_CLASSES, *img.shape[2:]), -50.0)
        for class_id, shade in SHADES.items():
            apart = (rgb - torch.tensor(shade, dtype=torch.float32).view(1, 3, 1, 1)).abs().sum(1)
            logits[:, class_id] = -apart
        return logits


@dataclass
class Scene:
    """A face with hair that hangs out of its crop, and hair that is somebody else's."""

    photo: NDArray[np.uint8]
    label_map: NDArray[np.uint8]
    crop: NDArray[np.uint8]


@pytest.fixture
def scene() -> Scene:
    labels = np.full((SIZE, SIZE), BACKGROUND, np.uint8)
    labels[160:430, 240:360] = HAIR  # out of the crop, downwards
    labels[200:320, 270:330] = SKIN
    labels[170:300, 440:480] = HAIR  # another person's
    photo = np.zeros((SIZE, SIZE, 3), np.uint8)
    for class_id, shade in SHADES.items():
        photo[labels == class_id] = shade
    crop, crop_map = photo[150:350, 200:400], labels[150:350, 200:400]
    return Scene(
        photo,
        cv2.resize(crop_map, (512, 512), interpolation=cv2.INTER_NEAREST).astype(np.uint8),
        cv2.resize(crop, (512, 512), interpolation=cv2.INTER_NEAREST).astype(np.uint8),
    )


def found(scene: Scene, others: tuple[FaceBox, ...] = ()) -> Surroundings:
    around = find_surroundings(
        scene.photo, QUAD, scene.label_map, cast(Any, ParserByShade()), others
    )
    assert around is not None
    return around


def lighter_hair(scene: Scene) -> ColourTransfer:
    before = cv2.resize(scene.crop, (256, 256)).astype(np.float32)
    hair = cv2.resize(scene.label_map, (256, 256), interpolation=cv2.INTER_NEAREST) == HAIR
    after = before + 60 * hair[..., None]
    return ColourTransfer.fit(scene.crop, scene.label_map, before, after, regions=(HAIR,))


def start_state(scene: Scene, around: Surroundings | None) -> FaceState:
    nothing = np.zeros((512, 512), np.uint8)
    latents = np.zeros((12, 512), np.float32)
    return FaceState(latents, scene.label_map, scene.crop, nothing, QUAD, around=around)


def test_hair_that_goes_on_beyond_the_crop_is_this_faces(scene) -> None:
    around = found(scene).label_map
    below_the_crop = around[400, 256]
    another_persons = around[200, 256 + 205]
    assert below_the_crop == HAIR and another_persons == NOT_OF_FACE


def test_hair_of_another_colour_is_not_this_faces(scene) -> None:
    scene.photo[360:430, 240:360] = (60, 110, 30)  # a bush, read as hair for being dark
    around = found(scene).label_map
    assert not (around[404:, :] == HAIR).any()


def test_another_faces_place_is_theirs(scene) -> None:
    quad = np.array([[220, 360], [220, 480], [380, 480], [380, 360]], np.float32)
    box = FaceBox(np.zeros((5, 2), np.float32), quad, 1.0)
    assert found(scene, (box,)).label_map[420, 256] == NOT_OF_FACE


def test_a_crop_that_is_the_whole_photo_has_no_surroundings(scene) -> None:
    quad = np.array([[0, 0], [0, 512], [512, 512], [512, 0]], np.float32)
    assert find_surroundings(scene.crop, quad, scene.label_map, cast(Any, ParserByShade())) is None


def test_a_style_goes_on_beyond_the_crop_and_into_the_photo(scene) -> None:
    around = found(scene)
    start = start_state(scene, around)
    later = restyled_around(around, lighter_hair(scene), None)
    state = start_state(scene, later)
    photo = photo_from_array(scene.photo, "scene")
    changed = paste_back(photo, start, state).pixels.astype(int) - scene.photo
    assert (changed[370:400, 270:330] > 20).all(), "hair below the crop is lighter"
    assert not changed[170:300, 440:480].any(), "somebody else's is not"
    assert not changed[400:, 420:].any() and not changed[:140].any()
    assert not changed[220:300, 285:315].any(), "the crop's own change counts inside of it"


def test_what_is_protected_stays_in_the_surroundings(scene) -> None:
    around = found(scene)
    later = restyled_around(around, lighter_hair(scene), np.ones((512, 512), np.bool_))
    assert np.array_equal(later.picture[128:384, 128:384], around.picture[128:384, 128:384])
    changed = later.picture.astype(int) - around.picture
    assert changed[400:420, 230:280].min() > 9
