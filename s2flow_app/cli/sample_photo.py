"""A real picture to show the program on, where there is one."""

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.session import Session


def sample_picture(session: Session) -> NDArray[np.uint8]:
    """The public-domain NASA portrait if scikit-image is installed, else a made-up face."""
    try:
        from skimage.data import astronaut
    except ImportError:
        return session.new_face(1)[0]
    return astronaut()
