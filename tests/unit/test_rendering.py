"""Photo first: what an edit does not ask to change is the photo's own, moved or where it was."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawn_faces import drawn_face
from numpy.typing import NDArray
from tiny_pack import DIM, tiny_pack

from s2flow_app.engine.drawing import Drawing
from s2flow_app.engine.edit import LatentEditor
from s2flow_app.engine.generators import Generators
from s2flow_app.engine.moving import moved
from s2flow_app.engine.pack import Pack
from s2flow_app.engine.painting import Painter
from s2flow_app.engine.rendering import EditRenderer
from s2flow_app.label_shapes import add_eyeglasses, remove_eyeglasses
from s2flow_app.labels import (
    EYEGLASSES,
    HAIR,
    HAT,
    LEFT_EYE,
    LOWER_LIP,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
    LabelMap,
)
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import FaceState

SIZE = 512
LIPS = (UPPER_LIP, LOWER_LIP)
EYES = (LEFT_EYE, RIGHT_EYE)
FARTHEST_PX = 100
"""More than any move or painting reaches."""
WARM = Style(attributes=(("warm", 1.0),))
"""A slider of the tiny pack: everywhere."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return tiny_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture(scope="module")
def renderer(pack: Pack) -> EditRenderer:
    return rendering(pack, Painter(pack.painter, "cpu"))


def rendering(pack: Pack, painter: Painter) -> EditRenderer:
    drawing = Drawing(Generators(pack.generator), "cpu")
    return EditRenderer(LatentEditor(pack), drawing, painter, parser=pack.parser)


@pytest.fixture(scope="module")
def face(pack: Pack, astronaut: NDArray[np.uint8]) -> FaceState:
    """A photo's detail in the colours of a drawn face, and some latents."""
    label_map = np.ascontiguousarray(np.kron(drawn_face(70), np.ones((2, 2), np.uint8)))
    shades = np.full((19, 3), 90, np.float32)
    shades[SKIN], shades[HAIR] = (205, 160, 140), (70, 50, 40)
    shades[[*LIPS]], shades[[*EYES]] = (170, 80, 85), (60, 70, 90)
    detail = cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail -= cv2.GaussianBlur(detail, (0, 0), 3)
    crop = cv2.GaussianBlur(shades[label_map], (0, 0), 1) + 0.5 * detail[..., None]
    ws = np.random.default_rng(2).standard_normal((12, DIM)).astype(np.float32)
    nothing = np.zeros((SIZE, SIZE), np.uint8)
    return FaceState(ws, label_map, crop.clip(0, 255).astype(np.uint8), nothing)


def lowered(label_map: LabelMap, classes: tuple[int, ...], by_px: int) -> LabelMap:
    asked = label_map.copy()
    asked[np.isin(label_map, classes)] = SKIN
    there = np.roll(np.where(np.isin(label_map, classes), label_map, 0), by_px, 0)
    return np.where(there > 0, there, asked).astype(np.uint8)


def with_hat(label_map: LabelMap) -> LabelMap:
    asked = label_map.copy()
    asked[30:110, 180:330] = HAT
    return asked


def changed(one: NDArray, other: NDArray) -> NDArray[np.bool_]:
    return (one != other).any(2)


def far_from(mask: NDArray[np.bool_], px: float) -> NDArray[np.bool_]:
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) > px


# --- moving and painting -----------------------------------------------------------------------


def test_lips_that_are_lowered_are_the_photos_own(renderer: EditRenderer, face: FaceState) -> None:
    asked = lowered(face.label_map, LIPS, 6)
    state, measures = renderer.render(Edit(face, asked))
    assert state.moved is not None and not state.replaced.any()
    assert measures.painted == 0
    assert measures.outside_change is not None and measures.outside_change < 0.5
    field = state.moved.astype(np.float32)
    lips = np.isin(asked, LIPS) & ~far_from(np.isin(face.label_map, LIPS), 12)
    np.testing.assert_allclose(field[lips].mean(0), (0, -6), atol=1.5)
    np.testing.assert_array_equal(state.crop, moved(face.crop, field))
    beyond = far_from(asked != face.label_map, FARTHEST_PX)
    assert not field[beyond].any() and not changed(state.crop, face.crop)[beyond].any()
    np.testing.assert_array_equal(state.label_map, asked)
    assert state.worn is None and not state.crop.flags.writeable


