"""Exports signed with the user's own certificate: what the manifest says, and what it does not."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dng_card import dng, linear_card
from heif_card import card
from PIL import Image

from s2flow_app.engine import signing as signing_module
from s2flow_app.engine.metadata import DIGITAL_SOURCE_TYPE, XMP
from s2flow_app.engine.photo import photo_from_array, read_photo, write_photo
from s2flow_app.engine.signing import Signing
from s2flow_app.errors import OutputError
from s2flow_app.extras import C2PA, RAW
from s2flow_app.outputs import PICTURE_SUFFIXES
from s2flow_app.program import signer_command

if not C2PA.is_there():
    pytest.skip("the extra 'c2pa' is missing", allow_module_level=True)

import c2pa
from own_certificates import KINDS, Own, own_certificate

OFFLINE = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False},
    "builder": {"thumbnail": {"enabled": True}},
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Own:
    return own_certificate(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def signing(own: Own) -> Signing:
    return Signing(own.certificate, own.key)


@pytest.fixture
def jpeg(tmp_path: Path) -> Path:
    path = tmp_path / "private name.jpg"
    Image.fromarray(card()).save(path, quality=95)
    return path


def context() -> c2pa.Context:
    return c2pa.Context(c2pa.Settings.from_dict(OFFLINE))


def manifests(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The active manifest of a file, and all of them by what they hold; checks the signature."""
    reader = c2pa.Reader(str(path), context=context())
    assert reader.get_validation_state() == "Valid" and reader.is_embedded()
    read = json.loads(reader.json())
    assert "validation_status" not in read
    detailed = json.loads(reader.detailed_json())["manifests"]
    return read["manifests"][read["active_manifest"]], detailed


def actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    (found,) = (a for a in manifest["assertions"] if a["label"].startswith("c2pa.actions"))
    return found["data"]["actions"]


# --- what is signed ---------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", PICTURE_SUFFIXES)
def test_an_export_says_what_was_done_to_what(
    suffix: str, jpeg: Path, signing: Signing, tmp_path: Path
) -> None:
    photo, out, plain = read_photo(jpeg), tmp_path / f"out{suffix}", tmp_path / f"plain{suffix}"
    write_photo(photo, out, original=jpeg, signing=signing)
    write_photo(photo, plain, original=jpeg)
    manifest, _ = manifests(out)
    opened, edited = actions(manifest)
    assert opened["action"] == "c2pa.opened" and edited["action"] == "c2pa.edited"
    assert edited["digitalSourceType"] == DIGITAL_SOURCE_TYPE
    (ingredient,) = manifest["ingredients"]
    assert ingredient["relationship"] == "parentOf" and ingredient["format"] == "image/jpeg"
    assert ingredient["label"] in opened["parameters"]["ingredients"][0]["url"]
    assert manifest["claim_generator_info"][0]["name"] == "S2-Flow Studio"
    assert manifest["signature_info"]["common_name"] == "A signer"
    # Neither the picture nor IPTC's mark is touched, and no server gave the time.
    with Image.open(out) as signed, Image.open(plain) as unsigned:
        assert (np.asarray(signed) == np.asarray(unsigned)).all()
    assert XMP[60:400] in out.read_bytes()
    assert "time" not in manifest["signature_info"]


def test_no_name_and_no_thumbnail_of_the_original_is_told(
    jpeg: Path, signing: Signing, tmp_path: Path
) -> None:
    write_photo(read_photo(jpeg), tmp_path / "out.png", original=jpeg, signing=signing)
    _, detailed = manifests(tmp_path / "out.png")
    assert [sorted(each["assertion_store"]) for each in detailed.values()] == [
        ["c2pa.actions.v2", "c2pa.hash.data", "c2pa.ingredient.v3"]
    ]
    assert b"private name" not in (tmp_path / "out.png").read_bytes()


def test_a_photo_whose_file_is_not_known_is_not_made_up(
    jpeg: Path, signing: Signing, tmp_path: Path
) -> None:
    write_photo(read_photo(jpeg), tmp_path / "out.png", original=None, signing=signing)
    manifest, _ = manifests(tmp_path / "out.png")
    assert actions(manifest)[0]["action"] == "c2pa.opened"


def test_a_face_that_is_made_up_is_told_as_that(signing: Signing, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    write_photo(photo_from_array(card(), "New face 1"), out, original=None, signing=signing)
    manifest, _ = manifests(out)
    first, _ = actions(manifest)
    assert first["action"] == "c2pa.created" and not manifest.get("ingredients")
    assert first["digitalSourceType"].endswith("/trainedAlgorithmicMedia")


def test_what_a_camera_signed_is_handed_on_without_places_and_pictures(
    jpeg: Path, own: Own, signing: Signing, tmp_path: Path
) -> None:
    place = {
        "@context": {"exif": "http://ns.adobe.com/exif/1.0/"}, "exif:GPSLatitude": "48,8.5N"
    }  # fmt: skip
    created = {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    }
    definition = {
        "claim_generator_info": [{"name": "A camera", "version": "1"}],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created]}},
            {"label": "stds.exif", "data": place},
            {"label": "c2pa.metadata", "data": place},
        ],
    }
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(b"es256", own.certificate.read_bytes(), own.key.read_bytes(), None)
    )
    shot = io.BytesIO()
    builder = c2pa.Builder(definition, context())
    builder.sign(signer, "image/jpeg", io.BytesIO(jpeg.read_bytes()), shot)
    jpeg.write_bytes(shot.getvalue())
    _, before = manifests(jpeg)
    (store,) = (each["assertion_store"] for each in before.values())
    assert {"stds.exif", "c2pa.metadata", "c2pa.thumbnail.claim"} <= set(store)
    out = tmp_path / "out.jpg"
    write_photo(read_photo(jpeg), out, original=jpeg, signing=signing)
    manifest, after = manifests(out)
    assert len(after) == 2  # the camera's, too, whose signature is still good
    kept = {name for each in after.values() for name in each["assertion_store"]}
    assert kept == {"c2pa.actions.v2", "c2pa.hash.data", "c2pa.ingredient.v3"}
    assert b"GPSLatitude" not in out.read_bytes()
    told = [each["action"] for each in actions(manifest)]
    assert told[:2] == ["c2pa.opened", "c2pa.edited"] and told.count("c2pa.redacted") == 3


