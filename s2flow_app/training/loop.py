"""What all training stages share: seeds, checkpoints, averaged weights, a log with time left."""

import copy
import ctypes
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TypeVar

import cv2
import numpy as np
import torch
from torch import nn

from s2flow_app.engine.device import native_bfloat16
from s2flow_app.nets.images import to_images

ModuleT = TypeVar("ModuleT", bound=nn.Module)
ItemT = TypeVar("ItemT")

CHECKPOINT_EVERY_S = 60.0
LOG_EVERY_S = 15.0
SHOWN = 14
"""Pictures in a row of a sheet of reconstructions."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Of glibc's `malloc.h`."""


@dataclass(frozen=True, slots=True)
class StageConfig:
    """Where a stage reads and writes, and for how long it runs."""

    data: Path
    work: Path
    """Ignored folder of checkpoints, logs and sheets; resuming starts from what is there."""
    minutes: float
    """Training time of the whole stage, counted over all its resumptions: minutes in which all
    cores compute for it. A paused or crowded computer takes longer, and trains as much."""
    batch: int = 16
    seed: int = 0
    device: str = "cpu"
    """cpu or cuda; checkpoints go from one to the other."""


def _computed_s(device: str) -> float:
    """Seconds that all cores have computed for this process; on a GPU, seconds."""
    if device != "cpu":
        return time.monotonic()
    return time.process_time() / torch.get_num_threads()


def average_into(averaged: nn.Module, module: nn.Module, *, decay: float) -> None:
    """Move the weights of ``averaged`` towards those of ``module``; buffers are copied."""
    with torch.no_grad():
        # Not of `.data`: what is kept of weights hears of changes by their own version counters.
        old, new = ([p.detach() for p in m.parameters()] for m in (averaged, module))
        torch._foreach_lerp_(old, new, 1 - decay)  # pyright: ignore[reportPrivateImportUsage]
        for old, new in zip(averaged.buffers(), module.buffers(), strict=True):
            old.copy_(new)


class Trainer:
    """Counts time and steps of a stage and keeps its checkpoint.

    `parts` are the modules and optimisers whose `state_dict` the checkpoint holds; `averaged`
    twins of modules are ordinary parts. A part that a checkpoint lacks starts afresh.
    """

    def __init__(self, name: str, config: StageConfig, parts: dict[str, object]) -> None:
        self.name, self.config, self._parts = name, config, parts
        self.folder = config.work / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self._checkpoint = self.folder / "checkpoint.pt"
        self.step, self.elapsed_s = 0, 0.0
        self._sums: dict[str, float] = {}
        self._count = 0
        if self._checkpoint.is_file():
            saved = torch.load(self._checkpoint, map_location="cpu", weights_only=True)
            for key in parts.keys() & saved.keys():
                parts[key].load_state_dict(saved[key])  # type: ignore[attr-defined]
            self.step, self.elapsed_s = saved["step"], saved["elapsed_s"]
        torch.manual_seed(config.seed + self.step)

    @property
    def fraction(self) -> float:
        """Share of the stage's time that is used, 0..1."""
        return min(1.0, self.elapsed_s / (60 * self.config.minutes))

    def steps(self, on_log: Callable[[], None] | None = None) -> Iterator[int]:
        """Yield step numbers until the time is used; logs, samples and saves on the way."""
        last_save = last_log = time.monotonic()
        while self.fraction < 1:
            start_s = _computed_s(self.config.device)
            yield self.step
            now = time.monotonic()
            self.step += 1
            self.elapsed_s += _computed_s(self.config.device) - start_s
            if now - last_log > LOG_EVERY_S:
                self._log()
                last_log = now
            if now - last_save > CHECKPOINT_EVERY_S:
                self.save()
                if on_log:
                    on_log()
                last_save = time.monotonic()
        self._log()
        self.save()
        if on_log:
            on_log()

    def record(self, **losses: torch.Tensor | float) -> None:
        """Add one step's losses to the log's running means."""
        self.record_also(**losses)
        self._count += 1

    def record_also(self, **losses: torch.Tensor | float) -> None:
        """Add further losses of the step that `record` counted."""
        for key, value in losses.items():
            self._sums[key] = self._sums.get(key, 0.0) + float(value)

    def _log(self) -> None:
        means = {k: round(v / max(1, self._count), 4) for k, v in self._sums.items()}
        left = self.config.minutes - self.elapsed_s / 60
        line = {"step": self.step, "minutes_left": round(left, 1), **means}
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(f"{self.name} {line}", file=sys.stderr, flush=True)
        self._sums, self._count = {}, 0

    def write_sheet(self, *rows: torch.Tensor) -> None:
        """Rows of pictures ``[N, 3, R, R]`` as one PNG, named after the step."""
        whole = np.concatenate([np.concatenate(list(to_images(row)), 1) for row in rows])
        cv2.imwrite(str(self.folder / f"{self.step:06d}.png"), whole[..., ::-1])

    def write_reconstructions(self, img: torch.Tensor, found: torch.Tensor) -> None:
        """Say how alike held-out portraits and their drawings are, and show the first of them."""
        off = (found.clamp(-1, 1) - img).square().mean((1, 2, 3)) / 4
        psnr_db = float((-10 * off.log10()).median())
        print(f"held-out CC0 portraits, median PSNR {psnr_db:.2f} dB", flush=True)
        self.write_sheet(img[:SHOWN], found[:SHOWN])

    def save(self) -> None:
        """Write the checkpoint; a kill while writing leaves the old one."""
        state = {k: p.state_dict() for k, p in self._parts.items()}  # type: ignore[attr-defined]
        state |= {"step": self.step, "elapsed_s": self.elapsed_s}
        partial = self._checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._checkpoint)


