"""Model packs: a folder of `pack.json` and safetensors files, checked whole before use.

Weights lie on disk as float16, those of imported packs as float32, and are float32 in memory. No
pickle is ever loaded.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import Tensor, nn

from s2flow_app.engine.manifest import (
    AGAIN,
    COMPONENTS,
    MANIFEST_NAME,
    SCHEMA_VERSION,
    Component,
    Manifest,
    Source,
    read_manifest,
    write_manifest,
)
from s2flow_app.errors import PackError
from s2flow_app.nets.bounded import bounded
from s2flow_app.nets.condition import OneHotConditionEncoder, RgbConditionEncoder
from s2flow_app.nets.deeplab import DeepLabV3
from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.flow import Flow
from s2flow_app.nets.gallery import LatentGallery
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.likeness import LikenessEncoder
from s2flow_app.nets.parser import AnyParser, FaceParser
from s2flow_app.nets.photo_painter import PhotoPainter
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.nets.styles import StyleDirections
from s2flow_app.ordinary_file import read_ordinary_file

__all__ = (
    "ARCHITECTURES", "COMPONENTS", "MANIFEST_NAME", "PHOTO_COMPONENTS", "SCHEMA_VERSION",
    "Component", "Manifest", "Pack", "Source", "load_pack", "read_manifest", "save_pack",
    "write_manifest",
)  # fmt: skip

NetworkT = TypeVar("NetworkT", bound=nn.Module)

MAX_PART_BYTES: Final = 4 << 30
MOST_LAYERS: Final = 100
"""Of one kind in a network: many small ones take long to make."""
_COUNTS: Final = ("blocks", "mapping_layers")
"""Settings of networks that say how many layers there are."""

ARCHITECTURES: Final[Mapping[str, Callable[..., nn.Module]]] = {
    "stylegan2": Generator,
    "s2flow": Flow,
    "condition_rgb": RgbConditionEncoder,
    "condition_one_hot": OneHotConditionEncoder,
    "face_prior": FacePrior,
    "style_directions": StyleDirections,
    "face_parser": FaceParser,
    "deeplab_v3": DeepLabV3,
    "photo_encoder": PhotoEncoder,
    "likeness_encoder": LikenessEncoder,
    "photo_painter": PhotoPainter,
    "landmark_net": LandmarkNet,
    "latent_gallery": LatentGallery,
}
"""What a component's `architecture` may be."""

PHOTO_COMPONENTS: Final = ("parser", "landmarks", "painter")
"""What serves any pack, whatever its generator."""


class Pack:
    """The networks of one pack, in eval mode, without gradients."""

    def __init__(self, path: Path, manifest: Manifest, networks: Mapping[str, nn.Module]) -> None:
        self.path, self.manifest, self.networks = path, manifest, networks

    def has(self, component: str) -> bool:
        """Whether the pack has one of the `COMPONENTS`."""
        return component in self.networks

    def completed_by(self, other: "Pack") -> "Pack":
        """This pack, with the other's networks for photos where it has none of its own."""
        added = {k: other.networks[k] for k in PHOTO_COMPONENTS if other.has(k)}
        return Pack(self.path, self.manifest, {**added, **self.networks})

    @property
    def generator(self) -> Generator:
        """The generator; raises `PackError` where the pack has none, as all of these."""
        return self._network("generator", Generator)

    @property
    def encoder(self) -> PhotoEncoder:
        return self._network("encoder", PhotoEncoder)

    @property
    def likeness(self) -> LikenessEncoder:
        """What gives a photo's face its likeness at once."""
        return self._network("likeness", LikenessEncoder)

    @property
    def painter(self) -> PhotoPainter:
        """What paints places that cannot be moved, by the photo about them."""
        return self._network("painter", PhotoPainter)

    @property
    def flow(self) -> Flow:
        return self._network("flow", Flow)

    @property
    def condition(self) -> OneHotConditionEncoder | RgbConditionEncoder:
        part = self.networks.get("condition")
        if isinstance(part, RgbConditionEncoder):
            return part
        return self._network("condition", OneHotConditionEncoder)

    @property
    def prior(self) -> FacePrior:
        return self._network("prior", FacePrior)

    @property
    def styles(self) -> StyleDirections:
        return self._network("styles", StyleDirections)

    @property
    def landmarks(self) -> LandmarkNet:
        return self._network("landmarks", LandmarkNet)

    @property
    def latents(self) -> LatentGallery:
        return self._network("latents", LatentGallery)

    @property
    def parser(self) -> AnyParser:
        part = self.networks.get("parser")
        return part if isinstance(part, DeepLabV3) else self._network("parser", FaceParser)

    def _network(self, name: str, kind: type[NetworkT]) -> NetworkT:
        network = self.networks.get(name)
        if not isinstance(network, kind):
            raise PackError(
                f"The pack {self.path.name} has no {name} network of the needed kind.",
                "Choose another pack with --pack.",
            )
        return network


