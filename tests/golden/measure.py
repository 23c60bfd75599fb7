"""Print how far our networks are from the original ones; the table of docs/parity.md.

    PYTHONPATH=.:tests/helpers python tests/golden/measure.py --ada DIR --s2flow DIR

Whole pictures, at full size too (FFHQ's 1024 px generator, ResNet-101): some minutes and 4 GB.
"""

import argparse
from pathlib import Path

import golden_networks
import torch
from golden_networks import DEEPLAB_FULL, DEEPLAB_SMALL, GENERATOR_FFHQ, GENERATORS
from golden_weights import enlarged, read_golden, uniform
from originals import Originals, imagenet, synthesis, through_flow
from torch import Tensor

from s2flow_app.engine.edit import SOLVER
from s2flow_app.nets.flow import Integration, Solver


def measure_generators(originals: Originals) -> None:
    z = torch.from_numpy(uniform("z", (2, 512)))
    for name, case in {**GENERATORS, "generator_ffhq": GENERATOR_FFHQ}.items():
        theirs = originals.generator(name, case)
        ours = golden_networks.generator(case, originals.layouts[name])
        batch = z[:1] if case is GENERATOR_FFHQ else z
        with torch.inference_mode():
            ws = theirs.mapping(batch, None)
            truncated = theirs.mapping(batch, None, truncation_psi=0.7)
            print(name, "mapping", _off(ours.mapping(batch), ws))
            print(name, "truncated", _off(ours.mapping(batch, truncation_psi=0.7), truncated))
            print(name, "synthesis", _off(ours.synthesis(ws), synthesis(theirs, ws)))


def measure_flow(originals: Originals) -> None:
    golden, theirs = read_golden("flow"), originals.flow()
    ours = golden_networks.flow(originals.layouts["flow"])
    ways = (("forward", "ws", "c"), ("inverse", "code", "other_c"))
    for rows in ("18 rows", "mean row"):
        for way, x_name, c_name in ways:
            x, c = golden[x_name], golden[c_name]
            if rows == "mean row":
                x = x.mean(1, keepdim=True)
            expected, evaluations = through_flow(theirs, x, c, reverse=way == "inverse")
            print("flow", rows, way, "original's evaluations", evaluations)
            for solver in (*(Solver(rtol=t, atol=t) for t in (1e-7, 1e-6, 1e-5)), SOLVER):
                run = Integration()
                with torch.inference_mode():
                    move = ours if way == "forward" else ours.inverse
                    found = move(x, c, solver=solver, run=run)
                print("flow", rows, way, solver, _off(found, expected), "in", run.nfe)


def measure_condition(originals: Originals) -> None:
    golden, theirs = read_golden("condition"), originals.condition()
    ours = golden_networks.condition(originals.layouts["condition"])
    colours = golden["palette"][golden["label_map"].long()].permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode():
        print("condition", _off(ours(colours), theirs(colours)))


def measure_deeplab(originals: Originals) -> None:
    small = enlarged(read_golden("deeplab_small")["img"])
    large = torch.from_numpy(uniform("img", (1, 3, 64, 64))) / 3**0.5
    large = large.repeat_interleave(8, 2).repeat_interleave(8, 3)
    for name, blocks, img in (
        ("deeplab_small", DEEPLAB_SMALL, small),
        ("deeplab", DEEPLAB_FULL, large),
    ):
        theirs = originals.deeplab(name, blocks)
        ours = golden_networks.deeplab(blocks, originals.layouts[name])
        with torch.inference_mode():
            found, expected = ours(img), theirs(imagenet(img))
        print(name, tuple(img.shape), _off(found, expected))
        print(name, "labels that differ", int((found.argmax(1) != expected.argmax(1)).sum()))


def _off(found: Tensor, expected: Tensor) -> str:
    difference = (found.double() - expected.double()).abs().max().item()
    largest = expected.abs().max().item()
    return f"max {difference:.1e}, of the largest value ({largest:.3g}) {difference / largest:.1e}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ada", type=Path, required=True, help="stylegan2-ada-pytorch")
    parser.add_argument("--s2flow", type=Path, required=True, help="S2-Flow")
    chosen = parser.parse_args()
    made = Originals(chosen.ada, chosen.s2flow)
    measure_condition(made)
    measure_deeplab(made)
    measure_flow(made)
    measure_generators(made)
