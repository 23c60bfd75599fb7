"""Geometric edits of a whole label map, as a retoucher would draw them, without any network.

The five kinds that `s2flow evaluate` judges and the flow is tuned on: a smile, hair, brows, nose,
glasses. Each takes a label map ``[512, 512]`` and gives a new one; ``strength`` 0..1.5 scales it,
1 is the edit as it is judged. Where an edit cannot be applied (no mouth, no hair, ...) the map
comes back equal. `fill_underneath` turns a parsed map into layers.

`presets` has these and more for people to choose from, `transfer` a part's shape from another face.
"""

from dataclasses import dataclass
from typing import Final

from s2flow_app.label_shapes.features import (
    narrower_nose,
    raise_brows,
    thicker_brows,
    wider_nose,
)
from s2flow_app.label_shapes.geometry import LabelEdit
from s2flow_app.label_shapes.glasses import add_eyeglasses, remove_eyeglasses
from s2flow_app.label_shapes.hair import fuller_hair, longer_hair, shorter_hair
from s2flow_app.label_shapes.mouth import smile
from s2flow_app.label_shapes.underneath import fill_underneath

__all__ = [
    "SCRIPTED_EDITS",
    "LabelEdit",
    "ScriptedEdit",
    "add_eyeglasses",
    "fill_underneath",
    "fuller_hair",
    "longer_hair",
    "narrower_nose",
    "raise_brows",
    "remove_eyeglasses",
    "shorter_hair",
    "smile",
    "thicker_brows",
    "wider_nose",
]


@dataclass(frozen=True, slots=True)
class ScriptedEdit:
    """One of the edits, by name."""

    kind: str
    """One of the five kinds that quality is stated for."""
    name: str
    """Stable identifier, for figures and files."""
    title: str
    """Name shown to people."""
    apply: LabelEdit


SCRIPTED_EDITS: Final[tuple[ScriptedEdit, ...]] = (
    ScriptedEdit("smile", "smile", "Smile", smile),
    ScriptedEdit("hair", "fuller_hair", "Fuller hair", fuller_hair),
    ScriptedEdit("hair", "longer_hair", "Longer hair", longer_hair),
    ScriptedEdit("hair", "shorter_hair", "Shorter hair", shorter_hair),
    ScriptedEdit("brows", "raise_brows", "Raised brows", raise_brows),
    ScriptedEdit("brows", "thicker_brows", "Thicker brows", thicker_brows),
    ScriptedEdit("nose", "wider_nose", "Wider nose", wider_nose),
    ScriptedEdit("nose", "narrower_nose", "Narrower nose", narrower_nose),
    ScriptedEdit("glasses", "add_eyeglasses", "Glasses on", add_eyeglasses),
    ScriptedEdit("glasses", "remove_eyeglasses", "Glasses off", remove_eyeglasses),
)