def save_pack(
    path: Path, manifest: Mapping[str, Any], networks: Mapping[str, tuple[str, dict, nn.Module]],
    *, half: bool = True,
) -> Manifest:  # fmt: skip
    """Write a pack folder from ``{component: (architecture, config, network)}``.

    Args:
        manifest: `Manifest`'s fields but for `components`.
        half: write float16, which halves the files and costs parity with what was trained.
    """
    path.mkdir(parents=True, exist_ok=True)
    components = {}
    for name, (architecture, config, network) in networks.items():
        file = path / f"{name}.safetensors"
        tensors = {
            key: (t.half() if half and t.is_floating_point() else t).contiguous()
            for key, t in network.state_dict().items()
        }
        save_file(tensors, file)
        components[name] = Component(architecture, config, file.name, _sha256(file), len(tensors))
    complete = Manifest(components=components, **manifest)
    write_manifest(path, complete)
    return complete


def load_pack(path: Path) -> Pack:
    """Read and check every file of the pack in folder ``path``; raises `PackError`."""
    manifest = read_manifest(path)
    networks = {name: _load(path, part) for name, part in manifest.components.items()}
    return Pack(path, manifest, networks)


def _load(path: Path, part: Component) -> nn.Module:
    """The network of one part; what the manifest says allocates no more than its file has."""
    file = path / part.file
    make = ARCHITECTURES.get(part.architecture)
    if make is None:
        raise PackError(f"{file} has an unknown architecture, {part.architecture[:60]}.", AGAIN)
    tensors = _read_tensors(file, part)
    try:
        arguments = _arguments(part.config)
        whole = {k: t.float() if t.is_floating_point() else t for k, t in tensors.items()}
        network = bounded(lambda: make(**arguments), whole)
        _fill(network, whole)
    except (TypeError, ValueError, RuntimeError, ArithmeticError, LookupError) as error:
        said = " ".join(str(error).split())[:300]
        raise PackError(f"{file} does not fit its architecture ({said}).", AGAIN) from error
    for key, tensor in whole.items():
        # A sum of float32 values cannot overflow float64; one of whole numbers is finite.
        if not torch.isfinite(tensor.sum(dtype=torch.float64)):
            raise PackError(f"{file} holds numbers that are not finite, in {key}.", AGAIN)
    if not isinstance(network, DeepLabV3):  # a drawing takes a quarter of the time so laid out
        network = network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    return network.eval().requires_grad_(False)


def _read_tensors(file: Path, part: Component) -> dict[str, Tensor]:
    """What is in a part's file, which is read once: what is hashed is what is used."""
    try:
        size = file.stat().st_size
        if size > MAX_PART_BYTES:
            raise ValueError(f"more than {MAX_PART_BYTES >> 30} GiB")
        data = read_ordinary_file(file, max_bytes=size)
        if hashlib.sha256(data).hexdigest() != part.sha256:
            raise PackError(f"{file} is damaged: its checksum differs from the manifest's.", AGAIN)
        tensors = load(data)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise PackError(f"{file} cannot be read ({error}).", AGAIN) from error
    if len(tensors) != part.tensors:
        raise PackError(
            f"{file} does not fit its architecture ({len(tensors)} tensors, the manifest says "
            f"{part.tensors}).",
            AGAIN,
        )
    return tensors


def _fill(network: nn.Module, state: dict[str, Tensor]) -> None:
    """Give a network its tensors; raises `RuntimeError` where one is not as it must be."""
    wanted = {k: t.is_floating_point() for k, t in network.state_dict().items()}
    for key, tensor in state.items():
        if tensor.is_complex() or wanted.get(key, True) is not tensor.is_floating_point():
            raise RuntimeError(f"{key} is of another kind of number")
    network.load_state_dict(state, assign=True)


def _arguments(config: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no tuples: its lists stand for them. Raises `ValueError` for too many layers."""
    for name in _COUNTS:
        counts = config.get(name, 0)
        for count in counts if isinstance(counts, list) else [counts]:
            if not isinstance(count, int) or count > MOST_LAYERS:
                raise ValueError(f"{name} says more than {MOST_LAYERS} layers")
    return {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
