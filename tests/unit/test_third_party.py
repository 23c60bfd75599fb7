"""Other software is listed with its licences, and their texts are here."""

from pathlib import Path

import pytest

from s2flow_app import third_party
from s2flow_app.errors import UserError
from s2flow_app.third_party import Software, licence_text, software

REPOSITORY = Path(__file__).resolve().parents[2]


def test_every_piece_of_software_has_a_licence_and_its_text() -> None:
    listed = software()
    assert {"torch", "numpy", "Qt", "FFmpeg"} <= {each.name for each in listed}
    assert [each.name for each in listed if len(licence_text(each)) < 200] == []


def test_versions_are_those_that_are_installed() -> None:
    versions = {each.name: each.version for each in software()}
    assert versions["numpy"] and versions["Qt"] == ""


def test_the_text_that_came_along_goes_before_the_standard_one() -> None:
    (torch,) = [each for each in software() if each.name == "torch"]
    assert "From PyTorch" in licence_text(torch) or "Facebook" in licence_text(torch)
    missing = Software("no such package", "LGPL-2.1-or-later", "")
    assert "Version 2.1, February 1999" in licence_text(missing)
    assert licence_text(Software("no such package", "ISC", "")) == ""


def test_in_a_bundle_the_texts_lie_beside_our_own(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "LICENSES" / "third-party" / "thing"
    folder.mkdir(parents=True)
    (folder / "LICENSE").write_text("As you like.")
    monkeypatch.setattr(third_party, "licences_dir", lambda: tmp_path / "LICENSES")
    assert licence_text(Software("thing", "MIT", "")) == "As you like."


def test_own_terms_are_there() -> None:
    assert third_party.own_licence() == (REPOSITORY / "LICENSE").read_text().strip("\n")
    assert "research" in third_party.pack_licence()
    assert "Qt 6" in third_party.lgpl_notice()


@pytest.mark.parametrize("content", ["", "[{}]", "[1]"])
def test_a_damaged_list_is_told_as_an_incomplete_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / third_party.LIST).write_text(content)
    monkeypatch.setattr(third_party, "resources_dir", lambda: tmp_path)
    with pytest.raises(UserError, match="install S2-Flow Studio again"):
        software()
