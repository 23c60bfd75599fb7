"""The pages of the user guide as files: contents, headings, and where a word stands.

A language's folder has `index.md`, whose headings of the second level are the chapters, and whose
links are the pages in reading order. A page that a language lacks is linked to in English.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from s2flow_app.paths import guide_dir

INDEX: Final = "index.md"
DEFAULT_LANGUAGE: Final = "en"
SNIPPET: Final = 60
"""Characters on either side of a word that was found."""

_LINK: Final = re.compile(r"^\s*[-*] \[([^\]]+)\]\(([^)#\s]+\.md)\)", re.MULTILINE)
_HEADING: Final = re.compile(r"^(#{1,6}) +(.+?)\s*$")
_FENCE: Final = re.compile(r"^ {0,3}(```|~~~)")
_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_TARGET: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some pages under one title, in reading order."""

    title: str
    pages: tuple[tuple[str, Path], ...]
    """(title, file)."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading."""

    page: Path
    page_title: str
    title: str
    anchor: str
    """Empty: the beginning of the page."""
    text: str
    """Without markup."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that has all words that were looked for."""

    section: Section
    snippet: str


def language_folder(language: str) -> Path:
    """The folder of ``language``'s pages, or of the English ones."""
    folder = guide_dir() / language
    return folder if (folder / INDEX).is_file() else guide_dir() / DEFAULT_LANGUAGE


def page_in(language: str, name: str) -> Path:
    """The page ``name`` in ``language``; in English if it has no other."""
    own = language_folder(language) / name
    return own if own.is_file() else guide_dir() / DEFAULT_LANGUAGE / name


def contents(language: str) -> tuple[Chapter, ...]:
    """The chapters of the guide in ``language``."""
    folder = language_folder(language)
    text = (folder / INDEX).read_text(encoding="utf-8")
    found = []
    for part in re.split(r"^## +", text, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        pages = tuple((name, (folder / file).resolve()) for name, file in _LINK.findall(rest))
        if pages:
            found.append(Chapter(title.strip(), pages))
    return tuple(found)


def anchor_of(heading: str) -> str:
    """What a link to a heading ends in: the rule of Python-Markdown, which the built pages have."""
    plain = _plain(heading)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^\w\s-]", "", ascii_only).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)


def sections(page: Path) -> tuple[Section, ...]:
    """A page by its headings, in order."""
    return _sections(page, page.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _sections(page: Path, _changed: int) -> tuple[Section, ...]:
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    fenced = False
    for line in page.read_text(encoding="utf-8").splitlines():
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading is not None:
            title = _plain(heading[2])
            anchor = "" if heading[1] == "#" else anchor_of(heading[2])
            found.append((title, anchor, []))
        elif not _FENCE.match(line):
            found[-1][2].append(line if fenced else _plain(line))
    title = next((title for title, anchor, _ in found if title and not anchor), page.stem)
    return tuple(
        Section(page, title, heading or title, anchor, " ".join(" ".join(lines).split()))
        for heading, anchor, lines in found
        if heading or any(lines)
    )


def search(language: str, words: str) -> list[Hit]:
    """Sections that have all ``words`` (anywhere, in any case), those with them as titles first."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    hits: list[tuple[int, Hit]] = []
    for _, page in (entry for chapter in contents(language) for entry in chapter.pages):
        for section in sections(page):
            title, text = section.title.casefold(), section.text.casefold()
            if all(word in title or word in text for word in wanted):
                rank = sum(word not in title for word in wanted)
                hits.append((rank, Hit(section, _snippet(section.text, wanted))))
    return [hit for _, hit in sorted(hits, key=lambda each: each[0])]


def _snippet(text: str, words: list[str]) -> str:
    """The text about the first of the words."""
    folded = text.casefold()
    starts = [place for word in words if (place := folded.find(word)) >= 0]
    # Folding may make a text longer: the place is then a little off, and still in the text.
    first = min(starts, default=0)
    start, end = max(0, first - SNIPPET), first + SNIPPET
    start = text.rfind(" ", 0, start) + 1 if start else 0
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f"{before}{text[start:end].strip()}{after}"


def _plain(line: str) -> str:
    """A line of Markdown without its markup."""
    text = _TARGET.sub(r"\1", _PICTURE.sub(r"\1", line))
    if set(text) <= set("|-: "):  # the line under a table's head
        return ""
    text = re.sub(r"^\s*(?:[-*>]|\d+\.) +", "", text).replace("|", " ")
    return re.sub(r"\\(.)|[*`]", lambda m: m[1] or "", text).strip()
