"""Search: the point of a generator's space whose picture is nearest to one that is wanted.

After Karras et al., "Analyzing and Improving the Image Quality of StyleGAN" (2020), appendix D: from the mean w, with
noise on w that dies away and a rate that rises, stays and falls; then the layers may part (w+; Abdal et al. 2019), held
together by a penalty. The noise maps may move with it, under the paper's regularisation, once one point is left.
Networks without w are searched in z, at the length that their latents have. The distance is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.core.errors import EngineError
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime.generating import noise_maps

Distance = Callable[[Tensor], Tensor]
_DRAWS = 512  # points that tell the mean's surroundings
_LOOKED_AT = 48  # of them, as pictures
_STARTS = 4  # points from which it begins; one is kept
_AT_ONCE = 16
_RATE = 0.25  # of a coordinate's spread, at most, a step
_NOISE, _QUIET_AFTER = 0.05, 0.75
_RISE, _FALL = 0.05, 0.25
_TOGETHER = 0.02  # weight of the layers' spread about their mean, in spreads of w
_NORMAL = 0.02  # weight of how far out a point lies
_FAULTS = 6  # non-finite steps until it is given up


@dataclass(frozen=True)
class Found:
    """ws: num_ws×w_dim float32; R×R×C uint8; the noise maps as they travel, b"" for the network's own."""

    ws: NDArray[np.float32]
    distance: float
    picture: NDArray[np.uint8]
    noise: bytes = b""


class Search:
    """Of one class (`label` 1×classes, or None). For one thread; the network is its own, and has no gradients."""

    def __init__(self, net: GeneratorNet, label: Tensor | None, distance: Distance, seed: int = 0) -> None:
        self._net, self._label, self._distance = net, label, distance
        self._device = next(net.parameters()).device
        self._generator = torch.Generator().manual_seed(seed)
        z = torch.randn(_DRAWS, net.z_dim, generator=self._generator).to(self._device)
        with torch.no_grad():
            drawn = torch.cat([net.styles(part, self._labels(len(part))) for part in z.split(128)]).float()[:, 0]
            centre = net.centre(self._labels(1)) if net.has_w else None
        self._drawn = drawn
        self.maps: list[Tensor] = []
        """Noise maps that a search moves; none: the network's own."""
        self.centre = torch.zeros(1, net.w_dim, device=self._device) if centre is None else centre[:1].float()
        self._spread = float((drawn - self.centre).square().mean().sqrt())
        self.mean = self._of(self.centre[:, None].expand(-1, net.num_ws, -1))
        self.random = torch.cat([self._of(self._whole(part)) for part in drawn[:_LOOKED_AT].split(_AT_ONCE)])
        everything = torch.cat([self.mean, self.random])
        if not torch.isfinite(everything).any():
            raise EngineError("The model gives no usable pixels (not numbers).", "Its file is damaged.")
        self.faults = 0
        self.best = self._first()

    def _first(self) -> Found:
        """The nearest of the pictures that were looked at."""
        random = torch.nan_to_num(self.random, nan=math.inf)
        place = int(random.argmin())
        nearer = float(random[place]) < _finite(self.mean)
        ws = self._whole(self._drawn[place : place + 1] if nearer else self.centre)
        with torch.no_grad():
            return _found(ws, self.picture(ws), float(random[place]) if nearer else _finite(self.mean))

    def steps(self, count: int, layers: bool, noise: bool = False) -> SearchSteps:
        """A way of so many steps: all layers alike from the mean and the nearest, or (`layers`) each for itself from
        the best so far. `noise`: the noise maps move with it, where the network has some."""
        return SearchSteps(self, count, layers, noise)

    def own_maps(self) -> list[Tensor]:
        """The network's own noise maps; of its best, where it has found others."""
        return noise_maps.unpacked(self.best.noise, self._net) or noise_maps.own(self._net)

    # What the steps need

    def starts(self) -> Tensor:
        """K×w_dim: the mean, and the nearest of the random ones."""
        near = torch.nan_to_num(self.random, nan=math.inf).argsort()[: _STARTS - 1]
        return torch.cat([self.centre, self._drawn[:_LOOKED_AT][near]])

    def picture(self, ws: Tensor, maps: list[Tensor] | None = None) -> Tensor:
        """N×num_ws×w_dim → N×C×R×R, with gradients where they are wanted."""
        with noise_maps.lent(self._net, self.maps if maps is None else maps):
            return self._net.draw(ws, self._labels(len(ws)), "const").float()

    def distances(self, ws: Tensor) -> Tensor:
        return self._distance(self.picture(ws))

    def strain(self, ws: Tensor) -> Tensor:
        """What keeps points where the network has learnt: N penalties."""
        away = (ws - self.centre) / self._spread
        if not self._net.has_w:  # a latent has the length of a normal one
            return (away.square().mean(dim=(1, 2)) - 1.0).square()
        together = (away - away.mean(dim=1, keepdim=True)).square().mean(dim=(1, 2))
        return _TOGETHER * together + _NORMAL * torch.relu(away.square().mean(dim=(1, 2)) - 2.0)

    @torch.no_grad()
    def judge(self, ws: Tensor) -> None:
        """Keep the best of N points, drawn as they will be drawn anywhere."""
        noise = noise_maps.packed(self.maps)
        pictures = self.picture(ws, noise_maps.unpacked(noise, self._net))
        for number, distance in enumerate(self._distance(pictures)):
            if float(distance) < self.best.distance:
                self.best = _found(ws[number : number + 1], pictures[number : number + 1], float(distance), noise)

    def noise(self, like: Tensor) -> Tensor:
        return torch.randn(like.shape, generator=self._generator).to(self._device)

    @property
    def rate(self) -> float:
        return _RATE * self._spread

    @property
    def spread(self) -> float:
        """The spread of one coordinate of w (of z: about 1)."""
        return self._spread

    def whole(self, w: Tensor) -> Tensor:
        return self._whole(w)

    @property
    def num_ws(self) -> int:
        return self._net.num_ws

    @torch.no_grad()
    def _of(self, ws: Tensor) -> Tensor:
        return self.distances(ws)

    def _whole(self, w: Tensor) -> Tensor:
        """N×w_dim → N×num_ws×w_dim."""
        return w[:, None].expand(-1, self._net.num_ws, -1)

    def _labels(self, count: int) -> Tensor | None:
        return None if self._label is None else self._label.expand(count, -1)


