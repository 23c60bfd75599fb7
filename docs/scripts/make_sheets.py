"""Pictures of the guide that need no window: what shapes and sliders do, and the steps of an edit.

All are edits of the public-domain portrait of scikit-image, drawn by the built-in pack:
``make_sheets.py``. `make_pictures` takes the references that it borrows from here.
"""

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import skimage.data
from method_drawings import draw_flow, draw_photo_first
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.label_shapes.presets import PRESETS
from s2flow_app.labels import colourise
from s2flow_app.model.edit import Edit, Style
from s2flow_app.model.face import EditedFace, FaceState
from s2flow_app.paths import DEFAULT_PACK, find_pack

IMAGES: Final = Path(__file__).resolve().parent.parent / "guide" / "images"
STYLE_REFERENCE, SHAPE_REFERENCE = "red-hair.png", "long-hair.png"
TILE_PX: Final = 240
GAP_PX: Final = 8
GROUND: Final = (35, 37, 41)
SHAPES: Final = (
    "neutral_mouth", "raise_brows", "thicker_brows", "narrower_nose",
    "fuller_hair", "longer_hair", "shorter_hair", "fringe",
)  # fmt: skip
SLIDERS: Final = (
    ("hair_lightness", 1.0), ("hair_lightness", -1.0), ("hair_warmth", 1.0), ("skin_warmth", 1.0),
    ("lips_colour", 1.0), ("light_side", 1.0), ("face_contrast", 1.0),
    ("background_lightness", -1.0),
)  # fmt: skip
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The portrait, open and prepared."""

    session: Session
    face: PreparedFace

    def edited(self, shape: str | None = None, style: Style | None = None) -> FaceState:
        start = self.face.state
        asked = start.label_map
        if shape is not None:
            preset = next(each for each in PRESETS if each.name == shape)
            asked = preset.apply(asked)
        return self.session.render(Edit(start, asked, style or Style()))[0]


@lru_cache(maxsize=1)
def prepared() -> Prepared:
    session = Session.load(find_pack(DEFAULT_PACK), device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "astronaut.png"
        Image.fromarray(skimage.data.astronaut()).save(photo)
        _, faces = session.open_photo(photo)
    return Prepared(session, session.prepare_face(faces[0].points))


def make_references(folder: Path) -> None:
    """Two photos to borrow from: the portrait with other colours, and with longer hair."""
    its = prepared()
    red = Style(attributes=(("hair_warmth", 1.0), ("hair_lightness", -0.7)))
    for name, state in (
        (STYLE_REFERENCE, its.edited(style=red)),
        (SHAPE_REFERENCE, its.edited("longer_hair")),
    ):
        its.session.export([EditedFace(its.face.state, state)], folder / name)


def sheet(pictures: list[Picture], columns: int) -> Image.Image:
    """Tiles of ``TILE_PX``, row by row."""
    rows = -(-len(pictures) // columns)
    step = TILE_PX + GAP_PX
    out = Image.new("RGB", (columns * step - GAP_PX, rows * step - GAP_PX), GROUND)
    for number, picture in enumerate(pictures):
        tile = Image.fromarray(picture).resize((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
        out.paste(tile, (number % columns * step, number // columns * step))
    return out


def shapes() -> Image.Image:
    return sheet([prepared().edited(name).crop for name in SHAPES], 4)


def sliders() -> Image.Image:
    its = prepared()
    return sheet([its.edited(style=Style(attributes=(each,))).crop for each in SLIDERS], 4)


def glasses() -> Image.Image:
    its = prepared()
    on = its.edited("add_eyeglasses")
    off = next(p for p in PRESETS if p.name == "remove_eyeglasses").apply(on.label_map)
    return sheet([its.face.state.crop, on.crop, its.session.render(Edit(on, off))[0].crop], 3)


def steps() -> Image.Image:
    """The crop, its map, the asked map, what was painted, the result."""
    its = prepared()
    start, state = its.face.state, its.edited("longer_hair")
    painted = start.crop.copy()
    painted[state.replaced > 0] = (painted[state.replaced > 0] // 3 + np.array([150, 20, 90])).clip(
        0, 255
    )
    maps = [colourise(each.label_map) for each in (start, state)]
    return sheet([start.crop, maps[0], maps[1], painted, state.crop], 5)


def inversion() -> Image.Image:
    """The crop, and what the generator draws of its latents."""
    its = prepared()
    drawn = Image.fromarray(its.face.reconstruction).resize((512, 512), Image.Resampling.BICUBIC)
    return sheet([its.face.state.crop, np.asarray(drawn)], 2)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for draw in (shapes, sliders, glasses, steps, inversion):
        print(draw.__name__, flush=True)
        draw().save(IMAGES / f"{draw.__name__}.jpg", quality=82, optimize=True)
    draw_flow(IMAGES / "method-flow.png")
    draw_photo_first(IMAGES / "method-photo-first.png")


if __name__ == "__main__":
    main()
