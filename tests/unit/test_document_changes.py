"""What a document tells of its changes: once, in one value, when all of it has changed."""

from collections.abc import Callable

import pytest
from documents import PAINTED, POINTS, asked, changes, commit, opened, prepared, previewed, stroke

from s2flow_app.document.changes import Aspect, Changes, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.labels import HAIR, HAT, SKIN, STACKING
from s2flow_app.model.edit import Style

A = Aspect
FACE = {A.FACES, A.FACE, A.START, A.STACKING, A.LAYERS, A.STYLE, A.RESULT, A.PICTURE, A.EDIT}


@pytest.fixture
def document() -> Document:
    document = Document()
    document.faces.open(*opened())
    document.faces.set_face(POINTS, prepared())
    stroke(document, HAT, 300, 300)
    return document


def _styled(document: Document) -> None:
    document.edits.set_style(Style((("smile", 0.5),)))


def _previewed(document: Document) -> None:
    assert previewed(asked(document), document.edits.revision).show(document)


@pytest.mark.parametrize(
    ("act", "aspects"),
    [
        (lambda d: d.labels.set_label_map(d.labels.label_map * 0, PAINTED),
         {A.LAYERS, A.EDIT, A.HISTORY}),
        (lambda d: d.labels.merge(SKIN, HAIR), {A.LAYERS, A.EDIT, A.HISTORY}),
        (lambda d: d.labels.set_stacking(STACKING[::-1]),
         {A.LAYERS, A.STACKING, A.EDIT, A.HISTORY}),
        (_styled, {A.STYLE, A.EDIT, A.HISTORY}),
        (_previewed, {A.PICTURE}),
        (lambda d: commit(d, 20), {A.RESULT, A.PICTURE, A.EDIT, A.HISTORY, A.FACES}),
        (lambda d: d.edits.discard(), {A.LAYERS, A.EDIT, A.HISTORY}),
        (lambda d: d.history.undo(), {A.LAYERS, A.EDIT, A.HISTORY}),
        (lambda d: d.history.name(d.history.tree.current, "Half"), {A.HISTORY}),
        (lambda d: d.faces.set_face(POINTS, prepared(), 1), FACE | {A.HISTORY}),
        (lambda d: d.faces.set_face(POINTS + 1, prepared(), 0), FACE | {A.HISTORY}),
        (lambda d: d.faces.set_incoming(opened()[0].display), {A.INCOMING}),
        (lambda d: d.faces.open(*opened()),
         {A.PHOTO, A.FACES, A.LAYERS, A.STYLE, A.RESULT, A.PICTURE, A.EDIT, A.HISTORY}),
    ],
)  # fmt: skip
def test_one_act_is_told_once(
    document: Document, act: Callable[[Document], object], aspects: set[Aspect]
) -> None:
    seen = changes(document, *Aspect)
    act(document)
    assert [change.aspects for change in seen] == [aspects]


def test_what_changes_nothing_is_not_told(document: Document) -> None:
    seen = changes(document, *Aspect)
    document.labels.begin_stroke()
    document.labels.cancel_stroke()
    document.edits.set_style(Style())
    document.faces.set_incoming(None)
    assert document.faces.index is not None and document.faces.choose(document.faces.index)
    assert not seen


def test_who_listens_finds_all_of_it_changed_and_may_change_it_again(document: Document) -> None:
    found: list[tuple[bool, bool]] = []

    def listen(change: DocumentChange) -> None:
        if change.has(Aspect.RESULT):
            found.append((document.edits.is_pending, document.history.can_redo))
            document.edits.set_style(Style((("smile", 0.25),)))

    document.changed.connect(listen)
    told = changes(document, Aspect.STYLE)
    commit(document, 20)
    assert found == [(False, False)] and len(told) == 1
    assert document.edits.style.attributes == (("smile", 0.25),)


def test_rects_are_united_and_everywhere_stays_everywhere() -> None:
    seen: list[DocumentChange] = []
    gathering = Changes(seen.append)
    with gathering:
        gathering.note_layers((10, 10, 5, 5))
        with gathering:
            gathering.note_layers((20, 10, 5, 5))
            gathering.note(Aspect.EDIT)
    with gathering:
        gathering.note_layers((10, 10, 5, 5))
        gathering.note_layers(None)
        gathering.note_layers((10, 10, 5, 5))
    with gathering:
        pass
    assert seen == [
        DocumentChange(frozenset({Aspect.LAYERS, Aspect.EDIT}), (10, 10, 15, 5)),
        DocumentChange(frozenset({Aspect.LAYERS}), None),
    ]
