"""Both themes are legible: contrasts as WCAG 2 counts them."""

import numpy as np
import pytest

from s2flow_app.ui.panels.message_bar import COLOURS
from s2flow_app.ui.theme import SCHEMES


def contrast(one: str, other: str) -> float:
    return _ratio(*(_luminance(colour) for colour in (one, other)))


def _ratio(a: float, b: float) -> float:
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


def _luminance(colour: str) -> float:
    share = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("theme", SCHEMES)
def test_texts_stand_out(theme: str) -> None:
    window, base, button, text, quiet, highlight, on_highlight, link = SCHEMES[theme]
    assert min(contrast(text, ground) for ground in (window, base, button)) > 7
    assert min(contrast(quiet, ground) for ground in (window, base, button)) > 4
    assert min(contrast(link, ground) for ground in (window, base)) > 4.5
    assert contrast(on_highlight, highlight) > 4.5
    assert contrast(highlight, window) > 3  # a check box, a slider


def test_messages_stand_out() -> None:
    assert min(contrast("#ffffff", ground) for ground in COLOURS.values()) > 4.5
