"""Which results are in an exported photo."""

from s2flow_app.worker.protocol import ExportPhoto, Request


class Exports:
    """Of the photo that is open; results are known by their ids."""

    def __init__(self) -> None:
        self._done: frozenset[str] = frozenset()
        self._asked: dict[str, frozenset[str]] = {}
        """By the request's id."""

    def ask(self, request: ExportPhoto, results: frozenset[str]) -> None:
        """``results`` are asked to be exported."""
        self._asked[request.id] = results

    def take(self, request: Request) -> None:
        """It was done."""
        self._done |= self._asked.pop(request.id, frozenset())

    def forget(self) -> None:
        """Another photo is open."""
        self._done = frozenset()
        self._asked.clear()

    def have(self, results: frozenset[str]) -> bool:
        """Whether all of the results were exported, now or before."""
        return results <= self._done
