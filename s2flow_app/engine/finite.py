"""Refuses numbers that are not finite, before they become a state that is edited on."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from s2flow_app.errors import NotFiniteError
from s2flow_app.model.face import FaceState

FloatsT = TypeVar("FloatsT", bound=NDArray[np.floating])


def finite(values: FloatsT, what: str) -> FloatsT:
    """``values``, all of them finite; ``what`` they are, for the log.

    Raises:
        NotFiniteError: there is NaN or infinity among them.
    """
    if not np.isfinite(values).all():
        raise NotFiniteError(what)
    return values


def finite_state(state: FaceState) -> FaceState:
    """``state``, whose numbers are all finite; raises `NotFiniteError`."""
    finite(state.ws, "Latents")
    finite(state.quad, "Corners of a crop")
    if state.moved is not None:
        finite(state.moved, "A field of motion")
    return state
