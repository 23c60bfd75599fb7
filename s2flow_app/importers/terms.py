"""Under which terms foreign weights stand. A checkpoint states none: these are its publisher's."""

from dataclasses import dataclass
from typing import Final

from s2flow_app.engine.pack import Source


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known of one kind of checkpoint."""

    kind: str
    licence: str
    terms: str


NVIDIA: Final = (
    "Weights published by NVIDIA stand under the NVIDIA Source Code License: non-commercial use "
    "(research or evaluation) only. Weights that others trained with NVIDIA's code derive from "
    "it, and stand under their own training data's terms as well."
)
ADA: Final = Terms("StyleGAN2-ADA (PyTorch)", "LicenseRef-NVIDIA-Source-Code", NVIDIA)
TENSORFLOW: Final = Terms("StyleGAN2 (TensorFlow)", "LicenseRef-NVIDIA-Source-Code", NVIDIA)
ROSINALITY: Final = Terms(
    "StyleGAN2 (rosinality)", "LicenseRef-Training-Data",
    "rosinality/stylegan2-pytorch is MIT code; its weights stand under their training data's terms "
    "(FFHQ: CC BY-NC-SA 4.0), and under NVIDIA's where they were converted from NVIDIA's.",
)  # fmt: skip
S2FLOW: Final = Terms(
    "S2-Flow", "CC-BY-NC-SA-4.0",
    "S2-Flow's code is Apache-2.0; its weights were trained on faces of FFHQ's generator (CC "
    "BY-NC-SA 4.0), so they are for non-commercial use and shared alike.",
)  # fmt: skip
S2FLOW_CONFIG: Final = Terms(
    "S2-Flow configuration", "Apache-2.0", "Part of S2-Flow, whose code is Apache-2.0."
)
DEEPLAB: Final = Terms(
    "DeepLab v3 face parser", "LicenseRef-CelebAMask-HQ",
    "Trained on CelebAMask-HQ: non-commercial research and education only.",
)  # fmt: skip
LATENTS: Final = Terms(
    "StyleFlow latents", "CC-BY-NC-SA-4.0",
    "Latents of FFHQ's generator, published with StyleFlow under CC BY-NC-SA 4.0.",
)  # fmt: skip


def source(terms: Terms, *, file: str, sha256: str) -> Source:
    """The manifest's entry of one file."""
    return Source(file, sha256, terms.kind, terms.licence, terms.terms)


def together(sources: list[Source]) -> tuple[str, str]:
    """Licence expression and terms of a pack made of several sources; all hold at once."""
    licences = dict.fromkeys(source.licence for source in sources)
    terms = dict.fromkeys(source.terms for source in sources)
    return " AND ".join(licences), " ".join(terms)
