"""Photos and label maps, decoded in a process of their own: its parent's side.

What a decoder does to a hostile file, it does to that process: it has limits of memory and
processor time, a clock here, and is killed when nobody waits for the picture any more. What it says
is checked before it is believed.
"""

import base64
import contextlib
import json
import os
import subprocess
import tempfile
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.jpeg import JpegEncoding
from s2flow_app.engine.photo import Photo, shown_name
from s2flow_app.engine.photo_errors import MAX_PHOTO_PX, no_memory, reason_of
from s2flow_app.engine.picture_reader import LABEL_MAP, PHOTO, READY
from s2flow_app.errors import Cancelled, LabelMapError, PhotoError, UserError
from s2flow_app.labels import LABEL_SIZE, NUM_CLASSES, LabelMap
from s2flow_app.limited_process import LIMIT_SIGNALS, OUT_OF_TIME, environment
from s2flow_app.model.arrays import frozen
from s2flow_app.program import picture_reader_command

SECONDS: Final = 300.0
"""On the clock for one picture, the start of the process included: for what takes 120 s of
processor time, which is all it has, and waits for a disk. A photo of 100 megapixels with 16 bits
and alpha takes 74 s on a core that it shares."""
POLL_S: Final = 0.05
"""How soon a cancel is heard."""
END_S: Final = 5.0
"""A killed process that waits for a disk or a network ends later; nobody waits for that."""
MAX_LINE_BYTES: Final = 1 << 26
"""Profile and EXIF are in it. Longer ones belong to no photo."""
SAVE_ANEW: Final = "Open it in another program and save it anew."

_Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPhoto:
    """A photo, and how it is shown."""

    photo: Photo
    display: NDArray[np.uint8]
    """``[H, W, 3]``, what `Photo.to_srgb` gives."""


@dataclass(slots=True, eq=False)
class _Reply:
    """What one thread reads, another waits for."""

    said: dict[str, Any] = field(default_factory=dict)
    arrays: _Arrays = field(default_factory=dict)
    error: Exception | None = None
    is_there: Event = field(default_factory=Event)


@dataclass(slots=True, eq=False)
class _Running:
    process: subprocess.Popen[bytes]
    end: Callable[[], object]
    """Kills it; also called when the `PictureProcess` goes."""
    has_greeted: bool = False


