"""`bench --against original DIR`: this program's networks beside the original repository's code.

The originals are imported from the folder that the user gives, stylegan2-ada-pytorch's copy in
S2-Flow's `ext/` included; both sides get the same random weights, threads and precision. Of
S2-Flow `build_model` is called: its `cnf()` asks for CUDA.
"""

import importlib
import statistics
import sys
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from s2flow_app.cli.console import Console
from s2flow_app.engine.device import draft_dtype
from s2flow_app.engine.edit import SOLVER
from s2flow_app.errors import UserError
from s2flow_app.nets.flow import ORIGINAL_ONLY, Flow, Integration
from s2flow_app.nets.stylegan2 import Generator

RUNS: Final = 5
RESOLUTION: Final = 1024
CHANNEL_BASE: Final = 32768
DRAFT_SIZE: Final = 256
CONDITION_DIM: Final = 19
HIDDEN: Final = (512,) * 5
SMALL_GAIN: Final = 1.15
"""Of a field's layers: how much larger their outputs are than their inputs (root mean squares)."""
TRAINED_GAIN: Final = 2.5
TRAINED_END: Final = 1.3
"""Square root of the end time; with this gain some 40 evaluations a way, as a trained field."""
STUBS: Final = (
    "requests", "matplotlib", "matplotlib.pyplot", "mpl_toolkits", "mpl_toolkits.mplot3d",
    "sklearn", "sklearn.svm",
)  # fmt: skip
"""What the originals import and what is timed here does not use."""
BARS: Final = {
    "flow_edit_times_faster": (10.0, ">="),
    "flow_edit_relative_difference": (1e-4, "<="),
    "easy_flow_edit_times_faster": (10.0, ">="),
    "easy_flow_edit_relative_difference": (1e-4, "<="),
    "synthesis_times_faster": (1.5, ">="),
    "synthesis_bfloat16_times_faster": (3.0, ">="),
    "draft_times_faster_than_full": (3.0, ">="),
    "draft_bfloat16_times_faster_than_full": (3.0, ">="),
    "draft_bfloat16_s": (0.15, "<="),
}


def against_original(folder: Path, console: Console) -> None:
    """Time both sides in turn and answer with medians and their ratios."""
    console.progress("Flow edits", 0.0)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        code = _imported(folder, "model.module.flow")
        figures = _flow(code, "flow_edit", TRAINED_GAIN, TRAINED_END)
        figures |= _flow(code, "easy_flow_edit", SMALL_GAIN, 1.0)
        console.progress("Drawing at 1024 px", 0.3)
        figures |= _synthesis(_imported(folder, "ext.training.networks"))
    figures["threads"] = torch.get_num_threads()
    figures["reached"] = {
        name: bool(figures[name] >= bar if sign == ">=" else figures[name] <= bar)
        for name, (bar, sign) in BARS.items()
        if name in figures
    }
    lines = [
        f"{'ok    ' if reached else 'MISSED'} {name}: {figures[name]} "
        f"({BARS[name][1]} {BARS[name][0]:g})"
        for name, reached in figures["reached"].items()
    ]
    console.answer(figures, "\n".join(lines))


def _flow(original: Any, what: str, gain: float, end: float) -> dict[str, Any]:
    """An edit there and back in a field of random layers, called ``what`` in the figures."""
    theirs = original.build_model(512, HIDDEN, CONDITION_DIM, 1, True, "concatsquash").eval()
    _stiffen(theirs, gain, end)
    ours = Flow(condition_dim=CONDITION_DIM, each_row=True)
    state = {k: v for k, v in theirs.state_dict().items() if k not in ORIGINAL_ONLY}
    ours.load_state_dict(state)
    ours.eval().requires_grad_(False)
    ws = torch.randn(1, 18, 512)
    old, new = torch.randn(1, CONDITION_DIM), torch.randn(1, CONDITION_DIM)
    run, flow = Integration(), theirs.chain[1]
    evaluations = 0

    def edit_theirs() -> Tensor:
        nonlocal evaluations
        density = torch.zeros(1, 18, 1)
        code, _ = theirs(ws, old, density)
        evaluations = int(flow.num_evals())
        moved = theirs(code, new, density, reverse=True)[0].detach()
        evaluations += int(flow.num_evals())
        return moved

    def edit_ours() -> Tensor:
        run.nfe = 0
        with torch.inference_mode():
            code = ours(ws, old, solver=SOLVER, run=run)
            return ours.inverse(code, new, solver=SOLVER, run=run)

    seconds, found = _in_turn({"theirs": edit_theirs, "ours": edit_ours})
    difference = (found["theirs"] - found["ours"]).norm() / found["theirs"].norm()
    return {
        f"{what}_original_s": seconds["theirs"],
        f"{what}_original_nfe": evaluations,
        f"{what}_s": seconds["ours"],
        f"{what}_nfe": run.nfe,
        f"{what}_times_faster": _ratio(seconds["theirs"], seconds["ours"]),
        f"{what}_relative_difference": float(f"{float(difference):.3g}"),
    }


