"""A real picture to show the program on, where there is one; and as large a photo as wanted."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine.session import Session


def sample_picture(session: Session) -> NDArray[np.uint8]:
    """The public-domain NASA portrait if scikit-image is installed, else a made-up face."""
    try:
        from skimage.data import astronaut
    except ImportError:
        return session.new_face(1)[0]
    return astronaut()


def enlarged(photo: Path, size: tuple[int, int]) -> Image.Image:
    """The photo in a picture of ``size`` (w, h), as large as it goes, its sides drawn out."""
    with Image.open(photo) as picture:
        whole = picture.convert("RGB")
    scale = min(size) / max(whole.size)
    whole = whole.resize((round(whole.width * scale), round(whole.height * scale)))
    canvas: NDArray[np.uint8] = np.asarray(whole)
    wide = (size[0] - canvas.shape[1], size[1] - canvas.shape[0])
    pad = ((0, wide[1]), (wide[0] // 2, wide[0] - wide[0] // 2), (0, 0))
    return Image.fromarray(np.pad(canvas, pad, mode="edge"))
