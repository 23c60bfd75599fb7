"""The process that signs one export (C2PA) and ends: `program.signer_command` starts it.

It reads one line of JSON, ``{"certificate", "key", "format", "made_up", "original",
"original_format"}``, and behind it a picture file. It says a line, ``{"outcome": "done",
"length"}``, and behind it the signed file; or ``{"outcome": "told", "message", "hint"}``; or
``{"outcome": "bug", "trace"}``. Without a ``format`` it only looks whether certificate and key can
sign.

Before it signs it gives up opening files and connections: neither a time stamp nor the state of a
certificate is asked of any server.
"""

import contextlib
import io
import json
import os
import re
import signal
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import c2pa
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from s2flow_app import __version__
from s2flow_app.engine.metadata import DIGITAL_SOURCE_TYPE, SOFTWARE
from s2flow_app.engine.photo_errors import reason_of
from s2flow_app.engine.signing import ANY_TYPE
from s2flow_app.errors import OutputError, UserError
from s2flow_app.limited_process import allow_cpu, give_up, no_more_files
from s2flow_app.ordinary_file import NotOrdinary, TooLong, read_ordinary_file

MEMORY_BYTES: Final = 8 << 30
CPU_SECONDS: Final = 120
MAX_PEM_BYTES: Final = 1 << 20
MAX_ORIGINAL_BYTES: Final = 1 << 30
MADE_UP: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's word for a picture all of which is made by a trained model."""
SETTINGS: Final = {
    "verify": {
        "remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False,
        "verify_timestamp_trust": False,
    },
    # It would show the original, and keep what was cut out of it.
    "builder": {"thumbnail": {"enabled": False}},
}  # fmt: skip
KEPT_ASSERTIONS: Final = re.compile(r"c2pa\.(actions|hash|ingredient|training-mining)\b.*")
"""Of the original's own manifests: what was done, with what. All else may name places and people
or show what was edited, and is redacted, as the standard foresees."""
CURVES: Final = {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}
NAME: Final = {"name": SOFTWARE, "version": __version__}


def signed(asked: dict[str, Any], data: bytes) -> bytes:
    """``data`` with a manifest, as ``asked``; nothing where only a look is asked for.

    Raises:
        OutputError: it cannot be signed.
    """
    certificate, key, algorithm = _credentials(Path(asked["certificate"]), Path(asked["key"]))
    original = None if asked.get("made_up") else _original(asked.get("original"))
    no_more_files()
    try:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, certificate, key, None))
        if "format" not in asked:
            return b""
        context = c2pa.Context(c2pa.Settings.from_dict(SETTINGS))
        out = io.BytesIO()
        builder = _builder(original, str(asked["original_format"]), context)
        builder.sign(signer, asked["format"], io.BytesIO(data), out)
        reader = c2pa.Reader(asked["format"], io.BytesIO(out.getvalue()), context=context)
        state = reader.get_validation_state()
    except c2pa.C2paError as error:
        raise _unsuitable(reason_of(error)) from error
    if state not in ("Valid", "Trusted"):
        raise _unsuitable(f"its signature would be {str(state).lower()}")
    return out.getvalue()


def _builder(original: bytes | None, format: str, context: c2pa.Context) -> c2pa.Builder:
    """A manifest of what was done to the original; None: the photo is made up."""
    first: dict[str, Any] = {"action": "c2pa.created", "digitalSourceType": MADE_UP}
    if original is not None:
        first = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["original"]}}
    edited = {
        "action": "c2pa.edited", "digitalSourceType": DIGITAL_SOURCE_TYPE, "softwareAgent": NAME,
    }  # fmt: skip
    redacted = [] if original is None else _to_redact(original, format, context)
    told = [
        {"action": "c2pa.redacted", "reason": "c2pa.PII.present", "parameters": {"redacted": uri}}
        for uri in redacted
    ]
    actions = {"label": "c2pa.actions.v2", "data": {"actions": [first, edited, *told]}}
    definition: dict[str, Any] = {"claim_generator_info": [NAME], "assertions": [actions]}
    if redacted:
        definition["redactions"] = redacted
    builder = c2pa.Builder(definition, context)
    if original is not None:
        ingredient = {"relationship": "parentOf", "instance_id": "original", "label": "original"}
        try:
            builder.add_ingredient(ingredient, format, io.BytesIO(original))
        except c2pa.C2paError:  # read by us and not by it: then it is only named
            builder.add_ingredient(ingredient, ANY_TYPE, io.BytesIO(original))
    return builder


