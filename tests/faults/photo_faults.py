"""Damaged photos, and whole ones against a second decoder: a script, and a part of the tests.

    python tests/faults/photo_faults.py --count 3000 --valid 2000 --seed 0

A damaged photo gives a sentence or a picture: never another exception, a hang, or memory beyond
the bound. A whole one gives the values that were written, and those of another decoder.
"""

import argparse
import contextlib
import resource
import signal
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image
from whole_photos import MAKERS, whole_files

from s2flow_app.engine.photo import read_photo, write_photo
from s2flow_app.errors import UserError

LIMIT_S: Final = 30
"""A photo of 100 megapixels, which a damaged header can ask for, is read in less."""
MEMORY_BYTES: Final = 6 << 30
"""Address space beyond what is in use at the start: four pictures of 100 megapixels with room."""


@dataclass(slots=True)
class Counts:
    """What came of the photos."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    def __str__(self) -> str:
        found = ", ".join(f"{count} {what}" for what, count in sorted(self.outcomes.items()))
        return f"{found}, {len(self.wrong)} wrong; the slowest took {self.slowest_s:.1f} s"


# --- damaged ones -----------------------------------------------------------------------------


def damaged_photos(count: int, seed: int, folder: Path) -> Counts:
    """Reads ``count`` damaged photos from files in ``folder``."""
    rng = np.random.default_rng(seed)
    sources = whole_files(rng)
    counts = Counts()
    for k in range(count):
        name, data = sources[k % len(sources)]
        damage = DAMAGES[int(rng.integers(len(DAMAGES)))]
        broken = damage(bytearray(data), rng)
        what = f"seed {seed}, photo {k}: {name}, {damage.__name__}"
        path = folder / f"photo{Path(name).suffix}"
        path.write_bytes(broken)
        start = time.monotonic()
        try:
            with time_limit(LIMIT_S):
                photo = read_photo(path)
                if photo.to_srgb().shape != photo.pixels.shape:
                    counts.wrong.append(f"{what}: of two shapes")
            counts.outcomes["opened"] += 1
        except UserError as error:
            counts.outcomes["told"] += 1
            if not error.hint and "Traceback" in error.message:
                counts.wrong.append(f"{what}: {error}")
        except Exception as error:  # which is what is looked for
            counts.wrong.append(f"{what}: {type(error).__name__}: {error}")
            (folder / f"wrong-{seed}-{k}{path.suffix}").write_bytes(broken)
        counts.slowest_s = max(counts.slowest_s, time.monotonic() - start)
    return counts


def cut(data: bytearray, rng: np.random.Generator) -> bytes:
    return bytes(data[: rng.integers(len(data))])


def flip_bits(data: bytearray, rng: np.random.Generator) -> bytes:
    for at in rng.integers(len(data), size=rng.integers(1, 9)):
        data[at] ^= 1 << int(rng.integers(8))
    return bytes(data)


def edit_header(data: bytearray, rng: np.random.Generator) -> bytes:
    for at in rng.integers(min(len(data), 400), size=rng.integers(1, 5)):
        data[at] = int(rng.integers(256))
    return bytes(data)


def edit_number(data: bytearray, rng: np.random.Generator) -> bytes:
    """A length, an offset or a size becomes an extreme one."""
    near_start = rng.integers(2)
    at = int(rng.integers(min(len(data), 400) if near_start else len(data)))
    if data[:2] in (b"II", b"MM") and not near_start:
        at = max(0, len(data) - int(rng.integers(1, 400)))  # directories often are at the end
    value = [0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, len(data)][rng.integers(7)]
    order = "><"[rng.integers(2)]
    number = struct.pack(order + "I", value) if rng.integers(2) else struct.pack(
        order + "H", value & 0xFFFF
    )  # fmt: skip
    data[at : at + len(number)] = number
    return bytes(data)


def drop_part(data: bytearray, rng: np.random.Generator) -> bytes:
    at = int(rng.integers(len(data)))
    del data[at : at + int(rng.integers(1, 200))]
    return bytes(data)


def repeat_part(data: bytearray, rng: np.random.Generator) -> bytes:
    at = int(rng.integers(len(data)))
    part = data[at : at + int(rng.integers(1, 400))]
    data[at:at] = part * int(rng.integers(1, 5))
    return bytes(data)


def fill_part(data: bytearray, rng: np.random.Generator) -> bytes:
    at, length = int(rng.integers(len(data))), int(rng.integers(1, 400))
    data[at : at + length] = bytes([(0, 255)[rng.integers(2)]]) * length
    return bytes(data)


Damage = Callable[[bytearray, np.random.Generator], bytes]
DAMAGES: Final[tuple[Damage, ...]] = (
    cut, flip_bits, edit_header, edit_number, drop_part, repeat_part, fill_part,
)  # fmt: skip


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --- whole ones -------------------------------------------------------------------------------


def whole_photos(count: int, seed: int, folder: Path) -> Counts:
    """Reads ``count`` whole photos of random sizes, values and layouts."""
    rng = np.random.default_rng(seed)
    counts = Counts()
    for k in range(count):
        whole = MAKERS[k % len(MAKERS)](rng)
        path = folder / whole.name
        path.write_bytes(whole.data)
        start = time.monotonic()
        try:
            photo = read_photo(path)
        except Exception as error:  # a whole photo has to be read
            counts.wrong.append(f"seed {seed}, photo {k}: {whole.name}: {error}")
            continue
        counts.slowest_s = max(counts.slowest_s, time.monotonic() - start)
        for right, by in ((whole.pixels, "what was written"), (whole.second, "another decoder")):
            if right is None:
                continue
            counts.outcomes[f"as {by}"] += 1
            same = right.dtype == photo.pixels.dtype and np.array_equal(right, photo.pixels)
            if not same:
                counts.wrong.append(f"seed {seed}, photo {k}: {whole.name}: not as {by}")
        if whole.alpha is not None and (
            photo.alpha is None or not np.array_equal(photo.alpha, whole.alpha)
        ):
            counts.wrong.append(f"seed {seed}, photo {k}: {whole.name}: another alpha")
        counts.outcomes["whole"] += 1
    return counts


# --- what a JPEG of a JPEG loses --------------------------------------------------------------


def jpeg_losses(image: NDArray[np.uint8], folder: Path) -> Iterator[str]:
    """What becomes of values that no edit touched, in the source's way and in that of others."""
    for quality, subsampling, title in ((75, 2, "4:2:0"), (90, 2, "4:2:0"), (92, 0, "4:4:4")):
        path, out = folder / "source.jpg", folder / "out.jpg"
        Image.fromarray(image).save(path, quality=quality, subsampling=subsampling)
        photo = read_photo(path)
        pixels = photo.pixels.copy()
        pixels[96:208, 96:208] = 255 - pixels[96:208, 96:208]
        untouched = np.ones(pixels.shape[:2], bool)
        untouched[80:224, 80:224] = False  # a block of 16 about the edit
        edited = replace(photo, pixels=pixels)
        said = []
        for way, changed in (("its way", edited), ("quality 95", replace(edited, jpeg=None))):
            write_photo(changed, out, original=path)
            off = np.abs(read_photo(out).pixels.astype(int) - photo.pixels)[untouched]
            said.append(
                f"{way} {(off == 0).mean():.1%} exact, mean {off.mean():.2f}, "
                f"{(off <= 2).mean():.1%} within 2, {out.stat().st_size / 1000:.0f} kB"
            )
        size = path.stat().st_size / 1000
        yield f"JPEG of quality {quality}, {title}, {size:.0f} kB: " + "; ".join(said)


def limit_memory() -> None:
    """A picture that wants far more memory than it should gets a MemoryError."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> int:
    parser = argparse.ArgumentParser(description="damaged photos, and whole ones")
    parser.add_argument("--count", type=int, default=3000, help="damaged photos")
    parser.add_argument("--valid", type=int, default=2000, help="whole photos")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that went wrong")
    given = parser.parse_args()
    limit_memory()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        damaged = damaged_photos(given.count, given.seed, folder)
        print(f"{given.count} damaged photos: {damaged}")
        whole = whole_photos(given.valid, given.seed, folder)
        print(f"{given.valid} whole photos: {whole}")
        for line in jpeg_losses(skimage.data.astronaut(), folder):
            print(line)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"at most {peak} MiB of memory were in use")
    for line in damaged.wrong + whole.wrong:
        print(line, file=sys.stderr)
    return 1 if damaged.wrong or whole.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
