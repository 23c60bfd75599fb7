"""The program's icon as Windows (`.ico`) and macOS (`.icns`) want it, drawn from `icon.svg`.

python installer/icons.py FOLDER
"""

import io
import os
import sys
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE: Final = Path(__file__).resolve().parents[1] / "resources" / "icon.svg"
ICO_PX: Final = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
ICNS_PX: Final = (16, 32, 64, 128, 256, 512, 1024)


def drawn(side_px: int) -> Image.Image:
    """The icon at one size, drawn at it: not scaled from another."""
    renderer = QSvgRenderer(str(SOURCE))
    if not renderer.isValid():
        raise ValueError(f"{SOURCE} is no SVG")
    image = QImage(side_px, side_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, side_px, side_px))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    return Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGBA")


def write_icons(folder: Path) -> list[Path]:
    """Write s2flow.ico and s2flow.icns; returns their paths."""
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    folder.mkdir(parents=True, exist_ok=True)
    ico, icns = folder / "s2flow.ico", folder / "s2flow.icns"
    of_ico = [drawn(px) for px in ICO_PX]
    of_ico[-1].save(ico, sizes=[i.size for i in of_ico], append_images=of_ico[:-1])
    of_icns = [drawn(px) for px in ICNS_PX]
    of_icns[-1].save(icns, append_images=of_icns[:-1])
    del application
    return [ico, icns]


if __name__ == "__main__":
    for path in write_icons(Path(sys.argv[1])):
        print(path)
