"""A document that was saved and opened is the same bit by bit, wherever it stood."""

from pathlib import Path

import pytest
from projects import RandomEditor, encoder, kept, saving_of

from s2flow_app.project.project_file import ProjectReader, ProjectSaver
from s2flow_app.ui.project.parts import parts_of


def opened(path: Path):
    with ProjectReader(path) as reader:
        return reader.document()


@pytest.mark.parametrize("seed", range(4))
def test_what_is_opened_is_what_was_saved(seed: int, tmp_path: Path) -> None:
    editor, path = RandomEditor(seed, tmp_path / "a.png"), tmp_path / "a.s2flow"
    editor.steps(60)
    ProjectSaver(own := encoder()).save(saving_of(editor, own), path)
    document = editor.document
    wanted = kept(parts_of(document, editor.original, is_made=False, embeds=True))
    same = kept(opened(path).parts) == wanted
    assert same  # the values themselves would be long to show
