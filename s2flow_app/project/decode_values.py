"""Values of content's records, checked: boxes, states, recipes, strokes, styles, measures."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.label_ops import Rect
from s2flow_app.document.layer_patch import LayerPatch
from s2flow_app.document.place import Recipe, Result
from s2flow_app.labels import LABEL_SIZE, NUM_CLASSES, PROTECTED, LabelMap
from s2flow_app.model.edit import EditMeasures, Seen, Style
from s2flow_app.model.face import FaceBox, FaceState, Surroundings, Worn
from s2flow_app.project import fields
from s2flow_app.project.arrays import blob, unpack
from s2flow_app.project.content import SHA256, ContentError, Record
from s2flow_app.project.encode import GENERATOR, RAW
from s2flow_app.project.png import inflated

MAX_ROWS, MAX_WIDTH = 64, 4096
"""Of latents."""
MAX_ID: Final = 40
MAP_SHAPE: Final = (LABEL_SIZE, LABEL_SIZE)
PICTURE_SHAPE: Final = (*MAP_SHAPE, 3)
LAYER_BITS: Final = np.uint32((1 << NUM_CLASSES) - 1 | 1 << PROTECTED)


class Values:
    """Reads values; an array is the same one wherever it is named.

    All methods raise `ContentError`, or what `decode.decoded` makes one of.
    """

    def __init__(self, blobs: Mapping[str, bytes]) -> None:
        self._blobs = blobs
        self.arrays: dict[tuple[str, str, tuple[int, ...]], tuple[NDArray, Record]] = {}
        """Those that were read, and how each is kept."""
        self.generators: dict[str, Record] = {}
        """References to the weights of generators, by the names that states call them by."""

    def box(self, record: Record) -> FaceBox:
        landmarks = record["landmarks"]
        seen = {}
        if landmarks is not None:
            seen["landmarks"] = self.array(landmarks, "float32", (None, 2))
        return FaceBox(
            fields.points(record["points"], "points", 5),
            fields.points(record["quad"], "quad", 4),
            fields.number(record["score"], "score"),
            **seen,
        )

    def state(self, record: Record) -> FaceState:
        generator, name = record["generator"], ""
        if generator is not None:
            if generator.get("packing") != GENERATOR:
                raise ContentError("a generator is packed in an unknown way")
            name = generator_name(generator)
            self.generators[name] = generator
        moved, part, worn, around = (record[k] for k in ("moved", "part_map", "worn", "around"))
        ws = self.array(record["ws"], "float32", (None, None))
        if not (0 < ws.shape[0] <= MAX_ROWS and 0 < ws.shape[1] <= MAX_WIDTH):
            raise ContentError("latents have a size that no generator has")
        quad = self.array(record["quad"], "float32", (4, 2))
        if not (np.isfinite(ws).all() and np.isfinite(quad).all()):
            raise ContentError("a face has numbers that are not finite")
        if moved is not None:
            moved = self.array(moved, "float16", (*MAP_SHAPE, 2))
            if not np.isfinite(moved).all():
                raise ContentError("a face was moved to nowhere")
        state = FaceState(
            ws=ws,
            label_map=self.map(record["label_map"]),
            crop=self.array(record["crop"], "uint8", PICTURE_SHAPE),
            replaced=self.array(record["replaced"], "uint8", MAP_SHAPE),
            quad=quad,
            generator=name,
            moved=moved,
            worn=None if worn is None else self._worn(worn),
            part_map=None if part is None else self.map(part),
            around=None if around is None else self._around(around),
        )
        return state.called(checked_id(fields.text(record, "id")))

    def _worn(self, record: Record) -> Worn:
        bare = self.array(record["bare"], "uint8", PICTURE_SHAPE)
        return Worn(self.map(record["before"]), self.map(record["after"]), bare)

    def _around(self, record: Record) -> Surroundings:
        picture = self.array(record["picture"], "uint8", PICTURE_SHAPE)
        return Surroundings(picture, self.map(record["label_map"], nothing=255))

    def recipe(self, record: Record, before: Result | None) -> Recipe:
        feather = record["feather_px"]
        assert before is not None
        asked, protected = record["map"], record["protected"]
        if asked is not None:
            asked = self.raw(asked)
            check_map(np.frombuffer(inflated(asked, LABEL_SIZE**2), np.uint8), NUM_CLASSES)
        if protected is not None:
            protected = self.raw(protected)
            inflated(protected, LABEL_SIZE**2 // 8)
        return Recipe(
            before, asked, self.style(record["style"]), fields.finite(record["amount"], "amount"),
            protected, None if feather is None else fields.finite(feather, "feather_px"),
        )  # fmt: skip

    def patch(self, record: Record) -> LayerPatch:
        data, tiles, at = self.raw(record["data"]), [], 0
        for tile in fields.listed(record["tiles"], "tiles"):
            x, y, w, h, length = (fields.whole(v, "tile") for v in fields.listed(tile, "tile"))
            if not (x + w <= LABEL_SIZE and y + h <= LABEL_SIZE and w and h):
                raise ContentError("a stroke lies outside of the face")
            packed, at = data[at : at + length], at + length
            bits = np.frombuffer(inflated(packed, 4 * w * h), np.uint32)
            if (bits & ~LAYER_BITS).any():
                raise ContentError("a stroke has a class that there is not")
            rect: Rect = (x, y, w, h)
            tiles.append((rect, packed))
        if at != len(data):
            raise ContentError("a stroke has another length than is said")
        return LayerPatch(tuple(tiles))

    def style(self, record: Record | None) -> Style:
        if record is None:
            return Style()
        seed, strength = fields.listed(record["variation"], "variation", length=2)
        code, regions = record["reference"], record["regions"]
        if code is not None:
            code = self.array(code, "float32", (None,), (None, None))
            if max(code.shape) > MAX_WIDTH or not np.isfinite(code).all():
                raise ContentError("a style is none")
        attributes = []
        for each in fields.listed(record["attributes"], "attributes"):
            name, amount = fields.listed(each, "attributes", length=2)
            attributes.append((text(name), fields.finite(amount, "an amount")))
        return Style(
            attributes=tuple(attributes),
            variation_seed=fields.whole(seed, "variation", least=-(1 << 62)),
            variation_strength=fields.finite(strength, "variation"),
            reference_code=code,
            reference_strength=fields.finite(record["reference_strength"], "reference_strength"),
            reference_name=fields.text(record, "reference_name"),
            regions=None if regions is None else fields.classes(regions, "regions"),
        )

    def array(self, ref: Record, dtype: str, *shapes: tuple[int | None, ...]) -> NDArray:
        """An array, the same one wherever it is named."""
        key = (ref[SHA256], dtype, tuple(ref["shape"]))
        if key not in self.arrays:
            self.arrays[key] = unpack(ref, self._blobs, dtype, *shapes), ref
        found = self.arrays[key][0]
        if not any(
            len(s) == found.ndim
            and all(w in (None, n) for n, w in zip(found.shape, s, strict=True))
            for s in shapes
        ):
            raise ContentError(f"an array has the shape {found.shape}")
        return found

    def map(self, ref: Record, *, nothing: int | None = None) -> LabelMap:
        found = self.array(ref, "uint8", MAP_SHAPE)
        check_map(found, NUM_CLASSES, nothing)
        return found

    def raw(self, ref: Record) -> bytes:
        if ref.get("packing") != RAW:
            raise ContentError("something is packed in an unknown way")
        return blob(ref, self._blobs)


def generator_name(ref: Record) -> str:
    """What states call the generator whose weights ``ref`` names."""
    return str(ref[SHA256])[:32]


def edit_measures(record: Record) -> EditMeasures:
    seconds = [fields.listed(s, "seconds", length=2) for s in fields.listed(record["seconds"], "")]
    adherence, unedited = record["mask_adherence"], record["mask_adherence_unedited"]
    outside = record["outside_change"]
    return EditMeasures(
        None if adherence is None else fields.number(adherence, "mask_adherence"),
        None if unedited is None else fields.number(unedited, "mask_adherence_unedited"),
        None if outside is None else fields.number(outside, "outside_change"),
        fields.number(record["painted"], "painted"),
        fields.whole(record["nfe"], "nfe"),
        tuple((text(stage), fields.number(s, "seconds")) for stage, s in seconds),
        None if record["seen"] is None else _seen(record["seen"]),
    )


def _seen(value: Any) -> Seen:
    share, row, column, class_id = fields.listed(value, "seen", length=4)
    place = fields.whole(row, "seen"), fields.whole(column, "seen")
    known = fields.whole(class_id, "seen", most=NUM_CLASSES - 1)
    return Seen(fields.number(share, "seen"), place, known)


def check_map(label_map: LabelMap, classes: int, nothing: int | None = None) -> None:
    known = label_map < classes
    if nothing is not None:
        known |= label_map == nothing
    if not known.all():
        raise ContentError("a map has a class that there is not")


def checked_id(id: str) -> str:
    if not (0 < len(id) <= MAX_ID and id.isascii() and id.isalnum()):
        raise ContentError("something has no id")
    return id


def text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > fields.MAX_TEXT:
        raise ContentError("a name is none")
    return value
