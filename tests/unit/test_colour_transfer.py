"""Style edits are colour transforms of the photo: what they move, and what they leave alone."""

import time
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from s2flow_app.engine.colour_transfer import BORDER_PX, IDENTITY, ColourTransfer
from s2flow_app.engine.lab import from_log_odds, lab_of, log_odds, rgb_of
from s2flow_app.engine.style_proxies import TITLES
from s2flow_app.labels import (
    BACKGROUND,
    CLASSES,
    CLOTH,
    EYEGLASSES,
    HAIR,
    LEFT_EYE,
    LOWER_LIP,
    MOUTH,
    NOSE,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
)
from s2flow_app.model.edit import Style
from s2flow_app.style_parts import (
    DEFAULT_REGIONS,
    SKIN_PARTS,
    default_regions,
    part_matte,
    part_of_style,
)

Float = NDArray[np.float32]
Image8 = NDArray[np.uint8]

PARTS = (
    (np.s_[40:400, 90:420], HAIR, (90, 62, 42)),
    (np.s_[110:450, 140:370], SKIN, (205, 160, 135)),
    (np.s_[230:320, 235:275], NOSE, (210, 165, 140)),
    (np.s_[205:230, 170:220], RIGHT_EYE, (70, 110, 130)),
    (np.s_[205:230, 290:340], LEFT_EYE, (70, 110, 130)),
    (np.s_[355:370, 210:300], UPPER_LIP, (175, 90, 90)),
    (np.s_[370:385, 210:300], MOUTH, (235, 230, 220)),
    (np.s_[385:405, 210:300], LOWER_LIP, (180, 95, 95)),
    (np.s_[460:, :], CLOTH, (40, 60, 110)),
)
WALL = (170, 180, 185)


@cache
def _label_map() -> NDArray[np.uint8]:
    label_map = np.full((512, 512), BACKGROUND, np.uint8)
    for part, class_id, _ in PARTS:
        label_map[part] = class_id
    return label_map


@cache
def _photo(texture: float = 10.0) -> Image8:
    """A face of flat parts under fine and coarse texture."""
    photo = np.full((512, 512, 3), WALL, np.float32)
    for part, _, colour in PARTS:
        photo[part] = colour
    rng = np.random.default_rng(3)
    fine, coarse = rng.normal(size=(2, 512, 512)).astype(np.float32)
    grain = fine + 6 * cv2.GaussianBlur(coarse, (0, 0), 3)
    return np.clip(photo + (texture * grain)[..., None] / 2, 0, 255).astype(np.uint8)


def _render(photo: NDArray) -> Float:
    """As a generator draws it: smaller and blurred."""
    small = cv2.resize(photo.astype(np.float32), (256, 256), interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (0, 0), 0.7).astype(np.float32, copy=False)


def _lighter(
    render: Float, where: NDArray[np.bool_], *, log_odd: float, warmer: float = 0
) -> Float:
    """A render with the classes of ``where [512, 512]`` lighter and warmer."""
    share = cv2.resize(where.astype(np.float32), (256, 256), interpolation=cv2.INTER_AREA)
    lab = lab_of(render)
    lab[..., 0] = from_log_odds(log_odds(lab[..., 0]) + log_odd * share)
    lab[..., 2] += warmer * share
    return rgb_of(lab)


def restyled(
    photo: Image8, label_map: NDArray[np.uint8], before: Float, after: Float, *,
    regions: tuple[int, ...] = (), where: Float | None = None,
) -> Float:  # fmt: skip
    transfer = ColourTransfer.fit(photo, label_map, before, after, regions=regions, where=where)
    return transfer.in_crop(photo, label_map, where=where)


def _restyled_hair(photo: Image8, *, where: Float | None = None) -> Float:
    before, hair = _render(photo), _label_map() == HAIR
    after = _lighter(before, hair, log_odd=0.8, warmer=6)
    return restyled(photo, _label_map(), before, after, regions=(HAIR,), where=where)


