"""What hangs together of damaged content opens, each step as it was."""

import random

import pytest
from projects import RandomEditor, encoder

from s2flow_app.document.face_session import FaceSession
from s2flow_app.project.content import Content
from s2flow_app.project.decode import decoded
from s2flow_app.project.salvage import salvaged
from s2flow_app.ui.project.parts import parts_of


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> RandomEditor:
    made = RandomEditor(4, tmp_path_factory.mktemp("photo") / "photo.png")
    made.steps(90)
    made.prepare(1)
    made.steps(30)
    return made


@pytest.fixture(scope="module")
def content(editor: RandomEditor) -> Content:
    packer = encoder()
    parts = parts_of(editor.document, editor.original, is_made=False, embeds=True)
    packed = packer.packed(packer.taken(parts))
    return Content(packed.records, {sha: packed.blobs[sha] for sha in packed.needed()})


def _layers(session: FaceSession) -> dict[str, bytes]:
    """The layers at each node."""
    root = session.history.root
    layers = {root.id: root.place.start.layers.copy()}
    for node in session.history.nodes():
        if node.parent is not None:
            layers[node.id] = layers[node.parent.id].copy()
            if node.change and node.change.patch:
                node.change.patch.apply(layers[node.id])
    return {id: array.tobytes() for id, array in layers.items()}


def test_whole_content_stays_as_it_is(content: Content) -> None:
    assert salvaged(content).records == content.records


@pytest.mark.parametrize("seed", range(25))
def test_what_is_left_opens_and_each_step_is_as_it_was(
    editor: RandomEditor, content: Content, seed: int
) -> None:
    rng = random.Random(seed)
    photo = content.records["photo"]["original"]["sha256"]
    lost = set(rng.sample(sorted(content.records.keys() - {"photo"}), rng.choice((0, 1, 5, 30))))
    gone = set(rng.sample(sorted(content.blobs.keys() - {photo}), rng.choice((0, 1, 5, 30))))
    records = {key: record for key, record in content.records.items() if key not in lost}
    blobs = {sha: data for sha, data in content.blobs.items() if sha not in gone}
    before = {i: _layers(session) for i, session in editor.document.faces.sessions.items()}
    found = decoded(salvaged(Content(records, blobs))).parts
    for index, session in found.sessions.items():
        assert _layers(session).items() <= before[index].items()
        assert session.history.current.place.missing() is None
        assert session.canvas.layers.tobytes() == before[index][session.history.current.id]


def test_steps_before_a_lost_one_stay(editor: RandomEditor, content: Content) -> None:
    history = editor.document.faces.sessions[0].history
    line = [node.id for node in history.line()]
    lost = line[len(line) // 2]
    records = {key: r for key, r in content.records.items() if key != f"node/0/{lost}"}
    found = decoded(salvaged(Content(records, content.blobs))).parts.sessions[0]
    kept = {node.id for node in found.history.nodes()}
    assert set(line[: len(line) // 2]) <= kept and lost not in kept


def test_without_anything_nothing_is_made_up() -> None:
    assert set(salvaged(Content()).records) == {"view"}


def test_without_its_photo_there_is_no_document(content: Content) -> None:
    photo = content.records["photo"]["original"]["sha256"]
    blobs = {sha: data for sha, data in content.blobs.items() if sha != photo}
    with pytest.raises(ValueError, match="missing"):
        decoded(salvaged(Content(content.records, blobs)))
