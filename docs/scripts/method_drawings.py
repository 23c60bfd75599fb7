"""The two diagrams of *How it works*, drawn with Pillow into small palette PNGs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SCALE: Final = 2
"""Drawn larger by this, then scaled down."""
WIDTH_PX: Final = 820
INK, LINE, GROUND = (29, 31, 35), (92, 97, 106), (255, 255, 255)
DATA, NETWORK, PHOTO = (222, 235, 255), (255, 232, 204), (218, 242, 220)
COLOURS: Final = 24
Box = tuple[int, int, int, int]


class Drawing:
    """Boxes with text and arrows between them, in pixels of the finished picture."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH_PX * SCALE, height * SCALE), GROUND)
        self._draw = ImageDraw.Draw(self.image)
        self._size = (WIDTH_PX, height)

    def box(self, at: Box, text: str, colour: tuple[int, int, int]) -> Box:
        """A box ``(x, y, width, height)`` with centred lines; returns ``at``."""
        x, y, w, h = (SCALE * v for v in at)
        self._draw.rounded_rectangle((x, y, x + w, y + h), 8 * SCALE, colour, LINE, SCALE)
        self.text((at[0] + at[2] // 2, at[1] + at[3] // 2), text)
        return at

    def text(self, middle: tuple[int, int], text: str, size: int = 13) -> None:
        font = ImageFont.load_default(size * SCALE)
        place = (SCALE * middle[0], SCALE * middle[1])
        self._draw.multiline_text(place, text, INK, font, "mm", 3 * SCALE, "center")

    def arrow(self, *points: tuple[int, int]) -> None:
        """A line through the points, with a head at the last."""
        scaled = [(SCALE * x, SCALE * y) for x, y in points]
        self._draw.line(scaled, LINE, 2 * SCALE, "curve")
        (x0, y0), (x1, y1) = scaled[-2:]
        dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        head = 7 * SCALE
        back = (x1 - dx * head, y1 - dy * head)
        side = (dy * head // 2, dx * head // 2)
        self._draw.polygon(
            [(x1, y1), (back[0] + side[0], back[1] + side[1]),
             (back[0] - side[0], back[1] - side[1])], LINE,
        )  # fmt: skip

    def save(self, path: Path) -> None:
        small = self.image.resize(self._size, Image.Resampling.LANCZOS)
        small.quantize(COLOURS).save(path, optimize=True)


def draw_flow(path: Path) -> None:
    """One edit in latent space: out through the old map, back through the asked one."""
    d = Drawing(250)
    top, h = 90, 60
    d.box((10, top, 130, h), "latents ws\nof the face", DATA)
    d.box((200, top, 120, h), "flow\nforward", NETWORK)
    d.box((380, top, 150, h), "style code:\nwhat no map says", DATA)
    d.box((590, top, 110, h), "flow\ninverse", NETWORK)
    d.box((730, top, 80, h), "latents\nws'", DATA)
    d.box((190, 10, 140, 44), "map of the face", PHOTO)
    d.box((575, 10, 140, 44), "asked map", PHOTO)
    d.box((370, 196, 170, 44), "sliders, reference,\nvariation", PHOTO)
    middle = top + h // 2
    for x0, x1 in ((140, 200), (320, 380), (530, 590), (700, 730)):
        d.arrow((x0, middle), (x1, middle))
    d.arrow((260, 54), (260, top))
    d.arrow((645, 54), (645, top))
    d.arrow((455, 196), (455, top + h))
    d.save(path)


def draw_photo_first(path: Path) -> None:
    """The steps from what is asked to the photo."""
    d = Drawing(300)
    d.box((10, 16, 150, 52), "photo and its\naligned crop", PHOTO)
    d.box((10, 124, 150, 52), "asked map\nand style", PHOTO)
    d.box((10, 232, 150, 52), "edited latents,\ndrawn", NETWORK)
    steps: Sequence[tuple[str, str, tuple[int, int, int]]] = (
        ("plan", "what moves,\nwhat is painted", DATA),
        ("restyle", "colours and light\nof the photo", PHOTO),
        ("move", "the photo's\nown pixels", PHOTO),
        ("paint", "what opens or\nis uncovered", NETWORK),
        ("wear", "glasses as\nan object", DATA),
    )
    x, width, gap = 196, 108, 14
    for number, (name, what, colour) in enumerate(steps):
        left = x + number * (width + gap)
        d.box((left, 116, width, 68), f"{name}:\n{what}", colour)
        if number:
            d.arrow((left - gap, 150), (left, 150))
    d.arrow((160, 150), (x, 150))
    d.arrow((160, 42), (x + width // 2, 42), (x + width // 2, 116))
    d.arrow((160, 258), (x + width + gap + width // 2, 258), (x + width + gap + width // 2, 184))
    end = x + 4 * (width + gap) + width // 2
    d.box((end - 92, 222, 146, 60), "back into the photo,\nat its resolution", PHOTO)
    d.arrow((end, 184), (end, 222))
    d.save(path)
