"""All tools of the canvas, in the order of the tool bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from s2flow_app.ui.tools.brush import Brush, Eraser, Protect
from s2flow_app.ui.tools.fill import Fill, Reshape, SmartSelect
from s2flow_app.ui.tools.look import Pan, Pick
from s2flow_app.ui.tools.outline import Box, Ellipse, Lasso, Polygon
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Tool
from s2flow_app.ui.tools.transform import Transform
from s2flow_app.ui.tools.warp import Warp


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool as menus and bars show it. Title and tip are source texts of context ``Tools``."""

    name: str
    title: str
    key: str
    icon: str
    """Stem of an SVG among the icons."""
    tip: str
    make: Callable[[Stage], Tool]


def _spec(
    name: str, title: object, key: str, tip: object, make: Callable[[Stage], Tool]
) -> ToolSpec:
    # PySide6 declares QT_TRANSLATE_NOOP as giving any object; it gives its text.
    return ToolSpec(name, str(title), key, f"tool-{name}", str(tip), make)


TOOLS: Final[tuple[ToolSpec, ...]] = (
    _spec(
        "brush",
        QT_TRANSLATE_NOOP("Tools", "Brush"),
        "B",
        QT_TRANSLATE_NOOP("Tools", "Paint the chosen class; Shift+click draws a straight line"),
        Brush,
    ),
    _spec(
        "eraser",
        QT_TRANSLATE_NOOP("Tools", "Eraser"),
        "X",
        QT_TRANSLATE_NOOP("Tools", "Erase to the class underneath, or back to the parsed map"),
        Eraser,
    ),
    _spec(
        "protect",
        QT_TRANSLATE_NOOP("Tools", "Protect"),
        "D",
        QT_TRANSLATE_NOOP("Tools", "Paint over what must stay as it is in the photo"),
        Protect,
    ),
    _spec(
        "fill",
        QT_TRANSLATE_NOOP("Tools", "Fill"),
        "F",
        QT_TRANSLATE_NOOP("Tools", "Fill the region under the pointer with the chosen class"),
        Fill,
    ),
    _spec(
        "lasso",
        QT_TRANSLATE_NOOP("Tools", "Lasso"),
        "O",
        QT_TRANSLATE_NOOP("Tools", "Draw an outline and fill it with the chosen class"),
        Lasso,
    ),
    _spec(
        "polygon",
        QT_TRANSLATE_NOOP("Tools", "Polygon"),
        "Shift+O",
        QT_TRANSLATE_NOOP("Tools", "Click corner by corner; Enter closes, Backspace takes back"),
        Polygon,
    ),
    _spec(
        "rectangle",
        QT_TRANSLATE_NOOP("Tools", "Rectangle"),
        "Q",
        QT_TRANSLATE_NOOP("Tools", "Drag a rectangle; Shift: a square, Ctrl: about its middle"),
        Box,
    ),
    _spec(
        "ellipse",
        QT_TRANSLATE_NOOP("Tools", "Ellipse"),
        "Shift+Q",
        QT_TRANSLATE_NOOP("Tools", "Drag an ellipse; Shift: a circle, Ctrl: about its middle"),
        Ellipse,
    ),
    _spec(
        "smart",
        QT_TRANSLATE_NOOP("Tools", "Smart select"),
        "W",
        QT_TRANSLATE_NOOP("Tools", "Stroke over a thing in the photo: it is painted to its edges"),
        SmartSelect,
    ),
    _spec(
        "reshape",
        QT_TRANSLATE_NOOP("Tools", "Grow, shrink, smooth"),
        "Y",
        QT_TRANSLATE_NOOP("Tools", "Click a region to grow, shrink or smooth it"),
        Reshape,
    ),
    _spec(
        "transform",
        QT_TRANSLATE_NOOP("Tools", "Move, scale, rotate"),
        "Z",
        QT_TRANSLATE_NOOP("Tools", "Click a part, then drag it or its handles; arrows nudge it"),
        Transform,
    ),
    _spec(
        "warp",
        QT_TRANSLATE_NOOP("Tools", "Warp"),
        "Shift+Z",
        QT_TRANSLATE_NOOP("Tools", "Click a part, then drag its points: mouth corners up, a smile"),
        Warp,
    ),
    _spec(
        "pick",
        QT_TRANSLATE_NOOP("Tools", "Pick class"),
        "P",
        QT_TRANSLATE_NOOP("Tools", "Choose the class under the pointer; Alt+click in other tools"),
        Pick,
    ),
    _spec(
        "pan",
        QT_TRANSLATE_NOOP("Tools", "Pan"),
        "V",
        QT_TRANSLATE_NOOP("Tools", "Move the picture; Space+drag in other tools"),
        Pan,
    ),
)


def make_tools(stage: Stage) -> dict[str, Tool]:
    """A tool of each kind, by name."""
    return {spec.name: spec.make(stage) for spec in TOOLS}
