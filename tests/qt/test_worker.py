"""The inference client and its worker, with a session without networks."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from s2flow_app.errors import PackError, PhotoError
from s2flow_app.model.edit import Edit
from s2flow_app.model.face import EditedFace, FaceState
from s2flow_app.model.photo import PhotoId
from s2flow_app.worker.client import MAX_RESTARTS, InferenceClient
from s2flow_app.worker.protocol import (
    Answer,
    EditReady,
    Exported,
    ExportPhoto,
    FaceReady,
    Failed,
    NewFace,
    OpenPhoto,
    PhotoOpened,
    PhotoRequest,
    PrepareFace,
    PreviewEdit,
    PreviewReady,
    Progress,
    ReadStyle,
    Ready,
    RenderEdit,
    Request,
    StyleCodeReady,
    TuneLikeness,
)

POINTS = np.zeros((5, 2), dtype=np.float32)
PHOTO, OTHER = PhotoId(), PhotoId()


@dataclass
class Listener:
    """All that a client said, in order."""

    answers: list[Answer] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    busy: list[bool] = field(default_factory=list)

    def to(self, request: Request) -> list[Answer]:
        return [answer for answer in self.answers if answer.request is request]

    def listen(self, client: InferenceClient) -> None:
        client.answered.connect(self.answers.append)
        client.progressed.connect(self.progress.append)
        client.busy_changed.connect(self.busy.append)


class Bench:
    """A client with its listener and sessions; `wait` runs the event loop."""

    def __init__(self, qtbot, make_session: Callable[[], Any], **options: Any) -> None:
        self.client = InferenceClient(make_session, watch_interval_ms=20, **options)
        self.heard = Listener()
        self.heard.listen(self.client)
        self._qtbot = qtbot
        self.client.start()

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()))

    def ask(self, request: Request) -> Answer:
        """Submit and wait for the answer."""
        self.client.submit(request)
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        self.wait(lambda: self.heard.to(request))
        return self.heard.to(request)[0]

    def settle(self) -> None:
        """Let everything on its way arrive."""
        self._qtbot.wait(60)


@pytest.fixture
def make_bench(qtbot) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(make_session: Callable[[], Any], **options: Any) -> Bench:
        benches.append(Bench(qtbot, make_session, **options))
        return benches[-1]

    yield make
    for bench in benches:
        bench.client.close()


@pytest.fixture
def bench(make_bench, fake_session) -> Bench:
    """A client whose session is ready, with a photo and a face."""
    bench = make_bench(lambda: fake_session)
    bench.ask(OpenPhoto(photo=PHOTO, path=Path("a.png")))
    bench.ask(PrepareFace(photo=PHOTO, points=POINTS))
    return bench


@pytest.fixture
def edit(example_state: FaceState) -> Edit:
    return Edit(base=example_state, label_map=example_state.label_map)


def failure(answer: Answer) -> Failed:
    assert isinstance(answer, Failed)
    return answer


# --- the way of a request -------------------------------------------------------------------------


def test_session_lives_in_one_thread_of_its_own(make_bench, fake_session, edit) -> None:
    threads = []

    def make_session():
        threads.append(threading.get_ident())
        return fake_session

    bench = make_bench(make_session)
    bench.ask(PreviewEdit(photo=PHOTO, edit=edit))
    bench.ask(RenderEdit(photo=PHOTO, edit=edit))
    assert {call.thread for call in fake_session.calls} == set(threads)
    assert threading.get_ident() not in threads


def test_ready_comes_first(bench) -> None:
    ready = bench.heard.answers[0]
    assert isinstance(ready, Ready) and ready.pack_title == "Fake"
    assert ready.attributes[0] == ("smile", "Smile")


def test_every_request_is_answered_once_by_its_result(bench, edit, tmp_path) -> None:
    faces = (EditedFace(edit.base, edit.base),)
    wanted = {
        NewFace(photo=OTHER, seed=3): PhotoOpened,
        PrepareFace(photo=OTHER, points=POINTS): FaceReady,
        TuneLikeness(photo=OTHER, start=edit.base, seconds=0.1): FaceReady,
        RenderEdit(photo=OTHER, edit=edit): EditReady,
        ReadStyle(path=Path("c.png")): StyleCodeReady,
        ExportPhoto(photo=OTHER, faces=faces, path=tmp_path / "out.png"): Exported,
    }
    before = len(bench.heard.answers)
    for request in wanted:
        bench.client.submit(request)
    bench.wait(lambda: len(bench.heard.answers) >= before + len(wanted))
    bench.settle()
    answers = bench.heard.answers[before:]
    assert [answer.request for answer in answers] == list(wanted)
    assert [type(answer) for answer in answers] == list(wanted.values())
    assert (tmp_path / "out.png").exists()


def test_arrays_in_answers_are_read_only(bench, edit) -> None:
    opened = bench.ask(OpenPhoto(photo=PHOTO, path=Path("b.png")))
    face = bench.ask(PrepareFace(photo=PHOTO, points=POINTS)).prepared
    done = bench.ask(RenderEdit(photo=PHOTO, edit=edit))
    preview = bench.ask(PreviewEdit(photo=PHOTO, edit=edit))
    arrays = [
        opened.photo.display,
        opened.faces[0].points,
        face.layers,
        face.state.quad,
        face.reconstruction,
    ]
    arrays += [face.state.crop, done.state.ws, done.state.label_map, preview.crop]
    assert not any(array.flags.writeable for array in arrays)


def test_requests_before_start_wait(qtbot, fake_session) -> None:
    client, heard = InferenceClient(lambda: fake_session), Listener()
    heard.listen(client)
    request = NewFace(photo=PHOTO, seed=1)
    client.submit(request)
    client.start()
    qtbot.waitUntil(lambda: len(heard.to(request)) == 1)
    assert isinstance(heard.answers[0], Ready)
    assert client.close()


def test_progress_reaches_the_window(bench, fake_session) -> None:
    fake_session.script["prepare_face"] = lambda call: call.progress("encode", 0.5)
    request = PrepareFace(photo=PHOTO, points=POINTS)
    del bench.heard.progress[:]
    bench.ask(request)
    assert [(p.request, p.stage, p.fraction) for p in bench.heard.progress] == [
        (request, "encode", 0.5)
    ]


def test_busy_is_told_for_loading_and_jobs_but_not_for_previews(bench, edit) -> None:
    bench.wait(lambda: not bench.client.is_busy)
    assert bench.heard.busy[:2] == [True, False]
    del bench.heard.busy[:]
    bench.ask(PreviewEdit(photo=PHOTO, edit=edit))
    assert bench.heard.busy == []
    bench.ask(RenderEdit(photo=PHOTO, edit=edit))
    assert bench.heard.busy == [True, False]


# --- previews ----------------------------------------------------------------------------------


def test_previews_coalesce_to_the_newest(bench, edit, fake_session, make_gate) -> None:
    gate = fake_session.script["preview"] = make_gate()
    requests = [PreviewEdit(photo=PHOTO, edit=edit, revision=i) for i in range(100)]
    bench.client.submit(requests[0])
    bench.wait(gate.entered.is_set)
    for request in requests[1:]:
        bench.client.submit(request)
    gate.open()
    bench.answer(requests[-1])
    bench.settle()
    shown = [a.request.revision for a in bench.heard.answers if isinstance(a, PreviewReady)]
    assert shown == [0, 99] and fake_session.names.count("preview") == 2


def test_job_lets_a_preview_pass_between_its_steps(bench, edit, fake_session, make_gate) -> None:
    gate = make_gate()

    def render(call) -> None:
        gate(call)
        call.progress("flow", 0.5)

    fake_session.script["render"] = render
    job, preview = RenderEdit(photo=PHOTO, edit=edit), PreviewEdit(photo=PHOTO, edit=edit)
    bench.client.submit(job)
    bench.wait(gate.entered.is_set)
    bench.client.submit(preview)
    gate.open()
    bench.answer(job)
    kinds = [type(answer) for answer in bench.heard.answers[-2:]]
    assert kinds == [PreviewReady, EditReady]


def test_previews_do_not_starve_a_job(bench, edit, fake_session, make_gate) -> None:
    gate = fake_session.script["preview"] = make_gate()
    bench.client.submit(PreviewEdit(photo=PHOTO, edit=edit))
    bench.wait(gate.entered.is_set)
    job = RenderEdit(photo=PHOTO, edit=edit)
    bench.client.submit(job)
    bench.client.submit(PreviewEdit(photo=PHOTO, edit=edit))
    gate.open()
    bench.answer(job)
    bench.settle()
    assert fake_session.names[-3:] == ["preview", "render", "preview"]


def test_outdated_previews_are_dropped_and_cancelled(bench, edit, fake_session, make_gate) -> None:
    gate = fake_session.script["preview"] = make_gate(heeds_cancel=True)
    at_work, waits, late, fresh = (
        PreviewEdit(photo=PHOTO, edit=edit, revision=i) for i in (1, 2, 3, 4)
    )
    bench.client.submit(at_work)
    bench.wait(gate.entered.is_set)
    bench.client.submit(waits)
    bench.client.drop_previews_before(4)
    bench.client.submit(late)
    assert at_work.cancel.is_set()
    gate.open()
    bench.ask(fresh)
    bench.settle()
    assert not any(bench.heard.to(request) for request in (at_work, waits, late))


def test_preview_of_the_photo_before_is_dropped(bench, edit, fake_session, make_gate) -> None:
    gate = fake_session.script["open_photo"] = make_gate()
    opening, preview = (
        OpenPhoto(photo=PHOTO, path=Path("b.png")),
        PreviewEdit(photo=PHOTO, edit=edit),
    )
    bench.client.submit(opening)
    bench.wait(gate.entered.is_set)
    bench.client.submit(preview)
    gate.open()
    bench.answer(opening)
    bench.settle()
    assert "preview" not in fake_session.names and not bench.heard.to(preview)
    bench.ask(PreviewEdit(photo=PHOTO, edit=edit))


def test_preview_waits_for_a_photo_that_cannot_be_opened(bench, edit, fake_session) -> None:
    def refuse(call) -> None:
        raise PhotoError("This is no picture.", "Choose another file.")

    fake_session.script["open_photo"] = refuse
    opening, preview = (
        OpenPhoto(photo=PHOTO, path=Path("b.txt")),
        PreviewEdit(photo=PHOTO, edit=edit),
    )
    bench.client.submit(opening)
    bench.client.submit(preview)
    assert isinstance(bench.answer(preview), PreviewReady)
    assert failure(bench.answer(opening)).message == "This is no picture."


# --- photos that are not the one ----------------------------------------------------------------


def about(photo: PhotoId, edit: Edit, path: Path) -> list[PhotoRequest]:
    """One of each request about a photo, its face, or a state of it."""
    return [
        PrepareFace(photo=photo, points=POINTS),
        TuneLikeness(photo=photo, start=edit.base),
        RenderEdit(photo=photo, edit=edit),
        PreviewEdit(photo=photo, edit=edit),
        ExportPhoto(photo=photo, faces=(EditedFace(edit.base, edit.base),), path=path),
    ]


def test_what_is_about_another_photo_is_refused(bench, edit, fake_session, tmp_path) -> None:
    bench.ask(NewFace(photo=OTHER, seed=1))
    before = fake_session.names
    for request in about(PHOTO, edit, tmp_path / "out.png"):
        failed = failure(bench.ask(request))
        assert failed.is_stale and not failed.is_bug and not failed.cancelled
        assert failed.message.startswith("Another photo was opened meanwhile")
    assert fake_session.names == before and not (tmp_path / "out.png").exists()
    for request in about(OTHER, edit, tmp_path / "out.png"):
        assert not isinstance(bench.ask(request), Failed)


def test_answers_about_another_photo_are_dropped_whatever_the_session_says(
    bench, edit, fake_session, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(fake_session, "check_open", lambda photo: None)
    for request in about(OTHER, edit, tmp_path / "out.png"):
        assert failure(bench.ask(request)).is_stale


def test_an_export_that_waits_for_another_photo_writes_the_one_that_was_seen(
    bench, edit, fake_session, make_gate, tmp_path
) -> None:
    gate = fake_session.script["faces"] = make_gate()
    opening = OpenPhoto(photo=OTHER, path=Path("b.png"))
    seen, next_one = (
        ExportPhoto(photo=photo, faces=(), path=tmp_path / name)
        for photo, name in ((PHOTO, "seen.png"), (OTHER, "next.png"))
    )
    bench.client.submit(opening)
    bench.wait(gate.entered.is_set)
    bench.client.submit(next_one)
    bench.client.submit(seen)
    gate.open()
    assert isinstance(bench.answer(next_one), Exported)
    assert [type(a) for a in bench.heard.answers[-3:]] == [Exported, PhotoOpened, Exported]
    assert (tmp_path / "seen.png").read_text() == "a.png"
    assert (tmp_path / "next.png").read_text() == "b.png"


def test_an_export_outlives_a_photo_that_cannot_be_opened(
    bench, fake_session, make_gate, tmp_path
) -> None:
    gate = make_gate()

    def refuse(call) -> None:
        gate(call)
        raise PhotoError("This is no picture.")

    fake_session.script["faces"] = refuse
    export = ExportPhoto(photo=PHOTO, faces=(), path=tmp_path / "out.png")
    bench.client.submit(OpenPhoto(photo=OTHER, path=Path("b.png")))
    bench.wait(gate.entered.is_set)
    bench.client.submit(export)
    gate.open()
    assert isinstance(bench.answer(export), Exported)
    assert (tmp_path / "out.png").read_text() == "a.png"


def test_of_many_photos_the_newest_is_opened(bench, fake_session, make_gate) -> None:
    gate = fake_session.script["faces"] = make_gate(heeds_cancel=True)
    requests = [OpenPhoto(path=Path(f"{i}.png")) for i in range(50)]
    bench.client.submit(requests[0])
    bench.wait(gate.entered.is_set)
    for request in requests[1:]:
        bench.client.submit(request)
    gate.open()
    assert isinstance(bench.answer(requests[-1]), PhotoOpened)
    answers = [bench.answer(request) for request in requests[:-1]]
    assert all(failure(answer).cancelled for answer in answers)
    assert fake_session.names.count("open_photo") <= 3 and fake_session.photo.name == "49.png"


# --- cancelling and failing ------------------------------------------------------------------


def test_running_and_waiting_jobs_are_cancelled(bench, edit, fake_session, make_gate) -> None:
    gate = fake_session.script["render"] = make_gate(heeds_cancel=True)
    running, waiting = (
        RenderEdit(photo=PHOTO, edit=edit),
        TuneLikeness(photo=PHOTO, start=edit.base),
    )
    bench.client.submit(running)
    bench.client.submit(waiting)
    bench.wait(gate.entered.is_set)
    bench.client.cancel_all()
    assert failure(bench.answer(running)).cancelled and failure(bench.answer(waiting)).cancelled
    assert "tune" not in fake_session.names
    assert isinstance(bench.ask(TuneLikeness(photo=PHOTO, start=edit.base)), FaceReady)


def test_one_request_is_cancelled_alone_at_its_next_step(bench, edit, fake_session) -> None:
    def tune(call) -> None:
        for step in range(1000):
            time.sleep(0.005)
            call.progress("tune", step / 1000)

    fake_session.script["tune"] = tune
    tuning, after = TuneLikeness(photo=PHOTO, start=edit.base), RenderEdit(photo=PHOTO, edit=edit)
    bench.client.submit(tuning)
    bench.client.submit(after)
    bench.wait(lambda: bench.heard.progress)
    tuning.cancel.set()
    assert failure(bench.answer(tuning)).cancelled
    assert isinstance(bench.answer(after), EditReady)


def test_user_error_is_answered_with_its_text_and_hint(bench, fake_session) -> None:
    def refuse(call) -> None:
        raise PhotoError("b.txt is not a picture.", "Open a JPEG, PNG, TIFF or WebP file.")

    fake_session.script["open_photo"] = refuse
    failed = failure(bench.ask(OpenPhoto(photo=PHOTO, path=Path("b.txt"))))
    assert failed.message == "b.txt is not a picture." and failed.hint.startswith("Open a JPEG")
    assert not failed.is_bug and not failed.cancelled


def test_bug_is_logged_with_its_traceback_and_the_worker_goes_on(
    bench, edit, fake_session, caplog
) -> None:
    def break_down(call) -> None:
        raise ZeroDivisionError("a slip")

    fake_session.script["render"] = break_down
    with caplog.at_level(logging.ERROR):
        failed = failure(bench.ask(RenderEdit(photo=PHOTO, edit=edit)))
    assert failed.is_bug and "ZeroDivisionError" in failed.message
    assert "a slip" in caplog.text and "break_down" in caplog.text
    assert isinstance(bench.ask(PreviewEdit(photo=PHOTO, edit=edit)), PreviewReady)


def test_failing_preview_does_not_break_the_job_it_passed(bench, edit, fake_session) -> None:
    preview = PreviewEdit(photo=PHOTO, edit=edit)

    def break_down(call) -> None:
        raise ZeroDivisionError

    def render(call) -> None:
        for step in range(400):
            if "preview" in fake_session.names:
                return
            time.sleep(0.005)
            call.progress("flow", step / 400)

    fake_session.script.update(preview=break_down, render=render)
    job = RenderEdit(photo=PHOTO, edit=edit)
    bench.client.submit(job)
    bench.wait(lambda: bench.heard.progress)
    bench.client.submit(preview)
    assert failure(bench.answer(preview)).is_bug
    assert isinstance(bench.answer(job), EditReady)


def test_lack_of_memory_is_no_bug(bench, fake_session) -> None:
    def run_out(call) -> None:
        raise MemoryError

    fake_session.script["new_face"] = run_out
    failed = failure(bench.ask(NewFace(photo=PHOTO, seed=1)))
    assert "memory" in failed.message and not failed.is_bug


def test_without_networks_every_request_fails_with_the_reason(make_bench) -> None:
    def make_session():
        raise PackError("There is no pack.", "Install one.")

    bench = make_bench(make_session)
    failed = failure(bench.ask(NewFace(photo=PHOTO, seed=1)))
    assert failed.message == "There is no pack." and failed.hint == "Install one."
    assert isinstance(bench.heard.answers[0], Failed) and not bench.client.is_busy


# --- a worker that hangs ---------------------------------------------------------------------


@dataclass
class Sessions:
    """Makes sessions one after the other, each with the script that it is due."""

    make: Callable[[], Any]
    scripts: list[dict[str, Callable]]
    made: list[Any] = field(default_factory=list)

    def __call__(self) -> Any:
        session = self.make()
        if len(self.made) < len(self.scripts):
            session.script.update(self.scripts[len(self.made)])
        self.made.append(session)
        return session


def test_hung_worker_is_replaced_and_its_answer_refused(
    make_bench, fake_session, make_gate, edit, caplog, tmp_path
) -> None:
    gate = make_gate()
    sessions = Sessions(type(fake_session), [{"render": gate}])
    bench = make_bench(sessions, idle_limit_s=0.2)
    photo, face = (
        OpenPhoto(photo=PHOTO, path=Path("a.png")),
        PrepareFace(photo=PHOTO, points=POINTS + 1),
    )
    for request in (photo, face, TuneLikeness(photo=PHOTO, start=edit.base, seconds=2.5)):
        bench.ask(request)
    hung = RenderEdit(photo=PHOTO, edit=edit)
    waiting = ExportPhoto(
        photo=PHOTO, faces=(EditedFace(edit.base, edit.base),), path=tmp_path / "out.png"
    )
    sessions.made[0].script["export"] = make_gate()  # would hang too
    bench.client.submit(hung)
    bench.client.submit(waiting)
    with caplog.at_level(logging.ERROR):
        failed = failure(bench.answer(hung))
    assert "stopped answering" in failed.message and not failed.cancelled
    assert hung.cancel.is_set() and "given up" in caplog.text
    bench.answer(waiting)
    new = sessions.made[1]
    assert new.names == ["open_photo", "export"], "requests name their faces: none is made again"
    assert new.calls[0].argument == photo.path
    gate.open()
    bench.wait(lambda: not bench.client._given_up)
    bench.settle()
    assert isinstance(bench.ask(PreviewEdit(photo=PHOTO, edit=edit)), PreviewReady)
    counts = Counter(id(answer.request) for answer in bench.heard.answers)
    assert set(counts.values()) == {1}
    assert sum(isinstance(answer, Ready) for answer in bench.heard.answers) == 1


def compute(seconds: float) -> None:
    """Use the processor for as long, without a sign of life."""
    until_s = time.thread_time() + seconds
    while time.thread_time() < until_s:
        pass


def test_worker_that_computes_in_silence_is_kept(make_bench, fake_session, edit) -> None:
    fake_session.script["render"] = lambda call: compute(0.6)
    bench = make_bench(lambda: fake_session, idle_limit_s=0.2, deaf_limit_s=0.2)
    assert isinstance(bench.ask(RenderEdit(photo=PHOTO, edit=edit)), EditReady)


def test_worker_that_computes_on_when_cancelled_is_replaced(
    make_bench, fake_session, edit, caplog
) -> None:
    entered = Event()

    def render(call) -> None:
        entered.set()
        compute(1.5)

    sessions = Sessions(type(fake_session), [{"render": render}])
    bench = make_bench(sessions, deaf_limit_s=0.3)
    job = RenderEdit(photo=PHOTO, edit=edit)
    bench.client.submit(job)
    bench.wait(entered.is_set)
    job.cancel.set()
    with caplog.at_level(logging.ERROR):
        assert "stopped answering" in failure(bench.answer(job)).message
    assert "ignored a cancel" in caplog.text
    assert isinstance(bench.ask(RenderEdit(photo=PHOTO, edit=edit)), EditReady)
    bench.wait(lambda: not bench.client._given_up)


def test_slow_worker_that_beats_is_kept(make_bench, fake_session, edit) -> None:
    def render(call) -> None:
        for _ in range(30):
            call.cancel.is_set()
            time.sleep(0.02)

    fake_session.script["render"] = render
    bench = make_bench(lambda: fake_session, idle_limit_s=0.2)
    assert isinstance(bench.ask(RenderEdit(photo=PHOTO, edit=edit)), EditReady)


def test_work_on_files_and_loading_may_be_silent_for_longer(make_bench, fake_session) -> None:
    fake_session.script["open_photo"] = lambda call: time.sleep(0.5)

    def make_session():
        time.sleep(0.5)
        return fake_session

    bench = make_bench(make_session, idle_limit_s=0.2)
    assert isinstance(bench.ask(OpenPhoto(photo=PHOTO, path=Path("a.png"))), PhotoOpened)


def test_idle_worker_is_not_given_up(make_bench, fake_session, qtbot, edit) -> None:
    bench = make_bench(lambda: fake_session, idle_limit_s=0.3, file_limit_s=0.3)
    bench.ask(NewFace(photo=PHOTO, seed=1))
    qtbot.wait(700)
    assert isinstance(bench.ask(RenderEdit(photo=PHOTO, edit=edit)), EditReady)
    assert not bench.client._given_up


def test_worker_that_always_hangs_is_not_started_for_ever(
    make_bench, fake_session, make_gate, edit
) -> None:
    gate = make_gate()
    sessions = Sessions(type(fake_session), [{"render": gate}] * 9)
    bench = make_bench(sessions, idle_limit_s=0.1, file_limit_s=0.1)
    requests = [RenderEdit(photo=PHOTO, edit=edit) for _ in range(MAX_RESTARTS + 2)]
    for request in requests:
        bench.client.submit(request)
    bench.wait(lambda: all(bench.heard.to(request) for request in requests))
    assert len(sessions.made) == MAX_RESTARTS + 1
    assert "restart the program" in failure(bench.ask(RenderEdit(photo=PHOTO, edit=edit))).hint
    assert len(sessions.made) == MAX_RESTARTS + 1
    assert not bench.client.is_busy


def test_photo_that_cannot_be_opened_again_is_told(
    make_bench, fake_session, make_gate, edit
) -> None:
    def refuse(call) -> None:
        raise PhotoError("a.png has gone.")

    sessions = Sessions(type(fake_session), [{"render": make_gate()}, {"open_photo": refuse}])
    bench = make_bench(sessions, idle_limit_s=0.2)
    bench.ask(OpenPhoto(photo=PHOTO, path=Path("a.png")))
    bench.ask(RenderEdit(photo=PHOTO, edit=edit))
    bench.wait(lambda: isinstance(bench.heard.answers[-1], Failed))
    bench.wait(lambda: failure(bench.heard.answers[-1]).message == "a.png has gone.")


@pytest.mark.parametrize("settled", [False, True])
def test_an_edit_that_waits_behind_a_preview_that_hangs_is_rendered_by_the_next_worker(
    make_bench, fake_session, make_gate, edit, settled
) -> None:
    script = {"settled_preview" if settled else "preview": make_gate()}
    sessions = Sessions(type(fake_session), [script])
    bench = make_bench(sessions, idle_limit_s=0.2)
    bench.ask(OpenPhoto(photo=PHOTO, path=Path("a.png")))
    preview = PreviewEdit(photo=PHOTO, edit=edit, settled=settled)
    bench.client.submit(preview)
    bench.wait(next(iter(script.values())).entered.is_set)
    preview.cancel.set()  # as applying does
    applied = RenderEdit(photo=PHOTO, edit=edit)
    bench.client.submit(applied)
    assert isinstance(bench.answer(applied), EditReady)
    assert sessions.made[1].names == ["open_photo", "render"]


# --- exports without networks -----------------------------------------------------------------


def test_when_networks_do_not_load_again_the_photo_is_still_exported(
    make_bench, fake_session, make_gate, edit, tmp_path
) -> None:
    keeper = type(fake_session)()
    sessions = iter([fake_session])
    fake_session.script["render"] = make_gate()

    def make_session():
        session = next(sessions, None)
        if session is None:
            raise PackError("The pack has gone.")
        return session

    bench = make_bench(make_session, make_keeper=lambda: keeper, idle_limit_s=0.2)
    bench.ask(OpenPhoto(photo=PHOTO, path=Path("a.png")))
    bench.ask(RenderEdit(photo=PHOTO, edit=edit))
    faces = (EditedFace(edit.base, edit.base),)
    asked = ExportPhoto(photo=PHOTO, faces=faces, path=tmp_path / "out.png")
    assert isinstance(bench.ask(asked), Exported)
    assert keeper.names == ["open_photo", "export"] and (tmp_path / "out.png").exists()
    again = failure(bench.ask(RenderEdit(photo=PHOTO, edit=edit)))
    assert again.message == "The pack has gone."
    other = ExportPhoto(photo=OTHER, faces=faces, path=tmp_path / "other.png")
    assert failure(bench.ask(other)).is_stale and not (tmp_path / "other.png").exists()


def test_a_face_that_was_made_up_is_kept_as_it_was_drawn(
    make_bench, fake_session, make_gate, edit, tmp_path
) -> None:
    keeper = type(fake_session)()
    fake_session.script["render"] = make_gate()
    sessions = Sessions(lambda: fake_session, [{}] * 9)
    bench = make_bench(sessions, make_keeper=lambda: keeper, idle_limit_s=0.1, file_limit_s=0.1)
    opened = bench.ask(NewFace(photo=PHOTO, seed=3))
    requests: list[Request] = [RenderEdit(photo=PHOTO, edit=edit) for _ in range(MAX_RESTARTS + 1)]
    faces = (EditedFace(edit.base, edit.base),)
    requests.append(ExportPhoto(photo=PHOTO, faces=faces, path=tmp_path / "out.png"))
    for request in requests:
        bench.client.submit(request)
    bench.wait(lambda: bench.heard.to(requests[-1]))
    assert isinstance(bench.answer(requests[-1]), Exported)
    assert keeper.names == ["open_aligned", "export"]
    assert isinstance(opened, PhotoOpened) and keeper.calls[0].argument is opened.photo.display


# --- the end -------------------------------------------------------------------------------------


def test_close_cancels_and_ends_the_thread_without_answers(
    make_bench, fake_session, make_gate, edit
) -> None:
    gate = fake_session.script["render"] = make_gate(heeds_cancel=True)
    bench = make_bench(lambda: fake_session)
    job = RenderEdit(photo=PHOTO, edit=edit)
    bench.client.submit(job)
    bench.wait(gate.entered.is_set)
    thread = bench.client._crew.thread
    assert bench.client.close() and thread.isFinished()
    bench.settle()
    assert not bench.heard.to(job) and bench.client.close()
    bench.client.submit(RenderEdit(photo=PHOTO, edit=edit))


def test_close_tells_of_a_thread_that_hangs(make_bench, fake_session, make_gate, edit) -> None:
    gate = fake_session.script["render"] = make_gate()
    bench = make_bench(lambda: fake_session)
    bench.client.submit(RenderEdit(photo=PHOTO, edit=edit))
    bench.wait(gate.entered.is_set)
    assert not bench.client.close(wait_s=0.05)
    gate.open()
    assert bench.client.close()


def test_close_while_networks_are_loaded(make_bench, fake_session) -> None:
    loading = Event()

    def make_session():
        loading.set()
        time.sleep(0.2)
        return fake_session

    bench = make_bench(make_session)
    bench.wait(loading.is_set)
    assert bench.client.close()
    bench.settle()
    assert bench.heard.answers == []