def test_a_hat_is_painted_and_all_else_stays(renderer: EditRenderer, face: FaceState) -> None:
    asked = with_hat(face.label_map)
    state, measures = renderer.render(Edit(face, asked))
    hat = asked == HAT
    assert measures.painted == 1 and state.replaced[hat].mean() > 250
    assert changed(state.crop, face.crop)[hat].mean() > 0.9
    beyond = far_from(hat, 20)
    assert not state.replaced[beyond].any()
    assert not changed(state.crop, face.crop)[beyond].any() and measures.outside_change == 0


def test_measures_say_what_was_asked(renderer: EditRenderer, face: FaceState) -> None:
    _, measures = renderer.render(Edit(face, lowered(face.label_map, LIPS, 6), WARM))
    assert measures.mask_adherence is not None and measures.mask_adherence_unedited is not None
    assert measures.nfe > 0
    assert [stage for stage, _ in measures.seconds] == ["flow", "draw", "measure"]


@pytest.mark.parametrize("style", [Style(), Style(attributes=(("warm", 0.0),))])
def test_an_equal_map_in_another_array_is_no_edit(
    renderer: EditRenderer, face: FaceState, style: Style
) -> None:
    state, measures = renderer.render(Edit(face, face.label_map.copy(), style))
    np.testing.assert_array_equal(state.crop, face.crop)
    assert state.moved is None and not state.replaced.any()
    assert measures.mask_adherence is None and measures.painted == measures.outside_change == 0


def test_nothing_of_an_edit_is_the_picture_before(renderer: EditRenderer, face: FaceState) -> None:
    asked = with_hat(lowered(face.label_map, LIPS, 6))
    state, _ = renderer.render(Edit(face, asked, amount=0.0))
    np.testing.assert_array_equal(state.crop, face.crop)
    np.testing.assert_array_equal(state.ws, face.ws)
    assert state.moved is None and not state.replaced.any()


def test_half_an_edit_moves_half_as_far(renderer: EditRenderer, face: FaceState) -> None:
    asked = lowered(face.label_map, LIPS, 8)
    whole, half = (renderer.render(Edit(face, asked, amount=a))[0].moved for a in (1.0, 0.5))
    assert whole is not None and half is not None
    lips = np.isin(face.label_map, LIPS)
    ways = [float(np.abs(m[lips][:, 1]).mean()) for m in (half, whole)]
    assert ways[0] == pytest.approx(ways[1] / 2, rel=0.25)


def test_a_settled_preview_is_the_render(renderer: EditRenderer, face: FaceState) -> None:
    edit = Edit(face, with_hat(lowered(face.label_map, LIPS, 6)), WARM)
    rendered = renderer.render(edit)[0].crop
    np.testing.assert_array_equal(renderer.preview(edit, settled=True), rendered)


@pytest.mark.parametrize("without_network", [False, True])
def test_a_draft_is_not_far_from_the_render(
    pack: Pack, face: FaceState, without_network: bool
) -> None:
    painter = Painter(None if without_network else pack.painter, "cpu")
    renderer = rendering(pack, painter)
    edit = Edit(face, with_hat(lowered(face.label_map, LIPS, 6)))
    off = np.abs(renderer.preview(edit).astype(int) - renderer.render(edit)[0].crop)
    assert off.mean() < 8, "of a painter that has learnt nothing"
    assert off[far_from(edit.label_map == HAT, 20)].mean() < 1


def test_edits_one_after_another_chain_what_moved(renderer: EditRenderer, face: FaceState) -> None:
    """So that the photo is resampled once, however many edits there are."""
    first, _ = renderer.render(Edit(face, lowered(face.label_map, LIPS, 5)))
    second, _ = renderer.render(Edit(first, lowered(first.label_map, LIPS, 5)))
    assert second.moved is not None and not second.replaced.any()
    at_once = moved(face.crop, second.moved.astype(np.float32))
    off = np.abs(second.crop.astype(int) - at_once)
    assert off.mean() < 0.1 and np.percentile(off, 99.9) < 12
    lips = np.isin(second.label_map, LIPS)
    assert second.moved[lips][:, 1].mean() == pytest.approx(-10, abs=3)


