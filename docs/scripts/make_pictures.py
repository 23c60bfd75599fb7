"""The pictures of the user guide, taken from the real window while a mouse works in it.

`make guide` runs it on a virtual screen, for English and German: ``make_pictures.py [LANGUAGE...]
[NAME...]``. The photo is the public-domain portrait of scikit-image. What needs no window is drawn
by `make_sheets`.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final, cast

import skimage.data
from make_sheets import SHAPE_REFERENCE, STYLE_REFERENCE, make_references, prepared
from PIL import Image, ImageOps
from pointer import click, drag, hover, move, press, release
from PySide6.QtCore import QBuffer, QEventLoop, QLocale, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from s2flow_app.app import Editor
from s2flow_app.label_shapes.transfer import PARTS
from s2flow_app.labels import EARRING, HAIR, HAT, RIGHT_BROW, SKIN
from s2flow_app.project.content import Content
from s2flow_app.project.journal_store import Kept
from s2flow_app.project.recovery import LeftSession
from s2flow_app.project.session_folders import SessionFolder
from s2flow_app.settings import Settings
from s2flow_app.ui.dialogs import unsaved
from s2flow_app.ui.dialogs.command_palette import CommandPalette
from s2flow_app.ui.dialogs.packs import PackDialog
from s2flow_app.ui.dialogs.recovery import RecoveryDialog
from s2flow_app.ui.told import told
from s2flow_app.ui.tools.registry import TOOLS
from s2flow_app.ui.tools.warp import Warp

DOCS: Final = Path(__file__).resolve().parent.parent
GUIDE: Final = DOCS / "guide"
LANGUAGES: Final = ["en", "de"]
WIDTH_PX: Final = 1000
"""No picture is wider."""
RESAMPLING: Final = Image.Resampling.LANCZOS
WAIT_S: Final = 240
SNAPSHOT: Final = {"en": "Smiling", "de": "Lächelnd"}
README: Final = ("editor", "style")
"""Pictures that the README shows, in their own folder and size."""
README_FOLDER: Final = DOCS / "images"
README_PX, WINDOW_PX, PARTS_PX = (1360, 854), (1180, 800), (820, 760)


def rest(ms: int) -> None:
    """Let the window work; `QTest.qWait` would keep Python's lock from the networks' thread."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


