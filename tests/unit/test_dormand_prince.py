"""The integrator: as exact as asked, both ways in time, and honest where it cannot go on."""

import math

import pytest
import torch

from s2flow_app.nets.dormand_prince import TooStiffError, dormand_prince


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 1e-8])
def test_the_error_stays_near_the_tolerance(tolerance: float) -> None:
    x = torch.tensor([1.0, 0.0], dtype=torch.float64)

    def turning(t: float, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([-x[1], x[0]])

    found = dormand_prince(turning, x, start=0.0, end=7.0, rtol=tolerance, atol=tolerance)
    expected = torch.tensor([math.cos(7), math.sin(7)], dtype=torch.float64)
    assert (found - expected).abs().max() < 30 * tolerance


def test_time_is_passed_on_and_may_run_backwards() -> None:
    def velocity(t: float, x: torch.Tensor) -> torch.Tensor:
        return torch.full_like(x, 2 * t)

    there = dormand_prince(velocity, torch.ones(1), start=1.0, end=3.0, rtol=1e-6, atol=1e-6)
    back = dormand_prince(velocity, there, start=3.0, end=1.0, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(there, torch.tensor([9.0]))
    torch.testing.assert_close(back, torch.ones(1))


def test_what_cannot_be_integrated_is_given_up() -> None:
    def exploding(t: float, x: torch.Tensor) -> torch.Tensor:
        return x * x

    with pytest.raises(TooStiffError):
        dormand_prince(exploding, torch.ones(1), start=0.0, end=2.0, rtol=1e-6, atol=1e-6)
