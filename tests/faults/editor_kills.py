"""The running editor is killed: its window offers what was told to be safe, and opens it.

python tests/faults/editor_kills.py --count 300 --seed 1

The editor is the real one, with window, worker thread and journal, on a screen in memory; the
networks are the tests' session that answers in flat colours. It strokes with the pointer, sets
styles, applies, undoes, redoes and names until it is killed. The next one finds the journal, its
dialog is asked to recover, and what opens is compared. Exit 0 if nothing was lost.
"""

import argparse
import importlib.util
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
from journalled import digest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt, QTimer, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from s2flow_app.app import JOURNALS, Editor
from s2flow_app.labels import NUM_CLASSES
from s2flow_app.model.edit import Style
from s2flow_app.paths import user_data_dir
from s2flow_app.project.decode import decoded
from s2flow_app.project.journal import Safe, Told
from s2flow_app.project.journal_store import read_journal
from s2flow_app.project.session_folders import SessionFolders
from s2flow_app.settings import Settings
from s2flow_app.ui.journaling import Journaling

LATEST_S: Final = 2.5
"""Kills come so long after the window has a face, some while it is opened."""
EARLY: Final = 0.1
"""Share of kills that may come while the window opens."""
FRESH: Final = 0.1
"""Share of starts with another photo, instead of with what the last one left."""
LIMIT_S: Final = 120.0
"""An editor that does not start in this time never will."""

WARM: Final = 2
"""Operations of each editor that are not timed: a process that was forked copies memory first."""
NO_FACE: Final = "-"
"""What is said of a photo without a prepared face."""
EXCLUDED_S: Final = [0.0]
"""What telling the harness has taken of an operation."""


@dataclass(slots=True)
class Counts:
    """What was found."""

    kills: int = 0
    reopened: int = 0
    to_reopen: int = 0
    done: int = 0
    safe: int = 0
    lost: int = 0
    wrong: int = 0
    damaged: int = 0
    stroke_ms: list[float] = field(default_factory=list)
    """Processor time of the window's thread, for what the journal needs of it."""

    @property
    def faults(self) -> int:
        return self.lost + self.wrong + self.damaged + self.to_reopen - self.reopened

    def __str__(self) -> str:
        took = sorted(self.stroke_ms) or [0.0]
        return (
            f"{self.kills} kills of the running editor ({self.done} operations, {self.safe} told "
            f"to be safe): {self.lost} of those lost, {self.reopened} of {self.to_reopen} reopened "
            f"by the window, {self.wrong} as another document, {self.damaged} said to be damaged\n"
            f"the journal took {took[len(took) // 2]:.2f} ms of the window's thread for an "
            f"operation in the median, {took[int(0.99 * (len(took) - 1))]:.2f} ms at the 99th of "
            f"100, {took[-1]:.2f} ms at most"
        )


def killed_editors(count: int, seed: int) -> Counts:
    """Kill an editor ``count`` times."""
    cv2.setNumThreads(0)  # or a fork would miss OpenCV's threads
    rng, counts, expected = random.Random(seed), Counts(), ""
    session = _fake_session()
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(home) / kind.lower())
        os.environ["HOME"] = home
        root, photo = user_data_dir() / JOURNALS, Path(home) / "photo.png"
        photo.write_bytes(b"what the session takes for a photo")
        for _ in range(count):
            if rng.random() < FRESH:
                shutil.rmtree(root, ignore_errors=True)
                expected = ""
            said = _killed(session, photo, rng)
            expected = _compare(root, said, expected, counts)
            counts.kills += 1
    return counts


def _killed(session: type, photo: Path, rng: random.Random) -> list[list[str]]:
    """What an editor said until it was killed."""
    seed, wait_s, is_early = rng.randrange(1 << 30), rng.uniform(0, LATEST_S), rng.random() < EARLY
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _run_editor(session, photo, seed, writing)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    said, until_s = b"", time.monotonic() + LIMIT_S
    while not is_early and b"\nsafe" not in said and time.monotonic() < until_s:
        if select.select([reading], [], [], 1)[0]:
            more = os.read(reading, 1 << 16)
            if not more:
                break
            said += more
    time.sleep(wait_s)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with open(reading, "rb") as pipe:
        said += pipe.read()
    return [line.split() for line in said.decode().splitlines(keepends=True) if line[-1] == "\n"]


