"""What the tests of the window and its worker share: a session without networks."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE_S

from s2flow_app.alignment import quad_from_points
from s2flow_app.errors import Cancelled, StalePhotoError
from s2flow_app.label_files import read_label_map
from s2flow_app.labels import HAIR, HAT, SKIN, LabelLayers, single_layers
from s2flow_app.model.edit import Edit, EditMeasures
from s2flow_app.model.face import EditedFace, FaceBox, FaceState
from s2flow_app.model.pack import PackId
from s2flow_app.model.photo import PhotoId
from s2flow_app.outputs import InputFile

QUAD = np.array([[0, 0], [0, 60], [60, 60], [60, 0]], dtype=np.float32)


@dataclass(frozen=True)
class FakePhoto:
    name: str
    notice: str = ""


@dataclass(frozen=True)
class FakeFace:
    """As `engine.session.PreparedFace`."""

    state: FaceState
    layers: LabelLayers
    reconstruction: np.ndarray
    inversion_psnr_db: float = 20.0


@dataclass
class Call:
    """One call of a session's method, as a script sees it."""

    name: str
    argument: Any
    cancel: Event = field(default_factory=Event)
    progress: Callable[[str, float], None] = lambda stage, fraction: None
    thread: int = field(default_factory=threading.get_ident)


class FakeSession:
    """A session that answers at once, in flat colours, unless its script says otherwise.

    ``script[method]`` is called in the worker's thread before the method's work: it may wait,
    raise, report progress. `calls` has all calls in order. ``script["faces"]`` is called
    between a photo's decoding and its faces.
    """

    pack_title = "Fake"
    pack_id = PackId("fake", "Fake", "f" * 64)
    terms = "Only to be faked."
    device = "cpu"
    attributes = (("smile", "Smile"), ("age", "Age"))
    notice = ""
    gallery_size = 40

    def __init__(self) -> None:
        self.script: dict[str, Callable[[Call], object]] = {}
        self.calls: list[Call] = []
        self.photo: FakePhoto | None = None
        self.photo_id: PhotoId | None = None
        self.source: InputFile | None = None
        self.display, self.faces = _photo()

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]

    def check_open(self, photo: PhotoId | None) -> None:
        if self.photo_id is not None and self.photo_id != photo:
            raise StalePhotoError

    def open_photo(
        self, path: Path, *, photo_id=None, cancel: Event | None = None, progress=None,
        decoded=None, leaving=None, known=None,
    ):  # fmt: skip
        self._called("open_photo", path, cancel, progress)
        if decoded:
            decoded(self.display)
        self.script.get("faces", lambda call: None)(Call("faces", path, cancel or Event()))
        if cancel is not None and cancel.is_set():
            raise Cancelled
        if leaving:
            leaving()
        self.photo, self.photo_id = FakePhoto(known.name if known else path.name), photo_id
        self.source = known.source if known else InputFile.at(path)
        return self.display, known.faces if known else self.faces

    def open_aligned(self, picture: np.ndarray, name: str, *, photo_id=None):
        self._called("open_aligned", picture)
        self.photo, self.photo_id, self.source = FakePhoto(name), photo_id, None
        return self.display, self.faces

    def new_face(self, seed: int, *, photo_id=None):
        self._called("new_face", seed)
        self.photo, self.photo_id, self.source = FakePhoto(f"face {seed}"), photo_id, None
        return self.display, self.faces

    def gallery_face(self, index: int, *, photo_id=None):
        self._called("gallery_face", index)
        self.photo, self.photo_id, self.source = FakePhoto(f"gallery {index}"), photo_id, None
        return self.display, self.faces

    def gallery_pictures(self, indices, *, cancel: Event | None = None):
        self._called("gallery_pictures", tuple(indices), cancel)
        return np.stack([np.full((128, 128, 3), i, dtype=np.uint8) for i in indices])

    def prepare_face(self, points, *, cancel=None, progress=None) -> FakeFace:
        self._called("prepare_face", points, cancel, progress)
        known = [face.quad for face in self.faces if np.array_equal(face.points, points)]
        return _face(10, known[0] if known else quad_from_points(points))

    def tune(self, start: FaceState, *, seconds: float, cancel=None, progress=None) -> FakeFace:
        self._called("tune", seconds, cancel, progress)
        return _face(11, start.quad)

    def preview(self, edit: Edit, *, settled: bool = False, cancel: Event | None = None):
        self._called("settled_preview" if settled else "preview", edit, cancel)
        return np.full((512, 512, 3), 77, dtype=np.uint8)

    def render(self, edit: Edit, *, cancel=None, progress=None):
        self._called("render", edit, cancel, progress)
        state = _state(edit.label_map, int(edit.base.crop[0, 0, 0]) + 10, edit.base.quad)
        return state, EditMeasures(0.7, 0.1, 3.0, 0.25, 40, (("flow", 0.1),))

    def read_style(self, path: Path, *, cancel=None, progress=None):
        self._called("read_style", path)
        return np.zeros(512, dtype=np.float32), np.zeros((128, 128, 3), dtype=np.uint8)

    def read_shape(self, path: Path, *, cancel=None, progress=None):
        self._called("read_shape", path, cancel)
        label_map = np.zeros((512, 512), dtype=np.uint8)
        label_map[100:400, 150:350] = SKIN
        label_map[170:230, 150:350] = HAT
        points = np.array([[193, 242], [318, 242], [256, 310], [208, 370], [304, 370]], np.float32)
        return label_map, points, np.zeros((128, 128, 3), dtype=np.uint8)

    def read_label_map(self, path: Path, *, cancel=None):
        self._called("read_label_map", path, cancel)
        return read_label_map(path)

    def export(self, faces: Sequence[EditedFace], path: Path, *, cancel=None) -> None:
        self._called("export", tuple(faces), cancel)
        assert self.photo is not None
        path.write_text(self.photo.name)

    def _called(self, name: str, argument: Any, cancel=None, progress=None) -> None:
        call = Call(name, argument)
        call.cancel, call.progress = cancel or call.cancel, progress or call.progress
        self.calls.append(call)
        self.script.get(name, lambda call: None)(call)


