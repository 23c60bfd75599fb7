"""Answers of an engine that draws flat shades, and what tests do to a document with them."""

from pathlib import Path
from typing import Any

import numpy as np

from s2flow_app.document.document import Document
from s2flow_app.labels import HAIR, SKIN, LabelMap, single_layers
from s2flow_app.model.edit import Edit, EditMeasures
from s2flow_app.model.face import FaceBox, FaceState
from s2flow_app.model.operations import ApplyEdit, LabelMapFile, Operation, Stroke
from s2flow_app.worker.protocol import (
    EditReady,
    FaceReady,
    OpenPhoto,
    PhotoOpened,
    PrepareFace,
    PreviewEdit,
    PreviewReady,
    RenderEdit,
    TuneLikeness,
)

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


def opened() -> PhotoOpened:
    quad = np.zeros((4, 2), dtype=np.float32)
    faces = (FaceBox(POINTS + 1, quad, 0.9), FaceBox(POINTS, quad, 0.8))
    display = np.zeros((30, 40, 3), dtype=np.uint8)
    request = OpenPhoto(path=Path("a.png"))
    return PhotoOpened(request=request, name="a.png", display=display, faces=faces)


def face_ready(request: PrepareFace | TuneLikeness, shade: int = 10) -> FaceReady:
    return FaceReady(
        request=request,
        state=state_of(skin_map(), shade),
        layers=single_layers(skin_map()),
        reconstruction=np.zeros((128, 128, 3), dtype=np.uint8),
        inversion_psnr_db=21.0,
    )


def rendered(edit: Edit, revision: int, shade: int, adherence: float = 0.5) -> EditReady:
    request = RenderEdit(edit=edit, revision=revision)
    state = state_of(edit.label_map, shade)
    return EditReady(request=request, state=state, measures=measures_of(adherence))


def previewed(edit: Edit, revision: int, shade: int = 77) -> PreviewReady:
    crop = np.full((512, 512, 3), shade, dtype=np.uint8)
    request = PreviewEdit(edit=edit, revision=revision)
    return PreviewReady(request=request, crop=crop, latency_ms=1.0)


def stroke(document: Document, class_id: int, x: int, y: int, name: str = "") -> None:
    """Paint a square; ``name``: by an operation that `texts` calls so."""
    document.begin_stroke()
    document.paint(class_id, DAB, x, y)
    document.end_stroke(LabelMapFile(name) if name else Stroke("brush", class_id))


def asked(document: Document) -> Edit:
    edit = document.pending_edit()
    assert edit is not None
    return edit


def commit(document: Document, shade: int, adherence: float = 0.5) -> EditReady:
    answer = rendered(asked(document), document.revision, shade, adherence)
    assert document.commit_edit(answer, ApplyEdit())
    return answer


def shade_of(document: Document) -> int:
    assert document.result_crop is not None
    return int(document.result_crop[0, 0, 0])


def texts(document: Document) -> list[str]:
    """What the operations are called in files, or the files that they are about."""
    return [text_of(step.operation) for step in document.history()]


def text_of(operation: Operation) -> str:
    return operation.file if isinstance(operation, LabelMapFile) else operation.name


def snapshot(document: Document) -> tuple[Any, ...]:
    return (document.layers.copy(), document.style, document.base, document.amount)


def same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    return np.array_equal(a[0], b[0]) and a[1] is b[1] and a[2] is b[2] and a[3] == b[3]


def emissions(signal: Any) -> list[tuple]:
    seen: list[tuple] = []
    signal.connect(lambda *arguments: seen.append(arguments))
    return seen
