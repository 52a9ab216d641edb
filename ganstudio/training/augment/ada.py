"""Adaptive discriminator augmentation (Karras et al. 2020): blits, geometry, mild colour; and what steers `p`.

Each transform fires for each picture with probability p. Left out of the published pipe: the sixfold low-pass around
the geometry (bilinear instead: at small sizes it costs more than it gives), luma flip and free rotation (they change
what a painting or a photograph is); colour strengths are halved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

ALARM = 0.85  # p is held here: beyond, augmentations begin to leak into what is generated


class _Warp(torch.autograd.Function):
    """Bilinear sampling with mirrored borders, linear in the picture; its own adjoint can be differentiated."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, grid: Tensor) -> Tensor:
        ctx.save_for_backward(grid)
        ctx.shape = images.shape
        return functional.grid_sample(images, grid, "bilinear", "reflection", align_corners=False)

    @staticmethod
    def backward(ctx: Any, *outputs: Tensor) -> tuple[Tensor, None]:
        (grid,) = ctx.saved_tensors
        return _WarpBack.apply(outputs[0], grid, ctx.shape), None


class _WarpBack(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, gradient: Tensor, grid: Tensor, shape: torch.Size) -> Tensor:
        ctx.save_for_backward(grid)
        blank = torch.empty(shape, dtype=gradient.dtype, device=gradient.device)
        back = torch.ops.aten.grid_sampler_2d_backward.default
        return back(gradient.contiguous(), blank, grid, 0, 2, False, [True, False])[0]

    @staticmethod
    def backward(ctx: Any, *outputs: Tensor) -> tuple[Tensor, None, None]:
        (grid,) = ctx.saved_tensors
        return _Warp.apply(outputs[0], grid), None, None


@dataclass
class _Draw:
    """Random numbers for a batch; `fires` is 1 for the pictures a transform touches."""

    count: int
    p: float
    generator: torch.Generator

    def fires(self) -> Tensor:
        return (torch.rand(self.count, generator=self.generator) < self.p).float()

    def normal(self, deviation: float) -> Tensor:
        return torch.randn(self.count, generator=self.generator) * deviation * self.fires()

    def uniform(self, low: float, high: float) -> Tensor:
        return (torch.rand(self.count, generator=self.generator) * (high - low) + low) * self.fires()


def _matrix(rows: list[list[Tensor]]) -> Tensor:
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def geometry(count: int, side: int, p: float, generator: torch.Generator) -> Tensor:
    """N×3×3: where each output point (in -1..1) is taken from. Flips, quarter turns and whole-pixel shifts; scaling by
    2^N(0, 0.2), one axis against the other likewise, shifts by N(0, 1/8) of the side."""
    draw = _Draw(count, p, generator)
    zero, one = torch.zeros(count), torch.ones(count)

    def scaled(x: Tensor, y: Tensor) -> Tensor:
        return _matrix([[x, zero, zero], [zero, y, zero], [zero, zero, one]])

    def shifted(x: Tensor, y: Tensor) -> Tensor:
        return _matrix([[one, zero, x], [zero, one, y], [zero, zero, one]])

    flip = 1.0 - 2.0 * (torch.rand(count, generator=generator) < 0.5).float() * draw.fires()
    turn = torch.randint(0, 4, (count,), generator=generator).float() * draw.fires() * (math.pi / 2)
    cos, sin = turn.cos().round(), turn.sin().round()
    turned = _matrix([[cos, -sin, zero], [sin, cos, zero], [zero, zero, one]])
    fires = draw.fires()
    whole = [
        torch.round((torch.rand(count, generator=generator) - 0.5) * 0.25 * side) * fires * 2.0 / side for _ in range(2)
    ]
    size = torch.exp2(draw.normal(0.2))
    aspect = torch.exp2(draw.normal(0.2))
    fires = draw.fires()
    part = [torch.randn(count, generator=generator) * 0.25 * fires for _ in range(2)]
    return (
        scaled(flip, one)
        @ turned
        @ shifted(*whole)
        @ scaled(size, size)
        @ scaled(aspect, 1.0 / aspect)
        @ shifted(*part)
    )


def colours(count: int, p: float, generator: torch.Generator) -> Tensor:
    """N×3×4: RGB as a linear function of RGB and 1. Brightness N(0, 0.1), contrast 2^N(0, ¼), hue ±90°, saturation
    2^N(0, ½): the published strengths halved."""
    draw = _Draw(count, p, generator)
    brightness, contrast = draw.normal(0.1), torch.exp2(draw.normal(0.25))
    angle, richness = draw.uniform(-math.pi / 2, math.pi / 2), torch.exp2(draw.normal(0.5))
    axis = torch.full((3,), 1.0 / math.sqrt(3.0))
    along = torch.outer(axis, axis)
    cross = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3.0)
    across = torch.eye(3) - along
    spun = angle.cos()[:, None, None] * across + angle.sin()[:, None, None] * cross
    matrix = contrast[:, None, None] * (along + richness[:, None, None] * spun)
    return torch.cat([matrix, (contrast * brightness)[:, None, None].expand(-1, 3, 1)], dim=2)


def augmented(images: Tensor, p: float, generator: torch.Generator) -> Tensor:
    """N×3×R×R (or N×1×R×R, whose colours only get brighter and harder) in about -1..1; p = 0 gives them back."""
    if p == 0.0:
        return images
    count, channels, side = images.shape[:3]
    theta = geometry(count, side, p, generator)[:, :2].to(images.device)
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    images = _Warp.apply(images.contiguous(), grid.to(images.dtype))
    colour = colours(count, p, generator).to(images.device, images.dtype)
    if channels == 1:
        gain = colour[:, :1, :3].sum(dim=2, keepdim=True)
        return images * gain[..., None] + colour[:, :1, 3:][..., None]
    flat = colour[:, :, :3] @ images.flatten(2) + colour[:, :, 3:]
    return flat.reshape(images.shape)


@dataclass
class Controller:
    """Moves `p` so that D's sign on augmented real pictures stays at `target`: where D overfits, p rises.

    `kimg`: thousand pictures in which p may go from 0 to 1.
    """

    p: float = 0.0
    target: float = 0.6
    kimg: float = 500.0
    signs: float = 0.0
    seen: int = 0

    def saw(self, sign: float, count: int) -> None:
        """The mean sign of D's logits on `count` real pictures."""
        self.signs += sign * count
        self.seen += count

    def adjust(self) -> None:
        """Every few steps: p goes towards the target by as much as was seen."""
        if not self.seen:
            return
        off = self.signs / self.seen - self.target
        self.p = min(ALARM, max(0.0, self.p + math.copysign(self.seen / (self.kimg * 1000.0), off) * (off != 0.0)))
        self.signs, self.seen = 0.0, 0

    def state(self) -> dict[str, float]:
        return {"p": self.p, "signs": self.signs, "seen": self.seen}

    def take_up(self, state: dict[str, float]) -> None:
        self.p, self.signs, self.seen = float(state["p"]), float(state["signs"]), int(state["seen"])
