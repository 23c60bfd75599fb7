"""What the later stages start from: the latents and the parsed maps of all faces."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.engine.pack import Pack
from s2flow_app.labels import mirror_table
from s2flow_app.nets.encoder import inverted
from s2flow_app.nets.images import to_images, to_img
from s2flow_app.nets.parser import AnyParser
from s2flow_app.nets.stylegan2 import Generator
from s2flow_app.training.augment import resized
from s2flow_app.training.data import IMAGE_SIZE, FaceData
from s2flow_app.training.loop import reduced_precision

BATCH = 32
LOOKS = 2
"""Of twice as many in use: nearly the same latents, in half the time."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceLatents:
    """Of all faces of a data folder, as they are and mirrored."""

    ws: NDArray[np.float32]
    """``[2, N, L, D]``: index 1 of the mirrored pictures."""
    label_maps: NDArray[np.uint8]
    """``[N, 256, 256]`` as the pack's parser sees them: what edits start from in use."""
    generator: Generator
    """What the latents are of."""

    def label_map(self, index: int, *, mirrored: bool) -> NDArray[np.uint8]:
        """The map ``[256, 256]`` of one face."""
        label_map = self.label_maps[index]
        return mirror_table()[label_map[:, ::-1]] if mirrored else label_map


def face_latents(data: FaceData, pack: Pack, *, cache: Path, device: str = "cpu") -> FaceLatents:
    """Encode and parse all faces; both are cached, the latents for this generator and encoder.

    Here and below: where the cache lacks something, the pack's networks go to ``device`` for it.
    """
    file = cache / f"latents-{_networks_key(pack)}.npy"
    ws = np.load(file) if file.is_file() else None
    if ws is None or ws.shape[1] != len(data.names):
        ws = np.stack([_encoded(data, pack, mirrored, device) for mirrored in (False, True)])
        np.save(file, ws)
    maps = parsed_maps(data, pack.parser, cache=cache, device=device)
    return FaceLatents(ws, maps, pack.generator)


def face_renders(
    data: FaceData, pack: Pack, *, cache: Path, device: str = "cpu"
) -> NDArray[np.uint8]:
    """What the generator draws of all faces' latents, ``[N, 256, 256, 3]``; cached for this
    generator and encoder."""
    file = cache / f"renders-{_networks_key(pack)}.npy"
    if not file.is_file():
        partial = file.with_suffix(".partial.npy")
        _draw(data, pack, partial, device)
        partial.replace(file)
    return np.load(file, mmap_mode="r")


def best_maps(
    data: FaceData, parser: AnyParser, *, cache: Path, device: str = "cpu"
) -> NDArray[np.uint8]:
    """Label maps ``[N, 256, 256]`` of all faces: by hand where there is one, else parsed."""
    maps = np.array(parsed_maps(data, parser, cache=cache, device=device))
    where = {name: i for i, name in enumerate(data.names)}
    for name, label_map in zip(data.label_names, data.label_maps, strict=True):
        if name in where:
            maps[where[name]] = label_map
    return maps


def parsed_maps(
    data: FaceData, parser: AnyParser, *, cache: Path, device: str = "cpu"
) -> NDArray[np.uint8]:
    """Label maps ``[N, 256, 256]`` of all faces, by the pack's parser; from the cache if there."""
    file = cache / "parsed-256.npy"
    maps = np.load(file, mmap_mode="r") if file.is_file() else None
    if maps is None or len(maps) != len(data.names):
        maps = _parsed(data, parser, device)
        np.save(file, maps)
    return maps


def _networks_key(pack: Pack) -> str:
    names = ("encoder", "generator")
    return "-".join(pack.manifest.components[name].sha256[:8] for name in names)


@torch.inference_mode()
def _draw(data: FaceData, pack: Pack, file: Path, device: str) -> None:
    """Write the drawings of all faces."""
    shape = (len(data.names), IMAGE_SIZE, IMAGE_SIZE, 3)
    drawn = np.lib.format.open_memmap(file, "w+", np.uint8, shape)
    size = pack.manifest.resolution
    encoder, generator = pack.encoder.to(device), pack.generator.to(device)
    for start in range(0, len(data.names), BATCH):
        images = np.stack([resized(i, size) for i in data.images[start : start + BATCH]])
        with reduced_precision(device) as precision:
            img = to_img(images).to(device)
            ws = inverted(encoder, generator, img, looks=1, dtype=precision)
            img = generator.synthesis(ws, noise_mode="none", dtype=precision)
        img = torch.nn.functional.interpolate(img.float(), size=IMAGE_SIZE, mode="area")
        drawn[start : start + BATCH] = to_images(img)
    drawn.flush()


@torch.inference_mode()
def _encoded(data: FaceData, pack: Pack, mirrored: bool, device: str) -> NDArray[np.float32]:
    parts = []
    size = pack.manifest.resolution
    encoder, generator = pack.encoder.to(device), pack.generator.to(device)
    for start in range(0, len(data.names), BATCH):
        images = np.stack([resized(i, size) for i in data.images[start : start + BATCH]])
        if mirrored:
            images = np.ascontiguousarray(images[:, :, ::-1])
        with reduced_precision(device) as precision:
            img = to_img(images).to(device)
            ws = inverted(encoder, generator, img, looks=LOOKS, dtype=precision)
        parts.append(ws.float().cpu().numpy())
    return np.concatenate(parts)


@torch.inference_mode()
def _parsed(data: FaceData, parser: AnyParser, device: str) -> NDArray[np.uint8]:
    parser = parser.to(device)
    maps = np.empty(data.images.shape[:3], np.uint8)
    for start in range(0, len(data.names), BATCH):
        part = slice(start, start + BATCH)
        with reduced_precision(device):
            img = to_img(np.ascontiguousarray(data.images[part])).to(device)
            logits = parser(img).float()
        whole = torch.nn.functional.interpolate(logits, size=256, mode="bilinear")
        maps[part] = whole.argmax(1).cpu().numpy()
    return maps
