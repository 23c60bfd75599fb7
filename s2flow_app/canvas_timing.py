"""For `s2flow bench canvas`: the real canvas and the real networks, driven by real events.

A program of its own, because the pixel ratio of the screen and the peak of memory belong to a
process: ``s2flow --time-canvas PART PHOTO PACK DEVICE`` prints one JSON object.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from s2flow_app.app import session_maker
from s2flow_app.control.editing import Editing
from s2flow_app.document.document import Document
from s2flow_app.labels import HAIR, HAT, SKIN
from s2flow_app.peak_memory import peak_mb
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.painting.pictures import COMPARISONS
from s2flow_app.worker.client import InferenceClient
from s2flow_app.worker.protocol import Failed, Ready, TuneLikeness

SIZE: Final = (1600, 1000)
EVENT_S: Final = 0.008
"""Between two events of a mouse or a pen."""
PATIENCE_S: Final = 120.0
SETTLE_S = 0.6
STROKES, MOVES = 12, 60
"""Timed strokes in each view, and the events of each."""
FRAMES = 150
"""Timed frames of panning, at each zoom."""
UNDONE, KEPT = 200, 1000
"""Strokes that are undone and redone, and those whose memory is counted."""
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_RNG: Final = np.random.default_rng(1)


class TimedCanvas(Canvas):
    """Counts its paintings, and knows which photo was in the last."""

    painted = 0
    painted_photo: NDArray[np.uint8] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted += 1
        self.painted_photo = self._pictures.pyramid.photo


class Desk:
    """One canvas with its document and its networks, and somebody's hand."""

    def __init__(self, application: QApplication, pack: str, device: str) -> None:
        self._application = application
        self.document = Document()
        self.client = InferenceClient(session_maker(pack, device))
        self.editing = Editing(self.document, self.client)
        self.canvas = TimedCanvas(self.document)
        self.canvas.resize(*SIZE)
        self.canvas.show()
        self.failure = ""
        self._is_ready = False
        self.editing.ready.connect(self._take_ready)
        self.editing.failed.connect(self._take_failure)
        self.client.start()
        self.wait(lambda: self._is_ready)

    def wait(self, condition: Callable[[], object]) -> None:
        until_s = time.perf_counter() + PATIENCE_S
        while not condition():
            if self.failure or time.perf_counter() > until_s:
                raise RuntimeError(self.failure or "nothing happens")
            self._application.processEvents()
            time.sleep(0.0005)

    def open(self, photo: Path) -> float:
        """Seconds until the photo was painted; returns when its face is ready."""
        before, start_s = self.canvas.painted_photo, time.perf_counter()
        self.editing.open_photo(photo)
        self.wait(lambda: self.canvas.painted_photo is not before)
        taken_s = time.perf_counter() - start_s
        self.wait(lambda: self.document.has_face)
        self.settle()
        return taken_s

    def settle(self) -> None:
        """Until what was moved is drawn smoothly and no preview is on its way."""
        until_s = time.perf_counter() + SETTLE_S
        self.wait(lambda: time.perf_counter() > until_s)

    def mouse(self, kind: QEvent.Type, at: QPointF, held: Qt.MouseButton) -> None:
        moved, up = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(
            kind, at, QPointF(self.canvas.mapToGlobal(at)), none if moved else held,
            none if up else held, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        self._application.sendEvent(self.canvas, event)

    def wheel(self, at: QPointF, delta: int) -> None:
        event = QWheelEvent(
            at, QPointF(self.canvas.mapToGlobal(at)), QPoint(), QPoint(0, delta),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        self._application.sendEvent(self.canvas, event)

    def until_painted(self, act: Callable[[], object]) -> None:
        """Do something and have it on the screen."""
        painted = self.canvas.painted
        act()
        while self.canvas.painted == painted:
            self._application.processEvents()

    def stroke(self, points: list[QPointF], taken_ms: list[float] | None = None) -> None:
        """A stroke through widget points; adds from when each event was due to its pixels."""
        kinds = QEvent.Type
        self.mouse(kinds.MouseButtonPress, points[0], LEFT)
        due_s = time.perf_counter()
        for at in points[1:]:
            due_s += EVENT_S
            while taken_ms is not None and time.perf_counter() < due_s:
                self._application.processEvents()
                time.sleep(0.0005)  # as an event loop would: who spins is made to wait later
            if taken_ms is None:
                self.mouse(kinds.MouseMove, at, LEFT)
                continue
            self.until_painted(lambda at=at: self.mouse(kinds.MouseMove, at, LEFT))
            now_s = time.perf_counter()
            taken_ms.append(1000 * (now_s - due_s))
            due_s = max(due_s, now_s - EVENT_S)  # a mouse does not send what nobody could read
        self.mouse(kinds.MouseButtonRelease, points[-1], LEFT)
        self._application.processEvents()

    def path(self, moves: int) -> list[QPointF]:
        """A curve over the face, in widget points."""
        start, end, bend = _RNG.uniform(80, 430, (3, 2))
        share = np.linspace(0, 1, moves + 1)[:, None]
        curve = (1 - share) ** 2 * start + 2 * share * (1 - share) * bend + share**2 * end
        return [self.canvas.to_widget(float(x), float(y)) for x, y in curve]

    def close(self) -> None:
        self.canvas.close()
        self.editing.close()
        if not self.client.close():
            raise RuntimeError("the networks hang")

    def _take_ready(self, _ready: Ready) -> None:
        self._is_ready = True

    def _take_failure(self, failed: Failed) -> None:
        self.failure = failed.message


def measure_speed(desk: Desk, photo: Path) -> dict[str, Any]:
    """Strokes while previews are computed; panning and zooming while the networks are tuned."""
    first_paint_s = desk.open(photo)
    figures: dict[str, Any] = {"open_s": first_paint_s}
    taken_ms: list[float] = []
    for view in ("face", "photo"):
        desk.canvas.set_view(view)
        desk.canvas.zoom_to_face()
        desk.settle()
        for k in range(STROKES):
            desk.canvas.set_active_class((HAIR, SKIN, HAT)[k % 3])
            desk.stroke(desk.path(MOVES), taken_ms)
    figures["stroke_ms_median"] = statistics.median(taken_ms)
    figures["stroke_ms_p95"] = float(np.percentile(taken_ms, 95))
    desk.document.edits.discard()
    start = desk.document.faces.original
    assert start is not None
    desk.client.submit(
        TuneLikeness(photo=desk.document.faces.photo_id, start=start, seconds=PATIENCE_S)
    )
    figures["pan_fps"] = _pan(desk)
    figures["zoom_fps"] = _zoom(desk)
    desk.client.cancel_all()
    return figures


def _pan(desk: Desk) -> float:
    """Frames a second, at 100 % and at fit."""
    rates, kinds = [], QEvent.Type
    for go in (desk.canvas.zoom_to_100, desk.canvas.zoom_to_fit):
        go()
        desk.settle()
        middle = QPointF(desk.canvas.rect().center())
        desk.mouse(kinds.MouseButtonPress, middle, RIGHT)
        start_s = time.perf_counter()
        for k in range(FRAMES):
            by = QPointF(6 * np.sin(k / 9), 5 * np.cos(k / 13)) * min(k, 20)
            at = QPointF((middle + by).toPoint() + QPoint(k % 2, 0))
            desk.until_painted(lambda at=at: desk.mouse(kinds.MouseMove, at, RIGHT))
        rates.append(FRAMES / (time.perf_counter() - start_s))
        desk.mouse(kinds.MouseButtonRelease, middle, RIGHT)
    return min(rates)


def _zoom(desk: Desk) -> float:
    """Frames a second from fit to far in and back."""
    desk.canvas.zoom_to_fit()
    desk.settle()
    at = desk.canvas.to_widget(250, 260)
    start_s, steps = time.perf_counter(), [30] * 60 + [-30] * 60
    for delta in steps:
        desk.until_painted(lambda delta=delta: desk.wheel(at, delta))
    return len(steps) / (time.perf_counter() - start_s)


def measure_history(desk: Desk, photo: Path) -> dict[str, Any]:
    """Strokes taken back and made again; what a thousand cost."""
    desk.open(photo)
    document, before = desk.document, desk.document.labels.layers.copy()
    start_bytes = document.history.held_bytes  # the face itself, which no stroke adds to

    def strokes(count: int) -> None:
        for k in range(count):
            desk.canvas.set_active_class(int(_RNG.integers(1, 19)))
            desk.canvas.set_brush_size(int(_RNG.integers(4, 60)))
            desk.stroke(desk.path(12))
            if k % 10 == 9:
                desk.wait(lambda: True)

    strokes(UNDONE)
    steps, after = len(document.history.steps()), document.labels.layers.copy()
    for _ in range(steps):
        document.history.undo()
    undone = document.labels.layers.tobytes() == before.tobytes()
    for _ in range(steps):
        document.history.redo()
    redone = document.labels.layers.tobytes() == after.tobytes()
    strokes(KEPT - steps)
    return {
        "undo_redo_identical": undone and redone and steps > 0.75 * UNDONE,
        "history_steps": len(document.history.steps()),
        "history_mb": (document.history.held_bytes - start_bytes) / 2**20,
    }


def measure_large(desk: Desk, photo: Path) -> dict[str, Any]:
    """A whole edit of a very large photo, seen in all ways."""
    figures: dict[str, Any] = {"open_50mp_s": desk.open(photo)}
    canvas, base = desk.canvas, desk.document.edits.base
    canvas.set_view("photo")
    for comparison in COMPARISONS:
        canvas.set_comparison(comparison)
        for go in (canvas.zoom_to_fit, canvas.zoom_to_face, canvas.zoom_to_100, canvas.turn_left):
            go()
            desk.settle()
    canvas.set_comparison("none")
    canvas.zoom_to_face()
    canvas.set_active_class(HAIR)
    desk.stroke(desk.path(60))
    desk.editing.apply()
    desk.wait(lambda: desk.document.edits.base is not base)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "edited.jpg"
        desk.editing.export(written)
        desk.wait(lambda: not desk.editing.is_unsaved)
        figures["export_50mp_mb"] = written.stat().st_size / 1e6
    return figures


PARTS: Final = {"speed": measure_speed, "history": measure_history, "large": measure_large}


def main(arguments: Sequence[str]) -> int:
    """Time one of `PARTS`; prints its figures as JSON."""
    part, photo, pack, device = arguments
    application = QApplication(sys.argv[:1])
    desk = Desk(application, pack, device)
    try:
        figures = PARTS[part](desk, Path(photo))
    finally:
        desk.close()
    figures["pixel_ratio"] = desk.canvas.devicePixelRatioF()
    figures["peak_mb"] = peak_mb()
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
