"""What may ship: licences are read from metadata, alternatives chosen, the unknown refused."""

import importlib.metadata
import json
from pathlib import Path

import pytest

licence_policy = pytest.importorskip("licence_policy", reason="license-expression is missing")

import licence_report  # noqa: E402
import shipped  # noqa: E402
from shipped import Component  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]


def component(name: str, licence: str, **fields) -> Component:
    return Component(name=name, version="1", kind="package", licence=licence, **fields)


@pytest.fixture(scope="module")
def packages() -> list[Component]:
    return shipped.packages()


def test_everything_that_is_installed_to_run_the_program_may_ship(packages) -> None:
    assert {"torch", "numpy", "PySide6_Essentials", "shiboken6", "scipy"} <= {
        each.name for each in packages
    }
    assert [licence_policy.refusal(each) for each in packages if licence_policy.refusal(each)] == []


def test_tools_of_development_are_not_taken_for_what_ships(packages) -> None:
    assert not {"pytest", "ruff", "scikit-image", "hatchling"} & {each.name for each in packages}


def test_the_committed_lists_name_every_package(packages) -> None:
    listed = {row["name"] for row in _committed()}
    told = (REPOSITORY / "THIRD_PARTY.md").read_text(encoding="utf-8")
    names = {each.name for each in packages} - {shipped.PROGRAM}
    assert names - listed == set(), "run make licences"
    assert [row["name"] for row in _committed() if f"| {row['name']}" not in told] == []


def _committed() -> list[dict[str, str]]:
    return json.loads((REPOSITORY / "resources" / "third_party.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only", "GPL-2.0-or-later", "AGPL-3.0-only", "LGPL-3.0-only",
        "MIT AND GPL-3.0-only", "LicenseRef-Scancode-unknown",
        "GPL-3.0-or-later WITH Classpath-exception-2.0",
    ],
)  # fmt: skip
def test_what_may_not_ship_is_refused_by_name(licence: str) -> None:
    assert "thing 1" in licence_policy.refusal(component("thing", licence))


@pytest.mark.parametrize(
    "licence",
    ["MIT", "MIT OR GPL-3.0-only", "GPL-3.0-or-later WITH GCC-exception-3.1", "MPL-2.0 AND ISC"],
)
def test_permissive_licences_and_alternatives_may_ship(licence: str) -> None:
    assert licence_policy.refusal(component("thing", licence)) == ""


def test_an_unknown_licence_is_refused_with_what_to_do() -> None:
    assert "add it to known.toml" in licence_policy.refusal(component("thing", ""))


def test_the_lgpl_ships_only_where_it_is_named() -> None:
    qt = component("PySide6_Essentials", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only")
    assert licence_policy.refusal(qt) == "" and licence_policy.chosen(qt) == "LGPL-3.0-only"
    assert licence_policy.refusal(component("other", qt.licence))


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ("License-Expression: MIT", "MIT"),
        ("License: BSD-3-Clause", "BSD-3-Clause"),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License", ""),
        ("License: Free for all", ""),
        ("License: MIT\nName: jinja2", "BSD-3-Clause"),
        ("", ""),
    ],
)
def test_licences_are_read_from_metadata(tmp_path: Path, fields: str, licence: str) -> None:
    name = "" if "Name:" in fields else "Name: thing\n"
    (tmp_path / "METADATA").write_text(f"Metadata-Version: 2.4\n{name}Version: 1\n{fields}\n")
    assert shipped.licence_of(importlib.metadata.PathDistribution(tmp_path)) == licence


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("libgfortran-040039e1-0352e75f.so.5.0.0", "gfortran"),
        ("libscipy_openblas64_-32a4b2a6.so", "scipy_openblas64"),
        ("libopenblasp-r0-59ffcd50.3.15.so", "openblasp"),
        ("libQt6Core.so.6", "Qt6Core"),
        ("libcrypto-a324fe28.so.1.1.1k", "crypto"),
        ("Qt6Core.dll", "Qt6Core"),
        ("libcrypto-3-x64.dll", "crypto"),
        ("libomp140.x86_64.dll", "omp140"),
        ("libshiboken6.abi3.6.11.dylib", "shiboken6.abi3"),
        ("avcodec-62.dll", "avcodec"),
        ("libavcodec.62.28.102.dylib", "avcodec"),
        ("libpython3.11.so.1.0", "python3"),
    ],
)
def test_shared_libraries_are_known_by_their_bare_name(file: str, name: str) -> None:
    assert shipped.stem(file) == name


