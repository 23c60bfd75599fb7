"""How well scripted edits take, by the judge, in the composed crop: what a user gets.

What the pack's own parser says, which is what a user reads, is stated beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.measure import mask_adherence, outside_change
from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.model.edit import Edit
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.augment import resized
from s2flow_app.training.data import FaceData
from s2flow_app.training.evaluation.identity import Identity
from s2flow_app.training.evaluation.intervals import rounded, share, summary
from s2flow_app.training.evaluation.inversion import TOOK
from s2flow_app.training.evaluation.sheets import Sheet
from s2flow_app.training.evaluation.subjects import (
    JUDGED,
    KINDS,
    edits_of,
    one_of_each_kind,
    prepared,
)
from s2flow_app.training.evaluation.survival import Survival

GLASSES: Final = "glasses"
"""The kind of edits that is left out of identity: dlib takes a frame for part of the face."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One edit of one face; adherences by the judge where nothing else is said."""

    unedited: float
    adherence: float
    by_pack: float
    unedited_by_pack: float
    outside: float | None
    """Change of the composed crop beyond the surroundings of what was asked, of 255."""
    identity: float | None
    """Distance of the composed crop from the photo, if that is measured."""


@dataclass(slots=True)
class Cases:
    """Measures of one kind of edit over faces."""

    cases: list[_Case] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Figures with intervals; those of identity are of the cases that took."""
        if not self.cases:
            return {"cases": 0}
        after, before, by_pack, before_by_pack = (
            np.array([getattr(case, name) for case in self.cases])
            for name in ("adherence", "unedited", "by_pack", "unedited_by_pack")
        )
        took = [case for case in self.cases if case.adherence >= TOOK]
        return {
            "cases": len(self.cases),
            "adherence": summary(after),
            "unedited": summary(before),
            "gain": summary(after - before),
            "better": share(after > before),
            "adherence_by_pack": summary(by_pack),
            "gain_by_pack": summary(by_pack - before_by_pack),
            "better_by_pack": share(by_pack > before_by_pack),
            "outside_change": summary([c.outside for c in self.cases if c.outside is not None]),
            "took": share(after >= TOOK),
            "identity": summary([c.identity for c in took if c.identity is not None]),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """What was found, and the pictures that it was found in."""

    figures: dict[str, Any]
    pictures: list[NDArray[np.uint8]]
    """Composed crops, shrunk to ``[R, R, 3]`` (the judge sees no more), one a case."""
    faces: list[int]
    """The face of each picture."""
    unedited: dict[int, NDArray[np.uint8]]
    """By face: its crop before any edit, as large."""


class EditJudge:
    """Judges scripted edits of held-out faces, as one session makes them.

    Args:
        survival: is told of every edit.
    """

    def __init__(
        self, session: Session, judge: FaceParser, identity: Identity | None, survival: Survival
    ) -> None:
        self._session, self._judge, self._identity = session, judge, identity
        self._survival = survival

    def measure(
        self, faces: FaceData, picked: Sequence[int], sheets: Path | None, *, one_a_kind: bool
    ) -> Edited:
        """The scripted edits that apply to the picked faces: all, or one a kind in turns."""
        by_name = {edit.name: Cases() for edit in JUDGED}
        by_kind = {kind: Cases() for kind in KINDS}
        pictures, shown, unedited = [], [], {}
        size_px = self._session.resolution
        sheet = Sheet(sheets, "edits.png", size_px=size_px, columns=2 + len(JUDGED))
        for turn, i in enumerate(picked):
            face = prepared(self._session, faces, i)
            crop = face.state.crop
            unedited[i] = resized(crop, size_px)
            parsed = parse_crop(self._judge, crop)
            composed = dict.fromkeys((edit.name for edit in JUDGED), crop)
            edits = edits_of(face)
            for scripted, edit in one_of_each_kind(edits, turn) if one_a_kind else edits:
                case, picture = self._case(face, edit, parsed)
                by_kind[scripted.kind].cases.append(case)
                by_name[scripted.name].cases.append(case)
                composed[scripted.name] = picture
                pictures.append(resized(picture, size_px))
                shown.append(i)
            sheet.add([crop, face.reconstruction, *composed.values()])
        sheet.write()
        kinds = {kind: cases.summary() for kind, cases in by_kind.items()}
        aside = [case for kind, of in by_kind.items() if kind != GLASSES for case in of.cases]
        figures = {
            "faces": len(picked),
            "kinds": kinds,
            "edits": {name: cases.summary() for name, cases in by_name.items()},
            "mean_over_kinds": _mean_over(kinds),
            "glasses_aside": Cases(aside).summary(),
        }
        return Edited(figures, pictures, shown, unedited)

    def _case(
        self, face: PreparedFace, edit: Edit, unedited: NDArray[np.uint8]
    ) -> tuple[_Case, NDArray[np.uint8]]:
        state, measures = self._session.render(edit)
        photo, picture, identity = face.state.crop, state.crop, self._identity
        parsed = parse_crop(self._judge, picture)
        self._survival.add(edit, picture, unedited, parsed)
        case = _Case(
            unedited=self._adherence(edit, unedited),
            adherence=self._adherence(edit, parsed),
            by_pack=measures.mask_adherence or 0.0,
            unedited_by_pack=measures.mask_adherence_unedited or 0.0,
            outside=outside_change(photo, picture, edit.label_map != edit.base.label_map),
            identity=None if identity is None else identity.distance(photo, picture),
        )
        return case, picture

    def _adherence(self, edit: Edit, parsed: NDArray[np.uint8]) -> float:
        found = mask_adherence(edit.label_map, edit.base.label_map, parsed)
        assert found is not None  # cases ask for a change
        return found


def _mean_over(kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Each kind counts alike, however many cases it has."""
    known = [of for of in kinds.values() if of["cases"]]
    if not known:
        return {"kinds": 0}
    return {
        "kinds": len(known),
        **{
            name: rounded(np.mean([of[name]["mean"] for of in known]))
            for name in ("unedited", "adherence")
        },
    }
