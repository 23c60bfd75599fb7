"""Zip archives as projects are: written member by member, read by exact names within bounds.

What is written is stored as it is, because blobs are packed already; a member that an earlier file
holds is copied from there. Reading takes what other programs have packed again, too.
"""

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import KeysView, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from s2flow_app.project.content import ContentError

MIMETYPE: Final = "application/x-s2flow"
TYPE, PROJECT, THUMBNAIL = "mimetype", "project.json", "Thumbnails/thumbnail.png"
MERGED: Final = "merged.png"
PHOTO: Final = "photo/original"
"""Its ending follows."""
LAYERS: Final = "layers/face-{0}.png"
BLOB: Final = "blobs/{0}"
MAX_FILE_BYTES: Final = 4 << 30
MAX_MEMBERS: Final = 500_000
MAX_RATIO: Final = 100
"""Of a deflated member beyond `SMALL_BYTES`: what is in a project is packed already."""
SMALL_BYTES: Final = 1 << 20
SMALL: Final = 64
_KINDS: Final[tuple[tuple[re.Pattern[str], int], ...]] = (
    (re.compile(r"mimetype"), SMALL),
    (re.compile(r"project\.json"), 32 << 20),
    (re.compile(r"Thumbnails/thumbnail\.png"), 1 << 20),
    (re.compile(r"merged\.png"), 32 << 20),
    (re.compile(r"photo/original(\.[a-z0-9]{1,11})?"), 1 << 30),
    (re.compile(r"layers/face-[0-9]{1,4}\.png"), 4 << 20),
    (re.compile(r"blobs/[0-9a-f]{64}"), 256 << 20),
)
"""Names of members, and how many bytes each may have."""
_FOLDERS: Final = ("Thumbnails/", "photo/", "layers/", "blobs/")
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_END_64: Final = struct.Struct("<4sQ2H2I4Q")
_AT_64: Final = struct.Struct("<4sIQI")
_DATE: Final = 1 << 5 | 1
"""The first day that a zip knows: the same content gives the same bytes."""
_CHUNK: Final = 1 << 20
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What `zipfile` raises where a file is not as it must be."""


@dataclass(frozen=True, slots=True)
class Member:
    """Where a stored member's bytes lie in a file."""

    at: int
    size: int
    crc: int


class ArchiveWriter:
    """Writes an archive to a file that is open for writing, from its beginning."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self.members: dict[str, Member] = {}

    def add(self, name: str, data: bytes) -> None:
        """Add a member; raises `OSError`."""
        self._begin(name, len(data), zlib.crc32(data))
        self._write(data)

    def copy(self, name: str, source: memoryview, member: Member) -> None:
        """Add a member whose bytes lie in ``source``, the whole of another archive."""
        self._begin(name, member.size, member.crc)
        self._write(source[member.at : member.at + member.size])

    def finish(self) -> None:
        """Write the directory."""
        start = self._at
        for name, member in self.members.items():
            coded = name.encode()
            at = member.at - _LOCAL.size - len(coded)
            self._write(
                _CENTRAL.pack(
                    b"PK\1\2", 20, 20, 0, 0, 0, _DATE, member.crc, member.size, member.size,
                    len(coded), 0, 0, 0, 0, 0, at,
                )
                + coded
            )  # fmt: skip
        size, count, end = self._at - start, len(self.members), self._at
        if count >= 0xFFFF:
            self._write(_END_64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start))
            self._write(_AT_64.pack(b"PK\6\7", 0, end, 1))
        few = min(count, 0xFFFF)
        self._write(_END.pack(b"PK\5\6", 0, 0, few, few, size, start, 0))

    def _begin(self, name: str, size: int, crc: int) -> None:
        if name in self.members:
            raise ValueError(f"{name} is there already")
        coded = name.encode()
        if self._at + size + (1 << 20) > MAX_FILE_BYTES:
            raise OverflowError("a project has at most 4 GiB")
        head = _LOCAL.pack(b"PK\3\4", 20, 0, 0, 0, _DATE, crc, size, size, len(coded), 0)
        self._write(head + coded)
        self.members[name] = Member(self._at, size, crc)

    def _write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._at += len(data)


def check_members(file: BinaryIO, members: Mapping[str, Member]) -> None:
    """Read each member back; raises `ContentError` where one is not as it was written."""
    for name, member in members.items():
        file.seek(member.at)
        left, crc = member.size, 0
        while left:
            data = file.read(min(left, _CHUNK))
            if not data:
                break
            crc, left = zlib.crc32(data, crc), left - len(data)
        if left or crc != member.crc:
            raise ContentError(f"{name} was not written as it should be")


class ArchiveReader:
    """A project's file that is open for reading.

    Raises:
        ContentError: it is no archive of this program, or a hostile one.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._file = _opened(path)
        try:
            self._zip = zipfile.ZipFile(self._file)
            self._infos = _checked(self._zip)
            if self.read(TYPE) != MIMETYPE.encode():
                raise ContentError("it is an archive of another program")
        except (*_DAMAGE, LookupError, OverflowError) as error:
            self._file.close()
            if isinstance(error, ContentError):
                raise
            raise ContentError(f"it is no whole archive ({error})") from error
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> KeysView[str]:
        return self._infos.keys()

    def read(self, name: str) -> bytes:
        """The bytes of a member, checked by their CRC; raises `ContentError` and `OSError`."""
        info = self._infos.get(name)
        if info is None:
            raise ContentError(f"{name} is missing")
        try:
            with self._zip.open(info) as member:
                data = member.read(info.file_size + 1)
        except _DAMAGE as error:
            raise ContentError(f"{name} is damaged ({error})") from error
        if len(data) != info.file_size:
            raise ContentError(f"{name} has another length than is said")
        return data

    def members(self) -> dict[str, Member]:
        """Where the stored members lie, to be copied from there."""
        found = {}
        for name, info in self._infos.items():
            if info.compress_type == zipfile.ZIP_STORED:
                self._file.seek(info.header_offset)
                head = self._file.read(_LOCAL.size)
                if len(head) == _LOCAL.size:
                    *_, name_bytes, extra_bytes = _LOCAL.unpack(head)
                    at = info.header_offset + _LOCAL.size + name_bytes + extra_bytes
                    found[name] = Member(at, info.file_size, info.CRC)
        return found


def _opened(path: Path) -> BinaryIO:
    """An ordinary file of bounded length, open for reading."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ContentError("it is no ordinary file")
    file = open(os.open(path, flags), "rb")  # noqa: SIM115 - the reader closes it
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
        file.close()
        raise ContentError("it is no ordinary file of at most 4 GiB")
    return file


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos, total = {}, 0
    listed = archive.infolist()
    if len(listed) > MAX_MEMBERS:
        raise ContentError("it has too many members")
    for info in listed:
        name = info.filename
        if name in _FOLDERS and info.file_size == 0:
            continue
        most = next((most for kind, most in _KINDS if kind.fullmatch(name)), None)
        if most is None:
            raise ContentError(f"it has a member {name[:SMALL]!a}, which no project has")
        if name in infos:
            raise ContentError(f"it has {name[:SMALL]} twice")
        if info.flag_bits & 0x1:
            raise ContentError("it is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ContentError("it is packed in an unknown way")
        total += info.file_size
        packed_well = info.file_size <= MAX_RATIO * info.compress_size + SMALL_BYTES
        if info.file_size > most or total > MAX_FILE_BYTES or not packed_well:
            raise ContentError(f"{name[:SMALL]} says that it is larger than it can be")
        infos[name] = info
    return infos
