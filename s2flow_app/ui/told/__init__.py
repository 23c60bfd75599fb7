"""What comes from below the window, where no Qt is known: in English, translated when it is shown.

Classes, shapes and sliders have names there, the engine and the commands that the window runs tell
what they do and what went wrong. All of that is listed here for Qt Linguist, in a module for each
origin; ``{0}`` stands for what differs: a name, a number, or another of the texts.
"""

import re
from functools import lru_cache
from typing import Final

from s2flow_app.labels import CLASSES
from s2flow_app.ui.told import (
    checkpoints,
    file_kinds,
    label_maps,
    names,
    packs,
    photos,
    projects,
    signing,
    work,
)
from s2flow_app.ui.translate import translate

CONTEXT: Final = "Told"
TEXTS: Final = (
    *names.TEXTS,
    *work.TEXTS,
    *photos.TEXTS,
    *projects.TEXTS,
    *signing.TEXTS,
    *file_kinds.TEXTS,
    *label_maps.TEXTS,
    *packs.TEXTS,
    *checkpoints.TEXTS,
)
_PLACE: Final = re.compile(r"\{\d\}")
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=\.) ")


def told(text: str) -> str:
    """``text`` in the window's language; as it is, if nobody translated it.

    What is wrong and what to do may stand in one text, as commands print them.
    """
    if not text:
        return text
    if (found := _translated(text)) is not None:
        return found
    for space in _BETWEEN_SENTENCES.finditer(text):
        message, hint = _translated(text[: space.start()]), _translated(text[space.end() :])
        if message is not None and hint is not None:
            return f"{message} {hint}"
    return text


def class_title(class_id: int) -> str:
    """The name of a class, as a heading."""
    return told(CLASSES[class_id].title)


def class_in_text(class_id: int) -> str:
    """The name of a class within a sentence: nouns are small in English, not in German."""
    return told(CLASSES[class_id].title.lower())


def _translated(text: str) -> str | None:
    """One of the texts, filled in or not, in the window's language; None: not translated."""
    found = translate(CONTEXT, text)
    if found != text:
        return found
    for template, longest, pattern in _patterns():
        if longest in text and (match := pattern.fullmatch(text)):
            known = translate(CONTEXT, template)
            return known.format(*map(told, match.groups())) if known != template else None
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Texts with places, those with the most words of their own first.

    Each with the longest piece of its own, which is looked for before the pattern is tried.
    """
    templates = [text for text in TEXTS if _PLACE.search(text)]
    templates.sort(key=lambda text: -len(_PLACE.sub("", text)))
    return tuple((text, max(_PLACE.split(text), key=len), _pattern(text)) for text in templates)


def _pattern(template: str) -> re.Pattern[str]:
    """Matches what the template stands for; a place that comes twice has the same in it."""
    parts, seen = [], set()
    for part in re.split(r"(\{\d\})", template):
        if not _PLACE.fullmatch(part):
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P=p{part[1]})")
        else:
            seen.add(part)
            parts.append(f"(?P<p{part[1]}>.*?)")
    return re.compile("".join(parts), re.DOTALL)
