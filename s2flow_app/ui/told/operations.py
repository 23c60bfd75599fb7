"""What the history calls an operation, in the window's language."""

from collections.abc import Iterable, Mapping
from functools import singledispatch
from itertools import groupby
from typing import Final

from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.label_shapes.transfer import PARTS
from s2flow_app.model import operations as ops
from s2flow_app.model.operations import Operation
from s2flow_app.ui.told import class_in_text, class_title, told
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP, translate

CONTEXT: Final = "Operations"
NAMED: Final = 2
"""So many of an edit's operations are named, the others counted."""
LONGEST_NAME: Final = 40
"""Characters of a file's name that are shown."""

_STROKES: Final = {
    "brush": QT_TRANSLATE_NOOP("Operations", "{0}: brush"),
    "eraser": QT_TRANSLATE_NOOP("Operations", "Eraser"),
    "restore": QT_TRANSLATE_NOOP("Operations", "Back to the parsed map"),
    "protect": QT_TRANSLATE_NOOP("Operations", "Protect the photo"),
    "free": QT_TRANSLATE_NOOP("Operations", "Free the photo"),
}
_OUTLINES: Final = {
    "lasso": QT_TRANSLATE_NOOP("Operations", "{0}: lasso"),
    "polygon": QT_TRANSLATE_NOOP("Operations", "{0}: polygon"),
    "rectangle": QT_TRANSLATE_NOOP("Operations", "{0}: rectangle"),
    "ellipse": QT_TRANSLATE_NOOP("Operations", "{0}: ellipse"),
}
_CHANGES: Final = {
    "grow": QT_TRANSLATE_NOOP("Operations", "{0}: grown"),
    "shrink": QT_TRANSLATE_NOOP("Operations", "{0}: shrunk"),
    "smooth": QT_TRANSLATE_NOOP("Operations", "{0}: smoothed"),
    "move": QT_TRANSLATE_NOOP("Operations", "{0}: moved"),
    "scale": QT_TRANSLATE_NOOP("Operations", "{0}: scaled"),
    "rotate": QT_TRANSLATE_NOOP("Operations", "{0}: rotated"),
    "warp": QT_TRANSLATE_NOOP("Operations", "{0}: warped"),
}

Sliders = Mapping[str, str]
"""Titles of the style's sliders, in English, by their names."""
_NO_SLIDERS: Final[Sliders] = {}


def operation_title(
    operation: Operation | None, *, sliders: Sliders = _NO_SLIDERS, count: int = 1
) -> str:
    """What one operation, or ``count`` equal ones in a row, are called. None: the start."""
    if operation is None:
        return told("Start")
    if isinstance(operation, ops.ApplyEdit):
        return _applied(operation.applied, sliders)
    if isinstance(operation, ops.StyleChange):
        return _style(operation, sliders)
    title = _title(operation)
    if count == 1:
        return title
    return translate("Operations", "{0}, {1} strokes").format(title, count)


def _applied(applied: Iterable[Operation], sliders: Sliders) -> str:
    runs = [(each, len(list(run))) for each, run in groupby(applied)]
    titles = [operation_title(each, sliders=sliders, count=count) for each, count in runs[:NAMED]]
    if not titles:
        return translate("Operations", "Apply")
    text = translate("Operations", "Apply: {0}").format("; ".join(titles))
    rest = len(runs) - NAMED
    return translate("Operations", "{0} and {1} more").format(text, rest) if rest > 0 else text


def _style(operation: ops.StyleChange, sliders: Sliders) -> str:
    titles = [
        f"{told(sliders.get(name, name))} {_signed(amount)}"
        for name, amount in operation.attributes
    ]
    if operation.variation is not None:
        text = translate("Operations", "Random variation {0} %")
        titles.append(text.format(_percent(operation.variation[1])))
    if operation.reference is not None:
        name, strength = operation.reference
        text = translate("Operations", "Style of {0} {1} %")
        titles.append(text.format(_short(name), _percent(strength)))
    return ", ".join(titles) or translate("Operations", "Style")


@singledispatch
def _title(operation: Operation) -> str:
    raise TypeError(f"{operation.name} has no title")


@_title.register
def _(operation: ops.Stroke) -> str:
    text = translate(CONTEXT, _STROKES[operation.tool])
    return text if operation.class_id is None else text.format(class_title(operation.class_id))


@_title.register
def _(operation: ops.Outline) -> str:
    return translate(CONTEXT, _OUTLINES[operation.shape]).format(class_title(operation.class_id))


@_title.register
def _(operation: ops.Fill) -> str:
    return translate("Operations", "{0}: filled").format(class_title(operation.class_id))


@_title.register
def _(operation: ops.Select) -> str:
    return translate("Operations", "{0}: smart selection").format(class_title(operation.class_id))


@_title.register
def _(operation: ops.Reshape) -> str:
    return translate(CONTEXT, _CHANGES[operation.how]).format(class_title(operation.class_id))


@_title.register
def _(operation: ops.MovePart) -> str:
    one = len(operation.classes) == 1
    part = class_title(operation.classes[0]) if one else told("Mouth")
    return translate(CONTEXT, _CHANGES[operation.how]).format(part)


@_title.register
def _(operation: ops.Preset) -> str:
    titles = (each.title for each in PRESETS if each.name == operation.preset)
    title = told(next(titles, operation.preset))
    return title if operation.amount is None else f"{title} {_percent(operation.amount)} %"


@_title.register
def _(operation: ops.Smile) -> str:
    return f"{told('Smile')} {_percent(operation.amount)} %"


@_title.register
def _(operation: ops.ShapeTransfer) -> str:
    titles = (each.title for each in PARTS if each.name == operation.part)
    part = told(next(titles, operation.part))
    return translate("Operations", "{0} of {1}").format(part, _short(operation.reference))


@_title.register
def _(operation: ops.Merge) -> str:
    classes = class_in_text(operation.source), class_in_text(operation.target)
    return translate("Operations", "Merge {0} into {1}").format(*classes)


@_title.register
def _(operation: ops.Stacking) -> str:
    if operation.class_id is None:
        return translate("Operations", "Usual order")
    return translate("Operations", "Stack {0}").format(class_in_text(operation.class_id))


@_title.register
def _(operation: ops.FreeAll) -> str:
    return translate("Operations", "Free all")


@_title.register
def _(operation: ops.LabelMapFile) -> str:
    return translate("Operations", "Label map {0}").format(_short(operation.file))


@_title.register(ops.Discard)
@_title.register(ops.DiscardStyle)
def _(operation: Operation) -> str:
    return translate("Operations", "Discard changes")


@_title.register
def _(operation: ops.StyleRegion) -> str:
    if operation.regions is None:
        return translate("Operations", "Style: the part of each slider")
    if not operation.regions:
        return translate("Operations", "Style: everywhere")
    classes = ", ".join(map(class_in_text, operation.regions))
    return translate("Operations", "Style: only {0}").format(classes)


@_title.register
def _(operation: ops.StyleReset) -> str:
    return translate("Operations", "Reset style")


@_title.register
def _(operation: ops.Amount) -> str:
    return translate("Operations", "Amount {0} %").format(_percent(operation.value))


@_title.register
def _(operation: ops.Alignment) -> str:
    return translate("Operations", "Align")


@_title.register
def _(operation: ops.Tuning) -> str:
    return translate("Operations", "Tune likeness")


def _percent(amount: float) -> int:
    return round(100 * amount)


def _signed(amount: float) -> str:
    percent = _percent(amount)
    return f"{percent:+d} %" if percent else "0 %"


def _short(name: str) -> str:
    """A file's name on one line."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
