"""Stage `painter`: the map painter, on edits by the trained flow under the frozen generator.

A face is edited away from its own map and back: then the photo shows what the map asks for, and
the painter learns to draw it. It is also edited forth, as a user would, where no photo says what is
right: there parsers, the face's own hues and a critic do. And whole faces are drawn from their
latents and maps, as made-up ones are. In the end it is measured how crisp those are beside photos.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from s2flow_app.engine.composite import change_mask
from s2flow_app.engine.edit import one_hot_maps
from s2flow_app.labels import BACKGROUND
from s2flow_app.nets.blending import Blending, Change
from s2flow_app.nets.images import at_most, to_img
from s2flow_app.nets.likeness import likeness_of
from s2flow_app.nets.painter import CRISP_AT, PAINTED_AT, MapPainter, Painting, detail
from s2flow_app.nets.parser import FaceParser, feature_distance
from s2flow_app.training.asked_maps import AskedMaps, Map, coarse_ids
from s2flow_app.training.critic import R1_EVERY, Critic, teach, with_realness
from s2flow_app.training.data import FaceData
from s2flow_app.training.edit_losses import taken, tint
from s2flow_app.training.flow import ConditionalFlow, Judges, edited
from s2flow_app.training.generator import TEACHER_SIZE
from s2flow_app.training.latents import FaceLatents
from s2flow_app.training.likeness import features_at, unit_at
from s2flow_app.training.loop import (
    StageConfig,
    Trainer,
    average_into,
    averaged_copy,
    channels_last,
    cosine,
    prefetched,
    reduced_precision,
)

BATCH: Final = 8
SMALL_PX: Final = 128
"""Side of most drawings: what is finer does not decide what a parser sees, and takes most time."""
LARGE_EVERY: Final = 4
"""Every so many rounds are drawn in full."""
LEAST_BACK: Final = 0.2
"""How far latents are at least led back, of 1: the rest is the painter's."""
PERCEPT_WEIGHT: Final = 0.4
TINT_WEIGHT: Final = 3.0
REALNESS_SHARE: Final = 0.35
"""How hard the critic pulls, in the pull of the other losses."""
CRITIC_FROM: Final = 0.1
"""Share of the time from which the critic, which is taught from the start, pulls."""
CRITIC_EVERY: Final = 2
"""Small drawings for each lesson of the critic."""
MEASURED: Final = 12
"""Batches of faces whose crispness is measured."""
CRISPEST: Final = 1.0
"""What lacks more is not dull but missing: raising what there is gives outlines halos."""
SMALL_SHARE: Final = 0.01
"""Of the picture: changes that are so small count less."""


class Way(Enum):
    """What is painted: an edit back to the photo's own map, one away from it, or all of a face."""

    BACK = auto()
    FORTH = auto()
    WHOLE = auto()


