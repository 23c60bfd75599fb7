"""Face parser: a residual U-Net with dilated context from pictures to 19 class logits."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.nets.deeplab import DeepLabV3
from s2flow_app.nets.layers import ConvNormAct, Residual


class FaceParser(nn.Module):
    """Label logits of aligned faces.

    Args:
        channels: widths at 1/2, 1/4, 1/8, 1/16 and 1/32 of the input.
        num_classes: how many logits per pixel.
    """

    input_size = 256
    """Side of the pictures that it was trained on, in pixels."""

    def __init__(
        self, *, channels: tuple[int, ...] = (24, 48, 96, 160, 224), num_classes: int = 19
    ) -> None:
        super().__init__()
        c1, c2, c3, c4, c5 = channels
        self.stem = ConvNormAct(3, c1, stride=2)
        self.stage2 = Residual(c1, c2, stride=2)
        self.stage3 = nn.Sequential(Residual(c2, c3, stride=2), Residual(c3, c3))
        self.stage4 = nn.Sequential(Residual(c3, c4, stride=2), Residual(c4, c4))
        self.stage5 = nn.Sequential(
            Residual(c4, c5, stride=2), Residual(c5, c5, dilation=2), Residual(c5, c5, dilation=3)
        )
        self.context = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(c5, c5, 1), nn.ReLU(inplace=True)
        )
        self.up4 = ConvNormAct(c5 + c4, c4)
        self.up3 = ConvNormAct(c4 + c3, c3)
        self.up2 = ConvNormAct(c3 + c2, c2)
        self.up1 = ConvNormAct(c2 + c1, c2)
        self.head = nn.Conv2d(c2, num_classes, 1)

    def features(self, img: Tensor) -> list[Tensor]:
        """Feature maps of the five stages for ``img [N, 3, H, W]`` in [-1, 1], finest first."""
        x1 = self.stem(img)
        x2 = self.stage2(x1)
        x3 = self.stage3(x2)
        x4 = self.stage4(x3)
        return [x1, x2, x3, x4, self.stage5(x4)]

    def forward(self, img: Tensor) -> Tensor:
        """Logits ``[N, 19, H/2, W/2]`` of ``img [N, 3, H, W]`` in [-1, 1]; H, W multiples of 32."""
        x1, x2, x3, x4, x5 = self.features(img)
        x = x5 + self.context(x5)
        x = self.up4(torch.cat([_twice(x), x4], 1))
        x = self.up3(torch.cat([_twice(x), x3], 1))
        x = self.up2(torch.cat([_twice(x), x2], 1))
        x = self.up1(torch.cat([_twice(x), x1], 1))
        return self.head(x)


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


AnyParser = FaceParser | DeepLabV3
"""What a pack's parser may be."""


def feature_distance(parser: AnyParser, found: Tensor, wanted: Tensor) -> Tensor:
    """How two pictures differ to a parser: its first four stages, each relative to its size."""
    if found.shape[2] < 64:
        found, wanted = (F.interpolate(x, size=64, mode="bilinear") for x in (found, wanted))
    with torch.no_grad():
        targets = parser.features(wanted)[:4]
    pairs = zip(parser.features(found)[:4], targets, strict=True)
    return torch.stack([(a - b).abs().mean() / (b.abs().mean() + 1e-6) for a, b in pairs]).mean()
