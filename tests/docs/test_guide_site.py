"""The guide as a site: it builds without a warning, and no page asks for anything elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("material", reason="the extra 'docs' is missing")

ROOT = Path(__file__).resolve().parents[2]
LOADED = re.compile(
    r"<(?:script|img|iframe|source|video)[^>]*\ssrc=[\"']?((?:https?:)?//[^\"' >]+)"
    r"|<link[^>]*\shref=[\"']?((?:https?:)?//[^\"' >]+)"
    r"|@import\s+(?:url\()?[\"']?((?:https?:)?//[^\"')]+)"
    r"|url\([\"']?((?:https?:)?//[^\"')]+)"
)
"""What a browser fetches by itself."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    config = ROOT / "docs" / "mkdocs.yml"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-f", config, "-d", folder],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_all_pages_are_built(site: Path) -> None:
    guide = ROOT / "docs" / "guide"
    pages = [page.relative_to(guide).with_suffix(".html") for page in guide.rglob("*.md")]
    assert [page for page in pages if not (site / page).is_file()] == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    wrong = []
    for file in (*site.rglob("*.html"), *site.rglob("*.css")):
        for found in LOADED.findall(file.read_text(encoding="utf-8")):
            wrong.append(f"{file.name}: {''.join(found)}")
    assert wrong == []
    assert [*site.rglob("*.html")]


def test_the_site_can_be_searched_in_both_languages(site: Path) -> None:
    index = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "Lippen" in index
    assert "Stubble" in index or "stubble" in index
