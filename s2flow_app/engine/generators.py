"""Generators that belong to one face: tuned to it, or with the noise that a search found.

A face state names the generator that draws it, so that going back before a tuning is going back to
another name. Weights are written to a folder at once; the newest few are held in memory, too.
"""

import copy
import uuid
from collections import OrderedDict
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from s2flow_app.engine.device import placed
from s2flow_app.errors import UserError
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.nets.stylegan2 import Generator

HELD_BYTES: Final = 512 << 20
"""Of the generators that are held in memory, at most (but always one)."""


class Generators:
    """The pack's own generator under the name "", those of faces under made-up ones."""

    def __init__(
        self, own: Generator, folder: GeneratorFolder | None = None, *,
        held_bytes: int = HELD_BYTES,
    ) -> None:  # fmt: skip
        """``folder``: whoever gives one removes what no state names any more; without one, what was
        kept goes with the photo."""
        self._own, self._held_bytes = own, held_bytes
        self._owns_folder = folder is None
        self._folder = folder or GeneratorFolder()
        self._held: OrderedDict[str, Generator] = OrderedDict()
        """By name, the one that was used last at the end."""

    @property
    def bytes_in_memory(self) -> int:
        return sum(map(_size, self._held.values()))

    def keep(self, generator: Generator) -> str:
        """Its name from now on; the pack's own one is "".

        Raises:
            UserError: it cannot be written.
        """
        if generator is self._own:
            return ""
        own, name = self._own.state_dict(), uuid.uuid4().hex
        changed = {
            key: value.detach().cpu().contiguous()
            for key, value in generator.state_dict().items()
            if key not in own or not torch.equal(value, own[key])
        }
        try:
            save_file(changed, self._folder.file(name))
        except OSError as error:
            raise UserError(
                f"The generator of this face could not be kept: {error}.",
                f"Make room in {self._folder.path.parent} and try again.",
            ) from error
        self._hold(name, generator)
        return name

    def get(self, name: str) -> Generator:
        """The generator of that name, read back if it is not in memory.

        Raises:
            UserError: there is none: its photo is no longer open.
        """
        if not name:
            return self._own
        if name not in self._held:
            self._hold(name, self._read(name))
        self._held.move_to_end(name)
        return self._held[name]

    def move_to(self, device: str) -> None:
        """Have those in memory on a device; the pack's own is moved by its owner."""
        for name, generator in self._held.items():
            self._held[name] = placed(generator, device)

    def forget(self) -> None:
        """Another photo is open: nobody asks for what was kept here so far."""
        if self._owns_folder:
            self._folder.keep_only(())
        self._held.clear()

    def _read(self, name: str) -> Generator:
        try:
            changed = load_file(self._folder.file(name))
        except (OSError, ValueError, SafetensorError) as error:
            raise UserError(
                "The generator that this face was tuned with is gone.",
                "Go back to before the tuning, and tune again.",
            ) from error
        with torch.inference_mode(False), torch.no_grad():
            found = copy.deepcopy(self._own)
            found.likeness = changed.pop("likeness", None)
            try:
                unknown = found.load_state_dict(changed, strict=False).unexpected_keys
            except RuntimeError as error:  # another size
                raise _of_another_pack() from error
        if unknown:
            raise _of_another_pack()
        return found.eval().requires_grad_(False)

    def _hold(self, name: str, generator: Generator) -> None:
        self._held[name] = generator
        while len(self._held) > 1 and self.bytes_in_memory > self._held_bytes:
            self._held.popitem(last=False)


def _of_another_pack() -> UserError:
    return UserError(
        "The generator that this face was fitted with is none of this pack.",
        "Choose the pack that the face was edited with.",
    )


def _size(generator: Generator) -> int:
    return sum(tensor.nbytes for tensor in generator.state_dict().values())
