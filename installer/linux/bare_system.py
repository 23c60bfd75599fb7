"""A bare Debian or Ubuntu in a folder: made by debootstrap, entered with chroot. Needs root."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

USER: Final = "tester"
HOME: Final = f"/home/{USER}"
UNWATCHED: Final = ("proc", "sys", "dev", "tmp", "home", "run", "var/cache", "var/log")
"""Where other programs leave what is nobody's file."""
UNWATCHED_LISTS: Final = ("var/lib/apt", "var/lib/dpkg")


@dataclass(frozen=True)
class Suite:
    """A release, and where its packages come from."""

    name: str
    title: str
    mirror: str
    options: tuple[str, ...] = ()
    script: str = ""
    """debootstrap's, where the installed one does not know the release by name."""


SUITES: Final = {
    suite.name: suite
    for suite in (
        Suite("bookworm", "Debian 12", "http://deb.debian.org/debian"),
        Suite(
            "noble", "Ubuntu 24.04", "http://archive.ubuntu.com/ubuntu",
            # Debian has no package of Ubuntu's keys; what comes is thrown away after the test.
            ("--components=main,universe", "--no-check-gpg"), "gutsy",
        ),
    )
}  # fmt: skip


class Unreachable(Exception):  # noqa: N818 - named for what happened
    """The suite's mirror does not answer."""


class BareSystem:
    """A fresh copy of a release in ``folder``; the release itself is kept beside it, packed."""

    def __init__(self, suite: Suite, work: Path) -> None:
        self.suite = suite
        self.root = work / f"{suite.name}-root"
        self._base = work / f"{suite.name}.tar.zst"
        self._work = work

    def make(self) -> None:
        """Unpack the release, fetched at the first time, and give it a user.

        Raises:
            Unreachable: nothing could be fetched.
        """
        self.remove()
        if not self._base.is_file():
            self._fetch()
        self.root.mkdir(parents=True)
        _run("tar", "-C", str(self.root), "-I", "zstd", "-xf", str(self._base))
        shutil.copy("/etc/resolv.conf", self.root / "etc" / "resolv.conf")
        self.run("useradd", "--create-home", "--shell", "/bin/sh", USER)

    def _fetch(self) -> None:
        fresh = self._work / f"{self.suite.name}-fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        self._work.mkdir(parents=True, exist_ok=True)
        scripts = Path("/usr/share/debootstrap/scripts")
        script = [str(scripts / self.suite.script)] if self.suite.script else []
        command = [
            "debootstrap", "--variant=minbase", *self.suite.options, self.suite.name, str(fresh),
            self.suite.mirror, *script,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            last = (done.stdout + done.stderr).strip().splitlines()[-1:]
            raise Unreachable(f"debootstrap {self.suite.name}: {' '.join(last)}")
        packed = self._base.with_suffix(".part")
        _run("tar", "-C", str(fresh), "-I", "zstd -1", "-cf", str(packed), ".")
        packed.rename(self._base)
        shutil.rmtree(fresh)

    def remove(self) -> None:
        """Delete the copy; nothing is mounted in it once its commands have ended."""
        if self.root.exists():
            shutil.rmtree(self.root)

    def command(
        self, *arguments: str, user: str | None = None, environment: Sequence[str] = ()
    ) -> list[str]:
        """What runs ``arguments`` in the system, with mounts that go when it ends."""
        who = ["--userspec", f"{user}:{user}"] if user else []
        home = HOME if user else "/root"
        inside = [
            "chroot", *who, str(self.root), "/usr/bin/env", "-i", f"HOME={home}", "LANG=C.UTF-8",
            "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive",
            *environment, "/bin/sh", "-c", 'cd "$HOME" && exec "$@"', "sh", *arguments,
        ]  # fmt: skip
        mounts = (
            'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&'
            ' mount -t tmpfs tmpfs "$0/dev/shm" && exec "$@"'
        )
        return [
            "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", mounts,
            str(self.root), *inside,
        ]  # fmt: skip

    def run(self, *arguments: str, user: str | None = None, seconds: float = 1800) -> str:
        """What the command prints.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        return _run(*self.command(*arguments, user=user), seconds=seconds)

    def files(self) -> dict[str, int]:
        """All files, links and folders that a package could have left: path, size (0: a folder)."""
        found: dict[str, int] = {}
        skipped = {self.root / name for name in (*UNWATCHED, *UNWATCHED_LISTS)}
        pending = [self.root]
        while pending:
            for path in pending.pop().iterdir():
                if path in skipped:
                    continue
                is_folder = path.is_dir() and not path.is_symlink()
                found[str(path.relative_to(self.root))] = 0 if is_folder else path.lstat().st_size
                if is_folder:
                    pending.append(path)
        return found


def _run(*command: str, seconds: float = 1800) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command[-6:], done.stdout, done.stderr)
    return done.stdout