@pytest.mark.skipif(not RAW.is_there(), reason="the extra 'raw' is missing")
def test_an_original_of_any_kind_is_named(signing: Signing, tmp_path: Path) -> None:
    path = tmp_path / "shot.dng"
    path.write_bytes(dng(linear_card()))
    write_photo(read_photo(path), tmp_path / "out.tif", original=path, signing=signing)
    manifest, _ = manifests(tmp_path / "out.tif")
    assert manifest["ingredients"][0]["relationship"] == "parentOf"


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 broken", None])
def test_an_original_that_is_damaged_or_gone_since_is_still_named(
    content: bytes | None, jpeg: Path, signing: Signing, tmp_path: Path
) -> None:
    photo = read_photo(jpeg)
    jpeg.write_bytes(content) if content else jpeg.unlink()
    write_photo(photo, tmp_path / "out.png", original=jpeg, signing=signing)
    manifest, _ = manifests(tmp_path / "out.png")
    assert [each["relationship"] for each in manifest["ingredients"]] == ["parentOf"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_signs(kind: str, jpeg: Path, tmp_path: Path) -> None:
    own = own_certificate(tmp_path, kind)
    signing = Signing(own.certificate, own.key)
    signing.check()
    write_photo(read_photo(jpeg), tmp_path / "out.jpg", original=jpeg, signing=signing)
    manifests(tmp_path / "out.jpg")


def test_a_signed_export_that_was_changed_is_found_out(
    jpeg: Path, signing: Signing, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    write_photo(read_photo(jpeg), out, original=jpeg, signing=signing)
    data = bytearray(out.read_bytes())
    at = data.rindex(b"IDAT") + 40
    data[at] ^= 1
    reader = c2pa.Reader("image/png", io.BytesIO(bytes(data)), context=context())
    assert reader.get_validation_state() == "Invalid"


# --- what cannot sign -------------------------------------------------------------------------


def refused(certificate: Path, key: Path) -> OutputError:
    with pytest.raises(OutputError) as caught:
        Signing(certificate, key).check()
    assert caught.value.hint and "Traceback" not in caught.value.message
    return caught.value


def test_what_is_wrong_with_certificate_or_key_is_told(own: Own, tmp_path: Path) -> None:
    other = own_certificate(tmp_path)
    text = tmp_path / "notes.txt"
    text.write_text("Milk, eggs")
    assert "is not the key of" in refused(own.certificate, other.key).message
    assert "holds no certificate" in refused(text, own.key).message
    assert "holds no private key" in refused(own.certificate, text).message
    assert "cannot be read" in refused(tmp_path / "gone.pem", own.key).message
    assert "cannot be read" in refused(own.certificate, tmp_path).message
    locked = own_certificate(tmp_path, "P-384", passphrase=b"secret")
    assert "passphrase" in refused(locked.certificate, locked.key).message


@pytest.mark.parametrize("days", [(-9, -2), (2, 9)])
def test_a_certificate_that_is_not_valid_today_is_told(
    days: tuple[int, int], tmp_path: Path
) -> None:
    own = own_certificate(tmp_path, days=days)
    assert "which today is not" in refused(own.certificate, own.key).message


def test_a_certificate_for_something_else_writes_no_export(jpeg: Path, tmp_path: Path) -> None:
    own = own_certificate(tmp_path, for_signing=False)
    with pytest.raises(OutputError, match="The certificate cannot sign exports"):
        write_photo(
            read_photo(jpeg), tmp_path / "out.jpg", original=jpeg,
            signing=Signing(own.certificate, own.key),
        )  # fmt: skip
    assert not (tmp_path / "out.jpg").exists()


def test_without_the_extra_it_says_what_to_install(
    signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(C2PA), "is_there", lambda self: False)
    with pytest.raises(OutputError, match="cannot be signed") as caught:
        signing.check()
    assert 'pip install "s2flow-app[c2pa]"' in caught.value.hint


@pytest.mark.parametrize("answer", ["", "none\n", '{"outcome": "done"}\n', "[]\n"])
def test_a_signer_that_ends_or_talks_nonsense_is_told(
    answer: str, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", f"print({answer!r}, end='')"]
    monkeypatch.setattr(signing_module, "signer_command", lambda: command)
    with pytest.raises(OutputError, match=r"The export cannot be signed: the process .* ended"):
        signing.check()


def test_a_signer_that_hangs_is_ended(signing: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "import sys, time; time.sleep(999)"]
    monkeypatch.setattr(signing_module, "signer_command", lambda: command)
    monkeypatch.setattr(signing_module, "SECONDS", 0.5)
    with pytest.raises(OutputError, match="it takes too long"):
        signing.check()


@pytest.mark.skipif(sys.platform == "win32", reason="limits are not Windows's")
def test_the_signer_can_open_nothing_more() -> None:
    script = (
        "import socket; from s2flow_app.limited_process import no_more_files; no_more_files()\n"
        "for open_one in (lambda: open('/dev/null'), socket.socket):\n"
        "    try: open_one()\n"
        "    except OSError as error: print(error.errno)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.split() == ["24", "24"]  # EMFILE


def test_the_signer_is_the_program_itself() -> None:
    assert signer_command()[0] == sys.executable
