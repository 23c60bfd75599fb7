"""What is copied into a report names nobody."""

import getpass
from pathlib import Path

import pytest

from s2flow_app.privacy import without_personal


def clean(text: str, *homes: str, user: str = "anna", computer: str = "annas-laptop") -> str:
    return without_personal(text, homes=homes, user=user, computer=computer)


@pytest.mark.parametrize(
    ("text", "home", "told"),
    [
        ("/home/anna/photos/me.jpg", "/home/anna", "~/photos/me.jpg"),
        ("in '/home/anna'.", "/home/anna", "in '~'."),
        ("/home/annabel/x", "/home/anna", "/home/annabel/x"),
        ("/Users/anna/Library", "/Users/anna/", "~/Library"),
        (r"C:\Users\Anna\AppData", r"C:\Users\Anna", r"~\AppData"),
        (r"c:\users\anna\AppData", r"C:\Users\Anna", r"~\AppData"),
        (r'{"log": "C:\\Users\\Anna\\log"}', r"C:\Users\Anna", r'{"log": "~\\log"}'),
        ("C:/Users/Anna/x", r"C:\Users\Anna", "~/x"),
        ("/etc/passwd", "/", "/etc/passwd"),
        ("", "/home/anna", ""),
    ],
)
def test_home_folders_are_a_tilde(text: str, home: str, told: str) -> None:
    assert clean(text, home) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/media/anna/disk", "/media/USER/disk"),
        ("started by anna on annas-laptop", "started by USER on COMPUTER"),
        ("hannah and annabel", "hannah and annabel"),
        ("banana", "banana"),
    ],
)
def test_names_go_but_words_that_hold_them_stay(text: str, told: str) -> None:
    assert clean(text) == told


def test_short_and_common_names_leave_words_alone() -> None:
    assert clean("to do: /home/do/x", user="do") == "to do: /home/USER/x"
    assert clean("the root of /root/x", user="root", computer="") == "the root of /root/x"


def test_it_is_this_user_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/users/berta-x"))
    monkeypatch.setattr(getpass, "getuser", lambda: "berta-x")
    told = without_personal("/users/berta-x/a and /media/berta-x/b")
    assert told == "~/a and /media/USER/b"


def test_a_system_that_knows_no_user_is_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(getpass, "getuser", unknown)
    monkeypatch.setattr(Path, "home", homeless)
    assert without_personal("nothing here") == "nothing here"
