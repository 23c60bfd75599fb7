"""The original's four tools: the pictures and grids that they write, from an imported pack.

They differ from the original's in what `DIFFERENCES` says.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from s2flow_app.engine.device import placed
from s2flow_app.engine.edit import SOLVER, draw
from s2flow_app.engine.pack import Pack
from s2flow_app.engine.parse import parse_crop
from s2flow_app.errors import DataError, PackError
from s2flow_app.labels import LABEL_SIZE, LabelMap, colourise
from s2flow_app.nets.condition import RgbConditionEncoder
from s2flow_app.original.layout import OriginalFolder, edited_colours, map_indices
from s2flow_app.original.map_edits import with_glasses, with_hair, with_mouth, without_glasses

DIFFERENCES: Final = (
    "It runs on the CPU, where CUDA is not there, and knows no absolute paths. Networks are in "
    "eval mode in every tool (the original leaves that out in 'semantic'). Latents are those that "
    "were imported with the checkpoints (all_latents.pickle). Label maps of other "
    "faces are parsed from their drawings, not read from an LMDB file. The mean code of black hair "
    "is computed from the latents and attributes. Codes are drawn from N(0, I) by the seed where "
    "there is no sample_z.pt; 'conditional' draws them too where the original passes latents in "
    "their place."
)
SEED: Final = 34
"""Of the original's configuration."""
SEQUENCES: Final = 12
WALK_FACES, WALK_STEPS, WALK_ALPHAS = 5, 10, 100
MEAN_FACES: Final = 50
CONDITIONAL_FACES: Final = 40
STYLE_FACES: Final = (12, 19, 51, 32, 19, 12, 85, 84, 72, 69, 93)
"""Positions in the test set whose maps are held while the style changes."""
STYLES_EACH: Final = 10
CONTENT_FACES: Final = 10
GRID_PADDING_PX: Final = 2

Picture = NDArray[np.uint8]
Report = Callable[[str, float], None]


