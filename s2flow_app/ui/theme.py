"""Colours of the window: a full palette on Fusion, since the platform's own may be anything."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

SCHEMES = {
    "dark": ("#232529", "#1b1d20", "#2e3136", "#e4e6ea", "#8b9099", "#3d7eff", "#ffffff"),
    "light": ("#f2f3f5", "#ffffff", "#e4e6ea", "#1d1f23", "#82868e", "#2563eb", "#ffffff"),
}
"""window, base, button, text, disabled text, highlight, highlighted text."""

STYLE = """
QToolTip { padding: 4px; }
QDockWidget::title { padding: 6px 8px; }
QTreeView::indicator { border: 1px solid palette(placeholder-text); width: 11px; height: 11px; }
QTreeView::indicator:checked { background: palette(highlight); border-color: white; }
QGroupBox { border: none; margin-top: 18px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0px; padding: 2px 0px; }
"""


def apply_theme(application: QApplication, name: str) -> None:
    """``dark`` or ``light``."""
    window, base, button, text, disabled, highlight, on_highlight = map(QColor, SCHEMES[name])
    role = QPalette.ColorRole
    palette = QPalette()
    for colour, roles in (
        (window, (role.Window, role.AlternateBase)),
        (base, (role.Base, role.ToolTipBase)),
        (button, (role.Button, role.Mid)),
        (text, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText)),
        (disabled, (role.PlaceholderText,)),
        (highlight, (role.Highlight, role.Link, role.Accent)),
        (on_highlight, (role.HighlightedText, role.BrightText)),
        (button.lighter(125), (role.Light, role.Midlight)),
        (window.darker(140), (role.Dark, role.Shadow)),
    ):
        for each in roles:
            palette.setColor(each, colour)
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, disabled)
    application.setStyle("Fusion")
    application.setPalette(palette)
    application.setStyleSheet(STYLE)
