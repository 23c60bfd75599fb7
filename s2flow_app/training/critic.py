"""The critic: tells photos from reconstructions while the generator learns detail.

Non-saturating logistic loss with lazy R1 (Karras et al. 2020), on pictures augmented alike on
both sides (Zhao et al. 2020, DiffAugment): five thousand faces are few, a critic learns them by
heart.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2flow_app.training.loop import reduced_precision

R1_WEIGHT = 0.3
R1_EVERY = 16


class Critic(nn.Module):
    """Realness logits ``[N]`` of pictures ``[N, 3, R, R]``.

    Args:
        channels: widths at R over ``patch``, half of that, ... 4 px.
        patch: side in pixels of the patches that enter as one.
    """

    def __init__(
        self, *, channels: tuple[int, ...] = (32, 64, 96, 160, 192, 256), patch: int = 2
    ) -> None:
        super().__init__()
        self.patch = patch
        self.fromrgb = nn.Conv2d(3 * patch**2, channels[0], 1)
        self.first = nn.ModuleList(nn.Conv2d(a, a, 3, padding=1) for a in channels[:-1])
        self.second = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in pairwise(channels))
        self.shortcuts = nn.ModuleList(
            nn.Conv2d(a, b, 1, bias=False) for a, b in pairwise(channels)
        )
        self.hidden = nn.Linear((channels[-1] + 1) * 16, 256)
        self.logit = nn.Linear(256, 1)
        for module in self.modules():  # PyTorch's own start leaves nothing of a picture this deep
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight, a=0.2)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, img: Tensor) -> Tensor:
        x = self.fromrgb(F.pixel_unshuffle(img, self.patch))
        for first, second, shortcut in zip(self.first, self.second, self.shortcuts, strict=True):
            y = F.leaky_relu(second(F.leaky_relu(first(x), 0.2)), 0.2)
            x = (shortcut(F.avg_pool2d(x, 2)) + y) * 0.7071
        spread = (x.float().var(0, unbiased=False) + 1e-8).sqrt().mean()  # minibatch deviation
        x = torch.cat([x, spread.to(x.dtype).expand(x.shape[0], 1, 4, 4)], 1)
        return self.logit(F.leaky_relu(self.hidden(x.flatten(1)), 0.2)).squeeze(1).float()


def augmented(img: Tensor) -> Tensor:
    """Brightness, contrast, saturation, a shift and a cut-out, differentiable."""
    n, _, side, _ = img.shape
    draw = torch.rand(n, 3, 1, 1, device=img.device)
    img = img + (draw[:, :1] - 0.5) * 0.5
    grey = img.mean(1, keepdim=True)
    img = grey + (img - grey) * (0.5 + draw[:, 1:2])
    mean = img.mean((1, 2, 3), keepdim=True)
    img = mean + (img - mean) * (0.75 + draw[:, 2:] / 2)
    reach = side // 8
    padded = F.pad(img, (reach,) * 4, mode="reflect")
    x, y = (int(v) for v in torch.randint(0, 2 * reach + 1, (2,)))  # one shift for the batch
    img = padded[:, :, y : y + side, x : x + side]
    hole = torch.ones(n, 1, side, side, device=img.device)
    for i, (top, left) in enumerate(torch.randint(0, side - side // 3, (n, 2)).tolist()):
        if i % 2:
            hole[i, :, top : top + side // 3, left : left + side // 3] = 0
    return img * hole


def critic_loss(critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
    """Logistic loss of telling ``real`` from ``fake``."""
    logits = critic(augmented(torch.cat([real, fake])))
    on_real, on_fake = logits.chunk(2)
    return F.softplus(-on_real).mean() + F.softplus(on_fake).mean()


def with_realness(
    pull: Tensor, found: Tensor, critic: Critic, *, share: float, count: int | None = None
) -> Tensor:
    """The gradient ``pull [N, 3, R, R]`` of other losses at ``found``, with the critic's added.

    Scaled to ``share`` of its size, so that neither a critic's gain nor its stage of learning
    decides how much it says (as VQGAN's adaptive weight, Esser et al. 2021).

    Args:
        count: only the first so many pictures are judged.
    """
    critic.requires_grad_(False)
    judged = found[:count].detach().requires_grad_(True)
    with reduced_precision(found.device.type):
        loss = F.softplus(-critic(augmented(judged))).mean()
    (towards_real,) = torch.autograd.grad(loss, judged)
    size = pull[:count].norm() / (towards_real.norm() + 1e-12)
    added = torch.zeros_like(pull)
    added[:count] = share * size * towards_real
    return pull + added


def teach(
    critic: Critic, optimiser: torch.optim.Optimizer, real: Tensor, fake: Tensor, *, penalised: bool
) -> Tensor:
    """One step of the critic; every `R1_EVERY`-th is ``penalised``. Returns its loss."""
    critic.requires_grad_(True)
    with reduced_precision(real.device.type):
        loss = critic_loss(critic, real, fake)
    total = loss + r1_penalty(critic, real[:4]) if penalised else loss
    optimiser.zero_grad(set_to_none=True)
    total.backward()
    nn.utils.clip_grad_norm_(critic.parameters(), 5)
    optimiser.step()
    return loss.detach()


def r1_penalty(critic: Critic, real: Tensor) -> Tensor:
    """Squared gradient at photos, weighted for being asked every `R1_EVERY` steps."""
    real = augmented(real).detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(real).sum(), real, create_graph=True)
    return gradient.square().sum((1, 2, 3)).mean() * (R1_WEIGHT / 2 * R1_EVERY)
