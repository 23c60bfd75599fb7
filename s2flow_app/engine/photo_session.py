"""The open photo and its export, without any network: all that is left when those do not load.

Knows no torch, so that a photo whose edits are drawn can be written wherever the program runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import quad_from_points
from s2flow_app.engine.paste_back import paste_back
from s2flow_app.engine.photo import Photo, photo_from_array, write_photo
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.engine.progress import Progress, Report, stage, step
from s2flow_app.engine.signing import Signing
from s2flow_app.errors import NoFaceError, StalePhotoError
from s2flow_app.labels import LabelMap
from s2flow_app.model.arrays import frozen
from s2flow_app.model.face import EditedFace, FaceBox
from s2flow_app.model.photo import PhotoId
from s2flow_app.outputs import PICTURE_SUFFIXES, InputFile, check_output

FFHQ_POINTS: Final = np.array(
    [[0.375, 0.475], [0.625, 0.475], [0.5, 0.61], [0.405, 0.725], [0.595, 0.725]], np.float32
)
"""Eyes, nose tip and mouth corners of an aligned face in crop sides: their quad is the crop."""
LOOKING: Final = "Looking for faces"
DECODED_SHARE: Final = 0.3
"""Of opening a photo: its faces are looked for in the rest."""

Opened = tuple[NDArray[np.uint8], tuple[FaceBox, ...]]
"""A photo ``[H, W, 3]`` sRGB and its faces, the largest first."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPhoto:
    """What is open."""

    id: PhotoId
    photo: Photo
    source: InputFile | None
    """None: it was made up."""
    display: NDArray[np.uint8]
    faces: tuple[FaceBox, ...]
    ws: NDArray[np.float32] | None = None
    """Of a generated face: its latents need not be looked for."""


class KnownPhoto(Protocol):
    """What a project knows of its photo."""

    @property
    def name(self) -> str: ...
    @property
    def faces(self) -> tuple[FaceBox, ...]: ...
    @property
    def source(self) -> InputFile | None: ...


class PhotoSession:
    """Opens a photo, and writes it again with the faces that were edited.

    Args:
        pictures: decodes photos and label maps; by default a process of the session's own.
    """

    def __init__(self, pictures: PictureProcess | None = None) -> None:
        self._pictures = pictures or PictureProcess()
        self._open: OpenedPhoto | None = None
        self._references: list[InputFile] = []
        """Photos whose style or shape was read since."""
        self.signing: Signing | None = None
        """With what exports are signed; None: they are not."""

    @property
    def photo(self) -> Photo | None:
        return self._open.photo if self._open else None

    @property
    def source(self) -> InputFile | None:
        """The file that the open photo was read from; None: there is none."""
        return self._open.source if self._open else None

    def check_open(self, photo: PhotoId | None) -> None:
        """Refuse what is asked about another photo than is open; nothing if none is.

        Raises:
            StalePhotoError: another one was opened since.
        """
        if self._open is not None and self._open.id != photo:
            raise StalePhotoError

    def open_photo(
        self, path: Path, *, photo_id: PhotoId | None = None, cancel: Event | None = None,
        progress: Progress | None = None,
        decoded: Callable[[NDArray[np.uint8]], object] | None = None,
        leaving: Callable[[], object] | None = None, known: KnownPhoto | None = None,
    ) -> Opened:  # fmt: skip
        """The photo ``[H, W, 3]`` sRGB and its faces, the largest first (there may be none).

        Args:
            photo_id: what the photo is called, see `check_open`.
            decoded: called with the photo before its faces are looked for.
            leaving: called at the end, while the photo before is still the open one.
            known: its name and faces, and the file it comes from; no face is looked for then.
        """
        source = InputFile.at(path) if known is None else known.source
        read = self._pictures.read_photo(path, cancel=cancel)
        photo, display = read.photo, read.display
        if known is not None:
            photo = replace(photo, name=known.name)
        if decoded:
            decoded(display)
        report = stage(progress, LOOKING, DECODED_SHARE, 1)
        faces = known.faces if known else self._faces_in(display, cancel, report)
        step(cancel, None, "", 0)
        if leaving:
            leaving()
        self._set_open(OpenedPhoto(photo_id or PhotoId(), photo, source, display, faces))
        return display, faces

    def open_aligned(
        self, picture: NDArray[np.uint8], name: str, *, photo_id: PhotoId | None = None,
        ws: NDArray[np.float32] | None = None,
    ) -> Opened:  # fmt: skip
        """A picture ``[S, S, 3]`` that is an aligned face already, opened as the photo.

        Args:
            ws: its latents ``[L, D]``, if they are known.
        """
        photo = photo_from_array(picture, name)
        points = frozen(FFHQ_POINTS * picture.shape[0])
        face = FaceBox(points, frozen(quad_from_points(points)), 1.0)
        opened = OpenedPhoto(photo_id or PhotoId(), photo, None, photo.pixels, (face,), ws)
        self._set_open(opened)
        return photo.pixels, (face,)

    def read_label_map(self, path: Path, *, cancel: Event | None = None) -> LabelMap:
        """The label map ``[512, 512]`` in a file; raises `LabelMapError`."""
        return self._pictures.read_label_map(path, cancel=cancel)

    def export(
        self, faces: Sequence[EditedFace], path: Path, *, cancel: Event | None = None
    ) -> None:
        """Put edited faces back into the full-resolution photo and write a new file.

        Raises:
            OutputError: ``path`` cannot be written, or is the photo or a reference that was read.
        """
        photo = self._photo()
        inputs = (*self._references, *([photo.source] if photo.source else []))
        check_output(path, inputs=inputs, suffixes=PICTURE_SUFFIXES)
        whole = photo.photo
        for face in faces:
            step(cancel, None, "", 0)
            whole = paste_back(whole, face.start, face.state)
        step(cancel, None, "", 0)
        original = photo.source.path if photo.source else None
        write_photo(whole, path, original=original, signing=self.signing)

    # --- within -------------------------------------------------------------------------------

    def _faces_in(
        self, display: NDArray[np.uint8], cancel: Event | None, report: Report | None
    ) -> tuple[FaceBox, ...]:
        """The faces of a photo, the largest first; here there is nothing that finds any."""
        return ()

    def _set_open(self, photo: OpenedPhoto) -> None:
        self._open = photo
        self._references.clear()

    def _photo(self) -> OpenedPhoto:
        if self._open is None:
            raise NoFaceError("No photo is open.", "Open one first.")
        return self._open
