"""The figures in a pack's model card: `s2flow evaluate --record` writes them between two marks."""

from collections.abc import Mapping, Sequence
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


def _from_before(figures: Mapping[str, Any]) -> str:
    """Which figures are of an earlier evaluation."""
    kept = figures.get("kept", {})
    if not kept.get("parts"):
        return ""
    judged = kept["judged"]
    return (
        f" Of an earlier evaluation (pack {judged.get('pack_sha256')}, commit "
        f"{judged.get('commit')}), of networks that have not changed since: "
        f"{', '.join(kept['parts'])}."
    )


def _text(figures: Mapping[str, Any]) -> str:
    judged = figures["judged"]
    lines = [
        f"Judged: pack {judged['pack']} ({judged['pack_sha256']}), commit {judged['commit']}, data "
        f"{judged['data']} ({judged['data_sha256']}), judge {judged['judge_sha256']}"
        f"{', quick' if figures['quick'] else ''}. Intervals are of 95 %.{_from_before(figures)}",
        "",
        *_recognition(figures),
        *_inversion(figures["inversion"]),
        f"* Flow there and back, {figures['flow']['faces']} faces: "
        f"{figures['flow']['round_trip_max']:.1e} at most, relative.",
        *_distances(figures["frechet"]),
        *_texture(figures.get("texture")),
        f"* On disk: {figures['pack_mb']} MB.",
    ]
    if "identity_skipped" in figures:
        lines.append(f"* Identity is not measured: {figures['identity_skipped']}.")
    if "realism_skipped" in figures:
        lines.append(f"* Realism is not measured: {figures['realism_skipped']}.")
    lines += [
        *_edits(figures["edits"]), *_realism(figures.get("realism")),
        *_survived(figures["survived"]), *_styles(figures["styles"]),
    ]  # fmt: skip
    missed = [
        f"{check['figure']} {check['measured']} ({check['bar']})"
        for check in figures["checks"]
        if not check["reached"]
    ]
    lines += ["", "Misses its bar: " + ("; ".join(missed) if missed else "none") + "."]
    return "\n".join(lines)


def _recognition(figures: Mapping[str, Any]) -> list[str]:
    """Parser, landmarks, face finder."""
    parser, points = figures["parser"], figures["landmarks"]
    lines = [
        f"* Parser, {parser['faces']} faces: mean F1 {parser['mean_f1']:.3f} "
        f"{_within(parser['mean_f1_interval'])}, mean IoU {parser['mean_iou']:.3f} "
        f"{_within(parser['mean_iou_interval'])} over the 18 classes without necklace.",
        f"* Landmarks, {points['faces']} faces: {_shown(points['error'], '.2%')} of the eye "
        "distance (median).",
    ]
    if "faces" in figures:
        faces = figures["faces"]
        lines.append(
            f"* {faces['photos']} portraits: {faces['found']} faces found, {faces['false']} false; "
            f"alignment error {faces['alignment_error_median']:.2%} of the eye distance (median)."
        )
    return lines


