"""The model card states what was measured, and nothing that is no longer true."""

from pathlib import Path

import pytest

from s2flow_app.errors import DataError
from s2flow_app.training.evaluation.intervals import share, summary
from s2flow_app.training.model_card import BEGIN, END, write_figures

NO_CASE = {"cases": 0}
CASES = {
    "cases": 9, "adherence": summary([0.61] * 9), "unedited": summary([0.13] * 9),
    "gain": summary([0.48] * 9), "better": share([True] * 9), "outside_change": summary([5.0]),
    "identity": summary([0.12]),
}  # fmt: skip
TOLD = {"cases": 24, "accuracy": 0.71, "interval": [0.6, 0.8], "kernel_distance": 0.3}
KEPT = {"cases": 9, "share": 0.985, "interval": [0.97, 0.99]}
LIKENESS = {
    "psnr_db": summary([18.25]), "ssim": summary([0.5]), "perceptual_distance": summary([0.4]),
    "identity_distance": NO_CASE,
}  # fmt: skip
FIGURES = {
    "judged": {
        "pack": "portrait", "pack_sha256": "12ab", "commit": "34cd+", "data": "faces",
        "data_sha256": "56ef", "judge_sha256": "78ab",
    },
    "quick": True,
    "pack_mb": 45.2,
    "identity_skipped": "dlib is not installed",
    "parser": {
        "faces": 3, "mean_f1": 0.8, "mean_iou": 0.7, "mean_f1_interval": [0.7, 0.9],
        "mean_iou_interval": [0.6, 0.8],
    },
    "landmarks": {"faces": 5, "error": summary([0.031])},
    "inversion": {
        "faces": 4, "tuned_faces": 2, "latents": LIKENESS, "encoder": LIKENESS,
        "refined": LIKENESS, "tuned": LIKENESS,
        "refining_seconds": 2.0, "tuning_seconds": 15.0, "adherence_lost": summary([0.04]),
        "identity_of_edits_that_took": {"all": NO_CASE},
    },
    "flow": {"faces": 4, "round_trip_max": 3e-4},
    "frechet": {"samples": {"distance": 101.5, "interval": [95.0, 108.0]}},
    "styles": {
        "faces": 2,
        "sliders": {
            "hair_lightness": {
                "cases": 4, "own": summary([1.25]), "largest_other": summary([0.2]),
                "keeps_bar": share([True]), "map_iou": summary([0.9]), "identity": NO_CASE,
                "outside_de": summary([0.4]), "structure_changed": NO_CASE,
            },
            "skin_warmth": NO_CASE,
        },
    },
    "edits": {
        "faces": 9, "kinds": {"smile": CASES}, "edits": {"smile": CASES}, "glasses_aside": CASES,
    },
    "realism": {
        "photos": 12, "others": 68, "kinds": {"smile": {"edited": TOLD, "unedited": TOLD}},
        "mean": {"kinds": 1, "edited": TOLD, "unedited": TOLD},
    },
    "survived": {
        "edits": 9, "near": {"eyes": KEPT}, "whole": {"eyes": KEPT, "hat": KEPT},
        "eyes_behind_glasses": share([True, False]),
    },
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
    assert "| by the encoder | 18.25 [18.25, 18.25] |" in text
    assert "| smile | 9 | 0.13 | 0.61 [0.61, 0.61] | 0.48 | 100% | 5.0 | 0.12 [" in text
    assert "1 edits that took, glasses aside: 0.120 [" in text
    assert "| smile | 24 | 0.71 [0.60, 0.80] (0.30) | 0.71 [0.60, 0.80] (0.30) | - |" in text
    assert "12 held-out photos from 68 other people's photos" in text
    assert "| eyes | 98.5% [0.970, 0.990] | 98.5% [0.970, 0.990] |" in text
    assert "| hat | - | 98.5% [0.970, 0.990] |" in text
    assert "still the person's own in 50% of 2 cases" in text
    assert "On disk: 45.2 MB" in text
    assert "samples 101.5 [95.0, 108.0]" in text
    assert "| hair_lightness | 4 | 1.25 | 0.20 | 100% | 0.90 | 0.40 [0.40, 0.40] | - | - |" in text
    assert "skin_warmth" not in text
    assert "Misses its bar: inversion 18.25 (>= 19)." in text


def test_the_card_says_what_was_judged_and_what_was_not_measured(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}\n")
    write_figures(tmp_path, FIGURES)
    text = (tmp_path / "README.md").read_text()
    assert "pack portrait (12ab), commit 34cd+, data faces (56ef), judge 78ab, quick" in text
    assert "Identity is not measured: dlib is not installed." in text


def test_figures_that_were_not_measured_leave_no_row(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}\n")
    without = {key: of for key, of in FIGURES.items() if key != "realism"}
    without["realism_skipped"] = "weights are not installed"
    without["survived"] = {"edits": 0, "near": {}, "whole": {}, "eyes_behind_glasses": NO_CASE}
    write_figures(tmp_path, without)
    text = (tmp_path / "README.md").read_text()
    assert "Realism is not measured: weights are not installed." in text
    assert "classifier" not in text and "judge reads as before" not in text


def test_a_card_without_a_place_for_figures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Pack\n")
    with pytest.raises(DataError, match="no place"):
        write_figures(tmp_path, FIGURES)
