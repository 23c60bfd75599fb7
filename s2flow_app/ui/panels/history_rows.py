"""Which rows the history panel has: the current line, and where other lines leave it."""

from collections.abc import Iterator
from dataclasses import dataclass

from s2flow_app.document.history import History, Node
from s2flow_app.model.operations import Stroke


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
    count: int = 1
    """So many equal strokes in a row, of which `node` is the last."""
    run: str = ""
    """Id of the first of all equal strokes in a row that these are of; empty: there is one."""


def rows_of(history: History, unfolded: set[str]) -> list[Row]:
    """All rows, oldest first. Other lines are one row each, and so are equal strokes in a row, but
    for those whose first node's id is ``unfolded``."""
    done = {node.id for node in history.current.ancestors()}
    return list(_rows(history.root, 0, history.current.id, done, unfolded))


def _rows(first: Node, depth: int, here: str, done: set[str], unfolded: set[str]) -> Iterator[Row]:
    count, run = 0, ""
    for node in first.line():
        goes_on = _goes_on(node)
        run = run or (node.id if goes_on else "")
        count += 1
        if goes_on and run not in unfolded and node.id != here:
            continue
        yield Row(node, depth, node.id in done, count=count, run=run)
        count, run = 0, run if goes_on else ""
        for child in node.children:
            if node.latest is not None and child.id == node.latest.id:
                continue
            folded = child.id not in unfolded
            yield Row(child, depth + 1, False, folded)
            if not folded:
                yield from _rows(child, depth + 1, here, done, unfolded)


def _goes_on(node: Node) -> bool:
    """Whether the next node of the line is an equal stroke, and nothing stands out in between."""
    after = node.latest
    return (
        after is not None
        and isinstance(node.operation, Stroke)
        and node.operation == after.operation
        and len(node.children) == 1
        and not node.name
    )


def end_of(node: Node) -> Node:
    """The last place of the line that goes on from a node."""
    return list(node.line())[-1]
