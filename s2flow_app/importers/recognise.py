"""What a foreign file is: by what it holds, never by its name."""

from dataclasses import dataclass
from typing import Any, Final

from s2flow_app.engine.pack import Source
from s2flow_app.errors import CheckpointError
from s2flow_app.importers import terms
from s2flow_app.importers.deeplab import MARK, from_deeplab, state_in
from s2flow_app.importers.fitting import Part, printable
from s2flow_app.importers.latents import KEY, from_latents
from s2flow_app.importers.reading import ForeignFile, ForeignObject
from s2flow_app.importers.s2flow import from_s2flow
from s2flow_app.importers.stylegan2 import from_ada
from s2flow_app.importers.stylegan2_rosinality import from_rosinality
from s2flow_app.importers.stylegan2_tensorflow import from_tensorflow

READ: Final = (
    "This program reads StyleGAN2 generators (NVIDIA's PyTorch and TensorFlow pickles, "
    "rosinality's .pt), S2-Flow's last_checkpoint.pt and config.txt, the DeepLab face parser and "
    "StyleFlow's latents."
)
UNKNOWN: Final = "is no checkpoint that this program knows"
TF_NETWORK: Final = "dnnlib.tflib.network.Network"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file gives: networks, or the settings of others."""

    source: Source
    parts: list[Part]
    config: dict[str, Any] | None = None


def recognised(file: ForeignFile) -> Recognised:
    """The checked networks in ``file``.

    Raises:
        CheckpointError: the file is of no kind that is read, or what it holds does not fit.
    """
    try:
        kind, parts, config = _contents(file.content)
    except CheckpointError as error:
        hint = READ if error.message == UNKNOWN else "Get the whole file again from its authors."
        raise CheckpointError(printable(f"{file.name} {error.message}."), hint) from error
    return Recognised(terms.source(kind, file=file.name, sha256=file.sha256), parts, config)


def _contents(content: Any) -> tuple[terms.Terms, list[Part], dict[str, Any] | None]:
    if isinstance(content, list):
        networks = [item for item in content if isinstance(item, ForeignObject)]
        if len(content) == len(networks) == 3 and all(n.name == TF_NETWORK for n in networks):
            return terms.TENSORFLOW, [from_tensorflow(networks[2])], None
    if not isinstance(content, dict):
        raise CheckpointError(UNKNOWN)
    if "G_ema" in content:
        if not isinstance(content["G_ema"], ForeignObject):
            raise CheckpointError("has a G_ema that is no network")
        return terms.ADA, [from_ada(content["G_ema"])], None
    if "g_ema" in content:
        return terms.ROSINALITY, [from_rosinality(content)], None
    if "prior_ntwk" in content or "cnd_ntwk" in content:
        return terms.S2FLOW, from_s2flow(content), None
    if KEY in content:
        return terms.LATENTS, [from_latents(content)], None
    if "flow_modules" in content and "cond_type" in content:
        return terms.S2FLOW_CONFIG, [], content
    if _is_deeplab(content):
        return terms.DEEPLAB, [from_deeplab(content)], None
    raise CheckpointError(UNKNOWN)


def _is_deeplab(content: dict[str, Any]) -> bool:
    try:
        return MARK in state_in(content)
    except CheckpointError:  # no state dict at all
        return False
