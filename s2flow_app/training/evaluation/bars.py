"""What a pack must reach, by its resolution: one table, and the figures held against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from s2flow_app.training.evaluation.subjects import KINDS

ANY: Final = "*"
"""In a path: each key that is there."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure's path through the figures, and what it must reach."""

    title: str
    """``{}`` stands for what `ANY` met."""
    path: str
    sign: str
    """``>=`` or ``<=``."""
    bounds: Mapping[int, float]
    """By resolution; of a pack of another one, the next lower resolution's."""

    def bound(self, resolution: int) -> float | None:
        """None: not asked of this resolution."""
        known = [size for size in RESOLUTIONS if size <= resolution]
        return self.bounds.get(known[-1] if known else RESOLUTIONS[0])


RESOLUTIONS: Final = (128, 256)
BARS: Final = (
    Bar("parser mean F1", "parser.mean_f1", ">=", {128: 0.75, 256: 0.80}),
    Bar("parser mean IoU", "parser.mean_iou", ">=", {256: 0.69}),
    Bar("parser eyeglasses F1", "parser.f1.eyeglasses", ">=", {256: 0.60}),
    Bar("parser hat F1", "parser.f1.hat", ">=", {256: 0.60}),
    Bar("inversion by the encoder, dB", "inversion.encoder.psnr_db.median", ">=",
        {128: 19, 256: 20}),
    Bar("inversion refined, dB", "inversion.refined.psnr_db.median", ">=", {256: 23}),
    Bar("inversion after tuning, dB", "inversion.tuned.psnr_db.median", ">=", {128: 25, 256: 28}),
    Bar("adherence lost by tuning", "inversion.adherence_lost.mean", "<=", {128: 0.05, 256: 0.05}),
    Bar("identity, photo to tuned", "inversion.tuned.identity_distance.median", "<=", {256: 0.35}),
    Bar("flow round trip, relative", "flow.round_trip_max", "<=", {128: 1e-3, 256: 1e-3}),
    Bar("faces found", "faces.found", ">=", {128: 79, 256: 79}),
    Bar("false faces", "faces.false", "<=", {128: 3, 256: 3}),
    Bar("alignment error, median", "faces.alignment_error_median", "<=", {128: 0.04, 256: 0.04}),
    Bar("real or edited, accuracy: mean of the kinds", "realism.mean.edited.accuracy", "<=",
        {256: 0.68}),
    Bar("real or edited, accuracy: worst kind", "realism.worst.accuracy", "<=", {256: 0.78}),
    Bar("kept near the change: {}", "survived.near.*.share", ">=", {256: 0.98}),
    Bar("eyes behind glasses that are taken off", "survived.eyes_behind_glasses.share", ">=",
        {256: 0.9}),
    Bar("adherence, judge", "edits.mean_over_kinds.adherence", ">=", {256: 0.75}),
    Bar("identity, edits that took but glasses", "edits.glasses_aside.identity.median", "<=",
        {256: 0.15}),
    Bar("{}: better than unedited, judge", "edits.kinds.*.better.share", ">=", {128: 0.85}),
    Bar("{}: median gain, judge", "edits.kinds.*.gain.median", ">=", {128: 0.25}),
    Bar("{}: better, pack's parser", "edits.kinds.*.better_by_pack.share", ">=", {128: 0.85}),
    Bar("{}: gain, pack's parser", "edits.kinds.*.gain_by_pack.median", ">=", {128: 0.25}),
    Bar("{}: outside change", "edits.kinds.*.outside_change.median", "<=", {128: 8, 256: 5}),
    # Of as many pictures by the same judge; portrait-128 had 728.
    Bar("Fréchet distance, samples", "frechet.samples.distance", "<=", {256: 120}),
    Bar("Fréchet distance, edited faces", "frechet.edited.distance", "<=", {256: 451}),
    Bar("texture inside over around, share within", "texture.all.within.share", ">=", {256: 0.9}),
    Bar("slider {}: keeps its bar", "styles.sliders.*.keeps_bar.share", ">=", {256: 0.9}),
    Bar("colour sliders: change outside of their part, dE", "styles.colours.outside_de", "<=",
        {256: 0.5}),
    Bar("colour sliders: structure of the face changed", "styles.colours.structure_changed", "<=",
        {256: 0.03}),
    Bar("pack on disk, MB", "pack_mb", "<=", {256: 64}),
)  # fmt: skip


def checks(figures: Mapping[str, Any], *, resolution: int) -> list[dict[str, Any]]:
    """The figures that have a bar: measured, bar, and whether it is reached.

    Figures that were not measured (no photos, nothing installed, no case) are left out.
    """
    found = []
    for bar in BARS:
        bound = bar.bound(resolution)
        if bound is None:
            continue
        for met, value in _values(figures, bar.path.split(".")):
            reached = value >= bound if bar.sign == ">=" else value <= bound
            found.append(
                {
                    "figure": bar.title.format(met),
                    "measured": value,
                    "bar": f"{bar.sign} {bound:g}",
                    "reached": bool(reached),
                }
            )
    order = {kind: k for k, kind in enumerate(KINDS)}
    return sorted(found, key=lambda check: order.get(check["figure"].partition(":")[0], -1))


def _values(figures: Any, path: list[str], met: str = "") -> list[tuple[str, float]]:
    """(what `ANY` met, value) of everything that is at ``path``."""
    if not path:
        return [] if figures is None else [(met, figures)]
    if not isinstance(figures, Mapping):
        return []
    head, *rest = path
    if head == ANY:
        return [pair for key, of in figures.items() for pair in _values(of, rest, key)]
    return _values(figures[head], rest, met) if head in figures else []
