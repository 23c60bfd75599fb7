"""Stage `flow`: the conditional flow, first by flow matching, then tuned by edits.

Flow matching (Lipman et al. 2023) regresses the field on straight paths from latents to normal
noise: no differential equation is solved. Tuning then edits faces as a user would, in drawings of
128 px with the likeness around the change, and asks two parsers in turns whether the edit took,
while what was not asked to change, the face's own hues and what the critic takes for a photo hold
it back. The matching loss stays in, so that the field does not stiffen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.engine.edit import one_hot_maps
from s2flow_app.engine.measure import surroundings
from s2flow_app.nets.blending import Blending, Change
from s2flow_app.nets.condition import OneHotConditionEncoder
from s2flow_app.nets.flow import CNF, Flow, MovingBatchNorm1d, Solver, VelocityField
from s2flow_app.nets.images import at_most, to_img
from s2flow_app.nets.likeness import LikenessEncoder, likeness_of
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.asked_maps import AskedMaps, coarse_ids
from s2flow_app.training.critic import R1_EVERY, Critic, teach, with_realness
from s2flow_app.training.data import FaceData
from s2flow_app.training.edit_losses import taken, tint
from s2flow_app.training.latents import FaceLatents
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

MATCHING_SHARE = 0.25
ROWS_PER_EDIT = 24
"""A step matches so many rows of latents for each face that a tuning step edits; where it edits, a
third of them."""
SHOWN_EDITS = 10
EDIT_PX = 128
"""Side of drawn edits: what is finer does not decide what a parser sees, and takes most time."""
AS_SHOWN = (True, True, False)
"""Of edits in turns: drawn as a user sees them, or as the next edit starts from them, from the
latents alone."""
EDIT_SOLVER = Solver(method="midpoint", steps=4)
LATENT_NOISE = 0.05
"""Standard deviation, in those of the latents: photos nobody trained on lie beside the data."""
REALNESS_SHARE = 0.45
"""How hard the critic pulls, in the pull of the other losses on edited pictures."""
CRITIC_EVERY = 4
TOOK_WEIGHT = 1.5
"""Of the changed pixels' entropy, beside that of all pixels."""
TOO_MUCH, TOO_MUCH_WEIGHT = 0.05, 12.0
"""A mean difference outside of the change that is too much, and the weight of what is beyond."""
TINT_WEIGHT = 4.0
"""Of the hue of what is new."""
OUTSIDE_WEIGHT = 100.0
"""Of the squared mean difference outside of the change, on pictures in [-1, 1]."""


