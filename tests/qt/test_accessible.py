"""Every control of the window and its dialogs: named for screen readers, told, reached by Tab."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from s2flow_app.app import Editor
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.dialogs.command_palette import CommandPalette
from s2flow_app.ui.dialogs.gallery import GalleryDialog
from s2flow_app.ui.dialogs.import_files import ImportDialog
from s2flow_app.ui.dialogs.packs import PackDialog
from s2flow_app.ui.dialogs.shortcuts import ShortcutDialog
from s2flow_app.ui.help.help_window import HelpWindow
from s2flow_app.ui.translate import set_language

CONTROLS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QAbstractItemView, QComboBox, QLineEdit,
    QTextBrowser,
)  # fmt: skip
BACK = Qt.KeyboardModifier.ShiftModifier

DIALOGS: dict[str, Callable[[Editor], QWidget]] = {
    "palette": lambda e: CommandPalette(list(e.window.actions_.all.values()), e.window),
    "shortcuts": lambda e: ShortcutDialog(e.window.actions_, e.window),
    "gallery": lambda e: GalleryDialog(e.editing, 40, e.window),
    "packs": lambda e: PackDialog("none", e.window),
    "import": lambda e: ImportDialog((), e.window),
    "guide": lambda e: HelpWindow(e.window),
}


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face)
    yield made
    made.document.edits.discard()
    made.close()


def controls(window: QWidget) -> list[QWidget]:
    """Without what Qt makes as parts of them, and names itself."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, (QScrollBar, QHeaderView))
        and not widget.objectName().startswith("qt_")
        and not _is_part(widget)
    ]


def _is_part(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return parent is not None and (
        parent.inherits("QComboBoxPrivateContainer")
        or isinstance(parent, (QTabBar, QAbstractSpinBox))
        or parent.inherits("QKeySequenceEdit")
    )


def name(widget: QWidget) -> str:
    return widget.accessibleName() or getattr(widget, "text", str)()


def is_standard(widget: QWidget) -> bool:
    """OK, Cancel: said by themselves."""
    return isinstance(widget.parentWidget(), QDialogButtonBox)


def untold(window: QWidget) -> list[str]:
    wrong = []
    for widget in controls(window):
        told = bool(widget.toolTip()) or is_standard(widget)
        reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if not (name(widget) and told and reached):
            wrong.append(f"{type(widget).__name__} '{name(widget)}' told={told} reached={reached}")
    return wrong


def tabbed_through(window: QWidget, first: QWidget, modifier=Qt.KeyboardModifier.NoModifier):
    """All widgets that have the focus by turns while Tab is pressed."""
    window.activateWindow()
    first.setFocus()
    seen: list[QWidget] = []
    for _ in range(400):
        now = QApplication.focusWidget()
        assert now is not None
        if now in seen:
            break
        seen.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab, modifier)
    return seen


def test_every_control_of_the_window_is_named_told_and_can_be_reached(editor: Editor) -> None:
    assert untold(editor.window) == []


@pytest.mark.parametrize("which", DIALOGS)
def test_every_control_of_a_dialog_is_named_told_and_can_be_reached(
    qtbot, editor: Editor, which: str
) -> None:
    dialog = DIALOGS[which](editor)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    try:
        assert untold(dialog) == []
        usable = [w for w in controls(dialog) if w.isVisible() and w.isEnabled()]
        seen = tabbed_through(dialog, usable[0])
        missed = [name(w) for w in usable if w not in seen and w.focusProxy() not in seen]
        assert missed == []
    finally:
        dialog.close()


@pytest.mark.parametrize("in_front", ["Style", "Shapes"])
def test_tab_reaches_every_control_that_is_seen(qtbot, editor: Editor, in_front: str) -> None:
    """Backwards: Tab itself hides the panels when the canvas has the focus."""
    window = editor.window
    window.docks.by_name[in_front].raise_()
    qtbot.waitUntil(lambda: not window.docks.by_name[in_front].visibleRegion().isEmpty())
    usable = [w for w in controls(window) if w.isVisible() and w.isEnabled()]
    assert len(usable) > 30
    seen = tabbed_through(window, window.canvas, BACK)
    missed = [name(w) for w in usable if w not in seen and w.focusProxy() not in seen]
    assert missed == []


def test_the_tour_is_named_and_reached(editor: Editor) -> None:
    editor.window.preferences.show_tour()
    tour = editor.window.preferences.tour
    assert tour is not None
    assert untold(tour) == []
    assert QApplication.focusWidget() is tour.next
    QTest.keyClick(tour.next, Qt.Key.Key_Escape)
    assert editor.window.preferences.tour is None


def test_a_key_opens_a_panel_with_the_keyboard_on_it(qtbot, editor: Editor) -> None:
    window = editor.window
    shapes = window.docks.by_name["Shapes"]
    assert shapes.visibleRegion().isEmpty()
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    focused = QApplication.focusWidget()
    assert focused is not None and shapes.isAncestorOf(focused)
    qtbot.waitUntil(lambda: not shapes.visibleRegion().isEmpty())
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert shapes.isHidden() and not window.actions_["panel.shapes"].isChecked()


def test_a_held_key_shows_the_unedited_picture(qtbot, editor: Editor) -> None:
    window = editor.window
    window.actions_.set_keys({"hold_compare": ("F8",)})
    assert window.actions_["hold_compare"].toolTip().endswith("(F8)")
    qtbot.keyPress(window.canvas, Qt.Key.Key_F8)
    assert window.canvas._pictures.comparing
    qtbot.keyRelease(window.canvas, Qt.Key.Key_F8)
    assert not window.canvas._pictures.comparing
    qtbot.keyPress(window.canvas, Qt.Key.Key_Backslash)
    assert not window.canvas._pictures.comparing


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_window_fits_a_full_hd_screen_at_200_percent(qapp, qtbot, tmp_path, language) -> None:
    settings = Settings(language=language, tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "s.json", make_session=lambda: None)  # type: ignore[arg-type]
    qtbot.addWidget(made.window)
    smallest = made.window.minimumSizeHint()
    assert smallest.width() <= 960 and smallest.height() <= 480  # a title and a task bar beside it
    set_language(qapp, "en")
    assert made.close()
