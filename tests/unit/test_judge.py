"""The parser that judges edits is there, reads as it was written, and is not the pack's."""

from pathlib import Path

import pytest
import torch

from s2flow_app.errors import DataError
from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.judge import FILE, FOLDER, judge_id, load_judge, save_judge
from s2flow_app.training.parser import ROLES


def test_the_committed_judge_is_small_and_parses() -> None:
    judge = load_judge()
    assert (FOLDER / FILE).stat().st_size <= 6_000_000
    with torch.inference_mode():
        assert judge(torch.zeros(1, 3, 256, 256)).shape == (1, 19, 128, 128)
    assert not any(p.requires_grad for p in judge.parameters())


def test_parsers_have_seeds_of_their_own() -> None:
    assert {"parser", "teacher", "guide", "judge"} <= ROLES.keys()
    assert len({role.seed for role in ROLES.values()}) == len(ROLES)


def test_a_judge_reads_as_it_was_written(tmp_path: Path) -> None:
    torch.manual_seed(0)
    parser = FaceParser(channels=ROLES["judge"].channels).eval()
    save_judge(parser, tmp_path)
    img = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(load_judge(tmp_path)(img), parser(img), atol=0.1, rtol=0.05)
    assert judge_id(tmp_path) != judge_id()


def test_a_folder_without_a_judge_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not the parser"):
        load_judge(tmp_path)
