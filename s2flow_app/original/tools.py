"""The original's four tools: the pictures and grids that they write, from an imported pack.

They differ from the original's in what `DIFFERENCES` says.
"""

import io
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import torch
from PIL import Image

from s2flow_app.atomic_file import write_atomically
from s2flow_app.engine.pack import Pack
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.errors import DataError
from s2flow_app.labels import LabelMap, colourise
from s2flow_app.original.layout import CODES, MEAN_CODES, OriginalFolder, edited_maps
from s2flow_app.original.neighbours import NeighbourEdits
from s2flow_app.original.networks import OriginalNetworks, Picture

DIFFERENCES: Final = (
    "It runs on the CPU, where CUDA is not there, and knows no absolute paths. Latents are those "
    "that were imported with the checkpoints (all_latents.pickle). Label maps of other faces are "
    "parsed from their drawings, not read from an LMDB file. Networks are in eval mode in every "
    "tool; without sample_z.pt codes are drawn from N(0, I) by the seed, without "
    "mean_zs_haircolor.pkl the mean code of black hair is computed from latents and attributes. "
    "With --as-published what the published scripts do is repeated, by mistake or not: 'semantic' "
    "and 'style' leave the networks in training mode, so that an edit depends on those before it; "
    "'conditional' passes latents for codes where it makes up one face a map; the flow is "
    "integrated at 1e-7; the files that the scripts need must be there. Maps are taken in the "
    "order of their numbers, where the original takes them as the file system lists them."
)
SEQUENCES: Final = 12
"""Six batches of two."""
WALK_FACES, WALK_STEPS, WALK_ALPHAS = 5, 10, 100
STYLE_FACES: Final = (12, 19, 51, 32, 19, 12, 85, 84, 72, 69, 93)
"""Positions in the test set whose maps are held while the style changes."""
STYLES_EACH: Final = 10
CONTENT_FACES: Final = 10
GRID_PADDING_PX: Final = 2
IN_TRAINING_MODE: Final = frozenset({"semantic", "style"})
"""The published scripts that never switch to evaluation."""

Report = Callable[[str, float], None]


