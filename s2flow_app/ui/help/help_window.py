"""The window of the user guide: contents, search, back and forward (F1)."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.ui.help.guide import INDEX, Hit, contents, page_in, search
from s2flow_app.ui.help.page_view import PageView
from s2flow_app.ui.icons import themed_icon

_URL: Final = Qt.ItemDataRole.UserRole
SIZE: Final = QSize(1160, 800)
CONTENTS_PX: Final = 300


class HelpWindow(QWidget):
    """A window of its own beside the editor, in the editor's language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.language = QLocale().name().split("_")[0]
        self.setWindowTitle(self.tr("User guide"))
        self.resize(SIZE)
        self.page = PageView()
        self.page.setAccessibleName(self.tr("Page of the guide"))
        self.page.setToolTip(self.tr("A page of the guide; Tab goes from link to link"))
        self._back, self._ahead = list[tuple[QUrl, int]](), list[tuple[QUrl, int]]()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the guide"))
        self.search.setAccessibleName(self.tr("Search the guide"))
        self.search.setToolTip(
            self.tr("Sections that have all of these words (Ctrl+F); Esc clears")
        )
        self.contents, self.hits, self.nothing = QTreeWidget(), QListWidget(), QLabel()
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName(self.tr("Contents"))
        self.contents.setToolTip(self.tr("The pages of the guide"))
        self.hits.setAccessibleName(self.tr("Sections found"))
        self.hits.setToolTip(self.tr("Sections that have all words"))
        self.hits.setWordWrap(True)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.setMargin(8)
        self.side = QStackedWidget()
        for widget in (self.contents, self.hits, self.nothing):
            self.side.addWidget(widget)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(6, 6, 0, 6)
        column.addWidget(self.search)
        column.addWidget(self.side)
        parts = QSplitter()
        parts.addWidget(left)
        parts.addWidget(self.page)
        parts.setStretchFactor(1, 1)
        parts.setSizes([CONTENTS_PX, SIZE.width() - CONTENTS_PX])
        self.back = self._action("help.back", self.tr("Back"), "Alt+Left", self._go_back)
        self.forward = self._action(
            "help.forward", self.tr("Forward"), "Alt+Right", self._go_forward
        )
        self.home = self._action("help.home", self.tr("Contents"), "Alt+Home", self._go_home)
        bar = QToolBar()
        for action in (self.back, self.forward, self.home):
            bar.addAction(action)
            bar.widgetForAction(action).setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout()
        row.addWidget(bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(parts, 1)
        self._hidden_action("Ctrl+F", self._search_again)
        self._hidden_action("Ctrl+W", self.close)
        clear = QShortcut(QKeySequence("Esc"), self.search)
        clear.setContext(Qt.ShortcutContext.WidgetShortcut)
        clear.activated.connect(self.search.clear)
        self._fill_contents()
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._open_first)
        self.contents.itemClicked.connect(self._open_item)
        self.contents.itemActivated.connect(self._open_item)
        self.hits.itemClicked.connect(self._open_hit)
        self.hits.itemActivated.connect(self._open_hit)
        self.page.page_wanted.connect(self.open)
        self.open_page(INDEX)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for action in (self.back, self.forward, self.home):
                action.setIcon(themed_icon(action.objectName(), self.palette()))

    # --- pages --------------------------------------------------------------------------------

    def open_page(self, name: str) -> None:
        """A page by its name, perhaps with an anchor, as in ``tools.md#brush``."""
        file, _, anchor = name.partition("#")
        url = QUrl.fromLocalFile(str(page_in(self.language, file)))
        if anchor:
            url.setFragment(anchor)
        self.open(url)

    @Slot(QUrl)
    def open(self, url: QUrl, words: list[str] | None = None) -> None:
        """Show a page; *Back* leads to the one before."""
        if not Path(url.toLocalFile()).is_file():
            return
        if self.page.url != url:
            if not self.page.url.isEmpty():
                self._back.append(self._now())
            self._ahead.clear()
        self._show(url, words)

    def _show(self, url: QUrl, words: list[str] | None = None) -> None:
        self.page.show_page(url, words)
        self._refresh()

    def _now(self) -> tuple[QUrl, int]:
        return self.page.url, self.page.verticalScrollBar().value()

    @Slot()
    def _go_back(self) -> None:
        self._go(self._back, self._ahead)

    @Slot()
    def _go_forward(self) -> None:
        self._go(self._ahead, self._back)

    def _go(self, source: list[tuple[QUrl, int]], other: list[tuple[QUrl, int]]) -> None:
        if source:
            other.append(self._now())
            url, at = source.pop()
            self._show(url)
            self.page.verticalScrollBar().setValue(at)

    @Slot()
    def _go_home(self) -> None:
        self.search.clear()
        self.open_page(INDEX)

    def _refresh(self) -> None:
        self.back.setEnabled(bool(self._back))
        self.forward.setEnabled(bool(self._ahead))
        shown = Path(self.page.url.toLocalFile())
        for item in self._page_items():
            if Path(item.data(0, _URL).toLocalFile()) == shown:
                self.contents.setCurrentItem(item)
                return
        self.contents.setCurrentItem(None)  # type: ignore[arg-type] - no row

    # --- contents and search ------------------------------------------------------------------

    def _fill_contents(self) -> None:
        for chapter in contents(self.language):
            head = QTreeWidgetItem(self.contents, [chapter.title])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for title, page in chapter.pages:
                item = QTreeWidgetItem(head, [title])
                item.setToolTip(0, title)
                item.setData(0, _URL, QUrl.fromLocalFile(str(page)))
        self.contents.expandAll()

    def _page_items(self) -> list[QTreeWidgetItem]:
        heads = [self.contents.topLevelItem(i) for i in range(self.contents.topLevelItemCount())]
        items = [head.child(i) for head in heads if head for i in range(head.childCount())]
        return [item for item in items if item]

    @Slot(QTreeWidgetItem)
    def _open_item(self, item: QTreeWidgetItem) -> None:
        url = item.data(0, _URL)
        if url is not None:
            self.open(url)

    @Slot(str)
    def _search(self, text: str) -> None:
        self.hits.clear()
        if not text.strip():
            self.side.setCurrentWidget(self.contents)
            return
        found = search(self.language, text)
        for hit in found:
            self._add(hit)
        if not found:
            self.nothing.setText(self.tr("Nothing in the guide has “{0}”.").format(text.strip()))
        self.side.setCurrentWidget(self.hits if found else self.nothing)

    def _add(self, hit: Hit) -> None:
        section = hit.section
        title = section.page_title
        if section.anchor:
            title = f"{title}: {section.title}"
        item = QListWidgetItem(f"{title}\n{hit.snippet}", self.hits)
        url = QUrl.fromLocalFile(str(section.page))
        if section.anchor:
            url.setFragment(section.anchor)
        item.setData(_URL, url)

    @Slot(QListWidgetItem)
    def _open_hit(self, item: QListWidgetItem) -> None:
        self.open(item.data(_URL), self.search.text().split())

    @Slot()
    def _open_first(self) -> None:
        if self.hits.count():
            self.hits.setCurrentRow(0)
            self._open_hit(self.hits.item(0))

    @Slot()
    def _search_again(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # --- actions ------------------------------------------------------------------------------

    def _action(self, icon: str, text: str, keys: str, do: object) -> QAction:
        action = QAction(themed_icon(icon, self.palette()), text, self)
        action.setObjectName(icon)
        action.setShortcut(QKeySequence(keys))
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({shown})")
        action.triggered.connect(do)
        return action

    def _hidden_action(self, keys: str, do: object) -> None:
        action = QAction(self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(do)
        self.addAction(action)
