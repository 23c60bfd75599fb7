"""Model packs: a folder of `pack.json` and safetensors files, checked whole before use.

Weights lie on disk as float16, those of imported packs as float32, and are float32 in memory. No
pickle is ever loaded.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from s2flow_app.errors import PackError
from s2flow_app.nets.condition import OneHotConditionEncoder, RgbConditionEncoder
from s2flow_app.nets.deeplab import DeepLabV3
from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.flow import Flow
from s2flow_app.nets.gallery import LatentGallery
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.likeness import LikenessEncoder
from s2flow_app.nets.painter import MapPainter
from s2flow_app.nets.parser import AnyParser, FaceParser
from s2flow_app.nets.prior import FacePrior
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.nets.styles import StyleDirections

NetworkT = TypeVar("NetworkT", bound=nn.Module)

SCHEMA_VERSION: Final = 1
MANIFEST_NAME: Final = "pack.json"

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
    "map_painter": MapPainter,
    "landmark_net": LandmarkNet,
    "latent_gallery": LatentGallery,
}
"""What a component's `architecture` may be."""

COMPONENTS: Final = (
    "generator", "encoder", "likeness", "painter", "flow", "condition", "prior", "styles",
    "parser", "landmarks", "guide", "latents",
)  # fmt: skip
"""The parts of a pack; a pack may lack some, and what needs those says so."""
PHOTO_COMPONENTS: Final = ("parser", "landmarks")
"""What serves any pack, whatever its generator."""


@dataclass(frozen=True, slots=True)
class Component:
    """One network of a pack, as its manifest states it."""

    architecture: str
    config: dict[str, Any]
    """Keyword arguments of the architecture; lists stand for tuples."""
    file: str
    sha256: str
    tensors: int


@dataclass(frozen=True, slots=True)
class Source:
    """A foreign file that a pack was imported from."""

    file: str
    """Its name, without its folder."""
    sha256: str
    kind: str
    licence: str
    terms: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`pack.json`."""

    title: str
    resolution: int
    licence: str
    terms: str
    training: dict[str, dict[str, float]]
    """How long each stage was trained: `steps` and `minutes`, or on how many `faces`."""
    components: dict[str, Component]
    quality: dict[str, Any] = field(default_factory=dict)
    """Measured figures, as `s2flow evaluate` printed them."""
    sources: list[Source] = field(default_factory=list)
    """Of an imported pack."""
    schema_version: int = SCHEMA_VERSION


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
    def painter(self) -> MapPainter:
        """What draws closer to label maps than latents can."""
        return self._network("painter", MapPainter)

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

    @property
    def guide(self) -> FaceParser:
        """What edits are drawn closer by; in no measure."""
        return self._network("guide", FaceParser)

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


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write `pack.json` in the pack folder ``path``."""
    (path / MANIFEST_NAME).write_text(json.dumps(asdict(manifest), indent=2) + "\n")


def read_manifest(path: Path) -> Manifest:
    """The manifest of the pack in folder ``path``; raises `PackError`."""
    file = path / MANIFEST_NAME
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        if fields["schema_version"] != SCHEMA_VERSION:
            raise PackError(
                f"{file} has schema version {fields['schema_version']}; "
                f"this program reads version {SCHEMA_VERSION}.",
                "Update the program, or get the pack made for this version.",
            )
        components = {k: Component(**v) for k, v in fields.pop("components").items()}
        sources = [Source(**source) for source in fields.pop("sources", [])]
        manifest = Manifest(components=components, sources=sources, **fields)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackError(
            f"{file} is not a readable pack manifest ({error}).", "Install the pack again."
        ) from error
    unknown = set(components) - set(COMPONENTS)
    if unknown:
        raise PackError(f"{file} names unknown parts: {', '.join(sorted(unknown))}.")
    return manifest


def load_pack(path: Path) -> Pack:
    """Read and check every file of the pack in folder ``path``; raises `PackError`."""
    manifest = read_manifest(path)
    networks = {name: _load(path, part) for name, part in manifest.components.items()}
    return Pack(path, manifest, networks)


def _load(path: Path, part: Component) -> nn.Module:
    file = path / part.file
    if Path(part.file).name != part.file:
        raise PackError(f"{path / MANIFEST_NAME} names a file outside the pack: {part.file}.")
    again = "Install the pack again."
    try:
        if _sha256(file) != part.sha256:
            raise PackError(f"{file} is damaged: its checksum differs from the manifest's.", again)
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        raise PackError(f"{file} cannot be read ({error}).", again) from error
    make = ARCHITECTURES.get(part.architecture)
    if make is None:
        raise PackError(f"{file} has an unknown architecture, {part.architecture}.", again)
    try:
        network = make(**_arguments(part.config))
        whole = {k: t.float() if t.is_floating_point() else t for k, t in tensors.items()}
        network.load_state_dict(whole, assign=True)
    except (TypeError, ValueError, RuntimeError) as error:
        raise PackError(f"{file} does not fit its architecture ({error}).", again) from error
    for key, tensor in whole.items():
        # A sum of float32 values cannot overflow float64; one of whole numbers is finite.
        if not torch.isfinite(tensor.sum(dtype=torch.float64)):
            raise PackError(f"{file} holds numbers that are not finite, in {key}.", again)
    fast = network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    return fast.eval().requires_grad_(False)  # a drawing takes a quarter of the time so laid out


def _arguments(config: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no tuples: its lists stand for them."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
