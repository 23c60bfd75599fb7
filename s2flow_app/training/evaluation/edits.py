"""How well scripted edits take, by the judge: after the flow alone, and after it was settled.

What the pack's own parser says, which is what a user reads, is stated beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.engine.measure import mask_adherence
from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.messages import Edit
from s2flow_app.nets.parser import FaceParser
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

KEPT_PERSON: Final = ("smile", "hair", "brows")
"""Kinds of edits after which a face must still be the same person's."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One edit of one face; adherences by the judge where nothing else is said."""

    unedited: float
    after_flow: float
    adherence: float
    by_pack: float
    unedited_by_pack: float
    outside: float
    outside_composited: float
    identity: float | None
    """Distance of the bare render from the photo, if that is measured."""


@dataclass(slots=True)
class Cases:
    """Measures of one kind of edit over faces."""

    cases: list[_Case] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Figures with intervals; those of identity are of the cases that took."""
        if not self.cases:
            return {"cases": 0}
        after, before, by_pack, before_by_pack, flow, outside, composited = (
            np.array([getattr(case, name) for case in self.cases])
            for name in (
                "adherence", "unedited", "by_pack", "unedited_by_pack", "after_flow", "outside",
                "outside_composited",
            )
        )  # fmt: skip
        took = [case for case in self.cases if case.adherence >= TOOK]
        return {
            "cases": len(self.cases),
            "adherence": summary(after),
            "adherence_after_flow": summary(flow),
            "unedited": summary(before),
            "gain": summary(after - before),
            "better": share(after > before),
            "adherence_by_pack": summary(by_pack),
            "gain_by_pack": summary(by_pack - before_by_pack),
            "better_by_pack": share(by_pack > before_by_pack),
            "outside_change": summary(outside),
            "outside_change_composited_max": rounded(composited.max()),
            "took": share(after >= TOOK),
            "identity": summary([c.identity for c in took if c.identity is not None]),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """What was found, and the pictures that it was found in."""

    figures: dict[str, Any]
    pictures: list[NDArray[np.uint8]]
    """Bare renders ``[R, R, 3]``, one a case."""
    faces: list[int]
    """The face of each picture."""
    unedited: dict[int, NDArray[np.uint8]]
    """By face: its drawing before any edit."""


class EditJudge:
    """Judges scripted edits of held-out faces, as one session makes them."""

    def __init__(self, session: Session, judge: FaceParser, identity: Identity | None) -> None:
        self._session, self._judge, self._identity = session, judge, identity

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
            unedited[i] = face.reconstruction
            parsed = parse_crop(self._judge, face.reconstruction)
            drawn = dict.fromkeys((edit.name for edit in JUDGED), face.reconstruction)
            edits = edits_of(face)
            for scripted, edit in one_of_each_kind(edits, turn) if one_a_kind else edits:
                case, picture = self._case(face, edit, parsed)
                by_kind[scripted.kind].cases.append(case)
                by_name[scripted.name].cases.append(case)
                drawn[scripted.name] = picture
                pictures.append(picture)
                shown.append(i)
            sheet.add([face.state.crop, face.reconstruction, *drawn.values()])
        sheet.write()
        kinds = {kind: cases.summary() for kind, cases in by_kind.items()}
        kept = [c for kind in KEPT_PERSON for c in by_kind[kind].cases]
        figures = {
            "faces": len(picked),
            "kinds": kinds,
            "edits": {name: cases.summary() for name, cases in by_name.items()},
            "mean_over_kinds": _mean_over(kinds),
            "smile_brows_and_hair": Cases(kept).summary(),
        }
        return Edited(figures, pictures, shown, unedited)

    def _case(
        self, face: PreparedFace, edit: Edit, unedited: NDArray[np.uint8]
    ) -> tuple[_Case, NDArray[np.uint8]]:
        _, measures, picture = self._session.render(edit)
        flowed = self._session.render_unsettled(edit)
        photo, identity = face.state.crop, self._identity
        case = _Case(
            unedited=self._adherence(edit, unedited),
            after_flow=self._adherence(edit, parse_crop(self._judge, flowed)),
            adherence=self._adherence(edit, parse_crop(self._judge, picture)),
            by_pack=measures.mask_adherence or 0.0,
            unedited_by_pack=measures.mask_adherence_unedited or 0.0,
            outside=measures.outside_change,
            outside_composited=measures.outside_change_composited,
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
            for name in ("unedited", "adherence_after_flow", "adherence")
        },
    }
