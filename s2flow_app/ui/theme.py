"""Colours of the window: a full palette on Fusion, since the platform's own may be anything."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from s2flow_app.paths import resources_dir

SCHEMES = {
    "dark": (
        "#232529", "#1b1d20", "#2e3136", "#e4e6ea", "#b2b8c2", "#2a6be6", "#ffffff", "#82aaff",
    ),
    "light": (
        "#f2f3f5", "#ffffff", "#e4e6ea", "#1d1f23", "#5c616a", "#2563eb", "#ffffff", "#1d4ed8",
    ),
}  # fmt: skip
"""window, base, button, text, disabled text, highlight, highlighted text, link. All text has a
contrast of 4.5 at least, disabled text too."""

STYLE = """
QToolTip { padding: 4px; }
QDockWidget::title { padding: 6px 8px; }
QTreeView::indicator, QCheckBox::indicator {
    border: 1px solid palette(placeholder-text); border-radius: 2px;
    background: palette(base); width: 13px; height: 13px;
}
QTreeView::indicator:checked, QCheckBox::indicator:checked {
    background: palette(highlight); border-color: palette(bright-text); image: url("%(check)s");
}
QCheckBox::indicator:focus { border: 2px solid palette(highlight); }
QPushButton:checked {
    background: palette(highlight); color: palette(highlighted-text);
    border: 1px solid palette(dark); border-radius: 2px; padding: 3px 6px;
}
QGroupBox { border: none; margin-top: 18px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0px; padding: 2px 0px; }
"""


def apply_theme(application: QApplication, name: str) -> None:
    """``dark`` or ``light``."""
    colours = map(QColor, SCHEMES[name])
    window, base, button, text, disabled, highlight, on_highlight, link = colours
    role = QPalette.ColorRole
    palette = QPalette()
    for colour, roles in (
        (window, (role.Window, role.AlternateBase)),
        (base, (role.Base, role.ToolTipBase)),
        (button, (role.Button, role.Mid)),
        (text, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText)),
        (disabled, (role.PlaceholderText,)),
        (highlight, (role.Highlight, role.Accent)),
        (link, (role.Link, role.LinkVisited)),
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
    check = (resources_dir() / "icons" / "check.svg").as_posix()
    application.setStyleSheet(STYLE % {"check": check})
