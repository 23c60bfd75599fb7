"""From a document to its content, in two steps: `taken` where the document is, `packed` anywhere.

Records by key:

* ``photo``: name, size in bytes, and the original bytes (``original``) or their place (``link``);
* ``view``: what is no part of undo, and which face is edited;
* ``face/N``: where a face was found;
* ``start/ID``: a face as it was aligned or tuned: box, parsed layers, its result;
* ``result/ID``: a state of a face (None: dropped), its recipe and its measures;
* ``node/N/ID``: a step in the history of face N: parent, operation, patch, place, name, thumbnail;
* ``cursor/N``: the first node of face N, where it stands, and where redo leads if that is not to
  the newest child.
"""

import os
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.history import Change, History, Node
from s2flow_app.document.layer_patch import LayerPatch
from s2flow_app.document.place import Recipe, Result, Start
from s2flow_app.model.edit import EditMeasures, Style
from s2flow_app.model.face import FaceBox, FaceState, Surroundings, Worn
from s2flow_app.model.operation_json import as_json
from s2flow_app.project.arrays import Blobs, Packer
from s2flow_app.project.content import SHA256, Content, Record, sha256_of
from s2flow_app.project.original import read_original
from s2flow_app.project.parts import OriginalPhoto, Parts, View

RAW, GENERATOR, FILE = "raw", "generator", "file"
"""How blobs that are no arrays are packed: as the document holds them, a generator's weights as
safetensors, the photo's own bytes."""
STATE_ARRAYS: Final = (
    "ws",
    "label_map",
    "crop",
    "replaced",
    "quad",
    "moved",
    "part_map",
)

Draft = dict[str, Any]
"""A record that may hold arrays, and `_Blob` where it will name a blob."""
ReadGenerator = Callable[[str], bytes]
"""The weights, as safetensors, of the generator of that name."""


class _Blob:
    """Bytes that a record will name."""

    def __init__(self, make: Callable[[], bytes], key: object, **said: Any) -> None:
        """``key``: equal for what gives the same bytes; None: it is not known again."""
        self.make, self.key, self.said = make, key, said


class Encoder:
    """Encodes one document again and again: what it has packed before, it only names.

    `taken` and `taken_nodes` belong to the document's thread, `packed` may run in another.
    """

    def __init__(self, read_generator: ReadGenerator) -> None:
        self._read_generator = read_generator
        self._packer = Packer()
        self._named: dict[object, Record] = {}

    @property
    def packer(self) -> Packer:
        return self._packer

    def remember_generator(self, name: str, ref: Record) -> None:
        """A generator that was read from a blob."""
        self._named["generator", name] = ref

    def taken(self, parts: Parts) -> dict[str, Draft]:
        """The whole document as drafts of its records, in some milliseconds."""
        photo = self.taken_photo(parts.photo, is_made=parts.is_made, embeds=parts.embeds)
        drafts = {"photo": photo, "view": _view(parts.view)}
        for index, box in enumerate(parts.found):
            drafts[f"face/{index}"] = _box(box)
        for index, session in parts.sessions.items():
            drafts |= self.taken_nodes(index, session.history, session.history.nodes())
        return drafts

    def taken_nodes(
        self, index: int, history: History, nodes: Iterable[Node], known: Container[str] = ()
    ) -> dict[str, Draft]:
        """Some nodes of the history of face ``index``, what they lead to, and its cursor.

        Args:
            known: keys of starts and results that are left out, as is what those start from.
        """
        drafts: dict[str, Draft] = {f"cursor/{index}": _cursor(history)}
        for node in nodes:
            place = node.place
            for result in (place.result, place.start.result):
                while result is not None and (key := f"result/{result.id}") not in drafts:
                    if key in known:
                        break
                    drafts[key] = self._result(result)
                    result = result.before
            key = f"start/{place.start.id}"
            if key not in drafts and key not in known:
                drafts[key] = _start(place.start)
            drafts[f"node/{index}/{node.id}"] = _node(node)
        return drafts

    def taken_photo(self, photo: OriginalPhoto, *, is_made: bool, embeds: bool) -> Draft:
        """The photo's record alone; its bytes are read when they are asked for."""
        draft: Draft = {
            "name": photo.name,
            "suffix": photo.suffix,
            "bytes": photo.size_bytes,
            "made": is_made,
            "original": None,
            "link": None,
        }
        if embeds:
            self._named["photo", photo.sha256] = {SHA256: photo.sha256, "packing": FILE}
            draft["original"] = _Blob(lambda: read_original(photo), ("photo", photo.sha256))
        else:
            path = "" if photo.path is None else str(photo.path)
            draft["link"] = {"hash": photo.sha256, "path": path, "relative": ""}
        return draft

    def packed(self, drafts: Mapping[str, Draft]) -> Content:
        """Content of drafts: each array and blob is named. Raises what reading a generator or the
        photo raises."""
        blobs = Blobs()
        records = {key: self._resolved(draft, blobs) for key, draft in drafts.items()}
        return Content(records, blobs)

    # --- within -------------------------------------------------------------------------------

    def _resolved(self, value: Any, blobs: Blobs) -> Any:
        if isinstance(value, np.ndarray):
            return self._packer.reference(value, blobs)
        if isinstance(value, _Blob):
            return self._reference(value, blobs)
        if isinstance(value, dict):
            return {key: self._resolved(item, blobs) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item, blobs) for item in value]
        return value

    def _reference(self, blob: _Blob, blobs: Blobs) -> Record:
        known = self._named.get(blob.key) if blob.key is not None else None
        if known is None:
            data = blob.make()
            known = {SHA256: sha256_of(data), **blob.said}
            if blob.key is not None:
                self._named[blob.key] = known
            blobs.add(known[SHA256], blob.make, data)
        else:
            blobs.add(known[SHA256], blob.make)
        return dict(known)

    def _result(self, result: Result) -> Draft:
        state, recipe = result.state, result.recipe
        return {
            "state": None if state is None else self._state(state),
            "recipe": None if recipe is None else _recipe(recipe),
            "measures": None if result.measures is None else _measures(result.measures),
        }

    def _state(self, state: FaceState) -> Draft:
        name, generator = state.generator, None
        if name:
            generator = _Blob(
                lambda: self._read_generator(name),
                ("generator", name),
                packing=GENERATOR,
            )
        return {
            "id": state.id,
            **{key: getattr(state, key) for key in STATE_ARRAYS},
            "worn": None if state.worn is None else _worn(state.worn),
            "around": None if state.around is None else _around(state.around),
            "generator": generator,
        }


