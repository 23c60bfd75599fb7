"""Stage `painter`: places that are drawn, and steps of training that go on where they were."""

import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from drawn_faces import drawn_face
from numpy.typing import NDArray

from s2flow_app.labels import HAIR, SKIN
from s2flow_app.nets.photo_painter import PhotoPainter
from s2flow_app.training import painter
from s2flow_app.training.data import FaceData, is_held_out
from s2flow_app.training.lite_features import PACKAGE
from s2flow_app.training.loop import StageConfig
from s2flow_app.training.painter_data import LEAST_PX, MOST, WINDOW_PX, PaintedFaces, Places

FACES = 12
needs_features = pytest.mark.skipif(
    importlib.util.find_spec(PACKAGE.format(variant=painter.VARIANT)) is None,
    reason="the weights of EfficientNet-Lite0 are not installed",
)
Tiny = partial(PhotoPainter, widths=(8, 8, 8, 8), dilations=(1,), fine=8)


@pytest.fixture(scope="module")
def faces() -> PaintedFaces:
    """Drawn faces with grain; some of them are held out, as of portraits four tenths are."""
    rng = np.random.default_rng(0)
    maps = np.stack([drawn_face(50 + 3 * k) for k in range(FACES)])
    shades = np.full((19, 3), 120, np.float32)
    shades[SKIN], shades[HAIR] = (205, 160, 140), (60, 45, 40)
    grain = rng.normal(0, 4, (FACES, 256, 256, 1))
    images = (shades[maps] + grain).clip(0, 255).astype(np.uint8)
    names = tuple(f"cc0-{k:04d}" for k in range(FACES))
    assert 2 <= sum(map(is_held_out, names)) <= FACES - 2
    points = np.zeros((FACES, 478, 2), np.float32)
    data = FaceData(names, images, points, names, maps)
    return PaintedFaces(data, maps, shades[maps].astype(np.uint8))


def places_of(faces: PaintedFaces, seed: int = 0) -> Places:
    return Places(faces, faces.data.select(held_out=False), np.random.default_rng(seed))


# --- places ------------------------------------------------------------------------------------


def test_places_are_neither_specks_nor_all_of_the_picture(faces: PaintedFaces) -> None:
    places = places_of(faces)
    sizes = []
    for k in range(60):
        mask = places.place(faces.label_maps[k % FACES])
        assert mask.shape == (256, 256) and mask.dtype == np.bool_
        sizes.append(int(mask.sum()))
    assert min(sizes) > LEAST_PX and max(sizes) < MOST * 256 * 256
    assert len(set(sizes)) > 30, "of many kinds"


def test_a_batch_is_windows_about_places(faces: PaintedFaces) -> None:
    given = places_of(faces).batch(24)
    shapes = [tuple(t.shape) for t in given.tensors()]
    assert shapes == [(24, c, WINDOW_PX, WINDOW_PX) for c in (3, 1, 19, 4, 4)]
    assert all(torch.isfinite(t).all() for t in given.tensors())
    assert float(given.photo.min()) >= -1 and float(given.photo.max()) <= 1
    assert (given.mask.sum((1, 2, 3)) > 0).all() and set(given.mask.unique().tolist()) <= {0, 1}
    torch.testing.assert_close(given.classes.sum(1), torch.ones_like(given.classes[:, 0]))
    everything = given.mask.mean((1, 2, 3)) == 1
    drawn = given.render[:, 3].mean((1, 2))
    assert set(drawn.unique().tolist()) == {0, 1}, "given or not"
    assert (drawn[everything] == 1).all(), "always where everything is taken out"
    known = given.colours[:, 3:]
    assert not (known * (1 - given.mask)).any(), "colours are of what is painted"
    assert (known.sum((1, 2, 3)) == 0).any() and (known.sum((1, 2, 3)) > 0).any()


def test_the_same_dice_draw_the_same_places(faces: PaintedFaces) -> None:
    one, same, other = (places_of(faces, seed).batch(2) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one.tensors(), same.tensors(), strict=True))
    assert not torch.equal(one.photo, other.photo)


