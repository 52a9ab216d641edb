"""How near a generator's pictures come to real ones it has not seen."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ganstudio.measures import features
from ganstudio.measures.distribution.diversity import diversity
from ganstudio.measures.distribution.kid import kid
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training.data.squares import Squares
from ganstudio.training.generator.shown import generated
from ganstudio.training.trainee import Check

FEWEST = 16  # held-out pictures with which a distance says anything
JUDGE = features.DEFAULT


class Judge:
    """Compares with held-out pictures by KID in SqueezeNet's features; those of the real ones are computed once."""

    def __init__(self, held: Squares, seed: int) -> None:
        self.held, self.seed = held, seed
        self.net = features.named(JUDGE)
        self.side = self.net.side_for(held.side)
        self._real: NDArray[np.float32] | None = None

    def real(self) -> NDArray[np.float32]:
        if self._real is None:
            self._real = self.net.vectors(_coloured(self.held.middles()), self.side)
        return self._real

    def check(self, g: GeneratorNet, count: int) -> Check:
        """From the seeds 0 … count − 1, classes as often as among the held-out pictures."""
        count = max(count, FEWEST)
        order = self.held.labels[np.arange(count) % len(self.held)]
        with torch.no_grad():
            made = generated(g, range(count), order.tolist() if g.classes == len(self.held.classes) else None)
        vectors = self.net.vectors(_coloured(made), self.side)
        distance = kid(self.real(), vectors, seed=self.seed)
        spread = diversity(self.real(), vectors, seed=self.seed)
        return Check(
            -distance.mean,
            {"kid": distance.mean, "kid_std": distance.std, "diversity": spread},
            f"KID {distance.mean:.4f} ± {distance.std:.4f} to {len(self.held)} held-out pictures "
            f"({self.net.label}), diversity {spread:.2f}",
        )


def _coloured(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pictures if pictures.shape[3] == 3 else pictures.repeat(3, axis=3)
