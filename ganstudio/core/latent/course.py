"""Course: where a Walk is at a time, in ws. NumPy alone; a Latent's ws are asked of whoever knows the network."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.latent import NOISE_OFF, Latent
from ganstudio.core.latent.parts import Point, Weighted
from ganstudio.core.latent.walk import Track, Walk

Ws = NDArray[np.float32]
STATIONS = 8  # pictures of each way that are looked at to even the speed
_TINY = 1e-9
_STANDS = 1e-6  # a way on which the pictures change less than this share of the most stands still
_PER_SECOND = 10_000  # seeds of noise


class Course:
    """The way of a walk. `ws_of` gives a Latent's final ws (num_ws×w_dim float32); it is asked twice a keyframe.

    ψ and the centre it draws to, directions and style mixing are those of the keyframes between them too. With
    `keep_length` a point between two keyframes has a length between theirs (for latents, whose length the network
    takes for strength). Raises UsageError where the walk cannot be walked.
    """

    def __init__(self, walk: Walk, ws_of: Callable[[Latent], Ws], keep_length: bool = False) -> None:
        walk.check()
        self.walk = walk
        self._keep_length = keep_length
        first = walk.keys[0].latent.point
        self._maps = first.noise if walk.still and first is not None else b""
        latents = [key.latent for key in walk.keys]
        own = [ws_of(replace(one, psi=1.0, cutoff=None)).astype(np.float64) for one in latents]
        self._centres = [ws_of(replace(one, psi=0.0, cutoff=None)).astype(np.float64) for one in latents]
        if any(one.shape != own[0].shape for one in own):
            raise UsageError("The keyframes are of networks of different shapes.", "A walk goes through one model.")
        self._offsets = [ws - centre for ws, centre in zip(own, self._centres, strict=True)]
        self._truncated = [_rows(one.cutoff, len(own[0])) for one in latents]
        self._psi = [rows * one.psi + (1.0 - rows) for one, rows in zip(latents, self._truncated, strict=True)]
        self._knots, self._tangents = _tangents(self._offsets, walk.loop)
        self._reach: list[NDArray[np.float64]] | None = None
        self._lasts = [key.seconds for key in walk.keys[: walk.segments]]

    @property
    def seconds(self) -> float:
        return self.walk.seconds

    @property
    def starts(self) -> list[float]:
        """When each keyframe is reached; where the pace is the eye's, once `even` has been told."""
        return [0.0, *accumulate(self._lasts)][: len(self.walk.keys)]

    def stations(self) -> list[list[Latent]]:
        """For each way between keyframes the pictures to be looked at: STATIONS + 1, from its beginning to its end."""
        return [
            [self._latent(way, step / STATIONS, self._start(way), bare=True) for step in range(STATIONS + 1)]
            for way in range(self.walk.segments)
        ]

    def even(self, changes: Sequence[Sequence[float]]) -> None:
        """Go with even speed to the eye: `changes` are how much the pictures of `stations` differ from one to the next.

        Each way gets the share of the time that its change is of all; those on which nothing changes keep theirs.
        """
        keys = self.walk.keys[: self.walk.segments]
        lengths = [float(np.sum(one)) for one in changes]
        stays = [key.easing.holds or one <= _STANDS * max(lengths) for key, one in zip(keys, lengths, strict=True)]
        if all(stays):
            return
        time = sum(key.seconds for key, stay in zip(keys, stays, strict=True) if not stay)
        whole = sum(one for one, stay in zip(lengths, stays, strict=True) if not stay)
        self._reach = [np.concatenate([[0.0], np.cumsum(one)]) / max(float(np.sum(one)), _TINY) for one in changes]
        self._lasts = [
            key.seconds if stay else time * one / whole for key, one, stay in zip(keys, lengths, stays, strict=True)
        ]

    def at(self, seconds: float) -> Latent:
        """The Latent of that time, with a Point of its own. A loop goes round; else the ends stay."""
        if self.walk.loop:
            seconds %= self.seconds
        starts = [0.0, *accumulate(self._lasts)]
        way = min(max(bisect_right(starts, seconds) - 1, 0), self.walk.segments - 1)
        lasts = self._lasts[way]
        share = min(max((seconds - starts[way]) / lasts, 0.0), 1.0) if lasts > 0 else 1.0
        along = self.walk.keys[way].easing.at(share)
        if self._reach is not None:
            inside = min(max(along, 0.0), 1.0)
            steps = np.linspace(0.0, 1.0, len(self._reach[way]))
            along += float(np.interp(inside, self._reach[way], steps)) - inside if self._reach[way][-1] > 0 else 0.0
        return self._latent(way, along, seconds)

    def _latent(self, way: int, along: float, seconds: float, bare: bool = False) -> Latent:
        """`bare`: without what goes by the time of the film."""
        here, there = way, (way + 1) % len(self.walk.keys)
        centre = _between(self._centres[here], self._centres[there], along)
        offset = self._offset(way, here, there, along)
        psi = _between(self._psi[here], self._psi[there], along)
        loop = self.seconds if self.walk.loop else None
        if not bare:
            for track in self.walk.tracks:
                _push(offset, track, track.amount.at(seconds, loop))
            if self.walk.psi is not None:
                rows = _between(self._truncated[here], self._truncated[there], along)
                psi = rows * self.walk.psi.at(seconds, loop) + (1.0 - rows)
        ws = (centre + psi[:, None] * offset).astype(np.float32)
        first, second = self.walk.keys[here].latent, self.walk.keys[there].latent
        return Latent(
            model=self.walk.keys[0].latent.model,
            classes=_blend(first.classes, second.classes, min(max(along, 0.0), 1.0)),
            psi=1.0,
            noise=self._noise(seconds),
            point=Point.of(ws, self._maps),
            weights=self.walk.keys[0].latent.weights,
        )

    def _offset(self, way: int, here: int, there: int, along: float) -> NDArray[np.float64]:
        a, b = self._offsets[here], self._offsets[there]
        match self.walk.path:
            case "spherical":
                return _turned(a, b, along)
            case "straight":
                found = _between(a, b, along)
            case _:
                knot = self._knots[way]
                found = _hermite(a, b, self._tangents[here] * knot, self._tangents[there] * knot, along)
        if self._keep_length:
            lengths = _between(_lengths(a), _lengths(b), along)
            found *= lengths / np.maximum(_lengths(found), _TINY)
        return found

    def _start(self, way: int) -> float:
        return ([0.0, *accumulate(self._lasts)])[way]

    def _noise(self, seconds: float) -> str:
        first = self.walk.keys[0].latent.noise
        return first if self.walk.still or first == NOISE_OFF else str(round(seconds * _PER_SECOND))


