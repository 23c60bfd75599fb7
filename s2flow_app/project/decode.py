"""From content to a document's parts, exactly as they were, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from numpy.typing import NDArray

from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Change, History, Node
from s2flow_app.document.place import Place, Result, Start
from s2flow_app.labels import NUM_CLASSES, STACKING
from s2flow_app.model.operation_json import from_json
from s2flow_app.project import fields
from s2flow_app.project.arrays import blob
from s2flow_app.project.content import SHA256, Content, ContentError, Record
from s2flow_app.project.decode_values import (
    LAYER_BITS,
    MAP_SHAPE,
    Values,
    check_map,
    checked_id,
    edit_measures,
)
from s2flow_app.project.encode import FILE
from s2flow_app.project.original import suffix_of
from s2flow_app.project.parts import ClassView, OriginalPhoto, Parts, View

MAX_FACES: Final = 1000
MAX_PICTURE: Final = 2048
"""Side of what a generator draws."""
_THUMBNAILS: Final = ((64, 64, 3), (64, 64))


@dataclass(slots=True)
class Decoded:
    """A document's parts, and what else is needed to go on with it."""

    parts: Parts
    link: Record | None
    """Where the photo lies, if it is not in the content: ``path``, ``relative``, ``hash``."""
    generators: dict[str, Record] = field(default_factory=dict)
    """References to the weights of generators, by the names that states call them by."""
    arrays: list[tuple[NDArray, Record]] = field(default_factory=list)
    """All arrays, and how each is kept: for `Packer.remember`."""


def decoded(content: Content) -> Decoded:
    """The document that content is of.

    Raises:
        ContentError: something is missing, damaged or makes no sense; nothing is used then.
    """
    try:
        return _Decoder(content).document()
    except ContentError:
        raise
    except (
        LookupError,
        TypeError,
        ValueError,
        ArithmeticError,
        AttributeError,
    ) as error:
        raise ContentError(f"a record makes no sense ({error})") from error


class _Decoder:
    def __init__(self, content: Content) -> None:
        self._records, self._blobs = content.records, content.blobs
        self._values = Values(content.blobs)
        self._results: dict[str, Result] = {}
        self._starts: dict[str, Start] = {}

    def document(self) -> Decoded:
        photo = fields.record(self._records, "photo")
        found = []
        while (key := f"face/{len(found)}") in self._records and len(found) < MAX_FACES:
            found.append(self._values.box(self._records[key]))
        nodes: dict[int, dict[str, Record]] = {}
        for key, record in self._records.items():
            if key.startswith("node/"):
                _, index, id = key.split("/")
                nodes.setdefault(int(index), {})[id] = record
        for key in self._records:
            if key.startswith("result/"):
                self._result(key.removeprefix("result/"))
        sessions = {}
        for index in sorted(nodes):
            if index >= len(found):
                raise ContentError(f"a history is of face {index}, which there is not")
            cursor = fields.record(self._records, f"cursor/{index}")
            sessions[index] = self._session(nodes[index], cursor)
        view = _view(fields.record(self._records, "view"))
        if view.face_index is not None and view.face_index not in sessions:
            raise ContentError("a face is edited that has no history")
        parts = Parts(
            self._photo(photo), fields.flag(photo["made"], "made"), photo["link"] is None,
            tuple(found), sessions, view,
        )  # fmt: skip
        return Decoded(
            parts, photo["link"], self._values.generators, list(self._values.arrays.values())
        )

    # --- photo --------------------------------------------------------------------------------

    def _photo(self, record: Record) -> OriginalPhoto:
        name, suffix = fields.text(record, "name"), fields.text(record, "suffix")
        size = fields.whole(record["bytes"], "bytes")
        if suffix != suffix_of(f"x{suffix}"):
            raise ContentError("the photo's ending is none")
        original, link = record["original"], record["link"]
        if original is not None:
            if original.get("packing") != FILE:
                raise ContentError("the photo is packed in an unknown way")
            data = blob(original, self._blobs)
            if len(data) != size:
                raise ContentError("the photo has another length than is said")
            return OriginalPhoto(name, suffix, original[SHA256], size, None, data)
        for key in ("hash", "path", "relative"):
            fields.text(link, key)
        return OriginalPhoto(name, suffix, link["hash"], size)

    # --- results ------------------------------------------------------------------------------

    def _result(self, id: str) -> Result:
        """The result of that id, after those that it starts from."""
        waiting, on_the_way = [id], set()
        while waiting:
            last = waiting[-1]
            record = fields.record(self._records, f"result/{last}")
            recipe = record["recipe"]
            before = None if recipe is None else fields.text(recipe, "before")
            if last in self._results:
                waiting.pop()
            elif before is None or before in self._results:
                self._results[last] = self._made_result(checked_id(last), record)
                waiting.pop()
            elif before in on_the_way or before == last:
                raise ContentError("a result starts from itself")
            else:
                on_the_way.add(last)
                waiting.append(before)
        return self._results[id]

    def _made_result(self, id: str, record: Record) -> Result:
        recipe, measures, state = record["recipe"], record["measures"], record["state"]
        before = None if recipe is None else self._results[recipe["before"]]
        if state is None and recipe is None:
            raise ContentError("a face has no start")
        result = Result(
            self._values.state(state) if state is not None else _NO_STATE,
            None if recipe is None else self._values.recipe(recipe, before),
            None if measures is None else edit_measures(measures),
            id=id,
        )
        if state is None:
            result.drop()
        return result

    def _start(self, id: str) -> Start:
        if id not in self._starts:
            record = fields.record(self._records, f"start/{id}")
            result = self._results[fields.text(record, "result")]
            if result.recipe is not None:
                raise ContentError("a start was edited")
            layers = self._values.array(record["layers"], "uint32", MAP_SHAPE)
            if (layers & ~LAYER_BITS).any():
                raise ContentError("layers have a class that there is not")
            drawn = self._values.array(record["reconstruction"], "uint8", (None, None, 3))
            if max(drawn.shape) > MAX_PICTURE or 0 in drawn.shape:
                raise ContentError("a reconstruction has a size that no generator draws")
            self._starts[id] = Start(
                result, self._values.box(record["box"]), layers, drawn,
                fields.number(record["inversion_psnr_db"], "inversion_psnr_db"),
                id=checked_id(id),
            )  # fmt: skip
        return self._starts[id]

    # --- histories ----------------------------------------------------------------------------

    def _session(self, records: Mapping[str, Record], cursor: Record) -> FaceSession:
        children: dict[str, list[tuple[int, str]]] = {}
        for id, record in records.items():
            if record["parent"] is not None:
                place = fields.whole(record["child"], "child")
                children.setdefault(fields.text(record, "parent"), []).append((place, id))
        root_id = fields.text(cursor, "root")
        root = fields.record(records, root_id)
        if root["parent"] is not None or root["operation"] is not None:
            raise ContentError("a history has no beginning")
        made = {root_id: self._node(root_id, root, None)}
        waiting = [root_id]
        while waiting:
            id = waiting.pop()
            parent = made[id]
            for _, child in sorted(children.get(id, ())):
                made[child] = self._node(child, records[child], parent)
                parent.children.append(made[child])
                waiting.append(child)
            if parent.children:
                parent.latest = parent.children[-1]
        if len(made) != len(records):
            raise ContentError("a history has steps that nothing leads to")
        for id, child in cursor["latest"].items():
            if made[child].parent is not made[id]:
                raise ContentError("a history goes on elsewhere")
            made[id].latest = made[child]
        session = FaceSession(made[root_id].place.start)
        session.history = _history(made[root_id], made[fields.text(cursor, "current")])
        _walk_layers(session)
        return session

    def _node(self, id: str, record: Record, parent: Node | None) -> Node:
        start = self._start(fields.text(record, "start"))
        result = self._results[fields.text(record, "result")]
        place = Place(start, result, self._values.style(record["style"]))
        change = None
        if record["operation"] is not None:
            orders, patch = record["orders"], record["patch"]
            change = Change(
                from_json(record["operation"]),
                None if patch is None else self._values.patch(patch),
                None if orders is None else _orders(orders),
            )
        elif parent is not None:
            raise ContentError("a step does nothing")
        node = Node(place, change, parent, id=checked_id(id))
        node.name = fields.text(record, "name")
        if record["thumbnail"] is not None:
            node.thumbnail = self._values.array(record["thumbnail"], "uint8", *_THUMBNAILS)
            if node.thumbnail.ndim == 2:
                check_map(node.thumbnail, NUM_CLASSES)
        return node


