"""An output that is an input, or that cannot be written, is refused before any work."""

import os
from pathlib import Path

import pytest

from s2flow_app.errors import OutputError
from s2flow_app.outputs import (
    PICTURE_SUFFIXES,
    InputFile,
    check_output,
    check_output_folder,
    check_outputs,
    shown_path,
)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(b"a photo")
    return path


def other_names(photo: Path) -> list[Path]:
    """The photo's name, and other ways to it."""
    (photo.parent / "link.png").symlink_to(photo)
    (photo.parent / "hard.png").hardlink_to(photo)
    (photo.parent / "sub").mkdir()
    (photo.parent / "folder").symlink_to(photo.parent, target_is_directory=True)
    return [
        photo,
        photo.parent / "link.png",
        photo.parent / "hard.png",
        photo.parent / "sub" / ".." / "photo.png",
        photo.parent / "folder" / "photo.png",
    ]


def test_an_input_is_known_by_every_name(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = InputFile.at(photo)
    monkeypatch.chdir(photo.parent)
    for path in [*other_names(photo), Path("photo.png")]:
        for read in (source, photo):
            with pytest.raises(OutputError, match=r"one of the files that are read"):
                check_output(path, inputs=[read], suffixes=PICTURE_SUFFIXES)
    check_output(photo.parent / "new.png", inputs=[source], suffixes=PICTURE_SUFFIXES)
    assert photo.read_bytes() == b"a photo"


def test_an_input_is_known_after_it_was_renamed_or_replaced(photo: Path) -> None:
    source = InputFile.at(photo)
    renamed = photo.with_name("renamed.png")
    photo.rename(renamed)
    with pytest.raises(OutputError):
        check_output(renamed, inputs=[source])
    with pytest.raises(OutputError):
        check_output(photo, inputs=[source])  # the name that another program may write to
    photo.write_bytes(b"another one")
    with pytest.raises(OutputError):
        check_output(photo, inputs=[source])


def test_what_cannot_be_written_is_named(photo: Path) -> None:
    folder = photo.parent
    os.mkfifo(folder / "pipe.png")
    for path, said in (
        (folder / "missing" / "a.png", "There is no folder"),
        (photo / "a.png", "is not a folder"),
        (folder / "a.xyz", "its ending names no format that is known here. Use one of .png"),
        (folder / "a", "its ending names no format"),
        (folder / "pipe.png", "is not an ordinary file"),
        (Path("/dev/null"), "its ending names no format"),
        (folder / f"{'a' * 300}.png", "cannot be written"),
        (folder / "a\0.png", "cannot be written"),
    ):
        with pytest.raises(OutputError, match=said):
            check_output(path, suffixes=PICTURE_SUFFIXES)
    (folder / "sub.png").mkdir()
    with pytest.raises(OutputError, match=r"is a folder. Add a file name"):
        check_output(folder / "sub.png", suffixes=PICTURE_SUFFIXES)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_allows_no_writing_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="allows no writing"):
            check_output(tmp_path / "a.png")
    finally:
        tmp_path.chmod(0o700)


def test_two_outputs_are_not_one_file(photo: Path) -> None:
    new = photo.with_name("new.png")
    check_outputs([(new, PICTURE_SUFFIXES), (None, ())], inputs=[photo])
    with pytest.raises(OutputError, match="asked for twice"):
        check_outputs([(new, ()), (photo.parent / "." / "new.png", ())], inputs=[photo])
    with pytest.raises(OutputError, match="files that are read"):
        check_outputs([(new, ()), (photo, ())], inputs=[photo])


def test_a_folder_of_outputs(photo: Path) -> None:
    folder = photo.parent
    check_output_folder(folder, names=["01.png"], inputs=[photo])
    check_output_folder(folder / "a" / "b", names=["photo.png"], inputs=[photo])
    with pytest.raises(OutputError, match="files that are read"):
        check_output_folder(folder, names=["01.png", "photo.png"], inputs=[photo])
    with pytest.raises(OutputError, match="is a folder that is read from"):
        check_output_folder(folder / ".", inputs=[folder])
    for inside in (photo, photo / "a", photo / "a" / "b"):
        with pytest.raises(OutputError, match="is not a folder"):
            check_output_folder(inside)


def test_odd_bytes_in_a_name_can_be_printed(tmp_path: Path) -> None:
    shown_path(Path(os.fsdecode(b"\xff.png"))).encode()
    with pytest.raises(OutputError) as caught:
        check_output(tmp_path / os.fsdecode(b"\xff.xyz"), suffixes=PICTURE_SUFFIXES)
    str(caught.value).encode()
