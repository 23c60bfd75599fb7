"""All tools of the canvas, in the order of the tool bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from s2flow_app.ui.tools.brush import Brush, Eraser, Protect
from s2flow_app.ui.tools.fill import Fill, Reshape, SmartSelect
from s2flow_app.ui.tools.look import Pan, Pick
from s2flow_app.ui.tools.outline import Box, Ellipse, Lasso, Polygon
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Tool
from s2flow_app.ui.tools.transform import Transform
from s2flow_app.ui.tools.warp import Warp
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool as menus and bars show it. Title and tip are source texts of context ``Tools``."""

    name: str
    title: str
    key: str
    tip: str
    make: Callable[[Stage], Tool]


TOOLS: Final[tuple[ToolSpec, ...]] = (
    ToolSpec(
        "brush",
        QT_TRANSLATE_NOOP("Tools", "Brush"),
        "B",
        QT_TRANSLATE_NOOP("Tools", "Paint the chosen class; Shift+click draws a straight line"),
        Brush,
    ),
    ToolSpec(
        "eraser",
        QT_TRANSLATE_NOOP("Tools", "Eraser"),
        "E",
        QT_TRANSLATE_NOOP("Tools", "Erase to the class underneath, or back to the parsed map"),
        Eraser,
    ),
    ToolSpec(
        "protect",
        QT_TRANSLATE_NOOP("Tools", "Protect"),
        "P",
        QT_TRANSLATE_NOOP("Tools", "Paint over what must stay as it is in the photo"),
        Protect,
    ),
    ToolSpec(
        "fill",
        QT_TRANSLATE_NOOP("Tools", "Fill"),
        "G",
        QT_TRANSLATE_NOOP("Tools", "Fill the region under the pointer with the chosen class"),
        Fill,
    ),
    ToolSpec(
        "lasso",
        QT_TRANSLATE_NOOP("Tools", "Lasso"),
        "L",
        QT_TRANSLATE_NOOP("Tools", "Draw an outline and fill it with the chosen class"),
        Lasso,
    ),
    ToolSpec(
        "polygon",
        QT_TRANSLATE_NOOP("Tools", "Polygon"),
        "Shift+L",
        QT_TRANSLATE_NOOP("Tools", "Click corner by corner; Enter closes, Backspace takes back"),
        Polygon,
    ),
    ToolSpec(
        "rectangle",
        QT_TRANSLATE_NOOP("Tools", "Rectangle"),
        "O",
        QT_TRANSLATE_NOOP("Tools", "Drag a rectangle; Shift: a square, Ctrl: about its middle"),
        Box,
    ),
    ToolSpec(
        "ellipse",
        QT_TRANSLATE_NOOP("Tools", "Ellipse"),
        "Shift+O",
        QT_TRANSLATE_NOOP("Tools", "Drag an ellipse; Shift: a circle, Ctrl: about its middle"),
        Ellipse,
    ),
    ToolSpec(
        "smart",
        QT_TRANSLATE_NOOP("Tools", "Smart select"),
        "W",
        QT_TRANSLATE_NOOP("Tools", "Stroke over a thing in the photo: it is painted to its edges"),
        SmartSelect,
    ),
    ToolSpec(
        "reshape",
        QT_TRANSLATE_NOOP("Tools", "Grow, shrink, smooth"),
        "Shift+G",
        QT_TRANSLATE_NOOP("Tools", "Click a region to grow, shrink or smooth it"),
        Reshape,
    ),
    ToolSpec(
        "transform",
        QT_TRANSLATE_NOOP("Tools", "Move, scale, rotate"),
        "Z",
        QT_TRANSLATE_NOOP("Tools", "Click a part, then drag it or its handles; arrows nudge it"),
        Transform,
    ),
    ToolSpec(
        "warp",
        QT_TRANSLATE_NOOP("Tools", "Warp"),
        "Shift+Z",
        QT_TRANSLATE_NOOP("Tools", "Click a part, then drag its points: mouth corners up, a smile"),
        Warp,
    ),
    ToolSpec(
        "pick",
        QT_TRANSLATE_NOOP("Tools", "Pick class"),
        "I",
        QT_TRANSLATE_NOOP("Tools", "Choose the class under the pointer; Alt+click in other tools"),
        Pick,
    ),
    ToolSpec(
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
