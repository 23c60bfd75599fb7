"""The photo that is open."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from s2flow_app.model.ids import new_id
from s2flow_app.outputs import InputFile


@dataclass(frozen=True, slots=True)
class PhotoId:
    """One photo as it was opened once; compared by value."""

    value: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo as it is shown."""

    id: PhotoId
    name: str
    """Of its file."""
    display: NDArray[np.uint8]
    """``[H, W, 3]`` sRGB at full resolution, unedited."""
    source: InputFile | None = None
    """Its file, which nothing may replace; None: it was made up."""
