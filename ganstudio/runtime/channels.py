"""Channels: any picture through any network: gray through RGB networks, colour through gray ones, alpha through both.

Where a picture is transparent its stored colour means nothing (often black); before the network sees it, the colour of
the visible neighbourhood is let to bleed there, so that enlarged edges keep the colour of the shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

# How far colour bleeds into the transparent, in source pixels; also the rows that must be read around a band.
BLEED = 16
# Below this share of full scale, alpha is too small for its pixel's colour to be trusted.
_TRUSTED = 8 / 255
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

Runs = Callable[[np.ndarray, str, bool], np.ndarray]
"""Runs a block (h, w, network's channels) of "colour" or "alpha" through the network; the answer in the block's own
type, or, when the flag asks for it, in float32 0..1."""


@dataclass(frozen=True)
class Adapter:
    """Takes a block (h, w, `channels`) of a picture through a network of `network` channels.

    `luma`: colour goes through a one-channel network as brightness, its colour differences by bicubic enlargement;
    otherwise channel by channel.
    """

    channels: int
    network: int
    scale: int
    luma: bool

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)

    @property
    def runs(self) -> int:
        """How many times a block of the picture goes through the network."""
        colours = self.channels - self.has_alpha
        each = 3 if self.network == 1 and colours == 3 and not self.luma else 1
        return each + (self.has_alpha and self.scale > 1)

    def __call__(self, block: np.ndarray, run: Runs, keep: tuple[slice, slice]) -> np.ndarray:
        """`keep` are the rows and columns (of the source block) that `run` returns enlarged; → (H, W, channels)."""
        if not self.has_alpha:
            return self._colour(block, run, keep)
        colour = self._colour(block[:, :, :-1], run, keep)
        return np.concatenate([colour, self._alpha(block[:, :, -1:], run, keep)], axis=2)

    def _colour(self, block: np.ndarray, run: Runs, keep: tuple[slice, slice]) -> np.ndarray:
        if block.shape[2] == self.network:
            return run(np.ascontiguousarray(block), "colour", False)
        if self.network == 3:
            return _quantised(run(np.repeat(block, 3, axis=2), "colour", True).mean(2, keepdims=True), block.dtype)
        if not self.luma:
            each = [run(np.ascontiguousarray(block[:, :, c : c + 1]), "colour", False) for c in range(block.shape[2])]
            return np.concatenate(each, axis=2)
        return self._by_luma(block, run, keep)

    def _by_luma(self, block: np.ndarray, run: Runs, keep: tuple[slice, slice]) -> np.ndarray:
        rgb = block.astype(np.float32) / _peak(block.dtype)
        luma = rgb @ _LUMA
        larger = run(luma[:, :, None], "colour", True)
        size = (block.shape[1] * self.scale, block.shape[0] * self.scale)
        differences = cv2.resize(rgb - luma[:, :, None], size, interpolation=cv2.INTER_CUBIC)
        rows, columns = (slice(k.start * self.scale, k.stop * self.scale) for k in keep)
        return _quantised(larger + differences[rows, columns], block.dtype)

    def _alpha(self, alpha: np.ndarray, run: Runs, keep: tuple[slice, slice]) -> np.ndarray:
        rows, columns = keep
        if self.scale == 1:  # nothing was enlarged: what is transparent stays exactly so
            return alpha[rows, columns]
        first = alpha[0, 0, 0]
        if (alpha == first).all():  # wholly opaque stays wholly opaque
            shape = ((rows.stop - rows.start) * self.scale, (columns.stop - columns.start) * self.scale, 1)
            return np.full(shape, first, alpha.dtype)
        if self.network == 1:
            return run(np.ascontiguousarray(alpha), "alpha", False)
        return _quantised(run(np.repeat(alpha, 3, axis=2), "alpha", True).mean(2, keepdims=True), alpha.dtype)


def for_network(block: np.ndarray, network: int, what: str) -> np.ndarray:
    """(h, w, C) samples → (h, w, network's channels): what the network sees of the "colour" or the "alpha"."""
    has_alpha = block.shape[2] in (2, 4)
    part = block[:, :, -1:] if what == "alpha" else block[:, :, : block.shape[2] - has_alpha]
    if part.shape[2] == network:
        return np.ascontiguousarray(part)
    return np.repeat(part, 3, axis=2) if network == 3 else (part @ _LUMA)[:, :, None].astype(block.dtype)


def bleed(block: np.ndarray) -> np.ndarray:
    """(h, w, 2 or 4) with the colour of the transparent replaced by that of visible pixels up to BLEED away.

    Every pixel depends on its surroundings within BLEED only, so that bands fit together.
    """
    alpha = block[:, :, -1].astype(np.float32) / _peak(block.dtype)
    trust = np.minimum(alpha / _TRUSTED, 1.0)
    if trust.min() >= 1.0:
        return block
    own = block[:, :, :-1].astype(np.float32)
    weighted = own * alpha[:, :, None]
    filled, done = own.copy(), trust.copy()
    for reach in (1, 2, 4, 8, BLEED):
        size = (2 * reach + 1, 2 * reach + 1)
        total = cv2.blur(weighted, size, borderType=cv2.BORDER_REFLECT_101).reshape(own.shape)
        weight = cv2.blur(alpha, size, borderType=cv2.BORDER_REFLECT_101)
        reached = (weight > 1e-4) & (done < 1.0)
        mix = np.where(reached, 1.0 - trust, 0.0)[:, :, None]
        near = total / np.maximum(weight, 1e-4)[:, :, None]
        filled = np.where(reached[:, :, None], own * (1.0 - mix) + near * mix, filled)
        done[reached] = 1.0
    result = block.copy()
    result[:, :, :-1] = np.clip(filled + 0.5, 0, _peak(block.dtype)).astype(block.dtype)
    return result


def _peak(dtype: np.dtype) -> int:
    return 255 if dtype == np.uint8 else 65535


def _quantised(unit: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.clip(unit * _peak(dtype) + 0.5, 0, _peak(dtype)).astype(dtype)
