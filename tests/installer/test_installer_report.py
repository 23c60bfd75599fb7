"""The figures of `make installer-test` and those of `make faults` share a page."""

from pathlib import Path

import installer_test
import report


def test_each_writer_keeps_what_the_other_wrote(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    first = report.SECTIONS[0]
    page.write_text(report.with_part("", first, f"## {first.title}\n\n1 wrong"), "utf-8")
    installer_test.write_report(page, "a table\n")
    installer_test.write_report(page, "a newer table\n")
    page.write_text(report.with_part(page.read_text(), first, f"## {first.title}\n\n0 wrong"))
    installer_test.write_report(page, "the newest table\n")
    text = page.read_text("utf-8")
    assert text.count(installer_test.HEADING) == 1
    assert "the newest table" in text and "newer" not in text
    assert "0 wrong" in text and "1 wrong" not in text
