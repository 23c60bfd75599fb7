"""`s2flow evaluate`: how good a pack is, on faces that no stage trained on, edited as in use.

All edits go through `engine.session.Session`, so what is judged is what a user gets. Adherence is
judged by a parser that is in no loss and in no pack (`judge`); what the pack's own parser says,
which is what a user reads, is stated beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.edit import LatentEditor
from s2flow_app.engine.measure import mask_adherence
from s2flow_app.engine.pack import load_pack
from s2flow_app.engine.parse import face_finder, parse_crop
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.label_shapes import SCRIPTED_EDITS
from s2flow_app.messages import Edit, EditMeasures, Style
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.augment import resized
from s2flow_app.training.data import FaceData, load_faces
from s2flow_app.training.faces_quality import faces_quality
from s2flow_app.training.judge import load_judge
from s2flow_app.training.parser_quality import parser_quality
from s2flow_app.training.provenance import judged
from s2flow_app.training.styles import TITLES, attributes

JUDGED: Final = tuple(edit for edit in SCRIPTED_EDITS if edit.name != "longer_hair")
"""The scripted edits whose kinds have a bar."""
KINDS: Final = tuple(dict.fromkeys(edit.kind for edit in JUDGED))
LABELLED_FACES: Final = 60
STYLED_FACES: Final = 24
TUNED_FACES: Final = 12
TUNING_S: Final = 8.0
SHEET_FACES: Final = 20
RESAMPLES: Final = 1000
MIN_CHANGED_PX: Final = 200
"""Of 512 x 512: an edit that asks for less is no case."""

Report = Callable[[str, float], None]


@dataclass(slots=True)
class _Cases:
    """Measures of one kind of edit over faces."""

    adherence: list[float] = field(default_factory=list)
    unedited: list[float] = field(default_factory=list)
    by_pack: list[float] = field(default_factory=list)
    unedited_by_pack: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)
    outside_composited: list[float] = field(default_factory=list)

    def add(self, measures: EditMeasures, after: float | None, before: float | None) -> None:
        """One edit; ``after`` and ``before`` are its adherence by the judge."""
        assert after is not None and before is not None and measures.mask_adherence is not None
        self.adherence.append(after)
        self.unedited.append(before)
        self.by_pack.append(measures.mask_adherence)
        self.unedited_by_pack.append(measures.mask_adherence_unedited or 0.0)
        self.outside.append(measures.outside_change)
        self.outside_composited.append(measures.outside_change_composited)

    def summary(self) -> dict[str, Any]:
        after, before = np.array(self.adherence), np.array(self.unedited)
        by_pack, before_by_pack = np.array(self.by_pack), np.array(self.unedited_by_pack)
        if not len(after):
            return {"cases": 0}
        return {
            "cases": len(after),
            "adherence_mean": _rounded(after.mean()),
            "adherence_mean_interval": mean_interval(after),
            "adherence_median": _rounded(np.median(after)),
            "unedited_median": _rounded(np.median(before)),
            "gain_median": _rounded(np.median(after - before)),
            "better_share": _rounded((after > before).mean()),
            "adherence_by_pack_median": _rounded(np.median(by_pack)),
            "gain_by_pack_median": _rounded(np.median(by_pack - before_by_pack)),
            "better_share_by_pack": _rounded((by_pack > before_by_pack).mean()),
            "outside_change_median": _rounded(np.median(self.outside)),
            "outside_change_composited_max": _rounded(max(self.outside_composited)),
        }


def evaluate(
    pack_folder: Path, data: Path, photos: Path | None, sheets: Path | None, *,
    work: Path = Path(".work"), quick: bool = False, progress: Report | None = None,
) -> dict[str, Any]:  # fmt: skip
    """All figures of a pack.

    Args:
        data: folder of aligned portraits, as for training.
        photos: folder of photos with `faces.json`; None: the face finder is not judged.
        sheets: where to write pictures of the edits; they show the data's faces.
        quick: a quarter of the faces.

    Raises:
        DataError, PackError
    """
    tell = progress or (lambda stage, share: None)
    pack = load_pack(pack_folder)
    faces = load_faces(data, cache=work / "cache")
    session = Session(pack)
    part = 4 if quick else 1
    tell("parser", 0.0)
    figures: dict[str, Any] = {"judged": judged(pack, data, faces), "quick": quick}
    figures["parser"] = parser_quality(pack.parser, faces)
    if photos is not None:
        tell("faces", 0.1)
        figures["faces"] = faces_quality(face_finder(pack.landmarks).find, photos)
    cc0, labelled = _held_out(faces)
    tell("inversion", 0.3)
    figures["inversion"] = _inversion(session, faces, cc0[::part], TUNED_FACES // part)
    tell("flow", 0.5)
    picked = [*cc0, *labelled[:LABELLED_FACES]][::part]
    figures["flow"] = _round_trip(LatentEditor(pack), session, faces, picked)
    tell("edits", 0.6)
    figures["edits"] = _edits(session, load_judge(), faces, picked, sheets)
    tell("styles", 0.9)
    figures["styles"] = _styles(session, faces, picked[:STYLED_FACES])
    figures["checks"] = checks(figures)
    return figures


def checks(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures that have a bar: measured, bar, and whether it is reached."""
    found: list[tuple[str, float, str, float]] = [
        ("parser mean F1", figures["parser"]["mean_f1"], ">=", 0.75),
        ("inversion by the encoder, dB", figures["inversion"]["encoder_db_median"], ">=", 19),
        ("inversion after tuning, dB", figures["inversion"]["tuned_db_median"], ">=", 25),
        ("adherence lost by tuning", figures["inversion"]["adherence_lost"], "<=", 0.05),
        ("flow round trip, relative", figures["flow"]["round_trip_max"], "<=", 1e-3),
    ]
    if faces := figures.get("faces"):
        found += [
            ("faces found", faces["found"], ">=", 79),
            ("false faces", faces["false"], "<=", 3),
        ]
        if faces["found"]:
            error = faces["alignment_error_median"]
            found.append(("alignment error, median", error, "<=", 0.04))
    for kind, cases in figures["edits"]["kinds"].items():
        if cases["cases"]:
            found += [
                (f"{kind}: better than unedited, judge", cases["better_share"], ">=", 0.85),
                (f"{kind}: median gain, judge", cases["gain_median"], ">=", 0.25),
                (f"{kind}: better, pack's parser", cases["better_share_by_pack"], ">=", 0.85),
                (f"{kind}: gain, pack's parser", cases["gain_by_pack_median"], ">=", 0.25),
                (f"{kind}: outside change", cases["outside_change_median"], "<=", 8),
                (f"{kind}: outside after", cases["outside_change_composited_max"], "<=", 0),
            ]
    return [
        {
            "figure": name,
            "measured": value,
            "bar": f"{sign} {bar}",
            "reached": bool(value >= bar if sign == ">=" else value <= bar),
        }
        for name, value, sign, bar in found
    ]


