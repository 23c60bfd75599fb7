"""Rendering an edit of a face state, step by step: the photo's own pixels first, a painter that
sees the photo second, the generator's pixels last.

flow -> restyle -> move -> paint -> wear -> protect -> measure. The generator's drawings decide
which colours a style brings and tell the painter what the latents show; they are never pasted.
"""

import time
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from threading import Event

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.colour_transfer import ColourTransfer
from s2flow_app.engine.drawing import Drawing, as_picture
from s2flow_app.engine.edit import LatentEditor
from s2flow_app.engine.edit_plan import at_amount, edit_plan, lost_rim
from s2flow_app.engine.eyeglasses import eyeglasses_of
from s2flow_app.engine.hair import hair_edit
from s2flow_app.engine.hair_step import HairStep, hair_plan, hair_step
from s2flow_app.engine.lab import tone_of, toned
from s2flow_app.engine.masks import free_mask, region_mask, resampling_reach_px
from s2flow_app.engine.measure import distance_px, mask_adherence, outside_change
from s2flow_app.engine.moving import Displacement, chained, displacement, moved
from s2flow_app.engine.painting import Painter
from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.progress import Progress, step
from s2flow_app.engine.realism import SeenModel
from s2flow_app.engine.surroundings import restyled_around
from s2flow_app.label_shapes import remove_eyeglasses
from s2flow_app.labels import EYEGLASSES, LabelMap
from s2flow_app.model.arrays import frozen, rounded
from s2flow_app.model.edit import Edit, EditMeasures
from s2flow_app.model.face import FaceState, Surroundings, Worn
from s2flow_app.nets.parser import AnyParser
from s2flow_app.style_parts import part_of_style

Float = NDArray[np.float32]
Image8 = NDArray[np.uint8]
Mask = NDArray[np.bool_]
MOVES_IN_AN_EDIT = 2
"""The hair's layer, and all else."""
OWN_PIXELS = np.eye(2, 3)
"""From the crop's pixels to the crop's."""


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """The crop on its way through an edit."""

    bare: Image8
    """``[512, 512, 3]`` without glasses that edits have put on."""
    replaced: Image8
    """``[512, 512]``"""
    moved: NDArray[np.float16] | None
    worn: Worn | None
    around: Surroundings | None

    @property
    def crop(self) -> Image8:
        """As it is seen."""
        if self.worn is None:
            return self.bare
        glasses = eyeglasses_of(self.worn.before, self.worn.after, self.bare)
        if glasses is None:
            return self.bare
        return rounded(glasses.over(self.bare.astype(np.float32), OWN_PIXELS))


@dataclass(slots=True, eq=False)
class _KnownMove:
    """A displacement that was found lately: a slider's move asks for the same ones again."""

    before: LabelMap
    moving: LabelMap
    rigid: Mask | None
    draft: bool
    found: Displacement


