"""What the worker needs of a session: `engine.session.Session`, or a fake one in tests."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from s2flow_app.labels import LabelLayers, LabelMap
from s2flow_app.model.edit import Edit, EditMeasures
from s2flow_app.model.face import EditedFace, FaceBox, FaceState
from s2flow_app.model.pack import PackId
from s2flow_app.model.photo import PhotoId
from s2flow_app.outputs import InputFile


class PreparedFaceLike(Protocol):
    """`engine.session.PreparedFace`, as far as the worker reads it."""

    @property
    def state(self) -> FaceState: ...
    @property
    def layers(self) -> LabelLayers: ...
    @property
    def reconstruction(self) -> NDArray[np.uint8]: ...
    @property
    def inversion_psnr_db(self) -> float: ...


class NamedPhoto(Protocol):
    """`engine.photo.Photo`, as far as the worker reads it."""

    @property
    def name(self) -> str: ...
    @property
    def notice(self) -> str:
        """What the user should know of how it was read; empty if nothing."""
        ...


class ReportProgress(Protocol):
    """Called between steps with the stage's name and the fraction done, 0..1.

    It may run a *preview of the same session* before it returns, and it raises `Cancelled` if
    the job was cancelled: call it where the session is whole.
    """

    def __call__(self, stage: str, fraction: float, /) -> None: ...


class KnownPhoto(Protocol):
    """What is known of a photo before it is opened, as of `protocol.OpenProject`."""

    @property
    def name(self) -> str: ...
    @property
    def faces(self) -> tuple[FaceBox, ...]: ...
    @property
    def source(self) -> InputFile | None: ...


class PhotoKeeper(Protocol):
    """`engine.photo_session.PhotoSession`: the open photo and its export, without networks."""

    @property
    def photo(self) -> NamedPhoto | None: ...
    @property
    def source(self) -> InputFile | None: ...
    def check_open(self, photo: PhotoId | None) -> None:
        """Raises `StalePhotoError` if another photo is open."""
        ...

    def open_photo(
        self,
        path: Path,
        *,
        photo_id: PhotoId | None = None,
        cancel: Event | None = None,
        progress: ReportProgress | None = None,
        decoded: Callable[[NDArray[np.uint8]], object] | None = None,
        leaving: Callable[[], object] | None = None,
        known: KnownPhoto | None = None,
    ) -> tuple[NDArray[np.uint8], tuple[FaceBox, ...]]: ...
    def open_aligned(
        self, picture: NDArray[np.uint8], name: str, *, photo_id: PhotoId | None = None
    ) -> tuple[NDArray[np.uint8], tuple[FaceBox, ...]]: ...
    def export(
        self, faces: Sequence[EditedFace], path: Path, *, cancel: Event | None = None
    ) -> None: ...


class EditingSession(PhotoKeeper, Protocol):
    """`engine.session.Session`, as far as the worker uses it.

    All may raise `UserError`, and `Cancelled` soon after ``cancel`` is set. One that fails to
    open a photo or prepare a face stays as it was. Looking at ``cancel`` is the heartbeat.
    """

    @property
    def pack_title(self) -> str: ...
    @property
    def pack_id(self) -> PackId: ...
    @property
    def terms(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def attributes(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def notice(self) -> str:
        """What the user should know of the device; empty if nothing."""
        ...

    @property
    def gallery_size(self) -> int: ...
    def new_face(
        self, seed: int, *, photo_id: PhotoId | None = None
    ) -> tuple[NDArray[np.uint8], tuple[FaceBox, ...]]: ...
    def gallery_face(
        self, index: int, *, photo_id: PhotoId | None = None
    ) -> tuple[NDArray[np.uint8], tuple[FaceBox, ...]]: ...
    def gallery_pictures(
        self, indices: Sequence[int], *, cancel: Event | None = None
    ) -> NDArray[np.uint8]: ...
    def prepare_face(
        self,
        points: NDArray[np.float32],
        *,
        cancel: Event | None = None,
        progress: ReportProgress | None = None,
    ) -> PreparedFaceLike: ...
    def tune(
        self,
        start: FaceState,
        *,
        seconds: float,
        cancel: Event | None,
        progress: ReportProgress | None,
    ) -> PreparedFaceLike: ...
    def preview(
        self, edit: Edit, *, settled: bool = False, cancel: Event | None = None
    ) -> NDArray[np.uint8]: ...
    def render(
        self, edit: Edit, *, cancel: Event | None = None, progress: ReportProgress | None = None
    ) -> tuple[FaceState, EditMeasures]: ...
    def read_style(
        self, path: Path, *, cancel: Event | None, progress: ReportProgress | None
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8]]: ...
    def read_shape(
        self, path: Path, *, cancel: Event | None, progress: ReportProgress | None
    ) -> tuple[LabelMap, NDArray[np.float32], NDArray[np.uint8]]: ...
    def read_label_map(self, path: Path, *, cancel: Event | None) -> LabelMap: ...
