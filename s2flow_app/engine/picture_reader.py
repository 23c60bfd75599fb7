"""The process that decodes photos and label maps: requests in, pixels out, nothing else.

`program.picture_reader_command` starts it. It gives up what decoding does not need, says `READY`
and then answers one line of JSON, `{"kind", "path", "folder"}`, after another until its standard
input ends, with one line of JSON that is one of

* ``{"outcome": "done", "fields": {...}, "arrays": {name: [dtype, shape]}}``, and behind the line
  the bytes of the arrays in that order;
* ``{"outcome": "told", "message", "hint"}``: a sentence for the user;
* ``{"outcome": "bug", "trace"}``.
"""

import base64
import contextlib
import json
import os
import signal
import sys
import traceback
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.photo import read_photo
from s2flow_app.errors import UserError
from s2flow_app.label_files import read_label_map
from s2flow_app.limited_process import allow_cpu, give_up, is_forbidden

PHOTO: Final = "photo"
LABEL_MAP: Final = "label map"
READY: Final = {"outcome": "ready"}
MEMORY_BYTES: Final = 8 << 30
"""Of address space. A photo of 100 megapixels with 16 bits and alpha is read in 5.8 GB."""
CPU_SECONDS: Final = 120
"""For one picture. That photo takes 32 s where other programs use the processor, too."""
PIPE_BYTES: Final = 1 << 20
"""The most that Linux gives without privileges. In its usual 64 KB, 24 megapixels take 0.2 s of
processor time to send, and 1,100 turns of both processes; in these 0.08 s."""

_Arrays = dict[str, NDArray[Any]]


def answer(asked: dict[str, Any]) -> tuple[dict[str, Any], _Arrays]:
    """What is said to a request, and the arrays that go with it."""
    try:
        path = Path(asked["path"])
        if not path.is_absolute():
            os.chdir(asked["folder"])
        fields, arrays = _photo(path) if asked["kind"] == PHOTO else _label_map(path)
    except UserError as error:
        return {"outcome": "told", "message": error.message, "hint": error.hint}, {}
    except Exception:
        return {"outcome": "bug", "trace": traceback.format_exc()}, {}
    described = {name: [array.dtype.name, array.shape] for name, array in arrays.items()}
    return {"outcome": "done", "fields": fields, "arrays": described}, arrays


def _photo(path: Path) -> tuple[dict[str, Any], _Arrays]:
    photo = read_photo(path)
    display = photo.to_srgb()
    arrays = {"pixels": photo.pixels}
    if photo.alpha is not None:
        arrays["alpha"] = photo.alpha
    if display is not photo.pixels:
        arrays["display"] = display
    fields = {
        "icc": _text(photo.icc),
        "exif": _text(photo.exif),
        "format": photo.format,
        "name": photo.name,
        "notice": photo.notice,
        "jpeg": None if photo.jpeg is None else asdict(photo.jpeg),
    }
    return fields, arrays


def _label_map(path: Path) -> tuple[dict[str, Any], _Arrays]:
    return {}, {"label_map": read_label_map(path)}


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if is_forbidden(event):
        raise RuntimeError(f"made the reader do what reading does not need ({event})")


def _widen(pipe: int) -> None:
    with contextlib.suppress(ImportError, AttributeError, OSError):  # a system without it
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _say(answers: BinaryIO, said: dict[str, Any], arrays: _Arrays) -> None:
    answers.write(json.dumps(said).encode() + b"\n")
    for array in arrays.values():
        answers.write(np.ascontiguousarray(array).data)
    answers.flush()


def main() -> int:
    """Answer until there is nobody who asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to whoever asks, too
    answers = os.fdopen(os.dup(1), "wb")
    _widen(answers.fileno())
    os.dup2(2, 1)  # what a library prints is no answer
    cv2.setNumThreads(1)
    warnings.simplefilter("ignore")
    sys.addaudithook(_refuse)
    give_up(memory_bytes=MEMORY_BYTES, file_bytes=0, threads=True)
    try:
        with open(0, "rb", closefd=False) as requests:
            _say(answers, READY, {})
            for line in requests:
                allow_cpu(CPU_SECONDS)
                _say(answers, *answer(json.loads(line)))
    except BrokenPipeError:  # whoever asked is gone
        os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
