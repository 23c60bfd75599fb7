"""How much memory histories hold, and dropping the pictures that were not looked at for longest."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from numpy.typing import NDArray

from s2flow_app.document.history import History, Node
from s2flow_app.document.place import Result

DEFAULT_LIMIT_BYTES: Final = 256 << 20
"""A result is 1.3 MB: the newest two hundred."""


def bytes_held(histories: Iterable[History]) -> int:
    """All that the histories hold; an array that several places share counts once."""
    own_bytes, shared = 0, {}
    for node in _nodes(histories):
        own_bytes += _own_bytes(node)
        shared.update({_memory(array): array.nbytes for array in _arrays(node)})
    return own_bytes + sum(shared.values())


def drop_oldest(histories: list[History], limit_bytes: int) -> None:
    """Drop results until ``limit_bytes`` are held, or nothing more can be dropped.

    What stands, and what the amount of the last edit starts from, stays in each history.
    """
    excess = bytes_held(histories) - limit_bytes
    if excess <= 0:
        return
    kept = {r.id for h in histories for r in _standing(h.current)}
    results = {node.place.result.id: node.place.result for node in _nodes(histories)}
    starts = {node.place.start.result.id: node.place.start.result for node in _nodes(histories)}
    holders = Counter(_memory(a) for r in (starts | results).values() for a in r.arrays())
    for result in sorted(results.values(), key=lambda r: r.used):
        if excess <= 0:
            return
        if not result.can_be_dropped or result.id in kept:
            continue
        for array in result.arrays():
            holders[_memory(array)] -= 1
            if not holders[_memory(array)]:
                excess -= array.nbytes
        result.drop()


def _standing(node: Node) -> Iterator[Result]:
    result = node.place.result
    yield result
    if result.before is not None:
        yield result.before


def _nodes(histories: Iterable[History]) -> Iterator[Node]:
    for history in histories:
        yield from history.nodes()


def _memory(array: NDArray) -> int:
    """Where its values lie: equal arrays may lie twice."""
    return array.__array_interface__["data"][0]


def _own_bytes(node: Node) -> int:
    size = node.thumbnail.nbytes if node.thumbnail is not None else 0
    if node.change is not None and node.change.patch is not None:
        size += node.change.patch.nbytes
    recipe = node.place.result.recipe
    if recipe is not None and node.kind in ("edit", "amount"):
        size += recipe.nbytes
    return size


def _arrays(node: Node) -> Iterator[NDArray]:
    place = node.place
    if node.kind == "mask":
        return  # nothing of its own
    yield from place.result.arrays()
    yield from place.start.result.arrays()
    yield from (place.start.layers, place.start.reconstruction)
    if place.style.reference_code is not None:
        yield place.style.reference_code
