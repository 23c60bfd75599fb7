"""The committed pack on the public-domain astronaut: what a user gets, end to end."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.app import Editor
from s2flow_app.engine.measure import psnr_db
from s2flow_app.engine.pack import load_pack, read_manifest
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.label_shapes import fuller_hair, shorter_hair
from s2flow_app.labels import HAIR, LEFT_EYE, NOSE, RIGHT_EYE, SKIN
from s2flow_app.model.edit import Edit, Style
from s2flow_app.nets.encoder import LOOKS, inverted
from s2flow_app.nets.images import to_images, to_img
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved

pytestmark = pytest.mark.pack


@pytest.fixture(scope="module")
def session(pack_dir: Path) -> Session:
    return Session.load(pack_dir, device="cpu")


@pytest.fixture(scope="module")
def face(session: Session, astronaut_path: Path) -> PreparedFace:
    _, faces = session.open_photo(astronaut_path)
    return session.prepare_face(faces[0].points)


def _at_size_of(drawing: NDArray[np.uint8], crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(crop).resize(drawing.shape[:2], Image.Resampling.BOX))


def test_the_reconstruction_is_like_the_photo(face: PreparedFace) -> None:
    assert face.inversion_psnr_db > 15
    small = _at_size_of(face.reconstruction, face.state.crop)
    grey = np.full_like(small, small.mean((0, 1)).astype(np.uint8))
    assert psnr_db(face.reconstruction, small) > psnr_db(grey, small) + 4


def test_looking_again_brings_the_drawing_closer(pack_dir: Path, face: PreparedFace) -> None:
    pack = load_pack(pack_dir)
    small = _at_size_of(face.reconstruction, face.state.crop)
    with torch.inference_mode():
        found = []
        for looks in (0, LOOKS):
            ws = inverted(pack.encoder, pack.generator, to_img(small[None]), looks=looks)
            found.append(to_images(pack.generator.synthesis(ws, noise_mode="none"))[0])
    assert psnr_db(found[1], small) > psnr_db(found[0], small) + 0.2


def test_a_reference_lends_its_map_and_points(session: Session, astronaut_path: Path) -> None:
    label_map, points, thumbnail = session.read_shape(astronaut_path)
    assert label_map.shape == (512, 512) and thumbnail.shape == (128, 128, 3)
    assert not (label_map.flags.writeable or points.flags.writeable)
    assert (label_map == NOSE).any()
    # FFHQ's alignment puts the eyes' middle just above the crop's and levels the face.
    np.testing.assert_allclose(points[:2].mean(axis=0), (256, 240), atol=12)
    assert points[0, 0] < points[1, 0] and points[2, 1] > points[0, 1]


def test_latents_come_back_from_their_code(session: Session, face: PreparedFace) -> None:
    state, _ = session.render(Edit(face.state, face.state.label_map))
    error = np.linalg.norm(state.ws - face.state.ws) / np.linalg.norm(face.state.ws)
    assert error < 1e-3


@pytest.mark.parametrize("shape", [fuller_hair, shorter_hair])
def test_a_hair_edit_takes_and_leaves_the_rest(session: Session, face: PreparedFace, shape) -> None:
    edit = Edit(face.state, shape(face.state.label_map))
    state, measures = session.render(edit)
    assert measures.mask_adherence is not None
    assert measures.mask_adherence_unedited is not None
    assert measures.mask_adherence > measures.mask_adherence_unedited
    changed = (state.crop != face.state.crop).any(2)
    hair = (face.state.label_map == HAIR) | (edit.label_map == HAIR)
    far = cv2.distanceTransform((~hair).astype(np.uint8), cv2.DIST_L2, 5) > 60
    assert changed[hair].any() and far.any() and not changed[far].any()
    eyes = np.isin(face.state.label_map, (LEFT_EYE, RIGHT_EYE))
    assert eyes.any() and not changed[eyes].any()


def test_light_hair_is_lighter_than_dark_hair(session: Session, face: PreparedFace) -> None:
    hair = face.state.label_map == HAIR
    light, dark = (
        session.preview(
            Edit(
                face.state,
                face.state.label_map,
                Style(attributes=(("hair_lightness", amount),), regions=(HAIR,)),
            )
        )
        for amount in (1.0, -1.0)
    )
    assert light[hair].mean() > dark[hair].mean() + 10


def test_a_made_up_face_is_parsed_as_a_face(session: Session) -> None:
    own = Session(session._pack)
    for seed in (1, 2, 3):
        _, (found,) = own.new_face(seed)
        label_map = own.prepare_face(found.points).state.label_map
        for class_id in (SKIN, NOSE, LEFT_EYE, RIGHT_EYE):
            assert (label_map == class_id).sum() > 100, (seed, class_id)


def test_rows_of_a_photo_are_those_that_go_with_its_shared_latent(
    session: Session, face: PreparedFace
) -> None:
    prior, basis = session._pack.prior, session._pack.encoder.offset_basis()
    ws = torch.from_numpy(face.state.ws.copy())
    shared = ws.mean(0, keepdim=True)
    off, off_of_means = (
        (ws - said).square().mean() for said in (prior.ws(shared, basis)[0], shared + prior.offsets)
    )
    assert off < 0.1 * off_of_means


@pytest.fixture
def editor(
    qapp, qtbot, pack_dir: Path, astronaut_path: Path, tmp_path: Path, monkeypatch
) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(terms_shown=read_manifest(pack_dir).terms)
    made = Editor(qapp, settings, tmp_path / "settings.json")
    qtbot.addWidget(made.window)
    made.start([astronaut_path])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.close()


def test_the_window_edits_the_astronaut(
    qtbot, editor: Editor, astronaut: NDArray, tmp_path: Path, pack_dir: Path
) -> None:
    from PySide6.QtCore import Qt

    document, canvas = editor.document, editor.window.canvas
    editor.window.layers.set_current_class(HAIR)
    places = [canvas.to_widget(x, y).toPoint() for x, y in ((60, 100), (60, 200), (60, 300))]
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    qtbot.mouseMove(canvas, places[1])
    qtbot.waitUntil(lambda: document.edits.is_preview)
    qtbot.mouseMove(canvas, places[2])
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[2])
    editor.window.actions_["apply"].trigger()
    qtbot.waitUntil(lambda: document.edits.measures is not None)
    out = tmp_path / "edited.png"
    editor.editing.export(out)
    qtbot.waitUntil(out.exists)
    with Image.open(out) as picture:
        edited = np.asarray(picture)
    assert edited.shape == astronaut.shape and (edited != astronaut).any()
    assert (edited[400:] == astronaut[400:]).all()
    editor.window.actions_["undo"].trigger()
    editor.window.actions_["undo"].trigger()
    assert document.edits.base is document.faces.original
