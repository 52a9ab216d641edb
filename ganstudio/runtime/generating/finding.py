"""Finding directions in a generator without anybody's labels: off its weights, and off many of its points.

SeFa: Shen & Zhou, "Closed-Form Factorization of Latent Semantics in GANs" (CVPR 2021): the directions that the first
maps of the latent stretch most. PCA: Härkönen et al., "GANSpace" (NeurIPS 2020): the principal directions of w; for a
generator without w those of its early maps, taken back to z by least squares.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganstudio.core.latent import moving
from ganstudio.core.latent.directions import Direction
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime.generating.facts import Facts
from ganstudio.runtime.generating.space import Space

Floats = moving.Floats
_SEED = 1
_AT_ONCE = 500
_MOST_PICTURES = 1000
_MAP_SIDE = 8
_SIGMA_DRAWS = 512
_STYLE_MAPS = ("affine", "modulation", "to_style1", "to_style2", "to_style")


def sample(space: Space, facts: Facts, count: int, seed: int = 0) -> Floats:
    """count×w_dim, the classes in turn, each about the mean of its class."""
    z = np.random.RandomState(seed).randn(count, facts.z_dim).astype(np.float32)
    if not facts.has_w:
        return z
    kinds = max(1, len(facts.classes))
    found = np.empty((count, facts.w_dim), np.float32)
    for number in range(min(kinds, count)):
        w = space.styles(z[number::kinds], space.class_of(number)).mean(axis=1)
        found[number::kinds] = w - w.mean(axis=0) if facts.classes and len(w) > 1 else w
    return found


def sefa(net: GeneratorNet, space: Space, facts: Facts, count: int) -> list[Direction]:
    """The strongest first, one σ each."""
    gram = torch.zeros(facts.w_dim, facts.w_dim, dtype=torch.float64)
    with torch.inference_mode():
        for one in first_maps(net):
            one = one.double().cpu()
            gram += one.t() @ one
    found = _principal(gram)[1][:count]
    points = sample(space, facts, _SIGMA_DRAWS) if facts.has_w else None
    return [_direction("sefa", "SeFa", n, one, points) for n, one in enumerate(found, 1)]


def pca(net: GeneratorNet, space: Space, facts: Facts, count: int, draws: int) -> Iterator[float | list[Direction]]:
    """Yields the share of the work done by each step, and the directions last."""
    draws = max(draws, 4 * count)
    if not facts.has_w:
        yield from _pca_of_maps(net, space, facts, count, min(draws, _MOST_PICTURES))
        return
    total = torch.zeros(facts.w_dim, facts.w_dim, dtype=torch.float64)
    mean, seen = torch.zeros(facts.w_dim, dtype=torch.float64), 0
    for number, at in enumerate(range(0, draws, _AT_ONCE)):
        w = torch.from_numpy(sample(space, facts, min(_AT_ONCE, draws - at), _SEED + number)).double()
        total += w.t() @ w
        mean += w.sum(dim=0)
        seen += len(w)
        yield len(w) / draws
    mean /= seen
    values, vectors = _principal(total / seen - torch.outer(mean, mean))
    yield [
        Direction.of(f"pca-{n}", f"PCA {n}", _signed(vector) * np.sqrt(max(float(value), 1e-18)), "pca")
        for n, (value, vector) in enumerate(zip(values[:count], vectors, strict=False), 1)
    ]


def _pca_of_maps(
    net: GeneratorNet, space: Space, facts: Facts, count: int, draws: int
) -> Iterator[float | list[Direction]]:
    latents, pictures = [], []
    per_class = max(20, _AT_ONCE // 10)
    number = 0
    while sum(map(len, latents)) < draws:
        shares = space.class_of(number)
        z = np.random.RandomState(_SEED + number).randn(per_class, facts.z_dim).astype(np.float32)
        pictures.append(_small(net, space, facts, z, shares))
        latents.append(z)
        number += 1
        yield per_class / draws
    z, seen = torch.from_numpy(np.concatenate(latents)).double(), torch.from_numpy(np.concatenate(pictures)).double()
    scores = torch.from_numpy(_principal(seen @ seen.t())[1][:count])
    z = z - z.mean(dim=0)
    # z of many draws is nearly white: a little ridge, for as many draws as dimensions and fewer.
    white = z.t() @ z + 1e-3 * len(z) * torch.eye(z.shape[1], dtype=torch.float64)
    back = torch.linalg.solve(white, z.t() @ scores.t()).numpy()
    yield [_direction("pca", "PCA", n, one, None) for n, one in enumerate(back.T, 1)]


def _principal(gram: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvalues and eigenvectors (as rows), the largest first. By torch, whose threads are those of the lane."""
    values, vectors = torch.linalg.eigh(gram)
    return values.flip(0).numpy(), vectors.t().flip(0).contiguous().numpy()


