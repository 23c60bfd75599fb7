"""Parsing a photo: its map follows the photo's edges, and a mirrored photo has the mirrored map."""

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from s2flow_app.engine.guided import enlarged_along
from s2flow_app.engine.parse import parse_photo
from s2flow_app.labels import HAIR, HAT, LEFT_EYE, RIGHT_EYE, mirror_table
from s2flow_app.nets.parser import FaceParser


def test_shares_are_enlarged_along_the_edges_of_the_guide() -> None:
    guide = np.full((64, 64, 3), 40, np.uint8)
    guide[:, 27:] = 200  # between two of the coarse pixels
    truth = (guide[..., 0] > 100).astype(np.float32)
    coarse = cv2.resize(truth, (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32)
    shares = np.dstack([1 - coarse, coarse, coarse * 0])
    found = enlarged_along(shares.astype(np.float32), guide)
    plain = cv2.resize(shares, (64, 64), interpolation=cv2.INTER_LINEAR)
    assert (found.argmax(2) == truth).all()
    off, off_plainly = (np.abs(x[..., 1] - truth).mean() for x in (found, plain))
    assert off < 0.6 * off_plainly


class _Leaning(FaceParser):
    """Bright is hair, and what is left of the middle in the picture it sees is an eye of theirs."""

    def forward(self, img: Tensor) -> Tensor:
        small = torch.nn.functional.avg_pool2d(img.mean(1), 2)
        logits = torch.zeros(len(img), 19, *small.shape[1:])
        logits[:, HAIR] = 4 * small
        half = small.shape[2] // 2
        logits[:, LEFT_EYE, :, :half] = 1.0
        logits[:, RIGHT_EYE, :, half:] = 0.5  # sees one side better than the other
        return logits


@pytest.fixture
def crop() -> np.ndarray:
    rng = np.random.default_rng(0)
    small = rng.integers(0, 255, (12, 12, 3), np.uint8)
    return cv2.resize(small, (512, 512), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def test_a_mirrored_photo_has_the_mirrored_map(crop: np.ndarray) -> None:
    parser = _Leaning()
    found = parse_photo(parser, crop)
    mirrored = parse_photo(parser, np.ascontiguousarray(crop[:, ::-1]))
    assert found.shape == (512, 512) and found.dtype == np.uint8
    assert {HAIR, LEFT_EYE, RIGHT_EYE} <= set(np.unique(found).tolist())
    same = mirror_table()[mirrored[:, ::-1]] == found
    assert same.mean() > 0.999


class _ByBrightness(FaceParser):
    """Black is background, grey is hair, white is a hat."""

    def forward(self, img: Tensor) -> Tensor:
        small = torch.nn.functional.avg_pool2d(img.mean(1), 2)
        logits = torch.full((len(img), 19, *small.shape[1:]), -100.0)
        for class_id, value in ((0, -1.0), (HAIR, 0.0), (HAT, 1.0)):
            logits[:, class_id] = -20 * (small - value).abs()
        return logits


@pytest.mark.parametrize(("rows", "is_hat"), [(24, False), (120, True)])
def test_a_sheen_on_hair_is_no_hat(rows: int, is_hat: bool) -> None:
    crop = np.zeros((512, 512, 3), np.uint8)
    crop[100:400, 100:400] = 128
    crop[160 : 160 + rows, 150:350] = 255
    found = parse_photo(_ByBrightness(), crop)
    inside = found[162 : 158 + rows, 160:340]
    assert (inside == (HAT if is_hat else HAIR)).mean() > 0.9
