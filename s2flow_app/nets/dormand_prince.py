"""Dormand and Prince's Runge-Kutta method of order 5(4), as short as an edit needs it.

torchdiffeq's `dopri5` is the same method for any system: it looks for its first step with two more
evaluations, starts small and keeps what dense output needs. Here the first step is the whole way
unless the slope turns early on it: the second stage, which that step needs anyhow, tells.
"""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

Velocity = Callable[[float, Tensor], Tensor]

NODES: Final = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0)
STAGES: Final = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
ERROR: Final = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
"""The fifth order's weights less the fourth's."""
STRAIGHT: Final = 0.06
"""Relative change of the slope over a fifth of the way, up to which one step may do for all."""
BEND: Final = 0.025
"""That change over a fifth of the first step, where one step may not do."""
SAFETY: Final = 0.9
SHRINK, GROW = 0.2, 10.0
SMALLEST_SHARE: Final = 1e-5
"""A step below this share of the way is given up."""


class TooStiffError(Exception):
    """The error estimate asks for steps that never arrive."""


def dormand_prince(
    velocity: Velocity, x: Tensor, *, start: float, end: float, rtol: float, atol: float
) -> Tensor:
    """``x`` at time ``end`` of dx/dt = ``velocity(t, x)``, having been ``x`` at ``start``.

    Steps are chosen so that the root mean square over all elements of the error, each relative to
    ``atol + rtol * |x|``, stays below 1 (Hairer, Norsett, Wanner: Solving Ordinary Differential
    Equations I, section II.4).

    Raises:
        TooStiffError
    """
    span, t, slopes = end - start, start, [velocity(start, x)]
    step = span
    found = _moved(x, slopes, STAGES[0], step)
    slopes.append(velocity(start + NODES[1] * step, found))
    bend = float((slopes[1] - slopes[0]).norm() / (slopes[0].norm() + 1e-12))
    if bend > STRAIGHT:
        step *= BEND / bend
        del slopes[1]
    while abs(end - t) > SMALLEST_SHARE * abs(span):
        if abs(step) > abs(end - t):
            step = end - t
        found = x
        for node, weights in list(zip(NODES[1:], STAGES, strict=True))[len(slopes) - 1 :]:
            found = _moved(x, slopes, weights, step)
            slopes.append(velocity(t + node * step, found))
        error = _moved(torch.zeros_like(x), slopes, ERROR, step)
        bound = atol + rtol * torch.maximum(x.abs(), found.abs())
        ratio = float((error / bound).square().mean().sqrt())
        if ratio <= 1:
            t, x, slopes = t + step, found, slopes[-1:]
        elif not ratio < float("inf") or abs(step) < SMALLEST_SHARE * abs(span):
            raise TooStiffError(f"error {ratio:.3g} at step {step:.3g}")
        else:
            slopes = slopes[:1]
        factor = SAFETY * max(ratio, 1e-10) ** -0.2
        step *= min(GROW, max(SHRINK, factor))
    return x


def _moved(x: Tensor, slopes: list[Tensor], weights: tuple[float, ...], step: float) -> Tensor:
    moved = x
    for slope, weight in zip(slopes, weights, strict=True):
        if weight:
            moved = torch.add(moved, slope, alpha=weight * step)
    return moved