class EditRenderer:
    """Renders edits by one pack's networks on one device; holds no face (ADR 4).

    Args:
        painter: paints what cannot be moved.
        parser: says how well an edit took.
        seen_model: says what a stranger sees of one; None: that is not known.
    """

    def __init__(
        self, editor: LatentEditor, drawing: Drawing, painter: Painter, *, parser: AnyParser,
        seen_model: SeenModel | None = None,
    ) -> None:  # fmt: skip
        self._editor, self._drawing, self._painter = editor, drawing, painter
        self._parser, self._seen_model = parser, seen_model
        self._known_moves: deque[_KnownMove] = deque(maxlen=MOVES_IN_AN_EDIT)

    def preview(self, edit: Edit, *, settled: bool = False, cancel: Event | None = None) -> Image8:
        """The crop ``[512, 512, 3]`` of an edit.

        ``settled``: as `render` gives it, not a draft.
        """
        draft = not settled
        with torch.inference_mode():
            # A draft of another shape goes without the generator: its painter sees the photo.
            without = draft and edit.style.is_neutral and not self._painter.shows_render
            ws = None if without else self._flowed(edit, cancel, draft=draft)[0]
            return self._picture(edit, ws, draft=draft, cancel=cancel)[0].crop

    def render(
        self, edit: Edit, *, cancel: Event | None = None, progress: Progress | None = None
    ) -> tuple[FaceState, EditMeasures]:
        """The state after an edit, and how well it took."""
        clock = _Clock()
        with torch.inference_mode():
            ws, nfe = self._flowed(edit, cancel)
            clock.lap("flow")
            step(cancel, progress, "Drawing", 0.2)
            picture, painted = self._picture(edit, ws, cancel=cancel, progress=progress)
            crop = picture.crop
            clock.lap("draw")
            step(cancel, progress, "Measuring", 0.8)
            adherence, unedited = self._adherence(edit, crop)
            changed = _changed(edit)
            outside = outside_change(edit.base.crop, crop, changed)
            clock.lap("measure")
        state = replace(
            edit.base, ws=frozen(ws), label_map=edit.label_map, crop=frozen(crop),
            replaced=frozen(picture.replaced), moved=picture.moved, worn=picture.worn,
            part_map=_part_map(edit), around=picture.around,
        )  # fmt: skip
        seen = None
        if self._seen_model is not None and edit.changes_map:
            reshaped = edit.label_map != edit.base.label_map
            seen = self._seen_model.seen(edit.base, state, reshaped)
        measures = EditMeasures(
            mask_adherence=adherence,
            mask_adherence_unedited=unedited,
            outside_change=outside,
            painted=painted,
            nfe=nfe,
            seconds=tuple(clock.laps),
            seen=seen,
        )
        return state, measures

    # --- the steps --------------------------------------------------------------------------

    def _flowed(
        self, edit: Edit, cancel: Event | None, *, draft: bool = False
    ) -> tuple[Float, int]:
        """Latents ``[L, D]`` after the edit, and the evaluations of the field that it took."""
        drawn = partial(self._drawing.small, generator=edit.base.generator)
        return self._editor.edited_ws(edit, drawn=drawn, draft=draft, cancel=cancel)

    def _picture(
        self, edit: Edit, ws: Float | None, *, draft: bool = False,
        cancel: Event | None = None, progress: Progress | None = None,
    ) -> tuple[_Picture, float]:  # fmt: skip
        """The edited picture, and the share of what changed that is painted.

        Args:
            ws: ``[L, D]`` after the edit; None: not known, in a draft that keeps the style.
        """
        base = edit.base
        start = _Picture(
            base.worn.bare if base.worn else base.crop, base.replaced, base.moved, base.worn,
            base.around,
        )  # fmt: skip
        picture, painted = start, 0.0
        if ws is not None and not edit.style.is_neutral:
            picture = self._restyled(edit, ws, picture, draft)
        asked = _asked_map(edit)
        if not np.array_equal(asked, base.seen_map):
            step(cancel, progress, "Drawing", 0.4)
            picture, painted = self._reshaped(edit, asked, ws, picture, draft, cancel)
        return _as_worn(_protected(edit, start, picture)), painted

    def _restyled(self, edit: Edit, ws: Float, picture: _Picture, draft: bool) -> _Picture:
        """In the colours and light that the latents gained."""
        base = edit.base
        before = self._drawing.state(base, draft=draft).render
        after = self._drawing.latents(ws, base.generator, draft=draft)
        shown = _bare_map(base)
        regions, where = part_of_style(edit.style, shown)
        transfer = ColourTransfer.fit(
            picture.bare, shown, before, after, regions=regions, where=where
        )
        found = transfer.in_crop(picture.bare, shown, where=where)
        around = base.around
        if around is not None and where is None and not draft:
            around = restyled_around(around, transfer, edit.protected)
        return replace(picture, bare=frozen(rounded(found)), around=around)

    def _reshaped(
        self, edit: Edit, asked: LabelMap, ws: Float | None, picture: _Picture, draft: bool,
        cancel: Event | None,
    ) -> tuple[_Picture, float]:  # fmt: skip
        """As the label map ``asked`` says: moved, painted, with glasses on or off."""
        before, worn, wanted = _bare_map(edit.base), picture.worn, asked
        crop = picture.bare
        if worn is not None:  # what is edited is the face under them
            asked = _asked_beneath(asked, edit.base.seen_map, before)
        rigid = _rigid(edit)
        hair = self._hair(crop, before, asked, rigid, draft, cancel)
        crop, covered = (crop, before) if hair is None else (hair.picture, hair.label_map)
        plan = edit_plan(covered, asked, crop)
        if plan.puts_on_glasses:
            asked = _without_glasses(asked, covered)
        move = self._displacement(covered, plan.moving, rigid, draft, cancel)
        field = move.field
        bare = moved(crop, field)
        replaced = picture.replaced if hair is None else hair.replaced(picture.replaced)
        replaced = moved(replaced, field)
        shown = moved(covered, field, nearest=True)
        mask = plan.painted | lost_rim(move.lost, covered, asked)
        if hair is not None:
            mask |= moved(hair.painted, field, nearest=True)
        if edit.feather_px is not None:
            mask &= distance_px(before != asked) <= edit.feather_px
        made = mask if hair is None else mask | (hair.made > 0.5)
        share = float(made[before != asked].mean()) if (before != asked).any() else 0.0
        if mask.any():
            step(cancel, None, "", 0)
            render = None
            if ws is not None and self._painter.shows_render:
                drawn = self._drawing.latents(
                    ws, edit.base.generator, likeness=False, draft=draft
                )  # fmt: skip
                render = as_picture(drawn)
            seen = np.where(mask | (shown != plan.moving), shown, asked)
            painting = self._painter.fill(bare, (seen, asked), mask, render=render, draft=draft)
            tone = tone_of(picture.bare)
            found = painting.picture if tone is None else toned(painting.picture, tone)
            alpha = painting.alpha[..., None]
            bare = rounded(np.where(alpha > 0, found, bare))
            replaced = np.maximum(replaced, np.rint(255 * painting.alpha).astype(np.uint8))
        wears = plan.puts_on_glasses or (worn is not None and (wanted == EYEGLASSES).any())
        worn = Worn(frozen(asked), wanted, frozen(bare)) if wears else None
        total = field if hair is None else chained(hair.field, field)
        if picture.moved is not None:
            total = chained(picture.moved.astype(np.float32), total)
        kept = frozen(total.astype(np.float16))
        kept = kept if kept.any() else None
        return _Picture(frozen(bare), frozen(replaced), kept, worn, picture.around), share

    def _hair(
        self, crop: Image8, before: LabelMap, asked: LabelMap, rigid: Mask | None, draft: bool,
        cancel: Event | None,
    ) -> HairStep | None:  # fmt: skip
        """What changes of hair and hats, a layer of its own; None: nothing."""
        plan = hair_plan(before, asked)
        if plan is None:
            return None
        move = self._displacement(before, plan.moving, rigid, draft, cancel)
        found = hair_edit(crop, before, plan.asked, move.field if move.field.any() else None)
        return None if found is None else hair_step(found, plan, move.field)

    def _displacement(
        self, before: LabelMap, moving: LabelMap, rigid: Mask | None, draft: bool,
        cancel: Event | None,
    ) -> Displacement:  # fmt: skip
        for known in self._known_moves:
            if (
                known.draft == draft
                and np.array_equal(known.before, before)
                and np.array_equal(known.moving, moving)
                and _same(known.rigid, rigid)
            ):
                return known.found
        found = displacement(before, moving, rigid=rigid, draft=draft, cancel=cancel)
        found = replace(found, field=frozen(found.field.astype(np.float16).astype(np.float32)))
        self._known_moves.append(_KnownMove(before, moving, rigid, draft, found))
        return found

    def _adherence(self, edit: Edit, crop: Image8) -> tuple[float | None, float | None]:
        """Of the picture after the edit, and of the one before."""
        base = edit.base
        if not edit.changes_map:
            return None, None
        before = self._drawing.state(base)
        if before.parsed is None:
            before.parsed = parse_crop(self._parser, base.crop)
        parsed = parse_crop(self._parser, crop)
        return (
            mask_adherence(edit.label_map, base.label_map, parsed),
            mask_adherence(edit.label_map, base.label_map, before.parsed),
        )


