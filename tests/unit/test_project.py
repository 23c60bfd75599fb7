"""Inversion by optimisation: it gets closer, can be stopped and goes on, and leaves the pack be."""

from threading import Event

import pytest
import torch

from s2flow_app.engine.project import Projection, self_similarity
from s2flow_app.errors import Cancelled
from s2flow_app.nets.parser import FaceParser
from s2flow_app.nets.stylegan2 import Generator

WIDTHS = (16, 16, 16, 8, 8)


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(0)
    made = Generator(w_dim=16, channels=WIDTHS, z_dim=16, mapping_layers=2)
    for parameter in made.parameters():
        parameter.requires_grad_(False)
    return made.eval()


@pytest.fixture
def parser() -> FaceParser:
    torch.manual_seed(1)
    return FaceParser(channels=(8, 8, 8, 8, 8)).eval().requires_grad_(False)


def _distance(projection: Projection, wanted: torch.Tensor) -> float:
    with torch.inference_mode():
        found = projection.generator.synthesis(projection.ws)
    return float((found - wanted).abs().mean())


def test_the_drawing_comes_closer_to_the_picture(generator: Generator, parser: FaceParser) -> None:
    z = torch.randn(1, 16, generator=torch.Generator().manual_seed(5))
    wanted = generator.synthesis(generator.mapping(z)).clamp(-1, 1)
    projection = Projection(generator, parser, wanted, steps=40)
    before = _distance(projection, wanted)
    weights = {k: v.clone() for k, v in generator.state_dict().items()}
    projection.run()
    assert projection.share == 1
    assert _distance(projection, wanted) < 0.8 * before
    for key, value in generator.state_dict().items():
        torch.testing.assert_close(value, weights[key])


def test_a_cancelled_search_goes_on_where_it_was(generator: Generator, parser: FaceParser) -> None:
    wanted = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    whole = Projection(generator, parser, wanted, steps=12)
    whole.run()
    stopped, cancel = Projection(generator, parser, wanted, steps=12), Event()

    def stop(share: float) -> None:
        if share >= 0.3:
            cancel.set()

    with pytest.raises(Cancelled):
        stopped.run(cancel=cancel, report=stop)
    assert 0.3 <= stopped.share < 1
    stopped.run()
    torch.testing.assert_close(stopped.ws, whole.ws)


def test_noise_is_less_like_itself_than_a_picture_is() -> None:
    noise = torch.randn(64, 64, generator=torch.Generator().manual_seed(0))
    ramp = torch.linspace(-1.7, 1.7, 64).expand(64, 64)
    assert self_similarity([noise]) < 0.05 * self_similarity([ramp])
