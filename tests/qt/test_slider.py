"""Sliders of the panels: the wheel, held keys, typed numbers, and zero in the middle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from s2flow_app.app import Editor
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.panels import slider as slider_module
from s2flow_app.ui.panels.slider import TitledSlider
from s2flow_app.ui.theme import apply_theme

Key = Qt.Key
HIGHLIGHT = {"dark": QColor("#2a6be6"), "light": QColor("#2563eb")}


def turn_wheel(widget: QWidget, steps: int = 1) -> None:
    """As the window system sends it: to the window, which passes it on."""
    window = widget.window()
    at = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), at, QPoint(0, 120 * steps))


@pytest.fixture
def scrolled(qtbot) -> tuple[QScrollArea, TitledSlider]:
    area, inner = QScrollArea(), QWidget()
    column = QVBoxLayout(inner)
    sliders = [TitledSlider(f"Slider {i}", -100, 100, 0) for i in range(12)]
    for each in sliders:
        column.addWidget(each)
    area.setWidget(inner)
    area.resize(240, 160)
    qtbot.addWidget(area)
    area.show()
    area.activateWindow()
    qtbot.waitExposed(area)
    area.setFocus()
    return area, sliders[0]


def test_the_wheel_over_a_slider_scrolls_its_panel(scrolled) -> None:
    area, slider = scrolled
    for control in (slider.slider, slider.number):
        area.verticalScrollBar().setValue(0)
        turn_wheel(control, -1)
        assert slider.value == 0
        assert area.verticalScrollBar().value() > 0


def test_the_wheel_moves_the_slider_that_has_the_focus(scrolled) -> None:
    area, slider = scrolled
    for control in (slider.slider, slider.number):
        control.setFocus()
        before = slider.value
        turn_wheel(control)
        assert slider.value > before
        assert area.verticalScrollBar().value() == 0


def test_turns_of_the_wheel_that_follow_each_other_are_one_gesture(
    qtbot, scrolled, monkeypatch
) -> None:
    _, slider = scrolled
    changes, ends = [], []
    slider.changed.connect(changes.append)
    slider.released.connect(lambda: ends.append(slider.value))
    slider.slider.setFocus()
    for _ in range(4):
        turn_wheel(slider.slider)
    assert len(changes) == 4 and ends == []
    qtbot.waitUntil(lambda: ends == [slider.value])


def hold(widget: QWidget, key: Key, times: int) -> None:
    """As an X server repeats a key that is held."""
    for _ in range(times):
        QTest.keyPress(widget, key)


@pytest.mark.parametrize("on_number", [False, True])
def test_a_held_arrow_key_is_one_gesture(scrolled, on_number) -> None:
    _, slider = scrolled
    ends = []
    slider.released.connect(lambda: ends.append(slider.value))
    control = slider.number if on_number else slider.slider
    control.setFocus()
    hold(control, Key.Key_Up, 1)
    QTest.qWait(slider_module.GESTURE_MS + 200)  # before a key repeats
    hold(control, Key.Key_Up, 4)
    assert slider.value == 5 and ends == []
    QTest.keyRelease(control, Key.Key_Up)
    assert ends == [5]


def test_leaving_a_slider_ends_its_gesture(scrolled) -> None:
    area, slider = scrolled
    ends = []
    slider.released.connect(lambda: ends.append(slider.value))
    slider.slider.setFocus()
    turn_wheel(slider.slider)
    area.setFocus()
    assert ends == [slider.value] and slider.value > 0


def test_a_number_is_typed(scrolled) -> None:
    _, slider = scrolled
    changes, ends = [], []
    slider.changed.connect(changes.append)
    slider.released.connect(lambda: ends.append(slider.value))
    slider.number.setFocus()
    slider.number.selectAll()
    QTest.keyClicks(slider.number, "-37")
    assert changes == []
    QTest.keyClick(slider.number, Key.Key_Return)
    assert slider.value == -37 and changes == [-37] and ends == [-37]
    slider.number.selectAll()
    QTest.keyClicks(slider.number, "80")
    QTest.keyClick(slider.number, Key.Key_Escape)
    QTest.keyClick(slider.number, Key.Key_Return)
    assert slider.value == -37 and changes == [-37]


def test_what_the_program_sets_is_shown_and_not_told(scrolled) -> None:
    _, slider = scrolled
    told = []
    slider.changed.connect(told.append)
    slider.released.connect(lambda: told.append("end"))
    slider.set_value(64)
    assert (slider.value, slider.number.value(), told) == (64, 64, [])


def coloured_columns(slider: TitledSlider, colour: QColor) -> list[int]:
    """Columns of the slider in which the bar's colour shows."""
    image = QImage(slider.slider.size(), QImage.Format.Format_RGB32)
    slider.slider.render(image)
    middle = range(image.height() // 2 - 1, image.height() // 2 + 2)
    return [
        x for x in range(image.width())
        if any(image.pixelColor(x, y) == colour for y in middle)
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_slider_about_zero_is_filled_from_its_middle(qapp, scrolled, theme) -> None:
    apply_theme(qapp, theme)
    _, slider = scrolled
    width = slider.slider.width()
    for value in (-100, -40, 40, 100):
        slider.set_value(value)
        columns = coloured_columns(slider, HIGHLIGHT[theme])
        assert columns, value
        side = [x for x in columns if (x > width / 2 + 8) != (value > 0) and abs(x - width / 2) > 8]
        assert side == [], value
        assert abs((columns[0] if value > 0 else columns[-1]) - width / 2) < 4, value
    slider.set_value(0)
    assert coloured_columns(slider, HIGHLIGHT[theme]) == []
    apply_theme(qapp, "dark")


@pytest.fixture
def editor(qapp, qtbot, fake_session, tmp_path: Path, monkeypatch) -> Iterator[Editor]:
    monkeypatch.setattr(unsaved, "ask_about_unsaved", lambda *_: "discard")
    settings = Settings(terms_shown="Only to be faked.", tour_seen=True)
    made = Editor(qapp, settings, tmp_path / "settings.json", make_session=lambda: fake_session)
    qtbot.addWidget(made.window)
    made.start([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: made.document.has_face and bool(made.window.style_panel.sliders))
    yield made
    made.document.edits.discard()
    made.close()


def test_a_held_key_and_a_turn_of_the_wheel_are_one_undo_step_each(qtbot, editor: Editor) -> None:
    panel, document = editor.window.style_panel, editor.document
    for slider in (panel.sliders["age"], panel.variation):
        slider.slider.setFocus()
        hold(slider.slider, Key.Key_Up, 4)
        QTest.keyRelease(slider.slider, Key.Key_Up)
        assert sum(step.done for step in document.history.steps()) == 1
        for _ in range(3):
            turn_wheel(slider.slider)
        qtbot.waitUntil(lambda s=slider: not s.slider.is_moved_by_hand)
        assert sum(step.done for step in document.history.steps()) == 2
        document.history.undo()
        assert slider.value == 4
        document.history.undo()
        assert slider.value == 0


def test_the_wheel_leaves_the_boxes_of_panels_alone(editor: Editor) -> None:
    window = editor.window
    window.canvas.setFocus()
    box = window.style_panel.regions
    size = window.tool_options.controls["size_px"]
    before = window.canvas.brush_size
    turn_wheel(box, -1)
    turn_wheel(size)
    assert box.currentIndex() == 0 and window.canvas.brush_size == before


def test_a_preview_under_way_is_shown_at_its_slider_and_no_older_time_stands(
    qtbot, editor: Editor, fake_session, make_gate
) -> None:
    window, sliders = editor.window, editor.window.style_panel.sliders
    sliders["age"].slider.setValue(10)
    qtbot.waitUntil(lambda: "ms" in window.status.latency.text())
    gate = fake_session.script["preview"] = make_gate()
    sliders["smile"].slider.setValue(20)
    qtbot.waitUntil(gate.entered.is_set)
    assert sliders["smile"].is_busy and not sliders["age"].is_busy
    assert window.status.latency.text() == "Preview…"
    fake_session.script.clear()
    gate.open()
    qtbot.waitUntil(lambda: "ms" in window.status.latency.text())
    assert not sliders["smile"].is_busy


@pytest.mark.parametrize("how", ["undo", "discard"])
def test_nothing_is_said_to_be_under_way_when_nothing_is_asked(
    qtbot, editor: Editor, fake_session, make_gate, how
) -> None:
    slider = editor.window.style_panel.sliders["age"]
    gate = fake_session.script["preview"] = make_gate()
    slider.slider.setValue(30)
    assert slider.is_busy
    if how == "undo":
        editor.document.history.undo()
    else:
        editor.document.edits.discard()
    assert not slider.is_busy and editor.window.status.latency.text() == ""
    gate.open()
