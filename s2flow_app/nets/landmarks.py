"""Landmark net: the 478 points of the MediaPipe face mesh, and whether there is a face at all."""

from torch import Tensor, nn

from s2flow_app.nets.layers import ConvNormAct, Residual

NUM_POINTS = 478
INPUT_SIZE = 128


class LandmarkNet(nn.Module):
    """Points and face confidence of roughly centred face crops.

    Args:
        channels: widths at 1/4, 1/8, 1/16 and 1/32 of the 128 px input.
    """

    def __init__(self, *, channels: tuple[int, ...] = (32, 64, 128, 192)) -> None:
        super().__init__()
        c1, c2, c3, c4 = channels
        self.trunk = nn.Sequential(
            ConvNormAct(3, c1 // 2, stride=2),
            Residual(c1 // 2, c1, stride=2),
            Residual(c1, c2, stride=2),
            Residual(c2, c3, stride=2),
            Residual(c3, c4, stride=2),
            Residual(c4, c4),
        )
        features = c4 * (INPUT_SIZE // 32) ** 2
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(features, 256), nn.ReLU(inplace=True))
        self.points = nn.Linear(256, NUM_POINTS * 2)
        self.score = nn.Linear(256, 1)

    def forward(self, img: Tensor) -> tuple[Tensor, Tensor]:
        """Points ``[N, 478, 2]`` and score logits ``[N]`` of ``img [N, 3, 128, 128]`` in [-1, 1].

        Points are in units of the crop's side: (0, 0) its top left, (1, 1) its bottom right.
        """
        hidden = self.hidden(self.trunk(img))
        points = 0.5 + 0.25 * self.points(hidden).view(-1, NUM_POINTS, 2)
        return points, self.score(hidden).squeeze(1)