ROUND: Final = (Way.BACK, Way.FORTH, Way.WHOLE)
TOOK_WEIGHT: Final = {Way.BACK: 0.1, Way.FORTH: 0.5, Way.WHOLE: 0.1}
"""What parsers say counts more where no photo says what is right."""


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Faces, and edits that are asked of them."""

    photos: Tensor
    """``[N, 3, R, R]``"""
    ws: Tensor
    """``[N, L, D]``"""
    own: Tensor
    """``[N, 19, 64, 64]`` their maps."""
    asked: Tensor
    """``[N, 19, 64, 64]``"""
    own_ids: Tensor
    """``[N, 64, 64]``"""
    asked_ids: Tensor
    """``[N, 64, 64]``"""
    where: Tensor
    """``[N, 1, 128, 128]`` 0..1, where the two differ, softly."""

    @property
    def changed(self) -> Tensor:
        """``[N, 64, 64]`` bool"""
        return self.own_ids != self.asked_ids


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """A drawing before an edit, and what the edit is."""

    before: Tensor | None
    """``[N, 3, r, r]``; None of a whole face"""
    ws: Tensor
    """Latents after the edit."""
    likeness: Tensor | None
    """Where nothing is asked for."""
    change: Change | None
    asked: Tensor
    asked_ids: Tensor
    changed: Tensor
    where: Tensor


def run(
    config: StageConfig, data: FaceData, latents: FaceLatents, flow: ConditionalFlow,
    judges: Judges,
) -> MapPainter:  # fmt: skip
    """Train (or go on training) and return the averaged network."""
    torch.manual_seed(config.seed)
    generator, parsers = judges.generator, judges.parsers
    for network in (generator, judges.likeness, flow, *parsers):
        channels_last(network).eval().requires_grad_(False)
    net = channels_last(MapPainter(features=features_at(generator, PAINTED_AT)))
    train = data.select(held_out=False)
    net.unit.copy_(unit_at(generator, latents.ws[0, train[:16]], PAINTED_AT))
    averaged, critic = averaged_copy(net), channels_last(Critic(patch=1))
    optimiser = torch.optim.Adam(net.parameters(), lr=2e-3, betas=(0.9, 0.99))
    critic_optimiser = torch.optim.Adam(critic.parameters(), lr=3e-4, betas=(0.0, 0.99))
    parts = {
        "net": net, "averaged": averaged, "optimiser": optimiser,
        "critic": critic, "critic_optimiser": critic_optimiser,
    }  # fmt: skip
    trainer = Trainer("painter", config, parts)
    rng = np.random.default_rng(config.seed + trainer.step)
    full = generator.synthesis.resolutions[-1]
    scenes = _Scenes(judges, flow)
    cc0 = data.held_out_portraits()[:10]
    sample = next(_batches(data, latents, cc0, np.random.default_rng(1), full, len(cc0)))

    def sheet() -> None:
        with torch.no_grad():
            rows = [sample.photos]
            for way in (Way.FORTH, Way.BACK):
                scene = scenes.draw(
                    sample, way, averaged, full, amounts=torch.zeros(len(sample.ws))
                )
                rows += [scenes.after(scene, None, full), scenes.after(scene, averaged, full)]
        trainer.write_sheet(*rows)

    batches = prefetched(_batches(data, latents, train, rng, full, BATCH), ahead=4)
    for step in trainer.steps(sheet):
        batch, (turn, place) = next(batches), divmod(step, len(ROUND))
        way, parser = ROUND[place], parsers[turn % len(parsers)]
        size = full if turn % LARGE_EVERY == 0 else min(SMALL_PX, full)
        optimiser.param_groups[0]["lr"] = 2e-3 * cosine(trainer.fraction, floor=0.05)
        scene = scenes.draw(batch, way, net, size, amounts=torch.rand(len(batch.ws)))
        img = scenes.after(scene, net, size)
        where = F.interpolate(scene.where, size=size, mode="bilinear", align_corners=False)
        photos = at_most(batch.photos, size)
        # Around the change the photo stays: nobody is to tell it from drawings by that.
        shown = photos.lerp(img, where)
        loss = torch.zeros([])
        if way is not Way.FORTH:
            loss = _off(shown, _crisper(photos, where, net), where, parsers[0])
            trainer.record_also(off=loss.detach())
        taking = taken(shown, scene.asked_ids, scene.changed, parser)
        loss = loss + TOOK_WEIGHT[way] * taking.inside
        if way is Way.FORTH:
            assert scene.before is not None  # only whole faces lack it
            asked = (scene.asked_ids, scene.changed)
            loss = loss + TINT_WEIGHT * tint(shown, scene.before, *asked)
            trainer.record_also(took=taking.inside.detach(), hits=taking.hits)
        (pull,) = torch.autograd.grad(loss, shown)
        if size == SMALL_PX and trainer.fraction >= CRITIC_FROM:
            pull = with_realness(pull, shown, critic, share=REALNESS_SHARE)
        optimiser.zero_grad(set_to_none=True)
        shown.backward(pull)
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        average_into(averaged, net, decay=min(0.995, 1 - 1 / (step + 2)))
        trainer.record()
        if size == SMALL_PX and (turn + place) % CRITIC_EVERY == 0:
            penalised = step % R1_EVERY == 0
            judged = teach(critic, critic_optimiser, photos, shown.detach(), penalised=penalised)
            trainer.record_also(critic=judged)
    faces = _whole_faces(scenes, islice(batches, MEASURED), averaged)
    net.crispness.copy_(lacking_crispness(faces))
    averaged.crispness.copy_(net.crispness)
    trainer.save()
    return averaged


class _Scenes:
    """Draws faces before an edit and after it."""

    def __init__(self, judges: Judges, flow: ConditionalFlow) -> None:
        self._generator, self._likeness, self._flow = judges.generator, judges.likeness, flow

    @torch.no_grad()
    def draw(
        self, batch: _Batch, way: Way, net: MapPainter, size: int, *, amounts: Tensor
    ) -> _Scene:
        """What there is before an edit.

        Args:
            amounts: ``[N]`` 0..1, how far latents are led back beyond `LEAST_BACK`.
        """
        if way is Way.WHOLE:
            everywhere = torch.ones_like(batch.where)
            changed = torch.ones_like(batch.changed)
            return _Scene(None, batch.ws, None, None, batch.own, batch.own_ids, changed, everywhere)
        missing = likeness_of(self._likeness, self._generator, batch.ws, batch.photos, looks=1)
        away = edited(self._flow, batch.ws, batch.own, batch.asked)
        stays, where = 1 - batch.where, batch.where
        if way is Way.FORTH:
            kept, ws, start = Blending(likeness=missing), away, batch.ws
            asked, ids = batch.asked, batch.asked_ids
        else:
            painting = Painting(net, batch.asked, where)
            kept, start = Blending(likeness=missing, stays=stays, painting=painting), away
            back = LEAST_BACK + (1 - LEAST_BACK) * amounts[:, None, None]
            ws, asked, ids = away.lerp(batch.ws, back), batch.own, batch.own_ids
        before = self._synthesis(start, size, kept)
        change = Change(kept.maps, where)
        return _Scene(before, ws, missing, change, asked, ids, batch.changed, where)

    def after(self, scene: _Scene, net: MapPainter | None, size: int) -> Tensor:
        """``[N, 3, R, R]`` after the edit, painted if there is a painter."""
        painting = None if net is None else Painting(net, scene.asked, scene.where)
        blending = Blending(
            likeness=scene.likeness, stays=1 - scene.where, painting=painting, change=scene.change
        )
        return self._synthesis(scene.ws, size, blending)

    def _synthesis(self, ws: Tensor, size: int, blending: Blending) -> Tensor:
        synthesis = self._generator.synthesis
        with reduced_precision() as dtype:
            img = synthesis(ws, noise_mode="none", upto=size, dtype=dtype, blending=blending)
        return img.float()


def _off(shown: Tensor, photos: Tensor, where: Tensor, teacher: FaceParser) -> Tensor:
    """How far pictures are from their photos, in the share of each that is drawn."""
    total, share = shown.new_zeros(len(shown)), where.mean((1, 2, 3)) + SMALL_SHARE
    for size in (shown.shape[2], shown.shape[2] // 2, shown.shape[2] // 4):
        found, wanted = (F.adaptive_avg_pool2d(img, size) for img in (shown, photos))
        total = total + (found - wanted).abs().mean((1, 2, 3)) / 3
    seen, wanted = (at_most(img, TEACHER_SIZE) for img in (shown, photos))
    percept = feature_distance(teacher, seen, wanted) / share.mean()
    return (total / share).mean() + PERCEPT_WEIGHT * percept


def _crisper(photos: Tensor, where: Tensor, net: MapPainter) -> Tensor:
    """Photos as a painter without a loss of contrast would draw them: it is not to lose more
    because drawings are made crisper."""
    added = net.lacking_detail(at_most(photos, CRISP_AT), at_most(where, CRISP_AT))
    return photos + F.interpolate(added, size=photos.shape[2], mode="bilinear")


def lacking_crispness(drawn_for_photos: Iterable[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
    """By how much `detail` has to be raised until drawings have as much of it as their photos.

    Args:
        drawn_for_photos: drawings and photos ``[N, 3, 128, 128]``, and where they are compared,
            ``[N, 1, 128, 128]`` 0..1.
    """
    has, both, more, wanted = torch.zeros(4)
    for drawn, photos, where in drawn_for_photos:
        fine, wanted_fine = detail(drawn), detail(photos)
        raised = detail(fine)
        has = has + (where * fine.square()).sum()
        both = both + (where * fine * raised).sum()
        more = more + (where * raised.square()).sum()
        wanted = wanted + (where * wanted_fine.square()).sum()
    # The energy of fine + crispness * raised is that of the photos.
    short = (wanted - has).clamp(min=0)
    return (((both.square() + more * short).sqrt() - both) / more).clamp(0, CRISPEST)


@torch.no_grad()
def _whole_faces(
    scenes: _Scenes, batches: Iterable[_Batch], net: MapPainter
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Faces drawn whole and left dull, their photos, and where there is no background.

    Latents know little of the background, and photos have it out of focus.
    """
    dull = averaged_copy(net)
    dull.crispness.zero_()
    for batch in batches:
        scene = scenes.draw(batch, Way.WHOLE, dull, CRISP_AT, amounts=torch.zeros(len(batch.ws)))
        background = F.interpolate(batch.own[:, BACKGROUND, None], size=CRISP_AT)
        photos = at_most(batch.photos, CRISP_AT)
        yield scenes.after(scene, dull, CRISP_AT), photos, 1 - background


