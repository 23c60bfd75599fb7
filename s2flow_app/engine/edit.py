"""Edits in latent space: what the flow makes of a label map and a style.

The built-in pack's flow acts on the mean row of the latents: how the rows differ from it, the
encoder's per-row offsets, is carried over, so that all rows stay one face. The original's flow acts
on each row.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.engine.device import on_device, placed, precision
from s2flow_app.engine.pack import Pack
from s2flow_app.engine.style_steps import Drawn, StyleSteps
from s2flow_app.errors import PackError
from s2flow_app.labels import NUM_CLASSES, PALETTE, LabelMap
from s2flow_app.model.edit import Edit, Style, reference_of, variation_of
from s2flow_app.model.face import FaceState
from s2flow_app.nets.blending import Blending
from s2flow_app.nets.condition import RgbConditionEncoder
from s2flow_app.nets.flow import OWN_METHOD, Integration, Solver
from s2flow_app.nets.prior import normal
from s2flow_app.nets.stylegan2 import Generator, MappingNetwork

CONDITION_SIZE: Final = 64
"""Side of the one-hot maps that the built-in pack's condition encoder sees."""
SOLVER: Final = Solver(method=OWN_METHOD, rtol=5e-6, atol=5e-6)
"""Within 1e-4 of the original at 1e-7, also on hard dynamics (docs/parity.md)."""