def test_each_library_of_a_bundle_is_known_or_refused(tmp_path: Path) -> None:
    names = [
        "libQt6Core.so.6", "libcrypto.so.3", "libcrypto-a324fe28.so.1.1.1k", "libreadline.so.8",
        "libQt6VirtualKeyboard.so.6", "libsurprise.so.1", "_struct.cpython-311-x86_64-linux-gnu.so",
        "cv2.abi3.so", "notes.txt",
    ]  # fmt: skip
    for name in names:
        (tmp_path / name).touch()
    found = {each.name: each for each in shipped.bundled(tmp_path)}
    assert found["OpenSSL"].files == ("libcrypto.so.3",)
    assert found["OpenSSL 1.1"].files == ("libcrypto-a324fe28.so.1.1.1k",)
    refused = {name for name, each in found.items() if licence_policy.refusal(each)}
    assert refused == {"GNU Readline", "Qt modules under the GPL", "libsurprise.so.1"}
    assert "notes.txt" not in found and len(found) == 6


def test_a_package_without_its_licence_text_needs_one_of_ours() -> None:
    assert licence_report.problems([component("thing", "MIT")]) == []
    (problem,) = licence_report.problems([component("thing", "ISC")])
    assert problem == "thing: the text of ISC is not in LICENSES/."


def test_the_bill_of_materials_follows_its_schema_and_names_pack_and_libraries(packages) -> None:
    sbom = pytest.importorskip("sbom", reason="cyclonedx-python-lib is missing")
    library = Component(
        name="Qt", version="", kind="library", licence="LGPL-3.0-only", within="shiboken6",
        files=("libshiboken6.so",),
    )  # fmt: skip
    told = json.loads(sbom.text_of(sbom.bill([*packages, library])))
    assert told["bomFormat"] == "CycloneDX"
    assert told["metadata"]["component"]["name"] == shipped.PROGRAM
    by_name = {each["name"]: each for each in told["components"]}
    assert by_name["torch"]["purl"].startswith("pkg:pypi/torch@")
    assert by_name["portrait-256"]["type"] == "machine-learning-model"
    assert by_name["portrait-256"]["licenses"][0]["license"]["name"].startswith("LicenseRef-S2Flow")
    needs = {each["ref"]: each.get("dependsOn", []) for each in told["dependencies"]}
    assert by_name["Qt"]["bom-ref"] in needs[by_name["shiboken6"]["bom-ref"]]
    assert by_name["numpy"]["bom-ref"] in needs[told["metadata"]["component"]["bom-ref"]]


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(shipped.NotInstalled, match="s2flow-app is not installed"):
        shipped.packages()


def test_libraries_of_windows_and_macos_are_known(tmp_path: Path) -> None:
    names = [
        "PySide6/opengl32sw.dll", "PySide6/Qt6Widgets.dll", "VCRUNTIME140_1.dll", "python311.dll",
        "MSVCP140.dll", "libcrypto-3-x64.dll", "libffi-8.dll", "sqlite3.dll", "torch/lib/c10.dll",
        "torch/lib/libiomp5md.dll", "torch/lib/uv.dll", "cv2/opencv_videoio_ffmpeg4140_64.dll",
        "PySide6/plugins/platforms/qwindows.dll", "api-ms-win-crt-heap-l1-1-0.dll",
        "libavcodec.62.28.102.dylib", "libomp.dylib", "libpython3.11.dylib",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
    ]  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    refused = [text for each in shipped.bundled(tmp_path) if (text := licence_policy.refusal(each))]
    assert refused == []
