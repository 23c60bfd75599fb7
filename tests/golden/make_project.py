"""Makes `project-1.s2flow` and what it must open as. Run once for each version of the schema:
the file of a version that was released is never made again.

    PYTHONPATH=.:tests/helpers python tests/golden/make_project.py
"""

import tempfile
from pathlib import Path

import numpy as np
from projects import RandomEditor, encoder, saving_of

from s2flow_app.project.migrate import SCHEMA_VERSION
from s2flow_app.project.project_saver import ProjectSaver

FOLDER = Path(__file__).parent


def main() -> None:
    name = f"project-{SCHEMA_VERSION}"
    with tempfile.TemporaryDirectory() as folder:
        editor = RandomEditor(SCHEMA_VERSION, Path(folder) / f"{name}.png", plain=True)
        editor.steps(40)
        editor.other_face()
        own = encoder()
        ProjectSaver(own).save(saving_of(editor, own), FOLDER / f"{name}.s2flow")
    sessions = editor.document.faces.sessions
    found: dict[str, np.ndarray] = {"faces": np.array(sorted(sessions))}
    for index, session in sessions.items():
        found[f"layers_{index}"] = session.canvas.layers
        found[f"crop_{index}"] = session.place.base.crop
        nodes = session.history.nodes()
        operations = [node.operation.name if node.operation else "" for node in nodes]
        found[f"operations_{index}"] = np.array(operations)
    np.savez_compressed(FOLDER / f"{name}.npz", allow_pickle=False, **found)


if __name__ == "__main__":
    main()