def averaged_copy(module: ModuleT) -> ModuleT:
    """A twin for `average_into`, in eval mode and without gradients."""
    return copy.deepcopy(module).eval().requires_grad_(False)


def channels_last(module: ModuleT) -> ModuleT:
    """The module with its 4-d weights laid out channels last: the fast layout on a CPU."""
    for parameter in module.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return module


def keep_freed_memory() -> None:
    """Have glibc keep what is freed: pages that come anew cost a third of the time of a step.

    Elsewhere than on Linux nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        for option in (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD):
            mallopt(option, 2**31 - 1)


def fuse(module: nn.Module) -> None:
    """Compile the module's calls where there is a C++ compiler: steps half again as quick."""
    if shutil.which(os.environ.get("CXX", "g++")) is not None:
        module.compile(dynamic=False)


@contextmanager
def reduced_precision(device: str = "cpu") -> Iterator[torch.dtype]:
    """bfloat16 convolutions where the device computes them natively; gives the dtype used."""
    native = device != "cpu" or native_bfloat16()
    with torch.autocast(device, torch.bfloat16, enabled=native):
        yield torch.bfloat16 if native else torch.float32


def prefetched(items: Iterator[ItemT], *, ahead: int = 3) -> Iterator[ItemT]:
    """The same endless items, made by another thread while the last ones are used."""
    ready: Queue[ItemT | Exception] = Queue(maxsize=ahead)

    def make() -> None:
        try:
            for item in items:
                ready.put(item)
        except Exception as error:  # goes on in the thread that asks
            ready.put(error)

    Thread(target=make, daemon=True).start()
    while True:
        item = ready.get()
        if isinstance(item, Exception):
            raise item
        yield item


def cosine(fraction: float, *, floor: float = 0.02) -> float:
    """Learning-rate factor: short warm-up, then a cosine to ``floor``."""
    warm = min(1.0, fraction / 0.02 + 0.05)
    return warm * (
        floor + (1 - floor) * 0.5 * (1 + float(torch.cos(torch.tensor(fraction * 3.14159265))))
    )