class Studio:
    """The editor on the sample photo, in one language."""

    def __init__(self, application: QApplication, language: str, folder: Path) -> None:
        self.folder = folder
        self.single, self.two = folder / "astronaut.png", folder / "two.png"
        Image.fromarray(skimage.data.astronaut()).save(self.single)
        _two_portraits().save(self.two)
        settings = Settings(
            language=language, tour_seen=True, label_opacity=0.4, last_folder=str(folder)
        )
        self.editor = Editor(application, settings, folder / f"{language}.json", device="cpu")
        self.window, self.document = self.editor.window, self.editor.document
        self.canvas = self.window.canvas
        self.editor.start([self.single])
        self.window.resize(*PARTS_PX)
        self.wait(lambda: self.document.has_face)
        self.window.actions_["tint"].trigger()
        self.idle()

    def wait(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(self.window.messages.text)
            rest(20)

    def idle(self) -> None:
        """Until nothing runs and all is painted."""
        rest(300)
        self.wait(lambda: not self.editor.editing.is_busy)
        rest(400)

    def at(self, x: float, y: float):
        return self.canvas.to_widget(x, y)

    def previewed(self) -> None:
        self.wait(lambda: self.document.edits.is_preview)
        self.idle()

    def apply(self) -> None:
        self.previewed()
        base = self.document.edits.base
        self.window.edit_panel.apply.click()
        self.wait(lambda: self.document.edits.base is not base)
        self.idle()

    def open(self, photo: Path) -> None:
        """A photo, without a history."""
        self.editor.editing.open_photo(photo)
        self.wait(lambda: self.editor.editing.is_busy)
        self.idle()
        self.wait(lambda: self.document.has_face and self.document.faces.name == photo.name)

    def back(self) -> None:
        """To the start, with the brush and hair."""
        if self.document.faces.name != self.single.name:
            self.open(self.single)
        self.canvas.set_tool("brush")
        self.canvas.options.set("symmetric", False)
        hover(self.canvas, self.at(-60, -60))
        while self.window.actions_["undo"].isEnabled():
            self.window.actions_["undo"].trigger()
        self.window.layers.set_current_class(HAIR)
        self.canvas.set_brush_size(24)
        self.idle()
        self.canvas.zoom_to_fit()

    def area(self, *widgets: QWidget) -> QRect:
        """The part of the window that holds these widgets."""
        found = QRect()
        for widget in widgets:
            found |= QRect(widget.mapTo(self.window, QPoint(0, 0)), widget.size())
        return found

    def workplace(self) -> QRect:
        """Tools, their options, and the canvas."""
        return self.area(self.window.tool_options, self.canvas)


# --- what is seen: name, how it comes about -----------------------------------------------------


def brush(s: Studio) -> QRect:
    s.canvas.set_brush_size(46)
    drag(s.canvas, *(s.at(x, y) for x, y in ((90, 250), (70, 320), (80, 380), (100, 440))))
    hover(s.canvas, s.at(104, 448))
    return s.workplace()


def eraser(s: Studio) -> QRect:
    brush(s)
    s.canvas.set_tool("eraser")
    drag(s.canvas, s.at(74, 300), s.at(74, 330))
    hover(s.canvas, s.at(74, 340))
    return s.workplace()


def protect(s: Studio) -> QRect:
    s.canvas.set_tool("protect")
    s.canvas.set_brush_size(50)
    drag(s.canvas, s.at(150, 246), s.at(220, 246))
    return s.workplace()


def fill(s: Studio) -> QRect:
    s.canvas.set_tool("fill")
    s.window.layers.set_current_class(HAIR)
    click(s.canvas, s.at(290, 90))
    return s.workplace()


def lasso(s: Studio) -> QRect:
    s.canvas.set_tool("lasso")
    points = [(190, 160), (256, 230), (330, 160), (300, 60), (220, 60)]
    press(s.canvas, s.at(*points[0]))
    for point in points[1:]:
        move(s.canvas, s.at(*point))
    return s.workplace()


def polygon(s: Studio) -> QRect:
    s.canvas.set_tool("polygon")
    s.window.layers.set_current_class(HAT)
    for point in ((100, 120), (180, 20), (340, 20), (430, 120)):
        click(s.canvas, s.at(*point))
    hover(s.canvas, s.at(270, 150))
    return s.workplace()


def rectangle(s: Studio) -> QRect:
    s.canvas.set_tool("rectangle")
    s.window.layers.set_current_class(HAT)
    press(s.canvas, s.at(120, 10))
    move(s.canvas, s.at(420, 110))
    return s.workplace()


def ellipse(s: Studio) -> QRect:
    s.canvas.set_tool("ellipse")
    s.window.layers.set_current_class(EARRING)
    press(s.canvas, s.at(98, 340))
    move(s.canvas, s.at(122, 372))
    return s.workplace()


def smart(s: Studio) -> QRect:
    s.canvas.set_tool("smart")
    drag(s.canvas, s.at(270, 80), s.at(340, 110))
    s.idle()
    return s.workplace()


def reshape(s: Studio) -> QRect:
    s.canvas.set_tool("reshape")
    click(s.canvas, s.at(180, 150))
    return s.workplace()


def transform(s: Studio) -> QRect:
    s.canvas.set_tool("transform")
    click(s.canvas, s.at(250, 300))
    drag(s.canvas, s.at(250, 300), s.at(250, 306))
    return s.workplace()


def warp(s: Studio) -> QRect:
    s.canvas.set_tool("warp")
    click(s.canvas, s.at(256, 385))
    return s.workplace()


def pick(s: Studio) -> QRect:
    s.canvas.set_tool("pick")
    click(s.canvas, s.at(250, 300))
    return s.workplace()


def pan(s: Studio) -> QRect:
    s.canvas.zoom_in()
    s.canvas.zoom_in()
    s.canvas.set_tool("pan")
    drag(s.canvas, s.at(256, 256), s.at(230, 200))
    return s.workplace()


def layers(s: Studio) -> QRect:
    s.document.layer_view.set_locked(SKIN, True)
    return s.area(s.window.docks.by_name["Layers"])


def edit_and_history(s: Studio) -> QRect:
    s.open(s.single)
    s.document.layer_view.reset()
    s.window.shapes_panel.presets["fuller_hair"].click()
    s.apply()
    s.window.shapes_panel.presets["raise_brows"].click()
    s.apply()
    docks = s.window.docks.by_name
    return s.area(docks["Edit"], docks["History"], docks["Style"])


def _two_lines(s: Studio) -> None:
    """A history with a snapshot and a line that was left."""
    s.open(s.single)
    for preset in ("fuller_hair", "smile"):
        s.window.shapes_panel.presets[preset].click()
        s.apply()
    timeline = s.document.history.tree
    assert timeline is not None
    s.document.history.name(timeline.current, SNAPSHOT[QLocale().name()[:2]])
    s.window.shapes_panel.presets["longer_hair"].click()
    s.apply()
    s.document.history.visit(timeline.line()[2])
    s.window.shapes_panel.presets["raise_brows"].click()
    s.apply()
    panel = s.window.history
    head = next(row for row in panel.model.rows if row.folded)
    panel.model.fold(head)


def history(s: Studio) -> QWidget:
    _two_lines(s)
    dock = s.window.docks.by_name["History"]
    dock.setFloating(True)
    dock.resize(330, 440)
    rest(300)
    return dock


def align(s: Studio) -> QRect:
    s.open(s.two)
    s.window.actions_["align"].trigger()
    rest(300)
    x, y = (float(v) for v in s.document.faces.boxes[0].points[1])
    start = s.canvas.photo_to_widget(x, y)
    press(s.canvas, start)
    move(s.canvas, start + QPointF(14, -22))
    return s.area(s.window.alignment_bar, s.window.faces_bar, s.canvas)


def landmarks(s: Studio) -> QRect:
    s.open(s.two)
    s.window.actions_["labels"].setChecked(False)
    s.window.actions_["landmarks"].setChecked(True)
    return s.area(s.window.faces_bar, s.canvas)


def style(s: Studio) -> QRect:
    first = next(iter(s.window.style_panel.sliders.values()))
    first.slider.setValue(70)
    s.previewed()
    return s.area(s.window.docks.by_name["Style"], s.window.docks.by_name["Edit"])


def shapes(s: Studio) -> QRect:
    s.window.docks.by_name["Shapes"].raise_()
    s.window.shapes_panel.presets["longer_hair"].click()
    s.previewed()
    return s.area(s.window.docks.by_name["Shapes"], s.window.docks.by_name["Edit"])


def _view(*names: str) -> Callable[[Studio], QRect]:
    def show(s: Studio) -> QRect:
        s.window.shapes_panel.presets["longer_hair"].click()
        s.apply()
        for name in names:
            s.window.actions_[name].trigger()
        return s.area(s.canvas)

    return show


def editor(s: Studio) -> QWidget:
    s.canvas.set_brush_size(46)
    drag(s.canvas, *(s.at(x, y) for x, y in ((90, 250), (70, 320), (80, 380), (100, 440))))
    drag(s.canvas, *(s.at(x, y) for x, y in ((410, 300), (404, 360), (400, 400), (390, 450))))
    s.previewed()
    return s.window


def restyled(s: Studio) -> QWidget:
    s.window.style_panel.sliders["hair_lightness"].slider.setValue(90)
    s.previewed()
    for name in ("labels", "split"):
        s.window.actions_[name].trigger()
    return s.window


# --- the ten tasks ------------------------------------------------------------------------------


def opened(s: Studio) -> QWidget:
    s.open(s.two)
    s.canvas.set_view("face")
    return s.window


def hair_painted(s: Studio) -> QWidget:
    return editor(s)


def brows_painted(s: Studio) -> QWidget:
    s.window.layers.set_current_class(RIGHT_BROW)
    s.canvas.options.set("symmetric", True)
    s.canvas.set_brush_size(7)
    for _ in range(2):
        s.canvas.zoom_in()
    drag(s.canvas, *(s.at(x, y) for x, y in ((146, 206), (165, 200), (190, 201), (220, 213))))
    s.previewed()
    return s.window


def smile_warped(s: Studio) -> QWidget:
    s.window.shapes_panel.presets["neutral_mouth"].click()
    s.apply()
    s.canvas.set_tool("warp")
    s.canvas.options.set("symmetric", True)
    click(s.canvas, s.at(256, 368))
    rest(200)
    tool = s.canvas.active_tool
    assert isinstance(tool, Warp)
    points = tool.marks()
    assert points is not None
    x, y = (float(v) for v in min(points, key=lambda p: (p[0], abs(p[1] - points[4][1]))))
    drag(s.canvas, s.at(x, y), s.at(x - 8, y - 14))
    s.previewed()
    return s.window


def glasses_on(s: Studio) -> QWidget:
    s.window.docks.by_name["Shapes"].raise_()
    s.window.shapes_panel.presets["add_eyeglasses"].click()
    s.apply()
    s.window.docks.by_name["Shapes"].widget().ensureWidgetVisible(
        s.window.shapes_panel.presets["add_eyeglasses"]
    )
    return s.window


def shapes_chosen(s: Studio) -> QWidget:
    s.window.docks.by_name["Shapes"].raise_()
    s.window.shapes_panel.presets["longer_hair"].click()
    s.previewed()
    return s.window


def style_moved(s: Studio) -> QWidget:
    return restyled(s)


def style_borrowed(s: Studio) -> QWidget:
    s.window.actions_["labels"].setChecked(False)
    s.editor.editing.read_style(s.folder / STYLE_REFERENCE)
    s.previewed()
    s.window.actions_["split"].trigger()
    s.window.docks.by_name["Style"].widget().ensureWidgetVisible(s.window.style_panel.reference)
    return s.window


def shape_borrowed(s: Studio) -> QWidget:
    panel, dock = s.window.shapes_panel, s.window.docks.by_name["Shapes"]
    dock.raise_()
    s.editor.editing.read_shape(s.folder / SHAPE_REFERENCE)
    s.wait(panel.take.isEnabled)
    panel.part.setCurrentIndex([part.name for part in PARTS].index("hair"))
    panel.take.click()
    s.previewed()
    dock.widget().ensureWidgetVisible(panel.take)
    return s.window


def branched(s: Studio) -> QWidget:
    _two_lines(s)
    return s.window


def protected(s: Studio) -> QWidget:
    s.canvas.set_tool("protect")
    s.canvas.set_brush_size(54)
    drag(s.canvas, *(s.at(x, y) for x, y in ((285, 182), (320, 184), (352, 192))))
    s.window.shapes_panel.presets["fringe"].click()
    s.previewed()
    return s.window


def put_back(s: Studio) -> QWidget:
    s.open(s.two)
    s.window.actions_["labels"].setChecked(False)
    s.window.shapes_panel.presets["longer_hair"].click()
    s.apply()
    s.window.actions_["view_photo"].setChecked(True)
    rest(300)
    s.canvas.zoom_to_fit()
    return s.window


def palette(s: Studio) -> QWidget:
    s.window.actions_["search"].trigger()
    found = s.window.findChild(CommandPalette)
    assert found is not None
    QTest.keyClicks(found.search, told("Hair").lower())
    return found


def recovery(s: Studio) -> QWidget:
    """The question of the next start, about the portrait with longer hair."""
    its = prepared()
    now = datetime(2026, 3, 14, 15, 9).timestamp()
    left = LeftSession(
        cast(SessionFolder, None), "astronaut.jpg", now, 12, 1, its.edited("longer_hair").crop,
        Kept(Content({}, {}), 12),
    )  # fmt: skip
    dialog = RecoveryDialog([left], s.window)
    dialog.show()
    rest(300)
    return dialog


def packs(s: Studio) -> QWidget:
    s.window.actions_["packs"].trigger()
    found = s.window.findChild(PackDialog)
    assert found is not None
    s.wait(lambda: bool(found.pack) and not found.commands.is_running)
    # Where it lies on the computer that drew the picture is nobody's business.
    own = str(Path(found.pack["folder"]).parent.parent)
    found.details.setHtml(found.details.toHtml().replace(own, "…"))
    rest(300)
    return found


SCENES: Final[dict[str, Callable[[Studio], QRect | QWidget]]] = {
    **{f"tool-{spec.name}": globals()[spec.name] for spec in TOOLS},
    "panel-layers": layers,
    "panel-edit-history": edit_and_history,
    "panel-history": history,
    "panel-style": style,
    "panel-shapes": shapes,
    "face-align": align,
    "face-landmarks": landmarks,
    "view-contour": _view("contour"),
    "view-split": _view("labels", "split"),
    "view-side": _view("labels", "side"),
    "view-difference": _view("labels", "difference"),
    "dialog-commands": palette,
    "dialog-packs": packs,
    "dialog-recovery": recovery,
    "task-open": opened,
    "task-hair": hair_painted,
    "task-brows": brows_painted,
    "task-smile": smile_warped,
    "task-glasses": glasses_on,
    "task-shapes": shapes_chosen,
    "task-style": style_moved,
    "task-style-reference": style_borrowed,
    "task-shape-reference": shape_borrowed,
    "task-history": branched,
    "task-protect": protected,
    "task-photo": put_back,
    "editor": editor,
    "style": restyled,
}


def _two_portraits() -> Image.Image:
    """The sample twice, side by side, the right one mirrored."""
    pixels = skimage.data.astronaut()
    both = Image.new("RGB", (980, 512), (96, 104, 120))
    both.paste(Image.fromarray(pixels), (0, 0))
    both.paste(ImageOps.mirror(Image.fromarray(pixels).resize((448, 448))), (532, 40))
    return both


def _shot(studio: Studio, part: QRect | QWidget) -> Image.Image:
    whole = part.grab() if isinstance(part, QWidget) else studio.window.grab(part)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    whole.save(buffer, "PNG")  # type: ignore[call-overload]
    return Image.open(BytesIO(buffer.data().data())).convert("RGB")


def _put_back(studio: Studio) -> None:
    """No gesture, no dialog, views and docks as at the start."""
    for dialog in studio.window.findChildren(QDialog):
        dialog.close()
    QTest.keyClick(studio.canvas, Qt.Key.Key_Escape)
    studio.window.faces.leave()
    studio.window.actions_["view_photo"].setChecked(False)
    studio.window.docks.by_name["History"].setFloating(False)
    release(studio.canvas, studio.at(-60, -60))
    actions = studio.window.actions_
    for name in ("split", "side", "difference", "landmarks"):
        actions[name].setChecked(False)
    actions["labels"].setChecked(True)
    actions["tint"].setChecked(True)
    studio.document.layer_view.reset()
    studio.window.docks.by_name["Style"].raise_()


def _kept(shot: Image.Image, path: Path) -> None:
    """Written small: no wider than a page, few colours where few do."""
    width = min(shot.width, WIDTH_PX)
    if width < shot.width:
        shot = shot.resize((width, round(shot.height * width / shot.width)), RESAMPLING)
    path.parent.mkdir(parents=True, exist_ok=True)
    shot.save(path, quality=82, optimize=True)


def _draw(application: QApplication, language: str, names: list[str], folder: Path) -> None:
    studio = Studio(application, language, folder)
    for name in names:
        studio.window.resize(*_size(name))
        studio.back()
        if name.startswith("task"):  # a history of its own, and the labels as a photo opens
            studio.open(studio.single)
            studio.window.actions_["contour"].trigger()
        studio.window.actions_["hide_panels"].setChecked(name.startswith(("tool", "view", "face")))
        rest(200)
        studio.canvas.zoom_to_fit()
        print(language, name, flush=True)
        part = SCENES[name](studio)
        rest(600)
        shot = _shot(studio, part)
        if name in README:
            shot.save(README_FOLDER / f"{name}.jpg", quality=85)
        else:
            _kept(shot, GUIDE / language / "images" / f"{name}.jpg")
        _put_back(studio)
    studio.back()
    studio.editor.close()
    studio.window.deleteLater()


def _size(name: str) -> tuple[int, int]:
    if name in README:
        return README_PX
    return WINDOW_PX if name.startswith("task") else PARTS_PX


def main() -> int:
    application = QApplication(sys.argv[:1])
    unsaved.ask_about_unsaved = lambda *_: "discard"
    given = sys.argv[1:]
    languages = [each for each in given if each in LANGUAGES] or LANGUAGES
    names = [each for each in given if each in SCENES] or list(SCENES)
    if unknown := set(given) - set(LANGUAGES) - set(SCENES):
        raise SystemExit(f"no such picture: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder  # no journal among the user's own
        make_references(Path(folder))
        for language in languages:
            # The README is in English.
            own = [n for n in names if language == "en" or n not in README]
            _draw(application, language, own, Path(folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
