"""What the two networks of a GAN play for. Pure functions of raw logits (any shape); gradients flow to the logits.

`real` and `fake` are D's logits on real and generated pictures. Every `Adversarial` has `generator(fake)` and
`discriminator(real, fake)`, both scalars to be minimised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import relu, softplus

SMOOTHING = 0.9  # the target for real pictures under one-sided label smoothing


@dataclass(frozen=True)
class Adversarial:
    generator: Callable[[Tensor], Tensor]
    discriminator: Callable[[Tensor, Tensor], Tensor]


def logistic(real: Tensor, fake: Tensor) -> Tensor:
    """D's cross entropy (Goodfellow et al. 2014): 2·ln 2 where it cannot tell."""
    return softplus(fake).mean() + softplus(-real).mean()


def non_saturating(fake: Tensor) -> Tensor:
    """G's cross entropy towards “real” (Goodfellow et al. 2014, section 3): strong where D wins."""
    return softplus(-fake).mean()


def saturating(fake: Tensor) -> Tensor:
    """G's side of the original game: its gradient dies where D wins. For teaching."""
    return -softplus(fake).mean()


def smoothed(real: Tensor, fake: Tensor) -> Tensor:
    """D's cross entropy with the target 0.9 for real pictures only (Salimans et al. 2016)."""
    towards_real = SMOOTHING * softplus(-real).mean() + (1.0 - SMOOTHING) * softplus(real).mean()
    return towards_real + softplus(fake).mean()


def critic(real: Tensor, fake: Tensor) -> Tensor:
    """Wasserstein critic (Arjovsky et al. 2017); needs a Lipschitz penalty."""
    return fake.mean() - real.mean()


def towards_critic(fake: Tensor) -> Tensor:
    """G's side of the Wasserstein and of the hinge game."""
    return -fake.mean()


def hinge(real: Tensor, fake: Tensor) -> Tensor:
    """D's hinge (Lim & Ye 2017; with spectral normalisation Miyato et al. 2018)."""
    return relu(1.0 - real).mean() + relu(1.0 + fake).mean()


def least_squares(real: Tensor, fake: Tensor) -> Tensor:
    """D's least squares (Mao et al. 2017)."""
    return 0.5 * (real - 1.0).square().mean() + 0.5 * fake.square().mean()


def towards_one(fake: Tensor) -> Tensor:
    """G's least squares (Mao et al. 2017)."""
    return (fake - 1.0).square().mean()


LOSSES: dict[str, Adversarial] = {
    "non-saturating": Adversarial(non_saturating, logistic),
    "minimax": Adversarial(saturating, logistic),
    "smoothed": Adversarial(non_saturating, smoothed),
    "wgan": Adversarial(towards_critic, critic),
    "hinge": Adversarial(towards_critic, hinge),
    "least-squares": Adversarial(towards_one, least_squares),
}
