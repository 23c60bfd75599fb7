"""One page of the guide as rich text: Markdown, with pictures as wide as there is room."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QDesktopServices,
    QFont,
    QFontDatabase,
    QHelpEvent,
    QHideEvent,
    QImage,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QToolTip, QWidget

from s2flow_app.ui.help.guide import anchor_of

MARGIN_PX: Final = 18
MAX_TEXT_PX: Final = 820
"""Lines are no longer, however wide the window is."""
IN_BROWSER: Final = ("http", "https")
_FEATURES: Final = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_CODE_SIZE: Final = 0.92
_OBJECT: Final = "\ufffc"
"""Stands for a picture in a block's text."""
_HEADING_SIZES: Final = {1: 1.7, 2: 1.3, 3: 1.1}
"""In the sizes of the text."""


class PageView(QTextBrowser):
    """Shows files; a link to another file is asked for, one to the web opens in the browser."""

    page_wanted = Signal(QUrl)
    """A page of the guide, perhaps with an anchor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._url, self._originals = QUrl(), dict[str, QImage]()
        self._words: list[str] = []
        self.target = ""
        """Where the link under the pointer leads to, if out of the program."""
        self._fitting = QTimer(self, singleShot=True, interval=50)
        self._fitting.timeout.connect(self._fit)
        self._top = self._fitted_px = 0
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes would change the width with every page.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.anchorClicked.connect(self._follow)
        self.highlighted.connect(self._tell_target)

    @property
    def url(self) -> QUrl:
        """What is shown."""
        return self._url

    def show_page(self, url: QUrl, words: list[str] | None = None) -> None:
        """Show a file's page from the anchor of ``url`` on, with ``words`` marked."""
        same = self._url.toLocalFile() == url.toLocalFile() and not self._url.isEmpty()
        self._url, self._words = url, words or []
        if not same:
            self._load()
        self._mark()
        if url.hasFragment():
            self.scrollToAnchor(url.fragment())
        else:
            self.verticalScrollBar().setValue(0)

    def _load(self) -> None:
        path = Path(self._url.toLocalFile())
        self._fitting.stop()  # it is laid out for the width that there is now
        self._originals.clear()
        self.document().setBaseUrl(QUrl.fromLocalFile(str(path)))
        self.document().setMarkdown(path.read_text(encoding="utf-8"), _FEATURES)
        self._lay_out()
        self._fit_pictures()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures beside the page; nothing from anywhere else."""
        url = self.document().baseUrl().resolved(QUrl(name))
        if kind == QTextDocument.ResourceType.ImageResource.value and url.isLocalFile():
            return self._original(url)
        return None

    def changeEvent(self, event: QEvent) -> None:
        top = self.cursorForPosition(QPoint(MARGIN_PX, 0)).position()
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.FontChange)
        if event.type() in kinds and not self._url.isEmpty():
            self._load()
            self._mark()
            self._scroll_to(top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if not self._fitting.isActive():
            self._top = self.cursorForPosition(QPoint(MARGIN_PX, 0)).position()
        super().resizeEvent(event)
        self._set_margins()
        self._fit_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        self._fitting.stop()
        super().hideEvent(event)

    def _fit_soon(self) -> None:
        if self.isVisible() and self._room_px() != self._fitted_px:
            self._fitting.start()

    def _room_px(self) -> int:
        """How wide a picture may be."""
        return min(MAX_TEXT_PX, self.viewport().width() - 2 * MARGIN_PX)

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        target = self._url.resolved(url) if url.isRelative() else url
        if target.isLocalFile():
            self.page_wanted.emit(target)
        elif target.scheme() in IN_BROWSER:
            QDesktopServices.openUrl(target)

    @Slot(QUrl)
    def _tell_target(self, url: QUrl) -> None:
        self.target = url.toString() if url.scheme() in IN_BROWSER else ""

    def viewportEvent(self, event: QEvent) -> bool:
        """A link that leaves the program says where it goes; the text has no tip over it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.target, self.viewport())
            return True
        return super().viewportEvent(event)

    # --- how it looks -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._set_margins()
        block = self.document().begin()
        while block.isValid():
            self._lay_out_block(block)
            block = block.next()
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._lay_out_table(frame)

    def _lay_out_block(self, block: QTextBlock) -> None:
        cursor, form = QTextCursor(block), block.blockFormat()
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.setPosition(block.position())
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        change, chars = QTextBlockFormat(), QTextCharFormat()
        size = self.font().pointSizeF()
        if level := form.headingLevel():
            chars.setFontPointSize(size * _HEADING_SIZES.get(level, 1.0))
            chars.setFontWeight(QFont.Weight.DemiBold)
            chars.setAnchor(True)
            chars.setAnchorNames([anchor_of(block.text())])
            change.setTopMargin(size * (0.4 if level == 1 else 1.8))
            change.setBottomMargin(size * 0.5)
            cursor.setCharFormat(chars)  # not merged: Qt's own relative size goes
        elif form.hasProperty(QTextFormat.Property.BlockCodeFence):
            first = not _is_code(block.previous())
            last = not _is_code(block.next())
            chars.setFontFamilies(_fixed_families())
            change.setBackground(self.palette().color(QPalette.ColorRole.AlternateBase))
            change.setLeftMargin(size)
            change.setRightMargin(size)
            change.setNonBreakableLines(False)
            change.setTopMargin(size * 0.6 if first else 0)
            change.setBottomMargin(size * 0.6 if last else 0)
            cursor.mergeCharFormat(chars)
        elif cursor.currentTable() is None and _OBJECT not in block.text():
            change.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(change)
        if not form.headingLevel():
            _shrink_code(block, size * _CODE_SIZE)

    def _lay_out_table(self, table: QTextTable) -> None:
        form = table.format()
        form.setBorder(0)
        form.setBorderCollapse(True)
        form.setCellSpacing(0)
        form.setTopMargin(6)
        form.setBottomMargin(10)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        table.setFormat(form)
        line = QTextTableCellFormat()
        line.setBottomBorder(1)
        line.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        line.setBottomBorderBrush(self.palette().color(QPalette.ColorRole.Mid))
        line.setTopPadding(4)
        line.setBottomPadding(4)
        line.setRightPadding(10)
        for row in range(table.rows()):
            for column in range(table.columns()):
                table.cellAt(row, column).setFormat(line)

    def _set_margins(self) -> None:
        root = self.document().rootFrame()
        form: QTextFrameFormat = root.frameFormat()
        form.setMargin(MARGIN_PX)
        form.setRightMargin(max(MARGIN_PX, self.viewport().width() - MAX_TEXT_PX - MARGIN_PX))
        root.setFrameFormat(form)

    # --- pictures -----------------------------------------------------------------------------

    def _original(self, url: QUrl) -> QImage:
        """A picture in its own size; an empty one if it is not there."""
        path = url.toLocalFile()
        if path not in self._originals:
            self._originals[path] = QImage(path)
        return self._originals[path]

    @Slot()
    def _fit(self) -> None:
        """After a change of size; what was at the top stays there."""
        self._fit_pictures()
        self._scroll_to(self._top)

    def _scroll_to(self, position: int) -> None:
        """Have a place of the text at the top."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() if position else 0)

    def _fit_pictures(self) -> None:
        """Scale all pictures to the width of the text, no larger than they are."""
        document, ratio = self.document(), self.devicePixelRatioF()
        room = self._fitted_px = self._room_px()
        for at, name in _pictures(document):
            original = self._original(document.baseUrl().resolved(QUrl(name)))
            if original.isNull() or room < 1:
                continue
            width = min(original.width(), room)
            pixels = min(original.width(), round(width * ratio))
            scaled = original.scaledToWidth(pixels, Qt.TransformationMode.SmoothTransformation)
            scaled.setDevicePixelRatio(pixels / width)
            document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), scaled)
            form = QTextImageFormat()
            form.setName(name)
            form.setWidth(width)
            form.setHeight(round(original.height() * width / original.width()))
            cursor = QTextCursor(document)
            cursor.setPosition(at)
            cursor.movePosition(
                QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
            )
            cursor.mergeCharFormat(form)

    # --- words that were looked for -----------------------------------------------------------

    def _mark(self) -> None:
        """Every place of the words."""
        marks = []
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        on_it = self.palette().color(QPalette.ColorRole.HighlightedText)
        for word in self._words:
            cursor = self.document().find(word, 0)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor  # type: ignore[attr-defined]
                mark.format.setBackground(colour)  # type: ignore[attr-defined]
                mark.format.setForeground(on_it)  # type: ignore[attr-defined]
                marks.append(mark)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(marks)


def _shrink_code(block: QTextBlock, size: float) -> None:
    """Code as high as the text about it, which fixed fonts are not by themselves."""
    small = QTextCharFormat()
    small.setFontPointSize(size)
    for start, length, form in _pieces(block):
        if form.fontFixedPitch():
            cursor = QTextCursor(block)
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(small)


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)


def _fixed_families() -> list[str]:
    return [QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family(), "monospace"]


def _pictures(document: QTextDocument) -> list[tuple[int, str]]:
    """(position, name) of each picture."""
    found = []
    block = document.begin()
    while block.isValid():
        for start, _, form in _pieces(block):
            if form.isImageFormat():
                found.append((start, form.toImageFormat().name()))
        block = block.next()
    return found


def _pieces(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """(position, length, format) of each part of a block that looks alike."""
    found = []
    pieces = block.begin()
    while not pieces.atEnd():
        piece = pieces.fragment()
        found.append((piece.position(), piece.length(), piece.charFormat()))
        pieces += 1
    return found
