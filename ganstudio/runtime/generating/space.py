"""Space: where a Latent lies for one network, as ws; what was computed of it is remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from ganstudio.core.latent import Latent, Point, Weighted, moving
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime.generating.facts import Facts

Floats = moving.Floats
Shares = tuple[float, ...]
_REMEMBERED = 256
_AT_ONCE = 512
T = TypeVar("T")


class Space:
    """From Latents to ws (num_ws×w_dim float32), for one thread at a time. z is drawn by numpy, so on every device
    alike."""

    def __init__(self, net: GeneratorNet, facts: Facts, device: torch.device) -> None:
        self._net, self._facts, self._device = net, facts, device
        self._known: OrderedDict[object, Floats] = OrderedDict()

    def base(self, latent: Latent) -> Floats:
        """Of the seeds, blended, or the Latent's own point: before pushes, mixing and ψ."""
        facts = self._facts
        if latent.point is not None:
            return moving.layered(latent.point.array, facts.num_ws, facts.w_dim)
        shares = facts.class_shares(latent.classes)
        points = np.stack([self.seed(int(one.word), shares) for one in latent.seeds])
        weights = [one.weight for one in latent.seeds]
        if len(points) == 1:
            return points[0]
        if facts.has_w:
            return moving.blended(points, weights)
        return moving.blended_keeping_norm(points[:, 0], weights)[None]

    def moved(self, latent: Latent, share: float = 1.0) -> Floats:
        """With pushes (each by `share` of its amount) and mixing, before ψ."""
        ws = moving.pushed(self.base(latent), latent.pushes, share)
        if latent.mix is None:
            return ws
        shares = self._facts.class_shares(latent.classes)
        return moving.mixed(ws, self.seed(latent.mix.seed, shares), latent.mix.first, latent.mix.last)

    def ws(self, latent: Latent, share: float = 1.0) -> Floats:
        """All of it: what the picture is drawn from."""
        centre = self.centre(self._facts.class_shares(latent.classes))
        return moving.truncated(self.moved(latent, share), centre, latent.psi, latent.cutoff)

    def seed(self, seed: int, shares: Shares) -> Floats:
        """num_ws×w_dim of one seed."""
        return self._remembered(("seed", seed, shares), lambda: self.styles(self.z([seed]), shares)[0])

    def z(self, seeds: Sequence[int]) -> Floats:
        """N×z_dim."""
        return np.stack([moving.seed_z(seed, self._facts.z_dim) for seed in seeds])

    def styles(self, z: Floats, shares: Shares) -> Floats:
        """N×z_dim → N×num_ws×w_dim."""
        found = []
        with torch.inference_mode():
            for at in range(0, len(z), _AT_ONCE):
                part = torch.from_numpy(z[at : at + _AT_ONCE]).to(self._device)
                ws = self._net.styles(part, self.label(shares, len(part)))
                found.append(ws.float().cpu().numpy())
        return np.concatenate(found)

    def centre(self, shares: Shares) -> Floats | None:
        """What ψ draws to, w_dim; None: zero."""
        if not self._facts.has_w:
            return None

        def measured() -> Floats:
            with torch.inference_mode():
                centre = self._net.centre(self.label(shares, 1))
            zero = np.zeros(self._facts.w_dim, np.float32)
            return zero if centre is None else centre[0].float().cpu().numpy()

        return self._remembered(("centre", shares), measured)

    def label(self, shares: Shares, count: int) -> Tensor | None:
        """N×classes; None for a network without."""
        if not shares:
            return None
        return torch.tensor(shares, dtype=torch.float32, device=self._device).expand(count, -1)

    def class_of(self, number: int) -> Shares:
        """The shares that are one class alone; () for a network without, of which every number is the same."""
        return tuple(float(n == number % len(self._facts.classes)) for n in range(len(self._facts.classes)))

    def _remembered(self, key: object, compute: Callable[[], Floats]) -> Floats:
        if key not in self._known:
            self._known[key] = compute()
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


def pointed(latent: Latent, ws: Floats) -> Latent:
    """The Latent at a point of its own: what lies behind its seeds, pushes and mixing is in the point."""
    from dataclasses import replace

    return replace(latent, seeds=(Weighted("0"),), pushes=(), mix=None, point=Point.of(ws))
