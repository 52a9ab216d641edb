"""What keeps a GAN alive: penalties on gradients. Pure; every gradient taken here can be differentiated again."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor


def _wide(x: Tensor) -> Tensor:
    """At least float32: squares of half precision would be lost."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


def r1(logits: Tensor, real: Tensor) -> Tensor:
    """½·E‖∂D/∂x‖² at the real pictures (Mescheder et al. 2018); times γ it is R1.

    `logits` were computed from `real`, which requires gradients: where an augmentation lies between, the gradient
    is taken through it, at the pictures as they were.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), real, create_graph=True)
    return 0.5 * _wide(gradient).square().flatten(1).sum(dim=1).mean()


def gradient_penalty(judge: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """E(‖∂D/∂x̂‖ − 1)² between real and fake (Gulrajani et al. 2017, WGAN-GP); `share` N in 0..1 says where."""
    share = share.reshape(-1, 1, 1, 1)
    between = (share * real + (1.0 - share) * fake).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(judge(between).sum(), between, create_graph=True)
    length = (_wide(gradient).square().flatten(1).sum(dim=1) + 1e-12).sqrt()
    return (length - 1.0).square().mean()


def path_lengths(images: Tensor, ws: Tensor, noise: Tensor) -> Tensor:
    """N: how far the picture moves for a small move of w (Karras et al. 2020, StyleGAN2, section 3.2).

    `images` N×C×H×W were computed from `ws` N×layers×w; `noise` is standard normal, shaped like the images.
    """
    noise = noise / math.sqrt(images.shape[2] * images.shape[3])
    (gradient,) = torch.autograd.grad((images * noise).sum(), ws, create_graph=True)
    return _wide(gradient).square().sum(dim=2).mean(dim=1).sqrt()
