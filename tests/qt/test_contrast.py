"""All text of the window has a contrast of 4.5 : 1, in both themes and all states."""

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from s2flow_app.ui.panels.message_bar import COLOURS, MessageBar
from s2flow_app.ui.theme import SCHEMES, apply_theme

ENOUGH = 4.5
Role, Group = QPalette.ColorRole, QPalette.ColorGroup
PAIRS = (
    *product((Role.WindowText, Role.PlaceholderText, Role.Link), (Role.Window,)),
    *product(
        (Role.Text, Role.PlaceholderText, Role.Link, Role.LinkVisited),
        (Role.Base, Role.AlternateBase),
    ),
    (Role.ButtonText, Role.Button),
    (Role.ToolTipText, Role.ToolTipBase),
    (Role.HighlightedText, Role.Highlight),
)
CONTROLS = (QPushButton, QToolButton, QCheckBox, QComboBox, QLineEdit, QSpinBox)


def luminance(colour: QColor) -> float:
    """Relative, 0..1, as WCAG 2 defines it."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(v) for v in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.fixture(params=list(SCHEMES))
def theme(qapp: QApplication, request) -> Iterator[str]:
    apply_theme(qapp, request.param)
    yield request.param
    apply_theme(qapp, "dark")


@pytest.mark.parametrize("group", [Group.Active, Group.Inactive, Group.Disabled])
def test_the_palettes(qapp: QApplication, theme: str, group) -> None:
    palette = qapp.palette()
    low = {
        f"{text.name} on {ground.name}": round(found, 2)
        for text, ground in PAIRS
        if (found := contrast(palette.color(group, text), palette.color(group, ground))) < ENOUGH
    }
    assert low == {}


def shades(widget: QWidget) -> list[QColor]:
    """Of the ground that a control draws for itself, where its text would stand."""
    widget.resize(120, 30)
    widget.ensurePolished()
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(image)
    return [image.pixelColor(60, y) for y in range(9, 22)]


@pytest.mark.parametrize("kind", CONTROLS)
@pytest.mark.parametrize("state", ["normal", "disabled", "checked", "checked and disabled"])
def test_the_controls_as_they_are_drawn(qtbot, theme: str, kind, state: str) -> None:
    """Their ground, which the style shades, against the colour of their text."""
    widget = kind()
    qtbot.addWidget(widget)
    if "checked" in state:
        if kind is not QPushButton:
            pytest.skip("shows it by a mark or a shade")
        widget.setCheckable(True)
        widget.setChecked(True)
    if kind is QSpinBox:
        widget.setPrefix(" " * 40)
    widget.setEnabled("disabled" not in state)
    widget.show()
    role = {QLineEdit: Role.Text, QSpinBox: Role.Text, QCheckBox: Role.WindowText}
    text = Role.HighlightedText if "checked" in state else role.get(kind, Role.ButtonText)
    group = Group.Active if widget.isEnabled() else Group.Disabled
    colour = widget.palette().color(group, text)
    assert min(contrast(colour, shade) for shade in shades(widget)) >= ENOUGH


@pytest.mark.parametrize("kind", list(COLOURS))
def test_the_message_bar(qtbot, theme: str, kind: str) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say("What has happened.", kind)
    button = bar.findChild(QToolButton)
    assert button is not None
    for widget in (bar.label, button):
        widget.ensurePolished()
        role = widget.foregroundRole()
        assert contrast(widget.palette().color(role), QColor(COLOURS[kind])) >= ENOUGH
