"""A linear classifier of feature vectors: can what was made be told apart as the real is?

Trained on one half of the real pictures, tried on the other; made pictures that it knows as often as real ones belong
to their class as far as these features see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

Labels = NDArray[np.integer]


@dataclass(frozen=True)
class Linear:
    """softmax((x − mean) / std · weights + bias): N×d → N×K."""

    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def probabilities(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        logits = (np.asarray(vectors, np.float64) - self.mean) / self.std @ self.weights + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def accuracy(self, vectors: NDArray[np.floating], labels: Labels) -> float:
        """Share of the vectors whose likeliest class is their label."""
        return float((self.probabilities(vectors).argmax(axis=1) == np.asarray(labels)).mean())


def learn(vectors: NDArray[np.floating], labels: Labels, classes: int, decay: float = 3e-3) -> Linear:
    """Multinomial logistic regression, every class weighing the same, weights kept small by `decay`; LBFGS, float64.

    Labels are 0 … classes − 1, each there at least once.
    """
    counts = np.bincount(labels, minlength=classes)
    if classes < 2 or len(counts) > classes or (counts == 0).any():
        raise ValueError("a classifier needs two classes or more, and pictures of each")
    x = np.asarray(vectors, np.float64)
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-6
    given = torch.from_numpy((x - mean) / std)
    wanted = torch.from_numpy(np.asarray(labels, np.int64))
    balance = torch.from_numpy(len(labels) / (classes * counts))
    weights = torch.zeros(x.shape[1], classes, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(classes, dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([weights, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        search.zero_grad()
        value = F.cross_entropy(given @ weights + bias, wanted, weight=balance) + decay * weights.square().sum()
        value.backward()
        return value

    with torch.enable_grad():
        search.step(loss)
    return Linear(mean, std, weights.detach().numpy(), bias.detach().numpy())
