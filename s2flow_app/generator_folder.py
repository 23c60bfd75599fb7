"""Where the weights of generators that were fitted to faces are kept: one file for each name.

A face's state names its generator. The engine writes here what it has fitted, projects read and
bring along what states name. No torch.
"""

import re
import shutil
import tempfile
import weakref
from collections.abc import Collection
from pathlib import Path
from typing import Final

from s2flow_app.atomic_file import write_atomically
from s2flow_app.errors import UserError

_NAME: Final = re.compile(r"[0-9a-f]{32}")
_SUFFIX: Final = ".safetensors"


class GeneratorFolder:
    """A private folder that goes with its last owner, or when the program ends.

    It outlives a session, so that one that takes over from a hung one knows the same names.
    """

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="s2flow-"))
        self._end = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def file(self, name: str) -> Path:
        """Of the generator of that name; raises `ValueError` for what is no name."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} names no generator")
        return self.path / f"{name}{_SUFFIX}"

    def read(self, name: str) -> bytes:
        """The weights as safetensors.

        Raises:
            UserError: they are gone.
        """
        try:
            return self.file(name).read_bytes()
        except OSError as error:
            raise UserError(
                "The generator that a face was fitted with is gone.",
                "Go back to before the tuning, and tune again.",
            ) from error

    def put(self, name: str, weights: bytes) -> None:
        """Keep weights that were kept elsewhere.

        Raises:
            UserError: they cannot be written.
        """
        try:
            if not self.file(name).exists():
                write_atomically(self.file(name), weights)
        except OSError as error:
            raise UserError(
                f"The generator of a face could not be kept: {error.strerror}.",
                f"Make room in {self.path.parent} and try again.",
            ) from error

    def names(self) -> set[str]:
        """Of all that are kept."""
        return {file.stem for file in self.path.glob(f"*{_SUFFIX}")}

    def keep_only(self, names: Collection[str]) -> None:
        """Remove all others: no state names them any more."""
        for file in self.path.glob(f"*{_SUFFIX}"):
            if file.stem not in names:
                file.unlink(missing_ok=True)
