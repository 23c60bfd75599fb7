"""What the Linux packages install beside the bundle: valid, and of one mind with the program."""

import configparser
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import bundle_contents
import man_page
import pytest
import smaller_libraries
from info_plist import IDENTIFIER

from s2flow_app import __version__
from s2flow_app.cli.main import COMMANDS
from s2flow_app.cli.thumbnail import OPTION
from s2flow_app.engine import face_proposals
from s2flow_app.project.archive import MIMETYPE

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "installer" / "linux"
SHARE = LINUX / "share"
MIME = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}


def _entries(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((SHARE / f"{IDENTIFIER}.{name}").read_text("utf-8"))
    return parser[parser.sections()[0]]


def _metainfo(folder: Path) -> Path:
    text = (SHARE / f"{IDENTIFIER}.metainfo.xml").read_text("utf-8")
    file = folder / f"{IDENTIFIER}.metainfo.xml"
    file.write_text(text.replace("@VERSION@", __version__).replace("@DATE@", "2026-01-01"), "utf-8")
    return file


def test_the_desktop_opens_photos_and_projects_with_the_window() -> None:
    entry = _entries("desktop")
    assert entry["Exec"] == "s2flow-studio %F" and entry["Icon"] == IDENTIFIER
    types = entry["MimeType"].split(";")
    assert {MIMETYPE, "image/jpeg", "image/png", "image/tiff"} <= set(types)


def test_thumbnails_are_asked_of_the_hidden_command() -> None:
    entry = _entries("thumbnailer")
    assert entry["Exec"] == f"s2flow {OPTION} %i %o %s"
    assert entry["MimeType"] == f"{MIMETYPE};"


def test_projects_are_recognised_by_name_and_by_their_first_bytes() -> None:
    root = ElementTree.parse(SHARE / f"{IDENTIFIER}.mime.xml").getroot()
    kind = root.find("m:mime-type", MIME)
    assert kind is not None and kind.get("type") == MIMETYPE
    assert [glob.get("pattern") for glob in kind.findall("m:glob", MIME)] == ["*.s2flow"]
    named = kind.find("m:magic/m:match/m:match", MIME)
    # 30: the length of a zip's local header, after which the first member's name and, as that is
    # stored and has no extra field, its bytes stand.
    assert named is not None
    assert (named.get("offset"), named.get("value")) == ("30", f"mimetype{MIMETYPE}")


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="not installed")
def test_the_desktop_file_is_valid() -> None:
    file = SHARE / f"{IDENTIFIER}.desktop"
    done = subprocess.run(["desktop-file-validate", file], check=False, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="not installed")
def test_the_metainfo_is_valid(tmp_path: Path) -> None:
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", _metainfo(tmp_path)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("update-mime-database") is None, reason="not installed")
def test_the_mime_type_is_taken_by_the_desktop(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    shutil.copy(SHARE / f"{IDENTIFIER}.mime.xml", tmp_path / "packages" / f"{IDENTIFIER}.xml")
    done = subprocess.run(
        ["update-mime-database", str(tmp_path)], check=False, capture_output=True, text=True
    )
    # A folder that no desktop looks into is noted; what is wrong in a file is told by its name.
    assert done.returncode == 0 and IDENTIFIER not in done.stderr, done.stderr
    assert MIMETYPE in (tmp_path / "globs2").read_text()


def test_metainfo_desktop_and_systems_agree_on_the_name(tmp_path: Path) -> None:
    root = ElementTree.parse(_metainfo(tmp_path)).getroot()
    assert root.findtext("id") == IDENTIFIER
    assert root.findtext("launchable") == f"{IDENTIFIER}.desktop"
    release = root.find("releases/release")
    assert release is not None and release.get("version") == __version__
    manifest = (LINUX / f"{IDENTIFIER}.yml").read_text("utf-8")
    assert f"app-id: {IDENTIFIER}" in manifest and f"-{__version__}-linux" in manifest


def test_the_man_page_tells_of_every_command() -> None:
    page = man_page.man_page(date(2026, 1, 1))
    assert {name for name in COMMANDS if f".SS {name}\n" in page} == set(COMMANDS)
    assert not [line for line in page.splitlines() if re.match(r"'|\.(?![A-Za-z]{1,2}\b)", line)]


def test_the_recipe_names_files_that_are_there() -> None:
    spec = (ROOT / "installer" / "s2flow.spec").read_text("utf-8")
    assert 'ROOT / "installer" / "frozen_main.py"' in spec
    files = bundle_contents.own_files(ROOT)
    assert all(Path(source).is_file() for source, _ in files)
    names = {Path(source).name for source, _ in files}
    assert {"pack.json", "icon.svg", "s2flow_de.qm", "LICENSE"} <= names
    assert "s2flow_de.ts" not in names
    assert {"torch", "PySide6-Essentials", "pi-heif"} <= set(bundle_contents.requirements(ROOT))


def test_the_bundle_has_what_finds_faces() -> None:
    asked = {face_proposals.FRONTAL, face_proposals.STEADY_FRONTAL, face_proposals.PROFILE}
    files = [Path(source) for source, _ in bundle_contents.cascades()]
    assert {file.name for file in files} == asked
    assert all(file.is_file() for file in files)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("torch/bin/torch_shm_manager", True),
        ("torch/bin/protoc", False),
        ("torch/lib/libtorch_cpu.so", True),
        ("torch\\test\\cpp", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", False),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", False),
        ("numpy-2.4.6.dist-info/METADATA", True),
        ("numpy-2.4.6.dist-info/RECORD", False),
        ("models/portrait-256/pack.json", True),
    ],
)
def test_what_stays_out_of_the_bundle(name: str, wanted: bool) -> None:
    assert bundle_contents.is_wanted(name) == wanted


def test_links_to_what_stayed_out_stay_out_too() -> None:
    left = bundle_contents.without_dangling(
        [("a/b.so", "/x/b.so", "BINARY"), ("b.so", "a/b.so", "SYMLINK")],
        [("c.so", "a/c.so", "SYMLINK"), ("d/b.so", "../a/b.so", "SYMLINK")],
    )
    assert [[name for name, _, _ in table] for table in left] == [["a/b.so", "b.so"], ["d/b.so"]]


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        ("coll/root.res", True),
        ("coll/de_.res", True),
        ("coll/zh.res", False),
        ("en_GB.res", True),
        ("fr.res", False),
        ("uprops.icu", True),
        ("gb18030.cnv", False),
        ("zoneinfo64.res", True),
        ("brkitr/thaidict.dict", False),
    ],
)
def test_of_qts_data_the_languages_of_the_program_are_kept(item: str, kept: bool) -> None:
    assert bool(smaller_libraries.KEPT_OF_ICU.match(item)) == kept


@pytest.mark.skipif(sys.platform != "linux", reason="of the Linux packages")
def test_a_library_whose_tool_is_missing_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "libtorch_cpu.so"
    library.write_bytes(b"no library")
    monkeypatch.setenv("PATH", str(tmp_path))
    entry = ("torch/lib/libtorch_cpu.so", str(library), "BINARY")
    assert smaller_libraries.smaller([entry], tmp_path / "work") == [entry]
    assert "stays as large as it is" in capsys.readouterr().err