class PictureProcess:
    """One process that decodes pictures, one after another; not for two threads at once.

    It is started when it is needed first, or by `start`, and again when it has come to its end.
    """

    def __init__(self, *, seconds: float = SECONDS) -> None:
        """``seconds``: how long one picture may take on the clock."""
        self._seconds = seconds
        self._running: _Running | None = None

    def start(self) -> None:
        """Start the process if there is none; returns at once.

        Raises:
            PhotoError: it cannot be started.
        """
        if self._running is not None and self._running.process.poll() is None:
            return
        self.close()
        try:
            process = subprocess.Popen(
                picture_reader_command(), env=environment(), cwd=tempfile.gettempdir(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        except OSError as error:
            raise PhotoError(
                f"The process that decodes pictures cannot be started: {reason_of(error)}.",
                "Close other programs and try again.",
            ) from error
        self._running = _Running(process, weakref.finalize(self, _end, process))

    def close(self) -> None:
        """End the process, whatever it is at."""
        if self._running is not None:
            self._running.end()
            self._running = None

    def read_photo(self, path: Path, *, cancel: Event | None = None) -> DecodedPhoto:
        """As `engine.photo.read_photo`; raises `PhotoError`, and `Cancelled`."""
        fields, arrays = self._ask(PHOTO, path, PhotoError, cancel)
        try:
            return _photo(fields, arrays)
        except (KeyError, TypeError, ValueError) as error:
            self.close()
            raise _crashed(path, PhotoError) from error

    def read_label_map(self, path: Path, *, cancel: Event | None = None) -> LabelMap:
        """As `label_files.read_label_map`; raises `LabelMapError`, and `Cancelled`."""
        _, arrays = self._ask(LABEL_MAP, path, LabelMapError, cancel)
        label_map = arrays.get("label_map")
        if (
            label_map is None
            or label_map.dtype != np.uint8
            or label_map.shape != (LABEL_SIZE, LABEL_SIZE)
            or label_map.max() >= NUM_CLASSES
        ):
            self.close()
            raise _crashed(path, LabelMapError)
        return frozen(label_map)

    def _ask(
        self, kind: str, path: Path, error_type: type[UserError], cancel: Event | None
    ) -> tuple[dict[str, Any], _Arrays]:
        """Fields and arrays of a picture."""
        try:
            reply = self._exchange(kind, path, error_type, cancel)
        except BaseException:
            self.close()
            raise
        outcome = reply.said.get("outcome")
        if outcome == "told":
            raise error_type(str(reply.said.get("message")), str(reply.said.get("hint")))
        if outcome == "bug":
            raise RuntimeError(f"the process that decodes pictures: {reply.said.get('trace')}")
        fields = reply.said.get("fields")
        if outcome != "done" or not isinstance(fields, dict):
            self.close()
            raise _crashed(path, error_type)
        return fields, reply.arrays

    def _exchange(
        self, kind: str, path: Path, error_type: type[UserError], cancel: Event | None
    ) -> _Reply:
        """Send a request and wait for what is said to it."""
        if cancel is not None and cancel.is_set():
            raise Cancelled
        self.start()
        running = self._running
        assert running is not None
        process = running.process
        assert process.stdin is not None and process.stdout is not None
        asked = {"kind": kind, "path": str(path), "folder": _folder()}
        with contextlib.suppress(OSError):  # it is gone, which the reply will show
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
        reply = _Reply()
        receive = (process.stdout, reply, running)
        Thread(target=_receive, args=receive, name="pictures", daemon=True).start()
        until_s = time.monotonic() + self._seconds
        while not reply.is_there.wait(POLL_S):
            if cancel is not None and cancel.is_set():
                raise Cancelled
            if time.monotonic() > until_s:
                raise _took_too_long(path, error_type)
        if isinstance(reply.error, MemoryError):
            raise no_memory(shown_name(path), error_type) from reply.error
        if reply.error is not None:
            raise _ended(process, running, path, error_type) from reply.error
        return reply


def _photo(fields: dict[str, Any], arrays: _Arrays) -> DecodedPhoto:
    """The photo that the process described; raises `ValueError` and its like if it is none."""
    pixels, alpha = arrays["pixels"], arrays.get("alpha")
    display = arrays.get("display", pixels)
    height, width, channels = pixels.shape
    if channels != 3 or display.dtype != np.uint8 or display.shape != pixels.shape:
        raise ValueError("no picture")
    if alpha is not None and (alpha.shape != (height, width) or alpha.dtype != pixels.dtype):
        raise ValueError("alpha of another picture")
    jpeg = fields["jpeg"]
    if jpeg is not None:
        tables = tuple(tuple(int(step) for step in table) for table in jpeg["tables"])
        jpeg = JpegEncoding(tables, int(jpeg["subsampling"]), bool(jpeg["is_grey"]))
    photo = Photo(
        pixels=frozen(pixels),
        alpha=None if alpha is None else frozen(alpha),
        icc=_bytes(fields["icc"]),
        exif=_bytes(fields["exif"]),
        format=str(fields["format"]),
        name=str(fields["name"]),
        notice=str(fields["notice"]),
        jpeg=jpeg,
    )
    return DecodedPhoto(photo, frozen(display))


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)


def _receive(stream: BinaryIO, reply: _Reply, running: _Running) -> None:
    """Read what is said to one request, after the greeting of a process that is new."""
    try:
        if not running.has_greeted:
            running.has_greeted = _line(stream) == READY
        reply.said = _line(stream)
        for name, (kind, shape) in reply.said.get("arrays", {}).items():
            reply.arrays[name] = _array(stream, kind, shape)
    except Exception as error:
        reply.error = error
    finally:
        reply.is_there.set()


def _line(stream: BinaryIO) -> dict[str, Any]:
    line = stream.readline(MAX_LINE_BYTES)
    if not line.endswith(b"\n"):
        raise EOFError
    said = json.loads(line)
    if not isinstance(said, dict):
        raise ValueError("no answer")
    return said


def _array(stream: BinaryIO, kind: str, shape: list[int]) -> NDArray[Any]:
    if kind not in ("uint8", "uint16") or not 2 <= len(shape) <= 3:
        raise ValueError("no picture")
    if not all(isinstance(side, int) and side > 0 for side in shape):
        raise ValueError("no picture")
    if shape[0] * shape[1] > MAX_PHOTO_PX or shape[2:] not in ([], [3]):
        raise ValueError("no picture of this program")
    array = np.empty(shape, kind)
    view, done = array.reshape(-1).view(np.uint8).data, 0
    while done < len(view):
        count = stream.readinto(view[done:])  # pyright: ignore[reportAttributeAccessIssue]
        if not count:
            raise EOFError
        done += count
    return array


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what it had not taken yet
                    stream.close()


def _folder() -> str | None:
    """What relative paths start from; None: it was removed."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


def _ended(
    process: subprocess.Popen[bytes], running: _Running, path: Path, error_type: type[UserError]
) -> UserError:
    """What is said where the process ended, or spoke as it never does, instead of answering."""
    try:
        code = process.wait(END_S)
    except subprocess.TimeoutExpired:
        return _crashed(path, error_type)
    if not running.has_greeted:
        return error_type(
            f"The process that decodes pictures ended as it began ({code}).",
            "There may be too little memory: close other programs and try again.",
        )
    if code in OUT_OF_TIME:
        return _took_too_long(path, error_type)
    if code in LIMIT_SIGNALS:  # the system's, where memory has run out
        return no_memory(shown_name(path), error_type)
    return _crashed(path, error_type)


def _took_too_long(path: Path, error_type: type[UserError]) -> UserError:
    return error_type(f"{shown_name(path)} takes too long to decode.", SAVE_ANEW)


def _crashed(path: Path, error_type: type[UserError]) -> UserError:
    return error_type(f"{shown_name(path)} made the process that decodes it stop.", SAVE_ANEW)