def one_hot_maps(label_maps: NDArray[np.uint8]) -> Tensor:
    """``[N, 19, 64, 64]`` shares of each class, of maps ``[N, S, S]`` (S a multiple of 64)."""
    step = max(1, label_maps.shape[1] // 256)
    small = label_maps[:, ::step, ::step]
    count, side, _ = small.shape
    block = side // CONDITION_SIZE
    cells = np.arange(CONDITION_SIZE).repeat(block)
    cell = (cells[:, None] * CONDITION_SIZE + cells) * NUM_CLASSES
    size = CONDITION_SIZE * CONDITION_SIZE * NUM_CLASSES
    hits = [np.bincount((cell + one).ravel(), minlength=size) for one in small]
    shares = np.stack(hits).astype(np.float32) / block**2
    shape = (count, CONDITION_SIZE, CONDITION_SIZE, NUM_CLASSES)
    return torch.from_numpy(shares.reshape(shape)).permute(0, 3, 1, 2)


@dataclass(slots=True, eq=False)
class _Known:
    """What is known of the state that the last edit started from."""

    state: FaceState
    code: Tensor


@dataclass(slots=True, eq=False)
class _KnownSteps:
    """The steps of the face that sliders were moved on last."""

    state: FaceState
    label_map: LabelMap
    rest: Style
    """The style without its sliders."""
    steps: StyleSteps


class LatentEditor:
    """Style codes and edited latents, by one pack's flow."""

    def __init__(self, pack: Pack, *, device: str = "cpu") -> None:
        self._flow, self._encoder = placed(pack.flow, device), placed(pack.condition, device)
        self._generator = pack.generator
        self._styles = placed(pack.styles, device) if pack.has("styles") else None
        self._prior = pack.prior.cpu() if pack.has("prior") else None
        self._photo_encoder = placed(pack.encoder, device) if pack.has("encoder") else None
        self._device = device
        self._known: _Known | None = None
        self._known_steps: _KnownSteps | None = None

    def condition(self, label_maps: NDArray[np.uint8]) -> Tensor:
        """``[N, C]`` of maps ``[N, 512, 512]``."""
        if isinstance(self._encoder, RgbConditionEncoder):
            colours = torch.from_numpy(PALETTE[label_maps]).permute(0, 3, 1, 2).float() / 255
            return self._encoder(colours.to(self._device))
        return self._encoder(one_hot_maps(label_maps).to(self._device))

    def style_code(
        self, ws: NDArray[np.float32], label_map: LabelMap, *, run: Integration | None = None
    ) -> Tensor:
        """The code of latents ``[L, D]`` under a map: ``[D]``, or ``[L, D]`` of a flow of rows."""
        rows = on_device(self._moving(ws), self._device)
        c = self.condition(label_map[None])
        return self._flow(rows[None], c, solver=SOLVER, run=run)[0]

    def edited_ws(
        self, edit: Edit, *, drawn: Drawn | None = None, draft: bool = False,
        cancel: Event | None = None,
    ) -> tuple[NDArray[np.float32], int]:  # fmt: skip
        """Latents ``[L, D]`` after the edit, and the evaluations of the field it took.

        Args:
            drawn: how style sliders see what they do; by default as the pack's generator draws.
            draft: sliders that were not fitted to this face yet move it as they move faces on
                average: fitting them takes 2 s of one core, longer than a hand waits.

        Raises:
            Cancelled, IntegrationError
        """
        run = Integration(cancel)
        code = self._code_of(edit.base, run)
        c = self.condition(edit.label_map[None])
        moved = self._moved(code, edit.style)
        if edit.style.attributes:
            moved = moved + self._slid(edit, moved, c, drawn or self._alone, run, draft=draft)
        target = self._flow.inverse(moved[None], c, solver=SOLVER, run=run)[0]
        change = edit.amount * (target.cpu().numpy() - self._moving(edit.base.ws))
        return edit.base.ws + change.astype(np.float32), run.nfe

    def faces(self, c: Tensor, seeds: Sequence[int]) -> Tensor:
        """Latents ``[N, L, D]`` of made-up faces under one condition ``[C]``, one a seed."""
        codes = torch.stack([self._random_code(seed) for seed in seeds]).to(self._device)
        moved = self._flow.inverse(codes, c.expand(len(seeds), -1), solver=SOLVER)
        return moved if self._flow.each_row else self._with_rows(moved)

    def random_face(self, seed: int, *, truncation_psi: float = 0.7) -> Tensor:
        """Latents ``[L, D]`` of a face that comes from no photo and no map.

        Raises:
            PackError: the pack has neither a mapping network nor a face prior.
        """
        mapping = getattr(self._generator, "mapping", None)
        if isinstance(mapping, MappingNetwork):
            z = normal(seed, mapping.z_dim)[None].to(self._device)
            return mapping(z, truncation_psi=truncation_psi)[0]
        if self._prior is None:
            raise PackError(
                "This pack cannot make up faces: it has neither a mapping network nor a prior.",
                "Open a photo, or choose another pack.",
            )
        c = self._prior.condition(seed, truncation_psi=truncation_psi).to(self._device)
        code = self._prior.code(seed + 1, truncation_psi=truncation_psi).to(self._device)
        return self._with_rows(self._flow.inverse(code[None], c[None], solver=SOLVER))[0]

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """(name, title) of the style directions; a pack need not have any."""
        if self._styles is None:
            return ()
        return tuple(zip(self._styles.names, self._styles.titles, strict=True))

    def _moving(self, ws: NDArray[np.float32]) -> NDArray[np.float32]:
        """The part of latents ``[L, D]`` that the flow moves."""
        return ws if self._flow.each_row else ws.mean(0)

    def _code_of(self, state: FaceState, run: Integration) -> Tensor:
        """Of the state that edits start from; kept, since previews start from the same one."""
        if self._known is None or self._known.state.id != state.id:
            code = self.style_code(state.ws, state.label_map, run=run)
            self._known = _Known(state, code)
        return self._known.code

    def _moved(self, code: Tensor, style: Style) -> Tensor:
        if style.reference_code is not None:
            reference = on_device(style.reference_code, self._device)
            if code.dim() == 1:
                reference = reference.reshape(-1, len(code)).mean(0)
            code = code.lerp(reference.expand_as(code), style.reference_strength)
        if style.variation_strength:
            # Turning about the mean keeps the spread that codes have; a blend would shrink it.
            angle = style.variation_strength * math.pi / 2
            mean = self._prior.code_mean.to(code) if self._prior else torch.zeros_like(code)
            random = self._random_code(style.variation_seed).to(code)
            code = mean + math.cos(angle) * (code - mean) + math.sin(angle) * (random - mean)
        return code

    def _slid(
        self, edit: Edit, code: Tensor, c: Tensor, drawn: Drawn, run: Integration, *, draft: bool
    ) -> Tensor:
        """What the style sliders add to ``code``, of one row or of all."""
        amounts = dict(edit.style.attributes)
        if self._styles is None:
            return torch.zeros_like(code)
        if not len(self._styles.basis) or self._flow.each_row:
            return self._styles(amounts)
        known, rest = self._known_steps, replace(edit.style, attributes=())
        if (
            known is None
            or known.state.id != edit.base.id
            or not np.array_equal(known.label_map, edit.label_map)
            or _apart_from_sliders(known.rest) != _apart_from_sliders(rest)
        ):
            if draft:
                return self._styles(amounts)
            ws = on_device(edit.base.ws, self._device)
            steps = StyleSteps(
                self._styles,
                self._flow,
                drawn,
                code=code,
                condition=c[0],
                offsets=ws - ws.mean(0),
                label_map=edit.label_map,
                run=run,
            )
            known = self._known_steps = _KnownSteps(edit.base, edit.label_map, rest, steps)
        return known.steps.step(amounts)

    def _alone(self, ws: Tensor, size_px: int) -> Tensor:
        synthesis = placed(self._generator, self._device).synthesis
        return synthesis(ws, upto=min(size_px, synthesis.resolutions[-1]))

    def _random_code(self, seed: int) -> Tensor:
        """Of a pack without a prior: N(0, I), what its flow was trained towards."""
        if self._prior is not None:
            return self._prior.code(seed)
        rows, dim = self._generator.synthesis.num_ws, self._generator.synthesis.w_dim
        code = normal(seed, rows * dim).view(rows, dim)
        return code if self._flow.each_row else code[0]

    def _with_rows(self, shared: Tensor) -> Tensor:
        """``[N, L, D]`` of shared latents ``[N, D]`` that come from no photo."""
        if self._prior is None:
            return shared[:, None].expand(-1, self._generator.synthesis.num_ws, -1)
        encoder = self._photo_encoder
        return self._prior.ws(shared, None if encoder is None else encoder.offset_basis())


def _apart_from_sliders(style: Style) -> tuple:
    return variation_of(style), style.regions, reference_of(style)


def draw(
    generator: Generator, ws: NDArray[np.float32] | Tensor, *, device: str = "cpu",
    draft_size: int | None = None, blending: Blending | None = None,
) -> Tensor:  # fmt: skip
    """``img [N, 3, R, R]`` of latents ``[N, L, D]``.

    Args:
        draft_size: R of a quick draft, where the generator draws larger pictures than that.
        blending: what feature maps are mixed with on the way.
    """
    tensor = torch.from_numpy(ws) if isinstance(ws, np.ndarray) else ws
    synthesis = generator.synthesis
    draft = draft_size is not None and draft_size < synthesis.resolutions[-1]
    how = precision(device, draft=draft)
    img = synthesis(
        tensor.to(device), noise_mode="const", upto=draft_size if draft else None,
        dtype=how.dtype, dtype_from=how.starts_at(synthesis.resolutions), blending=blending,
    )  # fmt: skip
    return img.float()
