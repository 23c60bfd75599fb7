"""Ready-made changes of a face's shape, as menus and panels offer them."""

from dataclasses import dataclass
from typing import Final

from s2flow_app.label_shapes import features, hair
from s2flow_app.label_shapes.accessories import add_earrings, remove_earrings, remove_hat
from s2flow_app.label_shapes.geometry import LabelEdit
from s2flow_app.label_shapes.glasses import add_eyeglasses, remove_eyeglasses
from s2flow_app.label_shapes.mouth import neutral_mouth, smile
from s2flow_app.label_shapes.specks import on_largest_pieces
from s2flow_app.label_shapes.upright import upright
from s2flow_app.labels import LabelMap


@dataclass(frozen=True, slots=True)
class Preset:
    """One change of a parsed map; the same map comes back where the face gives nothing."""

    name: str
    """Stable identifier."""
    group: str
    title: str
    nothing: str
    """The sentence for a face that gives nothing to change."""
    edit: LabelEdit
    has_amount: bool = True
    """False: all or nothing."""

    def apply(self, label_map: LabelMap, *, strength: float = 1.0) -> LabelMap:
        """The map ``[512, 512]`` after the change; faces that lie askew are changed as well."""
        return on_largest_pieces(upright(self.edit))(label_map, strength=strength)


_NO_MOUTH = "No mouth shows on this face, or there is no room to change it."
_NO_BROWS = "No brow shows on this face."
_NO_HAIR = "There is too little hair on this face to change."
_NO_NOSE = "No nose shows on this face."

PRESETS: Final[tuple[Preset, ...]] = (
    Preset("smile", "Mouth", "Smile", _NO_MOUTH, smile),
    Preset(
        "neutral_mouth", "Mouth", "Neutral mouth",
        "No mouth shows on this face, or it is neutral already.", neutral_mouth, False,
    ),
    Preset("raise_brows", "Brows", "Raised brows", _NO_BROWS, features.raise_brows),
    Preset(
        "lower_brows", "Brows", "Lowered brows",
        "No brow shows on this face, or there is no room below it.", features.lower_brows,
    ),
    Preset("thicker_brows", "Brows", "Thicker brows", _NO_BROWS, features.thicker_brows),
    Preset("fuller_hair", "Hair", "Fuller hair", _NO_HAIR, hair.fuller_hair),
    Preset(
        "longer_hair", "Hair", "Longer hair",
        "There is too little hair on this face, or it is as long as the picture.",
        hair.longer_hair,
    ),
    Preset(
        "shorter_hair", "Hair", "Shorter hair",
        "There is too little hair on this face, or it is short already.", hair.shorter_hair,
    ),
    Preset(
        "fringe", "Hair", "Fringe",
        "There is no hair above the forehead, or no forehead that shows.", hair.fringe,
    ),
    Preset("wider_nose", "Nose", "Wider nose", _NO_NOSE, features.wider_nose),
    Preset("narrower_nose", "Nose", "Narrower nose", _NO_NOSE, features.narrower_nose),
    Preset(
        "add_eyeglasses", "Accessories", "Glasses on",
        "This face wears glasses already, or no eye shows.", add_eyeglasses,
    ),
    Preset(
        "remove_eyeglasses", "Accessories", "Glasses off",
        "This face wears no glasses.", remove_eyeglasses, False,
    ),
    Preset(
        "add_earrings", "Accessories", "Earrings on",
        "No ear shows on this face, or it has an earring already.", add_earrings,
    ),
    Preset(
        "remove_earrings", "Accessories", "Earrings off",
        "This face wears no earrings.", remove_earrings, False,
    ),
    Preset(
        "remove_hat", "Accessories", "Hat off", "This face wears no hat.", remove_hat, False,
    ),
)  # fmt: skip