@torch.no_grad()
def _stiffen(flow: Any, gain: float, end: float) -> None:
    """Random weights whose layers have this gain; as it is initialised hardly anything moves."""
    for name, parameter in flow.named_parameters():
        if name.endswith("_layer.weight"):
            parameter.normal_(0, gain / parameter.shape[1] ** 0.5)
        elif "_hyper_" in name and name.endswith("weight"):
            parameter.normal_(0, 1 / parameter.shape[1] ** 0.5)
        elif "odefunc" in name and name.endswith("bias"):
            parameter.normal_(0, 0.3)
        elif name.endswith("sqrt_end_time"):
            parameter.fill_(end)


def _synthesis(original: Any) -> dict[str, Any]:
    theirs = original.Generator(
        z_dim=512, c_dim=0, w_dim=512, img_resolution=RESOLUTION, img_channels=3,
        synthesis_kwargs={"channel_base": CHANNEL_BASE},
    ).eval().requires_grad_(False)  # fmt: skip
    sizes = [4 << i for i in range(RESOLUTION.bit_length() - 2)]
    ours = Generator(channels=tuple(min(512, CHANNEL_BASE // s) for s in sizes), z_dim=512)
    ours.load_state_dict(theirs.state_dict())
    ours = ours.eval().requires_grad_(False)
    ours = ours.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    half = draft_dtype("cpu")

    @torch.inference_mode()
    def run(**how: Any) -> Tensor:
        return ours.synthesis(ws, **how)

    @torch.inference_mode()
    def run_theirs() -> Tensor:
        return theirs.synthesis(ws, noise_mode="const", force_fp32=True)

    with torch.inference_mode():
        ws = ours.mapping(torch.randn(1, 512))
    seconds, found = _in_turn(
        {
            "theirs": run_theirs,
            "full": run,
            "draft": lambda: run(upto=DRAFT_SIZE),
            "full_half": lambda: run(dtype=half),
            "draft_half": lambda: run(upto=DRAFT_SIZE, dtype=half),
        }
    )
    figures: dict[str, Any] = {
        "synthesis_original_s": seconds["theirs"],
        "synthesis_s": seconds["full"],
        "synthesis_times_faster": _ratio(seconds["theirs"], seconds["full"]),
        "synthesis_difference": float((found["theirs"] - found["full"]).abs().max()),
        "draft_times_faster_than_full": _ratio(seconds["full"], seconds["draft"]),
        "draft_s": seconds["draft"],
    }
    if half == torch.bfloat16:
        figures |= {
            "synthesis_bfloat16_s": seconds["full_half"],
            "synthesis_bfloat16_times_faster": _ratio(seconds["theirs"], seconds["full_half"]),
            "draft_bfloat16_times_faster_than_full": _ratio(
                seconds["full_half"], seconds["draft_half"]
            ),
            "draft_bfloat16_s": seconds["draft_half"],
        }
    return figures


def _in_turn(
    jobs: dict[str, Callable[[], Tensor]],
) -> tuple[dict[str, float], dict[str, Tensor]]:
    """Median seconds and results: one after the other, so that all see the same computer."""
    found = {name: job() for name, job in jobs.items()}
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(RUNS):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            taken[name].append(time.perf_counter() - start)
    return {name: round(statistics.median(times), 4) for name, times in taken.items()}, found


def _ratio(slow: float, fast: float) -> float:
    return round(slow / fast, 2)


class _Unused(types.ModuleType):
    """Stands for a module of `STUBS`."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self


@contextmanager
def _path_of(folder: Path) -> Iterator[None]:
    stubs = [name for name in STUBS if name not in sys.modules]
    sys.path.insert(0, str(folder))
    sys.modules.update({name: _Unused(name) for name in stubs})
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in stubs:
            del sys.modules[name]


def _imported(folder: Path, module: str) -> Any:
    with _path_of(folder.resolve()):
        try:
            return importlib.import_module(module)
        except ImportError as error:
            raise UserError(
                f"{folder} does not hold the original's code ({error}).",
                "Give the folder of a checkout of S2-Flow's repository (visinf/s2-flow).",
            ) from error
