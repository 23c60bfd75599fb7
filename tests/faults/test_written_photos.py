"""The quick part of `written_photos.py`, and the page that all fault counts are written to."""

from pathlib import Path

import report
from written_photos import written_photos


def test_other_readers_see_what_every_writer_wrote(tmp_path: Path) -> None:
    counts = written_photos(80, 11, tmp_path)
    assert not counts.wrong and counts.photos.total() == 80 and counts.gone > 200


def test_a_section_is_counted_alone_and_the_others_stay(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(report, "counted", lambda section: (f"## {section.title}\n\nold", True))
    page = tmp_path / "page.md"
    assert report.main([str(page)]) == 0
    monkeypatch.setattr(report, "counted", lambda section: (f"## {section.title}\n\nnew", False))
    assert report.main([str(page), "--only", "exports"]) == 1
    text = page.read_text()
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert titles == [section.title for section in report.SECTIONS]
    assert text.count("\n\nnew\n") == 1 and "## Exports\n\nnew\n" in text