def _rows(cutoff: int | None, count: int) -> NDArray[np.float64]:
    """1 for the layers that ψ draws to the centre."""
    return (np.arange(count) < (count if cutoff is None else cutoff)).astype(np.float64)


def _between(a: NDArray[np.float64], b: NDArray[np.float64], along: float) -> NDArray[np.float64]:
    return a * (1.0 - along) + b * along


def _lengths(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.linalg.norm(rows, axis=1, keepdims=True)


def _turned(a: NDArray[np.float64], b: NDArray[np.float64], along: float) -> NDArray[np.float64]:
    """From a to b by turning, layer by layer, the length going evenly from one to the other (Shoemake 1985)."""
    long_a, long_b = _lengths(a), _lengths(b)
    from_a, to_b = a / np.maximum(long_a, _TINY), b / np.maximum(long_b, _TINY)
    angle = np.arccos(np.clip((from_a * to_b).sum(axis=1, keepdims=True), -1.0, 1.0))
    sine = np.sin(angle)
    flat = sine < 1e-6  # the same direction, or opposite ones: no turn is better than another
    safe = np.where(flat, 1.0, sine)
    turned = np.where(
        flat,
        _between(from_a, to_b, along),
        (np.sin((1.0 - along) * angle) * from_a + np.sin(along * angle) * to_b) / safe,
    )
    return turned * _between(long_a, long_b, along)


def _tangents(points: Sequence[NDArray[np.float64]], loop: bool) -> tuple[list[float], list[NDArray[np.float64]]]:
    """The knot length of each way and the tangent at each point of a centripetal Catmull-Rom spline, which has neither
    cusps nor loops of its own (Yuksel et al. 2011)."""
    count = len(points)
    ways = [(i, (i + 1) % count) for i in range(count if loop else count - 1)]
    knots = [max(float(np.linalg.norm(points[b] - points[a])), _TINY) ** 0.5 for a, b in ways]
    slopes = [(points[b] - points[a]) / knot for (a, b), knot in zip(ways, knots, strict=True)]
    tangents = []
    for index in range(count):
        if not loop and index in (0, count - 1):
            tangents.append(slopes[min(index, len(slopes) - 1)])
            continue
        before, after = knots[index - 1], knots[index]
        tangents.append((slopes[index - 1] * after + slopes[index] * before) / (before + after))
    return knots, tangents


def _hermite(
    a: NDArray[np.float64], b: NDArray[np.float64], out: NDArray[np.float64], into: NDArray[np.float64], u: float
) -> NDArray[np.float64]:
    return (
        (2 * u**3 - 3 * u**2 + 1) * a + (u**3 - 2 * u**2 + u) * out + (3 * u**2 - 2 * u**3) * b + (u**3 - u**2) * into
    )


def _push(offset: NDArray[np.float64], track: Track, amount: float) -> None:
    """Move the layers of a direction by so many σ, in place."""
    vector = track.push.array
    if vector.size != offset.shape[1]:
        raise UsageError(
            f"The direction “{track.push.name}” is of another model.", "Take it out of the walk, or learn it anew."
        )
    last = offset.shape[0] if track.push.last is None else track.push.last + 1
    offset[track.push.first : last] += amount * vector


def _blend(a: tuple[Weighted, ...], b: tuple[Weighted, ...], along: float) -> tuple[Weighted, ...]:
    """Classes between two blends of classes."""
    if a == b:
        return a
    shares: dict[str, float] = {}
    for part, share in ((a, 1.0 - along), (b, along)):
        whole = sum(one.weight for one in part)
        for one in part:
            shares[one.word] = shares.get(one.word, 0.0) + share * one.weight / whole
    return tuple(Weighted(word, weight) for word, weight in shares.items() if weight != 0.0)
