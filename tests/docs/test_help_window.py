"""The help window: every page opens, links lead on, search finds, nothing leaves by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument
from PySide6.QtWidgets import QApplication

from s2flow_app.paths import guide_dir
from s2flow_app.ui.help.guide import contents, page_in, search, sections
from s2flow_app.ui.help.help_window import HelpWindow
from s2flow_app.ui.help.page_view import _pictures
from s2flow_app.ui.translate import set_language

GUIDE = guide_dir().resolve()
LANGUAGES = ("en", "de")


@pytest.fixture(params=LANGUAGES)
def window(request, qapp, qtbot) -> Iterator[HelpWindow]:
    set_language(qapp, request.param)
    made = HelpWindow()
    qtbot.addWidget(made)
    made.show()
    yield made
    set_language(qapp, "en")


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """What was opened in the browser."""
    urls: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: urls.append(url.toString()) or True
    )
    return urls


def shown(window: HelpWindow) -> str:
    return Path(window.page.url.toLocalFile()).name


def pages(window: HelpWindow) -> list[Path]:
    return [page for chapter in contents(window.language) for _, page in chapter.pages]


def test_every_page_opens_with_its_pictures(window: HelpWindow) -> None:
    for page in pages(window):
        window.open_page(page.name)
        assert Path(window.page.url.toLocalFile()).resolve() == page
        assert window.page.toPlainText().startswith(sections(page)[0].title)
        document = window.page.document()
        kind = QTextDocument.ResourceType.ImageResource.value
        for _, name in _pictures(document):
            picture = document.resource(kind, QUrl(name))
            assert isinstance(picture, QImage), name
            assert not picture.isNull(), name


def test_every_heading_can_be_gone_to(window: HelpWindow, qtbot) -> None:
    for page in pages(window):
        for section in sections(page):
            if section.anchor:
                window.open_page(f"{page.name}#{section.anchor}")
                cursor = window.page.cursorForPosition(window.page.viewport().rect().topLeft())
                at_end = window.page.verticalScrollBar().value()
                is_last = at_end == window.page.verticalScrollBar().maximum()
                assert is_last or cursor.block().text() in (section.title, ""), section


def test_what_is_read_stays_in_view_when_the_size_changes(window: HelpWindow, qtbot) -> None:
    window.open_page("tools.md")
    anchor = sections(page_in(window.language, "tools.md"))[9]
    window.open_page(f"tools.md#{anchor.anchor}")
    assert at_top(window) == anchor.title
    width = window.page.viewport().width()
    window.page.zoomIn(3)
    assert at_top(window) == anchor.title
    window.resize(700, 500)
    qtbot.waitUntil(lambda: window.page.viewport().width() < width and at_rest(window))
    assert at_top(window) == anchor.title


def at_rest(window: HelpWindow) -> bool:
    return not window.page.findChildren(QTimer)[0].isActive()


def at_top(window: HelpWindow) -> str:
    return window.page.cursorForPosition(QPoint(20, 4)).block().text()


def test_the_window_speaks_the_language_of_the_program(window: HelpWindow) -> None:
    title = {"en": "Reference", "de": "Nachschlagen"}[window.language]
    second = window.contents.topLevelItem(1)
    assert second is not None
    assert second.text(0) == title
    window.open_page("paint.md")
    assert Path(window.page.url.toLocalFile()).parent.name == window.language


def test_a_page_that_german_lacks_is_shown_in_english() -> None:
    assert page_in("de", "commands.md") == guide_dir() / "en" / "commands.md"


def test_a_link_opens_another_page_and_back_returns(window: HelpWindow, opened) -> None:
    window.open_page("paint.md")
    window.page.verticalScrollBar().setValue(120)
    window.page.anchorClicked.emit(QUrl("history.md"))
    assert shown(window) == "history.md"
    window.back.trigger()
    assert shown(window) == "paint.md"
    assert window.page.verticalScrollBar().value() == 120
    window.forward.trigger()
    assert shown(window) == "history.md"
    assert opened == []


def test_the_web_is_opened_by_a_click_alone(window: HelpWindow, opened) -> None:
    before = window.page.url
    url = QUrl("https://example.org/paper")
    window.page.highlighted.emit(url)
    assert opened == []
    assert "example.org" in window.page.target
    window.page.anchorClicked.emit(url)
    assert opened == ["https://example.org/paper"]
    assert window.page.url == before


@pytest.mark.parametrize("url", ["file:///etc/passwd.gone", "javascript:alert(1)", "ftp://a.b/c"])
def test_other_links_do_nothing(window: HelpWindow, opened, url: str) -> None:
    before = window.page.url
    window.page.anchorClicked.emit(QUrl(url))
    assert opened == []
    assert window.page.url == before


def test_a_picture_of_the_web_is_not_loaded(window: HelpWindow) -> None:
    kind = QTextDocument.ResourceType.ImageResource.value
    assert window.page.loadResource(kind, QUrl("https://example.org/a.png")) is None


def test_a_click_in_the_contents_opens_a_page(window: HelpWindow) -> None:
    chapter = window.contents.topLevelItem(0)
    assert chapter is not None
    item = chapter.child(2)
    window.contents.itemClicked.emit(item, 0)
    assert shown(window) == "glasses.md"
    assert window.contents.currentItem() is item


def test_search_finds_sections_and_marks_the_words(window: HelpWindow) -> None:
    words = {"en": "snapshot name", "de": "schnappschuss name"}[window.language]
    window.search.setText(words)
    assert window.side.currentWidget() is window.hits
    assert window.hits.count() > 0
    window.search.returnPressed.emit()
    assert window.page.extraSelections()
    window.search.clear()
    assert window.side.currentWidget() is window.contents


def test_search_says_when_there_is_nothing(window: HelpWindow) -> None:
    window.search.setText("qwertzuiop")
    assert window.side.currentWidget() is window.nothing
    assert "qwertzuiop" in window.nothing.text()


def test_titles_come_before_text_in_what_is_found() -> None:
    first = search("en", "warp")[0].section
    assert first.title == "Warp"


def test_pictures_are_never_wider_than_the_page(window: HelpWindow, qtbot) -> None:
    window.open_page("open-a-photo.md")
    window.resize(640, 500)
    qtbot.waitUntil(lambda: widest(window) <= window.page.viewport().width())


def widest(window: HelpWindow) -> float:
    QApplication.processEvents()
    return window.page.document().size().width()
