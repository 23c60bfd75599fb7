"""Our networks with the weights of `golden_weights`, taken from the original state dicts' layouts.

The configurations of the cases stand here once, for the originals too (`golden/originals.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from golden_weights import Layout, golden_state
from torch import Tensor, nn

from s2flow_app.nets.condition import ORIGINAL_NAMES, RgbConditionEncoder
from s2flow_app.nets.deeplab import DeepLabV3
from s2flow_app.nets.flow import ORIGINAL_ONLY, Flow
from s2flow_app.nets.stylegan2 import Generator

NetworkT = TypeVar("NetworkT", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class GeneratorCase:
    """A generator as stylegan2-ada-pytorch configures it."""

    resolution: int
    channel_base: int
    channel_max: int = 512
    conv_clamp: float | None = None

    @property
    def channels(self) -> tuple[int, ...]:
        """Widths at 4, 8, ... px."""
        sizes = (4 << i for i in range(self.resolution.bit_length() - 2))
        return tuple(min(self.channel_base // size, self.channel_max) for size in sizes)


GENERATORS: Final[Mapping[str, GeneratorCase]] = {
    # Channels as train.py sets them at 64 and 256 px; fewer at 1024 px, to be quick.
    "generator_64": GeneratorCase(64, 16384),
    "generator_256": GeneratorCase(256, 16384),
    "generator_1024": GeneratorCase(1024, 8192, 128),
    # So low a bound shows where it is applied.
    "generator_clamp": GeneratorCase(64, 2048, conv_clamp=0.4),
}
GENERATOR_FFHQ: Final = GeneratorCase(1024, 32768, conv_clamp=256)
DEEPLAB_SMALL: Final = (1, 2, 1, 2)
"""Blocks of the tests' DeepLab: a second one wherever it differs from a stage's first."""
DEEPLAB_FULL: Final = (3, 4, 23, 3)


def generator(case: GeneratorCase, layout: Layout) -> Generator:
    network = Generator(channels=case.channels, z_dim=512, conv_clamp=case.conv_clamp)
    return _filled(network, golden_state("generator", layout))


def flow(layout: Layout) -> Flow:
    state = golden_state("flow", layout)
    return _filled(Flow(), {k: v for k, v in state.items() if k not in ORIGINAL_ONLY})


def condition(layout: Layout) -> RgbConditionEncoder:
    state = golden_state("condition", layout)
    return _filled(RgbConditionEncoder(), {our_name(k): v for k, v in state.items()})


def deeplab(blocks: tuple[int, ...], layout: Layout) -> DeepLabV3:
    return _filled(DeepLabV3(blocks=blocks), golden_state("deeplab", layout))


def our_name(name: str) -> str:
    """`RgbConditionEncoder`'s name for a tensor of the official condition encoder."""
    theirs = next(start for start in ORIGINAL_NAMES if name.startswith(start))
    return ORIGINAL_NAMES[theirs] + name.removeprefix(theirs)


def _filled(network: NetworkT, state: dict[str, Tensor]) -> NetworkT:
    network.load_state_dict(state)
    return network.eval().requires_grad_(False)
