"""Registration: the smooth displacement without folds that takes one stack of channels to another.

Minimised from coarse to fine by Gauss-Newton: the squared difference of the channels, the bending
of the displacement, and a penalty on cells that would nearly fold. The normal equations are solved
by conjugate gradients, preconditioned by the bending's own inverse (cosine transform).

Displacements are ``[2, h, w]`` (x, y) in pixels of the full-size channels, whatever the grid.
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import Event
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.progress import step

STRETCHING: Final = 0.03
"""Weight of the squared gradient: enough to settle what neither data nor bending decides."""
FOLDING: Final = 12.0
"""Weight of what the Jacobian's determinant lacks of `UNFOLDED`, squared."""
UNFOLDED: Final = 0.4
"""Determinants below this are penalised: 0.4 magnifies an area 2.5 times."""
LARGEST_UPDATE: Final = 1.5
"""In grid spacings: the channels are only linear about their sample points."""
FREE_SHARE: Final = 0.7
"""Least share of a grid point's cell that must be free for the point to be."""
DAMPING: Final = 0.02
"""Share of the mean curvature that is added everywhere (Levenberg-Marquardt)."""
SOLVED: Final = 0.05
"""Conjugate gradients stop at this share of the first residual: the equations are a
linearisation, which the next iteration does anew."""

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What is to be matched, sampled every `spacing_px`: arrays of h x w cells."""

    spacing_px: int
    source: Float
    """``[h, w, K]`` channels that move; a channel's scale is the root of its weight."""
    target: Float
    """``[h, w, K]`` channels that they are to equal."""
    trust: Float
    """``[h, w]`` 0..1: weight of the difference."""
    stiffness: Float
    """``[h, w]`` 0..1: 1 bends as it should, near 0 tears."""
    hold: Float
    """``[h, w]``: weight of the squared displacement, px^-2."""
    free: Float
    """``[h, w]`` 0..1: share of the cell that may move."""

    def halved(self) -> "Match":
        """The same on cells of twice the side; h and w are even."""
        arrays = (self.source, self.target, self.trust, self.stiffness, self.hold, self.free)
        return Match(2 * self.spacing_px, *(_quarter(a) for a in arrays))


def register(
    match: Match, *, levels: int, bending: float, iterations: int = 3, solver_steps: int = 12,
    cancel: Event | None = None,
) -> Float:  # fmt: skip
    """The displacement by which ``source(p + u)`` looks like ``target(p)``.

    Args:
        match: h and w are multiples of ``2 ** (levels - 1)``.
        levels: grids, each of twice the other's spacing.
        bending: weight of the squared Laplacian, px^2, against a squared difference of 1 in one
            pixel.
        iterations: of Gauss-Newton on each; more than 3 do not change what comes out.

    Returns:
        ``[h * spacing_px, w * spacing_px, 2]`` (x, y) pixels. 0 in cells that are not free, up
        to the interpolation between them.
    """
    pyramid = [match]
    for _ in range(levels - 1):
        pyramid.append(pyramid[-1].halved())
    moved = np.zeros((2, 1, 1), np.float32)
    for part in reversed(pyramid):
        grid = _Grid(part, bending)
        moved = _resized(moved, part.free.shape) * grid.free
        for _ in range(iterations):
            step(cancel, None, "", 0)
            moved = grid.improved(moved, solver_steps)
    h, w = match.free.shape
    full = _resized(moved, (h * match.spacing_px, w * match.spacing_px))
    return np.ascontiguousarray(full.transpose(1, 2, 0))


