"""Fréchet distance of sets of pictures, in the judge parser's feature space.

As FID (Heusel et al. 2017), with the mean features of the judge's five stages in place of an
ImageNet network's, each in standard deviations of the real pictures. All sets are of `PICTURES`
pictures; covariances are shrunk towards their diagonals, since there are about as many features.
Figures compare with those of the same number of pictures and the same judge, with no others.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from s2flow_app.nets.parser import FaceParser
from s2flow_app.training.data import FaceData
from s2flow_app.training.evaluation.intervals import rounded
from s2flow_app.training.evaluation.likeness import seen

PICTURES: Final = 160
SHRINKAGE: Final = 0.1
RESAMPLES: Final = 20
Z95: Final = 1.96
SEED: Final = 0


@torch.inference_mode()
def features(judge: FaceParser, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """``[N, F]``: the mean of every feature map of the judge's stages over each picture."""
    rows = []
    for picture in pictures:
        stages = judge.features(seen(judge, picture))
        rows.append(torch.cat([stage.mean((2, 3)) for stage in stages], 1)[0].numpy())
    return np.stack(rows).astype(np.float64)


def references(faces: FaceData, judged: Sequence[int]) -> list[int]:
    """Training faces, one for each of the ``judged`` and of the same source.

    None of them is judged: what is drawn from a photo is not compared with that photo. A source
    with too few pictures lends some twice.
    """
    rng = np.random.default_rng(SEED)
    train = faces.select(held_out=False)
    by_source: dict[str, list[int]] = {}
    for i in rng.permutation(train):
        by_source.setdefault(source_of(faces.names[i]), []).append(int(i))
    used = dict.fromkeys(by_source, 0)
    found = []
    for i in judged:
        source = source_of(faces.names[i])
        found.append(by_source[source][used[source] % len(by_source[source])])
        used[source] += 1
    return found


def source_of(name: str) -> str:
    """What a picture's name begins with: where it comes from."""
    return name.partition("-")[0]


def frechet_distance(found: NDArray[np.float64], real: NDArray[np.float64]) -> float:
    """Of features ``[N, F]`` and ``[N, F]``."""
    return _Real(real).distance(found)


def frechet_summary(found: NDArray[np.float64], real: NDArray[np.float64]) -> dict[str, Any]:
    """The distance, and an interval about it of the width that the bootstrap finds.

    Resampled sets hold pictures twice, which alone moves the distance up: only its spread is used.
    """
    rng, target = np.random.default_rng(SEED), _Real(real)
    distance = target.distance(found)
    drawn = [
        target.distance(found[rng.integers(len(found), size=len(found))]) for _ in range(RESAMPLES)
    ]
    reach = Z95 * float(np.std(drawn, ddof=1))
    return {
        "pictures": len(found),
        "distance": rounded(distance),
        "interval": [rounded(max(0.0, distance - reach)), rounded(distance + reach)],
    }


class _Real:
    """The normal distribution of real pictures' features ``[N, F]``."""

    def __init__(self, real: NDArray[np.float64]) -> None:
        self._middle, self._spread = real.mean(0), real.std(0) + 1e-6
        self._covariance = _covariance(self._scaled(real))
        values, vectors = np.linalg.eigh(self._covariance)
        self._root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T

    def distance(self, found: NDArray[np.float64]) -> float:
        """From it to the distribution of ``found [N, F]``."""
        rows = self._scaled(found)
        covariance = _covariance(rows)
        crossed = np.linalg.eigvalsh(self._root @ covariance @ self._root)
        joint = np.sqrt(np.maximum(crossed, 0)).sum()
        apart = np.square(rows.mean(0)).sum()
        return float(apart + np.trace(covariance) + np.trace(self._covariance) - 2 * joint)

    def _scaled(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return (rows - self._middle) / self._spread


def _covariance(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    full = np.cov(rows, rowvar=False)
    return (1 - SHRINKAGE) * full + SHRINKAGE * np.diag(np.diag(full))
