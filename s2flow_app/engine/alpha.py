"""Opacity that colours were multiplied with."""

import numpy as np

from s2flow_app.engine.colour import Pixels


def unassociated(colours: Pixels, alpha: Pixels) -> Pixels:
    """``colours [H, W, C]`` that were multiplied with ``alpha [H, W]``, as they were before."""
    most = int(np.iinfo(colours.dtype).max)
    out = colours.copy()
    partly = alpha < most
    opacity = np.maximum(alpha[partly], 1).astype(np.uint32)[:, None]
    whole = (colours[partly].astype(np.uint32) * np.uint32(most) + opacity // 2) // opacity
    out[partly] = np.minimum(whole, most)
    return out
