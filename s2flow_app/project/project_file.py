"""The project file ``.s2flow``: a zip that holds a document's content and looks at it.

``mimetype`` comes first and stored, so that programs know the file by its first bytes;
``project.json`` has the schema version, the pack and all records; ``photo/original`` the photo's
own bytes; ``blobs`` what records name; the thumbnail, the merged picture and each face's label map
are for other programs and for first looks. A file that is saved is written beside the old one, read
back, and only then takes its place.
"""

import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from s2flow_app.model.pack import PackId
from s2flow_app.project import archive
from s2flow_app.project.archive import (
    SMALL,
    ArchiveReader,
    Member,
)
from s2flow_app.project.content import (
    SHA256,
    Content,
    ContentError,
    ProjectError,
    Record,
    check_key,
    check_record,
    checked_blob,
    refused,
    unique,
)
from s2flow_app.project.decode import Decoded, decoded
from s2flow_app.project.merged import MERGED_PX, THUMBNAIL_PX
from s2flow_app.project.migrate import migrated
from s2flow_app.project.png import RGB, read_png

SUFFIX: Final = ".s2flow"
FORMAT: Final = "s2flow-project"
MAX_JSON_BYTES: Final = 32 << 20
MAX_TEXT: Final = 1000
WHOLE_AGAIN: Final = "Open an earlier copy of it, or what recovery offers."

Report = Callable[[float], None]
"""Called with the fraction done, 0..1."""
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which file lies at a path, and in what state."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Identity":
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True, eq=False)
class Former:
    """A project's file as it was last written or read here."""

    path: Path
    identity: Identity
    members: Mapping[str, Member]

    def is_there(self) -> bool:
        """Whether the file is still as it was."""
        try:
            return Identity.of(os.stat(self.path)) == self.identity
        except (OSError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class Header:
    """What a project says before its content."""

    program: str
    pack: PackId


class ProjectReader:
    """A project's file that is open for reading: looks first, then all of it.

    All methods raise `ProjectError` where it is not as it must be, with the reason.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = ArchiveReader(path)
        except FileNotFoundError as error:
            raise ProjectError(f"There is no file {path}.", "Check its name and folder.") from error
        except (OSError, ContentError) as error:
            raise _unreadable(path, error) from error
        try:
            self._identity = Identity.of(os.stat(path))
            self._records, self.header = self._read_json()
        except ProjectError:
            self.close()
            raise
        except (OSError, ContentError) as error:
            self.close()
            raise _unreadable(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._archive.close()

    def merged(self) -> Picture:
        """``[h, w, 3]``: the photo as it was edited, small."""
        return self._picture(archive.MERGED, MERGED_PX)

    def thumbnail(self) -> Picture:
        """As `merged`, smaller."""
        return self._picture(archive.THUMBNAIL, THUMBNAIL_PX)

    @property
    def records(self) -> Mapping[str, Record]:
        return self._records

    def document(self) -> Decoded:
        """The document, exactly as it was saved."""
        try:
            return decoded(Content(self._records, _Stored(self._archive, self._records)))
        except (OSError, ContentError) as error:
            raise _unreadable(self.path, error) from error

    def blob(self, name: str) -> bytes:
        """One blob, checked."""
        try:
            return checked_blob(name, _Stored(self._archive, self._records)[name])
        except (OSError, ContentError) as error:
            raise _unreadable(self.path, error) from error

    def former(self) -> Former:
        """This file, to copy from when it is saved again."""
        return Former(self.path, self._identity, self._archive.members())

    def _picture(self, name: str, side: int) -> Picture:
        try:
            data = self._archive.read(name)
            width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
            if not (0 < width <= side and 0 < height <= side and data[25:26] == bytes([RGB])):
                raise ContentError(f"{name} has a size that it never has")
            return read_png(data, (height, width, 3))
        except (OSError, ContentError) as error:
            raise _unreadable(self.path, error) from error

    def _read_json(self) -> tuple[dict[str, Record], Header]:
        data = self._archive.read(archive.PROJECT)
        try:
            whole = json.loads(data, parse_constant=refused, object_pairs_hook=unique)
        except ContentError:
            raise
        except (ValueError, RecursionError) as error:
            raise ContentError("its description cannot be read") from error
        if not isinstance(whole, dict) or whole.get("format") != FORMAT:
            raise ContentError("it does not describe a project")
        whole = migrated(whole, str(self.path))
        records, pack = whole.get("records"), whole.get("pack")
        if not isinstance(records, dict) or not isinstance(pack, dict):
            raise ContentError("its description lacks records or pack")
        for key, record in records.items():
            check_key(key)
            if not isinstance(record, dict):
                raise ContentError(f"the record {key} is none")
            check_record(record)
        mark = PackId(*(_text(pack.get(key)) for key in ("name", "title", "sha256")))
        return records, Header(_text(whole.get("program")), mark)


class _Stored(Mapping[str, bytes]):
    """The blobs of an archive."""

    def __init__(self, reader: ArchiveReader, records: Mapping[str, Record]) -> None:
        self._reader, self._names = reader, blob_members(records)

    def __getitem__(self, sha: str) -> bytes:
        name = self._names.get(sha)
        if name is None or name not in self._reader.names:
            raise KeyError(sha)
        return self._reader.read(name)

    def __iter__(self):
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def blob_members(records: Mapping[str, Record]) -> dict[str, str]:
    """In which member each blob lies."""
    content = Content(records)
    names = {sha: archive.BLOB.format(sha) for sha in content.needed()}
    photo = records.get("photo", {})
    original = photo.get("original")
    if isinstance(original, dict) and isinstance(original.get(SHA256), str):
        names[original[SHA256]] = archive.PHOTO + str(photo.get("suffix", ""))
    return names


def _unreadable(path: Path, error: Exception) -> ProjectError:
    if isinstance(error, OSError) and error.errno:
        return ProjectError(
            f"{path} cannot be read: {os.strerror(error.errno)}.",
            "Check that you may read it.",
        )
    return ProjectError(f"{path} is no project that can be opened: {error}.", WHOLE_AGAIN)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ContentError("its description names no pack or program")
    return value


def looks_like_project(path: Path) -> bool:
    """Whether a file is a project, by its first bytes or, where it cannot be read, its name."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as file:
            start = file.read(2 * SMALL)
    except (OSError, ValueError):
        return path.suffix.lower() == SUFFIX
    return start.startswith(b"PK\3\4") and archive.MIMETYPE.encode() in start
