"""How long projects take: saving, saving again, first look, until one can go on; and their size.

    PYTHONPATH=.:tests/helpers:tests/faults:tests/qt python tests/faults/project_times.py

A photo of 24 megapixels with 200 steps, 50 of them edits whose pictures were rendered, in a window
with the real reader of photos and no networks. Exit 1 if a bar is missed.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from projects import RandomEditor, encoder, saving_of
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from s2flow_app.app import Editor
from s2flow_app.document.document import Document
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.labels import NUM_CLASSES
from s2flow_app.model.operations import Stroke
from s2flow_app.model.pack import PackId
from s2flow_app.outputs import InputFile
from s2flow_app.project.original import original_of
from s2flow_app.project.project_file import ProjectReader
from s2flow_app.project.project_saver import ProjectSaver
from s2flow_app.settings import Settings

SIZE: Final = (6000, 4000)
STEPS, EDITS = 200, 50
LIMIT_S: Final = 120.0
BARS: Final = {
    "taken_ms": 50.0,
    "save_again_s": 0.5,
    "first_look_s": 1.5,
    "history_of_1000_strokes_mb": 64.0,
}
"""What must not be exceeded on two CPU cores."""


class ReadingSession:
    """A session that reads photos as the engine does, and has no networks."""

    pack_title, terms, device, notice = "None", "None.", "cpu", ""
    attributes: tuple = ()
    gallery_size = 0
    photo: Any = None
    source: InputFile | None = None
    signing = None

    def __init__(self, pack: PackId) -> None:
        self.pack_id = pack
        self._pictures = PictureProcess()
        self._pictures.start()

    def check_open(self, photo: Any) -> None:
        """Nothing is refused."""

    def open_photo(self, path: Path, *, known: Any, **_: Any):
        read = self._pictures.read_photo(path)
        self.photo, self.source = read.photo, known.source
        return read.display, known.faces


def main() -> int:
    parser = argparse.ArgumentParser(description="how long projects take")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--edits", type=int, default=EDITS)
    given = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        found = _saved(Path(folder), given.steps, given.edits)
        found |= _opened(application, Path(folder) / "project.s2flow")
    found["history_of_1000_strokes_mb"] = _strokes()
    for name, value in found.items():
        bar = f"  (bar {BARS[name]:g})" if name in BARS else ""
        print(f"{name}: {value:.2f}{bar}")
    return int(any(found[name] > bar for name, bar in BARS.items()))


def _saved(folder: Path, steps: int, edits: int) -> dict[str, float]:
    photo, path = folder / "photo.jpg", folder / "project.s2flow"
    editor = RandomEditor(1, folder / "small.png")
    editor.display = _large()
    cv2.imwrite(str(photo), editor.display[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
    editor.open(photo)
    editor.original = original_of(photo)
    for k in range(steps - edits):
        editor.stroke()
        if k % ((steps - edits) // edits) == 0:
            editor.apply()
    own = encoder()
    saver = ProjectSaver(own)
    start = time.perf_counter()
    saving = saving_of(editor, own)
    taken = time.perf_counter()
    saver.save(saving, path)
    first = time.perf_counter()
    editor.stroke()
    saving = saving_of(editor, own)
    begun = time.perf_counter()
    saver.save(saving, path)
    again = time.perf_counter()
    editor.stroke()
    editor.apply()
    saving = saving_of(editor, own)
    before = time.perf_counter()
    saver.save(saving, path)
    edited = time.perf_counter()
    return {
        "taken_ms": 1000 * (taken - start),
        "first_save_s": first - taken,
        "save_again_s": again - begun,
        "save_after_edit_s": edited - before,
        "file_mb": path.stat().st_size / 1e6,
    }


def _opened(application: QApplication, path: Path) -> dict[str, float]:
    start = time.perf_counter()
    with ProjectReader(path) as reader:
        reader.merged()
        looked = time.perf_counter() - start
        reader.document()
        read = time.perf_counter() - start
        pack = reader.header.pack
    editor = Editor(
        application,
        Settings(tour_seen=True),
        None,
        make_session=lambda: ReadingSession(pack),  # type: ignore[arg-type,return-value]
    )
    editor.start([])
    document = editor.document
    _wait(application, lambda: not editor.editing.is_busy)
    start = time.perf_counter()
    editor.window.open_photo(path)
    longest = _wait(application, lambda: document.faces.incoming is not None)
    first = time.perf_counter() - start
    longest = max(longest, _wait(application, lambda: document.has_face))
    ready = time.perf_counter() - start
    editor.window.project.work.keeper.asks = None
    assert not editor.editing.is_unsaved
    editor.window.close()
    editor.close()
    return {
        "read_look_s": looked,
        "read_all_s": read,
        "first_look_s": first,
        "editable_s": ready,
        "window_blocked_ms": 1000 * longest,
    }


def _wait(application: QApplication, condition) -> float:
    """Handle events until then; the longest time that one of them took."""
    longest, until = 0.0, time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("what is waited for does not come")
        start = time.perf_counter()
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        longest = max(longest, time.perf_counter() - start)
        time.sleep(0.002)
    return longest


def _strokes() -> float:
    with tempfile.TemporaryDirectory() as folder:
        editor = RandomEditor(2, Path(folder) / "photo.png")
        labels, rng = editor.document.labels, np.random.default_rng(2)
        for _ in range(1000):
            class_id = int(rng.integers(NUM_CLASSES))
            dab, (x, y) = np.ones((24, 24), bool), rng.integers(0, 480, 2)
            labels.begin_stroke()
            for step in range(20):
                labels.paint(class_id, dab, int(x) + 4 * step, int(y) + step)
            labels.end_stroke(Stroke("brush", class_id))
        return _held(editor.document) / 2**20


def _held(document: Document) -> int:
    return document.history.held_bytes


def _large() -> np.ndarray:
    """A photo of soft colours with grain: nobody is in it."""
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (40, 60, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)
    grain = rng.integers(-6, 7, (SIZE[1], SIZE[0], 1))
    return np.clip(smooth + grain, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    sys.exit(main())
