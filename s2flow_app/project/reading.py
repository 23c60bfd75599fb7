"""Reading a project: a look at it first, then all that is needed to go on with it or to export."""

import contextlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.atomic_file import write_atomically
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.model.pack import PackId
from s2flow_app.project.content import SHA256, Content, ContentError, ProjectError, checked_blob
from s2flow_app.project.decode import Decoded, decoded
from s2flow_app.project.original import find_linked
from s2flow_app.project.project_file import Former, ProjectReader

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a project shows before all of it is read."""

    merged: NDArray[np.uint8]
    """``[h, w, 3]``"""


@dataclass(frozen=True, slots=True, eq=False)
class ReadProject:
    """A project that was read."""

    document: Decoded
    photo_file: Path | None
    """Where the photo's bytes lie now; None: its link leads nowhere."""
    is_changed: bool
    """Another file lies where the link leads."""
    pack: PackId
    former: Former | None
    """None: it comes from no project file."""


def read_project(
    path: Path, generators: GeneratorFolder, folder: Path, tell: Callable[[Any], None]
) -> ReadProject:
    """Read a project; ``tell`` is given a `Look` first.

    Args:
        folder: where a photo's file is put that the project holds.

    Raises:
        UserError: it is no project, is damaged or of a newer version; or there is no room.
    """
    with ProjectReader(path) as reader:
        with contextlib.suppress(ProjectError):  # only a look: the document may be whole
            tell(Look(reader.merged()))
        document = reader.document()
        for name, ref in document.generators.items():
            generators.put(name, reader.blob(ref[SHA256]))
        photo, is_changed = _photo_file(document, folder, path)
        return ReadProject(document, photo, is_changed, reader.header.pack, reader.former())


def read_content(
    content: Content, name: str, pack: PackId, generators: GeneratorFolder, folder: Path
) -> ReadProject:
    """As `read_project`, of content that no project file holds; ``name``: what it is called.

    Raises:
        UserError: it is damaged, or there is no room.
    """
    try:
        document = decoded(content)
        for generator, ref in document.generators.items():
            named = ref[SHA256]
            generators.put(generator, checked_blob(named, content.blobs[named]))
    except (ContentError, KeyError) as error:
        raise ProjectError(f"{name} cannot be read: {error}.") from error
    photo, is_changed = _photo_file(document, folder, None)
    return ReadProject(document, photo, is_changed, pack, None)


def find_photo(document: Decoded, places: list[Path]) -> tuple[Path | None, bool]:
    """See `find_linked`."""
    photo = document.parts.photo
    return find_linked(photo.sha256, photo.size_bytes, places)


def _photo_file(document: Decoded, folder: Path, project: Path | None) -> tuple[Path | None, bool]:
    photo, link = document.parts.photo, document.link
    if link is None:
        assert photo.data is not None
        path = folder / f"{secrets.token_hex(8)}{photo.suffix}"
        try:
            write_atomically(path, photo.data)
        except OSError as error:
            raise ProjectError(
                f"There is no room for the photo in {folder}: {error.strerror}.",
                "Make room there and try again.",
            ) from error
        return path, False
    places = [Path(link["path"])] if link["path"] else []
    if project is not None:
        beside = project.absolute().parent
        places += [beside / link["relative"]] if link["relative"] else []
        places.append(beside / photo.name)
    found, is_changed = find_photo(document, places)
    if found is None:
        _LOG.info("The linked photo is at none of %s", ", ".join(map(str, places)))
    return found, is_changed
