"""The shapes panel: ready-made changes of the face, and parts of another face."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QGroupBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.document.face_axis import points_in_crop
from s2flow_app.label_shapes.presets import PRESETS, Preset
from s2flow_app.label_shapes.transfer import PARTS, FacePart, shows, transfer_part
from s2flow_app.labels import LabelMap
from s2flow_app.model import operations
from s2flow_app.ui.image_qt import to_qpixmap
from s2flow_app.ui.incoming import FileDrop
from s2flow_app.ui.panels.slider import TitledSlider
from s2flow_app.ui.panels.wheel import guard_wheel
from s2flow_app.ui.told import told
from s2flow_app.worker.protocol import ShapeReady

COLUMNS = 2


class ShapesPanel(QWidget):
    """Each button is one undo step, or a sentence that says why nothing changed."""

    reference_wanted = Signal()
    files_dropped = Signal(list)
    """Paths: the first is to be the reference."""
    refused = Signal(str)
    """Why nothing changed, as a sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        FileDrop(self).dropped.connect(self.files_dropped)
        self._reference: ShapeReady | None = None
        self.amount = TitledSlider(self.tr("How much"), 10, 150, 100)
        self.amount.setToolTip(self.tr("100 % is the change as it is usually wanted"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addWidget(self.amount)
        self.presets: dict[str, QPushButton] = {}
        for group in dict.fromkeys(preset.group for preset in PRESETS):
            layout.addWidget(self._group(group))
        layout.addWidget(self._reference_group())
        layout.addStretch(1)
        document.changed.connect(self._take_change)
        self._refresh()

    def _group(self, group: str) -> QGroupBox:
        box = QGroupBox(told(group))
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 4, 0, 0)
        members = [preset for preset in PRESETS if preset.group == group]
        for place, preset in enumerate(members):
            button = QPushButton(told(preset.title))
            button.setToolTip(self.tr("{}; one undo step").format(told(preset.title)))
            button.setAccessibleName(told(preset.title))
            button.setProperty("preset", preset)
            button.clicked.connect(self._take_preset)
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
            self.presets[preset.name] = button
        return box

    def _reference_group(self) -> QGroupBox:
        box = QGroupBox(self.tr("From another face"))
        inner = QVBoxLayout(box)
        inner.setContentsMargins(0, 4, 0, 0)
        self.open_reference = QPushButton(self.tr("Choose a photo…"))
        self.open_reference.setToolTip(self.tr("A photo whose face lends the shape of a part"))
        self.thumbnail = QLabel()
        self.thumbnail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.thumbnail.setAccessibleName(self.tr("The face that lends its shape"))
        self.thumbnail.hide()
        self.part = QComboBox()
        guard_wheel(self.part)
        self.part.setAccessibleName(self.tr("Part"))
        self.part.setToolTip(self.tr("Which part is taken over"))
        for part in PARTS:
            self.part.addItem(told(part.title), part)
        self.take = QPushButton(self.tr("Take this shape"))
        self.take.setToolTip(self.tr("Give the face this part of the other one; one undo step"))
        for widget in (self.open_reference, self.thumbnail, self.part, self.take):
            inner.addWidget(widget)
        self.open_reference.clicked.connect(self.reference_wanted)
        self.take.clicked.connect(self._take_part)
        return box

    @Slot(object)
    def set_reference(self, answer: ShapeReady) -> None:
        """A reference photo was read."""
        self._reference = answer
        self.thumbnail.setPixmap(to_qpixmap(answer.thumbnail))
        self.thumbnail.show()
        self._refresh()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.START, Aspect.PHOTO):
            self._refresh()

    def _refresh(self) -> None:
        has_face = self._document.has_face
        for button in (*self.presets.values(), self.open_reference):
            button.setEnabled(has_face)
        self.part.setEnabled(self._reference is not None)
        self.take.setEnabled(has_face and self._reference is not None)

    @Slot()
    def _take_preset(self) -> None:
        sender = self.sender()
        preset = sender.property("preset") if sender else None
        if isinstance(preset, Preset):
            self.ask(preset)

    def ask(self, preset: Preset) -> bool:
        """Change the asked map; False, and a sentence, if the face gives nothing to change."""
        strength = self.amount.value / 100 if preset.has_amount else 1.0
        asked = preset.apply(self._document.labels.label_map, strength=strength)
        operation = operations.Preset(preset.name, strength if preset.has_amount else None)
        return self._asked(asked, operation, told(preset.title), told(preset.nothing))

    @Slot()
    def _take_part(self) -> None:
        reference, part = self._reference, self.part.currentData()
        if reference is None or not isinstance(part, FacePart):
            return
        title = told(part.title.lower())
        if not shows(reference.label_map, part):
            self.refused.emit(self.tr("The other face shows no {}.").format(title))
            return
        document = self._document
        points = points_in_crop(document.faces.points, document.faces.quad)
        asked = transfer_part(
            document.labels.label_map, points, reference.label_map, reference.points, part
        )
        operation = operations.ShapeTransfer(part.name, reference.request.path.name)
        text = self.tr("{} of another face").format(told(part.title))
        nothing = self.tr("This face has no room for the {}.").format(title)
        self._asked(asked, operation, text, nothing)

    def _asked(
        self, label_map: LabelMap, operation: operations.Operation, title: str, nothing: str
    ) -> bool:
        done = self._document.labels.set_label_map(label_map, operation)
        if not done:
            self.refused.emit(f"{title}: {nothing}")
        return done
