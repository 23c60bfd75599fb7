"""The program's own SVG icons, drawn in the colours of the theme."""

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

from s2flow_app.paths import resources_dir

_SIZES_PX = (20, 40, 60)


def set_icons(actions: Iterable[QAction], palette: QPalette) -> None:
    """Every action whose name has an SVG gets it; again after a change of the theme."""
    folder = resources_dir() / "icons"
    for action in actions:
        if (folder / f"{action.objectName()}.svg").is_file():
            action.setIcon(themed_icon(action.objectName(), palette))


def themed_icon(name: str, palette: QPalette) -> QIcon:
    """The icon of ``resources/icons/<name>.svg``."""
    file = resources_dir() / "icons" / f"{name}.svg"
    return _icon(file.read_text(encoding="utf-8"), palette)


def swatch(colour: QColor) -> QIcon:
    """A square of one colour, framed so that it is seen on every ground."""
    pixmap = QPixmap(_SIZES_PX[1], _SIZES_PX[1])
    pixmap.fill(colour)
    painter = QPainter(pixmap)
    painter.setPen(QPen(QColor(128, 128, 128), 4))
    painter.drawRect(pixmap.rect())
    painter.end()
    return QIcon(pixmap)


def _icon(svg: str, palette: QPalette) -> QIcon:
    icon = QIcon()
    for group, mode in (
        (QPalette.ColorGroup.Active, QIcon.Mode.Normal),
        (QPalette.ColorGroup.Disabled, QIcon.Mode.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size in _SIZES_PX:
            icon.addPixmap(_drawn(svg, colour, size), mode)
    return icon


def _drawn(svg: str, colour: QColor, size: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour.name()).encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
