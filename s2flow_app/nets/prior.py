"""What faces are usually like: where random ones are drawn from."""

from typing import Any, Final

import torch
from torch import Tensor, nn

RIDGE: Final = 0.01
"""Of a shared latent's mean variance: what rows follow from is not to be fitted to noise."""


class FacePrior(nn.Module):
    """Normal distributions of conditions and style codes, and the rows of a shared latent.

    A flow that has been tuned by edits leaves codes that are not quite N(0, I): drawing them from
    the distribution that faces really have keeps random faces among faces. How the rows of real
    faces differ follows from their shared latent almost alone (99 % of the variance), linearly, in
    the numbers that the photo encoder says it by.

    Args:
        condition_dim: C.
        dim: width D of a latent row.
        num_ws: rows L.
        offset_rank: K, of `PhotoEncoder`; 0: the rows of all faces differ alike.
    """

    condition_mean: Tensor
    condition_factor: Tensor
    code_mean: Tensor
    code_factor: Tensor
    """``[D (D + 1) / 2]``, the lower triangle row by row."""
    offsets: Tensor
    shared_mean: Tensor
    rows_from_shared: Tensor

    def __init__(
        self, *, condition_dim: int = 64, dim: int = 512, num_ws: int, offset_rank: int = 0
    ) -> None:
        super().__init__()
        self.register_buffer("condition_mean", torch.zeros(condition_dim))
        self.register_buffer("condition_factor", torch.eye(condition_dim))
        self.register_buffer("code_mean", torch.zeros(dim))
        self.register_buffer("code_factor", packed(torch.eye(dim)))
        self.register_buffer("offsets", torch.zeros(num_ws, dim))
        self.register_buffer("shared_mean", torch.zeros(dim))
        self.register_buffer("rows_from_shared", torch.zeros(offset_rank, dim))

    def condition(self, seed: int, *, truncation_psi: float = 1.0) -> Tensor:
        """A condition ``[C]``, pulled towards the mean by ``truncation_psi``."""
        draw = normal(seed, len(self.condition_mean))
        return self.condition_mean + truncation_psi * self.condition_factor @ draw

    def code(self, seed: int, *, truncation_psi: float = 1.0) -> Tensor:
        """A style code ``[D]``."""
        draw = normal(seed, len(self.code_mean))
        return self.code_mean + truncation_psi * unpacked(self.code_factor) @ draw

    def ws(self, shared: Tensor, basis: Tensor | None) -> Tensor:
        """Latents ``[N, L, D]`` that go with shared ones ``[N, D]``.

        Args:
            basis: ``[L, D, K]``, `PhotoEncoder.offset_basis`; None: the mean offsets.
        """
        ws = shared[:, None] + self.offsets.to(shared)
        if basis is None or not len(self.rows_from_shared):
            return ws
        rows = (shared - self.shared_mean.to(shared)) @ self.rows_from_shared.to(shared).t()
        return ws + torch.einsum("ldk,nk->nld", basis, rows)

    def fit(self, conditions: Tensor, codes: Tensor, ws: Tensor, basis: Tensor) -> None:
        """Take over the distribution of ``[N, C]``, ``[N, D]`` and ``[N, L, D]``.

        Args:
            basis: ``[L, D, K]``, `PhotoEncoder.offset_basis`.
        """
        self.condition_mean, self.condition_factor = _moments(conditions)
        self.code_mean, code_factor = _moments(codes)
        self.code_factor = packed(code_factor)
        shared = ws.mean(1)
        offsets = ws - shared[:, None]
        self.offsets, self.shared_mean = offsets.mean(0), shared.mean(0)
        apart = (offsets - self.offsets).flatten(1)
        rows = torch.linalg.lstsq(basis.flatten(0, 1), apart.t()).solution.t()
        self.rows_from_shared = _regressed(shared - self.shared_mean, rows)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        # Packs from before rows went with the shared latent: mean offsets alone, a whole square.
        for name in ("shared_mean", "rows_from_shared"):
            state_dict.setdefault(f"{prefix}{name}", getattr(self, name))
        factor = state_dict.get(f"{prefix}code_factor")
        if factor is not None and factor.dim() == 2:
            state_dict[f"{prefix}code_factor"] = packed(factor)
        super()._load_from_state_dict(state_dict, prefix, *rest)


def normal(seed: int, size: int) -> Tensor:
    """``[size]`` numbers from N(0, 1), the same for a seed."""
    return torch.randn(size, generator=torch.Generator().manual_seed(seed))


def packed(factor: Tensor) -> Tensor:
    """``[M (M + 1) / 2]``: a lower triangular matrix ``[M, M]`` without its zeros."""
    return factor[_lower(len(factor))]


def unpacked(triangle: Tensor) -> Tensor:
    """`packed`, undone."""
    side = round((2 * len(triangle) + 0.25) ** 0.5 - 0.5)
    factor = triangle.new_zeros(side, side)
    factor[_lower(side)] = triangle
    return factor


def _lower(side: int) -> tuple[Tensor, Tensor]:
    rows, columns = torch.tril_indices(side, side)
    return rows, columns


def _moments(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Mean, and a lower triangular factor of the covariance."""
    mean = rows.mean(0)
    covariance = (rows - mean).t().double() @ (rows - mean).double() / len(rows)
    jitter = 1e-4 * covariance.diagonal().mean() * torch.eye(len(covariance)).double()
    return mean, torch.linalg.cholesky(covariance + jitter).float()


def _regressed(given: Tensor, found: Tensor) -> Tensor:
    """``[K, D]``: what ``[N, K]`` are in the mean of centred ``[N, D]``."""
    gram = (given.t() @ given).double()
    gram += RIDGE * gram.diagonal().mean() * torch.eye(len(gram)).double()
    return torch.linalg.solve(gram, (given.t() @ found).double()).t().float()
