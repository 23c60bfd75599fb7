"""From content to a document's parts, exactly as they were, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Change, History, Node
from s2flow_app.document.label_ops import Rect
from s2flow_app.document.layer_patch import LayerPatch
from s2flow_app.document.place import Place, Recipe, Result, Start
from s2flow_app.labels import LABEL_SIZE, NUM_CLASSES, PROTECTED, STACKING, LabelMap
from s2flow_app.model.edit import EditMeasures, Seen, Style
from s2flow_app.model.face import FaceBox, FaceState, Surroundings, Worn
from s2flow_app.model.operation_json import from_json
from s2flow_app.project import fields
from s2flow_app.project.arrays import blob, unpack
from s2flow_app.project.content import SHA256, Content, ContentError, Record
from s2flow_app.project.encode import FILE, GENERATOR, RAW
from s2flow_app.project.original import suffix_of
from s2flow_app.project.parts import ClassView, OriginalPhoto, Parts, View
from s2flow_app.project.png import inflated

MAX_FACES: Final = 1000
MAX_ROWS, MAX_WIDTH = 64, 4096
"""Of latents."""
MAX_PICTURE: Final = 2048
"""Side of what a generator draws."""
MAX_ID: Final = 40
_MAP: Final = (LABEL_SIZE, LABEL_SIZE)
_PICTURE: Final = (*_MAP, 3)
_THUMBNAILS: Final = ((64, 64, 3), (64, 64))
_LAYER_BITS: Final = np.uint32((1 << NUM_CLASSES) - 1 | 1 << PROTECTED)


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
        self._arrays: dict[
            tuple[str, str, tuple[int, ...]], tuple[NDArray, Record]
        ] = {}
        self._results: dict[str, Result] = {}
        self._starts: dict[str, Start] = {}
        self._generators: dict[str, Record] = {}

    def document(self) -> Decoded:
        photo = fields.record(self._records, "photo")
        found = []
        while (key := f"face/{len(found)}") in self._records and len(found) < MAX_FACES:
            found.append(self._box(self._records[key]))
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
            parts, photo["link"], self._generators, list(self._arrays.values())
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

    def _box(self, record: Record) -> FaceBox:
        landmarks = record["landmarks"]
        seen = {}
        if landmarks is not None:
            seen["landmarks"] = self._array(landmarks, "float32", (None, 2))
        return FaceBox(
            fields.points(record["points"], "points", 5),
            fields.points(record["quad"], "quad", 4),
            fields.number(record["score"], "score"),
            **seen,
        )

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
                self._results[last] = self._made_result(_checked_id(last), record)
                waiting.pop()
            elif before in on_the_way or before == last:
                raise ContentError("a result starts from itself")
            else:
                on_the_way.add(last)
                waiting.append(before)
        return self._results[id]

    def _made_result(self, id: str, record: Record) -> Result:
        recipe, measures, state = record["recipe"], record["measures"], record["state"]
        if state is None and recipe is None:
            raise ContentError("a face has no start")
        result = Result(
            self._state(state) if state is not None else _NO_STATE,
            None if recipe is None else self._recipe(recipe),
            None if measures is None else _measures(measures),
            id=id,
        )
        if state is None:
            result.drop()
        return result

    def _state(self, record: Record) -> FaceState:
        generator, name = record["generator"], ""
        if generator is not None:
            if generator.get("packing") != GENERATOR:
                raise ContentError("a generator is packed in an unknown way")
            name = generator_name(generator)
            self._generators[name] = generator
        moved, part, worn, around = (
            record[k] for k in ("moved", "part_map", "worn", "around")
        )
        ws = self._array(record["ws"], "float32", (None, None))
        if not (0 < ws.shape[0] <= MAX_ROWS and 0 < ws.shape[1] <= MAX_WIDTH):
            raise ContentError("latents have a size that no generator has")
        quad = self._array(record["quad"], "float32", (4, 2))
        if not (np.isfinite(ws).all() and np.isfinite(quad).all()):
            raise ContentError("a face has numbers that are not finite")
        if moved is not None:
            moved = self._array(moved, "float16", (*_MAP, 2))
            if not np.isfinite(moved).all():
                raise ContentError("a face was moved to nowhere")
        state = FaceState(
            ws=ws,
            label_map=self._map(record["label_map"]),
            crop=self._array(record["crop"], "uint8", _PICTURE),
            replaced=self._array(record["replaced"], "uint8", _MAP),
            quad=quad,
            generator=name,
            moved=moved,
            worn=None if worn is None else self._worn(worn),
            part_map=None if part is None else self._map(part),
            around=None if around is None else self._around(around),
        )
        return state.called(_checked_id(fields.text(record, "id")))

    def _worn(self, record: Record) -> Worn:
        bare = self._array(record["bare"], "uint8", _PICTURE)
        return Worn(self._map(record["before"]), self._map(record["after"]), bare)

    def _around(self, record: Record) -> Surroundings:
        picture = self._array(record["picture"], "uint8", _PICTURE)
        return Surroundings(picture, self._map(record["label_map"], nothing=255))

    def _recipe(self, record: Record) -> Recipe:
        feather, before = record["feather_px"], self._results[record["before"]]
        asked, protected = record["map"], record["protected"]
        if asked is not None:
            asked = self._raw(asked)
            _check_map(
                np.frombuffer(inflated(asked, LABEL_SIZE**2), np.uint8), NUM_CLASSES
            )
        if protected is not None:
            protected = self._raw(protected)
            inflated(protected, LABEL_SIZE**2 // 8)
        return Recipe(
            before, asked, self._style(record["style"]), fields.finite(record["amount"], "amount"),
            protected, None if feather is None else fields.finite(feather, "feather_px"),
        )  # fmt: skip

    def _start(self, id: str) -> Start:
        if id not in self._starts:
            record = fields.record(self._records, f"start/{id}")
            result = self._results[fields.text(record, "result")]
            if result.recipe is not None:
                raise ContentError("a start was edited")
            layers = self._array(record["layers"], "uint32", _MAP)
            if (layers & ~_LAYER_BITS).any():
                raise ContentError("layers have a class that there is not")
            drawn = self._array(record["reconstruction"], "uint8", (None, None, 3))
            if max(drawn.shape) > MAX_PICTURE or 0 in drawn.shape:
                raise ContentError(
                    "a reconstruction has a size that no generator draws"
                )
            self._starts[id] = Start(
                result, self._box(record["box"]), layers, drawn,
                fields.number(record["inversion_psnr_db"], "inversion_psnr_db"),
                id=_checked_id(id),
            )  # fmt: skip
        return self._starts[id]

    # --- histories ----------------------------------------------------------------------------

    def _session(self, records: Mapping[str, Record], cursor: Record) -> FaceSession:
        children: dict[str, list[tuple[int, str]]] = {}
        for id, record in records.items():
            if record["parent"] is not None:
                place = fields.whole(record["child"], "child")
                children.setdefault(fields.text(record, "parent"), []).append(
                    (place, id)
                )
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
        place = Place(start, result, self._style(record["style"]))
        change = None
        if record["operation"] is not None:
            orders, patch = record["orders"], record["patch"]
            change = Change(
                from_json(record["operation"]),
                None if patch is None else self._patch(patch),
                None if orders is None else _orders(orders),
            )
        elif parent is not None:
            raise ContentError("a step does nothing")
        node = Node(place, change, parent, id=_checked_id(id))
        node.name = fields.text(record, "name")
        if record["thumbnail"] is not None:
            node.thumbnail = self._array(record["thumbnail"], "uint8", *_THUMBNAILS)
            if node.thumbnail.ndim == 2:
                _check_map(node.thumbnail, NUM_CLASSES)
        return node

    def _patch(self, record: Record) -> LayerPatch:
        data, tiles, at = self._raw(record["data"]), [], 0
        for tile in fields.listed(record["tiles"], "tiles"):
            x, y, w, h, length = (
                fields.whole(v, "tile") for v in fields.listed(tile, "tile")
            )
            if not (x + w <= LABEL_SIZE and y + h <= LABEL_SIZE and w and h):
                raise ContentError("a stroke lies outside of the face")
            packed, at = data[at : at + length], at + length
            bits = np.frombuffer(inflated(packed, 4 * w * h), np.uint32)
            if (bits & ~_LAYER_BITS).any():
                raise ContentError("a stroke has a class that there is not")
            rect: Rect = (x, y, w, h)
            tiles.append((rect, packed))
        if at != len(data):
            raise ContentError("a stroke has another length than is said")
        return LayerPatch(tuple(tiles))

    def _style(self, record: Record | None) -> Style:
        if record is None:
            return Style()
        seed, strength = fields.listed(record["variation"], "variation", length=2)
        code, regions = record["reference"], record["regions"]
        if code is not None:
            code = self._array(code, "float32", (None,), (None, None))
            if max(code.shape) > MAX_WIDTH or not np.isfinite(code).all():
                raise ContentError("a style is none")
        attributes = []
        for each in fields.listed(record["attributes"], "attributes"):
            name, amount = fields.listed(each, "attributes", length=2)
            attributes.append((_text(name), fields.finite(amount, "an amount")))
        return Style(
            attributes=tuple(attributes),
            variation_seed=fields.whole(seed, "variation", least=-(1 << 62)),
            variation_strength=fields.finite(strength, "variation"),
            reference_code=code,
            reference_strength=fields.finite(
                record["reference_strength"], "reference_strength"
            ),
            reference_name=fields.text(record, "reference_name"),
            regions=None if regions is None else fields.classes(regions, "regions"),
        )

    # --- arrays -------------------------------------------------------------------------------

    def _array(
        self, ref: Record, dtype: str, *shapes: tuple[int | None, ...]
    ) -> NDArray:
        """An array, the same one wherever it is named."""
        key = (ref[SHA256], dtype, tuple(ref["shape"]))
        if key not in self._arrays:
            self._arrays[key] = unpack(ref, self._blobs, dtype, *shapes), ref
        found = self._arrays[key][0]
        if not any(
            len(s) == found.ndim
            and all(w in (None, n) for n, w in zip(found.shape, s, strict=True))
            for s in shapes
        ):
            raise ContentError(f"an array has the shape {found.shape}")
        return found

    def _map(self, ref: Record, *, nothing: int | None = None) -> LabelMap:
        found = self._array(ref, "uint8", _MAP)
        _check_map(found, NUM_CLASSES, nothing)
        return found

    def _raw(self, ref: Record) -> bytes:
        if ref.get("packing") != RAW:
            raise ContentError("something is packed in an unknown way")
        return blob(ref, self._blobs)


_NO_STATE: Any = object()
"""Of a result that is dropped as soon as it is made."""


def generator_name(ref: Record) -> str:
    """What states call the generator whose weights ``ref`` names."""
    return str(ref[SHA256])[:32]


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
    before, after = (
        fields.classes(v, "orders") for v in fields.listed(value, "orders", length=2)
    )
    if any(sorted(order) != list(range(NUM_CLASSES)) for order in (before, after)):
        raise ContentError("an order has not every class once")
    return before, after


def _measures(record: Record) -> EditMeasures:
    seconds = [
        fields.listed(s, "seconds", length=2)
        for s in fields.listed(record["seconds"], "")
    ]
    adherence, unedited = record["mask_adherence"], record["mask_adherence_unedited"]
    return EditMeasures(
        None if adherence is None else fields.number(adherence, "mask_adherence"),
        None
        if unedited is None
        else fields.number(unedited, "mask_adherence_unedited"),
        fields.number(record["outside_change"], "outside_change"),
        fields.number(record["painted"], "painted"),
        fields.whole(record["nfe"], "nfe"),
        tuple((_text(stage), fields.number(s, "seconds")) for stage, s in seconds),
        None if record["seen"] is None else _seen(record["seen"]),
    )


def _seen(value: Any) -> Seen:
    share, row, column, class_id = fields.listed(value, "seen", length=4)
    place = fields.whole(row, "seen"), fields.whole(column, "seen")
    known = fields.whole(class_id, "seen", most=NUM_CLASSES - 1)
    return Seen(fields.number(share, "seen"), place, known)


def _view(record: Record) -> View:
    feather, face, solo = record["feather_px"], record["face"], record["solo"]
    classes = []
    for each in fields.listed(record["classes"], "classes"):
        locked, visible, opacity = fields.listed(each, "classes", length=3)
        opacity = min(max(fields.finite(opacity, "opacity"), 0.0), 1.0)
        classes.append(
            ClassView(fields.flag(locked, "locked"), fields.flag(visible, ""), opacity)
        )
    if len(classes) not in (0, NUM_CLASSES):
        raise ContentError("the view has not every class")
    window = record["window"]
    if not isinstance(window, dict) or any(
        isinstance(v, list | dict) for v in window.values()
    ):
        raise ContentError("the view is none")
    return View(
        tuple(classes),
        None if solo is None else fields.whole(solo, "solo", most=NUM_CLASSES - 1),
        None if feather is None else fields.finite(feather, "feather_px"),
        None if face is None else fields.whole(face, "face", most=MAX_FACES),
        dict(window),
    )


def _check_map(label_map: LabelMap, classes: int, nothing: int | None = None) -> None:
    known = label_map < classes
    if nothing is not None:
        known |= label_map == nothing
    if not known.all():
        raise ContentError("a map has a class that there is not")


def _checked_id(id: str) -> str:
    if not (0 < len(id) <= MAX_ID and id.isascii() and id.isalnum()):
        raise ContentError("something has no id")
    return id


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > fields.MAX_TEXT:
        raise ContentError("a name is none")
    return value