def _compare(root: Path, said: list[list[str]], expected: str, counts: Counts) -> str:
    """What was said with what is on the disk; what the next editor has to open, "": nothing."""
    did = {int(ticket): text for kind, ticket, text in said if kind in ("did", "reopened")}
    safe = max((int(ticket) for kind, ticket, _ in said if kind == "safe"), default=0)
    reopened = [text for kind, _, text in said if kind == "reopened"]
    counts.stroke_ms += [float(words[1]) for words in said if words[0] == "took"][WARM:]
    counts.done, counts.safe = counts.done + len(did), counts.safe + safe
    if expected and (reopened or did):  # it was not killed before
        counts.to_reopen += 1
        counts.reopened += bool(reopened)
        counts.wrong += bool(reopened) and reopened[0] != expected
    left = SessionFolders(root).left()
    found, steps, kept = "", 0, None
    for folder in left:
        kept = read_journal(folder.path)
        folder.close()
        if "photo" in kept.content.records:
            found = digest(decoded(kept.content).parts.sessions) or NO_FACE
            nodes = (r for key, r in kept.content.records.items() if key.startswith("node/"))
            steps = sum(record["parent"] is not None for record in nodes)
    counts.damaged += kept is not None and bool(kept.damage)
    tickets = [ticket for ticket, text in did.items() if text == found]
    counts.wrong += bool(did and found and not tickets and found != expected)
    lost = max(safe - max(tickets, default=0), 0) if did else 0
    if lost or len(left) > 1 or (kept is not None and kept.damage):
        counts.lost += lost
        folders = [folder.path.name for folder in left]
        print(f"{lost} lost, safe {safe}, found {tickets}, {folders}, {kept}", file=sys.stderr)
        print(*(" ".join(words) for words in said), sep="\n", file=sys.stderr)
    return found if steps else ""


def _run_editor(session: type, photo: Path, seed: int, pipe: int) -> None:
    """An editor that recovers what it finds, or opens the photo, and edits without end."""
    qInstallMessageHandler(lambda *_: None)  # the screen in memory complains of what it lacks
    application = QApplication([])
    _time_the_window(pipe)
    settings = Settings(tour_seen=True, language="en")
    editor = Editor(application, settings, None, make_session=session)
    assert editor.recovery is not None
    _tell_all(editor, pipe)
    editor.start([])
    while editor.recovery.is_looking:
        application.processEvents()
    if editor.recovery.dialog is not None:
        editor.recovery.dialog.recover.click()
    else:
        editor.window.open_photo(photo)
    rng, timer = random.Random(seed), QTimer(interval=0)

    def go_on() -> None:
        if editor.document.has_face:
            _do_something(editor, rng)

    timer.timeout.connect(go_on)
    timer.start()
    application.exec()


def _tell_all(editor: Editor, pipe: int) -> None:
    """Write to the pipe what is done, before it can be safe, and what is safe."""
    assert editor.recovery is not None
    journal, faces = editor.recovery.journaling._journal, editor.document.faces
    listener, put, begin = journal._listener, journal.put, journal.begin

    def tell(told: Told) -> None:
        if isinstance(told, Safe):
            os.write(pipe, f"safe {told.ticket} -\n".encode())
        listener(told)

    def say(kind: str) -> None:
        begin_s = time.thread_time()
        text = digest(faces.sessions) or NO_FACE
        os.write(pipe, f"{kind} {journal._ticket + 1} {text}\n".encode())
        EXCLUDED_S[0] += time.thread_time() - begin_s

    def telling_put(drafts) -> int:
        say("did")
        return put(drafts)

    def telling_begin(drafts, pack, *, folder=None) -> int:
        say("did" if folder is None else "reopened")
        return begin(drafts, pack, folder=folder)

    journal._listener, journal.put, journal.begin = tell, telling_put, telling_begin


def _time_the_window(pipe: int) -> None:
    """Write to the pipe how long the journal keeps the window's thread."""
    record = Journaling.record

    def timed(self: Journaling) -> None:
        begin_s, EXCLUDED_S[0] = time.thread_time(), 0.0
        record(self)
        if EXCLUDED_S[0]:  # something was recorded
            took_ms = 1000 * (time.thread_time() - begin_s - EXCLUDED_S[0])
            os.write(pipe, f"took {took_ms:.3f} -\n".encode())

    Journaling.record = timed


def _do_something(editor: Editor, rng: random.Random) -> None:
    """One operation at random: mostly strokes."""
    document, actions = editor.document, editor.window.actions_
    kind = rng.choices(
        ("stroke", "style", "apply", "undo", "redo", "visit", "name"), (40, 8, 6, 8, 4, 3, 2)
    )[0]
    tree = document.history.tree
    assert tree is not None
    if kind == "stroke":
        editor.window.layers.set_current_class(rng.randrange(NUM_CLASSES))
        _drag(editor, rng)
    elif kind == "style":
        amounts = (("smile", round(rng.uniform(-1, 1), 3)),)
        document.edits.set_style(Style(amounts), merge=rng.choice(("attributes", None)))
    elif kind == "visit":
        document.history.visit(rng.choice(list(tree.nodes())))
    elif kind == "name":
        document.history.name(tree.current, rng.choice(("", "before", "good")))
    else:
        actions[kind].trigger()


def _drag(editor: Editor, rng: random.Random) -> None:
    canvas = editor.window.canvas
    places: list[QPoint] = []
    for _ in range(rng.randrange(2, 6)):
        places.append(canvas.to_widget(rng.randrange(512), rng.randrange(512)).toPoint())
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])


def _fake_session() -> type:
    """The session of the window's tests."""
    path = Path(__file__).parent.parent / "qt" / "conftest.py"
    spec = importlib.util.spec_from_file_location("fake_sessions", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FakeSession


def main() -> int:
    parser = argparse.ArgumentParser(description="the running editor, killed")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    counts = killed_editors(given.count, given.seed)
    print(counts)
    return int(counts.faults > 0)


if __name__ == "__main__":
    sys.exit(main())
