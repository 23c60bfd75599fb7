"""The parser that `s2flow evaluate` judges edits by: in no loss, in no pack (ADR 3).

It lies in the repository beside the tests, float16.
"""

import hashlib
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from s2flow_app.errors import DataError
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.parser import ROLES

FILE: Final = "parser.safetensors"
FOLDER: Final = Path(__file__).resolve().parents[2] / "tests" / "judge"
"""Of a checkout; an installed program has no judge."""


def save_judge(parser: FaceParser, folder: Path = FOLDER) -> Path:
    """Write the judge's weights into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        key: (t.half() if t.is_floating_point() else t).contiguous()
        for key, t in parser.state_dict().items()
    }
    save_file(tensors, folder / FILE)
    return folder / FILE


def load_judge(folder: Path = FOLDER) -> FaceParser:
    """The judge, in eval mode and without gradients.

    Raises:
        DataError: ``folder`` holds no judge.
    """
    file = folder / FILE
    try:
        tensors = load_file(file)
        parser = FaceParser(channels=ROLES["judge"].channels)
        whole = {k: t.float() if t.is_floating_point() else t for k, t in tensors.items()}
        parser.load_state_dict(whole)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise DataError(
            f"{file} is not the parser that judges edits ({error}).",
            "Evaluate in a checkout of the repository, or train one: 's2flow train judge'.",
        ) from error
    fast = parser.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    return fast.eval().requires_grad_(False)


def judge_id(folder: Path = FOLDER) -> str:
    """First digits of the SHA-256 of the judge's file."""
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()[:12]
