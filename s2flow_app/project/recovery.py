"""What a start of the program finds of sessions that did not end as they should."""

import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import PALETTE
from s2flow_app.model.face import CROP_SIZE
from s2flow_app.project.arrays import unpack
from s2flow_app.project.content import Content, ContentError
from s2flow_app.project.journal import SESSION
from s2flow_app.project.journal_store import DATABASE_NAME, JournalError, Kept, read_journal
from s2flow_app.project.session_folders import SessionFolder, SessionFolders

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class LeftSession:
    """A photo that was being edited when its process ended. Its folder is locked."""

    folder: SessionFolder
    name: str
    """The photo's; empty: it is not known."""
    written_s: float
    """When its journal was last written, as `time.time` counts."""
    steps: int
    faces: int
    picture: NDArray[np.uint8] | None
    """``[S, S, 3]``: how the face that was edited last looked; None: it is not known."""
    kept: Kept | None
    """None: nothing of it can be read."""

    @property
    def is_damaged(self) -> bool:
        """Some of what was written is not there."""
        return self.kept is None or bool(self.kept.damage)


def left_sessions(folders: SessionFolders) -> list[LeftSession]:
    """All that hold steps which no file has, newest first; the others are removed."""
    found = []
    for folder in folders.left():
        written_s = _written_s(folder)
        try:
            kept = read_journal(folder.path)
        except (JournalError, OSError) as error:
            _LOG.warning("The journal in %s cannot be read: %s", folder.path, error)
            found.append(LeftSession(folder, "", written_s, 0, 0, None, None))
            continue
        if kept.damage:
            _LOG.warning("The journal in %s is damaged: %s", folder.path, "; ".join(kept.damage))
        session = _session(folder, kept, written_s)
        if kept.damage or (session.steps and not _is_saved(kept.content)):
            found.append(session)
        else:
            with contextlib.suppress(OSError):
                folder.remove()
    return found


def _session(folder: SessionFolder, kept: Kept, written_s: float) -> LeftSession:
    records = kept.content.records
    nodes = [record for key, record in records.items() if key.startswith("node/")]
    name = records.get("photo", {}).get("name", "")
    return LeftSession(
        folder=folder,
        name=name if isinstance(name, str) else "",
        written_s=written_s,
        steps=sum(record.get("parent") is not None for record in nodes),
        faces=sum(key.startswith("cursor/") for key in records),
        picture=_picture(kept.content),
        kept=kept,
    )


def _is_saved(content: Content) -> bool:
    return content.records.get(SESSION, {}).get("saved") is True


def _picture(content: Content) -> NDArray[np.uint8] | None:
    """How the face looks that was edited last, or a small picture of its last step."""
    records: Any = content.records
    try:
        index = records["view"]["face"] or 0
        node = records[f"node/{index}/{records[f'cursor/{index}']['current']}"]
        state = records[f"result/{node['result']}"]["state"]
        if state is not None:
            shape = (CROP_SIZE, CROP_SIZE, 3)
            return unpack(state["crop"], content.blobs, "uint8", shape)
        small = unpack(node["thumbnail"], content.blobs, "uint8", (64, 64, 3), (64, 64))
        return small if small.ndim == 3 else PALETTE[small % len(PALETTE)]
    except (ContentError, LookupError, TypeError, AttributeError):
        return None


def _written_s(folder: SessionFolder) -> float:
    times = [0.0]
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal"):
        with contextlib.suppress(OSError):
            times.append((folder.path / name).stat().st_mtime)
    return max(times) or time.time()
