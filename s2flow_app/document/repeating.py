"""Doing an operation again, on the face that is edited: the same one or another."""

from dataclasses import replace
from typing import Final

from s2flow_app.document.document import Document
from s2flow_app.document.history import Node
from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.model import operations as ops
from s2flow_app.model.edit import Style
from s2flow_app.model.operations import Operation

BY_HAND: Final = "What was painted by hand belongs to the place where it was painted."
OTHER_FACE: Final = "The other face is needed for it: take its shape again in the Shapes panel."
OTHER_PHOTO: Final = "The reference photo is needed for it: choose it again in the Style panel."
ONE_FACE: Final = "It concerns this face as it was then, and no other."
NOTHING_OF_IT: Final = "Nothing that was applied here can be done again."
UNKNOWN: Final = "This shape is not known here."

_BY_HAND = (ops.Stroke, ops.Outline, ops.Fill, ops.Select, ops.Reshape, ops.MovePart)
_ONE_FACE = (ops.LabelMapFile, ops.Alignment, ops.Tuning, ops.Amount)


def why_not_again(node: Node) -> str:
    """Why what was done at a node cannot be done again, as a sentence; empty: it can."""
    operation = node.operation
    match operation:
        case None:
            return ONE_FACE
        case ops.ShapeTransfer():
            return OTHER_FACE
        case ops.StyleChange(reference=(_, strength)) if strength:
            return "" if node.place.style.reference_code is not None else OTHER_PHOTO
        case ops.Preset(preset=name) if all(preset.name != name for preset in PRESETS):
            return UNKNOWN
        case ops.ApplyEdit():
            return "" if any(map(_can_again, _applied_at(node))) else NOTHING_OF_IT
    if isinstance(operation, _BY_HAND):
        return BY_HAND
    return ONE_FACE if isinstance(operation, _ONE_FACE) else ""


def do_again(document: Document, node: Node) -> bool:
    """Do what was done at a node, on the face that is edited and as it stands; of an applied edit
    whatever can be done again. False: it changes nothing here, or cannot be."""
    operation = node.operation
    if operation is None or not _can_again(node):
        return False
    if isinstance(operation, ops.ApplyEdit):
        return any([do_again(document, each) for each in _applied_at(node) if _can_again(each)])
    labels, edits = document.labels, document.edits
    match operation:
        case ops.Preset(preset=name, amount=amount):
            return _take_shape(document, name, 1.0 if amount is None else amount, operation)
        case ops.Smile(amount=amount):
            return _take_shape(document, "smile", amount, operation)
        case ops.Merge(source=source, target=target):
            return labels.merge(source, target)
        case ops.Stacking(class_id=class_id):
            orders = node.change.orders if node.change else None
            return orders is not None and labels.set_stacking(orders[1], class_id)
        case ops.FreeAll():
            return labels.free_all()
        case ops.StyleChange():
            return edits.set_style(_styled(edits.style, operation, node.place.style))
        case ops.StyleRegion(regions=regions):
            return edits.set_style(replace(edits.style, regions=regions))
        case ops.StyleReset():
            return edits.set_style(Style(regions=edits.style.regions))
        case ops.Discard() | ops.DiscardStyle():
            return edits.discard()
    return False


def _can_again(node: Node) -> bool:
    return not why_not_again(node)


def _applied_at(node: Node) -> list[Node]:
    """The steps that an edit applied, oldest first."""
    found: list[Node] = []
    for each in node.parent.ancestors() if node.parent else ():
        if each.kind not in ("mask", "style"):
            break
        found.append(each)
    return found[::-1]


def _take_shape(document: Document, name: str, amount: float, operation: Operation) -> bool:
    preset = next(each for each in PRESETS if each.name == name)
    asked = preset.apply(document.labels.label_map, strength=amount) if amount else None
    return asked is not None and document.labels.set_label_map(asked, operation)


def _styled(style: Style, change: ops.StyleChange, changed: Style) -> Style:
    """``style`` after the change that led to ``changed`` on another face."""
    amounts = dict(style.attributes) | dict(change.attributes)
    style = replace(
        style,
        attributes=tuple((name, amount) for name, amount in amounts.items() if amount),
        regions=change.regions,
    )
    if change.variation is not None:
        seed, strength = change.variation
        style = replace(style, variation_seed=seed, variation_strength=strength)
    if change.reference is not None:
        name, strength = change.reference
        code = changed.reference_code if strength else None
        style = replace(
            style, reference_code=code, reference_strength=strength, reference_name=name
        )
    return style
