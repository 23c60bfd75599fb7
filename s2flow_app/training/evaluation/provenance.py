"""Which pack, code and data figures were measured on."""

import hashlib
import subprocess
from pathlib import Path
from typing import Any

from s2flow_app.engine.pack import Pack
from s2flow_app.training.data import FaceData
from s2flow_app.training.judge import judge_id


def judged(pack: Pack, data: Path, faces: FaceData) -> dict[str, Any]:
    """Short hashes of the pack's weights, the commit, the data and the judge."""
    weights = "".join(part.sha256 for _, part in sorted(pack.manifest.components.items()))
    names = "\n".join(faces.names).encode()
    points = (data / "landmarks.npz").read_bytes()
    return {
        "pack": pack.path.name,
        "pack_sha256": hashlib.sha256(weights.encode()).hexdigest()[:12],
        "commit": commit(Path(__file__).parent),
        "data": data.name,
        "data_sha256": hashlib.sha256(names + points).hexdigest()[:12],
        "pictures": len(faces.names),
        "held_out": len(faces.select(held_out=True)),
        "judge_sha256": judge_id(),
    }


def commit(folder: Path) -> str | None:
    """Of the checkout that ``folder`` is in, with a + where it was changed; None outside of one."""
    found = _git(folder, "rev-parse", "--short=12", "HEAD")
    if found is None:
        return None
    return found + ("+" if _git(folder, "status", "--porcelain", "-uno") else "")


def _git(folder: Path, *command: str) -> str | None:
    try:
        run = subprocess.run(
            ["git", "-C", str(folder), *command], capture_output=True, text=True, check=True,
            timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return run.stdout.strip()
