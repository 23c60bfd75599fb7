"""The small picture of a project file, for file managers.

    s2flow --thumbnail PROJECT PICTURE.png [SIDE]

What a file manager calls for every project in a folder, trusted or not: it reads one member of the
archive, in a process that has given up what that does not need. The Linux packages install it (see
`installer/linux/s2flow.thumbnailer`); no network is imported, no window opened.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image

from s2flow_app.atomic_file import write_atomically
from s2flow_app.ending import FAILED, say
from s2flow_app.limited_process import give_up
from s2flow_app.project.archive import THUMBNAIL, ArchiveReader
from s2flow_app.project.content import ContentError

OPTION: Final = "--thumbnail"
SIDE: Final = 256
"""Pixels, where the file manager does not say."""
MAX_SIDE: Final = 1024
MAX_STORED_SIDE: Final = 4096
"""Of the picture in the file: more is no thumbnail, and is not decoded."""
MEMORY_BYTES: Final = 1 << 30
FILE_BYTES: Final = 16 << 20
CPU_SECONDS: Final = 20
USAGE_ERROR: Final = 2
USAGE: Final = f"usage: s2flow {OPTION} PROJECT PICTURE.png [SIDE]"


def thumbnail(project: Path, side: int) -> bytes:
    """A PNG of at most ``side`` pixels a side.

    Raises:
        ContentError: it is no project, a hostile one, or one without a thumbnail.
        OSError: it cannot be read.
    """
    with ArchiveReader(project) as archive:
        data = archive.read(THUMBNAIL)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as stored:
            if max(stored.size) > MAX_STORED_SIDE:
                raise ContentError("its thumbnail is too large")
            picture = stored.convert("RGBA" if "A" in stored.getbands() else "RGB")
    except ContentError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ContentError(f"its thumbnail is damaged ({error})") from error
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG")
    return encoded.getvalue()


def main(arguments: Sequence[str]) -> int:
    """Write the thumbnail of ``arguments[0]`` to ``arguments[1]``; returns the exit code."""
    if len(arguments) not in (2, 3) or not all(a.isdecimal() and len(a) < 6 for a in arguments[2:]):
        say(USAGE)
        return USAGE_ERROR
    project, target = Path(arguments[0]), Path(arguments[1])
    side = min(max(int(arguments[2]), 1), MAX_SIDE) if len(arguments) == 3 else SIDE
    give_up(memory_bytes=MEMORY_BYTES, file_bytes=FILE_BYTES, cpu_seconds=CPU_SECONDS)
    try:
        write_atomically(target, thumbnail(project, side))
    except ContentError as error:
        say(f"{project} shows no thumbnail: {error}.")
        return FAILED
    except OSError as error:
        say(f"{project} shows no thumbnail: {error.strerror or error}.")
        return FAILED
    return 0
