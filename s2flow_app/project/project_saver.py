"""Saving projects: written beside the old file, read back, and only then in its place."""

import json
import mmap
import os
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
from s2flow_app.project.archive import ArchiveReader, ArchiveWriter, Member, check_members
from s2flow_app.project.content import (
    Content,
    ContentError,
    ProjectError,
    Record,
    checked_blob,
)
from s2flow_app.project.encode import Draft, Encoder, relative_link
from s2flow_app.project.merged import MERGED_PX, THUMBNAIL_PX, fitted, merged
from s2flow_app.project.migrate import SCHEMA_VERSION
from s2flow_app.project.png import write_png
from s2flow_app.project.project_file import FORMAT, Former, Identity, blob_members

MAX_JSON_BYTES: Final = 32 << 20

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

    def _write(self, saving: Saving, content: Content, path: Path, report: Report) -> None:
        former = self.former if self.former is not None and self.former.is_there() else None
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
            names = blob_members(records)
            for k, (sha, name) in enumerate(sorted(names.items(), key=lambda item: item[1])):
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
        if (shown, former) == self._shown and old.has(archive.MERGED, archive.THUMBNAIL):
            old.copy(archive.THUMBNAIL, writer)
            old.copy(archive.MERGED, writer)
            return
        if self._small is None or self._small[0] is not saving.display:
            self._small = saving.display, fitted(saving.display, MERGED_PX)
        picture = merged(self._small[1], saving.display.shape[1], saving.edited)
        writer.add(archive.THUMBNAIL, write_png(fitted(picture, THUMBNAIL_PX)))
        writer.add(archive.MERGED, write_png(picture))


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
