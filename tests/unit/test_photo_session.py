"""Opening a photo with progress and cancel, and its export without any network."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image
from tiny_pack import tiny_pack

from s2flow_app.engine.photo_session import FFHQ_POINTS, LOOKING, PhotoSession
from s2flow_app.engine.session import Session
from s2flow_app.errors import Cancelled, OutputError, StalePhotoError
from s2flow_app.model.arrays import frozen
from s2flow_app.model.face import EditedFace
from s2flow_app.model.photo import PhotoId

POINTS = (FFHQ_POINTS * 300 + (60, 40)).astype(np.float32)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return Session(tiny_pack(tmp_path_factory.mktemp("pack")))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    pixels = np.random.default_rng(1).integers(0, 255, (400, 450, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def test_a_search_for_faces_says_how_far_it_is_and_can_be_cancelled(
    session: Session, photo: Path
) -> None:
    said: list[tuple[str, float]] = []
    session.open_photo(photo, progress=lambda stage, share: said.append((stage, share)))
    shares = [share for _, share in said]
    assert {stage for stage, _ in said} == {LOOKING}
    assert len(shares) > 10 and shares == sorted(shares) and shares[0] >= 0.3 and shares[-1] == 1
    opened, cancel, heard = session.photo, Event(), []

    def stop_soon(stage: str, share: float) -> None:
        heard.append(share)
        if share > 0.5:
            cancel.set()

    with pytest.raises(Cancelled):
        session.open_photo(photo, cancel=cancel, progress=stop_soon)
    assert heard[-1] < 0.8 and session.photo is opened
    cancel.clear()
    heard.clear()
    with pytest.raises(Cancelled):
        session.read_shape(photo, cancel=cancel, progress=stop_soon)
    assert heard[-1] < 0.8


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_an_export_without_networks_is_that_with_them(
    session: Session, photo: Path, tmp_path: Path, suffix: str
) -> None:
    session.open_photo(photo)
    start = session.prepare_face(POINTS).state
    crop = start.crop.copy()
    crop[200:300, 200:300] = 255 - crop[200:300, 200:300]
    edited = EditedFace(start, replace(start, crop=frozen(crop)))
    session.export([edited], tmp_path / f"with{suffix}")
    bare, opened = PhotoSession(), PhotoId()
    display, faces = bare.open_photo(photo, photo_id=opened)
    bare.check_open(opened)
    with pytest.raises(StalePhotoError):
        bare.check_open(PhotoId())
    bare.export([edited], tmp_path / f"without{suffix}")
    one, other = (tmp_path / f"{name}{suffix}" for name in ("with", "without"))
    assert one.read_bytes() == other.read_bytes() and faces == ()
    with Image.open(other) as out:
        assert (np.asarray(out) != display).any()
    with pytest.raises(OutputError, match="never overwritten"):
        bare.export([edited], photo)


def test_an_export_that_was_cancelled_writes_nothing(
    session: Session, photo: Path, tmp_path: Path
) -> None:
    session.open_photo(photo)
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        session.export([], tmp_path / "out.png", cancel=cancel)
    assert not (tmp_path / "out.png").exists()


def test_to_export_no_torch_is_loaded() -> None:
    code = (
        "import sys; from s2flow_app.engine.photo_session import PhotoSession; PhotoSession();"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
