"""The S2-Flow flow: a conditional continuous normalising flow on latent rows.

Names and shapes follow the original repository (and FFJORD, which it builds on), so that its
checkpoint maps 1:1: a chain of MovingBatchNorm1d, CNF, MovingBatchNorm1d. At inference the
latents are integrated alone: the log-density nobody reads would cost a vector-Jacobian product at
every evaluation. (Singh, Schaub-Meyer, Roth: S2-Flow, BMVC 2022, section 3.)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Event
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchdiffeq import odeint

from s2flow_app.errors import Cancelled, IntegrationError
from s2flow_app.nets.dormand_prince import TooStiffError, dormand_prince

ORIGINAL_ONLY: Final = frozenset({"chain.1.odefunc._num_evals"})
"""What the official checkpoint has beyond `Flow`'s state: a counter."""

OWN_METHOD: Final = "dormand_prince"


@dataclass(frozen=True, slots=True)
class Solver:
    """How the differential equation is integrated."""

    method: str = "dopri5"
    """One of torchdiffeq's, or `OWN_METHOD`: the same as dopri5 with less about it."""
    # 1e-5: 1e-7, the original's, is below float32's epsilon and only wastes evaluations.
    rtol: float = 1e-5
    atol: float = 1e-5
    steps: int = 16
    """Steps of the fixed-step methods (midpoint, rk4); adaptive ones ignore it."""


@dataclass(slots=True)
class Integration:
    """What happens while integrating: counts evaluations, and stops when cancelled."""

    cancel: Event | None = None
    nfe: int = field(default=0)

    def tick(self) -> None:
        """Count one evaluation of the velocity field; raises `Cancelled`."""
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled
        self.nfe += 1


class ConcatSquashLinear(nn.Module):
    """``W x * sigmoid(gate([t, c])) + bias([t, c])``; `VelocityField.under` computes it."""

    def __init__(self, in_features: int, out_features: int, context: int) -> None:
        super().__init__()
        self._layer = nn.Linear(in_features, out_features)
        self._hyper_bias = nn.Linear(1 + context, out_features, bias=False)
        self._hyper_gate = nn.Linear(1 + context, out_features)


class VelocityField(nn.Module):
    """dx/dt of rows ``x [N, D]`` or ``[N, L, D]`` at time t under the condition ``c [N, C]``."""

    def __init__(self, *, dim: int, condition_dim: int, hidden: tuple[int, ...]) -> None:
        super().__init__()
        widths = (dim, *hidden, dim)
        self.layers = nn.ModuleList(
            ConcatSquashLinear(a, b, condition_dim) for a, b in pairwise(widths)
        )

    def forward(self, t: Tensor, x: Tensor, c: Tensor) -> Tensor:
        """``t`` is one number, or ``[N, 1]``."""
        return self.under(c)(t, x)

    def under(self, c: Tensor) -> Callable[[Tensor | float, Tensor], Tensor]:
        """The field under one condition; what depends on that alone is computed once."""
        layers = [layer for layer in self.layers if isinstance(layer, ConcatSquashLinear)]
        widths = [layer._layer.out_features for layer in layers]
        gates = [layer._hyper_gate for layer in layers]
        biases = [layer._hyper_bias for layer in layers]
        gate_of_c = torch.cat([F.linear(c, g.weight[:, 1:], g.bias) for g in gates], 1)
        bias_of_c = torch.cat([F.linear(c, b.weight[:, 1:]) for b in biases], 1)
        gate_of_t = torch.cat([g.weight[:, 0] for g in gates])
        bias_of_t = torch.cat([b.weight[:, 0] for b in biases])

        def velocity(t: Tensor | float, x: Tensor) -> Tensor:
            gate = torch.sigmoid(gate_of_c + t * gate_of_t)
            bias = bias_of_c + t * bias_of_t
            if x.dim() == 3:
                gate, bias = gate.unsqueeze(1), bias.unsqueeze(1)
            parts = zip(layers, gate.split(widths, -1), bias.split(widths, -1), strict=True)
            for i, (layer, g, b) in enumerate(parts):
                x = torch.addcmul(b, layer._layer(x), g)
                if i < len(layers) - 1:
                    x = torch.tanh(x)
            return x

        return velocity


