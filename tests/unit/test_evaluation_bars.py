"""Bars: which figures a pack is held against, by its resolution."""

from s2flow_app.training.evaluation.bars import checks

SMILE = {
    "cases": 9, "better": {"share": 0.8}, "gain": {"median": 0.3},
    "better_by_pack": {"share": 0.9}, "gain_by_pack": {"median": 0.2},
    "outside_change": {"median": 6.0},
}  # fmt: skip
FIGURES = {
    "parser": {"mean_f1": 0.78, "mean_iou": 0.66, "f1": {"eyeglasses": 0.7, "hat": 0.5}},
    "inversion": {
        "encoder": {"psnr_db": {"cases": 4, "median": 18.0}},
        "tuned": {"psnr_db": {"cases": 2, "median": 25.1}, "identity_distance": {"cases": 0}},
        "adherence_lost": {"cases": 2, "mean": 0.02},
    },
    "flow": {"round_trip_max": 5e-4},
    "edits": {
        "kinds": {"smile": SMILE, "nose": {"cases": 0}},
        "mean_over_kinds": {"adherence": 0.7},
        "glasses_aside": {"cases": 9, "identity": {"cases": 7, "median": 0.14}},
    },
    "realism": {
        "mean": {"kinds": 2, "edited": {"accuracy": 0.66}},
        "worst": {"kind": "smile", "accuracy": 0.79},
    },
    "survived": {
        "near": {"eyes": {"share": 0.97}, "nose": {"share": 0.99}},
        "eyes_behind_glasses": {"cases": 10, "share": 0.9},
    },
    "styles": {
        "sliders": {"hair_warmth": {"keeps_bar": {"share": 0.4}}},
        "colours": {"outside_de": 0.51, "structure_changed": 0.03},
    },
    "pack_mb": 64.1,
}  # fmt: skip


def missed(resolution: int) -> set[str]:
    return {c["figure"] for c in checks(FIGURES, resolution=resolution) if not c["reached"]}


def test_a_figure_below_its_bar_is_said_to_miss_it() -> None:
    assert missed(128) == {
        "inversion by the encoder, dB",
        "smile: better than unedited, judge",
        "smile: gain, pack's parser",
    }


def test_larger_pictures_have_bars_of_their_own() -> None:
    assert missed(256) == {
        "parser mean F1",
        "parser mean IoU",
        "parser hat F1",
        "inversion by the encoder, dB",
        "inversion after tuning, dB",
        "adherence, judge",
        "smile: outside change",
        "slider hair_warmth: keeps its bar",
        "real or edited, accuracy: worst kind",
        "kept near the change: eyes",
        "colour sliders: change outside of their part, dE",
        "pack on disk, MB",
    }
    assert missed(512) == missed(256)


def test_what_was_not_measured_is_not_checked() -> None:
    named = {c["figure"] for c in checks(FIGURES, resolution=256)}
    assert "faces found" not in named
    assert "identity, photo to tuned" not in named
    assert not any(name.startswith("nose") for name in named)