class Gate:
    """Holds a scripted call until it is opened, or a failing test has waited long enough."""

    def __init__(self, *, heeds_cancel: bool = False) -> None:
        self._heeds_cancel = heeds_cancel
        self._open, self.entered = Event(), Event()

    def open(self) -> None:
        self._open.set()

    def __call__(self, call: Call) -> None:
        self.entered.set()
        if not self._heeds_cancel:
            self._open.wait(PATIENCE_S)  # polling uses the processor, a hung worker does not
            return
        for _ in range(100 * PATIENCE_S):
            if call.cancel.is_set():
                raise Cancelled
            if self._open.wait(0.01):
                return


def _photo() -> tuple[np.ndarray, tuple[FaceBox, ...]]:
    points = np.array([[20, 20], [40, 20], [30, 30], [22, 40], [38, 40]], dtype=np.float32)
    return np.full((60, 80, 3), 100, dtype=np.uint8), (FaceBox(points, QUAD, 0.9),)


def _face(shade: int, quad: np.ndarray = QUAD) -> FakeFace:
    label_map = np.zeros((512, 512), dtype=np.uint8)
    label_map[60:450, 100:400] = HAIR
    label_map[150:450, 150:350] = SKIN
    reconstruction = np.zeros((128, 128, 3), dtype=np.uint8)
    return FakeFace(_state(label_map, shade, quad), single_layers(label_map), reconstruction)


def _state(label_map: np.ndarray, shade: int, quad: np.ndarray) -> FaceState:
    return FaceState(
        ws=np.zeros((12, 512), dtype=np.float32),
        label_map=label_map,
        crop=np.full((512, 512, 3), shade, dtype=np.uint8),
        replaced=np.zeros((512, 512), dtype=np.uint8),
        quad=quad,
    )


@pytest.fixture
def fake_session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def make_gate() -> Iterator[Callable[..., Gate]]:
    """Makes gates that are all open at the test's end."""
    gates: list[Gate] = []

    def make(*, heeds_cancel: bool = False) -> Gate:
        gates.append(Gate(heeds_cancel=heeds_cancel))
        return gates[-1]

    yield make
    for gate in gates:
        gate.open()


@pytest.fixture
def example_state() -> FaceState:
    """A face's state, for requests that need one."""
    return _face(10).state
