"""The bytes of the photo that is edited, read once, in whatever thread asks first."""

from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from s2flow_app.project.content import sha256_of
from s2flow_app.project.original import original_of
from s2flow_app.project.parts import OriginalPhoto
from s2flow_app.project.png import write_png


class PhotoBytes:
    """Where they come from.

    Args:
        name: as the photo is called.
        path: its file; None: it was made up, and is kept as PNG of ``display [H, W, 3]``.
        known: what a project holds of it.
        is_made: whether it was made up; None: as ``path`` says.
    """

    def __init__(
        self, name: str, path: Path | None, display: NDArray[np.uint8],
        known: OriginalPhoto | None = None, is_made: bool | None = None,
    ) -> None:  # fmt: skip
        self.is_made = path is None if is_made is None else is_made
        self._name, self._path, self._display, self._known = name, path, display, known
        self._lock = Lock()

    def get(self) -> OriginalPhoto:
        """The photo's file; takes a while the first time.

        Raises:
            ProjectError: it cannot be read.
        """
        with self._lock:
            if self._known is None and self._path is not None:
                self._known = replace(original_of(self._path), name=self._name)
            elif self._known is None:
                data = write_png(self._display)
                self._known = OriginalPhoto(
                    self._name, ".png", sha256_of(data), len(data), None, data
                )
            return self._known
