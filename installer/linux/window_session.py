"""A program on a virtual screen, driven by keys as from a keyboard, seen as on a screen."""

import contextlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageGrab

SIZE: Final = (1600, 1000)
FEW_PIXELS: Final = 400
"""A text cursor that blinks is no change."""
SETTLED_S: Final = 3.0


class Stuck(Exception):  # noqa: N818 - named for what happened
    """The program did not get where it should in time; says where it was."""


@contextlib.contextmanager
def screen(number: int) -> Iterator[str]:
    """The DISPLAY of a virtual screen with a window manager, for as long as the block runs."""
    display = f":{number}"
    size = f"{SIZE[0]}x{SIZE[1]}x24"
    with contextlib.ExitStack() as stack:
        server = subprocess.Popen(
            ["Xvfb", display, "-screen", "0", size, "-ac", "-nolisten", "tcp"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(_end, server)
        for _ in range(300):
            if os.path.exists(f"/tmp/.X11-unix/X{number}"):
                break
            time.sleep(0.1)
        manager = subprocess.Popen(
            ["openbox"], env=os.environ | {"DISPLAY": display},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(_end, manager)
        yield display


def _end(process: "subprocess.Popen[Any]") -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
        return
    process.kill()
    process.wait()


class WindowSession:
    """A program that was started on ``display``; `close` ends it."""

    def __init__(self, display: str, command: Sequence[str], pictures: Path) -> None:
        self._display, self._pictures = display, pictures
        pictures.mkdir(parents=True, exist_ok=True)
        self.events: dict[str, int] = {}
        """What the program said of itself, and after how many milliseconds (`S2FLOW_QUIT_WHEN`)."""
        self.said: list[str] = []
        self._program = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            self.said.append(line)
            with contextlib.suppress(ValueError, TypeError, KeyError):
                event = json.loads(line)
                self.events[event["event"]] = event["ms"]

    def wait_for(self, event: str, seconds: float = 300) -> int:
        """Milliseconds from the program's start to ``event``."""
        self._until(lambda: event in self.events, f"the event {event!r}", seconds)
        return self.events[event]

    def wait_for_file(self, file: Path, seconds: float = 300) -> None:
        self._until(file.is_file, str(file), seconds)

    def _until(self, is_so: Any, what: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not is_so():
            if self._program.poll() is not None:
                raise Stuck(f"ended while {what} was waited for: {''.join(self.said)[-1500:]}")
            if time.monotonic() > end:
                self.picture("stuck")
                raise Stuck(f"{what} did not come: {''.join(self.said)[-1500:]}")
            time.sleep(0.2)

    def grab(self) -> NDArray[np.uint8]:
        """The screen, ``[H, W, 3]``."""
        return np.asarray(ImageGrab.grab(xdisplay=self._display).convert("RGB"))

    def picture(self, name: str) -> Path:
        """A picture of the screen, written."""
        file = self._pictures / f"{name}.png"
        Image.fromarray(self.grab()).save(file)
        return file

    def keys(self, *names: str) -> None:
        """Press keys or combinations, one after another (``ctrl+s``, ``Return``)."""
        for name in names:
            self._xdotool("key", "--clearmodifiers", name)
            time.sleep(0.3)

    def type(self, text: str) -> None:
        """Type ``text``."""
        self._xdotool("type", "--delay", "40", text)
        time.sleep(0.5)

    def _xdotool(self, *arguments: str) -> None:
        environment = os.environ | {"DISPLAY": self._display}
        subprocess.run(["xdotool", *arguments], env=environment, check=True, timeout=120)

    def settle(self, before: NDArray[np.uint8] | None = None, seconds: float = 300) -> None:
        """Wait until the screen differs from ``before``, and then until it changes no more."""
        end = time.monotonic() + seconds
        last, since = self.grab(), time.monotonic()
        has_changed = before is None or _differ(last, before)
        while not has_changed or time.monotonic() - since < SETTLED_S:
            if time.monotonic() > end:
                self.picture("stuck")
                raise Stuck("the screen " + ("goes on changing" if has_changed else "stays as is"))
            time.sleep(0.5)
            now = self.grab()
            if _differ(now, last):
                last, since = now, time.monotonic()
                has_changed = has_changed or before is None or _differ(now, before)

    def close(self, *keys: str) -> int:
        """End the program by ``keys``, by force if it stays; returns its exit code."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.keys(*keys)
        try:
            return self._program.wait(60)
        except subprocess.TimeoutExpired:
            self.picture("does-not-end")
            self._program.kill()
            self._program.wait()
            raise Stuck("the program did not end when it was asked to") from None


def _differ(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    return int((first != second).any(axis=-1).sum()) > FEW_PIXELS
