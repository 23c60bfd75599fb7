"""HEIC, AVIF and RAW files that are damaged in many ways, as the limited process meets them.

Each gives a picture or a sentence. Where a decoder comes to its end by one, only its process does.
"""

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dng_card import dng, linear_card
from heif_card import HEIC, card, opacity
from photo_faults import DAMAGES
from PIL import Image

from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.errors import UserError
from s2flow_app.extras import HEIC as HEIC_EXTRA
from s2flow_app.extras import RAW, Extra

TRUNCATIONS, DAMAGED = 60, 90
STOPPED = "made the process that decodes it stop"


def avif() -> dict[str, bytes]:
    files = {}
    for name, samples in (("plain", card()), ("alpha", np.dstack([card(), opacity()]))):
        out = io.BytesIO()
        Image.fromarray(samples).save(out, "AVIF", quality=60, speed=9)
        files[f"{name}.avif"] = out.getvalue()
    return files


def heic() -> dict[str, bytes]:
    names = ("plain.heic", "alpha.heic", "p3-10.heic", "grid.heic", "described.heic")
    return {name: (HEIC / name).read_bytes() for name in names}


def raw() -> dict[str, bytes]:
    small = linear_card(48, 64)
    return {"strips.dng": dng(small), "tiles.dng": dng(small, tile=(16, 16))}


KINDS = {"avif": (avif, None), "heic": (heic, HEIC_EXTRA), "raw": (raw, RAW)}


@pytest.fixture(scope="module")
def process() -> Iterator[PictureProcess]:
    process = PictureProcess()
    yield process
    process.close()


def files_of(kind: str) -> dict[str, bytes]:
    make, extra = KINDS[kind]
    if isinstance(extra, Extra) and not extra.is_there():
        pytest.skip(f"the extra '{extra.name}' is missing")
    return make()


def outcome(process: PictureProcess, path: Path, data: bytes) -> str:
    """What comes of a file; anything else than a picture or a sentence is raised."""
    path.write_bytes(data)
    try:
        read = process.read_photo(path)
    except UserError as error:
        assert error.message and error.hint and "Traceback" not in error.message
        return "stopped" if STOPPED in error.message else "told"
    assert read.display.shape == read.photo.pixels.shape
    return "opened"


@pytest.mark.parametrize("kind", KINDS)
def test_files_cut_short_are_told(kind: str, process: PictureProcess, tmp_path: Path) -> None:
    for name, data in files_of(kind).items():
        path = tmp_path / name
        assert outcome(process, path, data) == "opened"
        lengths = np.linspace(0, len(data) - 1, TRUNCATIONS).astype(int)
        outcomes = Counter(outcome(process, path, data[:length]) for length in lengths)
        assert outcomes == {"told": TRUNCATIONS}, name
        assert outcome(process, path, data) == "opened"


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_pictures_or_sentences(
    kind: str, process: PictureProcess, tmp_path: Path
) -> None:
    rng = np.random.default_rng(20)
    outcomes: Counter[str] = Counter()
    for name, data in files_of(kind).items():
        for _ in range(DAMAGED):
            damage = DAMAGES[int(rng.integers(len(DAMAGES)))]
            outcomes[outcome(process, tmp_path / name, damage(bytearray(data), rng))] += 1
        assert outcome(process, tmp_path / name, data) == "opened"
    print(f"{kind}: {dict(outcomes)}")
    assert outcomes["told"] > 20 and outcomes["opened"] > 0
