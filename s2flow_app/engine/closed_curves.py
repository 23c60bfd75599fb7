"""Smooth closed curves through the outlines of masks."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Bool = NDArray[np.bool_]
Float = NDArray[np.floating[Any]]

MOST_GROWN: Final = 1.25
"""Of its radius: what an outline may grow by where it is carried on."""


def smooth_closed(points: Float, count: int, harmonics: int) -> Float:
    """``[count, 2]`` of the closed polygon ``points [N, 2]`` by its lowest Fourier harmonics."""
    even = resampled(np.concatenate([points, points[:1]]), count + 1)[:-1]
    waves = np.fft.fft(even[:, 0] + 1j * even[:, 1])
    order = np.abs(np.fft.fftfreq(count, 1 / count))
    # A soft end: a hard one rings along straight edges.
    kept = np.fft.ifft(waves * np.exp(-0.5 * (order / harmonics) ** 4))
    curve = np.stack([kept.real, kept.imag], axis=1)
    turn = np.roll(curve, -1, axis=0)
    area = (curve[:, 0] * turn[:, 1] - turn[:, 0] * curve[:, 1]).sum()
    return curve if area > 0 else curve[::-1].copy()


def resampled(points: Float, count: int) -> Float:
    """``[count, 2]`` evenly along the open polyline ``points [N, 2]``."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, points[:, i]) for i in (0, 1)], axis=1)


def carried_on(contour: Float, cut: Bool) -> Float:
    """``[M, 2]`` a curve through the points ``[N, 2]`` that are not ``cut``, smooth between them.

    The radius about the middle is a Fourier series by least squares that pays for its bends.
    """
    centre = (contour.max(axis=0) + contour.min(axis=0)) / 2
    half = np.ptp(contour, axis=0) / 2
    x, y = ((contour - centre) / half).T  # a circle costs nothing, so should an ellipse
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    order = np.arange(1, 7)

    def basis(at: Float) -> Float:
        waves = at[:, None] * order
        return np.concatenate([np.ones((len(at), 1)), np.cos(waves), np.sin(waves)], axis=1)

    known = basis(angle[~cut])
    bends = np.diag(np.concatenate([[0.0], order**4, order**4])) * 1e-4 * len(known)
    series = np.linalg.solve(known.T @ known + bends, known.T @ radius[~cut])
    grown = np.clip(basis(angle[cut]) @ series, radius[cut], MOST_GROWN * radius[cut])
    return centre + half * grown[:, None] * np.stack([np.cos(angle[cut]), np.sin(angle[cut])], 1)
