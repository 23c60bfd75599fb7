"""The original's networks as its scripts run them: evaluation mode, or what was published.

`run_semantic_edits.py` and `run_style_editing.py` never call ``eval()``. So their condition encoder
normalises by the batch it sees, and the flow's two normalisations move their running statistics a
tenth of the way to every batch that goes forward through them: an edit depends on those before it.
"""

import copy
from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine.device import placed
from s2flow_app.engine.edit import SOLVER, draw
from s2flow_app.engine.pack import Pack
from s2flow_app.engine.parse import parse_crop
from s2flow_app.errors import PackError
from s2flow_app.labels import LABEL_SIZE, LabelMap
from s2flow_app.nets.condition import RgbConditionEncoder
from s2flow_app.nets.flow import CNF, Integration, MovingBatchNorm1d, Solver

DECAY: Final = 0.1
"""How far the original's running statistics go to those of a batch."""
PUBLISHED_SOLVER: Final = Solver(rtol=1e-7, atol=1e-7)

Picture = NDArray[np.uint8]


class OriginalNetworks:
    """Generator, flow, condition encoder, parser and latents of an imported pack.

    Args:
        pack: as imported from the original's checkpoints.
        as_published: integrate at the original's tolerance.
        training: leave flow and condition encoder in the mode that they are made in, as the
            scripts do that never switch to evaluation.

    Raises:
        PackError: the pack was not made from the original's checkpoints.
    """

    def __init__(
        self, pack: Pack, *, device: str = "cpu", as_published: bool = False, training: bool = False
    ) -> None:
        if not isinstance(pack.condition, RgbConditionEncoder) or not pack.flow.each_row:
            raise PackError(
                f"The pack {pack.path.name} is not of S2-Flow's own checkpoints.",
                "Import them with 's2flow import' and name that pack with --pack.",
            )
        self._device, self._training = device, training
        self._generator, self._parser = placed(pack.generator, device), placed(pack.parser, device)
        self._flow, self._condition = placed(pack.flow, device), placed(pack.condition, device)
        # Contiguous, as the original: in training mode roundings of another layout come to 4e-5.
        self._condition = copy.deepcopy(self._condition).to(
            memory_format=torch.contiguous_format  # pyright: ignore[reportCallIssue]
        )
        if training:  # of their own: their statistics move
            self._flow = copy.deepcopy(self._flow)
            self._condition.train()
        self._solver = PUBLISHED_SOLVER if as_published else SOLVER
        self.latents = pack.latents.ws.to(device)

    @torch.no_grad()
    def codes(self, ws: torch.Tensor, colours: Sequence[Picture]) -> torch.Tensor:
        """Style codes ``[N, L, D]`` of latents ``[N, L, D]`` under N label colourings."""
        c = self._conditions(colours)
        if not self._training:
            return self._flow(ws, c, solver=self._solver)
        first, cnf, last = self._flow.chain
        assert isinstance(cnf, CNF)
        x = _moving(first, ws)
        x = cnf.integrate(x, c, reverse=False, solver=self._solver, run=Integration())
        return _moving(last, x)

    @torch.no_grad()
    def ws_of(self, codes: torch.Tensor, colours: Sequence[Picture]) -> torch.Tensor:
        """Latents ``[N, L, D]`` of style codes under N label colourings."""
        return self._flow.inverse(
            codes.to(self._device), self._conditions(colours), solver=self._solver
        )

    def edited(self, ws: torch.Tensor, source: Picture, asked: Picture) -> torch.Tensor:
        """Latents ``[L, D]`` after an edit from one label colouring to another."""
        return self.ws_of(self.codes(ws[None], [source]), [asked])[0]

    def draw(self, ws: torch.Tensor) -> Picture:
        """``[512, 512, 3]`` of latents ``[L, D]``."""
        with torch.inference_mode():
            img = draw(self._generator, ws[None], device=self._device)[0].permute(1, 2, 0)
        whole = (img * 127.5 + 128).clamp(0, 255).to(torch.uint8).cpu().numpy()
        size = (LABEL_SIZE, LABEL_SIZE)
        return np.array(Image.fromarray(whole).resize(size, Image.Resampling.BILINEAR))

    def parse(self, picture: Picture) -> LabelMap:
        return parse_crop(self._parser, picture)

    def _conditions(self, colours: Sequence[Picture]) -> torch.Tensor:
        img = torch.from_numpy(np.stack(colours)).permute(0, 3, 1, 2).float() / 255
        return self._condition(img.contiguous().to(self._device))


def _moving(norm: object, x: torch.Tensor) -> torch.Tensor:
    """Normalise by the statistics as they are, then move them to those of ``x [N, L, D]``."""
    assert isinstance(norm, MovingBatchNorm1d)
    found, rows = norm(x), x.flatten(0, 1)
    norm.running_mean.lerp_(rows.mean(0), DECAY)
    norm.running_var.lerp_(rows.var(0), DECAY)
    return found