class ConditionalFlow(nn.Module):
    """The flow with its condition encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.condition = OneHotConditionEncoder()
        self.flow = Flow(condition_dim=64)

    @property
    def norm(self) -> MovingBatchNorm1d:
        """What brings latents to unit scale."""
        norm = self.flow.chain[0]
        assert isinstance(norm, MovingBatchNorm1d)
        return norm

    @property
    def field(self) -> VelocityField:
        """The velocity field; its time may be one number or ``[N, 1]``."""
        cnf = self.flow.chain[1]
        assert isinstance(cnf, CNF)
        return cnf.odefunc.diffeq


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """The networks that edits are drawn and judged by."""

    generator: Generator
    likeness: LikenessEncoder
    parsers: tuple[FaceParser, ...]
    """They say, in turns, whether an edit took: what one of them believes is no edit yet."""


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """M faces, and edits that are asked of the first N of them."""

    rows: Tensor
    """``[M, D]`` shared latents, for matching."""
    maps: Tensor
    """``[M, 19, 64, 64]``"""
    ws: Tensor
    """``[N, L, D]``"""
    asked: Tensor
    """``[N, 19, 64, 64]``"""
    asked_ids: Tensor
    """``[N, 64, 64]``"""
    changed: Tensor
    """``[N, 64, 64]`` bool"""
    outside: Tensor
    """``[N, 1, 128, 128]`` 0 or 1"""
    photos: Tensor
    """``[N, 3, R, R]``"""

    def to(self, device: str) -> "_Batch":
        """The same on another device."""
        return _Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


def run(
    config: StageConfig, data: FaceData, latents: FaceLatents, judges: Judges
) -> ConditionalFlow:
    """Train (or go on training) and return the averaged network."""
    device = config.device
    torch.manual_seed(config.seed)
    net = ConditionalFlow().to(device)
    train = data.select(held_out=False)
    shared = latents.ws[:, train].mean(2).reshape(-1, latents.ws.shape[-1])
    net.norm.running_mean.copy_(torch.from_numpy(shared.mean(0)))
    net.norm.running_var.copy_(torch.from_numpy(shared.var(0)))
    net.norm.requires_grad_(False)
    net.flow.chain[2].requires_grad_(False)
    averaged, critic = averaged_copy(net), channels_last(Critic(patch=1)).to(device)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.9, 0.99))
    critic_optimiser = torch.optim.Adam(critic.parameters(), lr=3e-4, betas=(0.0, 0.99))
    parts = {
        "net": net, "averaged": averaged, "optimiser": optimiser,
        "critic": critic, "critic_optimiser": critic_optimiser,
    }  # fmt: skip
    trainer = Trainer("flow", config, parts)
    generator = channels_last(judges.generator).to(device).eval().requires_grad_(False)
    likeness = channels_last(judges.likeness).to(device).eval().requires_grad_(False)
    parsers = [channels_last(p).to(device).eval().requires_grad_(False) for p in judges.parsers]
    rng = np.random.default_rng(config.seed + trainer.step)
    size = generator.synthesis.resolutions[-1]
    cc0 = data.held_out_portraits()[:SHOWN_EDITS]
    shown = _batches(
        data, latents, cc0, np.random.default_rng(1), size, SHOWN_EDITS, tuning=lambda: True
    )
    sample = next(shown).to(device)

    def sheet() -> None:
        with torch.no_grad():
            moved = edited(averaged, sample.ws, sample.maps[: len(sample.ws)], sample.asked)
            pair = _drawn(generator, likeness, sample, moved)
        trainer.write_sheet(at_most(sample.photos, EDIT_PX), *pair)

    drawn = _batches(
        data, latents, train, rng, size, config.batch,
        tuning=lambda: trainer.fraction >= MATCHING_SHARE,
    )  # fmt: skip
    batches = prefetched(drawn, ahead=4)
    for step in trainer.steps(sheet):
        batch = next(batches).to(device)
        tuning = trainer.fraction >= MATCHING_SHARE
        loss = matching_loss(net, batch.rows, batch.maps)
        trainer.record(matching=loss.detach())
        if tuning:
            within = (trainer.fraction - MATCHING_SHARE) / (1 - MATCHING_SHARE)
            optimiser.param_groups[0]["lr"] = 2.5e-4 * cosine(within, floor=0.1)
            moved = edited(net, batch.ws, batch.maps[: len(batch.ws)], batch.asked)
            loss = 0.5 * loss + _distance_loss(batch, moved, net)
            with reduced_precision(device) as precision:
                as_shown = AS_SHOWN[step % len(AS_SHOWN)]
                how = likeness if as_shown else None
                before, img = _drawn(generator, how, batch, moved, dtype=precision)
            pull = _edit_pull(trainer, batch, before, img, parsers[step % len(parsers)], critic)
        else:
            optimiser.param_groups[0]["lr"] = 1e-3 * cosine(trainer.fraction / MATCHING_SHARE)
            img = pull = None
        optimiser.zero_grad(set_to_none=True)
        if img is None:
            loss.backward()
        else:
            torch.autograd.backward([loss, img], [None, pull])
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        average_into(averaged, net, decay=min(0.995, 1 - 1 / (step + 2)))
        if img is not None and step % CRITIC_EVERY == 0:
            penalised = step % (CRITIC_EVERY * R1_EVERY) == 0
            fakes = img.detach()
            photos = at_most(batch.photos, EDIT_PX)
            teach(critic, critic_optimiser, photos, fakes, penalised=penalised)
    return averaged


def _drawn(
    generator: Generator, likeness: LikenessEncoder | None, batch: _Batch, moved: Tensor, *,
    dtype: torch.dtype = torch.float32,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """``[N, 3, 128, 128]`` before and after the edit; without ``likeness`` of the latents alone."""
    synthesis, missing = generator.synthesis, None
    size = min(EDIT_PX, synthesis.resolutions[-1])
    with torch.no_grad():
        if likeness is not None:
            missing = likeness_of(likeness, generator, batch.ws, batch.photos, looks=1)
        kept = Blending(likeness=missing)
        before = synthesis(batch.ws, noise_mode="none", upto=size, dtype=dtype, blending=kept)
    change = None if likeness is None else Change(kept.maps, 1 - batch.outside)
    blending = Blending(likeness=missing, stays=batch.outside, change=change)
    img = synthesis(moved, noise_mode="none", upto=size, dtype=dtype, blending=blending)
    return before.float(), img.float()


def matching_loss(net: ConditionalFlow, rows: Tensor, maps: Tensor) -> Tensor:
    """Flow matching on rows ``[M, D]`` under maps ``[M, 19, 64, 64]``."""
    x = net.norm(rows)
    x = x + LATENT_NOISE * torch.randn_like(x)
    z, t = torch.randn_like(x), torch.rand(len(x), 1, device=x.device)
    found = net.field(t, (1 - t) * x + t * z, net.condition(maps))
    return (found - (z - x)).square().mean()


def edited(net: ConditionalFlow, ws: Tensor, maps: Tensor, asked: Tensor) -> Tensor:
    """Latents ``[N, L, D]`` of faces with ``maps [N, 19, 64, 64]`` under the ``asked`` ones."""
    shared = ws.mean(1)
    code = net.flow(shared, net.condition(maps), solver=EDIT_SOLVER)
    moved = net.flow.inverse(code, net.condition(asked), solver=EDIT_SOLVER)
    return ws + (moved - shared).unsqueeze(1)


def _distance_loss(batch: _Batch, moved: Tensor, net: ConditionalFlow) -> Tensor:
    """How far the latents move, in their spread."""
    scale = (net.norm.running_var + net.norm.EPS).rsqrt()
    return 0.1 * ((moved - batch.ws).mean(1) * scale).square().mean()


def _edit_pull(
    trainer: Trainer, batch: _Batch, before: Tensor, img: Tensor, parser: FaceParser,
    critic: Critic,
) -> Tensor:  # fmt: skip
    """The gradient at the edited pictures ``img``: took, kept the rest, looks like a photo."""
    edited = img.detach().requires_grad_(True)
    asked = (batch.asked_ids, batch.changed)
    taking = taken(edited, *asked, parser)
    moved = ((edited - before).abs() * batch.outside).sum((1, 2, 3))
    outside = moved / (3 * batch.outside.sum((1, 2, 3)) + 1)
    # Squares: a picture that moves much besides is worse than two that move a little.
    kept = (
        OUTSIDE_WEIGHT * outside.square().mean()
        + TOO_MUCH_WEIGHT * F.relu(outside - TOO_MUCH).mean()
    )
    loss = taking.everywhere + TOOK_WEIGHT * taking.inside + kept
    loss = loss + TINT_WEIGHT * tint(edited, before, *asked)
    (pull,) = torch.autograd.grad(loss, edited)
    trainer.record_also(
        took=taking.inside.detach(), hits=taking.hits, outside=outside.mean().detach()
    )
    return with_realness(pull, edited, critic, share=REALNESS_SHARE)


def _batches(
    data: FaceData, latents: FaceLatents, picked_from: np.ndarray, rng: np.random.Generator,
    size: int, edits: int, *, tuning: Callable[[], bool],
) -> Iterator[_Batch]:  # fmt: skip
    asked_maps = AskedMaps(np.asarray(latents.label_maps[data.select(held_out=False)]), rng)
    while True:
        count, rows = edits, ROWS_PER_EDIT * edits // 3
        if not tuning():
            count, rows = 1, ROWS_PER_EDIT * edits
        rest = rows - count
        ids = np.concatenate([rng.permutation(picked_from)[:count], rng.choice(picked_from, rest)])
        mirrored = rng.random(len(ids)) < 0.5
        maps = [latents.label_map(i, mirrored=bool(m)) for i, m in zip(ids, mirrored, strict=True)]
        ws = latents.ws[mirrored.astype(int), ids]
        asked = np.stack([asked_maps.draw(m) for m in maps[:count]])
        sources = np.stack(maps[:count])
        near = [surroundings(a != s) for a, s in zip(asked, sources, strict=True)]
        drawn = min(EDIT_PX, size)
        outside = [cv2.resize((~n).astype(np.float32), (drawn, drawn)) > 0.99 for n in near]
        photos = data.pictures(ids[:count], size, mirrored=mirrored[:count])
        yield _Batch(
            rows=torch.from_numpy(ws.mean(1)),
            maps=one_hot_maps(np.stack(maps)),
            ws=torch.from_numpy(ws[:count]),
            asked=one_hot_maps(asked),
            asked_ids=coarse_ids(asked),
            changed=torch.from_numpy((asked != sources)[:, 2::4, 2::4].copy()),
            outside=torch.from_numpy(np.stack(outside)).float().unsqueeze(1),
            photos=to_img(photos),
        )
