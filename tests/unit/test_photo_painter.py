"""The photo painter: what it looks at, what it gives, and that it learns what is asked."""

import pytest
import torch
import torch.nn.functional as F

from s2flow_app.labels import HAIR, NUM_CLASSES, SKIN
from s2flow_app.nets.photo_painter import BROAD_PX, MULTIPLE_PX, PainterInput, PhotoPainter

SIDE = 32


@pytest.fixture
def net() -> PhotoPainter:
    """With noise that is seen: a new network's has no strength."""
    torch.manual_seed(1)
    made = PhotoPainter(widths=(8, 8, 8, 8), dilations=(1,), fine=8)
    with torch.no_grad():
        for name, weight in made.named_parameters():
            if name.endswith("noise"):
                weight.fill_(0.3)
    return made.eval()


def given(
    *, count: int = 1, height: int = SIDE, width: int = SIDE, classes: tuple[int, ...] = (SKIN,)
) -> PainterInput:
    """Random pictures whose middle is to be painted as one class."""
    dice = torch.Generator().manual_seed(5)

    def drawn(channels: int) -> torch.Tensor:
        return torch.rand((count, channels, height, width), generator=dice) * 2 - 1

    mask = torch.zeros(count, 1, height, width)
    mask[..., height // 4 : -height // 4, width // 4 : -width // 4] = 1
    ids = torch.tensor([classes[i % len(classes)] for i in range(count)])
    one_hot = F.one_hot(ids, NUM_CLASSES).float()[..., None, None].expand(-1, -1, height, width)
    colours, render = drawn(4), drawn(4)
    colours[:, 3] = render[:, 3] = 0
    colours[:, :3] = render[:, :3] = 0
    return PainterInput(drawn(3), mask, one_hot, colours, render)


def changed(inputs: PainterInput, **parts: torch.Tensor) -> PainterInput:
    names = ("photo", "mask", "classes", "colours", "render")
    return PainterInput(*(parts.get(n, t) for n, t in zip(names, inputs.tensors(), strict=True)))


def painted(net: PhotoPainter, inputs: PainterInput, seed: int = 0) -> torch.Tensor:
    with torch.inference_mode():
        return net(inputs, noise=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("height", "width"), [(16, 16), (48, 32), (64, 128)])
def test_pictures_are_as_large_as_what_is_given(net: PhotoPainter, height: int, width: int) -> None:
    found = painted(net, given(count=2, height=height, width=width))
    assert found.shape == (2, 3, height, width) and found.dtype == torch.float32


def test_sides_are_multiples_of_sixteen(net: PhotoPainter) -> None:
    assert MULTIPLE_PX == 16
    with pytest.raises(RuntimeError):
        painted(net, given(height=SIDE + 8))


def test_what_lies_under_the_mask_is_not_looked_at(net: PhotoPainter) -> None:
    inputs = given()
    other = torch.where(inputs.mask > 0, torch.full_like(inputs.photo, 0.9), inputs.photo)
    assert torch.equal(painted(net, inputs), painted(net, changed(inputs, photo=other)))
    elsewhere = torch.where(inputs.mask > 0, inputs.photo, -inputs.photo)
    assert not torch.equal(painted(net, inputs), painted(net, changed(inputs, photo=elsewhere)))


def test_the_same_noise_gives_the_same_picture(net: PhotoPainter) -> None:
    inputs = given()
    assert torch.equal(painted(net, inputs), painted(net, inputs))
    assert not torch.equal(painted(net, inputs), painted(net, inputs, seed=1))


def test_every_input_is_looked_at(net: PhotoPainter) -> None:
    inputs, before = given(), painted(net, given())
    ones = torch.ones_like(inputs.colours)
    hair = given(classes=(HAIR,)).classes
    for part in ({"classes": hair}, {"colours": ones}, {"render": ones}):
        assert not torch.equal(painted(net, changed(inputs, **part)), before), part.keys()


def test_painting_goes_on_from_what_is_known_of_the_colour(net: PhotoPainter) -> None:
    """Colours of the class first, where they are known; else the generator's."""
    with torch.no_grad():
        net.paint.weight.zero_()
        assert net.paint.bias is not None
        net.paint.bias.zero_()
    inputs = given()
    colours, render = torch.zeros_like(inputs.colours), torch.zeros_like(inputs.render)
    colours[:, :3], colours[:, 3, :, : SIDE // 2] = 0.25, 1  # known on one half
    render[:, :3], render[:, 3] = -0.5, 1
    found = painted(net, changed(inputs, colours=colours, render=render))
    soft = BROAD_PX // 2  # colours are averaged over the border of the two
    assert torch.allclose(found[..., : SIDE // 2 - soft], torch.tensor(0.25))
    assert torch.allclose(found[..., SIDE // 2 + soft :], torch.tensor(-0.5))
    assert not painted(net, inputs).any(), "nothing is known: from grey"


def test_it_learns_what_two_classes_look_like() -> None:
    torch.manual_seed(0)
    net = PhotoPainter(widths=(8, 8, 8, 8), dilations=(1,), fine=8)
    asked = given(count=2, height=16, width=16, classes=(SKIN, HAIR))
    colour = torch.tensor([[0.6, 0.2, 0.0], [-0.7, -0.5, 0.1]])[..., None, None]
    optimiser = torch.optim.Adam(net.parameters(), 1e-2)

    def off() -> torch.Tensor:
        """``[2]`` mean difference of what is painted, in pictures never seen before."""
        inputs = changed(asked, photo=torch.rand_like(asked.photo) * 2 - 1)
        return (asked.mask * (net(inputs) - colour)).abs().sum((1, 2, 3)) / (3 * 64)

    before = off().detach()
    for _ in range(40):
        optimiser.zero_grad()
        off().mean().backward()
        optimiser.step()
    assert (off() < 0.4 * before).all()


def test_weights_come_back_from_their_state_dict(net: PhotoPainter) -> None:
    other = PhotoPainter(widths=(8, 8, 8, 8), dilations=(1,), fine=8).eval()
    other.load_state_dict(net.state_dict())
    assert torch.equal(painted(net, given()), painted(other, given()))
