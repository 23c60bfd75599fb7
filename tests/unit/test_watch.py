"""What hangs uses no processor time, or ignores a cancel; what is slow does neither."""

import threading
import time
from threading import Event

import pytest
from patience import PATIENCE_S

from s2flow_app.worker.heart import Heart, Watch


class FakeHeart(Heart):
    """One whose processor time is set."""

    used_s = 0.0

    def cpu_s(self) -> float:
        return self.used_s


@pytest.fixture
def heart() -> FakeHeart:
    heart = FakeHeart()
    heart.is_patient, heart.cancel = False, Event()
    return heart


@pytest.fixture
def watch() -> Watch:
    return Watch(idle_limit_s=10, patient_limit_s=60, deaf_limit_s=20)


def looks(watch: Watch, heart: FakeHeart, count: int, *, share: float) -> list[str]:
    """What is said at ``count`` looks, a second apart, at a worker with that share of a core."""
    said = []
    for _ in range(count):
        heart.used_s += share
        said.append(watch.hangs(heart, 1.0))
    return said


def test_a_worker_with_a_twentieth_of_the_processor_may_take_any_time(
    watch: Watch, heart: FakeHeart
) -> None:
    assert not any(looks(watch, heart, 1000, share=0.05))


def test_one_that_uses_no_processor_time_hangs(watch: Watch, heart: FakeHeart) -> None:
    said = looks(watch, heart, 12, share=0.0)
    assert not any(said[:11]) and "no processor time for 11 s" in said[11]


def test_one_that_polls_uses_next_to_nothing(watch: Watch, heart: FakeHeart) -> None:
    assert looks(watch, heart, 12, share=0.005)[-1]


def test_one_that_waits_for_a_disk_may_do_so_for_longer(watch: Watch, heart: FakeHeart) -> None:
    heart.is_patient = True
    said = looks(watch, heart, 62, share=0.0)
    assert not any(said[:61]) and said[61]


def test_one_that_goes_on_when_cancelled_hangs_by_its_processor_time(
    watch: Watch, heart: FakeHeart
) -> None:
    assert heart.cancel is not None
    assert not any(looks(watch, heart, 100, share=1.0))
    heart.cancel.set()
    assert not any(looks(watch, heart, 100, share=0.19))  # a slow computer, after 100 s
    assert "ignored a cancel" in looks(watch, heart, 3, share=1.0)[-1]


def test_a_beat_begins_all_anew(watch: Watch, heart: FakeHeart) -> None:
    for _ in range(20):
        assert not any(looks(watch, heart, 9, share=0.0))
        heart.beat()


def test_the_time_is_of_the_worker_s_thread() -> None:
    heart, go, done = Heart(), Event(), Event()

    def work() -> None:
        heart.begin()
        go.set()
        done.wait(PATIENCE_S)

    thread = threading.Thread(target=work)
    thread.start()
    go.wait(PATIENCE_S)
    before = heart.cpu_s()
    until_s = time.thread_time() + 0.1
    while time.thread_time() < until_s:
        pass
    used_s = heart.cpu_s() - before
    done.set()
    thread.join()
    if hasattr(time, "pthread_getcpuclockid"):
        assert used_s < 0.05
        assert heart.cpu_s() >= 0  # the thread has ended
