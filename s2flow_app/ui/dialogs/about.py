"""About: the version, the pack's terms, the licences of everything, and diagnostics to copy."""

from html import escape

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from s2flow_app import __version__
from s2flow_app.errors import UserError
from s2flow_app.log import log_file
from s2flow_app.third_party import (
    Software,
    lgpl_notice,
    licence_text,
    own_licence,
    pack_licence,
    software,
)
from s2flow_app.ui.dialogs.diagnostics import Diagnostics
from s2flow_app.ui.dialogs.notices import PROGRAM
from s2flow_app.ui.told import told

SIZE = QSize(760, 560)
ICON_PX = 64
_SOFTWARE = Qt.ItemDataRole.UserRole


class AboutDialog(QDialog):
    """Program, model pack, licences; `Copy diagnostics` puts a report on the clipboard."""

    def __init__(self, pack: str, terms: str, parent: QWidget | None = None) -> None:
        """
        Args:
            pack: the pack in use, and its device, as the status bar says them.
            terms: of that pack; empty while none is loaded.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("About S2-Flow Studio"))
        self.resize(SIZE)
        self.diagnostics = Diagnostics(self)
        self.diagnostics.collected.connect(self._copy)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("About S2-Flow Studio"))
        self.tabs.addTab(self._program(pack), self.tr("Program"))
        self.tabs.addTab(self._pack(terms), self.tr("Model pack"))
        self.licence = self._text(own_licence(), self.tr("Licence of the program"))
        self.tabs.addTab(self.licence, self.tr("Licence"))
        self.tabs.addTab(self._software(), self.tr("Other software"))
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.copy = QPushButton(self.tr("Copy diagnostics"))
        self.copy.setAccessibleName(self.tr("Copy diagnostics"))
        self.copy.setToolTip(
            self.tr("What 's2flow doctor' says, without your name and folders, for a report")
        )
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._collect)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        ending = close.button(QDialogButtonBox.StandardButton.Close)
        ending.setToolTip(self.tr("Close this window"))
        ending.setAccessibleName(self.tr("Close"))
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.said, 1)
        row.addWidget(close)
        whole = QVBoxLayout(self)
        whole.addWidget(self.tabs, 1)
        whole.addLayout(row)

    def done(self, result: int) -> None:
        self.diagnostics.stop()
        super().done(result)

    def _program(self, pack: str) -> QWidget:
        page = QWidget()
        icon = QLabel()
        icon.setPixmap(QApplication.windowIcon().pixmap(ICON_PX, ICON_PX))
        icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        log = log_file()
        lines = [
            self.tr(
                "Edits faces in photos by their label map and their style, after S2-Flow (Singh, "
                "Schaub-Meyer, Roth, BMVC 2022)."
            ),
            self.tr("Model pack: {0}").format(pack),
            self.tr(
                "Apache License 2.0, without warranty of any kind. Edit pictures of people only "
                "with their consent; exports are marked as edited with AI."
            ),
            self.tr("Log, kept on this computer only: {0}").format(log or "\u2013"),
        ]
        self.about = QLabel(
            f"<h2>{PROGRAM} {__version__}</h2>" + "".join(f"<p>{escape(x)}</p>" for x in lines)
        )
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.about.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout(page)
        row.addWidget(icon)
        row.addWidget(self.about, 1)
        return page

    def _pack(self, terms: str) -> QWidget:
        """The terms of the pack in use, and those that go with the built-in one."""
        texts = (told(terms), pack_licence())
        self.terms = self._text("\n\n".join(filter(None, texts)), self.tr("Terms of the pack"))
        return self.terms

    def _software(self) -> QWidget:
        self.list, self.details = QTreeWidget(), self._text("", self.tr("Licence text"))
        self.list.setHeaderLabels([self.tr("Name"), self.tr("Version"), self.tr("Licence")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName(self.tr("Other software"))
        self.list.setToolTip(
            self.tr("Software by others in the program; double-click opens its page")
        )
        try:
            for each in software():
                item = QTreeWidgetItem([each.name, each.version, each.licence])
                item.setData(0, _SOFTWARE, each)
                self.list.addTopLevelItem(item)
        except UserError as error:
            self.details.setPlainText(told(str(error)))
        for column in range(2):
            self.list.resizeColumnToContents(column)
        self.list.currentItemChanged.connect(self._show)
        self.list.itemDoubleClicked.connect(self._open)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.list)
        split.addWidget(self.details)
        split.setStretchFactor(1, 1)
        if (first := self.list.topLevelItem(0)) is not None:
            self.list.setCurrentItem(first)
        return split

    def _text(self, text: str, name: str) -> QPlainTextEdit:
        view = QPlainTextEdit(text)
        view.setReadOnly(True)
        view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        view.setAccessibleName(name)
        view.setToolTip(name)
        view.setTabChangesFocus(True)
        return view

    @Slot()
    def _show(self) -> None:
        each = self._selected()
        if each is None:
            return
        lines = [f"{each.name} {each.version}".strip(), each.licence, each.home]
        if each.within:
            lines.append(self.tr("In: {0}").format(", ".join(each.within)))
        notice = lgpl_notice() if each.licence.startswith("LGPL") else ""
        parts = ("\n".join(filter(None, lines)), notice, licence_text(each))
        self.details.setPlainText("\n\n".join(filter(None, parts)))

    def _selected(self) -> Software | None:
        item = self.list.currentItem()
        return item.data(0, _SOFTWARE) if item else None

    @Slot()
    def _open(self) -> None:
        each = self._selected()
        if each is not None and each.home:
            QDesktopServices.openUrl(QUrl(each.home))

    @Slot()
    def _collect(self) -> None:
        self.copy.setEnabled(False)
        self.said.setText(self.tr("Collecting…"))
        self.diagnostics.collect()

    @Slot(str)
    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copy.setEnabled(True)
        self.said.setText(self.tr("Copied. Look through it before you send it."))
