"""What has changed of a document, told in one value when all of it has changed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from s2flow_app.document.label_ops import Rect, united


class Aspect(Enum):
    """What somebody may want to know of."""

    __hash__ = object.__hash__  # there is one of each; an Enum's own takes ten times as long
    PHOTO = auto()
    """Another photo is open."""
    INCOMING = auto()
    """Another photo, or none, is being opened."""
    FACES = auto()
    """The photo's faces, or which of them are edited."""
    FACE = auto()
    """Another face is being edited, or the same one newly aligned."""
    START = auto()
    """What the face's edits go back to."""
    LAYERS = auto()
    """The label layers, within `DocumentChange.rect`."""
    STACKING = auto()
    """The order of the layers."""
    STYLE = auto()
    """The style that is asked for."""
    RESULT = auto()
    """What the next edit starts from, with its measures."""
    PICTURE = auto()
    """What is to be shown of the face."""
    EDIT = auto()
    """What is asked for: the pending edit is another one, or none."""
    HISTORY = auto()
    """The steps, where one stands in them, or their names and memory."""
    THUMBNAIL = auto()
    """The small picture of the step where one stands."""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What is different since the last change was told."""

    aspects: frozenset[Aspect]
    rect: Rect | None = None
    """Where the layers may differ; None: everywhere."""

    def has(self, *aspects: Aspect) -> bool:
        """Whether any of them changed."""
        return not self.aspects.isdisjoint(aspects)


class Changes:
    """Collects what changes within ``with changes:`` and tells it at the end, once.

    Whoever listens finds the document as it is after all of it, and may change it again.
    """

    def __init__(self, tell: Callable[[DocumentChange], object]) -> None:
        self._tell = tell
        self._depth = 0
        self._clear()

    def note(self, *aspects: Aspect) -> None:
        """Something changed; not the layers."""
        self._aspects.update(aspects)

    def note_layers(self, rect: Rect | None) -> None:
        """The layers changed within a rect; None: everywhere."""
        everywhere = Aspect.LAYERS in self._aspects and self._rect is None
        self._rect = None if rect is None or everywhere else united(self._rect, rect)
        self._aspects.add(Aspect.LAYERS)

    def __enter__(self) -> None:
        self._depth += 1

    def __exit__(self, *error: object) -> None:
        self._depth -= 1
        if self._depth == 0 and self._aspects:
            change = DocumentChange(frozenset(self._aspects), self._rect)
            self._clear()
            self._tell(change)

    def _clear(self) -> None:
        self._aspects: set[Aspect] = set()
        self._rect: Rect | None = None