def _small(net: GeneratorNet, space: Space, facts: Facts, z: Floats, shares: tuple[float, ...]) -> Floats:
    """What pictures of a class begin as, N×numbers, less their mean (so that classes do not count)."""
    rows = []
    with torch.inference_mode():
        for at in range(0, len(z), 50):
            ws = torch.from_numpy(space.styles(z[at : at + 50], shares)).to(next(net.parameters()).device)
            maps = _early_maps(net, ws, space.label(shares, len(ws))).float()
            if maps.shape[2] > _MAP_SIDE:
                maps = nn.functional.adaptive_avg_pool2d(maps, _MAP_SIDE)
            rows.append(maps.flatten(1).cpu().numpy())
    found = np.concatenate(rows)
    return found - found.mean(axis=0)


def _early_maps(net: GeneratorNet, ws: Tensor, label: Tensor | None) -> Tensor:
    """The first maps of at least 8 px a side, N×C×h×w, where the network makes them in a layer of its own; else the
    picture. What follows them is not computed."""
    found: list[Tensor] = []

    def hear(module: nn.Module, inputs: object, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] >= _MAP_SIDE:
            found.append(output)
            raise _Seen

    hooks = [one.register_forward_hook(hear) for one in net.modules() if not list(one.children())]
    try:
        return net.draw(ws, label)
    except _Seen:
        return found[0]
    finally:
        for hook in hooks:
            hook.remove()


def first_maps(net: GeneratorNet) -> list[Tensor]:
    """The matrices out×w_dim by which ws first enters, with all their gains."""
    if not net.has_w:
        return [_first_map(net)]
    device = next(net.parameters()).device
    maps = []
    for name, module in net.named_modules():
        if name.rpartition(".")[2] in _STYLE_MAPS:
            made: Tensor = module(torch.cat([torch.zeros(1, net.w_dim), torch.eye(net.w_dim)]).to(device))
            maps.append((made[1:] - made[:1]).t().float())
    return maps


class _Seen(Exception):
    """The first map has been seen; the rest need not be computed."""


def _first_map(net: GeneratorNet) -> Tensor:
    """What the first layer with weights makes of each number of the latent, out×w_dim."""
    found: list[Tensor] = []

    def hear(module: nn.Module, inputs: object, output: Tensor) -> None:
        found.append(output.flatten(1))
        raise _Seen

    device = next(net.parameters()).device
    first = next(one for one in net.modules() if not list(one.children()) and list(one.parameters(recurse=False)))
    hook = first.register_forward_hook(hear)
    ws = torch.cat([torch.zeros(1, net.w_dim, device=device), torch.eye(net.w_dim, device=device)]).unsqueeze(1)
    label = None if not net.classes else torch.eye(net.classes, device=device)[:1].expand(len(ws), -1)
    try:
        net.draw(ws, label)
    except _Seen:
        pass
    finally:
        hook.remove()
    return (found[0][1:] - found[0][:1]).t().float()


def _direction(kind: str, title: str, number: int, vector: NDArray[np.floating], points: Floats | None) -> Direction:
    unit = _signed(vector / max(float(np.linalg.norm(vector)), 1e-12))
    sigma = 1.0 if points is None else max(float((points @ unit).std()), 1e-9)
    return Direction.of(f"{kind}-{number}", f"{title} {number}", unit * sigma, kind)


def _signed(vector: NDArray[np.floating]) -> NDArray[np.floating]:
    """One of the two ways of a direction, always the same: its largest number is positive."""
    return vector if vector[np.argmax(np.abs(vector))] >= 0 else -vector