def _batches(
    data: FaceData, latents: FaceLatents, picked_from: np.ndarray, rng: np.random.Generator,
    size: int, count: int,
) -> Iterator[_Batch]:  # fmt: skip
    asked_maps = AskedMaps(np.asarray(latents.label_maps[data.select(held_out=False)]), rng)
    while True:
        edits = []
        for i in rng.permutation(picked_from):
            mirrored = bool(rng.random() < 0.5)
            own = latents.label_map(i, mirrored=mirrored)
            asked = asked_maps.draw(own)
            if (asked != own).any():
                edits.append((i, mirrored, own, asked))
            if len(edits) == count:
                break
        ids, mirrors, owns, askeds = (np.stack(column) for column in zip(*edits, strict=True))
        yield _Batch(
            photos=to_img(data.pictures(ids, size, mirrored=mirrors)),
            ws=torch.from_numpy(latents.ws[mirrors.astype(int), ids]),
            own=one_hot_maps(owns),
            asked=one_hot_maps(askeds),
            own_ids=coarse_ids(owns),
            asked_ids=coarse_ids(askeds),
            where=torch.from_numpy(np.stack([_where(own, asked) for _, _, own, asked in edits])),
        )


def _where(before: Map, after: Map) -> NDArray[np.float32]:
    """``[1, 128, 128]`` where an edit is drawn."""
    large = [np.repeat(np.repeat(m, 2, 0), 2, 1) for m in (before, after)]
    mask = change_mask(large[0], large[1])
    small = cv2.resize(mask, (SMALL_PX, SMALL_PX), interpolation=cv2.INTER_AREA)
    return small[None].astype(np.float32)