def _difference(a: NDArray, b: NDArray) -> Float:
    """CIE76 ``[H, W]``."""
    return np.linalg.norm(lab_of(a) - lab_of(b), axis=2)


def _inner(where: NDArray[np.bool_], margin_px: int = 12) -> NDArray[np.bool_]:
    inner = cv2.erode(where.astype(np.uint8), np.ones((2 * margin_px + 1,) * 2)) > 0
    inner[: BORDER_PX + 1] = inner[-BORDER_PX - 1 :] = False
    inner[:, : BORDER_PX + 1] = inner[:, -BORDER_PX - 1 :] = False
    return inner


def structure_changed(before: NDArray, after: NDArray, inside: NDArray[np.bool_]) -> float:
    """Share of the energy of what is finer than 2 px in L* that no locally constant gain gives."""
    was, now = (
        lightness - cv2.GaussianBlur(lightness, (0, 0), 2)
        for lightness in (lab_of(picture)[..., 0].copy() for picture in (before, after))
    )
    weight = inside.astype(np.float32)
    joint, square = (cv2.GaussianBlur(weight * was * other, (0, 0), 8) for other in (now, was))
    unexplained = (now - joint / (square + 1e-6) * was)[inside]
    return float((unexplained**2).sum() / (now[inside] ** 2).sum())


def test_two_equal_renders_change_nothing() -> None:
    photo = _photo()
    render = _render(photo)
    out = restyled(photo, _label_map(), render, render)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, photo, atol=0.05)


def test_hair_gets_lighter_and_warmer_by_as_much_as_the_renders_say() -> None:
    photo, hair = _photo(), _inner(_label_map() == HAIR)
    moved = lab_of(_restyled_hair(photo))[hair].mean(0) - lab_of(photo)[hair].mean(0)
    before = _render(photo)
    drawn = _lighter(before, _label_map() == HAIR, log_odd=0.8, warmer=6)
    small = cv2.resize(hair.astype(np.uint8), (256, 256), interpolation=cv2.INTER_NEAREST) > 0
    wanted = lab_of(drawn)[small].mean(0) - lab_of(before)[small].mean(0)
    np.testing.assert_allclose(moved, wanted, atol=1.5)
    assert moved[0] > 10


def test_a_slider_leaves_alone_what_is_not_its_part() -> None:
    photo, hair = _photo(), _label_map() == HAIR
    before = _render(photo)
    after = _lighter(before, np.ones_like(hair), log_odd=0.6)  # the render leaks everywhere
    out = restyled(photo, _label_map(), before, after, regions=default_regions("hair_lightness"))
    change = _difference(out, photo)
    assert change[~hair].mean() <= 0.5
    assert (out[_inner(~hair)] == photo[_inner(~hair)]).all()
    assert change[_inner(hair)].mean() > 5


def test_the_faces_fine_structure_stays() -> None:
    photo, label_map = _photo(texture=2), _label_map()
    skin = np.isin(label_map, SKIN_PARTS)
    before = _render(photo)
    after = _lighter(before, skin, log_odd=0.7, warmer=5)
    # The generator draws other structure than the photo has.
    drawn_anew = np.random.default_rng(4).normal(0, 12, (256, 256, 1)).astype(np.float32)
    after = np.clip(after + cv2.GaussianBlur(drawn_anew, (0, 0), 1.5)[..., None], 0, 255)
    out = restyled(photo, label_map, before, after.astype(np.float32), regions=SKIN_PARTS)
    assert structure_changed(photo, out, _inner(label_map == SKIN, 4)) <= 0.03
    drawn = photo + cv2.resize(after - before, (512, 512))
    assert structure_changed(photo, drawn, _inner(label_map == SKIN, 4)) > 0.1


