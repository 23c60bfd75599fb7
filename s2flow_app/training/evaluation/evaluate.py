"""All measures of a pack, on faces that no stage trained on, edited as in use.

Edits go through `engine.session.Session`, so what is judged is what a user gets. Adherence is
judged by a parser that is in no loss and in no pack (`judge`).
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.edit import LatentEditor
from s2flow_app.engine.pack import load_pack
from s2flow_app.engine.parse import face_finder, parse_face
from s2flow_app.engine.session import Session
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.data import FaceData, load_faces
from s2flow_app.training.evaluation import frechet
from s2flow_app.training.evaluation.bars import checks
from s2flow_app.training.evaluation.edits import Edited, EditJudge
from s2flow_app.training.evaluation.faces_quality import faces_quality
from s2flow_app.training.evaluation.identity import MISSING, load_identity
from s2flow_app.training.evaluation.inversion import Inversion
from s2flow_app.training.evaluation.landmark_error import landmark_error
from s2flow_app.training.evaluation.parser_quality import parser_quality
from s2flow_app.training.evaluation.provenance import judged
from s2flow_app.training.evaluation.realism import MISSING as REALISM_MISSING
from s2flow_app.training.evaluation.realism import Realism, installed
from s2flow_app.training.evaluation.round_trip import round_trip
from s2flow_app.training.evaluation.sheets import Sheet
from s2flow_app.training.evaluation.style_sliders import slider_sheets, style_sliders
from s2flow_app.training.evaluation.subjects import FULL, QUICK, held_out, prepared
from s2flow_app.training.evaluation.survival import Survival
from s2flow_app.training.evaluation.texture import texture
from s2flow_app.training.judge import load_judge

Report = Callable[[str, float], None]
PARTS: Final = (
    "parser", "landmarks", "faces", "inversion", "flow", "edits", "realism", "frechet", "styles",
    "texture",
)  # fmt: skip
"""What is measured, in this order."""


def evaluate(
    pack_folder: Path, data: Path, photos: Path | None, sheets: Path | None, *,
    work: Path = Path(".work"), quick: bool = False, only: Collection[str] = (),
    progress: Report | None = None,
) -> dict[str, Any]:  # fmt: skip
    """All figures of a pack, or some.

    Args:
        data: folder of aligned portraits, as for training.
        photos: folder of photos with `faces.json`; None: neither the face finder is judged, nor
            whether edits look real, nor their texture in large photos.
        sheets: where to write pictures of what was judged; they show the data's faces.
        quick: fewer faces, and the face finder is not judged: at most 10 minutes.
        only: of `PARTS`; what is left out is kept as the pack states it. None: all of them.

    Raises:
        DataError, PackError
    """
    clock = _Clock(progress)
    pack = load_pack(pack_folder)
    faces = load_faces(data, cache=work / "cache")
    session, judge, identity = Session(pack), load_judge(), load_identity()
    extent = QUICK if quick else FULL
    subjects = held_out(faces, extent)
    survival = Survival()
    asked = set(only or PARTS)
    figures = _kept(pack.manifest.quality, asked) if only else {}
    figures |= {
        "judged": judged(pack, data, faces), "quick": quick, "pack_mb": _megabytes(pack_folder),
    }  # fmt: skip
    if identity is None:
        figures["identity_skipped"] = MISSING
    if "parser" in asked:
        clock.begin("parser", 0.0)
        figures["parser"] = parser_quality(pack.parser, faces)
    if "landmarks" in asked:
        clock.begin("landmarks", 0.02)
        figures["landmarks"] = landmark_error(pack.landmarks, faces)
    if "faces" in asked and photos is not None and not quick:
        clock.begin("faces", 0.04)
        figures["faces"] = faces_quality(face_finder(pack.landmarks).find, photos)
    if "inversion" in asked:
        clock.begin("inversion", 0.1)
        inversion = Inversion(pack.generator, session, judge, identity)
        figures["inversion"] = inversion.measure(faces, subjects.portraits, extent.tuned, sheets)
    if "flow" in asked:
        clock.begin("flow", 0.45)
        trips = subjects.edited[:: 4 if quick else 1]
        figures["flow"] = round_trip(LatentEditor(pack), session, faces, trips)
    edited: Edited | None = None
    if "edits" in asked:
        clock.begin("edits", 0.5)
        edited = EditJudge(session, judge, identity, survival).measure(
            faces, subjects.edited, sheets, one_a_kind=extent.one_a_kind
        )
        figures["edits"] = edited.figures
    if "realism" in asked and photos is not None and not installed():
        figures["realism_skipped"] = REALISM_MISSING
    elif "realism" in asked and photos is not None:
        clock.begin("realism", 0.65)
        realism = Realism(session, judge, partial(parse_face, pack), survival)
        figures["realism"] = realism.measure(photos, count=extent.presets, sheets=sheets)
    if asked & {"edits", "realism"}:
        figures["survived"] = survival.summary()
    if "frechet" in asked:
        clock.begin("frechet", 0.8)
        figures["frechet"] = _frechet(session, judge, faces, edited, sheets)
    if "styles" in asked:
        clock.begin("styles", 0.85)
        styled = subjects.edited[:: max(1, len(subjects.edited) // extent.styled)]
        figures["styles"] = style_sliders(
            session, judge, identity, faces, styled[: extent.styled], sheets
        )
        if photos is not None:
            slider_sheets(session, photos, sheets)
    if "texture" in asked and photos is not None:
        clock.begin("texture", 0.95)
        figures["texture"] = texture(session, photos, count=extent.enlarged, sheets=sheets)
    figures["seconds"] = clock.end()
    figures["checks"] = checks(figures, resolution=session.resolution)
    return figures


def _kept(stated: Mapping[str, Any], asked: Collection[str]) -> dict[str, Any]:
    """What a pack states of the parts that are not asked for, and what judged it."""
    found = {part: stated[part] for part in PARTS if part not in asked and part in stated}
    if "survived" in stated and not {"edits", "realism"} & set(asked):
        found["survived"] = stated["survived"]
    return found | {"kept": {"parts": list(found), "judged": stated.get("judged", {})}}


class _Clock:
    """Tells which measure is at work, and keeps how long each took."""

    def __init__(self, progress: Report | None) -> None:
        self._progress = progress
        self._seconds: dict[str, float] = {}
        self._stage, self._start = "", time.monotonic()

    def begin(self, stage: str, share: float) -> None:
        self.end()
        self._stage = stage
        if self._progress is not None:
            self._progress(stage, share)

    def end(self) -> dict[str, float]:
        """Seconds by stage."""
        now = time.monotonic()
        if self._stage:
            self._seconds[self._stage] = round(now - self._start, 1)
        self._start, self._stage = now, ""
        return self._seconds


def _megabytes(folder: Path) -> float:
    """All that lies in a pack's folder, in 10^6 bytes."""
    return round(sum(file.stat().st_size for file in folder.iterdir()) / 1e6, 1)