def _protected(edit: Edit, before: _Picture, after: _Picture) -> _Picture:
    """The picture before where it is protected."""
    if edit.protected is None or not edit.protected.any() or after is before:
        return after
    free = free_mask(edit.protected, reach_px=resampling_reach_px(edit.base.quad))
    mixed = before.bare + free[..., None] * (after.bare.astype(np.float32) - before.bare)
    replaced = np.where(free > 0, after.replaced, before.replaced)
    return replace(after, bare=frozen(rounded(mixed)), replaced=frozen(replaced))


def _rigid(edit: Edit) -> Mask | None:
    """Where nothing may move."""
    if edit.protected is None or not edit.protected.any():
        return None
    return free_mask(edit.protected, reach_px=resampling_reach_px(edit.base.quad)) < 1


def _asked_map(edit: Edit) -> LabelMap:
    """What the picture is to show: what is asked anew, by the edit's amount."""
    base = edit.base
    wanted = edit.label_map
    if base.part_map is not None:
        wanted = np.where(edit.label_map != base.label_map, edit.label_map, base.part_map)
    return at_amount(base.seen_map, wanted, edit.amount)


def _part_map(edit: Edit) -> LabelMap | None:
    """`FaceState.part_map` after an edit."""
    asked = _asked_map(edit)
    return None if np.array_equal(asked, edit.label_map) else frozen(asked.copy())


def _bare_map(state: FaceState) -> LabelMap:
    """The map of a state without glasses that edits have put on."""
    if state.worn is None:
        return state.seen_map
    return _without_glasses(state.seen_map, state.worn.before)


def _as_worn(picture: _Picture) -> _Picture:
    """The picture, whose glasses are on the face as it is now."""
    if picture.worn is None:
        return picture
    return replace(picture, worn=replace(picture.worn, bare=picture.bare))


def _asked_beneath(asked: LabelMap, seen: LabelMap, before: LabelMap) -> LabelMap:
    """What is asked of the face under glasses that edits have put on.

    Args:
        asked: ``[512, 512]``, with glasses or without.
        seen: the map before, with them.
        before: the same of the face under them.
    """
    off = (seen == EYEGLASSES) & (asked != EYEGLASSES)
    if off.any():  # what a shape that takes them off makes up there is not asked for
        off &= asked == remove_eyeglasses(seen)
    return np.where(off, before, _without_glasses(asked, before))


def _without_glasses(asked: LabelMap, before: LabelMap) -> LabelMap:
    """The asked map under its glasses, where the map before says what is there."""
    return np.where(asked == EYEGLASSES, before, asked)


def _changed(edit: Edit) -> Mask:
    """``[512, 512]``: what is to be another one, or to look another way."""
    changed = edit.base.label_map != edit.label_map
    if not edit.style.is_neutral:
        changed = changed | (
            region_mask(edit.label_map, part_of_style(edit.style, edit.label_map)[0]) > 0
        )
    return changed


def _same(one: Mask | None, other: Mask | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.laps: list[tuple[str, float]] = []
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps.append((stage, round(now - self._last, 4)))
        self._last = now
