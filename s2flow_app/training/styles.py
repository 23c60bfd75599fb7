"""Stage `styles`: steps of style codes that move one measured proxy each, and leave the others.

Nothing is annotated: the proxies are measured in drawings, under the parsed maps. Regressing the
codes of all faces on them (as InterFaceGAN's conditional directions, Shen et al. 2020) tells what
goes together in the data, not what moves what. So the proxies' gradients through generator and flow
are taken on drawn training faces; of each face the smallest step, in the spread that codes have,
that moves one proxy alone is solved for. The mean over faces is a slider's direction; the main
components of all of them are the basis that a face's own steps are combined of in use (`engine.
style_steps`). The stage also fits what random faces are drawn from.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from s2flow_app.engine.edit import SOLVER, one_hot_maps
from s2flow_app.engine.style_proxies import TITLES, Regions, proxies
from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.flow import Solver
from s2flow_app.nets.images import to_img
from s2flow_app.nets.prior import FacePrior, unpacked
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.nets.styles import StyleDirections
from s2flow_app.training.augment import resized
from s2flow_app.training.data import FaceData
from s2flow_app.training.flow import ConditionalFlow
from s2flow_app.training.latents import FaceLatents
from s2flow_app.training.loop import StageConfig

FULL: Final = 1.35
"""A full slider moves its proxy by so many standard deviations of the training photos."""
FULLER: Final = {"background_warmth": 1.3}
"""So many times that: walls behind portraits vary by less in training than elsewhere."""
MEASURED_FACES: Final = 1000
"""Photos that those are measured on."""
DRAWN_FACES: Final = 80
"""Faces whose proxies' gradients are taken."""
BASIS: Final = 48
DRAWN_PX: Final = 128
DIFFERENTIABLE: Final = Solver(method="rk4", steps=6)
RIDGE: Final = 1e-3
"""Of the squared length of steps, in the codes' spread, beside the squared error in full sliders.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Styles:
    """What the stage finds."""

    directions: StyleDirections
    prior: FacePrior
    config: dict[str, Any]
    """Keyword arguments of `directions`."""


def run(
    config: StageConfig, data: FaceData, latents: FaceLatents, net: ConditionalFlow,
    encoder: PhotoEncoder,
) -> Styles:  # fmt: skip
    """Measure, encode, solve: minutes, nothing to resume; writes the stage's checkpoint.

    The networks run on the device; what is fitted to their answers, and the checkpoint, is on the
    CPU.
    """
    train, device = data.select(held_out=False), config.device
    net, generator = net.to(device), latents.generator.to(device)
    codes, conditions = style_codes(net, latents, train, device=device)
    ws = torch.from_numpy(latents.ws[0, train])
    basis = encoder.offset_basis().cpu()
    num_ws, dim, rank = basis.shape
    prior = FacePrior(condition_dim=conditions.shape[1], dim=dim, num_ws=num_ws, offset_rank=rank)
    prior.fit(conditions, codes, ws, basis)

    rng = np.random.default_rng(config.seed)
    order = rng.permutation(len(train))
    spread = proxy_spread(data, latents, train[order[:MEASURED_FACES]])
    full = FULL * np.array([FULLER.get(name, 1.0) for name in TITLES])
    targets = torch.from_numpy(full * spread).float()
    answers = []
    for k in order[:DRAWN_FACES]:
        regions = Regions.of(np.asarray(latents.label_maps[train[k]]))
        offsets = ws[k] - ws[k].mean(0)
        code, condition, offsets = (t.to(device) for t in (codes[k], conditions[k], offsets))
        found = gradients(net, generator, code, condition, offsets, regions).cpu()
        answers.append((found / targets[:, None], regions.shown))
    names = tuple(TITLES)
    styles: dict[str, Any] = {
        "names": names, "titles": tuple(TITLES.values()), "dim": codes.shape[1],
    }  # fmt: skip
    directions = StyleDirections(**styles)
    directions.targets = targets
    directions.directions, directions.basis = solved(answers, unpacked(prior.code_factor))
    folder = config.work / "styles"
    folder.mkdir(parents=True, exist_ok=True)
    saved = {"styles": directions.state_dict(), "prior": prior.state_dict()}
    named = {"names": list(TITLES), "titles": list(TITLES.values())}
    torch.save(saved | named | {"faces": len(answers)}, folder / "checkpoint.pt")
    return Styles(directions, prior, styles)


def proxy_spread(
    data: FaceData, latents: FaceLatents, picked: NDArray[np.int64]
) -> NDArray[np.float64]:
    """``[K]`` standard deviations of the proxies over photos, each where it shows."""
    found = np.full((len(picked), len(TITLES)), np.nan)
    with torch.inference_mode():
        for row, i in enumerate(picked):
            regions = Regions.of(np.asarray(latents.label_maps[i]))
            img = to_img(resized(data.images[i], DRAWN_PX)[None])
            shown = regions.shown.numpy()
            found[row, shown] = proxies(img, regions)[0].numpy()[shown]
    return np.nanstd(found, axis=0)


def gradients(
    net: ConditionalFlow, generator: Generator, code: Tensor, condition: Tensor, offsets: Tensor,
    regions: Regions,
) -> Tensor:  # fmt: skip
    """``[K, D]``: of each proxy of the drawn face by its style code ``[D]``.

    All but the ``regions`` are on one device.
    """
    count = len(TITLES)
    regions = replace(regions, shown=regions.shown.to(code.device))
    with torch.inference_mode(False), torch.enable_grad():
        codes = code.clone().repeat(count, 1).requires_grad_(True)
        c = condition.clone().repeat(count, 1)
        shared = net.flow.inverse(codes, c, solver=DIFFERENTIABLE)
        synthesis = generator.synthesis
        upto = min(DRAWN_PX, synthesis.resolutions[-1])
        img = synthesis(shared[:, None] + offsets.clone(), upto=upto)
        # One row for each proxy: all gradients in one way back.
        (found,) = torch.autograd.grad(proxies(img, regions).diagonal().sum(), codes)
    return found


def solved(answers: list[tuple[Tensor, Tensor]], factor: Tensor) -> tuple[Tensor, Tensor]:
    """Directions ``[K, D]`` and a basis ``[M, D]``.

    Args:
        answers: of each face the gradients ``[K, D]``, in full sliders, and which proxies ``[K]``
            it shows.
        factor: ``[D, D]`` of the codes' covariance: steps are short in the spread of codes.
    """
    steps, counts = torch.zeros(len(answers[0][0]), len(factor)), torch.zeros(len(answers[0][0]))
    rows = []
    for gradient, shown in answers:
        slopes = gradient[shown] @ factor
        gram = slopes @ slopes.t() + RIDGE * torch.eye(len(slopes))
        own = torch.linalg.solve(gram, slopes)  # rows: the shortest step for each proxy alone
        steps[shown] += own
        counts[shown] += 1
        rows.append(own)
    directions = steps / counts.clamp(min=1)[:, None]
    every = torch.cat([directions, *rows])
    every = every / every.norm(dim=1, keepdim=True)
    _, _, components = torch.linalg.svd(every, full_matrices=False)
    return directions @ factor.t(), components[:BASIS] @ factor.t()


@torch.inference_mode()
def style_codes(
    net: ConditionalFlow, latents: FaceLatents, picked: NDArray[np.int64], *, device: str = "cpu"
) -> tuple[Tensor, Tensor]:
    """Codes ``[N, D]`` and conditions ``[N, C]`` of the picked faces, on the CPU.

    Args:
        device: where ``net`` is.
    """
    codes, conditions = [], []
    for part in np.array_split(picked, max(1, len(picked) // 128)):
        c = net.condition(one_hot_maps(np.asarray(latents.label_maps[part])).to(device))
        rows = torch.from_numpy(latents.ws[0, part].mean(1)).to(device)
        codes.append(net.flow(rows, c, solver=SOLVER).cpu())
        conditions.append(c.cpu())
    return torch.cat(codes), torch.cat(conditions)