def _frechet(
    session: Session,
    judge: FaceParser,
    faces: FaceData,
    edited: Edited | None,
    sheets: Path | None,
) -> dict[str, Any]:
    """Distances of samples, reconstructions and edited faces, and of real held-out photos.

    The last one is as near as pictures of other people come.
    """
    every = faces.select(held_out=True)
    picked = [int(every[int(k)]) for k in np.linspace(0, len(every) - 1, frechet.PICTURES)]
    photos = [np.ascontiguousarray(faces.images[i]) for i in picked]
    drawn = [prepared(session, faces, i).reconstruction for i in picked]
    samples = [session.new_face(seed)[0] for seed in range(1, frechet.PICTURES + 1)]
    sheet = Sheet(sheets, "samples.png", size_px=session.resolution, columns=10)
    for start in range(0, len(samples), 10):
        sheet.add(samples[start : start + 10])
    sheet.write()
    real = _features_of(judge, faces, frechet.references(faces, picked))
    figures = {
        name: frechet.frechet_summary(frechet.features(judge, pictures), real)
        for name, pictures in (
            ("photos", photos), ("reconstructions", drawn), ("samples", samples),
        )
    }  # fmt: skip
    if edited is None:
        return figures | {"edited_skipped": "edits were not asked for"}
    rng = np.random.default_rng(frechet.SEED)
    some = rng.permutation(len(edited.pictures))[: frechet.PICTURES]
    if len(some) < frechet.PICTURES:
        return figures | {"edited_skipped": f"only {len(some)} edits applied"}
    near = _features_of(judge, faces, frechet.references(faces, [edited.faces[k] for k in some]))
    found = frechet.features(judge, [edited.pictures[k] for k in some])
    unedited = frechet.features(judge, [edited.unedited[edited.faces[k]] for k in some])
    return figures | {
        "edited": frechet.frechet_summary(found, near),
        "same_faces_unedited": frechet.frechet_summary(unedited, near),
    }


def _features_of(judge: FaceParser, faces: FaceData, picked: Sequence[int]) -> NDArray[np.float64]:
    return frechet.features(judge, [np.ascontiguousarray(faces.images[i]) for i in picked])
