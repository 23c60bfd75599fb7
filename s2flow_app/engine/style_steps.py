"""Style sliders fitted to the face at hand: a step of the style code that moves what it is named
after, and leaves alone what the other sliders are named after.

A direction that does so for faces on average does not for each: what a code says differs from face
to face. So how the proxies answer to a few steps is measured on this face, once, in small drawings
of what its user sees; each slider is then a combination of those steps, set right by what it is
seen to do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from s2flow_app.engine.style_proxies import TITLES, Regions, proxies
from s2flow_app.labels import LabelMap
from s2flow_app.nets.flow import OWN_METHOD, Flow, Integration, Solver
from s2flow_app.nets.styles import StyleDirections

SOLVER: Final = Solver(method=OWN_METHOD, rtol=1e-4, atol=1e-4)
"""Rougher than edits are: it only measures."""
DRAFT_PX: Final = 64
"""Side of the drawings in which answers are measured."""
CHECKED_PX: Final = 128
"""Side of those in which a combination is set right."""
PROBE: Final = 0.5
"""Length of a measured step, in those of the basis."""
RIDGE: Final = 0.005
"""Of a combination's squared length, beside the squared error in full sliders: long ones leave
what faces are like."""
CORRECTIONS: Final = 4
"""At most."""
CLOSE: Final = 0.04
"""Of a full slider: no proxy that is off by less is set right."""

Drawn = Callable[[Tensor, int], Tensor]
"""Pictures ``[N, 3, size, size]`` of latents ``[N, L, D]``, as the edit will show them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """How one face answers."""

    regions: Regions
    rest: Tensor
    """``[K]`` proxies, in full sliders, before any is moved."""
    slopes: Tensor
    """``[K, M]`` their change with each step of the basis."""


class StyleSteps:
    """Steps for the face of one code, condition and map.

    Args:
        drawn: draws what is measured.
        code: ``[D]`` the style code that sliders start from.
        condition: ``[C]`` of the map.
        offsets: ``[L, D]`` what the rows of the face's latents add to the shared one.
    """

    @torch.inference_mode()
    def __init__(
        self, styles: StyleDirections, flow: Flow, drawn: Drawn, *, code: Tensor,
        condition: Tensor, offsets: Tensor, label_map: LabelMap, run: Integration | None = None,
    ) -> None:  # fmt: skip
        self._styles, self._flow, self._drawn = styles, flow, drawn
        self._code, self._condition, self._offsets = code, condition, offsets
        self._run = run or Integration()
        names = list(TITLES)
        self._order = [names.index(name) for name in styles.names]
        regions = Regions.of(label_map)
        self._shown = regions.shown[self._order].to(code.device)
        probes = torch.cat([torch.zeros_like(code)[None], PROBE * styles.basis])
        small = self._measured(probes, regions, DRAFT_PX)
        large = self._measured(probes[:1], regions, CHECKED_PX)
        self._answers = _Answers(regions, large[0], ((small[1:] - small[0]) / PROBE).t())

    @torch.inference_mode()
    def step(self, amounts: dict[str, float]) -> Tensor:
        """``[D]`` to add to the code for amounts in -1..1 by name; raises KeyError."""
        wanted = torch.zeros(len(self._styles.names)).to(self._code)
        beyond = {}
        for name, amount in amounts.items():
            if name not in self._styles.names:
                raise KeyError(name)
            index = self._styles.names.index(name)
            if self._shown[index]:
                wanted[index] = amount
            else:  # the face does not show it: there is nothing to measure
                beyond[name] = amount
        if not wanted.any():
            return self._styles(beyond)
        shown, basis = self._shown, self._styles.basis
        slopes = self._answers.slopes[shown]
        mix = change = _solved(slopes, wanted[shown])
        done = torch.zeros_like(wanted[shown])
        for _ in range(CORRECTIONS):
            moved = self.moved_by(mix @ basis)[shown] - done
            # Broyden's rule: the slopes agree with what the last change did.
            slopes = slopes + torch.outer(moved - slopes @ change, change / change.dot(change))
            done = done + moved
            if (wanted[shown] - done).abs().max() < CLOSE:
                break
            change = _solved(slopes, wanted[shown] - done)
            mix = mix + change
        return mix @ basis + self._styles(beyond)

    @torch.inference_mode()
    def moved_by(self, step: Tensor) -> Tensor:
        """``[K]``: how far a step ``[D]`` of the code moves the proxies, in full sliders."""
        answers = self._answers
        return self._measured(step[None], answers.regions, CHECKED_PX)[0] - answers.rest

    def _measured(self, steps: Tensor, regions: Regions, size_px: int) -> Tensor:
        """``[N, K]`` proxies in full sliders after ``steps [N, D]`` of the code."""
        codes = self._code + steps
        condition = self._condition.expand(len(codes), -1)
        shared = self._flow.inverse(codes, condition, solver=SOLVER, run=self._run)
        ws = shared[:, None] + self._offsets
        return proxies(self._drawn(ws, size_px), regions)[:, self._order] / self._styles.targets


def _solved(slopes: Tensor, missing: Tensor) -> Tensor:
    """``[M]`` the mix of steps that moves the proxies by about ``missing [K]``."""
    gram = slopes @ slopes.t() + RIDGE * torch.eye(len(slopes)).to(slopes)
    return slopes.t() @ torch.linalg.solve(gram, missing)
