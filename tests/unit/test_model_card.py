"""The model card states what was measured, and nothing that is no longer true."""

from pathlib import Path

import pytest

from s2flow_app.errors import DataError
from s2flow_app.training.model_card import BEGIN, END, write_figures

CASES = {
    "cases": 9, "adherence_median": 0.61, "unedited_median": 0.13, "gain_median": 0.48,
    "better_share": 0.9, "outside_change_median": 5.0, "outside_change_composited_max": 0.0,
}  # fmt: skip
FIGURES = {
    "parser": {"faces": 3, "mean_f1": 0.8, "mean_iou": 0.7},
    "inversion": {
        "faces": 4, "encoder_db_median": 18.25, "encoder_db_lowest": 15.0, "tuned_faces": 2,
        "refined_60_steps_db_median": 22.0, "tuned_db_median": 25.1, "tuning_seconds": 8.0,
        "adherence_lost": 0.04,
    },
    "flow": {"faces": 4, "round_trip_max": 3e-4},
    "styles": {"hair_lightness": {"right_way_share": 1.0}},
    "edits": {"faces": 9, "kinds": {"smile": CASES}, "edits": {"smile": CASES}},
    "checks": [
        {"figure": "inversion", "measured": 18.25, "bar": ">= 19", "reached": False},
        {"figure": "parser", "measured": 0.8, "bar": ">= 0.75", "reached": True},
    ],
}  # fmt: skip


def test_figures_replace_the_old_ones_and_leave_the_text(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text(f"# Pack\n{BEGIN}\nold figures\n{END}\n## Limits\n")
    write_figures(tmp_path, FIGURES)
    text = card.read_text()
    assert text.startswith("# Pack\n") and text.endswith("## Limits\n")
    assert "old figures" not in text
    assert "18.25 dB" in text and "| smile | 9 | 0.13 to 0.61 |" in text
    assert "Misses its bar: inversion 18.25 (>= 19)." in text


def test_a_card_without_a_place_for_figures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Pack\n")
    with pytest.raises(DataError, match="no place"):
        write_figures(tmp_path, FIGURES)