_NO_STATE: Any = object()
"""Of a result that is dropped as soon as it is made."""


def _history(root: Node, current: Node) -> History:
    history = History(root.place)
    history.root, history.current = root, current
    history.take_changed()
    return history


def _walk_layers(session: FaceSession) -> None:
    """Have the canvas hold the layers of where the history stands."""
    history, canvas = session.history, session.canvas
    current = history.current
    history.current = history.root
    _, done = history.way_to(current)
    history.current = current
    canvas.replace(history.root.place.start.layers)
    canvas.apply(*(change.patch for change in done if change.patch))
    canvas.set_start(current.place.start.layers)
    orders = [change.orders[1] for change in done if change.orders]
    canvas.stack(orders[-1] if orders else STACKING)


def _orders(value: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    before, after = (fields.classes(v, "orders") for v in fields.listed(value, "orders", length=2))
    if any(sorted(order) != list(range(NUM_CLASSES)) for order in (before, after)):
        raise ContentError("an order has not every class once")
    return before, after


def _view(record: Record) -> View:
    feather, face, solo = record["feather_px"], record["face"], record["solo"]
    classes = []
    for each in fields.listed(record["classes"], "classes"):
        locked, visible, opacity = fields.listed(each, "classes", length=3)
        opacity = min(max(fields.finite(opacity, "opacity"), 0.0), 1.0)
        classes.append(ClassView(fields.flag(locked, "locked"), fields.flag(visible, ""), opacity))
    if len(classes) not in (0, NUM_CLASSES):
        raise ContentError("the view has not every class")
    window = record["window"]
    if not isinstance(window, dict) or any(isinstance(v, list | dict) for v in window.values()):
        raise ContentError("the view is none")
    return View(
        tuple(classes),
        None if solo is None else fields.whole(solo, "solo", most=NUM_CLASSES - 1),
        None if feather is None else fields.finite(feather, "feather_px"),
        None if face is None else fields.whole(face, "face", most=MAX_FACES),
        dict(window),
    )
