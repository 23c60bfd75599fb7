"""Documents that many random steps have made, as they are kept, and how they are compared.

All pictures are drawn at random: none shows anybody.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from s2flow_app.alignment import quad_from_points
from s2flow_app.document.document import Document
from s2flow_app.document.face_session import FaceSession
from s2flow_app.document.history import Node
from s2flow_app.labels import HAIR, NUM_CLASSES, SKIN, STACKING, LabelMap, single_layers
from s2flow_app.model.arrays import frozen
from s2flow_app.model.edit import Edit, EditMeasures, Style
from s2flow_app.model.face import FaceBox, FaceState, PreparedFace, Surroundings, Worn
from s2flow_app.model.operations import ApplyEdit, Stroke
from s2flow_app.model.pack import PackId
from s2flow_app.model.photo import Photo, PhotoId
from s2flow_app.outputs import InputFile
from s2flow_app.project.content import sha256_of
from s2flow_app.project.decode import Decoded
from s2flow_app.project.encode import Encoder
from s2flow_app.project.original import original_of
from s2flow_app.project.parts import OriginalPhoto, Parts
from s2flow_app.project.png import write_png
from s2flow_app.project.project_saver import Saving
from s2flow_app.ui.project.parts import parts_of, show_view

PACK = PackId("drawn", "Drawn at random", "0" * 64)
GENERATORS = {f"generator{k}": bytes([k]) * 1000 for k in range(3)}


class RandomEditor:
    """Does random steps to a document, as a user and the networks would.

    Args:
        photo: file that is made.
        plain: pictures are of one colour each, for small files.
    """

    def __init__(self, seed: int, photo: Path, *, side: int = 300, plain: bool = False) -> None:
        self.rng, self._plain = np.random.default_rng(seed), plain
        self.document = Document()
        self.display = self._colours(side)
        photo.write_bytes(write_png(self.display))
        self.original = original_of(photo)
        self.points = [_points(self.rng, side) for _ in range(2)]
        faces = tuple(_box(self.rng, points) for points in self.points)
        self._boxes = faces
        self.open(photo)

    def open(self, photo: Path) -> None:
        """Begin with `display` as the photo."""
        source = InputFile.at(photo)
        self.document.faces.open(Photo(PhotoId(), photo.name, self.display, source), self._boxes)
        self.prepare(0)

    def prepare(self, index: int) -> None:
        points = self.document.faces.boxes[index].points
        self.document.faces.set_face(points, self._face(), index)

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.step()

    def step(self) -> None:
        does = (
            *[self.stroke] * 6, *[self.style] * 2, *[self.apply] * 2, *[self.undo] * 4,
            *[self.redo] * 3, self.amount, self.visit, self.name, self.stack, self.protect,
            self.align, self.tune, self.other_face, self.discard, self.view,
        )  # fmt: skip
        does[self.rng.integers(len(does))]()

    def walk(self) -> None:
        """A step back, forth or aside."""
        (self.undo, self.redo, self.undo, self.redo, self.visit)[self.rng.integers(5)]()

    # --- what is done -------------------------------------------------------------------------

    def stroke(self) -> None:
        class_id = int(self.rng.integers(NUM_CLASSES))
        self.document.labels.begin_stroke()
        for _ in range(3):
            side = int(self.rng.integers(4, 60))
            x, y = (int(v) for v in self.rng.integers(0, 480, 2))
            self.document.labels.paint(class_id, np.ones((side, side), bool), x, y)
        self.document.labels.end_stroke(Stroke("brush", class_id))

    def protect(self) -> None:
        self.document.labels.begin_stroke()
        x, y = (int(v) for v in self.rng.integers(0, 480, 2))
        self.document.labels.protect(np.ones((30, 30), bool), x, y, on=bool(self.rng.integers(3)))
        self.document.labels.end_stroke(Stroke("protect"))

    def style(self) -> None:
        code = self.rng.standard_normal(8, np.float32) if self.rng.integers(3) == 0 else None
        style = Style(
            attributes=(("smile", float(self.rng.uniform(-1, 1))),),
            variation_seed=int(self.rng.integers(99)),
            variation_strength=float(self.rng.random()),
            reference_code=None if code is None else frozen(code),
            reference_strength=float(self.rng.random()),
            reference_name="" if code is None else "someone.jpg",
            regions=None if self.rng.integers(2) else (HAIR, SKIN),
        )
        self.document.edits.set_style(style)

    def apply(self) -> None:
        edit = self.document.edits.pending()
        if edit is not None:
            state, measures = self._rendered(edit)
            revision = self.document.edits.revision
            self.document.edits.commit(edit, state, measures, ApplyEdit(), revision=revision)

    def amount(self) -> None:
        edit = self.document.edits.with_amount(float(self.rng.uniform(0, 1.5)))
        if edit is not None:
            state, measures = self._rendered(edit)
            revision = self.document.edits.revision
            self.document.edits.commit_amount(edit, state, measures, revision=revision)
            self.document.edits.end_gesture()

    def undo(self) -> None:
        self.document.history.undo()
        self.render_wanted()

    def redo(self) -> None:
        self.document.history.redo()
        self.render_wanted()

    def visit(self) -> None:
        history = self.document.history.tree
        assert history is not None
        nodes = list(history.nodes())
        self.document.history.visit(nodes[self.rng.integers(len(nodes))])
        self.render_wanted()

    def render_wanted(self) -> None:
        while (edit := self.document.history.wanted_edit()) is not None:
            self.document.history.take_wanted(edit, self._rendered(edit)[0])

    def name(self) -> None:
        history = self.document.history.tree
        assert history is not None
        self.document.history.name(history.current, f"Name {self.rng.integers(99)}")

    def stack(self) -> None:
        order = [int(v) for v in self.rng.permutation(STACKING)]
        self.document.labels.set_stacking(tuple(order))

    def align(self) -> None:
        points = _points(self.rng, 300)
        self.document.faces.set_face(points, self._face(), self.document.faces.index)

    def tune(self) -> None:
        start = self.document.faces.original
        assert start is not None
        self.document.faces.set_tuned(start, self._face())

    def other_face(self) -> None:
        index = 1 - (self.document.faces.index or 0)
        if not self.document.faces.choose(index):
            self.prepare(index)

    def discard(self) -> None:
        self.document.edits.discard()

    def view(self) -> None:
        view, class_id = self.document.layer_view, int(self.rng.integers(NUM_CLASSES))
        view.set_opacity(class_id, float(self.rng.random()))

    def reopen(self, decoded: Decoded) -> None:
        """Go on with what was read."""
        photo, parts = self.document.faces.photo, decoded.parts
        assert photo is not None
        self.document = Document()
        self.document.faces.reopen(photo, parts.found, parts.sessions, parts.view.face_index)
        show_view(self.document, parts.view)

    # --- answers ------------------------------------------------------------------------------

    def _colours(self, side: int) -> NDArray[np.uint8]:
        if self._plain:
            colour = self.rng.integers(0, 256, 3)
            return frozen(np.full((side, side, 3), colour, np.uint8))
        return _colours(self.rng, side, side)

    def _face(self) -> PreparedFace:
        label_map = _map(self.rng)
        state = self._state(label_map, edited=False)
        layers = frozen(single_layers(label_map))
        return PreparedFace(state, layers, self._colours(64), float("inf"))

    def _rendered(self, edit: Edit) -> tuple[FaceState, EditMeasures]:
        state = self._state(edit.label_map, edited=True, quad=edit.base.quad)
        return state, EditMeasures(0.5, None, 3.0, 0.25, 40, (("flow", float("nan")),))

    def _state(
        self,
        label_map: LabelMap,
        *,
        edited: bool,
        quad: NDArray[np.float32] | None = None,
    ) -> FaceState:
        rng, extra = self.rng, {}
        if edited and rng.integers(2):
            moved = np.zeros((512, 512, 2), np.float16)
            side = 20 if self._plain else 300
            moved[100 : 100 + side, 100 : 100 + side] = rng.standard_normal(
                (side, side, 2), np.float32
            )
            extra["moved"] = frozen(moved)
        if edited and rng.integers(3) == 0:
            bare = self._colours(512)
            extra["worn"] = Worn(frozen(_map(rng)), frozen(_map(rng)), bare)
            extra["part_map"] = frozen(_map(rng))
        if edited and rng.integers(3) == 0:
            seen = _map(rng)
            seen[:50] = 255
            extra["around"] = Surroundings(self._colours(512), frozen(seen))
        replaced = np.zeros((512, 512), np.uint8)
        if edited:
            replaced[100:200, 100:200] = 255
        return FaceState(
            ws=frozen(rng.standard_normal((12, 64), np.float32)),
            label_map=frozen(label_map.copy()),
            crop=self._colours(512),
            replaced=frozen(replaced),
            quad=frozen(quad_from_points(_points(rng, 300)) if quad is None else quad),
            generator=str(rng.choice(["", *GENERATORS])),
            **extra,
        )


def saving_of(editor: RandomEditor, encoder: Encoder, *, embeds: bool = True) -> Saving:
    """What would be saved of an editor's document now."""
    return saving(editor.document, editor.original, encoder, embeds=embeds)