class OriginalTools:
    """The tools on one pack.

    Args:
        pack: generator, flow, condition encoder, parser and latents, as imported.
        as_published: repeat what the published scripts do, see `DIFFERENCES`.

    Raises:
        PackError: the pack was not made from the original's checkpoints.
    """

    def __init__(
        self, pack: Pack, *, report: Report, device: str = "cpu", as_published: bool = False
    ) -> None:
        self._pack, self._report, self._device = pack, report, device
        self._as_published = as_published
        self._nets = self._networks(training=False)

    def semantic(self, maps: Path, out: Path) -> list[Path]:
        """For each edited map in ``maps``: the map before, after; the picture before, after."""
        written, nets = [], self._networks(training=self._in_training_mode("semantic"))
        edited = edited_maps(maps, PictureProcess())
        for k, (file, asked) in enumerate(edited.items()):
            self._report("Editing", k / len(edited))
            ws = self._ws(int(file.stem))
            before = nets.draw(ws)
            source = colourise(nets.parse(before))
            after = nets.draw(nets.edited(ws, source, asked))
            written.append(out / f"{file.stem}_grid_{k}.png")
            save_grid(written[-1], [source, asked, before, after], columns=4, padding=0)
        return written

    def sequential(self, folder: OriginalFolder, out: Path) -> list[Path]:
        """A smile, then other hair, each from the last result, of the first faces: maps, pictures.

        Where no neighbour has other hair the smile alone is written; without a smile, nothing.
        """
        written: list[Path] = []
        edits, indices = self._edits(folder), folder.test_indices[:SEQUENCES]
        for k, index in enumerate(indices):
            self._report("Editing in sequence", k / len(indices))
            colours, asked = [folder.test_colours(index)], folder.test_map(index)
            for edit in (edits.smile, edits.hair):
                found = edit(index, asked)
                if found is None:
                    break
                asked = found
                colours.append(colourise(asked))
            if len(colours) == 1:
                continue
            ws = self._ws(index)
            pictures = [self._nets.draw(ws)]
            for one, other in pairwise(colours):
                ws = self._nets.edited(ws, one, other)
                pictures.append(self._nets.draw(ws))
            written.append(out / f"{index}.png")
            save_grid(written[-1], [*colours, *pictures], columns=3)
        return written

    def style(self, folder: OriginalFolder, out: Path) -> list[Path]:
        """Faces with red hair on their way to the mean code of black hair, a row each."""
        nets = self._networks(training=self._in_training_mode("style"))
        mean = self._mean_of_black(folder)
        red = self._with_hair_colour(folder, "red")[:WALK_FACES]
        colours = [self._colours_of(folder, index) for index in red]
        codes = nets.codes(torch.stack([self._ws(index) for index in red]), colours)
        steps = []
        for k, alpha in enumerate(np.linspace(0, 1, WALK_ALPHAS)[:WALK_STEPS]):
            self._report("Changing hair", k / WALK_STEPS)
            codes = (1 - alpha) * codes + alpha * mean
            steps.append([nets.draw(ws) for ws in nets.ws_of(codes, colours)])
        path = out / "red2black.png"
        tiles = [tile for row in zip(*steps, strict=True) for tile in row]
        save_grid(path, tiles, columns=WALK_STEPS, padding=0)
        return [path]

    def conditional(self, folder: OriginalFolder, out: Path) -> list[Path]:
        """Made-up faces for maps; one map with many codes; one code with many maps."""
        indices, edits = folder.test_indices, self._edits(folder)
        written = [out / "cond_test" / "cond_gen.png"]
        first = indices[: folder.settings.batch]
        maps = [folder.test_colours(i) for i in first]
        self._report("One face a map", 0.0)
        faces = [
            self._made_up(self._ws(i) if self._as_published else self._code(folder, k), colours)
            for k, (i, colours) in enumerate(zip(first, maps, strict=True))
        ]
        save_grid(written[0], [*faces, *maps], columns=8)
        for i, position in enumerate(STYLE_FACES):
            self._report("One map, many styles", 0.2 + 0.4 * i / len(STYLE_FACES))
            colours = folder.test_colours(indices[position % len(indices)])
            codes = range(i * STYLES_EACH, (i + 1) * STYLES_EACH)
            faces = [self._made_up(self._code(folder, k), colours) for k in codes]
            written.append(out / f"random_imgs_segmap_fixed_{i}.png")
            save_grid(written[-1], faces + [colours] * STYLES_EACH, columns=STYLES_EACH)
        for i, index in enumerate(indices[:CONTENT_FACES]):
            self._report("One style, many maps", 0.6 + 0.4 * i / CONTENT_FACES)
            source, own = folder.test_map(index), folder.test_colours(index)
            asked = [
                edit(index, source)
                for edit in (edits.smile, edits.add_glasses, edits.remove_glasses, edits.hair)
            ]
            maps = [own if m is None else colourise(m) for m in asked]
            faces = [self._made_up(self._code(folder, 0), colours) for colours in maps]
            written.append(out / f"random_imgs_style_fixed_{i}.png")
            save_grid(written[-1], faces + maps, columns=len(maps), padding=0)
        return written

    # --- networks and codes -------------------------------------------------------------------

    def _networks(self, *, training: bool) -> OriginalNetworks:
        return OriginalNetworks(
            self._pack, device=self._device, as_published=self._as_published, training=training
        )

    def _in_training_mode(self, tool: str) -> bool:
        return self._as_published and tool in IN_TRAINING_MODE

    def _code(self, folder: OriginalFolder, k: int) -> torch.Tensor:
        """The ``k``-th style code ``[L, D]``."""
        if folder.codes is not None:
            return folder.codes[k % len(folder.codes)]
        self._needed(CODES)
        generator = torch.Generator().manual_seed(folder.settings.seed + k)
        return torch.randn(self._nets.latents[0].shape, generator=generator)

    def _made_up(self, code: torch.Tensor, colours: Picture) -> Picture:
        """A face for a map with a code."""
        return self._nets.draw(self._nets.ws_of(code[None], [colours])[0])

    def _mean_of_black(self, folder: OriginalFolder) -> torch.Tensor:
        """Mean style code ``[L, D]`` of faces with black hair."""
        if folder.mean_codes is not None:
            mean, shape = folder.mean_codes.get("black"), self._nets.latents[0].shape
            if mean is None or mean.numel() != shape.numel():
                raise DataError(f"{MEAN_CODES} has no code of black hair as {list(shape)}.")
            return mean.reshape(shape).to(self._nets.latents)
        self._needed(MEAN_CODES)
        black = self._with_hair_colour(folder, "black")
        total = torch.zeros_like(self._nets.latents[0])
        for k, index in enumerate(black):
            self._report("Mean of black hair", k / len(black))
            colours = self._colours_of(folder, index)
            total = total + self._nets.codes(self._ws(index)[None], [colours])[0]
        return total / len(black)

    def _needed(self, file: str) -> None:
        if self._as_published:
            raise DataError(
                f"There is no {file}, which the published script reads.",
                "Leave out --as-published to do without it.",
            )

    # --- faces --------------------------------------------------------------------------------

    def _ws(self, index: int) -> torch.Tensor:
        latents = self._nets.latents
        if index >= len(latents):
            raise DataError(f"There is no latent {index}: the pack's gallery has {len(latents)}.")
        return latents[index]

    def _map_of(self, index: int) -> LabelMap:
        return self._nets.parse(self._nets.draw(self._ws(index)))

    def _colours_of(self, folder: OriginalFolder, index: int) -> Picture:
        kept = folder.colours(index)
        return colourise(self._map_of(index)) if kept is None else kept

    def _edits(self, folder: OriginalFolder) -> NeighbourEdits:
        return NeighbourEdits(
            folder.attributes, folder.neighbours, self._map_of, seed=folder.settings.seed
        )

    def _with_hair_colour(self, folder: OriginalFolder, colour: str) -> list[int]:
        most = min(len(self._nets.latents), folder.settings.num_samples)
        hair = [attributes.hair for attributes in folder.attributes[:most]]
        found = [i for i, one in enumerate(hair) if one == colour]
        if not found:
            raise DataError(f"No face has {colour} hair by the attributes.")
        return found


def save_grid(
    path: Path, tiles: Sequence[Picture], *, columns: int, padding: int = GRID_PADDING_PX
) -> None:
    """Write tiles in rows as torchvision's `save_image` lays them out: black lines between."""
    height, width = tiles[0].shape[:2]
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    size = (rows * (height + padding) + padding, columns * (width + padding) + padding, 3)
    grid = np.zeros(size, np.uint8)
    for k, tile in enumerate(tiles):
        row, column = divmod(k, columns)
        y, x = padding + row * (height + padding), padding + column * (width + padding)
        grid[y : y + height, x : x + width] = tile
    out = io.BytesIO()
    Image.fromarray(grid).save(out, format="PNG")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, out.getvalue())
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}.") from error
