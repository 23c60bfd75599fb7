"""Comparing and subtracting style changes."""

from dataclasses import replace

from s2flow_app.model.edit import Style


def same_style(a: Style, b: Style) -> bool:
    """True if both move the style code alike (a reference's code is compared by identity)."""
    return _key(a) == _key(b)


def remaining_style(asked: Style, done: Style) -> Style:
    """What is left of ``asked`` once ``done`` is in the face: neutral if they are the same.

    Sliders leave their difference; a variation or a reference is left only if it is another one.
    """
    done_amounts = dict(done.attributes)
    left = {name: amount - done_amounts.pop(name, 0.0) for name, amount in asked.attributes}
    left |= {name: -amount for name, amount in done_amounts.items()}
    rest = replace(
        asked,
        attributes=tuple((n, min(max(v, -1.0), 1.0)) for n, v in left.items() if v),
    )
    if _variation(asked) == _variation(done):
        rest = replace(rest, variation_seed=0, variation_strength=0.0)
    if _reference(asked) == _reference(done):
        rest = replace(rest, reference_code=None, reference_strength=1.0)
    return Style() if rest.is_neutral else rest


def _key(style: Style) -> tuple:
    moved = tuple(sorted((name, amount) for name, amount in style.attributes if amount))
    regions = None if style.regions is None else tuple(sorted(style.regions))
    return moved, _variation(style), _reference(style), regions


def _variation(style: Style) -> tuple:
    return style.variation_seed, style.variation_strength


def _reference(style: Style) -> tuple:
    code = style.reference_code
    return None if code is None else id(code), style.reference_strength