class OriginalTools:
    """The tools on one pack.

    Args:
        pack: generator, flow, condition encoder, parser and latents, as imported.

    Raises:
        PackError: the pack was not made from the original's checkpoints.
    """

    def __init__(self, pack: Pack, *, report: Report, device: str = "cpu") -> None:
        if not isinstance(pack.condition, RgbConditionEncoder) or not pack.flow.each_row:
            raise PackError(
                f"The pack {pack.path.name} is not of S2-Flow's own checkpoints.",
                "Import them with 's2flow import' and name that pack with --pack.",
            )
        self._device = device
        self._generator, self._flow = placed(pack.generator, device), placed(pack.flow, device)
        self._condition, self._parser = placed(pack.condition, device), placed(pack.parser, device)
        self._latents = pack.latents.ws.to(device)
        self._report = report
        self._rng = np.random.default_rng(SEED)

    def semantic(self, maps: Path, out: Path) -> list[Path]:
        """For each edited map in ``maps``: the map before, after; the picture before, after."""
        written = []
        indices = map_indices(maps / "color" if (maps / "color").is_dir() else maps / "gray")
        for k, index in enumerate(indices):
            self._report("Editing", k / len(indices))
            ws = self._ws(index)
            before = self.draw(ws)
            source, asked = colourise(self.parse(before)), edited_colours(maps, index)
            after = self.draw(self.edited(ws, source, asked))
            written.append(out / f"{index}_grid_{k}.png")
            save_grid(written[-1], [source, asked, before, after], columns=4, padding=0)
        return written

    def sequential(self, folder: OriginalFolder, out: Path) -> list[Path]:
        """A smile, then other hair, each from the last result; maps above, pictures below."""
        written: list[Path] = []
        for index in folder.test_indices():
            if len(written) == SEQUENCES:
                break
            self._report("Editing in sequence", len(written) / SEQUENCES)
            maps = [folder.test_map(index)]
            for edit in (self._smile, self._hair):
                asked = edit(folder, index, maps[-1])
                if asked is None:
                    break
                maps.append(asked)
            if len(maps) < 3:
                continue
            ws = self._ws(index)
            pictures = [self.draw(ws)]
            for source, asked in pairwise(maps):
                ws = self.edited(ws, colourise(source), colourise(asked))
                pictures.append(self.draw(ws))
            written.append(out / f"{index}.png")
            save_grid(written[-1], [*map(colourise, maps), *pictures], columns=3)
        return written

    def style(self, folder: OriginalFolder, out: Path) -> list[Path]:
        """Faces with red hair on their way to the mean code of black hair, a row each."""
        hair = [attributes.hair for attributes in folder.attributes]
        red = self._with_hair_colour(hair, "red")[:WALK_FACES]
        black = self._with_hair_colour(hair, "black")[:MEAN_FACES]
        total = torch.zeros_like(self._latents[0])
        for k, index in enumerate(black):
            self._report("Mean of black hair", k / len(black))
            total = total + self._code(self._ws(index), self._map_of(index))
        mean, tiles = total / len(black), []
        for k, index in enumerate(red):
            self._report("Changing hair", k / len(red))
            ws, label_map = self._ws(index), self._map_of(index)
            code = self._code(ws, label_map)
            for alpha in np.linspace(0, 1, WALK_ALPHAS)[:WALK_STEPS]:
                code = (1 - alpha) * code + alpha * mean
                tiles.append(self.draw(self._latents_of(code, colourise(label_map))))
        path = out / "red2black.png"
        save_grid(path, tiles, columns=WALK_STEPS, padding=0)
        return [path]

    def conditional(self, folder: OriginalFolder, out: Path) -> list[Path]:
        """Made-up faces for maps; one map with many codes; one code with many maps."""
        indices = folder.test_indices()
        written = [out / "cond_test" / "cond_gen.png"]
        maps = [folder.test_colours(i) for i in indices[:CONDITIONAL_FACES]]
        self._report("One face a map", 0.0)
        faces = [self._made_up(folder, k, colours) for k, colours in enumerate(maps)]
        save_grid(written[0], [*faces, *maps], columns=8)
        for i, position in enumerate(STYLE_FACES):
            self._report("One map, many styles", 0.2 + 0.4 * i / len(STYLE_FACES))
            colours = folder.test_colours(indices[position % len(indices)])
            codes = range(i * STYLES_EACH, (i + 1) * STYLES_EACH)
            faces = [self._made_up(folder, k, colours) for k in codes]
            written.append(out / f"random_imgs_segmap_fixed_{i}.png")
            save_grid(written[-1], faces + [colours] * STYLES_EACH, columns=STYLES_EACH)
        for i, index in enumerate(indices[:CONTENT_FACES]):
            self._report("One style, many maps", 0.6 + 0.4 * i / CONTENT_FACES)
            source = folder.test_map(index)
            edits = (self._smile, self._add_glasses, self._remove_glasses, self._hair)
            asked = [edit(folder, index, source) for edit in edits]
            maps = [colourise(source if m is None else m) for m in asked]
            faces = [self._made_up(folder, 0, colours) for colours in maps]
            written.append(out / f"random_imgs_style_fixed_{i}.png")
            save_grid(written[-1], faces + maps, columns=len(maps), padding=0)
        return written

    # --- networks -----------------------------------------------------------------------------

    def draw(self, ws: torch.Tensor) -> Picture:
        """``[512, 512, 3]`` of latents ``[L, D]``."""
        with torch.inference_mode():
            img = draw(self._generator, ws[None], device=self._device)[0].permute(1, 2, 0)
        whole = (img * 127.5 + 128).clamp(0, 255).to(torch.uint8).cpu().numpy()
        size = (LABEL_SIZE, LABEL_SIZE)
        return np.array(Image.fromarray(whole).resize(size, Image.Resampling.BILINEAR))

    def parse(self, picture: Picture) -> LabelMap:
        return parse_crop(self._parser, picture)

    def edited(self, ws: torch.Tensor, source: Picture, asked: Picture) -> torch.Tensor:
        """Latents ``[L, D]`` after an edit from one label colouring to another."""
        with torch.inference_mode():
            code = self._flow(ws[None], self._conditions(source), solver=SOLVER)
            return self._flow.inverse(code, self._conditions(asked), solver=SOLVER)[0]

    def _conditions(self, colours: Picture) -> torch.Tensor:
        img = torch.from_numpy(colours).permute(2, 0, 1)[None].float() / 255
        return self._condition(img.to(self._device))

    def _code(self, ws: torch.Tensor, label_map: LabelMap) -> torch.Tensor:
        with torch.inference_mode():
            return self._flow(ws[None], self._conditions(colourise(label_map)), solver=SOLVER)[0]

    def _latents_of(self, code: torch.Tensor, colours: Picture) -> torch.Tensor:
        with torch.inference_mode():
            return self._flow.inverse(code[None], self._conditions(colours), solver=SOLVER)[0]

    def _made_up(self, folder: OriginalFolder, k: int, colours: Picture) -> Picture:
        """A face for a map with the ``k``-th code."""
        if folder.codes is not None:
            code = folder.codes[k % len(folder.codes)]
        else:
            generator = torch.Generator().manual_seed(SEED + k)
            code = torch.randn(self._latents[0].shape, generator=generator)
        return self.draw(self._latents_of(code.to(self._device), colours))

    # --- faces --------------------------------------------------------------------------------

    def _ws(self, index: int) -> torch.Tensor:
        if index >= len(self._latents):
            raise DataError(
                f"There is no latent {index}: the pack's gallery has {len(self._latents)}."
            )
        return self._latents[index]

    def _map_of(self, index: int) -> LabelMap:
        return self.parse(self.draw(self._ws(index)))

    def _with_hair_colour(self, hair: Sequence[str | None], colour: str) -> list[int]:
        found = [i for i, one in enumerate(hair[: len(self._latents)]) if one == colour]
        if not found:
            raise DataError(f"No face has {colour} hair by the attributes.")
        return found

    def _neighbours(self, folder: OriginalFolder, index: int) -> Iterator[int]:
        near = folder.neighbours.get(index, [])
        yield from (int(i) for i in self._rng.permutation(near))

    def _smile(self, folder: OriginalFolder, index: int, source: LabelMap) -> LabelMap | None:
        for other in self._neighbours(folder, index):
            if folder.attributes[other].smiles:
                return with_mouth(source, self._map_of(other))
        return None

    def _hair(self, folder: OriginalFolder, index: int, source: LabelMap) -> LabelMap | None:
        for other in self._neighbours(folder, index):
            if folder.attributes[other].gender == folder.attributes[index].gender:
                return with_hair(source, self._map_of(other))
        return None

    def _add_glasses(self, folder: OriginalFolder, index: int, source: LabelMap) -> LabelMap | None:
        if folder.attributes[index].glasses != "NoGlasses":
            return None
        for other in self._neighbours(folder, index):
            glasses = folder.attributes[other].glasses
            if glasses not in (None, "NoGlasses"):
                reading = glasses == "ReadingGlasses"
                return with_glasses(source, self._map_of(other), reading=reading)
        return None

    def _remove_glasses(
        self, folder: OriginalFolder, index: int, source: LabelMap
    ) -> LabelMap | None:
        if folder.attributes[index].glasses in (None, "NoGlasses"):
            return None
        for other in self._neighbours(folder, index):
            if folder.attributes[other].glasses == "NoGlasses":
                return without_glasses(source, self._map_of(other))
        return None


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
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        Image.fromarray(grid).save(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}.") from error
