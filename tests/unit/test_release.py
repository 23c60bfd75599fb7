"""What a release needs is asked for before anything is built; sums, signatures and notes."""

import shutil
import subprocess
from pathlib import Path

import pytest

release = pytest.importorskip("release")
CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-03-04

### Added

- A thing.

## [1.2.2] - 2026-01-02

- Another.

[1.2.3]: https://example.org
"""


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "tag.gpgSign=false")
    subprocess.run(
        ["git", *identity, "-c", "commit.gpgSign=false", *arguments],
        cwd=root, check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository from which 1.2.3 can be released."""
    root = tmp_path / "repository"
    (root / "s2flow_app").mkdir(parents=True)
    (root / "s2flow_app" / "__init__.py").write_text('__version__ = "1.2.3"\n')
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "All")
    git(root, "tag", "v1.2.3")
    return root


def test_a_clean_tagged_tree_with_an_entry_can_be_released(root: Path, capsys) -> None:
    assert release.main(["--check"], root=root) == 0
    assert capsys.readouterr().out == "1.2.3 can be released\n"


def changed(root: Path) -> None:
    (root / "new.txt").touch()


def later(root: Path) -> None:
    changed(root)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Later")


def untagged(root: Path) -> None:
    git(root, "tag", "-d", "v1.2.3")


def without_entry(root: Path) -> None:
    (root / "CHANGELOG.md").write_text(CHANGELOG.replace("[1.2.3] - 2026-03-04", "[1.2.0]"))


def without_day(root: Path) -> None:
    (root / "CHANGELOG.md").write_text(CHANGELOG.replace(" - 2026-03-04", ""))


def without_words(root: Path) -> None:
    (root / "CHANGELOG.md").write_text(CHANGELOG.replace("### Added\n\n- A thing.\n", ""))


def odd_version(root: Path) -> None:
    (root / "s2flow_app" / "__init__.py").write_text('__version__ = "1.2"\n')


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (changed, "the working tree has changes"),
        (later, "the tag v1.2.3 is not on what is checked out"),
        (untagged, "there is no tag v1.2.3"),
        (without_entry, "has no entry for 1.2.3"),
        (without_day, "gives no day for 1.2.3"),
        (without_words, "says nothing under 1.2.3"),
        (odd_version, "names no version"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_built(root: Path, spoil, told: str, capsys) -> None:
    spoil(root)
    assert release.main([], root=root) == 1
    assert told in capsys.readouterr().err
    assert not (root / "dist").exists()


def test_what_is_built_is_summed(root: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def build(root: Path) -> None:
        (root / "dist").mkdir()
        (root / "dist" / "a.whl").write_bytes(b"a")

    monkeypatch.setattr(release, "build", build)
    assert release.main([], root=root) == 0
    assert "  a.whl\n" in (root / "dist" / "SHA256SUMS").read_text()
    assert "not signed" in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_a_build_that_fails_is_no_release(root: Path, monkeypatch, capfd) -> None:
    (root / "Makefile").write_text("wheel:\n\t@exit 3\n")
    monkeypatch.setattr(release, "check", lambda root: "1.2.3")
    (root / "dist").mkdir()
    (root / "dist" / "old.whl").touch()
    assert release.main([], root=root) == 1
    assert "No release: make wheel fails" in capfd.readouterr().err
    assert not (root / "dist").exists(), "what was built before is not passed on"


def test_the_notes_are_those_of_one_version(root: Path, capsys) -> None:
    assert release.main(["--notes", "1.2.3"], root=root) == 0
    assert capsys.readouterr().out == "### Added\n\n- A thing.\n"


def test_sums_are_of_what_is_passed_on_and_can_be_checked(tmp_path: Path) -> None:
    for name in ("a.whl", "b.deb", "c.cdx.json", "notes.txt"):
        (tmp_path / name).write_bytes(name.encode())
    sums = release.write_sums(tmp_path, release.artefacts(tmp_path))
    assert [line.split()[1] for line in sums.read_text().splitlines()] == [
        "a.whl", "b.deb", "c.cdx.json",
    ]  # fmt: skip
    if tool := shutil.which("sha256sum"):
        subprocess.run([tool, "--check", "--strict", sums.name], cwd=tmp_path, check=True)


@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")
def test_the_sums_are_signed_with_the_given_key(tmp_path: Path, monkeypatch) -> None:
    home = tmp_path / "k"  # short: a socket lies in it
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    made = subprocess.run(
        ["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "test@example.org", "ed25519"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("gpg makes no key here")
    (tmp_path / "a.whl").write_bytes(b"a")
    sums = release.write_sums(tmp_path, release.artefacts(tmp_path))
    signature = release.sign(sums, "test@example.org")
    checked = ["gpg", "--verify", str(signature), str(sums)]
    assert subprocess.run(checked, capture_output=True, check=False).returncode == 0
    sums.write_text(sums.read_text() + "more\n")
    assert subprocess.run(checked, capture_output=True, check=False).returncode != 0
    with pytest.raises(release.NotReady, match="does not sign with nobody"):
        release.sign(sums, "nobody@example.org")
    subprocess.run(["gpgconf", "--kill", "all"], capture_output=True, check=False)


def test_this_repository_keeps_a_changelog_of_that_form() -> None:
    text = (release.REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = [line[4 : line.index("]")] for line in text.splitlines() if line.startswith("## [")]
    assert versions[0] == "Unreleased"
    for version in versions[1:]:
        assert release.notes(release.REPOSITORY, version)
    kinds = {line[4:] for line in text.splitlines() if line.startswith("### ")}
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert release.version(release.REPOSITORY)
