"""The pages of the guide as files: contents, links, anchors, pictures, and both languages alike."""

import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from s2flow_app.paths import guide_dir
from s2flow_app.ui.help.guide import INDEX, anchor_of, contents, sections

GUIDE = guide_dir().resolve()
DOCS = GUIDE.parent
LANGUAGES = ("en", "de")
PAGES = sorted(GUIDE.rglob("*.md"))
MOST_PICTURE_BYTES = 300_000
MOST_BYTES = 8_000_000
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")


def name(page: Path) -> str:
    return page.relative_to(GUIDE).as_posix()


def prose(page: Path) -> str:
    """A page without its code."""
    return CODE.sub("", FENCED.sub("", page.read_text(encoding="utf-8")))


def links(page: Path) -> list[tuple[bool, str, str]]:
    """(is a picture, text, target)."""
    return [(bool(mark), text, target) for mark, text, target in LINK.findall(prose(page))]


def test_there_is_a_guide_in_each_language() -> None:
    assert all((GUIDE / language / INDEX).is_file() for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contents_list_every_page_once(language: str) -> None:
    listed = [page for chapter in contents(language) for _, page in chapter.pages]
    assert [page for page in listed if not page.is_file()] == []
    own = {page for page in PAGES if page.parent.name == language and page.name != INDEX}
    assert own <= set(listed)
    assert len(listed) == len(set(listed))


def test_german_contents_have_the_pages_of_the_english_ones_in_their_order() -> None:
    english, german = (
        [[page.name for _, page in chapter.pages] for chapter in contents(language)]
        for language in LANGUAGES
    )
    assert german == english


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    wrong = []
    for is_picture, _, target in links(page):
        if is_picture or target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        is_there = there.is_file() and there.is_relative_to(GUIDE)
        if not is_there or (anchor and anchor not in {s.anchor for s in sections(there)}):
            wrong.append(target)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pictures_exist_and_say_what_they_show(page: Path) -> None:
    for is_picture, text, target in links(page):
        if is_picture:
            assert (page.parent / target).is_file(), target
            assert text.strip(), f"{target} has no text"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_has_one_title_and_headings_of_different_anchors(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^# +(.+)$", text, re.MULTILINE)
    assert len(titles) == 1
    headings = re.findall(r"^##+ +(.+)$", text, re.MULTILINE)
    assert [a for a, n in Counter(map(anchor_of, headings)).items() if n > 1 or not a] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_has_no_markup_that_the_help_window_does_not_show(page: Path) -> None:
    text = prose(page)
    assert re.findall(r"<[a-zA-Z/!][^>]*>", text) == []
    assert [line for line in text.splitlines() if line.startswith(("!!!", "???", ":::"))] == []


def pictures() -> list[Path]:
    return [f for f in sorted(DOCS.rglob("*")) if f.suffix in (".jpg", ".png", ".svg")]


def test_every_picture_is_shown_and_small() -> None:
    shown = {(p.parent / target).resolve() for p in PAGES for pic, _, target in links(p) if pic}
    own = [f for f in pictures() if f.is_relative_to(GUIDE) and f.name != "icon.svg"]
    assert [f for f in own if f not in shown] == []
    assert [f for f in pictures() if f.stat().st_size >= MOST_PICTURE_BYTES] == []
    for file in own:
        with Image.open(file) as picture:
            assert picture.width <= 1240


def test_the_documentation_is_small() -> None:
    assert sum(f.stat().st_size for f in DOCS.rglob("*") if f.is_file()) < MOST_BYTES


def outline(page: Path) -> list[str]:
    """Levels of headings, pictures, code blocks and rows of tables, in order."""
    found = re.findall(
        r"^(#+) |^(```\w*)$|^(\|) |!\[[^\]]*\]\(([^)]+)\)",
        page.read_text(encoding="utf-8"), re.MULTILINE,
    )  # fmt: skip
    return ["".join(each) for each in found]


@pytest.mark.parametrize("page", sorted((GUIDE / "de").glob("*.md")), ids=name)
def test_a_german_page_has_the_parts_of_the_english_one(page: Path) -> None:
    assert outline(page) == outline(GUIDE / "en" / page.name)
