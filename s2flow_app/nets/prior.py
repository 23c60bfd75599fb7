"""What faces are usually like: where random ones are drawn from."""

import torch
from torch import Tensor, nn


class FacePrior(nn.Module):
    """Normal distributions of conditions and style codes, and the usual offsets of the rows.

    A flow that has been tuned by edits leaves codes that are not quite N(0, I): drawing them from
    the distribution that faces really have keeps random faces among faces.

    Args:
        condition_dim: C.
        dim: width D of a latent row.
        num_ws: rows L.
    """

    condition_mean: Tensor
    condition_factor: Tensor
    code_mean: Tensor
    code_factor: Tensor
    offsets: Tensor

    def __init__(self, *, condition_dim: int = 64, dim: int = 512, num_ws: int) -> None:
        super().__init__()
        self.register_buffer("condition_mean", torch.zeros(condition_dim))
        self.register_buffer("condition_factor", torch.eye(condition_dim))
        self.register_buffer("code_mean", torch.zeros(dim))
        self.register_buffer("code_factor", torch.eye(dim))
        self.register_buffer("offsets", torch.zeros(num_ws, dim))

    def condition(self, seed: int, *, truncation_psi: float = 1.0) -> Tensor:
        """A condition ``[C]``, pulled towards the mean by ``truncation_psi``."""
        draw = normal(seed, len(self.condition_mean))
        return self.condition_mean + truncation_psi * self.condition_factor @ draw

    def code(self, seed: int, *, truncation_psi: float = 1.0) -> Tensor:
        """A style code ``[D]``."""
        draw = normal(seed, len(self.code_mean))
        return self.code_mean + truncation_psi * self.code_factor @ draw

    def fit(self, conditions: Tensor, codes: Tensor, ws: Tensor) -> None:
        """Take over the distribution of ``[N, C]``, ``[N, D]`` and ``[N, L, D]``."""
        self.condition_mean, self.condition_factor = _moments(conditions)
        self.code_mean, self.code_factor = _moments(codes)
        self.offsets = (ws - ws.mean(1, keepdim=True)).mean(0)


def normal(seed: int, size: int) -> Tensor:
    """``[size]`` numbers from N(0, 1), the same for a seed."""
    return torch.randn(size, generator=torch.Generator().manual_seed(seed))


def _moments(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Mean, and a lower triangular factor of the covariance."""
    mean = rows.mean(0)
    covariance = (rows - mean).t().double() @ (rows - mean).double() / len(rows)
    jitter = 1e-4 * covariance.diagonal().mean() * torch.eye(len(covariance)).double()
    return mean, torch.linalg.cholesky(covariance + jitter).float()