def saving(
    document: Document,
    original: OriginalPhoto,
    encoder: Encoder,
    *,
    embeds: bool = True,
) -> Saving:
    parts = parts_of(document, original, is_made=False, embeds=embeds)
    maps = {i: session.canvas.label_map.copy() for i, session in parts.sessions.items()}
    assert document.faces.display is not None
    return Saving(encoder.taken(parts), document.faces.display, document.faces.edited(), maps, PACK)


def encoder() -> Encoder:
    """By any name that a state may call a generator."""
    read = {sha256_of(weights)[:32]: weights for weights in GENERATORS.values()}
    return Encoder(lambda name: GENERATORS.get(name) or read[name])


def kept(parts: Parts) -> list[Any]:
    """All that a document's parts hold, as values that compare bit by bit."""
    photo = parts.photo
    found: list[Any] = [
        photo.name,
        photo.suffix,
        photo.sha256,
        photo.size_bytes,
        parts.is_made,
    ]
    found += [parts.view, *(_of_box(box) for box in parts.found)]
    for index, session in sorted(parts.sessions.items()):
        found += [index, *_of_session(session)]
    return found


def layers_everywhere(session: FaceSession) -> dict[str, bytes]:
    """The layers of each node, walked to from the root; by the node's id."""
    root, found = session.history.root, {}
    layers = {root.id: root.place.start.layers.copy()}
    for node in session.history.nodes():
        if node.parent is not None:
            mine = layers[node.parent.id].copy()
            if node.change and node.change.patch:
                node.change.patch.apply(mine)
            layers[node.id] = mine
        found[node.id] = layers[node.id].tobytes()
    return found


