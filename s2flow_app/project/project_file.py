"""The project file ``.s2flow``: a zip that holds a document's content and looks at it.

``mimetype`` comes first and stored, so that programs know the file by its first bytes;
``project.json`` has the schema version, the pack and all records; ``photo/original`` the photo's
own bytes; ``blobs`` what records name; the thumbnail, the merged picture and each face's label map
are for other programs and for first looks. A file that is saved is written beside the old one, read
back, and only then takes its place.
"""

import json
import mmap
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from s2flow_app import __version__
from s2flow_app.atomic_file import replacing
from s2flow_app.labels import PALETTE, LabelMap
from s2flow_app.model.face import EditedFace
from s2flow_app.model.pack import PackId
from s2flow_app.project import archive
from s2flow_app.project.archive import (
    SMALL,
    ArchiveReader,
    ArchiveWriter,
    Member,
    check_members,
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
from s2flow_app.project.encode import Draft, Encoder, relative_link
from s2flow_app.project.merged import MERGED_PX, THUMBNAIL_PX, fitted, merged
from s2flow_app.project.migrate import SCHEMA_VERSION, migrated
from s2flow_app.project.png import RGB, read_png, write_png

SUFFIX: Final = ".s2flow"
FORMAT: Final = "s2flow-project"
MAX_JSON_BYTES: Final = 32 << 20
MAX_TEXT: Final = 1000
WHOLE_AGAIN: Final = "Open an earlier copy of it, or what recovery offers."

Report = Callable[[float], None]
"""Called with the fraction done, 0..1."""
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Saving:
    """What is to be saved, taken from the document at one moment."""

    drafts: Mapping[str, Draft]
    """As `Encoder.taken` gives them."""
    display: Picture
    """``[H, W, 3]`` the unedited photo."""
    edited: tuple[EditedFace, ...]
    label_maps: Mapping[int, LabelMap]
    """Of each face that was prepared; copies."""
    pack: PackId


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


class ProjectSaver:
    """Saves one document again and again; for one thread at a time.

    Args:
        encoder: what the drafts were taken by.
        former: the file that the document was opened from.
    """

    def __init__(self, encoder: Encoder, former: Former | None = None) -> None:
        self._encoder = encoder
        self.former = former
        self._small: tuple[Picture, Picture] | None = None
        """The photo that was shown last, and itself made smaller."""
        self._shown: tuple[tuple[str, ...], Path | None] = (), None
        """The states that the merged picture of the former file shows."""

    def save(self, saving: Saving, path: Path, report: Report | None = None) -> None:
        """Write the project ``path``, whole or not at all.

        Raises:
            ProjectError: it cannot be written, with the reason; an old file is as it was.
        """
        report = report or (lambda _: None)
        try:
            content = self._encoder.packed(saving.drafts)
            report(0.3)
            self._write(saving, content, path, report)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise ProjectError(
                f"{path} cannot be saved: {reason}.",
                "Choose a folder that exists, has room and allows writing. What was there is as "
                "it was.",
            ) from error
        except (ContentError, OverflowError) as error:
            raise ProjectError(
                f"{path} cannot be saved: {error}.",
                "Save under another name or on another disk. What was there is as it was.",
            ) from error

    def _write(
        self, saving: Saving, content: Content, path: Path, report: Report
    ) -> None:
        former = (
            self.former if self.former is not None and self.former.is_there() else None
        )
        records = dict(content.records)
        records["photo"] = relative_link(records["photo"], path.absolute())
        whole = _whole_json(records, saving.pack)
        with _mapped(former) as old, replacing(path) as file:
            writer = ArchiveWriter(file)
            writer.add(archive.TYPE, archive.MIMETYPE.encode())
            self._add_pictures(writer, saving, old)
            writer.add(archive.PROJECT, whole)
            for index, label_map in saving.label_maps.items():
                writer.add(archive.LAYERS.format(index), write_png(label_map, PALETTE))
            names = _blob_members(records)
            for k, (sha, name) in enumerate(
                sorted(names.items(), key=lambda item: item[1])
            ):
                if not old.copy(name, writer):
                    writer.add(name, checked_blob(sha, content.blobs[sha]))
                if k % 64 == 0:
                    report(0.3 + 0.5 * k / len(names))
            writer.finish()
            old.close()
            file.flush()
            os.fsync(file.fileno())
            report(0.85)
            identity = _verified(Path(file.name), writer.members, whole)
        self.former = Former(path, identity, writer.members)
        self._shown = tuple(face.state.id for face in saving.edited), path
        report(1.0)

    def _add_pictures(self, writer: ArchiveWriter, saving: Saving, old: "_Old") -> None:
        shown = tuple(face.state.id for face in saving.edited)
        former = self.former.path if self.former else None
        if (shown, former) == self._shown and old.has(
            archive.MERGED, archive.THUMBNAIL
        ):
            old.copy(archive.THUMBNAIL, writer)
            old.copy(archive.MERGED, writer)
            return
        if self._small is None or self._small[0] is not saving.display:
            self._small = saving.display, fitted(saving.display, MERGED_PX)
        picture = merged(self._small[1], saving.display.shape[1], saving.edited)
        writer.add(archive.THUMBNAIL, write_png(fitted(picture, THUMBNAIL_PX)))
        writer.add(archive.MERGED, write_png(picture))


class ProjectReader:
    """A project's file that is open for reading: looks first, then all of it.

    All methods raise `ProjectError` where it is not as it must be, with the reason.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = ArchiveReader(path)
        except FileNotFoundError as error:
            raise ProjectError(
                f"There is no file {path}.", "Check its name and folder."
            ) from error
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
            return decoded(
                Content(self._records, _Stored(self._archive, self._records))
            )
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
            if not (
                0 < width <= side and 0 < height <= side and data[25:26] == bytes([RGB])
            ):
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
        self._reader, self._names = reader, _blob_members(records)

    def __getitem__(self, sha: str) -> bytes:
        name = self._names.get(sha)
        if name is None or name not in self._reader.names:
            raise KeyError(sha)
        return self._reader.read(name)

    def __iter__(self):
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Old:
    """The former file, to copy members from."""

    def __init__(self, former: Former | None, data: mmap.mmap | None) -> None:
        self._members = {} if former is None else former.members
        self._data = data
        self._view = None if data is None else memoryview(data)

    def has(self, *names: str) -> bool:
        return self._view is not None and all(name in self._members for name in names)

    def copy(self, name: str, writer: ArchiveWriter) -> bool:
        """Whether it is there, and was added."""
        if not self.has(name) or self._view is None:
            return False
        writer.copy(name, self._view, self._members[name])
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Before the file is replaced, which some systems refuse while it is mapped."""
        if self._view is not None and self._data is not None:
            self._view.release()
            self._data.close()
            self._view = None


def _mapped(former: Former | None) -> _Old:
    """What can be copied from the former file; nothing if it has changed."""
    if former is None:
        return _Old(None, None)
    try:
        with open(former.path, "rb") as file:
            if Identity.of(os.fstat(file.fileno())) != former.identity:
                return _Old(None, None)
            return _Old(former, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return _Old(None, None)


def _whole_json(records: Mapping[str, Record], pack: PackId) -> bytes:
    """`project.json`."""
    whole: dict[str, Any] = {
        "format": FORMAT, "schema_version": SCHEMA_VERSION, "program": __version__,
        "pack": {"name": pack.name, "title": pack.title, "sha256": pack.sha256},
        "records": records,
    }  # fmt: skip
    data = json.dumps(whole, separators=(",", ":"), allow_nan=False).encode()
    if len(data) > MAX_JSON_BYTES:
        raise OverflowError("its history is longer than a project can hold")
    return data


def _blob_members(records: Mapping[str, Record]) -> dict[str, str]:
    """In which member each blob lies."""
    content = Content(records)
    names = {sha: archive.BLOB.format(sha) for sha in content.needed()}
    photo = records.get("photo", {})
    original = photo.get("original")
    if isinstance(original, dict) and isinstance(original.get(SHA256), str):
        names[original[SHA256]] = archive.PHOTO + str(photo.get("suffix", ""))
    return names


def _verified(draft: Path, members: Mapping[str, Member], whole: bytes) -> Identity:
    """The identity of a file that was written, after reading all of it back.

    Raises:
        ContentError: it is not as it was written.
    """
    with ArchiveReader(draft) as reader:
        if reader.names != members.keys() or reader.read(archive.PROJECT) != whole:
            raise ContentError("what was written is not what is there")
    with open(draft, "rb") as file:
        check_members(file, members)
        return Identity.of(os.fstat(file.fileno()))


def _unreadable(path: Path, error: Exception) -> ProjectError:
    if isinstance(error, OSError) and error.errno:
        return ProjectError(
            f"{path} cannot be read: {os.strerror(error.errno)}.",
            "Check that you may read it.",
        )
    return ProjectError(
        f"{path} is no project that can be opened: {error}.", WHOLE_AGAIN
    )


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
