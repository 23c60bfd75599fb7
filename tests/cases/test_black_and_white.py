"""A black-and-white photo stays so, to the value, under every edit and style."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import EditedFace, FaceState

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
pytestmark = [pytest.mark.pack, pytest.mark.slow]
ONE_OF_A_KIND = ("smile", "raise_brows", "fuller_hair", "add_eyeglasses")


@pytest.fixture(scope="module")
def session(pack_dir: Path) -> Session:
    return Session.load(pack_dir)


@pytest.fixture(scope="module")
def face(
    session: Session, astronaut: NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory
) -> PreparedFace:
    """Of the given case, or of the same made here."""
    path = CASES / "astronaut-black-and-white.jpg"
    if not path.is_file():
        path = tmp_path_factory.mktemp("photo") / "grey.jpg"
        Image.fromarray(astronaut).convert("L").convert("RGB").save(path, quality=92)
    _, (found,) = session.open_photo(path)
    return session.prepare_face(found.points)


def check(session: Session, face: PreparedFace, edit: Edit, path: Path) -> None:
    """Grey in the preview, in the crop and in the exported file, and not unchanged."""
    state = session.render(edit)[0]
    assert (state.crop != face.state.crop).any()
    assert_grey(session.preview(edit))
    assert_grey(state.crop)
    assert_grey(exported(session, face.state, state, path))


def assert_grey(pixels: NDArray[np.uint8]) -> None:
    assert (pixels == pixels[..., :1]).all(), f"{np.ptp(pixels.astype(int), axis=2).max()} apart"


def exported(session: Session, start: FaceState, state: FaceState, path: Path) -> NDArray[np.uint8]:
    session.export([EditedFace(start, state)], path)
    with Image.open(path) as file:
        return np.asarray(file.convert("RGB"))


@pytest.mark.parametrize("name", ONE_OF_A_KIND)
def test_shapes(session: Session, face: PreparedFace, name: str, tmp_path: Path) -> None:
    (preset,) = (preset for preset in PRESETS if preset.name == name)
    asked = preset.apply(face.state.label_map)
    check(session, face, Edit(face.state, asked), tmp_path / "out.png")


@pytest.mark.parametrize("index", [0, 1])
def test_sliders(session: Session, face: PreparedFace, index: int, tmp_path: Path) -> None:
    style = Style(attributes=((session.attributes[index][0], 1.0),))
    check(session, face, Edit(face.state, face.state.label_map, style), tmp_path / "out.png")


def test_a_variation_after_an_edit(session: Session, face: PreparedFace, tmp_path: Path) -> None:
    (smile,) = (preset for preset in PRESETS if preset.name == "smile")
    first = session.render(Edit(face.state, smile.apply(face.state.label_map)))[0]
    style = Style(variation_seed=3, variation_strength=0.8)
    check(session, face, Edit(first, first.label_map, style), tmp_path / "out.png")
