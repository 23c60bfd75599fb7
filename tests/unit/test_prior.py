"""Where made-up faces come from."""

import pytest
import torch
from torch import Tensor

from s2flow_app.nets.prior import FacePrior, packed, unpacked

DIM, RANK, ROWS, FACES = 6, 3, 4, 500


@pytest.fixture(scope="module")
def basis() -> Tensor:
    found = torch.randn(ROWS, DIM, RANK, generator=torch.Generator().manual_seed(1))
    return found - found.mean(0)


@pytest.fixture(scope="module")
def ws(basis: Tensor) -> Tensor:
    """Latents ``[N, L, D]`` whose rows follow from the shared one."""
    shared = torch.randn(FACES, DIM, generator=torch.Generator().manual_seed(2)) + 1
    follows = torch.stack([shared[:, 0], shared[:, 1], -shared[:, 0]], 1)
    return shared[:, None] + torch.einsum("ldk,nk->nld", basis, follows)


@pytest.fixture(scope="module")
def prior(ws: Tensor, basis: Tensor) -> FacePrior:
    found = FacePrior(condition_dim=2, dim=DIM, num_ws=ROWS, offset_rank=RANK)
    found.fit(torch.randn(FACES, 2), torch.randn(FACES, DIM), ws, basis)
    return found


def test_rows_go_with_the_shared_latent_as_those_of_real_faces(
    prior: FacePrior, ws: Tensor, basis: Tensor
) -> None:
    found = prior.ws(ws.mean(1), basis)
    assert (found - ws).square().mean() < 1e-3 * (ws - ws.mean(1, keepdim=True)).square().mean()


def test_made_up_faces_have_the_shared_latent_that_was_drawn(
    prior: FacePrior, basis: Tensor
) -> None:
    shared = torch.randn(3, DIM)
    for of in (basis, None):
        assert torch.allclose(prior.ws(shared, of).mean(1), shared, atol=1e-5)


def test_an_older_prior_draws_what_it_drew(prior: FacePrior, basis: Tensor) -> None:
    new = prior.state_dict()
    old = {k: new[k] for k in new if k not in ("rows_from_shared", "shared_mean")}
    old["code_factor"] = unpacked(new["code_factor"])
    loaded = FacePrior(condition_dim=2, dim=DIM, num_ws=ROWS)
    loaded.load_state_dict(old)
    shared = torch.randn(2, DIM)
    assert torch.equal(loaded.code(3), prior.code(3))
    assert torch.equal(loaded.ws(shared, basis), shared[:, None] + prior.offsets)


def test_a_packed_triangle_unpacks() -> None:
    factor = torch.randn(5, 5).tril()
    assert len(packed(factor)) == 15
    assert torch.equal(unpacked(packed(factor)), factor)
