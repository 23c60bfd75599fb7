"""The installers of Windows and macOS: their lists, scripts and recipes hold together."""

import plistlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

file_lists = pytest.importorskip("file_lists")
from info_plist import PROJECT_TYPE, info_plist  # noqa: E402

from s2flow_app import __version__  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
INSTALLER = REPOSITORY / "installer"


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    """The smallest folder that the Windows installer takes for what PyInstaller made."""
    folder = tmp_path / "payload"
    texts = folder / "_internal" / "LICENSES"
    texts.mkdir(parents=True)
    (folder / "_internal" / "größe").mkdir()
    (folder / "_internal" / "größe" / "a $file.dll").write_bytes(b"x")
    for name in ("s2flow.exe", "s2flow-studio.exe"):
        (folder / name).write_bytes(b"MZ")
    shutil.copy(REPOSITORY / "LICENSE", folder / "_internal")
    shutil.copy(REPOSITORY / "LICENSES" / "LicenseRef-S2Flow-Pack-Research.txt", texts)
    return folder


def test_the_uninstaller_removes_each_file_and_then_empty_folders_deepest_first(
    payload: Path,
) -> None:
    lines = file_lists.uninstall_lines(payload)
    removed = [line for line in lines if line.startswith("Delete ")]
    assert len(removed) == sum(path.is_file() for path in payload.rglob("*"))
    assert 'Delete "$INSTDIR\\_internal\\größe\\a $$file.dll"' in removed
    folders = [line for line in lines if line.startswith("RMDir ")]
    assert lines == removed + folders
    assert folders[-1] == 'RMDir "$INSTDIR\\_internal"' and len(folders) == 3
    # `RMDir /r` would take along what a user put there.
    assert not [line for line in lines if "/r" in line]


def test_nothing_in_the_installer_removes_a_whole_folder() -> None:
    script = (INSTALLER / "windows" / "s2flow-studio.nsi").read_text(encoding="utf-8")
    assert not re.search(r"^\s*RMDir\s+/r", script, re.MULTILINE | re.IGNORECASE)
    assert "RequestExecutionLevel user" in script and "HKLM" not in script


@pytest.mark.parametrize("name", ['a"b', "a\nb", "a?b"])
def test_a_name_that_windows_does_not_know_is_refused(tmp_path: Path, name: str) -> None:
    try:
        (tmp_path / name).touch()
    except OSError:
        pytest.skip("this system does not know such names either")
    with pytest.raises(ValueError, match="no name on Windows"):
        file_lists.uninstall_lines(tmp_path)


def test_an_empty_payload_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert file_lists.main([str(tmp_path), str(tmp_path / "out")]) == 1
    assert "is empty" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("makensis") is None, reason="makensis is not installed")
def test_makensis_compiles_the_installer_without_a_warning(payload: Path, tmp_path: Path) -> None:
    lists, setup = tmp_path / "lists", tmp_path / "S2-Flow-Studio.exe"
    assert file_lists.main([str(payload), str(lists)]) == 0
    options = {"VERSION": __version__, "PAYLOAD": payload, "LISTS": lists, "OUTFILE": setup}
    done = subprocess.run(
        ["makensis", "-WX", "-V2", "-INPUTCHARSET", "UTF8"]
        + [f"-D{name}={value}" for name, value in options.items()]
        + [str(INSTALLER / "windows" / "s2flow-studio.nsi")],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert setup.read_bytes()[:2] == b"MZ"


def test_the_version_is_one_that_windows_knows() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_macos_opens_projects_by_default_and_photos_on_request() -> None:
    plist = plistlib.loads(plistlib.dumps(info_plist(__version__)))
    (declared,) = plist["UTExportedTypeDeclarations"]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["s2flow"]
    project, photo = plist["CFBundleDocumentTypes"]
    assert project["LSItemContentTypes"] == [PROJECT_TYPE] and project["LSHandlerRank"] == "Owner"
    assert "public.jpeg" in photo["LSItemContentTypes"] and photo["LSHandlerRank"] == "Alternate"
    assert plist["CFBundleShortVersionString"] == __version__


def test_entitlements_are_a_property_list_that_grants_no_more_than_memory_to_run() -> None:
    granted = plistlib.loads((INSTALLER / "macos" / "entitlements.plist").read_bytes())
    assert set(granted) == {
        "com.apple.security.cs.allow-jit",
        "com.apple.security.cs.allow-unsigned-executable-memory",
    }


@pytest.mark.parametrize("script", sorted(INSTALLER.rglob("*.sh")), ids=lambda path: path.name)
def test_shell_scripts_can_be_parsed_and_run(script: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    done = subprocess.run([bash, "-n", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert script.read_text(encoding="utf-8").startswith("#!")
