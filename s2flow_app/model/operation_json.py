"""Operations as JSON: ``{"operation": "stroke", "tool": "brush", "class_id": 13}``.

What is read may come from anybody: names and types are checked, and the values by the operations.
"""

from dataclasses import fields
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from s2flow_app.model import operations as ops
from s2flow_app.model.operations import Operation

_NAME: Final = "operation"
OPERATIONS: Final[dict[str, type[Operation]]] = {
    kind.name: kind
    for kind in (
        ops.Stroke, ops.Outline, ops.Fill, ops.Select, ops.Reshape, ops.MovePart, ops.Preset,
        ops.Smile, ops.ShapeTransfer, ops.Merge, ops.Stacking, ops.FreeAll, ops.LabelMapFile,
        ops.Discard, ops.StyleChange, ops.StyleRegion, ops.StyleReset, ops.DiscardStyle,
        ops.ApplyEdit, ops.Amount, ops.Alignment, ops.Tuning,
    )
}  # fmt: skip
"""By their names."""


def as_json(operation: Operation) -> dict[str, Any]:
    """Strings, numbers, None, lists and dicts of them."""
    found: dict[str, Any] = {_NAME: operation.name}
    for field in fields(operation):
        found[field.name] = _plain(getattr(operation, field.name))
    return found


def from_json(value: object) -> Operation:
    """The operation that `as_json` wrote.

    Raises:
        ValueError: it is none, of a kind that is not known, or a value makes no sense.
    """
    if not isinstance(value, dict):
        raise ValueError("an operation is no object")
    kind = OPERATIONS.get(name) if isinstance(name := value.get(_NAME), str) else None
    if kind is None:
        raise ValueError(f"there is no operation {name!r}")
    types = _types(kind)
    if unknown := value.keys() - types.keys() - {_NAME}:
        raise ValueError(f"{name} has no {', '.join(sorted(map(repr, unknown)))}")
    try:
        return kind(**{key: _read(value[key], types[key]) for key in types})
    except KeyError as error:
        raise ValueError(f"{name} lacks {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, Operation):
        return as_json(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


@lru_cache(maxsize=64)
def _types(kind: type[Operation]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _read(value: Any, wanted: Any) -> Any:
    """``value`` as the type that a field has."""
    arguments = get_args(wanted)
    if get_origin(wanted) is UnionType:
        (other,) = (each for each in arguments if each is not NoneType)
        return None if value is None else _read(value, other)
    if get_origin(wanted) is tuple and isinstance(value, list):
        if arguments[-1] is Ellipsis:
            return tuple(_read(each, arguments[0]) for each in value)
        if len(value) == len(arguments):
            return tuple(map(_read, value, arguments))
    elif wanted is Operation:
        return from_json(value)
    elif wanted is float and type(value) in (int, float):
        return float(value)
    elif wanted in (str, int) and type(value) is wanted:
        return value
    raise ValueError(f"{value!r} is not {wanted}")