def generated_sheet(session: Session, path: Path) -> None:
    """Twenty made-up faces, seeds 1 to 20, unchosen: each as it is and with one edit a kind."""
    rows = []
    for seed in range(1, SHEET_FACES + 1):
        face = session.prepare_face(session.new_face(seed)[1][0].points)
        row = [face.state.crop]
        for kind in KINDS:
            edit = next(e for e in JUDGED if e.kind == kind)
            asked = edit.apply(face.state.label_map)
            row.append(session.render(Edit(face.state, asked))[2])
        rows.append([resized(p, 128) for p in row])
    half = len(rows) // 2
    whole = [np.concatenate(a + b, 1) for a, b in zip(rows[:half], rows[half:], strict=True)]
    write_sheet(path, np.concatenate(whole))


def write_sheet(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write an RGB picture ``[H, W, 3]``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def _held_out(faces: FaceData) -> tuple[list[int], list[int]]:
    """Indices of the held-out CC0 portraits and of the other held-out faces with a map."""
    cc0 = [i for i in faces.select(held_out=True) if faces.names[i].startswith("cc0-")]
    labelled, _ = faces.select_labelled(held_out=True)
    return [int(i) for i in cc0], [int(i) for i in labelled if i not in cc0]


def _prepared(session: Session, faces: FaceData, index: int) -> PreparedFace:
    picture = np.ascontiguousarray(faces.images[index])
    _, (face,) = session.open_aligned(picture, faces.names[index])
    return session.prepare_face(face.points)


def _cases(face: PreparedFace, names: Sequence[str] = ()) -> Iterator[tuple[str, Edit]]:
    """(kind, edit) of the scripted edits that apply to a face."""
    for scripted in JUDGED:
        if names and scripted.name not in names:
            continue
        asked = scripted.apply(face.state.label_map)
        if (asked != face.state.label_map).sum() >= MIN_CHANGED_PX:
            yield scripted.kind, Edit(face.state, asked)


def _inversion(
    session: Session, faces: FaceData, picked: Sequence[int], tuned_count: int
) -> dict[str, Any]:
    encoder = [_prepared(session, faces, i).inversion_psnr_db for i in picked]
    refined, tuned, lost = [], [], []
    for i in picked[:tuned_count]:
        edits = ("smile", "fuller_hair")
        face = _prepared(session, faces, i)
        before = _adherence(session, face, edits)
        refined.append(session.refine(face.state, steps=60).inversion_psnr_db)
        face = _prepared(session, faces, i)
        face = session.tune(face.state, seconds=TUNING_S)
        tuned.append(face.inversion_psnr_db)
        lost += [b - a for b, a in zip(before, _adherence(session, face, edits), strict=True)]
    return {
        "faces": len(encoder),
        "encoder_db_median": _rounded(np.median(encoder)),
        "encoder_db_lowest": _rounded(min(encoder)),
        "tuned_faces": len(tuned),
        "refined_60_steps_db_median": _rounded(np.median(refined)),
        "tuned_db_median": _rounded(np.median(tuned)),
        "tuning_seconds": TUNING_S,
        "adherence_lost": _rounded(np.mean(lost)),
    }


def _adherence(session: Session, face: PreparedFace, names: Sequence[str]) -> list[float]:
    measures = [session.render(edit)[1] for _, edit in _cases(face, names)]
    return [m.mask_adherence for m in measures if m.mask_adherence is not None]


def _round_trip(
    editor: LatentEditor, session: Session, faces: FaceData, picked: Sequence[int]
) -> dict[str, Any]:
    errors = []
    for i in picked:
        state = _prepared(session, faces, i).state
        back, _ = editor.edited_ws(Edit(state, state.label_map))
        errors.append(float(np.linalg.norm(back - state.ws) / np.linalg.norm(state.ws)))
    return {
        "faces": len(errors),
        "round_trip_median": float(f"{np.median(errors):.3g}"),
        "round_trip_max": float(f"{max(errors):.3g}"),
    }


def _edits(
    session: Session,
    judge: FaceParser,
    faces: FaceData,
    picked: Sequence[int],
    sheets: Path | None,
) -> dict[str, Any]:
    by_kind = {kind: _Cases() for kind in KINDS}
    by_name = {edit.name: _Cases() for edit in JUDGED}
    rows: list[NDArray[np.uint8]] = []
    for i in picked:
        face = _prepared(session, faces, i)
        size = session.resolution
        row = [resized(face.state.crop, size), face.reconstruction]
        unedited = parse_crop(judge, face.reconstruction)
        for scripted in JUDGED:
            picture = face.reconstruction
            for kind, edit in _cases(face, (scripted.name,)):
                _, measures, picture = session.render(edit)
                source, asked = face.state.label_map, edit.label_map
                after = mask_adherence(asked, source, parse_crop(judge, picture))
                before = mask_adherence(asked, source, unedited)
                by_kind[kind].add(measures, after, before)
                by_name[scripted.name].add(measures, after, before)
            row.append(picture)
        rows.append(np.concatenate(row, 1))
    if sheets is not None:
        write_sheet(sheets / "edits.png", np.concatenate(rows[:SHEET_FACES]))
    return {
        "faces": len(picked),
        "kinds": {kind: cases.summary() for kind, cases in by_kind.items()},
        "edits": {name: cases.summary() for name, cases in by_name.items()},
    }


def _styles(session: Session, faces: FaceData, picked: Sequence[int]) -> dict[str, Any]:
    """Of each attribute, how far amounts of -1 and 1 move it, and how often the right way."""
    moved: dict[str, list[float]] = {name: [] for name in TITLES}
    spread = []
    for i in picked:
        face = _prepared(session, faces, i)
        small_map = face.state.label_map[::4, ::4]
        spread.append(attributes(face.reconstruction, small_map))
        for k, name in enumerate(TITLES):
            ends = []
            for amount in (-1.0, 1.0):
                style = Style(attributes=((name, amount),))
                picture = session.render(Edit(face.state, face.state.label_map, style))[2]
                ends.append(attributes(picture, small_map)[k])
            if not np.isnan(ends).any():
                moved[name].append(float(ends[1] - ends[0]))
    scale = np.nanstd(np.stack(spread), axis=0)
    return {
        name: {
            "faces": len(values),
            "right_way_share": _rounded((np.array(values) > 0).mean()),
            "moved_spreads_median": _rounded(np.median(values) / scale[k]),
        }
        for k, (name, values) in enumerate(moved.items())
        if values
    }


def mean_interval(values: NDArray) -> list[float]:
    """95 % interval of the mean of ``values [N]``, by the bootstrap with a fixed seed."""
    picked = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(np.asarray(values)[picked].mean(1), (0.025, 0.975))
    return [_rounded(low), _rounded(high)]


def _rounded(value: Any) -> float:
    return round(float(value), 4)
