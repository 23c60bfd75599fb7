"""Larger networks that start as smaller ones: what was learned at 128 px goes on at 256."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from s2flow_app.nets.encoder import PhotoEncoder
from s2flow_app.nets.stylegan2 import Generator, ToRGBLayer


def grow(net: nn.Module, learned: Mapping[str, Tensor]) -> None:
    """Give ``net`` what a network of the same kind, not wider than it, has learned.

    New channels are read with weight zero by what was there before, so that it computes what it
    did; they learn from their random start. Layers that the smaller network lacks stay as they are.
    """
    with torch.no_grad():
        for key, target in net.state_dict().items():
            if key not in learned:
                continue
            old = learned[key]
            if target.dim() > 1:
                target[: old.shape[0]] = 0
            target[tuple(slice(size) for size in old.shape)] = old


def grow_generator(net: Generator, learned: Mapping[str, Tensor]) -> None:
    """As `grow`; resolutions that are new add nothing to the enlarged picture at first."""
    learned = dict(learned)
    for resolution in net.synthesis.resolutions:
        torgb = net.synthesis.get_submodule(f"b{resolution}.torgb")
        assert isinstance(torgb, ToRGBLayer)
        key = f"synthesis.b{resolution}.torgb.weight"
        if key in learned:  # its gain depends on its width
            gain = learned[key].shape[1] ** -0.5
            learned[key] = learned[key] * (gain / torgb.weight_gain)
        else:
            nn.init.zeros_(torgb.weight)
    grow(net, learned)


def grow_encoder(net: PhotoEncoder, learned: Mapping[str, Tensor]) -> None:
    """As `grow`; patches are averaged at first, new rows are as the last one was."""
    learned = dict(learned)
    pixels = net.fromrgb.in_channels // learned["fromrgb.weight"].shape[1]
    learned["fromrgb.weight"] = learned["fromrgb.weight"].repeat_interleave(pixels, 1) / pixels
    for part in ("offsets.weight", "offsets.bias"):
        rows = learned[part].unflatten(0, (-1, net.w_dim))
        missing = net.num_ws - len(rows)
        learned[part] = torch.cat([rows, *[rows[-1:]] * missing]).flatten(0, 1)
    grow(net, learned)