def test_what_was_painted_moves_along(renderer: EditRenderer, face: FaceState) -> None:
    painted = np.where(np.isin(face.label_map, LIPS), 255, 0).astype(np.uint8)
    base = replace(face, replaced=painted)
    state, _ = renderer.render(Edit(base, lowered(face.label_map, LIPS, 6)))
    rows = [np.nonzero(m > 127)[0].mean() for m in (painted, state.replaced)]
    assert rows[1] - rows[0] == pytest.approx(6, abs=1.5)


def test_a_narrow_feather_paints_less(renderer: EditRenderer, face: FaceState) -> None:
    asked = with_hat(face.label_map)
    wide, narrow = (
        (renderer.render(Edit(face, asked, feather_px=px))[0].replaced > 0).sum()
        for px in (None, 2.0)
    )
    assert (asked == HAT).sum() < narrow < wide


def test_how_an_edit_looks_does_not_depend_on_those_before_it(
    pack: Pack, renderer: EditRenderer, face: FaceState
) -> None:
    """Displacements are kept, for sliders: of the very same maps alone."""
    edits = [Edit(face, lowered(face.label_map, LIPS, px)) for px in (4, 7, 4)]
    found = [renderer.preview(edit) for edit in edits]
    fresh = rendering(pack, Painter(pack.painter, "cpu"))
    np.testing.assert_array_equal(found[0], found[2])
    np.testing.assert_array_equal(fresh.preview(edits[1]), found[1])
    assert changed(found[0], found[1]).any()


# --- protection --------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["lips", "hat"])
def test_protected_pixels_are_exact(renderer: EditRenderer, face: FaceState, shape: str) -> None:
    asked = with_hat(face.label_map) if shape == "hat" else lowered(face.label_map, LIPS, 6)
    protected = np.zeros((SIZE, SIZE), np.bool_)
    protected[:, 180:256] = True
    edit = Edit(face, asked, WARM, protected=protected)
    state, _ = renderer.render(edit)
    differs = changed(state.crop, face.crop)
    assert not differs[protected].any() and differs[:, 280:].any()
    assert not state.replaced[protected].any()
    assert state.moved is None or not state.moved[protected].any()
    np.testing.assert_array_equal(renderer.preview(edit, settled=True), state.crop)
    assert not changed(renderer.preview(edit), face.crop)[protected].any()


# --- style -------------------------------------------------------------------------------------


def test_a_style_edit_moves_and_paints_nothing(renderer: EditRenderer, face: FaceState) -> None:
    style = Style(attributes=WARM.attributes, regions=(HAIR,))
    state, measures = renderer.render(Edit(face, face.label_map, style))
    assert state.moved is None and not state.replaced.any() and measures.mask_adherence is None
    differs = changed(state.crop, face.crop)
    hair = face.label_map == HAIR
    assert differs[hair].mean() > 0.5 and not differs[far_from(hair, 16)].any()


def test_a_neutral_photo_stays_exactly_neutral(renderer: EditRenderer, face: FaceState) -> None:
    grey = np.repeat(face.crop[..., 1:2], 3, 2)
    asked = with_hat(lowered(face.label_map, LIPS, 6))
    state, _ = renderer.render(Edit(replace(face, crop=grey), asked, WARM))
    assert changed(state.crop, grey)[asked == HAT].mean() > 0.5
    for channel in (1, 2):
        np.testing.assert_array_equal(state.crop[..., 0], state.crop[..., channel])


# --- glasses -----------------------------------------------------------------------------------


def test_glasses_are_an_object_that_comes_off_again(
    renderer: EditRenderer, face: FaceState
) -> None:
    worn, measures = renderer.render(Edit(face, add_eyeglasses(face.label_map)))
    assert worn.worn is not None and not worn.replaced.any() and worn.moved is None
    assert measures.painted == 0
    np.testing.assert_array_equal(worn.worn.bare, face.crop)
    assert 0.005 < changed(worn.crop, face.crop).mean() < 0.3
    off, _ = renderer.render(Edit(worn, remove_eyeglasses(worn.label_map)))
    assert off.worn is None and off.moved is None and not off.replaced.any()
    np.testing.assert_array_equal(off.crop, face.crop)


