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
from s2flow_app.model.ids import new_id
from s2flow_app.model.operations import Operation

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One step of the current line, as told to others."""

    operation: Operation
    done: bool
    """False: undone, can be redone."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What a step is, and what it does to the layers; all else is in the places."""

    operation: Operation
    patch: LayerPatch | None = None
    orders: tuple[Order, Order] | None = None
    """Stacking before and after, if it is another one."""
    gesture: object | None = None
    """Equal in steps that are merged; None: never."""


class Node:
    """A place in the history, and how one gets there."""

    def __init__(
        self, place: Place, change: Change | None, parent: "Node | None", *, id: str = ""
    ) -> None:
        """``id``: that it was kept under; empty: it is a new one."""
        self.id = id or new_id()
        self.place, self.change, self.parent = place, change, parent
        self.children: list[Node] = []
        self.latest: Node | None = None
        """The child that was gone to last."""
        self.name = ""
        """Of a snapshot that the user took here."""
        self.thumbnail: NDArray[np.uint8] | None = None
        """A small picture ``[S, S, 3]``, or a small label map ``[S, S]``."""

    @property
    def operation(self) -> Operation | None:
        """What led here from the parent; None: this is the start."""
        return self.change.operation if self.change else None

    @property
    def kind(self) -> str:
        """`Operation.kind`, or ``start``."""
        return self.change.operation.kind if self.change else "start"

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


@dataclass(frozen=True, slots=True)
class HistoryChanges:
    """What a history has become since somebody looked."""

    nodes: tuple[Node, ...] = ()
    """Those that were added, named, or have another operation and place by merging; parents
    before their children."""
    moved: bool = False
    """Whether one is at another node."""


class History:
    """All places that one face was at."""

    def __init__(self, place: Place) -> None:
        self.root = self.current = Node(place, None, None)
        self._changed: dict[str, Node] = {self.root.id: self.root}
        self._moved = False

    def push(self, change: Change, place: Place) -> Node:
        """A step from the current node, which is there now. Merged with the last one if both are of
        one gesture, nothing goes on from there and it is no snapshot."""
        node, last = self.current, self.current.change
        if last is not None and self.merges(change.gesture):
            orders = last.orders and change.orders and (last.orders[0], change.orders[1])
            patch = last.patch
            if patch is not None and change.patch is not None:
                patch = patch.joined(change.patch)
            node.change = replace(last, operation=change.operation, patch=patch, orders=orders)
            node.place = place
            self._changed[node.id] = node
            return node
        made = Node(place, change, node)
        node.children.append(made)
        self._changed[made.id] = made
        self.move_to(made)
        return made

    def merges(self, gesture: object | None) -> bool:
        """Whether a step of a gesture becomes part of the current one."""
        node = self.current
        return (
            gesture is not None
            and node.change is not None
            and node.change.gesture == gesture
            and not (node.children or node.name)
        )

    def rename(self, node: Node, name: str) -> None:
        """Make a snapshot of a node; empty: it is none."""
        node.name = name
        self._changed[node.id] = node

    def take_changed(self) -> HistoryChanges:
        """What has changed since the last call."""
        changes = HistoryChanges(tuple(self._changed.values()), self._moved)
        self._changed, self._moved = {}, False
        return changes

    def move_to(self, node: Node) -> None:
        """Be at another node; redo leads back here from all before it."""
        self._moved |= node.id != self.current.id
        self.current = node
        for below in node.ancestors():
            if below.parent is not None:
                below.parent.latest = below

    def way_to(self, node: Node) -> tuple[list[Change], list[Change]]:
        """The changes to be undone, then those to be done, in order."""
        there = list(node.ancestors())
        steps = {each.id: k for k, each in enumerate(there)}
        up = []
        for each in self.current.ancestors():
            if each.id in steps:
                down = there[: steps[each.id]]
                break
            up.append(each)
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

    def since_result(self) -> tuple[Operation, ...]:
        """What was done from the last result or start on, oldest first."""
        done: list[Operation] = []
        for node in self.current.ancestors():
            if node.operation is None or node.kind not in ("mask", "style"):
                break
            done.append(node.operation)
        return tuple(reversed(done))

    def snapshots(self) -> list[Node]:
        """The nodes that have a name, in the order of their steps."""
        return [node for node in self.nodes() if node.name]
