"""How like a photo its drawing is: by the encoder, after refinement, after likeness tuning.

Tuning counts only if edits still obey: the same edits are judged before and after it. Identity is
that of the tuned face and of the edits of it that took.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from s2flow_app.engine.edit import draw
from s2flow_app.engine.invert import Budget
from s2flow_app.engine.measure import mask_adherence, psnr_db
from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.nets.images import to_images, to_img
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.settings import Settings
from s2flow_app.training.data import FaceData
from s2flow_app.training.evaluation.identity import Identity
from s2flow_app.training.evaluation.intervals import rounded, summary
from s2flow_app.training.evaluation.likeness import perceptual_distance, ssim
from s2flow_app.training.evaluation.sheets import Sheet
from s2flow_app.training.evaluation.subjects import edits_of, prepared

REFINING_S: Final = 2.0
TUNING_S: Final = Settings().tune_seconds
"""What tuning takes in use."""
EDITED: Final = ("smile", "raise_brows", "fuller_hair")
"""What is asked before and after tuning: a kind each of those that keep a person's identity."""
TOOK: Final = 0.45
"""Adherence from which on an edit took: only then does it say something of identity."""


@dataclass(slots=True)
class _Likeness:
    """Of one way of inversion, over faces."""

    psnr_db: list[float] = field(default_factory=list)
    ssim: list[float] = field(default_factory=list)
    perceptual: list[float] = field(default_factory=list)
    identity: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        return {
            "psnr_db": summary(self.psnr_db),
            "ssim": summary(self.ssim),
            "perceptual_distance": summary(self.perceptual),
            "identity_distance": summary(self.identity),
        }


class Inversion:
    """Measures the inversion of held-out faces by a session's pack."""

    def __init__(
        self, generator: Generator, session: Session, judge: FaceParser, identity: Identity | None
    ) -> None:
        self._generator, self._session = generator, session
        self._judge, self._identity = judge, identity

    def measure(
        self, faces: FaceData, picked: Sequence[int], tuned_count: int, sheets: Path | None
    ) -> dict[str, Any]:
        """All faces by the encoder; the first ``tuned_count``, spread evenly, every way."""
        ways = {way: _Likeness() for way in ("latents", "encoder", "refined", "tuned")}
        lost: list[float] = []
        took: dict[str, list[float]] = {name: [] for name in EDITED}
        sheet = Sheet(sheets, "tuned.png", size_px=self._session.resolution, columns=7)
        every = np.linspace(0, len(picked) - 1, min(tuned_count, len(picked))).astype(int)
        tuned_ones = {picked[k] for k in every}
        for i in picked:
            face = prepared(self._session, faces, i)
            photo = face.state.crop
            self._add(ways["latents"], photo, self._of_latents(face))
            self._add(ways["encoder"], photo, face.reconstruction)
            if i not in tuned_ones:
                continue
            refined = self._session.refine(face.state, Budget(REFINING_S)).reconstruction
            self._add(ways["refined"], photo, refined)
            before, _ = self._edited(face)
            tuned = self._session.tune(face.state, seconds=TUNING_S)
            self._add(ways["tuned"], photo, tuned.reconstruction)
            after, pictures = self._edited(tuned)
            lost += [before[name] - after[name] for name in before]
            for name, picture in pictures.items():
                if self._identity is not None and after[name] >= TOOK:
                    took[name].append(self._identity.distance(photo, picture))
            row = [photo, face.reconstruction, refined, tuned.reconstruction]
            sheet.add([*row, *pictures.values()])
        sheet.write()
        all_took = [distance for name in EDITED for distance in took[name]]
        return {
            "faces": len(picked),
            "tuned_faces": len(tuned_ones),
            "refining_seconds": REFINING_S,
            "tuning_seconds": TUNING_S,
            **{way: of.summary() for way, of in ways.items()},
            "encoder_db_lowest": rounded(min(ways["encoder"].psnr_db)),
            "adherence_lost": summary(lost),
            "identity_of_edits_that_took": {
                "all": summary(all_took), **{name: summary(took[name]) for name in EDITED},
            },
        }  # fmt: skip

    def _add(self, way: _Likeness, photo: NDArray[np.uint8], drawn: NDArray[np.uint8]) -> None:
        img = F.interpolate(to_img(photo[None]), size=drawn.shape[0], mode="area")
        wanted = to_images(img)[0]
        way.psnr_db.append(psnr_db(drawn, wanted))
        way.ssim.append(ssim(drawn, wanted))
        way.perceptual.append(perceptual_distance(self._judge, drawn, photo))
        if self._identity is not None:
            way.identity.append(self._identity.distance(photo, drawn))

    def _of_latents(self, face: PreparedFace) -> NDArray[np.uint8]:
        """What the latents draw alone, which is what an edit begins with where it draws anew."""
        with torch.inference_mode():
            return to_images(draw(self._generator, face.state.ws[None].copy()))[0]

    def _edited(self, face: PreparedFace) -> tuple[dict[str, float], dict[str, NDArray]]:
        """By edit: its adherence by the judge, and the composed crop."""
        adherence, pictures = {}, {}
        for scripted, edit in edits_of(face, EDITED):
            picture = self._session.render(edit)[0].crop
            parsed = parse_crop(self._judge, picture)
            found = mask_adherence(edit.label_map, face.state.label_map, parsed)
            if found is not None:
                adherence[scripted.name], pictures[scripted.name] = found, picture
        return adherence, pictures
