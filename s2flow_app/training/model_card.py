"""The figures in a pack's model card: `s2flow evaluate --record` writes them between two marks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from s2flow_app.errors import DataError

CARD: Final = "README.md"
SHEET: Final = "generated.jpg"
"""The picture of made-up faces in the card."""
BEGIN: Final = "<!-- figures: written by s2flow evaluate --record -->"
END: Final = "<!-- end of figures -->"


def write_figures(folder: Path, figures: Mapping[str, Any]) -> None:
    """Put measured figures into the card of the pack in ``folder``.

    Raises:
        DataError: the card lacks the marks.
    """
    card = folder / CARD
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise DataError(f"{card} has no place for figures.", f"Write {BEGIN} and {END} into it.")
    card.write_text(f"{before}{BEGIN}\n{_text(figures)}\n{END}{after}", encoding="utf-8")


def _text(figures: Mapping[str, Any]) -> str:
    parser, inversion = figures["parser"], figures["inversion"]
    flow, styles = figures["flow"], figures["styles"]
    lines = [
        f"* Parser, {parser['faces']} faces: mean F1 {parser['mean_f1']:.3f}, mean IoU "
        f"{parser['mean_iou']:.3f} over the 18 classes without necklace.",
    ]
    if "faces" in figures:
        faces = figures["faces"]
        lines.append(
            f"* {faces['photos']} portraits: {faces['found']} faces found, {faces['false']} false; "
            f"alignment error {faces['alignment_error_median']:.2%} of the eye distance (median)."
        )
    lines += [
        f"* Inversion, {inversion['faces']} portraits at full resolution: "
        f"{inversion['encoder_db_median']:.2f} dB by the encoder (lowest "
        f"{inversion['encoder_db_lowest']:.2f}); {inversion['tuned_faces']} of them: "
        f"{inversion['refined_60_steps_db_median']:.2f} dB after 60 steps of refinement, "
        f"{inversion['tuned_db_median']:.2f} dB after {inversion['tuning_seconds']:.0f} s of "
        f"likeness tuning, which costs {inversion['adherence_lost']:.3f} of mask adherence.",
        f"* Flow there and back, {flow['faces']} faces: {flow['round_trip_max']:.1e} at most, "
        "relative.",
        "* Style sliders, faces in which the attribute moves the right way: "
        + ", ".join(f"{name} {of['right_way_share']:.0%}" for name, of in styles.items())
        + ".",
        f"* Edits of {figures['edits']['faces']} faces: adherence to the asked map before and after"
        " (medians), share better than before, change of the drawing outside of the edit and of "
        "the composed picture (of 255):",
        "",
        "| edit | cases | adherence | gain | better | outside | composed |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for title, of in (figures["edits"]["kinds"] | figures["edits"]["edits"]).items():
        if of["cases"]:
            lines.append(
                f"| {title} | {of['cases']} | {of['unedited_median']:.2f} to "
                f"{of['adherence_median']:.2f} | {of['gain_median']:.2f} | "
                f"{of['better_share']:.0%} | {of['outside_change_median']:.1f} | "
                f"{of['outside_change_composited_max']:.0f} |"
            )
    missed = [
        f"{check['figure']} {check['measured']} ({check['bar']})"
        for check in figures["checks"]
        if not check["reached"]
    ]
    lines += ["", "Misses its bar: " + ("; ".join(missed) if missed else "none") + "."]
    return "\n".join(lines)
