"""The main window: menus, tools, canvas and docks, wired to the document and to `Editing`."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QVBoxLayout, QWidget

from s2flow_app.control.editing import Editing
from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.errors import UserError
from s2flow_app.file_kinds import PHOTO_SUFFIXES
from s2flow_app.generator_folder import GeneratorFolder
from s2flow_app.label_files import write_label_map
from s2flow_app.label_shapes.presets import Preset
from s2flow_app.log import log_file
from s2flow_app.model.operations import LabelMapFile
from s2flow_app.outputs import InputFile
from s2flow_app.settings import Settings
from s2flow_app.ui.actions import HELD, Actions, show_tip_of
from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.dialogs import notices
from s2flow_app.ui.dialogs.about import AboutDialog
from s2flow_app.ui.dialogs.command_palette import CommandPalette
from s2flow_app.ui.dialogs.gallery import GalleryDialog
from s2flow_app.ui.dialogs.packs import PackDialog
from s2flow_app.ui.dialogs.save_file import LABEL_MAP_KINDS, PHOTO_KINDS, ask_where_to_save
from s2flow_app.ui.docks import Docks
from s2flow_app.ui.face_work import FaceWork
from s2flow_app.ui.help.opening import GuideOpener
from s2flow_app.ui.incoming import Incoming, copy_picture
from s2flow_app.ui.language_menu import LanguageMenu
from s2flow_app.ui.menus import Menus
from s2flow_app.ui.panels.alignment_bar import AlignmentBar
from s2flow_app.ui.panels.edit import EditPanel
from s2flow_app.ui.panels.faces_bar import FacesBar
from s2flow_app.ui.panels.history import HistoryPanel
from s2flow_app.ui.panels.layers import LayersPanel
from s2flow_app.ui.panels.message_bar import MessageBar
from s2flow_app.ui.panels.shapes import ShapesPanel
from s2flow_app.ui.panels.style import StylePanel
from s2flow_app.ui.panels.tool_options import ToolOptionsBar
from s2flow_app.ui.preferences import Preferences
from s2flow_app.ui.project.in_window import PROJECTS, ProjectInWindow
from s2flow_app.ui.project.work import ProjectWork
from s2flow_app.ui.recent import RecentMenu
from s2flow_app.ui.status_bar import StatusBar
from s2flow_app.ui.told import told
from s2flow_app.ui.tool_bar import ToolBar, ToolList
from s2flow_app.ui.view_modes import FACE_MODES, connect_view_modes
from s2flow_app.worker.protocol import Failed, LabelMapRead, Notice, Ready

NAMED_FILES = 4
"""So many of several files are named, the rest is counted."""
READABLE = " ".join(f"*{suffix}" for suffix in PHOTO_SUFFIXES)


SHOWN = (
    Aspect.PHOTO, Aspect.FACE, Aspect.FACES, Aspect.HISTORY, Aspect.EDIT, Aspect.RESULT,
)  # fmt: skip
"""What actions and title depend on."""


class MainWindow(QMainWindow):
    """One document at a time."""

    settings_changed = Signal(object)
    """`Settings` to be kept."""
    left = Signal()
    """The user has closed the window: what is not saved is not wanted."""

    def __init__(
        self,
        document: Document,
        editing: Editing,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        project: ProjectWork | None = None,
    ) -> None:
        """``project``: saves and opens projects; by default one that no other window sees."""
        super().__init__(parent)
        self._document, self._editing, self.settings = document, editing, settings
        self.keeps_unsaved = False
        """The desktop session ends: nothing is asked, what is not saved is offered next time."""
        self._terms = self._pack_title = ""
        self._gallery = 0
        self.setWindowTitle("S2-Flow Studio")
        self.setObjectName("main")
        self.resize(1360, 860)
        self.actions_ = Actions(self)
        self.canvas = Canvas(document)
        self.messages = MessageBar()
        self.faces_bar, self.alignment_bar = FacesBar(document), AlignmentBar()
        self.layers = LayersPanel(document)
        self.layers.show_keys_of(self.actions_.classes)
        self.style_panel = StylePanel(document)
        self.shapes_panel = ShapesPanel(document)
        self.edit_panel = EditPanel(document)
        self.history = HistoryPanel(document)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.messages, self.alignment_bar, self.faces_bar):
            column.addWidget(bar)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(middle)
        self.tool_bar = ToolBar(self.actions_)
        self.addToolBar(self.tool_bar)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, ToolList(self.actions_))
        self.addToolBarBreak()
        self.tool_options = ToolOptionsBar(self.canvas)
        self.addToolBar(self.tool_options)
        self.opacity = self.tool_bar.opacity
        self.docks = Docks(
            self, self.layers, self.edit_panel, self.style_panel, self.shapes_panel, self.history
        )
        self.recent = RecentMenu(settings.recent_files, self)
        self.language = LanguageMenu(settings.language, self)
        self.menus = Menus(self, self.actions_, self.docks, self.recent, self.language)
        self.guide = GuideOpener(self, self.actions_, self.canvas)
        self.status = StatusBar(self.actions_["cancel"])
        self.setStatusBar(self.status)
        self.preferences = Preferences(
            self, self.actions_, self.canvas, document.layer_view, self.docks, settings
        )
        self.faces = FaceWork(
            document, editing, self.actions_, self.canvas, self.faces_bar, self.alignment_bar, self
        )
        work = project or ProjectWork(document, editing, GeneratorFolder(), None, self)
        work.keeper.embeds_new = settings.embed_photo
        self.project = ProjectInWindow(
            self, document, editing, work, self.actions_, self.messages, self.status,
            last_folder=lambda: self.settings.last_folder, ask_export=self._ask_export,
            photo_filter=self._photo_filter,
        )  # fmt: skip
        document.history.set_limit(settings.history_megabytes << 20)
        self._incoming = Incoming()
        self._class_before = self._class_now = self.canvas.active_class
        self.setAcceptDrops(True)
        self._connect()
        self.canvas.set_brush_size(2 * settings.brush_radius_px)
        self.canvas.set_label_opacity(settings.label_opacity)
        self.layers.set_current_class(self.canvas.active_class)
        self.actions_["gallery"].setEnabled(False)
        self.canvas.setFocus()
        self._refresh()

    # --- what it is made of -------------------------------------------------------------------

    def _connect(self) -> None:
        act, document, editing, canvas = self.actions_, self._document, self._editing, self.canvas
        does: dict[str, Callable[[], object]] = {
            "open": self._ask_photo, "new_face": self._make_face, "export": self._ask_export,
            "import_map": self._import_map, "export_map": self._export_map, "quit": self.close,
            "undo": document.history.undo, "redo": document.history.redo, "apply": editing.apply,
            "discard": self._discard, "zoom_in": canvas.zoom_in, "zoom_out": canvas.zoom_out,
            "zoom_fit": canvas.zoom_to_fit, "zoom_100": canvas.zoom_to_100, "tune": self._tune,
            "shortcuts": self._show_shortcuts, "about": self._show_about, "cancel": editing.cancel,
            "packs": self._show_packs, "paste": self._paste, "copy": self._copy,
            "swap": self._swap, "smaller": self._smaller, "larger": self._larger,
            "layer_up": self.layers.up.click, "layer_down": self.layers.down.click,
            "search": self._search, "gallery": self._show_gallery,
        }  # fmt: skip
        for name, do in does.items():
            act[name].triggered.connect(do)
        for name, control in (
            ("apply", self.edit_panel.apply), ("discard", self.edit_panel.discard),
            ("layer_up", self.layers.up), ("layer_down", self.layers.down),
        ):  # fmt: skip
            show_tip_of(act[name], control)
        act["view_photo"].toggled.connect(self._set_view)
        act["labels"].setChecked(True)
        act["labels"].toggled.connect(canvas.set_labels_visible)
        act["compare"].toggled.connect(canvas.set_compare)
        connect_view_modes(self, act, canvas)
        act["snapshot"].triggered.connect(self.history.take_snapshot)
        self.history.limit_chosen.connect(self._keep_history_limit)
        self.history.refused.connect(self._say_problem)
        for action in self.menus.shapes.actions():
            action.triggered.connect(self._ask_shape)
        for action in act.tools.values():
            action.triggered.connect(self._choose_tool)
        act.tools[canvas.tool].setChecked(True)
        for action in act.classes.values():
            action.triggered.connect(self._choose_class)
        self.recent.chosen.connect(self._open_recent)
        self.language.chosen.connect(self._set_language)
        self.preferences.changed.connect(self._keep)
        self.opacity.setValue(round(100 * self.settings.label_opacity))
        self.opacity.valueChanged.connect(self._set_opacity)
        self.layers.class_chosen.connect(canvas.set_active_class)
        self.layers.class_chosen.connect(self._note_class)
        self.layers.protect_chosen.connect(act.tools["protect"].trigger)
        self.layers.protection_shown.connect(canvas.set_protection_visible)
        self.layers.refused.connect(self._say_problem)
        canvas.class_picked.connect(self.layers.set_current_class)
        canvas.files_dropped.connect(self.open_photos)
        canvas.stroke_refused.connect(self._say_problem)
        canvas.zoom_changed.connect(self._show_zoom)
        canvas.cursor_moved.connect(self.status.show_cursor)
        self.style_panel.reference_wanted.connect(self._ask_reference)
        self.style_panel.refused.connect(self._say_problem)
        self.style_panel.files_dropped.connect(self._take_style_drop)
        self.shapes_panel.reference_wanted.connect(self._ask_shape_reference)
        self.shapes_panel.refused.connect(self._say_problem)
        self.shapes_panel.files_dropped.connect(self._take_shape_drop)
        editing.shape_read.connect(self.shapes_panel.set_reference)
        editing.label_map_read.connect(self._take_map)
        canvas.tool_changed.connect(self._mark_tool)
        self.edit_panel.apply_wanted.connect(editing.apply)
        self.edit_panel.discard_wanted.connect(self._discard)
        self.edit_panel.amount_dragged.connect(editing.preview_amount)
        self.edit_panel.amount_set.connect(self._set_amount)
        editing.ready.connect(self._take_ready)
        editing.failed.connect(self._take_failure)
        editing.progressed.connect(self.status.show_progress)
        self.project.file_used.connect(self._note_opened)
        act["embed_photo"].triggered.connect(self._keep_embed)
        editing.no_face.connect(self._say_no_face)
        editing.opened.connect(self._note_opened)
        editing.ask_before_losing(self._may_lose)
        editing.style_read.connect(self.style_panel.set_reference)
        editing.exported.connect(self._say_exported)
        editing.noticed.connect(self._take_notice)
        editing.stopped.connect(self._say_stopped)
        editing.saved_changed.connect(self._refresh)
        for show in (
            self.status.show_previewing, self.style_panel.show_previewing,
            self.edit_panel.amount.show_previewing,
        ):  # fmt: skip
            editing.previewing_changed.connect(show)
        editing.previewed.connect(self.status.show_latency)
        document.changed.connect(self._take_change)
        self.status.show_busy(editing.is_busy)

    # --- file ---------------------------------------------------------------------------------

    def open_photo(self, path: Path) -> None:
        """Open a photo or a project; edits that would be lost are asked about once it has been
        read."""
        if not self.project.open(path):
            self._editing.open_photo(path)

    @Slot(list)
    def open_photos(self, paths: Sequence[Path]) -> None:
        """Open the first and say what becomes of the others: there is one photo at a time."""
        self.open_photo(paths[0])
        self._say_others(paths, self.tr("One photo is open at a time: {0}. Not opened: {1}."))

    def _say_others(self, paths: Sequence[Path], text: str) -> None:
        if len(paths) > 1:
            others = ", ".join(path.name for path in paths[1:NAMED_FILES])
            if len(paths) > NAMED_FILES:
                rest = len(paths) - NAMED_FILES
                others = self.tr("{0} and {1} more").format(others, rest)
            self.messages.say(text.format(paths[0].name, others))

    @Slot(object)
    def _note_opened(self, path: Path) -> None:
        if not self._incoming.is_temporary(path):
            kept = self.recent.add(path)
            self._keep({"last_folder": str(path.absolute().parent), "recent_files": kept})

    @Slot(object)
    def _open_recent(self, path: Path) -> None:
        if path.is_file():
            self.open_photo(path)
        else:
            self._keep({"recent_files": self.recent.remove(path)})
            text = self.tr("{0} is no longer there. It was taken off the list of recent files.")
            self.messages.say(text.format(path), "problem")

    @Slot()
    def _paste(self) -> None:
        self._take_picture(QApplication.clipboard().mimeData())

    @Slot()
    def _copy(self) -> None:
        crop = self._document.edits.result_crop
        if crop is not None and self._agrees_to_terms():
            copy_picture(crop)
            self.messages.say(self.tr("The edited face is on the clipboard."))

    def _take_picture(self, data: QMimeData) -> None:
        if paths := self._incoming.pictures(data):
            self.open_photos(paths)
        else:
            text = self.tr("There is no picture on the clipboard. Copy a picture or a file first.")
            self.messages.say(text, "problem")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if Incoming.has_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._take_picture(event.mimeData())

    @Slot()
    def _ask_photo(self) -> None:
        filters = self.tr("Photos and projects ({0});;Projects ({1});;All files (*)")
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a photo or a project"),
            self.settings.last_folder,
            filters.format(f"{READABLE} {PROJECTS}", PROJECTS),
            options=QFileDialog.Option.HideNameFilterDetails,
        )
        if name:
            self.open_photo(Path(name))

    def _photo_filter(self) -> str:
        return self.tr("Photos ({0});;All files (*)").format(READABLE)

    @Slot(list)
    def _take_style_drop(self, files: list[Path]) -> None:
        self._take_reference(files, self._editing.read_style)

    @Slot(list)
    def _take_shape_drop(self, files: list[Path]) -> None:
        self._take_reference(files, self._editing.read_shape)

    def _take_reference(self, files: list[Path], read: Callable[[Path], object]) -> None:
        if self._document.has_face:
            read(files[0])
            self._say_others(files, self.tr("One photo is the reference: {0}. Not used: {1}."))
        else:
            self._say_problem(self.tr("Open a photo first: there is no face to change yet."))

    @Slot()
    def _make_face(self) -> None:
        if self._may_lose():
            self._editing.new_face(random.randint(1, 999_999))

    @Slot()
    def _ask_export(self) -> bool:
        """Ask where to, and have it done; False: nothing is exported."""
        if not self._agrees_to_terms():
            return False
        photo = self._document.faces.photo_id
        stem = Path(self._document.faces.name).stem or "face"
        path = ask_where_to_save(
            self,
            self.tr("Export the photo"),
            Path(self.settings.last_folder) / f"{stem}-edited.jpg",
            PHOTO_KINDS,
            inputs=self._inputs(),
        )
        if path is not None:
            self._editing.export(path, asked_of=photo)
        return path is not None

    def _inputs(self) -> tuple[InputFile, ...]:
        """Files that nothing may replace."""
        photo = self._document.faces.photo
        source = photo.source if photo else None
        return (*(() if source is None else (source,)), *self.project.work.keeper.inputs)

    @Slot()
    def _import_map(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Import a label map"),
            self.settings.last_folder,
            self.tr("Label maps (*.png)"),
        )
        if name:
            self._editing.read_label_map(Path(name))

    @Slot(object)
    def _take_map(self, answer: LabelMapRead) -> None:
        self._document.labels.set_label_map(
            answer.label_map, LabelMapFile(answer.request.path.name)
        )

    @Slot()
    def _export_map(self) -> None:
        stem = Path(self._document.faces.name).stem or "face"
        path = ask_where_to_save(
            self,
            self.tr("Export the label map"),
            Path(self.settings.last_folder) / f"{stem}-labels.png",
            LABEL_MAP_KINDS,
            inputs=self._inputs(),
        )
        if path is not None:
            try:
                write_label_map(path, self._document.labels.label_map)
            except UserError as error:
                self.messages.say(f"{told(error.message)} {told(error.hint)}".strip(), "problem")

    def _agrees_to_terms(self) -> bool:
        if self.settings.terms_shown != self._terms:
            if not notices.confirm_terms(self, self._terms):
                return False
            self._keep({"terms_shown": self._terms})
        return True

    @Slot(object)
    def _keep(self, changed: dict[str, Any]) -> None:
        self.settings = replace(self.settings, **changed)
        self.settings_changed.emit(self.settings)

    @Slot(int)
    def _keep_history_limit(self, megabytes: int) -> None:
        self._keep({"history_megabytes": megabytes})

    @Slot(object)
    def _keep_embed(self, embeds: bool) -> None:
        self._keep({"embed_photo": embeds})

    def _may_lose(self) -> bool:
        return self.project.may_lose()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self.keeps_unsaved or self._may_lose()):
            event.ignore()
            return
        self._keep({"layout": self.docks.layout(), "geometry": self.docks.geometry()})
        event.accept()
        if not self.keeps_unsaved:
            self.left.emit()

    # --- face, edit, style --------------------------------------------------------------------

    @Slot()
    def _tune(self) -> None:
        self._editing.tune(self.settings.tune_seconds)

    @Slot()
    def _ask_shape(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and isinstance(preset := action.data(), Preset):
            self.shapes_panel.ask(preset)

    @Slot()
    def _discard(self) -> None:
        self._document.edits.discard()

    @Slot(float)
    def _set_amount(self, amount: float) -> None:
        self._editing.apply_amount(amount)
        self._document.edits.end_gesture()

    @Slot()
    def _ask_reference(self) -> None:
        if path := self._reference_path():
            self._editing.read_style(path)

    @Slot()
    def _ask_shape_reference(self) -> None:
        if path := self._reference_path():
            self._editing.read_shape(path)

    def _reference_path(self) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose a reference photo"),
            self.settings.last_folder,
            self._photo_filter(),
            options=QFileDialog.Option.HideNameFilterDetails,
        )
        return Path(name) if name else None

    # --- view ---------------------------------------------------------------------------------

    @Slot()
    def _choose_tool(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.canvas.set_tool(action.data())

    @Slot(str)
    def _mark_tool(self, name: str) -> None:
        self.actions_.tools[name].setChecked(True)

    @Slot()
    def _choose_class(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.layers.set_current_class(action.data())

    @Slot(int)
    def _note_class(self, class_id: int) -> None:
        if class_id != self._class_now:
            self._class_before, self._class_now = self._class_now, class_id

    @Slot()
    def _swap(self) -> None:
        self.layers.set_current_class(self._class_before)

    @Slot()
    def _smaller(self) -> None:
        self.canvas.set_brush_size(int(self.canvas.brush_size / 1.2))

    @Slot()
    def _larger(self) -> None:
        size = self.canvas.brush_size
        self.canvas.set_brush_size(max(size + 1, round(size * 1.2)))

    @Slot()
    def _search(self) -> None:
        actions = [a for n, a in self.actions_.all.items() if n not in ("search", *HELD)]
        actions += [*self.menus.panels.actions(), *self.recent.actions()]
        dialog = CommandPalette(actions, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(bool)
    def _set_view(self, photo: bool) -> None:
        self.canvas.set_view("photo" if photo else "face")

    @Slot(int)
    def _set_opacity(self, percent: int) -> None:
        self.canvas.set_label_opacity(percent / 100)
        self.settings = replace(self.settings, label_opacity=percent / 100)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._holds_compare(event):
            self.canvas.set_compare(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._holds_compare(event):
            self.canvas.set_compare(self.actions_["compare"].isChecked())
        else:
            super().keyReleaseEvent(event)

    def _holds_compare(self, event: QKeyEvent) -> bool:
        # Without modifiers: AltGr types a backslash in some countries, and may be let go first.
        keys = [each[0].key() for each in self.actions_["hold_compare"].shortcuts()]  # type: ignore[index]
        return event.key() in keys and not event.isAutoRepeat()

    # --- what is told -------------------------------------------------------------------------

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(*SHOWN):
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        document, act = self._document, self.actions_
        can_edit = not self._editing.is_view_only
        self.edit_panel.set_can_edit(can_edit)
        pending = document.edits.is_pending
        for name, enabled in (
            ("export", document.has_face),
            ("copy", document.has_face),
            ("import_map", document.has_face),
            ("export_map", document.has_face),
            ("undo", document.history.can_undo),
            ("redo", document.history.can_redo),
            ("snapshot", document.has_face),
            ("apply", pending and can_edit),
            ("discard", pending),
            ("view_photo", document.has_face),
            ("compare", document.has_face),
            *((name, document.has_face) for name in FACE_MODES),
            ("align", document.faces.photo is not None and can_edit),
            ("add_face", document.faces.photo is not None and can_edit),
            ("next_face", len(document.faces.boxes) > 1),
            ("landmarks", bool(document.faces.boxes)),
            ("tune", document.has_face and can_edit),
            *((f"shape.{name}", document.has_face) for name in act.shapes),
        ):
            act[name].setEnabled(enabled)
        self.menus.shapes.setEnabled(document.has_face)

    @Slot(object)
    def _take_ready(self, ready: Ready) -> None:
        self._show_device(ready.pack_title, ready.device)
        self._terms, self._gallery, self._pack_title = ready.terms, ready.gallery, ready.pack_title
        self.actions_["gallery"].setEnabled(ready.gallery > 0)
        self.style_panel.set_attributes(ready.attributes)
        self.history.model.set_sliders(dict(ready.attributes))

    def _show_device(self, pack: str, device: str) -> None:
        self.status.device.setText(self.tr("{0} on {1}").format(pack, device.upper()))

    @Slot(object)
    def _take_failure(self, failed: Failed) -> None:
        text = f"{told(failed.message)} {told(failed.hint)}".strip()
        if failed.is_bug:
            log = log_file() or "-"
            self.messages.say(
                self.tr("This is our fault, not yours. {0} Log: {1}").format(text, log), "fault"
            )
        else:
            self.messages.say(text, "problem")
        if self._document.faces.photo is None:
            self.status.device.setText("")

    @Slot(object)
    def _take_notice(self, notice: Notice) -> None:
        self._show_device(self._pack_title, notice.device)
        self.messages.say(told(notice.text), "problem" if notice.is_problem else "note")

    @Slot()
    def _say_stopped(self) -> None:
        if not self._document.has_face:
            how = (
                self.tr("Stopped. Click the face to go on; what was found so far is kept.")
                if self._document.faces.boxes
                else self.tr(
                    "Stopped. Choose Face > Align by hand again to go on; what was found so far is "
                    "kept."
                )
            )
            self.messages.say(how)

    @Slot(float)
    def _show_zoom(self, zoom: float) -> None:
        self.status.show_zoom(zoom, self.canvas.angle_deg)

    @Slot(str)
    def _say_problem(self, text: str) -> None:
        self.messages.say(text, "problem")

    @Slot()
    def _say_no_face(self) -> None:
        self.messages.say(
            self.tr(
                "No face was found. Choose Face > Align by hand and set five points, or open a "
                "photo with a face turned to the camera."
            ),
            "problem",
        )

    @Slot(object)
    def _say_exported(self, path: Path) -> None:
        text = self.tr("Exported to {0}. It is marked as edited with AI.")
        self.messages.say(text.format(path))

    @Slot()
    def _show_shortcuts(self) -> None:
        notices.show_shortcuts(self, self.actions_)

    @Slot()
    def _show_gallery(self) -> None:
        if self._may_lose():
            dialog = GalleryDialog(self._editing, self._gallery, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.chosen.connect(self._editing.gallery_face)
            dialog.open()

    @Slot()
    def _show_packs(self) -> None:
        dialog = PackDialog(self.settings.pack, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._use_pack)
        dialog.open()

    @Slot(str)
    def _use_pack(self, name: str) -> None:
        self._keep({"pack": name})

    @Slot(str)
    def _set_language(self, code: str) -> None:
        self._keep({"language": code})
        self.messages.say(self.tr("The language changes at the next start."))

    @Slot()
    def _show_about(self) -> None:
        dialog = AboutDialog(self.status.device.text(), self._terms, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
