"""Exports that are killed: the old photo or the new one, whole, and nothing left beside it.

python tests/faults/export_kills.py --count 60 --seed 0
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from s2flow_app.atomic_file import sweep_drafts
from s2flow_app.engine.photo import photo_from_array, read_photo, write_photo

SIDE_PX: Final = 900
LEVELS: Final = (40, 200)
"""The two photos that are written in turns are plain, and tell themselves apart."""
SUFFIXES: Final = (".png", ".jpg", ".tif", ".webp")
LATEST_S: Final = 0.15
"""After an export has begun; one takes less, with its start."""
CHILD: Final = """
import sys, itertools
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from export_kills import LEVELS, plain
from s2flow_app.engine.photo import write_photo
print("ready", flush=True)
for level in itertools.cycle(LEVELS):
    write_photo(plain(level), Path(sys.argv[1]), original=None)
"""


@dataclass(slots=True)
class Counts:
    """What was found after the kills."""

    kills: int = 0
    partial: int = 0
    leftovers: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills during export: {self.partial} partial files, "
            f"{self.leftovers} leftovers after the next start"
        )


def plain(level: int):
    """A photo of one grey."""
    return photo_from_array(np.full((SIDE_PX, SIDE_PX, 3), level, np.uint8), "plain")


def killed_exports(count: int, seed: int) -> Counts:
    """Kills a process ``count`` times that exports without end."""
    rng, counts = np.random.default_rng(seed), Counts()
    paths = [str(Path(__file__).parent), os.getcwd()]
    with tempfile.TemporaryDirectory() as temporary:
        for k in range(count):
            path = Path(temporary) / f"photo{SUFFIXES[k % len(SUFFIXES)]}"
            write_photo(plain(LEVELS[0]), path, original=None)
            command = [sys.executable, "-c", CHILD, str(path), *paths]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
                assert child.stdout is not None
                child.stdout.readline()
                time.sleep(float(rng.uniform(0, LATEST_S)))
                child.send_signal(signal.SIGKILL)
            counts.kills += 1
            counts.partial += not _is_whole(path)
            sweep_drafts(path.parent)
            counts.leftovers += len(list(path.parent.iterdir())) - 1
            path.unlink()
    return counts


def _is_whole(path: Path) -> bool:
    pixels = read_photo(path).to_srgb()
    return pixels.shape[:2] == (SIDE_PX, SIDE_PX) and any(
        np.abs(pixels.astype(int) - level).max() <= 1 for level in LEVELS
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="exports that are killed")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    counts = killed_exports(given.count, given.seed)
    print(counts)
    return 1 if counts.partial or counts.leftovers else 0


if __name__ == "__main__":
    sys.exit(main())
