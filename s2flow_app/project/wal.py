"""SQLite's write-ahead log, read without SQLite: what of it is whole, and whether its end is torn.

SQLite takes a log up to its first damaged frame and says nothing of the rest. Here the rest is
told: https://www.sqlite.org/fileformat2.html#the_write_ahead_log has the format.
"""

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

HEADER_BYTES: Final = 32
FRAME_BYTES: Final = 24
"""Before each page."""
_MAGIC: Final = 0x377F0682
"""Its last bit says in which byte order the sums are made."""
_FORMAT: Final = 3007000
_MAX_PAGE: Final = 65536


@dataclass(slots=True)
class Log:
    """What a log holds."""

    pages: dict[int, memoryview] = field(default_factory=dict)
    """Of all whole transactions: page number (from 1) to its newest content."""
    page_count: int = 0
    """Of the database after the last of them; 0: there is none."""
    is_damaged: bool = False
    """There is more than whole transactions and the beginning of one: the newest may be missing."""


def read_log(data: bytes) -> Log:
    """The whole transactions in the log ``data``."""
    log = Log()
    if len(data) < HEADER_BYTES:
        return log
    magic, version, page_bytes, _, *_ = struct.unpack_from(">4I", data)
    order = "<u4" if magic == _MAGIC else ">u4"
    sums = _sum(data[:24], (0, 0), order)
    if (
        magic not in (_MAGIC, _MAGIC + 1)
        or version != _FORMAT
        or not 512 <= page_bytes <= _MAX_PAGE
        or page_bytes & (page_bytes - 1)
        or sums != struct.unpack_from(">2I", data, 24)
    ):
        log.is_damaged = True
        return log
    salts = struct.unpack_from(">2I", data, 16)
    open_pages: dict[int, memoryview] = {}
    view, at = memoryview(data), HEADER_BYTES
    while at + FRAME_BYTES + page_bytes <= len(data):
        number, page_count, *rest = struct.unpack_from(">6I", data, at)
        page = view[at + FRAME_BYTES : at + FRAME_BYTES + page_bytes]
        sums = _sum(page, _sum(view[at : at + 8], sums, order), order)
        if (*salts, *sums) != tuple(rest) or number == 0:
            # A process that is killed leaves a frame that ends too early, not one that is wrong.
            log.is_damaged = True
            return log
        open_pages[number] = page
        if page_count:
            log.pages |= open_pages
            log.page_count = page_count
            open_pages = {}
        at += FRAME_BYTES + page_bytes
    return log


def applied(database: bytes, log: Log) -> bytearray:
    """The database as it is after the log."""
    if not log.page_count:
        return bytearray(database)
    page_bytes = len(next(iter(log.pages.values())))
    image = bytearray(database)
    size = page_bytes * log.page_count
    if len(image) < size:
        image += bytes(size - len(image))
    del image[size:]
    for number, page in log.pages.items():
        if number <= log.page_count:
            image[(number - 1) * page_bytes : number * page_bytes] = page
    return image


def _sum(data: bytes | memoryview, start: tuple[int, int], order: str) -> tuple[int, int]:
    """SQLite's running sums over ``data``, whose length is a multiple of 8.

    For each pair of numbers (a, b): ``s0 += a + s1; s1 += b + s0``. That is linear: a matrix for
    each pair's distance from the end, all of them at once.
    """
    pairs = np.frombuffer(data, order).astype(np.uint32).reshape(-1, 2)
    first, second = pairs[:, 0], pairs[:, 0] + pairs[:, 1]
    count = len(pairs)
    powers = _powers(count + 1)
    here = powers[count - 1 :: -1] if count else powers[:0]
    s0 = int(here[:, 0] @ first) + int(here[:, 1] @ second)
    s1 = int(here[:, 1] @ first) + int(here[:, 2] @ second)
    a, b, d = (int(value) for value in powers[count])
    s0 += a * start[0] + b * start[1]
    s1 += b * start[0] + d * start[1]
    return s0 & 0xFFFFFFFF, s1 & 0xFFFFFFFF


@lru_cache(maxsize=8)
def _powers(count: int) -> NDArray[np.uint32]:
    """``[count, 3]``: upper left, off-diagonal and lower right of [[1, 1], [1, 2]] to the k."""
    rows, (a, b, d) = [], (1, 0, 1)
    for _ in range(count):
        rows.append((a, b, d))
        a, b, d = (a + b) & 0xFFFFFFFF, (b + d) & 0xFFFFFFFF, (b + 2 * d) & 0xFFFFFFFF
    return np.array(rows, np.uint32)
