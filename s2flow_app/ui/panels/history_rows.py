"""Which rows the history panel has: the current line, and where other lines leave it."""

from collections.abc import Iterator
from dataclasses import dataclass

from s2flow_app.document.history import History, Node


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A place, or the head of another line."""

    node: Node
    depth: int
    """0: the current line."""
    is_done: bool
    """False: it comes after where one is, or lies on another line."""
    folded: bool | None = None
    """None: a place. Else this is the head of the line that begins with `node`."""


def rows_of(history: History, unfolded: set[str]) -> list[Row]:
    """All rows, oldest first; of other lines only those whose first node's id is ``unfolded``."""
    done = {node.id for node in history.current.ancestors()}
    return list(_rows(history.root, 0, done, unfolded))


def _rows(first: Node, depth: int, done: set[str], unfolded: set[str]) -> Iterator[Row]:
    for node in first.line():
        yield Row(node, depth, node.id in done)
        for child in node.children:
            if node.latest is not None and child.id == node.latest.id:
                continue
            folded = child.id not in unfolded
            yield Row(child, depth + 1, False, folded)
            if not folded:
                yield from _rows(child, depth + 1, done, unfolded)


def end_of(node: Node) -> Node:
    """The last place of the line that goes on from a node."""
    return list(node.line())[-1]
