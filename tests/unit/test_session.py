"""A session opens a photo, prepares a face, edits it from any state and exports it."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_pack import tiny_original_pack, tiny_pack

from s2flow_app.engine.invert import Budget
from s2flow_app.engine.measure import psnr_db
from s2flow_app.engine.photo_session import FFHQ_POINTS
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.errors import (
    Cancelled,
    NoFaceError,
    NotFiniteError,
    OutputError,
    PackError,
    StalePhotoError,
    UserError,
)
from s2flow_app.labels import HAIR, SKIN
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import EditedFace, FaceState
from s2flow_app.model.photo import PhotoId
from s2flow_app.nets.images import to_images

POINTS = FFHQ_POINTS * 300 + (60, 40)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return Session(tiny_pack(tmp_path_factory.mktemp("pack")))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    small = Image.fromarray(rng.integers(0, 255, (8, 9, 3), np.uint8))
    path = tmp_path / "a photo.png"
    small.resize((450, 400)).save(path)
    return path


@pytest.fixture
def face(session: Session, photo: Path) -> PreparedFace:
    session.open_photo(photo)
    return session.prepare_face(POINTS.astype(np.float32))


def _painted(state: FaceState) -> np.ndarray:
    asked = state.label_map.copy()
    box = asked[200:300, 200:300]
    box[:] = np.where(box == HAIR, SKIN, HAIR)
    return asked


def test_a_prepared_face_is_the_photos(session: Session, face: PreparedFace) -> None:
    assert face.state.ws.shape == (12, 32)
    assert face.state.crop.shape == (512, 512, 3)
    assert not face.state.replaced.any()
    assert face.reconstruction.shape == (128, 128, 3)
    np.testing.assert_allclose(face.state.quad[0], (60, 40), atol=0.01)


def test_an_edit_that_asks_for_nothing_keeps_the_picture(
    session: Session, face: PreparedFace
) -> None:
    state, measures = session.render(Edit(face.state, face.state.label_map))
    np.testing.assert_array_equal(state.crop, face.state.crop)
    np.testing.assert_allclose(state.ws, face.state.ws, atol=2e-3)
    assert measures.mask_adherence is None


def test_a_semantic_edit_changes_the_surroundings_alone(
    session: Session, face: PreparedFace
) -> None:
    state, measures = session.render(Edit(face.state, _painted(face.state)))
    changed = (state.crop != face.state.crop).any(2)
    assert changed[210:290, 210:290].mean() > 0.5
    assert not changed[:100].any()
    assert 0 <= measures.painted <= 1
    assert measures.mask_adherence is not None and measures.nfe > 0
    assert np.abs(state.ws - face.state.ws).max() > 1e-3


@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_protected_pixels_stay_here_and_in_the_photo(
    session: Session, photo: Path, tmp_path: Path, scale: float
) -> None:
    """Also of a face much smaller than the crop, whose pixels spread when they are put back."""
    session.open_photo(photo)
    middle = POINTS.mean(axis=0)
    face = session.prepare_face((middle + scale * (POINTS - middle)).astype(np.float32))
    protected = np.zeros((512, 512), bool)
    protected[180:320, 240:280] = True
    style = Style(variation_seed=3, variation_strength=0.8)
    edit = Edit(face.state, _painted(face.state), style, protected=protected)
    state = session.render(edit)[0]
    changed = (state.crop != face.state.crop).any(2)
    assert not changed[protected].any() and changed[210:290, 210:225].mean() > 0.5
    np.testing.assert_array_equal(session.preview(edit, settled=True), state.crop)
    session.export([EditedFace(face.state, state)], tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as out, Image.open(photo) as before:
        moved = (np.asarray(out.convert("RGB")) != np.asarray(before.convert("RGB"))).any(2)
    side = np.linalg.norm(face.state.quad[3] - face.state.quad[0]) / 512
    ys, xs = np.nonzero(moved)
    across = (
        ((xs + 0.5) - face.state.quad[0, 0]) / side,
        ((ys + 0.5) - face.state.quad[0, 1]) / side,
    )
    inside = (across[0] > 240) & (across[0] < 280) & (across[1] > 180) & (across[1] < 320)
    assert moved.any() and not inside.any()


def test_a_narrow_feather_changes_less_around_the_edit(
    session: Session, face: PreparedFace
) -> None:
    asked = _painted(face.state)
    wide, narrow = (
        (session.render(Edit(face.state, asked, feather_px=px))[0].replaced > 0).sum()
        for px in (None, 1.0)
    )
    assert 0 < narrow < 0.95 * wide


@pytest.mark.parametrize("style", [Style(), Style(attributes=(("warm", 0.5),))])
def test_a_settled_preview_shows_what_the_render_is(
    session: Session, face: PreparedFace, style: Style
) -> None:
    edit = Edit(face.state, _painted(face.state), style)
    rendered = session.render(edit)[0].crop
    np.testing.assert_array_equal(session.preview(edit, settled=True), rendered)
    draft = np.abs(session.preview(edit).astype(int) - rendered)
    assert draft.mean() < 4, "a draft is not far from it"


def test_the_amount_scales_the_way_in_the_latents(session: Session, face: PreparedFace) -> None:
    asked = _painted(face.state)
    whole, half = (session.render(Edit(face.state, asked, amount=a))[0].ws for a in (1.0, 0.5))
    np.testing.assert_allclose(half - face.state.ws, (whole - face.state.ws) / 2, atol=1e-4)


def test_a_style_edit_confined_to_a_region_leaves_the_rest(
    session: Session, face: PreparedFace
) -> None:
    present = int(np.bincount(face.state.label_map.ravel()).argmax())
    absent = next(k for k in range(1, 19) if not (face.state.label_map == k).any())
    for region, moves in ((present, True), (absent, False)):
        style = Style(variation_seed=3, variation_strength=0.8, regions=(region,))
        state, measures = session.render(Edit(face.state, face.state.label_map, style))
        assert (state.crop != face.state.crop).any() == moves
        assert measures.mask_adherence is None


def test_edits_go_on_from_a_result_and_are_exported(
    session: Session, face: PreparedFace, photo: Path, tmp_path: Path
) -> None:
    first, _ = session.render(Edit(face.state, _painted(face.state)))
    style = Style(attributes=(("light", 1.0),))
    second, _ = session.render(Edit(first, first.label_map, style))
    out = tmp_path / "out.png"
    before = np.asarray(Image.open(photo))
    for state, is_of_style in ((first, False), (second, True)):
        session.export([EditedFace(face.state, state)], out)
        after = np.asarray(Image.open(out))
        assert after.shape == before.shape
        changed = (before != after).any(2)
        assert changed[100:250, 120:300].any()
        beyond = changed[:, :59].any() or changed[:39].any() or changed[:, 361:].any()
        assert beyond == is_of_style, "only a style goes on beyond the crop"


def test_the_photo_comes_back_unchanged_without_an_edit(
    session: Session, face: PreparedFace, photo: Path, tmp_path: Path
) -> None:
    session.export([EditedFace(face.state, face.state)], tmp_path / "same.png")
    before, after = (np.asarray(Image.open(p)) for p in (photo, tmp_path / "same.png"))
    np.testing.assert_array_equal(before, after)


def test_refining_and_tuning_come_closer_to_the_photo(session: Session, face: PreparedFace) -> None:
    refined = session.refine(face.state, Budget(60, steps=20))
    assert refined.inversion_psnr_db > face.inversion_psnr_db
    shares: list[float] = []
    tuned = session.tune(refined.state, seconds=1.5, progress=lambda _, share: shares.append(share))
    assert tuned.inversion_psnr_db > refined.inversion_psnr_db
    assert shares == sorted(shares) and shares[-1] <= 1


def test_a_cancelled_tuning_leaves_the_face_as_it_was(session: Session, face: PreparedFace) -> None:
    cancel = Event()

    def stop(stage: str, share: float) -> None:
        if stage == "Tuning the likeness":
            cancel.set()

    before = session.preview(Edit(face.state, _painted(face.state)))
    with pytest.raises(Cancelled):
        session.tune(face.state, seconds=3.0, cancel=cancel, progress=stop)
    np.testing.assert_array_equal(session.preview(Edit(face.state, _painted(face.state))), before)


@pytest.mark.parametrize(("without", "alike"), [((), False), (("painter",), True)])
def test_a_new_face_is_drawn_from_its_latents(
    tmp_path: Path, without: tuple[str, ...], alike: bool
) -> None:
    session = Session(tiny_pack(tmp_path / "pack", without=without))
    display, (found,) = session.new_face(7)
    face = session.prepare_face(found.points)
    assert display.shape == (512, 512, 3)
    # What is painted is not in the latents, and this likeness encoder is untrained.
    assert (face.inversion_psnr_db > 35) == alike
    np.testing.assert_array_equal(session.new_face(7)[0], display)
    assert (session.new_face(8)[0] != display).any()


def test_samples_are_a_row_per_map_and_a_column_per_code(
    session: Session, face: PreparedFace
) -> None:
    maps = [face.state.label_map, _painted(face.state)]
    sheet = session.sample(maps, [1, 2, 3])
    assert sheet.shape == (2, 3, 512, 512, 3)
    assert (sheet[0, 0] != sheet[0, 1]).any() and (sheet[0, 0] != sheet[1, 0]).any()


def test_a_reference_without_a_face_is_refused(session: Session, photo: Path) -> None:
    with pytest.raises(NoFaceError, match=r"a photo\.png"):
        session.read_style(photo)
    with pytest.raises(NoFaceError):
        session.read_shape(photo)


def test_a_pack_without_encoder_finds_latents_by_optimisation(tmp_path: Path, photo: Path) -> None:
    session = Session(tiny_pack(tmp_path / "pack", without=("encoder", "prior", "styles")))
    session.open_photo(photo)
    cancel, shares = Event(), []

    def stop_halfway(stage: str, share: float) -> None:
        shares.append(share)
        if share > 0.4:
            cancel.set()

    with pytest.raises(Cancelled):
        session.prepare_face(POINTS.astype(np.float32), cancel=cancel, progress=stop_halfway)
    stopped_at = shares[-1]
    shares.clear()
    face = session.prepare_face(
        POINTS.astype(np.float32), progress=lambda stage, share: shares.append(share)
    )
    assert min(shares[1:]) >= stopped_at - 0.05, "it goes on where it was stopped"
    first = session._pack_generator.synthesis(torch.zeros(1, 12, 32))
    flat = psnr_db(
        to_images(first)[0], np.asarray(Image.fromarray(face.state.crop).resize((128, 128)))
    )
    assert face.inversion_psnr_db > flat + 1
    state, measures = session.render(Edit(face.state, _painted(face.state)))
    assert measures.nfe > 0
    assert (state.ws != face.state.ws).any()
    varied = Style(variation_seed=3, variation_strength=0.5)
    assert session.attributes == ()
    session.render(Edit(face.state, face.state.label_map, varied))


def test_a_pack_takes_the_photo_networks_of_another(tmp_path: Path) -> None:
    whole = tiny_pack(tmp_path / "whole")
    bare = tiny_pack(tmp_path / "bare", without=("parser", "landmarks"))
    completed = bare.completed_by(whole)
    assert completed.parser is whole.parser
    assert completed.generator is bare.generator
    with pytest.raises(PackError, match="parser"):
        _ = bare.parser


def test_a_pack_of_the_original_s_networks_edits_made_up_faces(
    tmp_path: Path, session: Session
) -> None:
    pack = tiny_original_pack(tmp_path / "pack").completed_by(session._pack)
    original = Session(pack)
    _, (box,) = original.new_face(4)
    face = original.prepare_face(box.points)
    assert face.state.ws.shape == (12, 32)
    state, measures = original.render(Edit(face.state, _painted(face.state)))
    moved = np.abs(state.ws - face.state.ws)
    assert (moved.max(1) > 0).all(), "every row flows"
    assert measures.mask_adherence is not None
    half, _ = original.render(Edit(face.state, _painted(face.state), amount=0.5))
    np.testing.assert_allclose(half.ws - face.state.ws, (state.ws - face.state.ws) / 2, atol=1e-5)
    pictures = original.sample([face.state.label_map], seeds=[1, 2])
    assert pictures.shape == (1, 2, 512, 512, 3)
    assert (pictures[0, 0] != pictures[0, 1]).any()


def test_what_is_asked_of_another_photo_is_refused(session: Session, photo: Path) -> None:
    first, second = PhotoId(), PhotoId()
    session.open_photo(photo, photo_id=first)
    session.check_open(first)
    session.new_face(1, photo_id=second)
    session.check_open(second)
    for stale in (first, PhotoId(), None):
        with pytest.raises(StalePhotoError):
            session.check_open(stale)
    assert session.source is None


def test_the_open_photo_is_never_overwritten_whatever_it_is_called_by_now(
    session: Session, photo: Path
) -> None:
    session.open_photo(photo)
    before = photo.read_bytes()
    renamed = photo.rename(photo.with_name("renamed.png"))
    (photo.parent / "link.png").symlink_to(renamed)
    for path in (photo, renamed, photo.parent / "link.png"):
        with pytest.raises(OutputError, match="never overwritten"):
            session.export([], path)
    assert renamed.read_bytes() == before and not photo.exists()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_never_become_a_state(
    session: Session, photo: Path, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    session.open_photo(photo)
    face = session.prepare_face(POINTS.astype(np.float32))
    broken = np.array(face.state.ws)
    broken[3, 4] = value
    invert = session._inverter.invert

    def invert_to_broken(*given, **named):
        return broken, invert(*given, **named)[1]

    monkeypatch.setattr(session._inverter, "invert", invert_to_broken)
    with pytest.raises(NotFiniteError, match="Latents") as caught:
        session.prepare_face(POINTS.astype(np.float32))
    assert not isinstance(caught.value, UserError), "it is our fault"
    for wrong in (
        replace(face.state, ws=broken),
        replace(face.state, moved=np.full((512, 512, 2), value, np.float16)),
    ):
        monkeypatch.setattr(session._renderer, "render", lambda *_, w=wrong, **named: (w, None))
        with pytest.raises(NotFiniteError):
            session.render(Edit(face.state, _painted(face.state)))


def test_a_picture_that_is_not_finite_is_none() -> None:
    img = torch.zeros(1, 3, 4, 4)
    assert to_images(img).max() == 128
    img[0, 1, 2, 3] = torch.nan
    with pytest.raises(NotFiniteError):
        to_images(img)