def test_shapes_under_worn_glasses_are_of_the_face(renderer: EditRenderer, face: FaceState) -> None:
    """As if there were none; and there they are when the glasses are taken off."""
    worn, _ = renderer.render(Edit(face, add_eyeglasses(face.label_map)))
    both, _ = renderer.render(Edit(worn, lowered(worn.label_map, LIPS, 6)))
    bare, _ = renderer.render(Edit(face, lowered(face.label_map, LIPS, 6)))
    assert both.worn is not None and both.moved is not None and bare.moved is not None
    np.testing.assert_array_equal(both.worn.bare, bare.crop)
    np.testing.assert_array_equal(both.moved, bare.moved)
    np.testing.assert_array_equal(both.worn.before, bare.label_map)
    differs = changed(both.crop, both.worn.bare)
    assert differs[both.label_map == EYEGLASSES].mean() > 0.5
    taken, _ = renderer.render(Edit(both, remove_eyeglasses(both.label_map)))
    np.testing.assert_array_equal(taken.crop, bare.crop)


def test_a_style_goes_on_under_worn_glasses(renderer: EditRenderer, face: FaceState) -> None:
    worn, _ = renderer.render(Edit(face, add_eyeglasses(face.label_map)))
    styled, _ = renderer.render(Edit(worn, worn.label_map, WARM))
    assert styled.worn is not None
    assert changed(styled.worn.bare, face.crop).mean() > 0.3
    taken, _ = renderer.render(Edit(styled, remove_eyeglasses(styled.label_map)))
    np.testing.assert_array_equal(taken.crop, styled.worn.bare)


def test_what_is_asked_where_glasses_were_is_done(renderer: EditRenderer, face: FaceState) -> None:
    """A hat over them: no hole of their shape."""
    worn, _ = renderer.render(Edit(face, add_eyeglasses(face.label_map)))
    asked = worn.label_map.copy()
    asked[150:300, 120:400] = HAT
    state, measures = renderer.render(Edit(worn, asked))
    assert state.worn is None or not (asked == EYEGLASSES).any()
    gone = (worn.label_map == EYEGLASSES) & (asked == HAT)
    assert gone.any() and (state.replaced[gone] > 200).all() and measures.painted > 0.99


def test_other_glasses_leave_the_face_as_it_is(renderer: EditRenderer, face: FaceState) -> None:
    worn, _ = renderer.render(Edit(face, add_eyeglasses(face.label_map)))
    larger = cv2.dilate((worn.label_map == EYEGLASSES).astype(np.uint8), np.ones((7, 7))) > 0
    asked = np.where(larger & (worn.label_map == SKIN), EYEGLASSES, worn.label_map)
    other, measures = renderer.render(Edit(worn, asked.astype(np.uint8)))
    assert other.worn is not None and measures.painted == 0
    np.testing.assert_array_equal(other.worn.bare, face.crop)
    assert changed(other.crop, worn.crop).any()


def test_a_protected_place_under_glasses_keeps_its_values_beneath(
    renderer: EditRenderer, face: FaceState
) -> None:
    protected = np.zeros((SIZE, SIZE), np.bool_)
    protected[340:380] = True
    worn, _ = renderer.render(Edit(face, add_eyeglasses(face.label_map)))
    edit = Edit(worn, lowered(worn.label_map, LIPS, 6), WARM, protected=protected)
    state, _ = renderer.render(edit)
    assert not changed(state.crop, worn.crop)[protected].any()
    assert state.worn is not None
    assert not changed(state.worn.bare, face.crop)[protected].any()


def test_the_next_edit_starts_from_what_the_picture_shows(
    renderer: EditRenderer, face: FaceState
) -> None:
    """Half of an edit was applied: the other half is not asked for by going on."""
    asked = lowered(face.label_map, LIPS, 8)
    half, _ = renderer.render(Edit(face, asked, amount=0.5))
    assert half.part_map is not None and not np.array_equal(half.seen_map, asked)
    np.testing.assert_array_equal(half.label_map, asked)
    again, _ = renderer.render(Edit(half, asked))
    np.testing.assert_array_equal(again.crop, half.crop)
    assert renderer.render(Edit(face, asked))[0].part_map is None
