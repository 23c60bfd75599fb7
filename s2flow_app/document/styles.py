"""What lies between two styles: as a style, and as an operation."""

from dataclasses import replace

from s2flow_app.model.edit import Style, reference_of, variation_of
from s2flow_app.model.operations import Operation, StyleChange, StyleRegion, StyleReset


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
    if variation_of(asked) == variation_of(done):
        rest = replace(rest, variation_seed=0, variation_strength=0.0)
    if reference_of(asked) == reference_of(done):
        rest = replace(rest, reference_code=None, reference_strength=1.0, reference_name="")
    return Style() if rest.is_neutral else rest


def operation_between(before: Style, after: Style) -> Operation:
    """What was done to the sliders that stood as ``before``."""
    old, new = dict(before.attributes), dict(after.attributes)
    names = [*old, *(name for name in new if name not in old)]
    moved = tuple((n, new.get(n, 0.0)) for n in names if new.get(n, 0.0) != old.get(n, 0.0))
    variation = reference = None
    if after.variation_strength != before.variation_strength or (
        after.variation_strength and after.variation_seed != before.variation_seed
    ):
        variation = variation_of(after)
    if reference_of(after) != reference_of(before):
        borrowed = after if after.reference_code is not None else before
        strength = after.reference_strength if after.reference_code is not None else 0.0
        reference = borrowed.reference_name, strength
    changed = len(moved) + (variation is not None) + (reference is not None)
    if not changed:
        return StyleRegion(after.regions)
    if changed > 1 and after.is_neutral:
        return StyleReset()
    return StyleChange(moved, variation, reference, after.regions)
