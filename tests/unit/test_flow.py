"""The flow: invertible, conditioned, row by row, cancellable, with a correct density."""

from threading import Event

import pytest
import torch

from s2flow_app.errors import Cancelled
from s2flow_app.nets.condition import OneHotConditionEncoder, RgbConditionEncoder
from s2flow_app.nets.flow import OWN_METHOD, Flow, Integration, Solver

EXACT = Solver(rtol=1e-6, atol=1e-6)
OWN = Solver(OWN_METHOD, rtol=1e-6, atol=1e-6)


@pytest.fixture
def flow() -> Flow:
    """A flow whose every part does something: no unit end time, scales or statistics."""
    torch.manual_seed(0)
    flow = Flow(dim=6, condition_dim=3, hidden=(16, 16))
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
        for name, buffer in flow.named_buffers():
            if name.endswith("running_var"):
                buffer.uniform_(0.5, 2)
            elif name.endswith("running_mean"):
                buffer.normal_()
    return flow


@pytest.mark.parametrize("shape", [(4, 6), (4, 5, 6)])
@pytest.mark.parametrize("solver", [EXACT, Solver("rk4", steps=32), OWN])
def test_inverse_undoes_forward(flow: Flow, shape: tuple[int, ...], solver: Solver) -> None:
    ws, c = torch.randn(shape), torch.randn(4, 3)
    with torch.no_grad():
        back = flow.inverse(flow(ws, c, solver=solver), c, solver=solver)
    assert (back - ws).norm() / ws.norm() < 1e-3


def test_the_own_method_finds_what_torchdiffeq_finds_with_less(flow: Flow) -> None:
    ws, c = torch.randn(3, 5, 6), torch.randn(3, 3)
    own, other = Integration(), Integration()
    with torch.no_grad():
        found = flow(ws, c, solver=OWN, run=own)
        expected = flow(ws, c, solver=EXACT, run=other)
    assert (found - expected).norm() / expected.norm() < 1e-5
    assert own.nfe < other.nfe


def test_every_row_flows_alone(flow: Flow) -> None:
    ws, c = torch.randn(2, 5, 6), torch.randn(2, 3)
    with torch.no_grad():
        together = flow(ws, c, solver=EXACT)
        alone = torch.stack([flow(ws[:, i], c, solver=EXACT) for i in range(5)], 1)
    torch.testing.assert_close(together, alone, rtol=1e-3, atol=1e-4)


def test_another_condition_gives_another_latent(flow: Flow) -> None:
    ws = torch.randn(1, 6)
    with torch.no_grad():
        code = flow(ws, torch.zeros(1, 3))
        assert not torch.allclose(flow.inverse(code, torch.ones(1, 3)), ws, atol=1e-2)


def test_evaluations_are_counted(flow: Flow) -> None:
    run = Integration()
    with torch.no_grad():
        flow(torch.randn(1, 6), torch.zeros(1, 3), solver=Solver("midpoint", steps=5), run=run)
    assert run.nfe == 10


def test_a_cancelled_integration_stops_at_once(flow: Flow) -> None:
    cancel = Event()
    cancel.set()
    run = Integration(cancel=cancel)
    with torch.no_grad(), pytest.raises(Cancelled):
        flow(torch.randn(1, 6), torch.zeros(1, 3), run=run)
    assert run.nfe == 0


def test_log_density_is_that_of_the_change_of_variables(flow: Flow) -> None:
    """Hutchinson's estimate, averaged over probes, against the exact Jacobian."""
    ws, c = torch.randn(1, 6), torch.randn(1, 3)
    solver = Solver("rk4", steps=16)
    jacobian = torch.autograd.functional.jacobian(lambda w: flow(w, c, solver=solver), ws)
    assert isinstance(jacobian, torch.Tensor)
    code = flow(ws, c, solver=solver)
    exact = torch.distributions.Normal(0.0, 1.0).log_prob(code).sum()
    exact = exact + torch.linalg.slogdet(jacobian.view(6, 6))[1]
    probes = 400
    estimates = [
        flow.log_density(ws.expand(probes, 6), c.expand(probes, 3), solver=solver).detach()
    ]
    spread = estimates[0].std() / probes**0.5
    assert (estimates[0].mean() - exact).abs() < 4 * spread + 1e-3


def test_condition_encoders_take_their_maps() -> None:
    with torch.no_grad():
        assert RgbConditionEncoder().eval()(torch.rand(1, 3, 512, 512)).shape == (1, 19)
        encoder = OneHotConditionEncoder(condition_dim=40)
        assert encoder(torch.rand(2, 19, 64, 64)).shape == (2, 40)
