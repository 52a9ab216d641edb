"""Photographs in memory: read once, reduced once, cropped on the grid of the scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import BadInput
from ganstudio.training.data.folder import Picture
from ganstudio.training.data.reading import Pixels
from ganstudio.training.degradations import DEGRADATIONS
from ganstudio.training.upscaler.plan import PairPlan


def _grid(picture: Pixels, scale: int) -> Pixels:
    height, width = picture.shape[0] // scale * scale, picture.shape[1] // scale * scale
    return picture[:height, :width]


def busyness(crop: Pixels) -> float:
    """Mean absolute difference of neighbours in green: skies are near 0."""
    green = crop[..., 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=0)).mean() + np.abs(np.diff(green, axis=1)).mean())


def _turned(crop: Pixels, turn: int) -> Pixels:
    crop = np.rot90(crop, turn % 4)
    return crop[:, ::-1] if turn >= 4 else crop


@dataclass
class Photographs:
    """Training pairs. Everything drawn is a function of (seed, step), so nothing needs to be remembered."""

    plan: PairPlan
    high: list[Pixels]
    low: list[Pixels] = field(default_factory=list)
    _share: NDArray[np.float64] = field(init=False)
    _next: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        """BadInput when no picture is large enough for a crop."""
        scale = self.plan.enlarges
        smallest = max(self.plan.patch, self.plan.final_patch) * scale
        self.high = [_grid(p, scale) for p in self.high if min(p.shape[:2]) >= smallest]
        if not self.high:
            raise BadInput(f"No picture is at least {smallest} pixels on both sides, which training needs.")
        pixels = np.array([p.shape[0] * p.shape[1] for p in self.high], dtype=np.float64)
        self._share = pixels / pixels.sum()

    def _degrade(self, index: int, generation: int) -> Pixels:
        rng = np.random.default_rng([self.plan.seed, 1, index, generation])
        degrade = DEGRADATIONS[self.plan.degradation]
        return degrade(self.high[index], self.plan.enlarges, rng, self.plan.clean_share)

    def _prepare(self, step: int) -> None:
        """Bring the reduced pictures to the state they have at `step` of an uninterrupted Run."""
        count = len(self.high)
        rounds = step // self.plan.refresh if self.plan.degradation != "clean" else 0
        generations = [(rounds - i + count - 1) // count for i in range(count)]
        with ThreadPoolExecutor() as pool:
            self.low = list(pool.map(self._degrade, range(count), generations))

    def _refresh(self, step: int) -> None:
        """One picture is degraded anew every `refresh` steps; crops in between share its degradation."""
        if self.plan.degradation == "clean" or step % self.plan.refresh or step == 0:
            return
        done = step // self.plan.refresh - 1
        index = done % len(self.high)
        self.low[index] = self._degrade(index, done // len(self.high) + 1)

    def batch(self, step: int, size: int, patch: int) -> tuple[Pixels, Pixels]:
        """N×patch²×3 low and N×(patch·scale)²×3 high, uint8: the busier of two crops, turned at random."""
        if step == self._next:
            self._refresh(step)
        elif step != self._next - 1:
            self._prepare(step)
        self._next = step + 1
        rng = np.random.default_rng([self.plan.seed, 2, step])
        lows, highs = [], []
        for index in rng.choice(len(self.high), size=size, p=self._share):
            pairs = [self._crop(int(index), patch, rng) for _ in range(2)]
            low, high = max(pairs, key=lambda pair: busyness(pair[1]))
            turn = int(rng.integers(8))
            lows.append(_turned(low, turn))
            highs.append(_turned(high, turn))
        return np.stack(lows), np.stack(highs)

    def _crop(self, index: int, patch: int, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        s, low, high = self.plan.enlarges, self.low[index], self.high[index]
        y, x = int(rng.integers(low.shape[0] - patch + 1)), int(rng.integers(low.shape[1] - patch + 1))
        return low[y : y + patch, x : x + patch], high[y * s : (y + patch) * s, x * s : (x + patch) * s]


def middle(picture: Pixels, scale: int, side: int = 384) -> Pixels:
    """The middle of a picture, at most `side` pixels square and a multiple of `scale`: what validation looks at."""
    height, width = (min(n, side) // scale * scale for n in picture.shape[:2])
    y, x = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return np.ascontiguousarray(picture[y : y + height, x : x + width])


def middles(pictures: Sequence[Picture], scale: int, side: int = 384) -> Iterator[Pixels]:
    """The middle of each picture."""
    for one in pictures:
        yield middle(one.read(), scale, side)


class Ahead:
    """Batches drawn one step ahead by a thread of their own, so that the network never waits for them."""

    def __init__(self, photographs: Photographs) -> None:
        self._photographs = photographs
        self._pool = ThreadPoolExecutor(1, "batches")
        self._next: tuple[tuple[int, int, int], Future[tuple[Pixels, Pixels]]] | None = None

    def batch(self, step: int, size: int, patch: int) -> tuple[Pixels, Pixels]:
        """As `Photographs.batch`; begins with the next step's."""
        asked = (step, size, patch)
        found = self._next
        if found is not None and found[0] == asked:
            result = found[1].result()
        else:
            if found is not None:
                found[1].exception()  # the thread is done with it before another order changes
            result = self._draw(asked).result()
        after = (step + 1, size, patch)
        self._next = (after, self._draw(after))
        return result

    def _draw(self, asked: tuple[int, int, int]) -> Future[tuple[Pixels, Pixels]]:
        return self._pool.submit(self._photographs.batch, *asked)