def _found(ws: Tensor, picture: Tensor, distance: float, noise: bytes = b"") -> Found:
    """1×num_ws×w_dim and 1×C×R×R."""
    levels = torch.nan_to_num(picture * 127.5 + 128.0).clamp(0.0, 255.0).to(torch.uint8)
    point = ws[0].detach().float().cpu().numpy().copy()
    return Found(point, distance, np.ascontiguousarray(levels[0].permute(1, 2, 0).cpu().numpy()), noise)


def _finite(distances: Tensor) -> float:
    return float(torch.nan_to_num(distances, nan=math.inf).min())


class SearchSteps:
    """One way, a step a call."""

    def __init__(self, search: Search, count: int, layers: bool, noise: bool) -> None:
        self._search, self._count, self._layers, self._noise = search, count, layers, noise
        self.done = 0
        self._slower = 1.0
        self._stirring: Stirring | None = None
        self._begin(self._best()[None] if layers else search.starts()[:, None])

    def _best(self) -> Tensor:
        return torch.from_numpy(self._search.best.ws).to(self._search.centre.device)

    def _begin(self, points: Tensor) -> None:
        self._points = points.clone().requires_grad_(True)
        self._adam = torch.optim.Adam([self._points], lr=self._search.rate)
        own = self._search.own_maps() if self._noise and len(points) == 1 else []
        self._stirring = Stirring(self._search, own) if own else None

    def step(self) -> None:
        """Raises EngineError where the network gave no numbers again and again."""
        search, share = self._search, self.done / self._count
        if not self._layers and len(self._points) > 1 and share >= 0.2:
            self._choose()
        for group in self._adam.param_groups:
            group["lr"] = search.rate * self._slower * (0.4 if self._layers else 1.0) * _pace(share)
        loudness = _NOISE * search.spread * max(0.0, 1.0 - share / _QUIET_AFTER) ** 2
        with torch.enable_grad():
            ws = self._points + loudness * search.noise(self._points)
            ws = ws if self._layers else ws.expand(-1, search.num_ws, -1)
            loss = (search.distances(ws) + search.strain(ws)).sum()
            if self._stirring is not None:
                loss = loss + self._stirring.strain()
            self._adam.zero_grad()
            loss.backward()
        grad = self._points.grad
        if not torch.isfinite(loss) or grad is None or not torch.isfinite(grad).all():
            self._again()
        else:
            self._adam.step()
            if self._stirring is not None:
                self._stirring.step(self._slower * _pace(share))
        self.done += 1

    def judge(self) -> None:
        """Look at where it is, without the noise."""
        with torch.no_grad():
            self._search.judge(self._points if self._layers else self._points.expand(-1, self._search.num_ws, -1))

    def _choose(self) -> None:
        """Go on from the nearest alone."""
        with torch.no_grad():
            found = self._search.distances(self._points.expand(-1, self._search.num_ws, -1))
            place = int(torch.nan_to_num(found, nan=math.inf).argmin())
        self._begin(self._points.detach()[place : place + 1])

    def _again(self) -> None:
        """Not numbers: from the best so far, in smaller steps."""
        self._search.faults += 1
        self._slower /= 2
        if self._search.faults > _FAULTS:
            raise EngineError("The model gave no numbers again and again; the best until then is kept.")
        self._begin(self._best()[None] if self._layers else self._best()[None, :1])


class Stirring:
    """The noise maps on their way with a point."""

    def __init__(self, search: Search, maps: list[Tensor]) -> None:
        self._maps = search.maps = [one.requires_grad_(True) for one in maps]
        self._spreads = [(one.detach().mean(), one.detach().std(correction=0)) for one in maps]
        self._adam = torch.optim.Adam(self._maps, lr=noise_maps.RATE)

    def strain(self) -> Tensor:
        """What keeps them noise."""
        return noise_maps.WEIGHT * noise_maps.regularity(self._maps)

    def step(self, pace: float) -> None:
        """After the gradients are known."""
        for group in self._adam.param_groups:
            group["lr"] = noise_maps.RATE * pace
        self._adam.step()
        self._adam.zero_grad()
        noise_maps.settle(self._maps, self._spreads)


def _pace(share: float) -> float:
    """Of the rate: it rises, stays, and falls as a cosine."""
    rising = min(1.0, (share + 1e-3) / _RISE)
    falling = min(1.0, (1.0 - share) / _FALL)
    return rising * (0.5 - 0.5 * math.cos(falling * math.pi))
