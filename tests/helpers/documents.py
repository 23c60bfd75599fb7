"""What an engine that draws flat shades makes, and what tests do to a document with them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.labels import HAIR, SKIN, LabelMap, single_layers
from s2flow_app.model.edit import Edit, EditMeasures
from s2flow_app.model.face import FaceBox, FaceState, PreparedFace
from s2flow_app.model.operations import ApplyEdit, LabelMapFile, Operation, Stroke
from s2flow_app.model.photo import Photo, PhotoId

POINTS = np.arange(10, dtype=np.float32).reshape(5, 2)
DAB = np.ones((20, 20), dtype=bool)
PAINTED = Stroke("brush", HAIR)
"""Where it does not matter what was done."""


def skin_map() -> LabelMap:
    label_map = np.zeros((512, 512), dtype=np.uint8)
    label_map[100:400, 100:400] = SKIN
    return label_map


def state_of(label_map: LabelMap, shade: int) -> FaceState:
    return FaceState(
        ws=np.zeros((12, 512), dtype=np.float32),
        label_map=label_map,
        crop=np.full((512, 512, 3), shade, dtype=np.uint8),
        replaced=np.zeros((512, 512), dtype=np.uint8),
    )


def measures_of(adherence: float) -> EditMeasures:
    return EditMeasures(adherence, 0.1, 3.0, 0.25, 40, (("flow", 0.1),))


def opened() -> tuple[Photo, tuple[FaceBox, ...]]:
    """A photo, as `Faces.open` takes it: `POINTS` are its second face's."""
    quad = np.zeros((4, 2), dtype=np.float32)
    faces = (FaceBox(POINTS + 1, quad, 0.9), FaceBox(POINTS, quad, 0.8))
    return Photo(PhotoId(), "a.png", np.zeros((30, 40, 3), dtype=np.uint8)), faces


def prepared(shade: int = 10) -> PreparedFace:
    layers, reconstruction = single_layers(skin_map()), np.zeros((128, 128, 3), dtype=np.uint8)
    return PreparedFace(state_of(skin_map(), shade), layers, reconstruction, 21.0)


@dataclass(frozen=True)
class Rendered:
    """What an engine made of an edit."""

    edit: Edit
    state: FaceState
    measures: EditMeasures
    revision: int
    """When it was asked for."""

    def commit(self, document: Document) -> bool:
        """Have it taken as an applied edit."""
        return document.edits.commit(
            self.edit, self.state, self.measures, ApplyEdit(), revision=self.revision
        )

    def commit_amount(self, document: Document) -> bool:
        """Have it taken as the last edit with another amount."""
        return document.edits.commit_amount(
            self.edit, self.state, self.measures, revision=self.revision
        )


def rendered(edit: Edit, revision: int, shade: int, adherence: float = 0.5) -> Rendered:
    return Rendered(edit, state_of(edit.label_map, shade), measures_of(adherence), revision)


@dataclass(frozen=True)
class Previewed:
    """A draft of an edit."""

    edit: Edit
    crop: NDArray[np.uint8]
    revision: int
    """When it was asked for."""

    def show(self, document: Document) -> bool:
        return document.edits.show_preview(self.edit, self.crop, revision=self.revision)


def previewed(edit: Edit, revision: int, shade: int = 77) -> Previewed:
    return Previewed(edit, np.full((512, 512, 3), shade, dtype=np.uint8), revision)


def stroke(document: Document, class_id: int, x: int, y: int, name: str = "") -> None:
    """Paint a square; ``name``: by an operation that `texts` calls so."""
    document.labels.begin_stroke()
    document.labels.paint(class_id, DAB, x, y)
    document.labels.end_stroke(LabelMapFile(name) if name else Stroke("brush", class_id))


def asked(document: Document) -> Edit:
    edit = document.edits.pending()
    assert edit is not None
    return edit


def commit(document: Document, shade: int, adherence: float = 0.5) -> Rendered:
    answer = rendered(asked(document), document.edits.revision, shade, adherence)
    assert answer.commit(document)
    return answer


def go_to(document: Document, step: int) -> None:
    """To the place after ``step`` steps of the current line (0: the start)."""
    assert document.history.tree is not None
    document.history.visit(document.history.tree.line()[step])


def shade_of(document: Document) -> int:
    assert document.edits.result_crop is not None
    return int(document.edits.result_crop[0, 0, 0])


def texts(document: Document) -> list[str]:
    """What the operations are called in files, or the files that they are about."""
    return [text_of(step.operation) for step in document.history.steps()]


def text_of(operation: Operation) -> str:
    return operation.file if isinstance(operation, LabelMapFile) else operation.name


def snapshot(document: Document) -> tuple[Any, ...]:
    return (
        document.labels.layers.copy(),
        document.edits.style,
        document.edits.base,
        document.edits.amount,
    )


def same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    return np.array_equal(a[0], b[0]) and a[1] is b[1] and a[2] is b[2] and a[3] == b[3]


def changes(document: Document, *aspects: Aspect) -> list[DocumentChange]:
    """Those of any of the aspects that are told from now on."""
    seen: list[DocumentChange] = []
    document.changed.connect(lambda change: change.has(*aspects) and seen.append(change))
    return seen


def emissions(signal: Any) -> list[tuple]:
    seen: list[tuple] = []
    signal.connect(lambda *arguments: seen.append(arguments))
    return seen
