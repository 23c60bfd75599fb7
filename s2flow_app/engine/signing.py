"""Exports signed with the user's own certificate (C2PA): the program's side.

A process of its own signs (`sign_process`): it reads the key, which this one never sees, and the
original, whose own manifest may be hostile.
"""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from s2flow_app.engine.photo_errors import reason_of
from s2flow_app.errors import OutputError
from s2flow_app.extras import C2PA
from s2flow_app.limited_process import environment
from s2flow_app.program import signer_command

SECONDS: Final = 180.0
"""On the clock, for a photo of 100 megapixels on a slow disk; most take less than one."""
MEDIA_TYPES: Final = {
    "PNG": "image/png", "JPEG": "image/jpeg", "TIFF": "image/tiff", "WEBP": "image/webp",
    "AVIF": "image/avif", "HEIF": "image/heic", "GIF": "image/gif",
}  # fmt: skip
"""By Pillow's names; of others an original's manifest is not looked for."""
ANY_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Signing:
    """With what exports are signed."""

    certificate: Path
    """PEM: the signing certificate, then those that it was issued by."""
    key: Path
    """PEM: its private key, without a passphrase."""

    def check(self) -> None:
        """See whether certificate and key can sign, before any work is done.

        Raises:
            OutputError: they cannot, or the extra is not there.
        """
        self._ask({}, b"")

    def signed(
        self, data: bytes, format: str, *, made_up: bool, original: Path | None,
        original_format: str,
    ) -> bytes:  # fmt: skip
        """The picture file ``data`` with a manifest in it that says how it came about.

        Args:
            format: of ``data``, and ``original_format`` of the original: Pillow's names.
            made_up: nothing was opened: a network drew the photo.
            original: what was opened and edited; None: it is not known where that is.

        Raises:
            OutputError: it cannot be signed.
        """
        asked = {
            "format": MEDIA_TYPES[format],
            "made_up": made_up,
            "original": None if original is None else os.path.abspath(original),
            "original_format": MEDIA_TYPES.get(original_format, ANY_TYPE),
        }
        return self._ask(asked, data)

    def _ask(self, asked: dict[str, Any], data: bytes) -> bytes:
        if not C2PA.is_there():
            raise OutputError(
                'Exports cannot be signed: the extra "c2pa" is not installed.',
                'Install it (pip install "s2flow-app[c2pa]"), or export without a signature.',
            )
        asked |= {
            "certificate": os.path.abspath(self.certificate), "key": os.path.abspath(self.key)
        }  # fmt: skip
        try:
            run = subprocess.run(
                signer_command(), input=json.dumps(asked).encode() + b"\n" + data,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False,
                env=environment(), cwd=tempfile.gettempdir(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise _failed("it takes too long") from error
        except OSError as error:
            raise _failed(reason_of(error)) from error
        line, _, signed = run.stdout.partition(b"\n")
        try:
            said = json.loads(line)
            outcome, length = said["outcome"], said.get("length")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _failed(f"the process that signs ended ({run.returncode})") from error
        if outcome == "told":
            raise OutputError(str(said["message"]), str(said["hint"]))
        if outcome == "bug":
            raise RuntimeError(f"the process that signs: {said.get('trace')}")
        if outcome != "done" or length != len(signed):
            raise _failed(f"the process that signs ended ({run.returncode})")
        return signed


def _failed(reason: str) -> OutputError:
    return OutputError(
        f"The export cannot be signed: {reason}.",
        "Export without a signature, or try again after closing other programs.",
    )