def test_held_out_faces_are_not_trained_on(faces: PaintedFaces) -> None:
    """Each face has a shade of its own here, by which it is known."""
    images = np.repeat(np.arange(FACES, dtype=np.uint8) * 10, 256 * 256 * 3)
    data = FaceData(
        faces.data.names, images.reshape(FACES, 256, 256, 3), faces.data.points,
        faces.data.label_names, faces.data.label_maps,
    )  # fmt: skip
    ids = data.select(held_out=False)
    places = Places(PaintedFaces(data, faces.label_maps, faces.renders), ids,
                    np.random.default_rng(0))  # fmt: skip
    shades = torch.round((places.batch(60).photo[:, 0, 0, 0] + 1) * 12.75)
    assert set(shades.int().tolist()) == set(ids.tolist())


def test_a_whole_face_is_given_with_its_drawing(faces: PaintedFaces) -> None:
    mask = np.ones((256, 256), np.bool_)
    given = places_of(faces).whole(3, mask)
    assert given.photo.shape == (1, 3, 256, 256) and (given.render[:, 3] == 1).all()
    wanted: NDArray[np.uint8] = faces.renders[3]
    shown = (given.render[0, :3].permute(1, 2, 0).numpy() + 1) * 127.5
    np.testing.assert_allclose(shown, wanted, atol=0.01)
    assert not given.colours.any(), "of a face that no photo shows no colour is known"


# --- the stage ---------------------------------------------------------------------------------


@pytest.fixture
def train(
    faces: PaintedFaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], PhotoPainter]:
    """Trains a tiny painter up to a number of steps."""
    monkeypatch.setattr(painter, "PhotoPainter", Tiny)

    def trained(steps: int) -> PhotoPainter:
        done = property(lambda self: min(1.0, self.step / steps))
        monkeypatch.setattr(painter.Trainer, "fraction", done)
        config = StageConfig(data=tmp_path, work=tmp_path, minutes=1, batch=2)
        return painter.run(config, faces)

    return trained


def checkpoint(folder: Path) -> dict:
    return torch.load(folder / "painter" / "checkpoint.pt", weights_only=True)


@needs_features
def test_training_takes_steps_and_goes_on_from_them(
    train: Callable[[int], PhotoPainter], tmp_path: Path
) -> None:
    first = train(2)
    saved = checkpoint(tmp_path)
    assert saved["step"] == 2 and not first.training
    loaded = Tiny()
    loaded.load_state_dict(saved["averaged"])
    fresh = Tiny().state_dict()
    assert all(
        torch.equal(weight, first.state_dict()[key]) for key, weight in loaded.state_dict().items()
    )
    assert any((weight != fresh[key]).any() for key, weight in saved["net"].items())
    sheets = list((tmp_path / "painter").glob("*.png"))
    assert [sheet.name for sheet in sheets] == ["000002.png"]
    second = train(3)
    again = checkpoint(tmp_path)
    assert again["step"] == 3
    assert any(
        (weight != saved["averaged"][key]).any() for key, weight in second.state_dict().items()
    )
    assert {"critic", "critic_optimiser", "optimiser"} <= again.keys()
    moments = again["optimiser"]["state"][0]["step"]
    assert int(moments) == 3, "the optimiser goes on, too"


@needs_features
def test_a_checkpoint_is_a_painter_of_a_pack(
    train: Callable[[int], PhotoPainter], faces: PaintedFaces
) -> None:
    """What was trained paints: finite, and other than what it was given."""
    network = train(1)
    given = places_of(faces).batch(1)
    with torch.inference_mode():
        img = network(given, noise=torch.Generator().manual_seed(0))
    assert img.shape == given.photo.shape and torch.isfinite(img).all()


def test_losses_look_at_what_is_painted_alone(faces: PaintedFaces) -> None:
    given = places_of(faces).batch(2)
    noise = torch.rand_like(given.photo)
    outside = given.photo + (1 - given.mask) * noise
    assert painter._pixels_off(outside, given) == 0
    assert torch.equal(painter._composed(given, outside), given.photo)
    shift = torch.full_like(given.photo, 0.2)
    whole = given.mask.mean((1, 2, 3))
    expected = 0.2 * sum(weight for _, weight in painter.PYRAMID)
    found = painter._pixels_off(given.photo + shift, given)
    assert float(found) == pytest.approx(expected, rel=1e-3), "whatever its size"
    assert (whole > painter.LEAST_SHARE).all()


def test_the_learning_rate_falls_at_the_end() -> None:
    rates = [painter._fall(f) for f in (0, painter.FALLS_FROM, 0.8, 1)]
    assert rates[0] == rates[1] == pytest.approx(1) and rates[1] > rates[2] > rates[3]
    assert rates[3] == pytest.approx(0.05)