class MovingBatchNorm1d(nn.Module):
    """Normalisation by running statistics, with a learnt scale ``exp(weight)`` and bias."""

    running_mean: Tensor
    running_var: Tensor
    step: Tensor
    EPS = 1e-4

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(dim))
        self.bias = nn.Parameter(torch.zeros(dim))
        self.register_buffer("running_mean", torch.zeros(dim))
        self.register_buffer("running_var", torch.ones(dim))
        self.register_buffer("step", torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        scale = (self.running_var + self.EPS).rsqrt() * self.weight.exp()
        return (x - self.running_mean) * scale + self.bias

    def inverse(self, y: Tensor) -> Tensor:
        """Undo `forward`."""
        scale = (self.running_var + self.EPS).sqrt() * (-self.weight).exp()
        return (y - self.bias) * scale + self.running_mean

    def log_det(self) -> Tensor:
        """Log-determinant of `forward` for one row."""
        return (self.weight - 0.5 * (self.running_var + self.EPS).log()).sum()


class _OdeFunc(nn.Module):
    """Holds the field under the original's name `odefunc.diffeq`."""

    def __init__(self, diffeq: VelocityField) -> None:
        super().__init__()
        self.diffeq = diffeq


class CNF(nn.Module):
    """Integrates the velocity field from 0 to the learnt end time ``sqrt_end_time ** 2``."""

    def __init__(self, field: VelocityField) -> None:
        super().__init__()
        self.sqrt_end_time = nn.Parameter(torch.tensor(1.0))
        self.odefunc = _OdeFunc(field)

    def integrate(
        self, x: Tensor, c: Tensor, *, reverse: bool, solver: Solver, run: Integration
    ) -> Tensor:
        """The end state of rows ``x``; raises `Cancelled` or `IntegrationError`."""

        field = self.odefunc.diffeq.under(c)

        def velocity(t: Tensor | float, state: Tensor) -> Tensor:
            run.tick()
            return field(t, state)

        times = self._times(reverse, x)
        if solver.method != OWN_METHOD:
            return _odeint(velocity, x, times, solver)
        start, end = times.tolist()
        try:
            return dormand_prince(
                velocity, x, start=start, end=end, rtol=solver.rtol, atol=solver.atol
            )
        except TooStiffError as error:
            raise _stiff(error) from error

    def integrate_with_density(
        self, x: Tensor, c: Tensor, *, reverse: bool, solver: Solver, run: Integration
    ) -> tuple[Tensor, Tensor]:
        """As `integrate`, with the change of log-density ``[N]`` or ``[N, L]`` (for training).

        The trace is estimated by one Hutchinson probe per call.
        """
        probe = torch.randn_like(x)

        def velocity(t: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            run.tick()
            with torch.enable_grad():
                rows = state[0] if state[0].requires_grad else state[0].requires_grad_(True)
                dx = self.odefunc.diffeq(t, rows, c)
                (vjp,) = torch.autograd.grad(dx, rows, probe, create_graph=True)
            return dx, -(vjp * probe).sum(-1)

        start = (x, x.new_zeros(x.shape[:-1]))
        end, change = _odeint(velocity, start, self._times(reverse, x), solver)
        return end, change

    def _times(self, reverse: bool, x: Tensor) -> Tensor:
        end = self.sqrt_end_time.to(x) ** 2
        zero = torch.zeros_like(end)
        return torch.stack([end, zero] if reverse else [zero, end])


def _odeint(velocity: Callable, start: Any, times: Tensor, solver: Solver) -> Any:
    options = {}
    if solver.method in {"euler", "midpoint", "rk4"}:
        span = float((times[1] - times[0]).detach().abs())
        options = {"step_size": span / solver.steps}
    try:
        found = odeint(
            velocity, start, times, rtol=solver.rtol, atol=solver.atol, method=solver.method,
            options=options or None,
        )  # fmt: skip
    except AssertionError as error:  # torchdiffeq reports "underflow in dt" this way
        raise _stiff(error) from error
    return tuple(part[-1] for part in found) if isinstance(found, tuple) else found[-1]


def _stiff(error: Exception) -> IntegrationError:
    return IntegrationError(
        f"The edit could not be computed: the flow's equation is too stiff here ({error}).",
        "Ask for a smaller change, or lower the amount.",
    )


class Flow(nn.Module):
    """Latent rows to style codes and back, under a condition.

    Args:
        dim: width D of a row.
        condition_dim: width C of the condition.
        hidden: widths of the velocity field's hidden layers.
        each_row: trained on every row of the latents, as the original, not on their mean alone.
    """

    def __init__(
        self, *, dim: int = 512, condition_dim: int = 19, hidden: tuple[int, ...] = (512,) * 5,
        each_row: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.each_row = each_row
        field = VelocityField(dim=dim, condition_dim=condition_dim, hidden=hidden)
        self.chain = nn.ModuleList([MovingBatchNorm1d(dim), CNF(field), MovingBatchNorm1d(dim)])

    @property
    def _parts(self) -> tuple[MovingBatchNorm1d, CNF, MovingBatchNorm1d]:
        first, cnf, last = self.chain
        assert isinstance(first, MovingBatchNorm1d) and isinstance(last, MovingBatchNorm1d)
        assert isinstance(cnf, CNF)
        return first, cnf, last

    def forward(
        self, ws: Tensor, c: Tensor, *, solver: Solver | None = None, run: Integration | None = None
    ) -> Tensor:
        """``style_code`` (same shape) of ``ws [N, D]`` or ``[N, L, D]`` under ``c [N, C]``."""
        first, cnf, last = self._parts
        solver, run = solver or Solver(), run or Integration()
        return last(cnf.integrate(first(ws), c, reverse=False, solver=solver, run=run))

    def inverse(
        self, style_code: Tensor, c: Tensor, *, solver: Solver | None = None,
        run: Integration | None = None,
    ) -> Tensor:  # fmt: skip
        """``ws`` of a style code under ``c``: undoes `forward`."""
        first, cnf, last = self._parts
        solver, run = solver or Solver(), run or Integration()
        x = cnf.integrate(last.inverse(style_code), c, reverse=True, solver=solver, run=run)
        return first.inverse(x)

    def log_density(self, ws: Tensor, c: Tensor, *, solver: Solver | None = None) -> Tensor:
        """Log-density of each row under the condition, ``[N]`` or ``[N, L]``; differentiable."""
        first, cnf, last = self._parts
        x, change = cnf.integrate_with_density(
            first(ws), c, reverse=False, solver=solver or Solver(), run=Integration()
        )
        code = last(x)
        normal = torch.distributions.Normal(0.0, 1.0).log_prob(code).sum(-1)
        return normal - change + first.log_det() + last.log_det()
