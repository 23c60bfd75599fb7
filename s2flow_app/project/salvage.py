"""What of damaged content hangs together: faces and steps up to where something is missing."""

from typing import Any, Final

from s2flow_app.project.content import Content, ContentError, Record, blobs_of

PLAIN_VIEW: Final[Record] = {
    "classes": [], "solo": None, "feather_px": None, "face": None, "window": {},
}  # fmt: skip


def salvaged(content: Content) -> Content:
    """Content that `decode.decoded` takes, of all that is whole in ``content``.

    A step is left out if it, its parent or what it leads to is missing: what stays is as it was.
    A result's picture that is missing is rendered again. Nothing brings the photo back.
    """
    return _Salvage(content).content()


class _Salvage:
    def __init__(self, content: Content) -> None:
        self._records, self._blobs = content.records, content.blobs
        self._whole: dict[str, bool] = {}
        """Blobs that were looked at."""
        self._kept: dict[str, Record] = {}

    def content(self) -> Content:
        kept = self._kept
        if (photo := self._records.get("photo")) is not None:
            kept["photo"] = photo
        for key in self._of("result/"):
            self._take_result(key)
        for key in self._of("start/"):
            record = self._records[key]
            if f"result/{record.get('result')}" in kept and self._has(record):
                kept[key] = record
        sessions = [index for index in self._indices("node/") if self._take_history(index)]
        for index in self._take_faces(sessions):
            self._forget(index)
            sessions.remove(index)
        view = self._records.get("view", PLAIN_VIEW)
        if view.get("face") not in sessions:
            view = {**view, "face": min(sessions, default=None)}
        kept["view"] = view
        return Content(kept, self._blobs)

    # --- what is there ------------------------------------------------------------------------

    def _of(self, kind: str) -> list[str]:
        return [key for key in self._records if key.startswith(kind)]

    def _indices(self, kind: str) -> list[int]:
        return sorted({int(key.split("/")[1]) for key in self._of(kind)})

    def _has(self, value: Any) -> bool:
        """Whether all blobs that it names are whole."""
        return all(self._is_whole(sha) for sha in blobs_of(value))

    def _is_whole(self, sha: str) -> bool:
        if sha not in self._whole:
            try:
                self._whole[sha] = self._blobs.get(sha) is not None
            except (ContentError, OSError):
                self._whole[sha] = False
        return self._whole[sha]

    # --- what is kept -------------------------------------------------------------------------

    def _take_result(self, key: str) -> None:
        """Keep a result and what it starts from, if all of them can be kept."""
        chain: list[str] = []
        while key not in self._kept:
            record = self._records.get(key)
            if record is None or key in chain or not self._has(record.get("recipe")):
                return
            chain.append(key)
            if record.get("recipe") is None:
                if record.get("state") is None or not self._has(record["state"]):
                    return
                break
            key = f"result/{record['recipe'].get('before')}"
        for each in reversed(chain):
            record = self._records[each]
            self._kept[each] = record if self._has(record) else {**record, "state": None}

    def _take_history(self, index: int) -> bool:
        """Keep the steps that the root leads to; False: there is no root."""
        start = f"node/{index}/"
        nodes = {key.removeprefix(start): self._records[key] for key in self._of(start)}
        children: dict[str | None, list[str]] = {}
        for id, record in nodes.items():
            children.setdefault(record.get("parent"), []).append(id)
        for siblings in children.values():
            siblings.sort(key=lambda id: nodes[id].get("child", 0))
        roots = [id for id in children.get(None, ()) if self._leads_somewhere(nodes[id])]
        if not roots:
            return False
        kept, waiting = [], [roots[0]]
        while waiting:
            id = waiting.pop()
            record = nodes[id]
            if not self._leads_somewhere(record):
                continue
            kept.append(id)
            thumbnail = record.get("thumbnail") if self._has(record.get("thumbnail")) else None
            self._kept[start + id] = {**record, "thumbnail": thumbnail}
            waiting += children.get(id, ())
        self._kept[f"cursor/{index}"] = self._cursor(index, roots[0], kept, children)
        return True

    def _leads_somewhere(self, record: Record) -> bool:
        return (
            f"start/{record.get('start')}" in self._kept
            and f"result/{record.get('result')}" in self._kept
            and self._has({key: value for key, value in record.items() if key != "thumbnail"})
        )

    def _cursor(
        self, index: int, root: str, kept: list[str], children: dict[str | None, list[str]]
    ) -> Record:
        record = self._records.get(f"cursor/{index}", {})
        there = set(kept)
        latest = record.get("latest", {})
        latest = {a: b for a, b in latest.items() if {a, b} <= there and b in children.get(a, ())}
        current = record.get("current")
        if current not in there:  # as far as the newest line goes
            current = root
            while below := [id for id in children.get(current, ()) if id in there]:
                current = latest.get(current, below[-1])
        while current != root and not self._has_pictures(index, current):
            current = self._kept[f"node/{index}/{current}"]["parent"]
        return {"root": root, "current": current, "latest": latest}

    def _has_pictures(self, index: int, id: str) -> bool:
        """Whether one can stand at a step: its result and what that starts from are there."""
        result = self._kept[f"result/{self._kept[f'node/{index}/{id}']['result']}"]
        recipe = result["recipe"]
        before = result if recipe is None else self._kept[f"result/{recipe['before']}"]
        return result["state"] is not None and before["state"] is not None

    def _take_faces(self, sessions: list[int]) -> list[int]:
        """Keep where faces lie; those histories whose face is not known any more."""
        found = self._indices("face/")
        count = 1 + max([*found, *sessions], default=-1)
        for index in range(count):
            record = self._records.get(f"face/{index}")
            if record is None and index in sessions:
                root = self._kept[f"cursor/{index}"]["root"]
                record = self._kept[f"start/{self._kept[f'node/{index}/{root}']['start']}"]["box"]
            if record is None:
                return [each for each in sessions if each >= index]
            landmarks = record.get("landmarks") if self._has(record) else None
            self._kept[f"face/{index}"] = {**record, "landmarks": landmarks}
        return []

    def _forget(self, index: int) -> None:
        for key in [k for k in self._kept if k.startswith((f"node/{index}/", f"cursor/{index}"))]:
            del self._kept[key]
