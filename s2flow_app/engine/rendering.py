"""Rendering edits of face states: the flow, settling, drawing, composing, measuring."""

import time
from dataclasses import replace
from threading import Event

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.composite import (
    compose_crop,
    free_mask,
    region_mask,
    resampling_reach_px,
)
from s2flow_app.engine.device import on_device
from s2flow_app.engine.drawing import Drawing, as_picture, edit_masks
from s2flow_app.engine.edit import LatentEditor
from s2flow_app.engine.generators import Generators
from s2flow_app.engine.measure import mask_adherence, outside_change, surroundings
from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.progress import Progress, step
from s2flow_app.engine.settle import LARGEST_SIZE, Asked, settled
from s2flow_app.messages import Edit, EditMeasures, FaceState, frozen
from s2flow_app.nets.parser import AnyParser, FaceParser


class EditRenderer:
    """Renders edits by one pack's networks on one device; holds no face (ADR 4).

    Args:
        parser: says how well an edit took.
        guide: what edits settle by, if the pack has one.
        resolution: side R of what the generators draw.
    """

    def __init__(
        self, editor: LatentEditor, drawing: Drawing, generators: Generators, *,
        parser: AnyParser, guide: FaceParser | None, resolution: int, device: str,
    ) -> None:  # fmt: skip
        self._editor, self._drawing, self._generators = editor, drawing, generators
        self._parser, self._guide = parser, guide
        self._resolution, self._device = resolution, device

    def preview(
        self, edit: Edit, *, settled: bool = False, cancel: Event | None = None
    ) -> NDArray[np.uint8]:
        """A draft ``[512, 512, 3]`` of an edit, composed.

        ``settled``: as `render` gives it, unless that takes too long for a preview.
        """
        draft = not settled or self._resolution > LARGEST_SIZE
        with torch.inference_mode():
            whole, _ = self._flowed(edit, cancel)
            if not draft:
                whole = self._settled(edit, whole, cancel)
            ws = _in_part(edit, whole)
            before = self._drawing.state(edit.base, draft=draft)
            render = self._drawing.edit(edit, ws, draft=draft)
            return _composed(edit, before.render, render, draft=draft)[0]

    def render(
        self, edit: Edit, *, cancel: Event | None = None, progress: Progress | None = None
    ) -> tuple[FaceState, EditMeasures, NDArray[np.uint8]]:
        """The state after an edit, how well it took, and the bare render ``[R, R, 3]``."""
        clock = _Clock()
        with torch.inference_mode():
            whole, nfe = self._flowed(edit, cancel)
            clock.lap("flow")
            step(cancel, progress, "Settling", 0.2)
            ws = _in_part(edit, self._settled(edit, whole, cancel))
            clock.lap("settle")
            step(cancel, progress, "Drawing", 0.4)
            before, render = self._drawing.state(edit.base), self._drawing.edit(edit, ws)
            clock.lap("draw")
            crop, replaced = _composed(edit, before.render, render)
            clock.lap("compose")
            step(cancel, progress, "Measuring", 0.6)
            image, unedited = as_picture(render), as_picture(before.render)
            if before.parsed is None:
                before.parsed = parse_crop(self._parser, unedited)
            parsed = parse_crop(self._parser, image)
            adherence = mask_adherence(edit.label_map, edit.base.label_map, parsed)
            adherence_unedited = mask_adherence(edit.label_map, edit.base.label_map, before.parsed)
            changed = _changed(edit)
            outside = outside_change(unedited, image, changed)
            composited = outside_change(edit.base.crop, crop, changed)
            clock.lap("measure")
        measures = EditMeasures(
            mask_adherence=adherence,
            mask_adherence_unedited=adherence_unedited,
            outside_change=outside,
            outside_change_composited=composited,
            nfe=nfe,
            seconds=tuple(clock.laps),
        )
        state = FaceState(
            frozen(ws), edit.label_map, frozen(crop), frozen(replaced),
            edit.base.quad, edit.base.generator,
        )  # fmt: skip
        return state, measures, image

    def unsettled(self, edit: Edit) -> NDArray[np.uint8]:
        """The bare render ``[R, R, 3]`` that `render` would begin to settle from."""
        with torch.inference_mode():
            whole, _ = self._flowed(edit, None)
            return as_picture(self._drawing.edit(edit, _in_part(edit, whole)))

    def _flowed(self, edit: Edit, cancel: Event | None) -> tuple[NDArray[np.float32], int]:
        """Latents ``[L, D]`` of the edit's full amount, by the flow alone, and what it took."""
        drawn = self._drawing.small(edit) if edit.style.attributes else None
        return self._editor.edited_ws(replace(edit, amount=1.0), drawn=drawn, cancel=cancel)

    def _settled(
        self, edit: Edit, whole: NDArray[np.float32], cancel: Event | None
    ) -> NDArray[np.float32]:
        """Latents ``[L, D]`` that draw what a mask edit asks for, and leave alone the rest.

        A style changes the whole picture: then nothing is to be left alone.

        Args:
            whole: those of its full amount by the flow; the settled ones are so, too.
        """
        base = edit.base
        asked = edit.label_map is not base.label_map and edit.style.is_neutral
        if not asked or not edit.amount or self._resolution > LARGEST_SIZE:
            return whole
        before, after = (on_device(ws, self._device)[None] for ws in (base.ws, whole))
        changed = _changed(edit)
        near = torch.from_numpy(surroundings(changed).astype(np.float32))[None, None]
        guide = self._guide
        asked_for = None if guide is None else Asked(guide, base.label_map, edit.label_map)
        where, painting = self._drawing.new_in(replace(edit, amount=1.0))
        found = settled(
            self._generators.get(base.generator), before, after, near.to(self._device),
            where=where, asked=asked_for, stays=self._drawing.stays(base), cancel=cancel,
            paintings=(self._drawing.painting(base), painting),
        )  # fmt: skip
        return found[0].float().cpu().numpy()


def _composed(
    edit: Edit, before: NDArray[np.float32], render: NDArray[np.float32], *, draft: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The crop and `FaceState.replaced` after an edit; a draft lacks the photo's detail."""
    base = edit.base
    semantic, style = edit_masks(edit)
    if edit.protected is not None and edit.protected.any():
        free = free_mask(edit.protected, reach_px=resampling_reach_px(base.quad))
        semantic, style = semantic * free, style * free
    return compose_crop(
        base.crop, base.replaced, before, render,
        semantic_mask=semantic, style_mask=style,
        maps=(base.label_map, edit.label_map), detailed=not draft,
    )  # fmt: skip


def _changed(edit: Edit) -> NDArray[np.bool_]:
    """``[512, 512]``: what is to be another one, or to look another way."""
    changed = edit.base.label_map != edit.label_map
    if not edit.style.is_neutral:
        changed = changed | (region_mask(edit.label_map, edit.style.regions) > 0)
    return changed


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.laps: list[tuple[str, float]] = []
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps.append((stage, round(now - self._last, 4)))
        self._last = now


def _in_part(edit: Edit, whole: NDArray[np.float32]) -> NDArray[np.float32]:
    """Latents ``[L, D]`` of an edit, from those of its full amount."""
    return edit.base.ws + (edit.amount * (whole - edit.base.ws)).astype(np.float32)