class _Grid:
    """The problem on one grid."""

    def __init__(self, match: Match, bending: float) -> None:
        self._spacing = spacing = match.spacing_px
        self._bending = bending / spacing**2
        self.free = (match.free > FREE_SHARE).astype(np.float32)
        kernel = np.array([[-0.5, 0, 0.5]], np.float32) / spacing
        slopes = (
            cv2.filter2D(match.source, -1, k, borderType=cv2.BORDER_REPLICATE)
            for k in (kernel, kernel.T)
        )
        # OpenCV drops the axis of a single channel.
        shape = match.source.shape
        self._source = np.concatenate([match.source, *(s.reshape(shape) for s in slopes)], axis=2)
        self._target = match.target
        self._trust = match.trust * np.float32(spacing**2)
        self._hold = match.hold * np.float32(spacing**2)
        self._soft = match.stiffness
        h, w = self.free.shape
        self._at = np.stack(np.meshgrid(np.arange(w), np.arange(h)), axis=-1).astype(np.float32)
        self._to_y, self._to_x = _cosines(h), _cosines(w)
        eigen_y, eigen_x = (2 - 2 * np.cos(np.pi * np.arange(n) / n) for n in (h, w))
        self._eigen = (eigen_y[:, None] + eigen_x[None]).astype(np.float32)

    def improved(self, moved: Float, solver_steps: int) -> Float:
        """One Gauss-Newton step from the displacement ``moved``."""
        at = self._at + moved.transpose(1, 2, 0) / np.float32(self._spacing)
        count = self._target.shape[2]
        none = np.empty(0, np.uint16)
        sampled = cv2.remap(
            self._source, at, none, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32, copy=False)
        residual = sampled[..., :count] - self._target
        slope_x, slope_y = sampled[..., count : 2 * count], sampled[..., 2 * count :]

        def summed(a: Float, b: Float) -> Float:
            return np.einsum("hwk,hwk->hw", a, b) * self._trust

        xx, xy, yy = summed(slope_x, slope_x), summed(slope_x, slope_y), summed(slope_y, slope_y)
        damping = np.float32(DAMPING * max(float((xx + yy).mean()) / 2, 1e-6))
        xx, yy = xx + self._hold + damping, yy + self._hold + damping
        fold, lacking = self._folds(moved)
        folding = bool(lacking.any())
        downhill = -np.stack([summed(slope_x, residual), summed(slope_y, residual)])
        downhill -= self._stiff(moved) + self._hold * moved
        if folding:
            downhill += _adjoint_differences(fold * lacking)

        def curvature(v: Float) -> Float:
            out = self._stiff(v)
            out[0] += xx * v[0] + xy * v[1]
            out[1] += xy * v[0] + yy * v[1]
            if folding:
                along = (fold * _differences(v)).sum((0, 1))
                out += _adjoint_differences(fold * along)
            return out * self.free

        mean = float(((xx + yy) * self.free).sum() / 2 / max(float(self.free.sum()), 1.0))
        inverse = 1 / (mean + STRETCHING * self._eigen + self._bending * self._eigen**2)
        update = self._solved(curvature, downhill * self.free, inverse, solver_steps)
        longest = float(np.sqrt((update**2).sum(0).max()))
        limit = LARGEST_UPDATE * self._spacing
        step = update * np.float32(min(1.0, limit / max(longest, 1e-9)))
        return (moved + step).astype(np.float32, copy=False)

    def _stiff(self, v: Float) -> Float:
        """The derivative of half the bending and stretching energies."""
        laplacian = _laplacian(v)
        soft = self._soft * np.float32(self._bending)
        stiff = _laplacian(soft * laplacian) - np.float32(STRETCHING) * laplacian
        return stiff.astype(np.float32, copy=False)

    def _folds(self, moved: Float) -> tuple[Float, Float]:
        """The penalty's root, linearised: its derivative ``[2, 2, h, w]`` by `_differences`, 0
        where nothing is in danger of folding, and its value ``[h, w]``."""
        (x_x, y_x), (x_y, y_y) = _differences(moved) / np.float32(self._spacing)
        lacking = np.maximum(UNFOLDED - ((1 + x_x) * (1 + y_y) - x_y * y_x), 0)
        weight = np.sqrt(np.float32(FOLDING) * self._soft) * (lacking > 0)
        rows = np.array([[1 + y_y, -x_y], [-y_x, 1 + x_x]], np.float32)
        return rows * weight, weight * lacking * np.float32(self._spacing)

    def _solved(self, operator, right, inverse: Float, steps: int) -> Float:
        """Conjugate gradients for ``operator(v) = right`` on the free points."""
        solution = np.zeros_like(right)
        residual = right
        size = first = 0.0
        direction = np.zeros_like(right)
        for k in range(steps):
            conditioned = self._preconditioned(residual, inverse)
            before, size = size, float(np.vdot(residual, conditioned))
            if k == 0:
                first = size
            if size <= SOLVED**2 * first or size == 0:
                break
            direction = conditioned + direction * np.float32(size / before if k else 0.0)
            along = operator(direction)
            length = np.float32(size / max(float(np.vdot(direction, along)), 1e-20))
            solution = solution + length * direction
            residual = residual - length * along
        return solution

    def _preconditioned(self, v: Float, inverse: Float) -> Float:
        spectrum = (self._to_y @ v @ self._to_x.T) * inverse
        conditioned = (self._to_y.T @ spectrum @ self._to_x) * self.free
        return conditioned.astype(np.float32, copy=False)


def _differences(v: Float) -> Float:
    """Forward differences ``[2 (along x, along y), 2, h, w]``, 0 at the far ends."""
    out = np.zeros((2, *v.shape), np.float32)
    np.subtract(v[:, :, 1:], v[:, :, :-1], out=out[0, :, :, :-1])
    np.subtract(v[:, 1:], v[:, :-1], out=out[1, :, :-1])
    return out


def _adjoint_differences(flow: Float) -> Float:
    out = np.zeros(flow.shape[1:], np.float32)
    out[:, :, :-1] -= flow[0, :, :, :-1]
    out[:, :, 1:] += flow[0, :, :, :-1]
    out[:, :-1] -= flow[1, :, :-1]
    out[:, 1:] += flow[1, :, :-1]
    return out


def _laplacian(v: Float) -> Float:
    """Five-point Laplacian ``[2, h, w]``; symmetric, as nothing flows through the border."""
    return np.stack([cv2.Laplacian(c, cv2.CV_32F, borderType=cv2.BORDER_REPLICATE) for c in v])


@lru_cache(maxsize=32)
def _cosines(n: int) -> Float:
    """The orthonormal cosine transform ``[n, n]`` (DCT-II), which diagonalises `_laplacian`."""
    k = np.arange(n)
    table = np.cos(np.pi / n * (k[None] + 0.5) * k[:, None]) * np.sqrt(2 / n)
    table[0] /= np.sqrt(2)
    table = table.astype(np.float32)
    table.flags.writeable = False
    return table


def _quarter(a: Float) -> Float:
    return (a[::2, ::2] + a[1::2, ::2] + a[::2, 1::2] + a[1::2, 1::2]) * np.float32(0.25)


def _resized(moved: Float, shape: tuple[int, int]) -> Float:
    size = (shape[1], shape[0])
    return np.stack([cv2.resize(c, size, interpolation=cv2.INTER_CUBIC) for c in moved])