def _of_session(session: FaceSession) -> list[Any]:
    canvas, history = session.canvas, session.history
    return [
        canvas.layers.tobytes(), canvas.label_map.tobytes(), canvas.order, canvas._start.tobytes(),
        history.root.id, history.current.id,
        sorted(_of_node(node) for node in history.nodes()),
    ]  # fmt: skip


def _of_node(node: Node) -> tuple[Any, ...]:
    place, change = node.place, node.change
    start, result = place.start, place.result
    return (
        node.id, node.parent and node.parent.id, [c.id for c in node.children],
        node.latest and node.latest.id, node.name, _bytes(node.thumbnail),
        repr(node.operation), change and change.patch and change.patch.tiles,
        change and change.orders,
        start.id, _of_box(start.box), _bytes(start.layers), _bytes(start.reconstruction),
        repr(start.inversion_psnr_db), _of_result(start.result), _of_result(result),
        _of_style(place.style),
    )  # fmt: skip


def _of_result(result: Any) -> tuple[Any, ...]:
    recipe = result.recipe
    return (
        result.id, repr(result.measures), result.state and _of_state(result.state),
        recipe and (
            recipe.before.id, recipe.packed_map, _of_style(recipe.style), recipe.amount,
            recipe.packed_protected, recipe.feather_px,
        ),
    )  # fmt: skip


def _of_state(state: FaceState) -> tuple[Any, ...]:
    generator = GENERATORS.get(state.generator)
    name = sha256_of(generator)[:32] if generator else state.generator
    return state.id, [_bytes(array) for array in state.arrays()], name


def _of_style(style: Style) -> tuple[Any, ...]:
    return (
        style.attributes, style.variation_seed, style.variation_strength,
        _bytes(style.reference_code), style.reference_strength, style.reference_name, style.regions,
    )  # fmt: skip


def _of_box(box: FaceBox) -> tuple[Any, ...]:
    return _bytes(box.points), _bytes(box.quad), box.score, _bytes(box.landmarks)


def _bytes(array: NDArray | None) -> tuple[Any, ...] | None:
    return None if array is None else (array.dtype.name, array.shape, array.tobytes())


def _colours(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """A smooth picture ``[height, width, 3]`` with some grain."""
    coarse = rng.integers(0, 256, (6, 6, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    grain = rng.integers(-2, 3, (height, width, 1))
    return frozen(np.clip(smooth + grain, 0, 255).astype(np.uint8))


def _map(rng: np.random.Generator) -> LabelMap:
    coarse = rng.integers(0, NUM_CLASSES, (8, 8)).astype(np.uint8)
    return np.kron(coarse, np.ones((64, 64), np.uint8))


def _points(rng: np.random.Generator, side: int) -> NDArray[np.float32]:
    shape = np.array([[-0.2, -0.2], [0.2, -0.2], [0, 0], [-0.15, 0.2], [0.15, 0.2]])
    return frozen((shape * side / 3 + rng.uniform(side / 3, side / 1.5, 2)).astype(np.float32))


def _box(rng: np.random.Generator, points: NDArray[np.float32]) -> FaceBox:
    landmarks = frozen(rng.uniform(0, 300, (478, 2)).astype(np.float32))
    return FaceBox(points, frozen(quad_from_points(points)), float(rng.random()), landmarks)
