"""What the last start left behind: to be recovered, deleted, or asked about another time."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.project.recovery import LeftSession
from s2flow_app.ui.image_qt import to_qpixmap

PICTURE_PX: Final = 96


class RecoveryDialog(QDialog):
    """A row for each session. It closes when one is recovered, or none is left."""

    recover_wanted = Signal(object)
    """`LeftSession`"""
    delete_wanted = Signal(object)
    """`LeftSession`, after the user was asked."""

    def __init__(self, sessions: Sequence[LeftSession], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recover unsaved work"))
        self.resize(620, 400)
        said = QLabel(
            self.tr(
                "The program ended before this work was saved. Each step up to the last moment is "
                "kept until you recover or delete it."
            )
        )
        said.setWordWrap(True)
        self.list = QListWidget()
        self.list.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(2)
        self.list.setAccessibleName(self.tr("Unsaved work"))
        self.list.setToolTip(self.tr("Double-click to recover"))
        for session in sessions:
            self._add(session)
        self.recover = self._button(self.tr("Recover"), self.tr("Go on where it stopped"))
        self.delete = self._button(self.tr("Delete…"), self.tr("Remove it from this computer"))
        self.later = self._button(self.tr("Later"), self.tr("Ask again at the next start"))
        self.recover.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self.delete)
        row.addStretch(1)
        row.addWidget(self.later)
        row.addWidget(self.recover)
        layout = QVBoxLayout(self)
        layout.addWidget(said)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        self.recover.clicked.connect(self._recover)
        self.delete.clicked.connect(self._delete)
        self.later.clicked.connect(self.reject)
        self.list.itemActivated.connect(self._recover)
        self.list.currentItemChanged.connect(self._enable)
        self.list.setCurrentRow(0)

    @property
    def session(self) -> LeftSession | None:
        """The one that is chosen."""
        item = self.list.currentItem()
        return None if item is None else item.data(Qt.ItemDataRole.UserRole)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        return button

    def _add(self, session: LeftSession) -> None:
        item = QListWidgetItem(self._icon(session), self._text(session))
        item.setData(Qt.ItemDataRole.UserRole, session)
        self.list.addItem(item)

    def _icon(self, session: LeftSession) -> QIcon:
        if session.picture is None:
            pixmap = QPixmap(PICTURE_PX, PICTURE_PX)
            pixmap.fill(Qt.GlobalColor.darkGray)
        else:
            size = QSize(PICTURE_PX, PICTURE_PX)
            smooth = Qt.TransformationMode.SmoothTransformation
            whole = Qt.AspectRatioMode.KeepAspectRatio
            pixmap = to_qpixmap(session.picture).scaled(size, whole, smooth)
        icon = QIcon()
        icon.addPixmap(pixmap, QIcon.Mode.Normal)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)  # or it would be tinted
        return icon

    def _text(self, session: LeftSession) -> str:
        moment = QDateTime.fromSecsSinceEpoch(int(session.written_s))
        lines = [
            session.name or self.tr("Unknown photo"),
            QLocale().toString(moment, QLocale.FormatType.ShortFormat),
        ]
        if session.kept is None:
            lines.append(self.tr("It is damaged: nothing of it can be read."))
            return "\n".join(lines)
        steps = self.tr("1 step") if session.steps == 1 else self.tr("{0} steps")
        faces = self.tr("1 face") if session.faces == 1 else self.tr("{0} faces")
        lines.append(f"{steps.format(session.steps)}, {faces.format(session.faces)}")
        if session.is_damaged:
            lines.append(self.tr("It is damaged: the last steps may be missing."))
        return "\n".join(lines)

    @Slot()
    def _enable(self) -> None:
        session = self.session
        self.recover.setEnabled(session is not None and session.kept is not None)
        self.delete.setEnabled(session is not None)

    @Slot()
    def _recover(self) -> None:
        session = self.session
        if session is not None and session.kept is not None:
            self.recover_wanted.emit(session)
            self.accept()

    @Slot()
    def _delete(self) -> None:
        session = self.session
        if session is None or not self._confirms(session):
            return
        self.list.takeItem(self.list.currentRow())
        self.delete_wanted.emit(session)
        if not self.list.count():
            self.accept()

    def _confirms(self, session: LeftSession) -> bool:
        buttons = QMessageBox.StandardButton
        name = session.name or self.tr("Unknown photo")
        answer = QMessageBox.question(
            self,
            self.tr("Delete unsaved work"),
            self.tr("Delete the unsaved work on {0}? It cannot be brought back.").format(name),
            buttons.Yes | buttons.Cancel,
            buttons.Cancel,
        )
        return answer == buttons.Yes
