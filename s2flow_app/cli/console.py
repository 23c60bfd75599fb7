"""What a command says: progress and messages on stderr, one answer on stdout."""

import json
import sys
from typing import Any


class Console:
    """Talks to whoever runs a command."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._stage = ""

    def progress(self, stage: str, share: float) -> None:
        """A stage that begins is named; on a terminal its share is shown too."""
        if sys.stderr.isatty():
            print(f"\r{stage} {share:4.0%} ", end="", file=sys.stderr, flush=True)
        elif stage != self._stage:
            print(stage, file=sys.stderr, flush=True)
        self._stage = stage

    def answer(self, fields: dict[str, Any], text: str) -> None:
        """The result: all of it as one JSON object, or a sentence."""
        if self._stage and sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
        print(json.dumps(fields) if self._as_json else text, flush=True)
