"""The history of one face: a tree, because going back and on another way keeps the old line.

Each node is a place, and the change of the layers that leads there from its parent. Undo goes to
the parent, redo to the child that was gone to last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.layer_patch import LayerPatch
from s2flow_app.document.place import Place

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One step of the current line, as told to others."""

    text: str
    kind: str
    """``mask``, ``style``, ``edit``, ``amount``, ``alignment`` or ``tuning``."""
    done: bool
    """False: undone, can be redone."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What a step is called, and what it does to the layers; all else is in the places."""

    text: str
    kind: str
    """As `HistoryStep.kind`."""
    patch: LayerPatch | None = None
    orders: tuple[Order, Order] | None = None
    """Stacking before and after, if it is another one."""
    gesture: object | None = None
    """Equal in steps that are merged; None: never."""


class Node:
    """A place in the history, and how one gets there."""

    def __init__(self, place: Place, change: Change | None, parent: "Node | None") -> None:
        self.place, self.change, self.parent = place, change, parent
        self.children: list[Node] = []
        self.latest: Node | None = None
        """The child that was gone to last."""
        self.name = ""
        """Of a snapshot that the user took here."""
        self.thumbnail: NDArray[np.uint8] | None = None
        """A small picture ``[S, S, 3]``, or a small label map ``[S, S]``."""

    @property
    def text(self) -> str:
        return self.change.text if self.change else "Start"

    @property
    def kind(self) -> str:
        return self.change.kind if self.change else "start"

    def line(self) -> Iterator["Node"]:
        """This node and those after it, by the way that was gone last."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.latest

    def ancestors(self) -> Iterator["Node"]:
        """This node, its parent and so on, to the root."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


class History:
    """All places that one face was at."""

    def __init__(self, place: Place) -> None:
        self.root = self.current = Node(place, None, None)

    def push(self, change: Change, place: Place) -> Node:
        """A step from the current node, which is there now. Merged with the last one if both are of
        one gesture, nothing goes on from there and it is no snapshot."""
        node, last = self.current, self.current.change
        if (
            last is not None
            and change.gesture is not None
            and last.gesture == change.gesture
            and not (node.children or node.name)
        ):
            orders = last.orders and change.orders and (last.orders[0], change.orders[1])
            node.change, node.place = replace(last, text=change.text, orders=orders), place
            return node
        made = Node(place, change, node)
        node.children.append(made)
        self.move_to(made)
        return made

    def move_to(self, node: Node) -> None:
        """Be at another node; redo leads back here from all before it."""
        self.current = node
        for below in node.ancestors():
            if below.parent is not None:
                below.parent.latest = below

    def way_to(self, node: Node) -> tuple[list[Change], list[Change]]:
        """The changes to be undone, then those to be done, in order."""
        there = list(node.ancestors())
        known = {id(each) for each in there}
        up = []
        for each in self.current.ancestors():
            if id(each) in known:
                fork = each
                break
            up.append(each)
        down = there[: there.index(fork)]
        return (
            [each.change for each in up if each.change],
            [each.change for each in reversed(down) if each.change],
        )

    def line(self) -> list[Node]:
        """From the root over the current node to where redo ends."""
        return list(self.root.line())

    def nodes(self) -> Iterator[Node]:
        """All, each after its parent."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.children)

    def snapshots(self) -> list[Node]:
        """The nodes that have a name, in the order of their steps."""
        return [node for node in self.nodes() if node.name]
