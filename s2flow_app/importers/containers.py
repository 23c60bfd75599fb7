"""The containers that checkpoints come in: torch's zip, torch's format before 1.6, plain pickles.

After `torch/serialization.py`: a zip holds ``<root>/data.pkl`` and ``<root>/data/<key>``, stored;
the older format is a row of pickles (magic number, version, system, the object, storage keys) and
then, for each key, the count as int64 and the numbers. A declared size is compared with what the
file has before anything is read. Used by the reading subprocess alone.
"""

import io
import zipfile
from typing import Any, BinaryIO, Final

from s2flow_app.errors import CheckpointError
from s2flow_app.importers.opcodes import DAMAGED, Known, PickleMachine
from s2flow_app.importers.stand_ins import KNOWN, Storage, StorageKind

MAX_MEMBERS: Final = 100_000
MAX_NESTING: Final = 2
_ZIP: Final = b"PK\x03\x04"
_PICKLE: Final = b"\x80"
_OLD_TORCH: Final = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""The pickled magic number 0x1950a86a20f9469cfc6c, after the two bytes of the protocol."""
_OLD_VERSION: Final = 1001


class CheckpointPickle(PickleMachine):
    """Knows the names in `KNOWN`; gives `Storage` for persistent ids.

    Raises:
        CheckpointError: a name that is not in the table, or a persistent id that is no storage.
    """

    def __init__(
        self, stream: BinaryIO, *, depth: int = 0, stored: bool = False, inner_bytes: int = 0
    ) -> None:
        """``inner_bytes``: how much there may be of files in this one, together."""
        super().__init__(stream)
        self._depth, self._stored, self._inner_bytes = depth, stored, inner_bytes
        self.storages: dict[str, Storage] = {}

    def find(self, module_name: str, global_name: str) -> Known | StorageKind:
        if (module_name, global_name) == ("torch.storage", "_load_from_bytes"):
            return Known(self._load_from_bytes)
        try:
            return KNOWN[module_name, global_name]
        except KeyError:
            asked = ascii(f"{module_name}.{global_name}")[1:-1][:80]
            raise CheckpointError(
                f"asks for {asked}, which no checkpoint that this program knows needs"
            ) from None

    def persistent(self, pid: Any) -> Storage:
        if not self._stored or not isinstance(pid, tuple) or pid[:1] != ("storage",):
            raise CheckpointError("was saved as a whole program object, not as weights")
        _, kind, key, _, numel, *views = pid
        if not (isinstance(kind, StorageKind) and isinstance(key, str) and isinstance(numel, int)):
            raise CheckpointError(DAMAGED)
        if any(view is not None for view in views):
            raise CheckpointError("was saved by a version of torch that is too old")
        storage = self.storages.setdefault(key, Storage(kind, numel))
        if (storage.kind, storage.numel) != (kind, numel):
            raise CheckpointError(DAMAGED)
        return storage

    def _load_from_bytes(self, data: Any) -> Storage:
        """A storage inside a plain pickle is a torch file of its own."""
        if not isinstance(data, bytes):
            raise CheckpointError(DAMAGED)
        if self._depth >= MAX_NESTING:
            raise CheckpointError("has files within files within files")
        self._inner_bytes -= len(data)
        if self._inner_bytes < 0:  # a memo lets one of them be read again and again
            raise CheckpointError("declares more than it holds")
        found = _read_old_torch(io.BytesIO(data), len(data), depth=self._depth + 1)
        if not isinstance(found, Storage):
            raise CheckpointError(DAMAGED)
        return found


def read_container(stream: BinaryIO, size: int) -> Any:
    """The object in a file of ``size`` bytes, made of stand-ins; raises `CheckpointError`."""
    start = stream.read(2 + len(_OLD_TORCH))
    stream.seek(0)
    if start.startswith(_ZIP):
        return _read_zip(stream, size)
    if start.startswith(_PICKLE) and start[2:] == _OLD_TORCH:
        return _read_old_torch(stream, size)
    if start.startswith(_PICKLE):
        return CheckpointPickle(stream, inner_bytes=size).load()
    raise CheckpointError("is neither a torch file nor a pickle")


def _read_zip(stream: BinaryIO, size: int) -> Any:
    with zipfile.ZipFile(stream) as archive:
        members = {info.filename: info for info in archive.infolist()}
        if len(members) > MAX_MEMBERS or any(
            info.compress_type != zipfile.ZIP_STORED for info in members.values()
        ):
            raise CheckpointError("is a packed archive, which torch does not write")
        if sum(info.file_size for info in members.values()) > size:
            raise CheckpointError("declares more than it holds")
        roots = [name[: -len("data.pkl")] for name in members if name.endswith("/data.pkl")]
        if len(roots) != 1:
            raise CheckpointError("is an archive, but not one of torch's")
        (root,) = roots
        if f"{root}byteorder" in members and archive.read(f"{root}byteorder") != b"little":
            raise CheckpointError("was saved on a computer with another byte order")
        unpickler = CheckpointPickle(
            io.BytesIO(archive.read(f"{root}data.pkl")), stored=True, inner_bytes=size
        )
        found = unpickler.load()
        for key, storage in unpickler.storages.items():
            info = members.get(f"{root}data/{key}")
            if info is None or info.file_size != storage.nbytes:
                raise CheckpointError(DAMAGED)
            storage.data = archive.read(info)
        return found


def _read_old_torch(stream: BinaryIO, size: int, *, depth: int = 0) -> Any:
    start = stream.read(2 + len(_OLD_TORCH))
    version = CheckpointPickle(stream, depth=depth).load()
    system = CheckpointPickle(stream, depth=depth).load()
    little = isinstance(system, dict) and system.get("little_endian") is True
    if start[2:] != _OLD_TORCH or version != _OLD_VERSION or not little:
        raise CheckpointError("was saved by a version of torch, or a computer, that is too old")
    unpickler = CheckpointPickle(stream, depth=depth, stored=True, inner_bytes=size)
    found = unpickler.load()
    keys = CheckpointPickle(stream, depth=depth).load()
    for key in keys if isinstance(keys, list) else []:
        storage = unpickler.storages.get(key) if isinstance(key, str) else None
        if storage is None:
            raise CheckpointError(DAMAGED)
        numel = int.from_bytes(stream.read(8), "little")
        if numel != storage.numel or storage.nbytes > size - stream.tell():
            raise CheckpointError(DAMAGED)
        storage.data = stream.read(storage.nbytes)
    return found