def relative_link(record: Record, project: Path) -> Record:
    """A photo's record whose link also says where the photo lies as seen from a project's file."""
    link = record.get("link")
    if not link or not link["path"]:
        return record
    try:
        relative = Path(os.path.relpath(link["path"], project.parent)).as_posix()
    except ValueError:  # on another drive
        relative = ""
    return {**record, "link": {**link, "relative": relative}}


def number(value: float) -> float | str:
    """A number as JSON has it; what is not finite as text."""
    value = float(value)
    return value if np.isfinite(value) else str(value)


def _numbers(array: NDArray) -> list[Any]:
    """A small array of floats; float32 comes back as it was."""
    return [_numbers(row) for row in array] if array.ndim > 1 else [number(v) for v in array]


def _view(view: View) -> Draft:
    return {
        "classes": [[c.locked, c.visible, number(c.opacity)] for c in view.classes],
        "solo": view.solo,
        "feather_px": None if view.feather_px is None else number(view.feather_px),
        "face": view.face_index,
        "window": dict(view.window),
    }


def _box(box: FaceBox) -> Draft:
    return {
        "points": _numbers(box.points), "quad": _numbers(box.quad), "score": number(box.score),
        "landmarks": box.landmarks if len(box.landmarks) else None,
    }  # fmt: skip


def _start(start: Start) -> Draft:
    return {
        "result": start.result.id,
        "box": _box(start.box),
        "layers": start.layers,
        "reconstruction": start.reconstruction,
        "inversion_psnr_db": number(start.inversion_psnr_db),
    }


def _recipe(recipe: Recipe) -> Draft:
    protected = recipe.packed_protected
    return {
        "before": recipe.before.id,
        "map": None if recipe.packed_map is None else _raw(recipe.packed_map),
        "style": _style(recipe.style),
        "amount": number(recipe.amount),
        "protected": None if protected is None else _raw(protected),
        "feather_px": None if recipe.feather_px is None else number(recipe.feather_px),
    }


def _style(style: Style) -> Draft | None:
    """None: one that is as they are at first."""
    if style == Style():
        return None
    return {
        "attributes": [[name, number(amount)] for name, amount in style.attributes],
        "variation": [style.variation_seed, number(style.variation_strength)],
        "reference": style.reference_code,
        "reference_strength": number(style.reference_strength),
        "reference_name": style.reference_name,
        "regions": None if style.regions is None else list(style.regions),
    }


def _measures(measures: EditMeasures) -> Draft:
    adherence, unedited = measures.mask_adherence, measures.mask_adherence_unedited
    outside = measures.outside_change
    seen = measures.seen
    return {
        "mask_adherence": None if adherence is None else number(adherence),
        "mask_adherence_unedited": None if unedited is None else number(unedited),
        "outside_change": None if outside is None else number(outside),
        "painted": number(measures.painted),
        "nfe": int(measures.nfe),
        "seconds": [[stage, number(seconds)] for stage, seconds in measures.seconds],
        "seen": None if seen is None else [number(seen.share), *seen.place, seen.class_id],
    }


def _worn(worn: Worn) -> Draft:
    return {"before": worn.before, "after": worn.after, "bare": worn.bare}


def _around(around: Surroundings) -> Draft:
    return {"picture": around.picture, "label_map": around.label_map}


def _node(node: Node) -> Draft:
    change, parent = node.change, node.parent
    return {
        "parent": None if parent is None else parent.id,
        "child": 0 if parent is None else _index_of(node, parent.children),
        "start": node.place.start.id,
        "result": node.place.result.id,
        "style": _style(node.place.style),
        "name": node.name,
        "thumbnail": node.thumbnail,
        **_change(change),
    }


def _change(change: Change | None) -> Draft:
    if change is None:
        return {"operation": None, "patch": None, "orders": None}
    return {
        "operation": as_json(change.operation),
        "patch": None if change.patch is None else _patch(change.patch),
        "orders": None if change.orders is None else [list(order) for order in change.orders],
    }


def _patch(patch: LayerPatch) -> Draft:
    """Its tiles' packed bytes behind one another, and where each lies."""
    tiles = [[*rect, len(data)] for rect, data in patch.tiles]
    return {"tiles": tiles, "data": _raw(b"".join(data for _, data in patch.tiles))}


def _raw(data: bytes) -> _Blob:
    return _Blob(lambda: data, None, packing=RAW)


def _cursor(history: History) -> Draft:
    latest = {
        node.id: node.latest.id
        for node in history.nodes()
        if node.latest is not None and node.latest is not node.children[-1]
    }
    return {"root": history.root.id, "current": history.current.id, "latest": latest}


def _index_of(node: Node, children: list[Node]) -> int:
    """From the end: a new one is the last."""
    for k in range(len(children) - 1, -1, -1):
        if children[k] is node:
            return k
    return 0