def _inversion(inversion: Mapping[str, Any]) -> list[str]:
    ways = (
        ("latents", "by the latents alone", ""),
        ("encoder", "by the encoder", ""),
        ("refined", "refined", f", {inversion['refining_seconds']:.0f} s"),
        ("tuned", "tuned to the likeness", f", {inversion['tuning_seconds']:.0f} s"),
    )
    lines = [
        f"* Inversion, {inversion['faces']} portraits ({inversion['tuned_faces']} of them refined "
        "and tuned), medians; tuning costs "
        f"{_shown(inversion['adherence_lost'], '.3f', of_what='mean')} of mask adherence:",
        "",
        "| | PSNR, dB | SSIM | perceptual distance | identity distance |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, title, seconds in ways:
        of = inversion[name]
        cells = (
            _shown(of["psnr_db"], ".2f"), _shown(of["ssim"], ".3f"),
            _shown(of["perceptual_distance"], ".3f"), _shown(of["identity_distance"], ".3f"),
        )  # fmt: skip
        lines.append(f"| {title}{seconds} | {' | '.join(cells)} |")
    took = inversion["identity_of_edits_that_took"]["all"]
    if took["cases"]:
        lines += [
            "",
            f"* Identity distance of {took['cases']} edits of tuned faces that took: "
            f"{_shown(took, '.3f')} (median).",
        ]
    return [*lines, ""]


def _distances(frechet: Mapping[str, Any]) -> list[str]:
    named = (
        ("photos", "other people's photos"), ("reconstructions", "reconstructions"),
        ("samples", "samples"), ("edited", "edited faces"),
        ("same_faces_unedited", "the same faces unedited"),
    )  # fmt: skip
    parts = [
        f"{title} {frechet[key]['distance']:.1f} {_within(frechet[key]['interval'], '.1f')}"
        for key, title in named
        if key in frechet
    ]
    return [f"* Fréchet distance from photos, to the judge's features: {', '.join(parts)}."]


def _texture(texture: Mapping[str, Any] | None) -> list[str]:
    if texture is None or not texture["all"]["ratio"]["cases"]:
        return []
    of = texture["all"]
    return [
        f"* Edits of photos of {texture['megapixels']} megapixels, {of['ratio']['cases']} cases: "
        f"Laplacian energy inside over around {_shown(of['ratio'], '.2f')} (median), within "
        f"{texture['within'][0]} to {texture['within'][1]} in {of['within']['share']:.0%}; of the "
        f"photos before, {of['within_before']['share']:.0%}."
    ]


def _edits(edits: Mapping[str, Any]) -> list[str]:
    lines = [
        f"* Edits of {edits['faces']} faces, as composed into the photo: adherence to the asked "
        "map by the judge before and after (means), median gain, share better than before, change "
        "outside of the edit (of 255), identity distance from the photo where it took (median):",
        "",
        "| edit | cases | before | after | gain | better | outside | person |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for title, of in (edits["kinds"] | edits["edits"]).items():
        if of["cases"]:
            lines.append(
                f"| {title} | {of['cases']} | {of['unedited']['mean']:.2f} | "
                f"{of['adherence']['mean']:.2f} "
                f"{_within(of['adherence']['mean_interval'], '.2f')} | "
                f"{of['gain']['median']:.2f} | {of['better']['share']:.0%} | "
                f"{of['outside_change']['median']:.1f} | {_shown(of['identity'], '.2f')} |"
            )
    aside = edits["glasses_aside"]["identity"] if edits["glasses_aside"]["cases"] else {"cases": 0}
    if aside["cases"]:
        lines += [
            "",
            f"* Identity distance of {aside['cases']} edits that took, glasses aside: "
            f"{_shown(aside, '.3f')} (median).",
        ]
    return [*lines, ""]


def _realism(realism: Mapping[str, Any] | None) -> list[str]:
    if realism is None or not realism["mean"]["kinds"]:
        return []
    lines = [
        f"* Whether a linear classifier tells edits of {realism['photos']} held-out photos from "
        f"{realism['others']} other people's photos (balanced accuracy, 0.5 is guessing; in "
        "brackets the kernel distance), by patches about the change; beside them the same photos "
        "unedited, and their bare reconstruction:",
        "",
        "| edit | patches | edited | unedited | reconstruction |",
        "| --- | --- | --- | --- | --- |",
    ]
    ways = ("edited", "unedited", "reconstruction")
    for name, of in (realism["kinds"] | {"mean": realism["mean"]}).items():
        cells = [_told(of.get(way)) for way in ways]
        lines.append(f"| {name} | {of['edited'].get('cases', '')} | {' | '.join(cells)} |")
    return [*lines, ""]


def _told(of: Mapping[str, Any] | None) -> str:
    if of is None:
        return "-"
    return f"{of['accuracy']:.2f} {_within(of['interval'], '.2f')} ({of['kernel_distance']:.2f})"


def _survived(survived: Mapping[str, Any]) -> list[str]:
    if not survived["near"]:
        return []
    lines = [
        f"* What {survived['edits']} edits were not asked to change and the judge reads as before, "
        "of the pixels of each class:",
        "",
        "| class | about the change | whole crop |",
        "| --- | --- | --- |",
    ]
    for name, whole in survived["whole"].items():
        near = survived["near"].get(name)
        lines.append(f"| {name} | {_kept(near)} | {_kept(whole)} |")
    eyes = survived["eyes_behind_glasses"]
    if eyes["cases"]:
        lines += [
            "",
            f"* Eyes behind glasses that are taken off are still the person's own in "
            f"{eyes['share']:.0%} of {eyes['cases']} cases.",
        ]
    return [*lines, ""]


def _kept(of: Mapping[str, Any] | None) -> str:
    return "-" if of is None else f"{of['share']:.1%} {_within(of['interval'])}"


def _styles(styles: Mapping[str, Any]) -> list[str]:
    lines = [
        f"* Style sliders at full strength, {styles['faces']} faces, both ends; in standard "
        "deviations of the data's photos: how far the slider's own proxy moves and the most that "
        "another does (medians), the share of cases in which they keep to 1 and 0.3, the overlap "
        "of the parsed maps; the change outside of its part (dE) and the share of the face's fine "
        "structure that is new (means):",
        "",
        "| slider | cases | own | another | keeps to its bar | map IoU | outside | structure | "
        "identity |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, of in styles["sliders"].items():
        if of["cases"]:
            lines.append(
                f"| {name} | {of['cases']} | {of['own']['median']:.2f} | "
                f"{of['largest_other']['median']:.2f} | {of['keeps_bar']['share']:.0%} | "
                f"{of['map_iou']['median']:.2f} | {_shown(of['outside_de'], '.2f', of_what='mean')}"
                f" | {_shown(of['structure_changed'], '.3f', of_what='mean')} | "
                f"{_shown(of['identity'], '.2f')} |"
            )
    return lines


def _shown(of: Mapping[str, Any], form: str, *, of_what: str = "median") -> str:
    """A summary's figure with its interval; a dash where there is no case."""
    if not of["cases"]:
        return "-"
    return f"{of[of_what]:{form}} {_within(of[f'{of_what}_interval'], form)}"


def _within(interval: Sequence[float], form: str = ".3f") -> str:
    return f"[{interval[0]:{form}}, {interval[1]:{form}}]"
