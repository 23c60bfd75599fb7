"""Training can be stopped at any moment and goes on where it was; held-out faces stay out."""

import time
from pathlib import Path

import torch
from tiny_pack import tiny_pack
from torch import nn

from s2flow_app.engine.pack import load_pack, save_pack
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.training.build_pack import build_pack, checkpoint_of_pack
from s2flow_app.training.data import is_held_out
from s2flow_app.training.loop import StageConfig, Trainer, average_into, averaged_copy


def _run(config: StageConfig, steps: int) -> tuple[Trainer, nn.Linear]:
    net = nn.Linear(2, 1)
    trainer = Trainer("toy", config, {"net": net})
    for done, _ in enumerate(trainer.steps()):
        with torch.no_grad():
            net.weight += 1
        if done + 1 == steps:
            break
    trainer.save()
    return trainer, net


def test_a_stage_resumes_from_its_checkpoint(tmp_path: Path) -> None:
    config = StageConfig(data=tmp_path, work=tmp_path, minutes=60)
    first, net = _run(config, 3)
    resumed = nn.Linear(2, 1)
    trainer = Trainer("toy", config, {"net": resumed})
    assert trainer.step == first.step > 0
    assert trainer.elapsed_s == first.elapsed_s
    torch.testing.assert_close(resumed.weight, net.weight)


def test_a_part_that_the_checkpoint_lacks_starts_afresh(tmp_path: Path) -> None:
    config = StageConfig(data=tmp_path, work=tmp_path, minutes=60)
    first, net = _run(config, 3)
    resumed, added = nn.Linear(2, 1), nn.Linear(3, 3)
    untouched = added.weight.detach().clone()
    trainer = Trainer("toy", config, {"net": resumed, "added": added})
    assert trainer.step == first.step
    torch.testing.assert_close(resumed.weight, net.weight)
    torch.testing.assert_close(added.weight.detach(), untouched)


def test_a_stage_goes_on_from_the_pack_where_there_is_no_checkpoint(tmp_path: Path) -> None:
    landmarks = LandmarkNet()
    trained = {"landmarks": {"steps": 40, "minutes": 7.0}}
    fields = {
        "title": "", "resolution": 128, "licence": "", "terms": "", "training": trained
    }  # fmt: skip
    save_pack(tmp_path / "pack", fields, {"landmarks": ("landmark_net", {}, landmarks)})
    checkpoint_of_pack(load_pack(tmp_path / "pack"), "landmarks", tmp_path / "work")
    net = LandmarkNet()
    config = StageConfig(data=tmp_path, work=tmp_path / "work", minutes=60)
    trainer = Trainer("landmarks", config, {"net": net, "averaged": LandmarkNet()})
    assert (trainer.step, trainer.elapsed_s) == (40, 420)
    first, found = landmarks.state_dict(), net.state_dict()
    for key, wanted in first.items():
        torch.testing.assert_close(found[key], wanted, atol=1e-3, rtol=1e-3)  # float16 files


def test_a_pack_is_started_from_another_which_stays_as_it_is(tmp_path: Path) -> None:
    start, out, work = (tmp_path / name for name in ("start", "out", "work"))
    pack = tiny_pack(start, without=("landmarks",))
    folder = work / "landmarks"
    folder.mkdir(parents=True)
    weights = LandmarkNet().state_dict()
    torch.save({"averaged": weights, "step": 7, "elapsed_s": 60.0}, folder / "checkpoint.pt")
    build_pack(work, out, start=start)
    built = load_pack(out)
    assert built.has("landmarks") and not load_pack(start).has("landmarks")
    assert built.manifest.resolution == pack.manifest.resolution == 128
    sums = (p.manifest.components["generator"].sha256 for p in (built, pack))
    assert len(set(sums)) == 1


def test_time_in_which_nothing_is_computed_is_no_training(tmp_path: Path) -> None:
    trainer = Trainer("toy", StageConfig(tmp_path, tmp_path, minutes=60), {})
    for step in trainer.steps():
        if step == 2:
            break
        time.sleep(0.3)
    assert trainer.step == 2 and trainer.elapsed_s < 0.3


def test_a_stage_whose_time_is_used_takes_no_step(tmp_path: Path) -> None:
    trainer = Trainer("toy", StageConfig(tmp_path, tmp_path, minutes=0.01), {})
    trainer.elapsed_s = 10
    assert list(trainer.steps()) == []


def test_averaged_weights_move_by_the_decay() -> None:
    net = nn.BatchNorm1d(3)
    twin = averaged_copy(net)
    nn.init.constant_(net.weight, 2.0)
    net.running_mean = torch.full((3,), 5.0)
    average_into(twin, net, decay=0.75)
    torch.testing.assert_close(twin.weight, torch.full((3,), 1.25))  # type: ignore[attr-defined]
    torch.testing.assert_close(twin.running_mean, torch.full((3,), 5.0))  # type: ignore[attr-defined]


def test_the_held_out_split_is_the_designs() -> None:
    names = [f"generated-{i:04d}" for i in range(1000)]
    assert 70 < sum(map(is_held_out, names)) < 135
    assert 25 < sum(is_held_out(f"cc0-{i:04d}") for i in range(80)) < 40
