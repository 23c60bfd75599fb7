import dataclasses
import json
import logging
import os
from pathlib import Path

import pytest

from s2flow_app.settings import Settings, describe_settings, load_settings, save_settings


def test_settings_survive_saving_and_loading(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    changed = dataclasses.replace(Settings(), theme="light", brush_radius_px=30, last_folder="/ö ä")
    save_settings(changed, path)
    assert load_settings(path) == changed


def test_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()


def test_every_default_keeps_its_own_rule() -> None:
    for name, rule in describe_settings().items():
        assert rule.description
        assert rule.allows(getattr(Settings(), name)), name


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '"x"', "\ufeff{}"])
def test_unreadable_file_gives_the_defaults(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")
    assert load_settings(path) == Settings()


@pytest.mark.parametrize(
    "value",
    [
        {"brush_radius_px": 0},
        {"brush_radius_px": 1e9},
        {"brush_radius_px": True},
        {"brush_radius_px": "12"},
        {"label_opacity": float("nan")},
        {"label_opacity": None},
        {"device": "abacus"},
        {"no_such_setting": 1},
    ],
)
def test_bad_value_is_logged_and_replaced_by_its_default(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, value: dict[str, object]
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "light", **value}))
    with caplog.at_level(logging.WARNING):
        assert load_settings(path) == Settings(theme="light")
    assert next(iter(value)) in caplog.text


def test_whole_number_is_taken_for_a_float(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"label_opacity": 1}')
    assert load_settings(path).label_opacity == 1.0


def test_settings_that_cannot_be_kept_stop_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a folder")
    save_settings(Settings(), tmp_path / "file" / "settings.json")
    assert "not kept" in caplog.text


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"language": "de"}', encoding="utf-8-sig")
    assert load_settings(path).language == "de" and path.exists()


@pytest.mark.parametrize(
    "data",
    [b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe{}", b"{", b"[]", b" " * (1 << 21), b"\0" * 99],
    ids=("deep", "deep objects", "no UTF-8", "cut", "list", "endless", "zeros"),
)
def test_a_file_that_is_no_settings_is_kept_aside(
    data: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert load_settings(path) == Settings()
    assert (tmp_path / "settings.json.bad").read_bytes() == data and not path.exists()
    assert "defaults are used" in caplog.text and "Traceback" not in caplog.text
    save_settings(Settings(theme="light"), path)
    assert load_settings(path).theme == "light"
    assert (tmp_path / "settings.json.bad").read_bytes() == data


def test_a_folder_in_the_way_stays_and_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    assert load_settings(path) == Settings()
    save_settings(Settings(), path)
    assert path.is_dir()


def test_a_full_disk_leaves_the_old_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.json"
    save_settings(Settings(theme="light"), path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    save_settings(Settings(theme="dark"), path)
    assert load_settings(path).theme == "light" and list(tmp_path.iterdir()) == [path]
    assert "not kept" in caplog.text
