"""Between document and worker: asks for what the document needs, hands it the answers.

*Apply* makes what is asked the new base; another amount, or a dropped picture, is rendered again.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from s2flow_app.control.arrivals import Arrivals
from s2flow_app.control.exports import Exports
from s2flow_app.control.previews import Previews
from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.errors import StalePhotoError
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import PreparedFace
from s2flow_app.model.operations import ApplyEdit
from s2flow_app.model.photo import PhotoId
from s2flow_app.worker.client import InferenceClient
from s2flow_app.worker.protocol import (
    Answer,
    DrawGallery,
    EditReady,
    Exported,
    ExportPhoto,
    FaceReady,
    Failed,
    GalleryDrawn,
    LabelMapRead,
    NewFace,
    OpenPhoto,
    OpenProject,
    PhotoDecoded,
    PhotoOpened,
    PrepareFace,
    PreviewEdit,
    PreviewReady,
    Progress,
    ReadLabelMap,
    ReadShape,
    ReadStyle,
    Ready,
    RenderEdit,
    Request,
    ShapeReady,
    StyleCodeReady,
    TuneLikeness,
)

STAGES = {
    OpenPhoto: "Opening the photo",
    OpenProject: "Opening the project",
    NewFace: "Making a face",
    PrepareFace: "Preparing the face",
    RenderEdit: "Applying the edit",
    TuneLikeness: "Tuning the likeness",
    ReadStyle: "Reading the style",
    ReadShape: "Reading the shape",
    ReadLabelMap: "Reading the label map",
    ExportPhoto: "Exporting",
    DrawGallery: "Drawing the gallery",
}
OTHER_PACK = (
    "This project was edited with another pack.",
    "Choose that pack under Help > Model packs to go on editing.",
)
OF_THE_PACK = (PreviewEdit, RenderEdit, PrepareFace, TuneLikeness)
"""Requests whose answers depend on the pack's networks."""
RENDERING_AGAIN = "Rendering an earlier result"


