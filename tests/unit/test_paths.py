from pathlib import Path

import pytest

from s2flow_app import paths
from s2flow_app.errors import PackError, UserError


def test_shipped_folder_beside_the_package_is_found_in_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "s2flow_app"
    (tmp_path / "models").mkdir()
    package.mkdir()
    assert paths.shipped("models", package=package) == tmp_path / "models"


def test_shipped_folder_inside_the_package_wins_in_a_wheel(tmp_path: Path) -> None:
    package = tmp_path / "s2flow_app"
    (tmp_path / "models").mkdir()
    (package / "models").mkdir(parents=True)
    assert paths.shipped("models", package=package) == package / "models"


def test_incomplete_installation_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'models' is missing"):
        paths.shipped("models", package=tmp_path / "s2flow_app")


def _make_pack(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / paths.MANIFEST_NAME).write_text("{}")
    return folder


def test_pack_is_found_by_name_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.MODELS_VARIABLE, str(tmp_path / "packs"))
    named = _make_pack(tmp_path / "packs" / "small")
    elsewhere = _make_pack(tmp_path / "elsewhere")
    assert paths.find_pack("small") == named
    assert paths.find_pack(str(elsewhere)) == elsewhere


def test_packs_of_the_user_are_found_after_what_ships(
    user_dirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths.MODELS_VARIABLE, str(tmp_path))
    assert paths.user_models_dir().is_relative_to(user_dirs)
    assert not paths.user_models_dir().exists()
    shipped = _make_pack(tmp_path / "small")
    mine = _make_pack(paths.user_models_dir() / "mine")
    _make_pack(paths.user_models_dir() / "small")
    _make_pack(paths.user_models_dir() / ".import-x")
    assert paths.find_pack("mine") == mine
    assert paths.find_pack("small") == shipped
    assert paths.all_packs() == [shipped, mine]


def test_unknown_pack_is_refused_with_the_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths.MODELS_VARIABLE, str(tmp_path))
    _make_pack(tmp_path / "small")
    with pytest.raises(PackError, match=r"no model pack 'large'.*Packs found: small"):
        paths.find_pack("large")


def test_user_folders_are_created_where_the_system_wants_them(user_dirs: Path) -> None:
    for folder in (paths.user_data_dir(), paths.config_dir(), paths.log_dir()):
        assert folder.is_dir()
        assert folder.is_relative_to(user_dirs)


def test_user_folder_that_cannot_be_made_is_a_user_error(
    user_dirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocker = user_dirs / "file"
    blocker.write_text("not a folder")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(blocker))
    with pytest.raises(UserError, match="cannot be created"):
        paths.config_dir()
