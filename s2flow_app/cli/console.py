"""What a command says: progress and messages on stderr, one answer on stdout."""

import json
import sys
from typing import Any

from s2flow_app.ending import print_answer, say


class Console:
    """Talks to whoever runs a command."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._stage = ""
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()

    def progress(self, stage: str, share: float) -> None:
        """A stage that begins is named; on a terminal its share is shown too."""
        if self._on_terminal:
            say(f"\r{stage} {share:4.0%} ", end="")
        elif stage != self._stage:
            say(stage)
        self._stage = stage

    def note(self, text: str) -> None:
        """What the user should know besides the answer."""
        self._end_line()
        say(text)

    def answer(self, fields: dict[str, Any], text: str) -> None:
        """The result: all of it as one JSON object, or a sentence; raises `OutputLost`."""
        self._end_line()
        print_answer(json.dumps(fields) if self._as_json else text)

    def _end_line(self) -> None:
        """Wipe the stage that stands on the terminal."""
        if self._stage and self._on_terminal:
            say("\r\033[K", end="")
