"""The photo's faces as buttons over the canvas: which one is edited, and a click for another."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton

from s2flow_app.alignment import extract_crop
from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.model.face import FaceBox
from s2flow_app.model.photo import PhotoId
from s2flow_app.ui.image_qt import to_qpixmap

PICTURE_PX: Final = 36


class FacesBar(QFrame):
    """Hidden while the photo has one face, or none."""

    face_chosen = Signal(int)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._shown: tuple[FaceBox, ...] = ()
        self._photo: PhotoId | None = None
        self.buttons = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 3, 6, 3)
        self._row.addStretch(1)
        self.setAccessibleName(self.tr("Faces of the photo"))
        self.buttons.idClicked.connect(self._choose)
        document.changed.connect(self._take_change)
        self.refresh()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.PHOTO, Aspect.FACES, Aspect.FACE):
            self.refresh()

    def refresh(self) -> None:
        """Show the faces as they are now."""
        faces, photo = self._document.faces.boxes, self._document.faces.photo_id
        if photo != self._photo or not _same(faces, self._shown):
            self._shown, self._photo = faces, photo
            self._rebuild()
        self.setVisible(len(faces) > 1)
        for index in range(len(faces)):
            button = self.buttons.button(index)
            if not isinstance(button, QToolButton):
                continue
            title = self.tr("Face {0}").format(index + 1)
            is_edited = self._document.faces.is_edited(index)
            button.setText(f"{title} •" if is_edited else title)
            tip = self.tr("{0}, edited") if is_edited else self.tr("{0}: click to edit it")
            button.setToolTip(tip.format(title))
            button.setAccessibleName(tip.format(title))
            button.setChecked(index == self._document.faces.index)

    def _rebuild(self) -> None:
        for button in self.buttons.buttons():
            self.buttons.removeButton(button)
            self._row.removeWidget(button)
            button.deleteLater()
        display = self._document.faces.display
        for index, face in enumerate(self._shown if display is not None else ()):
            assert display is not None
            button = QToolButton()
            button.setIcon(QIcon(to_qpixmap(extract_crop(display, face.quad, PICTURE_PX))))
            button.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.buttons.addButton(button, index)
            self._row.insertWidget(index, button)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.refresh()  # the button stays up until that face is there
        if index != self._document.faces.index:
            self.face_chosen.emit(index)


def _same(faces: Sequence[FaceBox], others: Sequence[FaceBox]) -> bool:
    """Whether the faces lie alike."""
    if len(faces) != len(others):
        return False
    pairs = zip(faces, others, strict=True)
    return all(np.array_equal(a.quad, b.quad) for a, b in pairs)