@pytest.mark.parametrize("regions", [(), (*SKIN_PARTS, LEFT_EYE, RIGHT_EYE, MOUTH)])
def test_irises_and_teeth_keep_their_colours(regions: tuple[int, ...]) -> None:
    photo, label_map = _photo(), _label_map()
    before = _render(photo)
    after = np.clip(before * (0.8, 1.0, 1.15) + (0, 8, 0), 0, 255).astype(np.float32)
    out = restyled(photo, label_map, before, after, regions=regions)
    for class_id in (LEFT_EYE, RIGHT_EYE, MOUTH):
        assert _difference(out, photo)[_inner(label_map == class_id, 4)].mean() < 1.5
    assert _difference(out, photo)[_inner(label_map == SKIN)].mean() > 5


def test_irises_change_when_they_are_asked_for() -> None:
    photo, label_map = _photo(), _label_map()
    before = _render(photo)
    eyes = np.isin(label_map, (LEFT_EYE, RIGHT_EYE))
    after = _lighter(before, eyes, log_odd=0.0, warmer=20)
    out = restyled(photo, label_map, before, after, regions=(LEFT_EYE, RIGHT_EYE))
    assert (lab_of(out) - lab_of(photo))[_inner(eyes, 5)].mean(0)[2] > 8


def test_light_from_one_side_falls_on_that_side() -> None:
    photo, label_map = _photo(), _label_map()
    before = _render(photo)
    ramp = np.linspace(0.8, 1.2, 256, dtype=np.float32)[None, :, None]
    after = np.clip(before * ramp, 0, 255)
    out = restyled(photo, label_map, before, after, regions=default_regions("light_side"))
    change = lab_of(out)[..., 0] - lab_of(photo)[..., 0]
    skin = _inner(label_map == SKIN)
    assert change[:, :200][skin[:, :200]].mean() < -3
    assert change[:, 320:][skin[:, 320:]].mean() > 3
    eyes = [change[label_map == eye].mean() for eye in (RIGHT_EYE, LEFT_EYE)]
    assert eyes[0] < -1 and eyes[1] > 1  # they are in the same light