class Editing(QObject):
    """What the window's actions call; signals say what came of it."""

    ready = Signal(object)
    """`Ready`: the networks are there."""
    failed = Signal(object)
    """`Failed`, but for what the user cancelled."""
    progressed = Signal(str, float)
    """What is done, in English, and how far (0..1)."""
    busy_changed = Signal(object)
    """bool"""
    no_face = Signal()
    """A photo was opened in which nobody was found."""
    opened = Signal(object)
    """Path of a photo that is open now."""
    project_opened = Signal(object)
    """`PhotoOpened` of an `OpenProject`: the document is still what it was."""
    style_read = Signal(object)
    """`StyleCodeReady`"""
    shape_read = Signal(object)
    """`ShapeReady`"""
    label_map_read = Signal(object)
    """`LabelMapRead`, for the face that is edited."""
    exported = Signal(object)
    """Path"""
    stopped = Signal()
    """Preparing a face was cancelled: it can be asked for again."""
    noticed = Signal(object)
    """`Notice`"""
    gallery_drawn = Signal(object)
    """`GalleryDrawn`"""
    previewing_changed = Signal(object)
    """bool: whether a preview of what is asked now is under way; told for each that is asked."""
    previewed = Signal(object)
    """`PreviewReady`, of a draft."""
    saved_changed = Signal()

    def __init__(
        self, document: Document, client: InferenceClient, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client = document, client
        self._exports = Exports()
        self._applying: dict[str, ApplyEdit] = {}
        """What is applied, by the request's id."""
        self._again: dict[str, RenderEdit] = {}
        """What renders dropped pictures, by id: never taken for an edit that is applied."""
        self.saved_state: Callable[[], bool | None] = lambda: None
        """Whether the project is as it was saved; None: there is none."""
        self.is_view_only = False
        """To read: see `set_view_only`."""
        self._arrivals = Arrivals()
        previews = self._previews = Previews(document, self._submit, lambda: self.is_busy, self)
        previews.awaited_changed.connect(self.previewing_changed)
        previews.drafted.connect(self.previewed)
        document.changed.connect(self._take_change)
        document.history.result_wanted.connect(self._render_wanted)
        document.edits.previews_outdated.connect(client.drop_previews_before)
        document.edits.previews_outdated.connect(previews.forget_before)
        client.answered.connect(self._take)
        client.progressed.connect(self._tell_progress)
        client.busy_changed.connect(self.busy_changed)
        client.noticed.connect(self.noticed)

    @property
    def is_busy(self) -> bool:
        return self._client.is_busy

    @property
    def is_unsaved(self) -> bool:
        """True if closing would lose an edit: applied or asked for, not exported; of a project:
        not saved."""
        saved = self.saved_state()
        if saved is not None:
            return not saved
        faces = self._document.faces
        return faces.is_pending or not self._exports.have(faces.standing())

    def ask_before_losing(self, may_lose: Callable[[], bool]) -> None:
        """Have ``may_lose`` asked before a photo takes the place of edits that are not exported,
        once it is known to be one."""
        self._arrivals.may_lose = may_lose

    def open_project(self, request: OpenProject) -> None:
        """Have the session open the photo of a project; `project_opened` follows, or `failed`."""
        self._submit(request)

    def set_view_only(self, on: bool) -> None:
        """Whether what the networks would do is refused: the document is of another pack."""
        if on != self.is_view_only:
            self.is_view_only = on
            self.saved_changed.emit()

    def open_photo(self, path: Path) -> None:
        self._submit(OpenPhoto(path=path))

    def new_face(self, seed: int) -> None:
        self._submit(NewFace(seed=seed))

    def gallery_face(self, index: int) -> None:
        """Open a face of the pack's gallery as the photo."""
        self._submit(NewFace(latent=index))

    def draw_gallery(self, indices: tuple[int, ...]) -> DrawGallery:
        """Ask for small pictures; `gallery_drawn` has them. To stop it, set the answer's cancel."""
        request = DrawGallery(indices=indices)
        self._submit(request)
        return request

    def choose_face(self, index: int) -> None:
        """Go on with one of the photo's faces; it is prepared first if it was not yet."""
        if not self._document.faces.choose(index):
            self.prepare_points(self._document.faces.boxes[index].points, index)

    def prepare_points(self, points: NDArray[np.float32], face: int | None) -> None:
        """Align a face by points ``[5, 2]`` that were set by hand; None: one more face."""
        index = len(self._document.faces.boxes) if face is None else face
        self._submit(PrepareFace(photo=self._document.faces.photo_id, points=points, face=index))

    def apply(self) -> None:
        """Render what is asked."""
        edit = self._document.edits.pending()
        if edit is not None:
            applied = ApplyEdit(self._document.history.asked_operations())
            self._applying[self._render(edit).id] = applied

    def preview_amount(self, amount: float) -> None:
        """Show the last edit with another amount, while the slider is dragged."""
        edit = self._document.edits.with_amount(amount)
        if edit is not None and not self._document.edits.is_pending:
            self._previews.show(edit)

    def apply_amount(self, amount: float) -> None:
        """Render the last edit with another amount."""
        edit = self._document.edits.with_amount(amount)
        if edit is not None and abs(amount - self._document.edits.amount) > 1e-6:
            self._render(edit)

    def tune(self, seconds: float) -> None:
        """Fit the generator to the face that is edited."""
        faces, start = self._document.faces, self._document.faces.original
        if start is not None:
            photo, face = faces.photo_id, faces.index
            self._submit(TuneLikeness(photo=photo, start=start, face=face, seconds=seconds))

    def read_style(self, path: Path) -> None:
        self._submit(ReadStyle(path=path))

    def read_shape(self, path: Path) -> None:
        self._submit(ReadShape(path=path))

    def read_label_map(self, path: Path) -> None:
        """`label_map_read` has it, unless another face is edited by then."""
        faces = self._document.faces
        self._submit(ReadLabelMap(photo=faces.photo_id, path=path, face=faces.index))

    def export(self, path: Path, *, asked_of: PhotoId | None = None) -> None:
        """Write the photo with the applied edits of all its faces.

        Args:
            asked_of: the photo that was open when its name was asked for; if it is no longer,
                nothing is written.
        """
        faces = self._document.faces
        request = ExportPhoto(photo=faces.photo_id, faces=faces.edited(), path=path)
        if asked_of not in (None, faces.photo_id):
            error = StalePhotoError()
            self.failed.emit(Failed(request=request, message=error.message, hint=error.hint))
            return
        self._exports.ask(request, faces.standing())
        self._submit(request)

    def cancel(self) -> None:
        """Stop whatever is done or waits."""
        self._client.cancel_all()

    def close(self) -> None:
        """Ask for nothing more, and take no more answers: the program ends."""
        self._client.answered.disconnect(self._take)
        self._previews.leave_settling()

    def _render(self, edit: Edit) -> RenderEdit:
        self._previews.leave_settling()
        photo, revision = self._document.faces.photo_id, self._document.edits.revision
        request = RenderEdit(photo=photo, edit=edit, revision=revision)
        self._submit(request)
        return request

    @Slot()
    def _render_wanted(self) -> None:
        """A dropped picture is gone back to."""
        for request in self._again.values():
            request.cancel.set()
        edit = self._document.history.wanted_edit()
        if edit is not None:
            request = self._render(edit)
            self._again[request.id] = request
            self.progressed.emit(RENDERING_AGAIN, 0.0)

    def _submit(self, request: Request) -> None:
        if self.is_view_only and isinstance(request, OF_THE_PACK):
            self._refuse(request)
            return
        stage = STAGES.get(type(request))
        if stage:
            self.progressed.emit(stage, 0.0)
        self._client.submit(request)

    def _refuse(self, request: Request) -> None:
        """Say once why nothing is done; a preview is only not shown."""
        self._document.history.forget_wanted()
        if isinstance(request, PreviewEdit):
            self._previews.note(request)
        else:
            message, hint = OTHER_PACK
            self.failed.emit(Failed(request=request, message=message, hint=hint))

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.EDIT):
            self._previews.ask()
            self.saved_changed.emit()

    @Slot(object)
    def _take(self, answer: Answer) -> None:
        document = self._document
        if self._arrivals.holds(answer):
            return
        self._previews.note(answer.request)
        match answer:
            case Ready():
                self.ready.emit(answer)
            case PhotoOpened(request=request) if self._arrivals.is_return(request):
                self._previews.ask()
            case PhotoOpened(request=request) if not self._is_welcome(request):
                back = self._arrivals.way_back(request)
                if back is not None:
                    self._submit(back)
            case PhotoOpened():
                self._take_photo(answer)
            case FaceReady(request=request):
                self._take_face(request, answer.prepared)
            case PreviewReady():
                self._previews.take(answer)
            case EditReady(request=RenderEdit(edit=edit, id=id)) if self._again.pop(id, None):
                document.history.take_wanted(edit, answer.state)
            case EditReady(request=RenderEdit(edit=edit)):
                self._take_edit(answer, edit)
            case StyleCodeReady():
                self.style_read.emit(answer)
            case ShapeReady():
                self.shape_read.emit(answer)
            case LabelMapRead(request=ReadLabelMap(face=face)):
                if face == document.faces.index:
                    self.label_map_read.emit(answer)
            case Exported(request=request):
                self._exports.take(request)
                self.exported.emit(answer.path)
            case GalleryDrawn():
                self.gallery_drawn.emit(answer)
            case Failed(is_stale=True):
                self._again.pop(answer.request.id, None)
                self._applying.pop(answer.request.id, None)
                if isinstance(answer.request, ExportPhoto):
                    self.failed.emit(answer)
            case Failed(cancelled=True, request=PrepareFace()):
                self.stopped.emit()
            case Failed(request=RenderEdit(edit=edit)) if self._again.pop(answer.request.id, None):
                if document.history.is_wanted(edit):
                    document.history.forget_wanted()
                if not answer.cancelled:
                    self.failed.emit(answer)
            case Failed():
                self._applying.pop(answer.request.id, None)
                if isinstance(answer.request, OpenPhoto):
                    self._arrivals.forget(answer.request)
                    document.faces.set_incoming(None)
                if not answer.cancelled:
                    self.failed.emit(answer)
        self.saved_changed.emit()

    def _take_face(self, request: Request, prepared: PreparedFace) -> None:
        match request:
            case PrepareFace(points=points, face=face):
                self._document.faces.set_face(points, prepared, face)
            case TuneLikeness(start=start, face=face):
                self._document.faces.set_tuned(start, prepared, face)

    def _take_photo(self, answer: PhotoOpened) -> None:
        self._arrivals.settle(answer.request)
        self._exports.forget()
        if isinstance(answer.request, OpenProject):
            self.project_opened.emit(answer)
            return
        self._document.faces.open(answer.photo, answer.faces)
        if isinstance(answer.request, OpenPhoto):
            self.opened.emit(answer.request.path)
        if answer.faces:
            self.choose_face(0)
        else:
            self.no_face.emit()

    def _is_welcome(self, request: Request) -> bool:
        """Whether a photo that was read is to be shown now; asks, if edits would be lost."""
        welcome, held = self._arrivals.ask(request, unsaved=self.is_unsaved)
        if held is None:
            return welcome
        self._take(held)
        return False

    def _take_edit(self, answer: EditReady, edit: Edit) -> None:
        applied = self._applying.pop(answer.request.id, None)
        edits, revision = self._document.edits, answer.request.revision
        if applied is not None:
            edits.commit(edit, answer.state, answer.measures, applied, revision=revision)
        else:
            edits.commit_amount(edit, answer.state, answer.measures, revision=revision)

    @Slot(object)
    def _tell_progress(self, progress: Progress) -> None:
        if isinstance(progress.request, OpenProject):
            return  # its merged picture is shown already
        if isinstance(progress, PhotoDecoded) and self._is_welcome(progress.request):
            self._document.faces.set_incoming(progress.display)
        self.progressed.emit(progress.stage, progress.fraction)
