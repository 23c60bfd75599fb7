"""Searches for latents as files, so that one that was stopped goes on after a restart too.

A file is named by all that a search depends on: the aligned crop, and the weights that draw it and
compare it. It holds numbers of the search, not the picture.
"""

import hashlib
import logging
import time
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from s2flow_app.engine.pack import Pack
from s2flow_app.engine.project import Projection
from s2flow_app.errors import UserError
from s2flow_app.paths import user_data_dir

FOLDER: Final = "inversions"
MOST: Final = 64
"""How many files are kept, the newest; one has about 2 MB."""
EVERY_S: Final = 5.0
_LOG: Final = logging.getLogger(__name__)


class KeptSearch:
    """The file of one search.

    Args:
        crop: ``[512, 512, 3]``, what is searched for.
    """

    def __init__(self, pack: Pack, crop: NDArray[np.uint8]) -> None:
        parts = pack.manifest.components
        weights = [parts[name].sha256 for name in ("generator", "parser") if name in parts]
        said = "\n".join([hashlib.sha256(crop.tobytes()).hexdigest(), *weights])
        self._name = f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.safetensors"
        self._kept_s = time.monotonic()

    def resume(self, search: Projection) -> None:
        """Have ``search`` go on from the file, if there is a sound one."""
        try:
            file = self._folder() / self._name
            if file.is_file():
                search.restore(load_file(file))
        except (OSError, UserError, SafetensorError, KeyError, ValueError) as error:
            _LOG.warning("A kept inversion is of no use, the search begins anew: %s", error)

    def keep_now_and_then(self, search: Projection) -> None:
        if time.monotonic() - self._kept_s > EVERY_S:
            self.keep(search)

    def keep(self, search: Projection) -> None:
        """Write the file; a search is not worth failing for a full disk."""
        self._kept_s = time.monotonic()
        try:
            folder = self._folder()
            beside = folder / f".{self._name}"
            save_file(search.state(), beside)
            beside.replace(folder / self._name)
            files = sorted(folder.glob("*.safetensors"), key=lambda f: f.stat().st_mtime)
            for old in files[:-MOST]:
                old.unlink(missing_ok=True)
        except (OSError, UserError, SafetensorError) as error:
            _LOG.warning("The inversion cannot be kept for another time: %s", error)

    @staticmethod
    def _folder() -> Path:
        folder = user_data_dir() / FOLDER
        folder.mkdir(exist_ok=True)
        return folder