def test_a_neutral_photo_stays_exactly_neutral() -> None:
    grey = cv2.cvtColor(cv2.cvtColor(_photo(), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    out = _restyled_hair(grey.astype(np.uint8))
    assert (out == out[..., :1]).all()
    assert np.abs(out - grey).max() > 20


def test_a_sepia_photo_keeps_its_tone() -> None:
    grey = cv2.cvtColor(_photo(), cv2.COLOR_RGB2GRAY).astype(np.float32)
    sepia = np.clip(grey[..., None] * (1.05, 0.95, 0.75), 0, 255).astype(np.uint8)
    before, hair = _render(sepia), _label_map() == HAIR
    after = _lighter(before, hair, log_odd=0.8, warmer=-30)
    out = restyled(sepia, _label_map(), before, after, regions=(HAIR,))
    was, now = lab_of(sepia)[_inner(hair)].mean(0), lab_of(out)[_inner(hair)].mean(0)
    assert now[0] > was[0] + 8
    hue = [np.arctan2(lab[2], lab[1]) for lab in (was, now)]
    assert hue[0] == pytest.approx(hue[1], abs=0.1)


def test_neither_highlights_nor_shadows_clip() -> None:
    photo, label_map = _photo(), _label_map()
    photo = photo.copy()
    photo[150:160, 300:310], photo[170:180, 300:310] = 250, 6
    before = _render(photo)
    for log_odd in (1.2, -1.2):
        after = _lighter(before, np.ones((512, 512), np.bool_), log_odd=log_odd)
        out = restyled(photo, label_map, before, after)
        dark, middle, light = (lab_of(out)[y, 305, 0] for y in (175, 140, 155))
        assert 0.3 < dark < middle - 10 and middle + 3 < light < 99.9


def test_it_fades_at_the_crops_border() -> None:
    photo = _photo()
    before = _render(photo)
    after = np.clip(before * 1.2, 0, 255)
    out = restyled(photo, _label_map(), before, after, regions=(BACKGROUND, CLOTH))
    edge = np.ones((512, 512), np.bool_)
    edge[1:-1, 1:-1] = False
    assert (out[edge] == photo[edge]).all()


def test_there_is_no_step_where_classes_meet() -> None:
    photo = np.full((512, 512, 3), 150, np.uint8)  # no edge that a matte could follow
    photo[..., 0] = 170
    before = _render(photo)
    after = _lighter(before, _label_map() == HAIR, log_odd=0.8)
    out = restyled(photo, _label_map(), before, after, regions=(HAIR,))
    assert np.abs(np.diff(out[250], axis=0)).max() < 8
    assert np.abs(out[250] - photo[250]).max() > 25


def test_where_narrows_the_part() -> None:
    photo = _photo()
    where = np.zeros((512, 512), np.float32)
    where[:, :256] = 1
    out = _restyled_hair(photo, where=where)
    assert (out[:, 256:] == photo[:, 256:]).all()
    assert np.abs(out[:, :256] - photo[:, :256]).max() > 10


def test_skin_behind_lenses_changes_and_their_frame_does_not() -> None:
    photo, label_map = _photo().copy(), _label_map().copy()
    glasses, frame = np.s_[190:250, 160:225], np.s_[190:198, 160:225]
    label_map[glasses], photo[glasses] = EYEGLASSES, photo[300:360, 160:225]
    photo[frame] = (25, 20, 20)
    before = _render(photo)
    skin = np.isin(label_map, (SKIN, EYEGLASSES))
    after = _lighter(before, skin, log_odd=-0.7)
    regions = default_regions("skin_lightness")
    out = restyled(photo, label_map, before, after, regions=regions)
    change = _difference(out, photo)
    assert change[frame].mean() < 1
    assert change[205:245, 170:215].mean() > 0.8 * change[280:340, 170:215].mean() > 5


def test_only_where_it_may_change_the_renders_are_compared() -> None:
    photo, label_map = _photo(), _label_map()
    where = np.zeros((512, 512), np.float32)
    where[330:] = 1
    before = _render(photo)
    darker = _lighter(before, (label_map == SKIN) & (where > 0), log_odd=-0.4)
    out = restyled(photo, label_map, before, darker, regions=(SKIN,), where=where)
    chin = _inner((label_map == SKIN) & (where > 0))
    moved = log_odds(lab_of(out)[chin][:, 0]).mean() - log_odds(lab_of(photo)[chin][:, 0]).mean()
    assert moved == pytest.approx(-0.4, abs=0.06)


def test_ash_hair_is_not_blue() -> None:
    photo, hair = _photo(), _label_map() == HAIR
    before = _render(photo)
    after = _lighter(before, hair, log_odd=0, warmer=-40)
    out = restyled(photo, _label_map(), before, after, regions=(HAIR,))
    assert lab_of(out)[_inner(hair)].mean(0)[2] > -8


def test_a_class_that_is_too_small_to_tell_keeps_its_colours() -> None:
    photo, label_map = _photo(), np.full((512, 512), SKIN, np.uint8)
    label_map[200:206, 200:206] = HAIR
    before = _render(photo)
    out = restyled(photo, label_map, before, np.clip(before + 40, 0, 255), regions=(HAIR,))
    np.testing.assert_array_equal(out, photo)


def test_the_photo_at_another_resolution_changes_alike() -> None:
    photo, label_map = _photo(texture=0), _label_map()
    before = _render(photo)
    after = _lighter(before, label_map == HAIR, log_odd=0.8)
    transfer = ColourTransfer.fit(photo, label_map, before, after, regions=(HAIR,))
    in_crop = transfer.applied(photo, transfer.parameters(photo, label_map))
    large, large_map = (
        cv2.resize(a, (1024, 1024), interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)
        for a in (photo, label_map)
    )
    part = np.s_[100:400, 160:860]
    matrix = np.array([[1 / 1024, 0, 160.5 / 1024], [0, 1 / 1024, 100.5 / 1024]])
    parameters = transfer.parameters(large[part], large_map[part], matrix=matrix)
    assert parameters.shape == (5, 300, 700)
    in_photo = transfer.applied(large[part], parameters)
    hair = _inner(label_map == HAIR)[50:200, 80:430]
    there = in_photo[::2, ::2]
    np.testing.assert_allclose(there[hair], in_crop[50:200, 80:430][hair], atol=1.0)


def test_a_draft_of_half_the_size_looks_alike() -> None:
    photo, label_map = _photo(texture=2), _label_map()
    before = _render(photo)
    after = _lighter(before, label_map == HAIR, log_odd=0.8, warmer=5)
    whole = restyled(photo, label_map, before, after)
    small, small_map = (
        cv2.resize(photo, (256, 256), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False),
        np.ascontiguousarray(label_map[::2, ::2]),
    )
    draft = restyled(small, small_map, before, after)
    assert (
        _difference(draft, cv2.resize(whole, (256, 256), interpolation=cv2.INTER_AREA)).mean() < 1
    )


def test_beyond_the_crop_the_change_goes_on() -> None:
    photo, label_map = _photo(texture=0), _label_map()
    before = _render(photo)
    after = _lighter(before, label_map == BACKGROUND, log_odd=0.8)
    transfer = ColourTransfer.fit(photo, label_map, before, after, regions=(BACKGROUND,))
    wall = np.full((64, 64, 3), WALL, np.uint8)
    outside = np.array([[1 / 512, 0, -0.3], [0, 1 / 512, -0.3]])
    parameters = transfer.parameters(wall, np.zeros((64, 64), np.uint8), matrix=outside)
    assert (transfer.applied(wall, parameters)[..., 1] > WALL[1] + 10).all()
    assert (parameters[2] - IDENTITY[2] < 0.5).all()


def test_every_slider_has_its_part() -> None:
    assert set(DEFAULT_REGIONS) == set(TITLES)
    known = {c.id for c in CLASSES}
    assert all(regions and set(regions) <= known for regions in DEFAULT_REGIONS.values())
    assert default_regions("of another pack") == ()


def test_parts_lie_below_eyes_and_nose() -> None:
    label_map = _label_map()
    under = part_matte("under_eyes", label_map)
    assert under is not None
    assert under[240, 195] > 0.9 and under[240, 315] > 0.9
    assert not under[:190].any() and not under[300:].any()
    beard = part_matte("stubble", label_map)
    assert beard is not None
    assert not beard[:280].any() and (beard[400:] == 1).all()
    assert part_matte("hair_lightness", label_map) is None


def test_the_part_of_a_style_is_that_of_its_sliders() -> None:
    label_map = _label_map()
    regions, where = part_of_style(Style(attributes=(("hair_warmth", 0.5),)), label_map)
    assert regions == (HAIR,) and where is None
    both = Style(attributes=(("under_eyes", 1.0), ("stubble", 1.0)))
    regions, where = part_of_style(both, label_map)
    assert SKIN in regions and where is not None
    assert where[240, 195] > 0.9 and where[420, 250] == 1 and not where[150].any()


def test_a_chosen_part_a_variation_and_unknown_sliders_decide_otherwise() -> None:
    label_map = _label_map()
    chosen = Style(attributes=(("hair_warmth", 0.5),), regions=(SKIN,))
    assert part_of_style(chosen, label_map) == ((SKIN,), None)
    for style in (
        Style(attributes=(("hair_warmth", 0.5),), variation_strength=0.5),
        Style(attributes=(("of another pack", 0.5),)),
    ):
        assert part_of_style(style, label_map) == ((), None)


def test_a_face_without_eyes_in_its_map_has_nothing_under_them() -> None:
    found = part_matte("under_eyes", np.zeros((512, 512), np.uint8))
    assert found is not None and not found.any()


def test_it_keeps_up_with_a_slider() -> None:
    photo = _photo()
    before = _render(photo)
    after = np.clip(before * 1.2, 0, 255)
    taken = []
    for _ in range(3):
        start = time.process_time()
        restyled(photo, _label_map(), before, after)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.4  # 0.12 on a quiet core