def _to_redact(original: bytes, format: str, context: c2pa.Context) -> list[str]:
    """What not to hand on of the manifests that the original has."""
    try:
        reader = c2pa.Reader(format, io.BytesIO(original), context=context)
        manifests = json.loads(reader.detailed_json())["manifests"]
    except (c2pa.C2paError, ValueError, KeyError):
        return []
    return [
        f"self#jumbf=/c2pa/{label}/c2pa.assertions/{name}"
        for label, manifest in manifests.items()
        for name in manifest.get("assertion_store", ())
        if not KEPT_ASSERTIONS.fullmatch(name)
    ]


def _original(path: str | None) -> bytes:
    with contextlib.suppress(OSError, ValueError, NotOrdinary, TooLong):
        if path is not None:
            return read_ordinary_file(Path(path), max_bytes=MAX_ORIGINAL_BYTES)
    return b""  # it is gone: all that can be said is that there was one


def _credentials(certificate: Path, key: Path) -> tuple[bytes, bytes, bytes]:
    """Certificate chain and key in PEM form, and the algorithm by C2PA's name."""
    chain, secret = _read(certificate), _read(key)
    try:
        first = x509.load_pem_x509_certificates(chain)[0]
        public = first.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )  # fmt: skip
    except (ValueError, UnsupportedAlgorithm) as error:
        raise OutputError(
            f"{certificate.name} holds no certificate in PEM form.",
            "Give one PEM file: the signing certificate, then those that it was issued by.",
        ) from error
    try:
        private = load_pem_private_key(secret, password=None)
    except TypeError as error:
        raise OutputError(
            f"{key.name} is protected by a passphrase.",
            "Give a copy without one that only you can read "
            "(openssl pkcs8 -topk8 -nocrypt -in KEY -out COPY).",
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise OutputError(f"{key.name} holds no private key in PEM form.", _KEYS) from error
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in CURVES:
        algorithm = CURVES[private.curve.name]
    elif isinstance(private, rsa.RSAPrivateKey):
        algorithm = b"ps256"
    elif isinstance(private, ed25519.Ed25519PrivateKey):
        algorithm = b"ed25519"
    else:
        raise OutputError(f"{key.name} holds a key of a kind that cannot sign exports.", _KEYS)
    own = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if own != public:
        raise OutputError(
            f"{key.name} is not the key of the certificate in {certificate.name}.",
            "Give the two that belong together; the signing certificate stands first in its file.",
        )
    begin, end = first.not_valid_before_utc, first.not_valid_after_utc
    if not begin <= datetime.now(UTC) <= end:
        raise OutputError(
            f"The certificate in {certificate.name} is valid from {begin:%Y-%m-%d} to "
            f"{end:%Y-%m-%d}, which today is not.",
            "Have it renewed, or set the computer's clock.",
        )
    return chain, secret, algorithm


_KEYS: Final = "Give an EC key (P-256, P-384, P-521), an RSA or an Ed25519 key in PEM form."


def _read(path: Path) -> bytes:
    try:
        return read_ordinary_file(path, max_bytes=MAX_PEM_BYTES)
    except (OSError, ValueError, NotOrdinary, TooLong) as error:
        raise OutputError(
            f"{path.name} cannot be read: {reason_of(error)}.",
            "Name the files of certificate and key that exports are signed with.",
        ) from error


def _unsuitable(reason: str) -> OutputError:
    return OutputError(
        f"The certificate cannot sign exports: {reason}.",
        "It must be issued for signing (extended key usage: email protection, or C2PA's own), "
        "with its whole chain in the file.",
    )


def main() -> int:
    """Answer the one request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to whoever asks, too
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    give_up(memory_bytes=MEMORY_BYTES, file_bytes=0)
    allow_cpu(CPU_SECONDS)
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    out = b""
    try:
        out = signed(json.loads(line), data)
        said = {"outcome": "done", "length": len(out)}
    except UserError as error:
        said = {"outcome": "told", "message": error.message, "hint": error.hint}
    except Exception:
        said = {"outcome": "bug", "trace": traceback.format_exc()}
    answers.write(json.dumps(said).encode() + b"\n" + out)
    answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
