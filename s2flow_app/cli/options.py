"""Options that commands share, and the types of their values."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from s2flow_app.labels import BY_KEY
from s2flow_app.paths import DEFAULT_PACK

DEVICES: Final = ("auto", "cpu", "cuda", "mps")


def add_pack(parser: argparse.ArgumentParser) -> None:
    """`--pack`, `--device` and `--json`."""
    parser.add_argument("--pack", default=DEFAULT_PACK, help="model pack: its name or folder")
    parser.add_argument("--device", choices=DEVICES, default="auto")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def add_edit(parser: argparse.ArgumentParser) -> None:
    """What all edits of a photo take."""
    parser.add_argument(
        "photo", type=Path, help="the photo; gallery:N is face N of an imported pack's gallery"
    )
    parser.add_argument("--face", type=whole(0, 999), default=0, help="0 is the largest (default)")
    parser.add_argument(
        "--refine", type=whole(0, 5000), default=0, metavar="STEPS",
        help="optimise the latents for so many steps first",
    )  # fmt: skip
    parser.add_argument(
        "--tune", type=number(0, 600), default=0.0, metavar="SECONDS",
        help="fit the generator to the photo for so long first (likeness tuning)",
    )  # fmt: skip
    parser.add_argument(
        "--amount", type=number(0, 150), default=100.0, metavar="PERCENT", help="0 to 150"
    )
    parser.add_argument("--seed", type=whole(0, 2**31 - 1), default=0)
    parser.add_argument(
        "--sign-cert", type=Path, metavar="PEM",
        help="sign what is written (C2PA) with this certificate chain",
    )  # fmt: skip
    parser.add_argument("--sign-key", type=Path, metavar="PEM", help="the certificate's own key")
    add_pack(parser)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low} and {high}")
        return value

    parse.__name__ = "whole number"
    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """A number within bounds."""

    def parse(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low:g} and {high:g}")
        return value

    parse.__name__ = "number"
    return parse


def attribute(text: str) -> tuple[str, float]:
    """``NAME=AMOUNT``, the amount in -1 to 1."""
    name, sign, amount = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=AMOUNT, as in hair_lightness=0.5")
    return name, number(-1, 1)(amount)


def regions(text: str) -> tuple[int, ...]:
    """Class keys with commas between, as in ``hair,skin``; ``everywhere``: none."""
    if text == "everywhere":
        return ()
    unknown = [key for key in text.split(",") if key not in BY_KEY]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no such class: {', '.join(unknown)} (there are {', '.join(BY_KEY)})"
        )
    return tuple(BY_KEY[key].id for key in text.split(","))
