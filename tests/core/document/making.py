"""Small documents, and what is true of them by other means than the code under test."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganstudio.core.document import Layer, Pool, State, Tiles, add, new_state, set_mask, set_opacity
from ganstudio.core.raster import Picture


def noise(width: int, height: int, channels: int = 3, depth: int = 8, seed: int = 0) -> np.ndarray:
    """Samples (H, W, C), no two tiles alike; alpha has clear and opaque parts."""
    rng = np.random.default_rng(seed)
    peak = 255 if depth == 8 else 65535
    samples = rng.integers(0, peak + 1, (height, width, channels))
    if channels in (2, 4):
        samples[: height // 3, ..., -1] = 0
        samples[2 * height // 3 :, ..., -1] = peak
    return samples.astype(np.uint8 if depth == 8 else np.uint16)


def tiles(pool: Pool, pixels: np.ndarray) -> Tiles:
    return Tiles.of(pool, Picture.of(pixels))


def document(pool: Pool, width: int = 40, height: int = 30, depth: int = 8) -> State:
    """Three layers: opaque, with alpha and half shown, gray with a mask and off the canvas' corner."""
    state = new_state(pool, width, height)
    state = add(state, tiles(pool, noise(width, height, 3, depth, 1)), "Photo", layer_id="a").state
    state = add(state, tiles(pool, noise(width + 7, height - 9, 4, depth, 2)), "Over", x=-4, y=5, layer_id="b").state
    state = set_opacity(state, "b", 0.6).state
    state = add(state, tiles(pool, noise(width // 2, height, 1, depth, 3)), "Gray", x=11, y=-6, layer_id="c").state
    return set_mask(state, "c", tiles(pool, noise(width // 2, height, 1, 8, 4))).state


def facts(state: State) -> tuple[Any, ...]:
    """All that a state is, to compare with ==."""
    return (state.width, state.height, state.meta, tuple(_layer(layer) for layer in state.layers))


def _layer(layer: Layer) -> tuple[Any, ...]:
    planes = tuple((plane.channels, plane.depth, whole(plane).tobytes()) for plane in layer.planes)
    made_by = None if layer.made_by is None else repr(dict(layer.made_by))
    return (
        layer.id, layer.name, layer.rect, layer.opacity, layer.blend, layer.visible, layer.locked, made_by,
        layer.source_type, layer.link, planes,
    )  # fmt: skip


def whole(plane: Tiles) -> np.ndarray:
    return plane.read(plane.rect)


def blended(state: State, level: int = 0, depth: int | None = None) -> np.ndarray:
    """The canvas (h, w, 4) in float64 by the formula alone; `level` by plain means of 2×2."""
    depth = depth or state.depth
    peak = 255 if depth == 8 else 65535
    width, height = -(-state.width // 2**level), -(-state.height // 2**level)
    colour, alpha = np.zeros((height, width, 3)), np.zeros((height, width, 1))
    for layer in state.layers:
        if not layer.visible:
            continue
        pixels = reduced(whole(layer.pixels), level).astype(float) / layer.pixels.peak
        weight = np.full((*pixels.shape[:2], 1), layer.opacity)
        if layer.pixels.channels in (2, 4):
            weight *= pixels[..., -1:]
            pixels = pixels[..., :-1]
        if layer.mask is not None:
            weight = weight * (reduced(whole(layer.mask), level) / 255)
        half = 2**level // 2
        at = ((layer.y + half) // 2**level, (layer.x + half) // 2**level)
        top, share = np.zeros((height, width, 3)), np.zeros((height, width, 1))
        for y in range(pixels.shape[0]):
            for x in range(pixels.shape[1]):
                if 0 <= y + at[0] < height and 0 <= x + at[1] < width:
                    top[y + at[0], x + at[1]] = pixels[y, x]
                    share[y + at[0], x + at[1]] = weight[y, x]
        colour = top * share + colour * (1 - share)
        alpha = share + alpha * (1 - share)
    straight = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
    out = np.floor(np.concatenate([straight, alpha], axis=2) * peak + 0.5)
    out[out[..., 3] == 0] = 0
    return out


def reduced(pixels: np.ndarray, level: int) -> np.ndarray:
    """Means of 2×2 where there are four, of those there are at odd edges; colours weighted by alpha."""
    for _ in range(level):
        height, width, channels = pixels.shape
        out = np.zeros((-(-height // 2), -(-width // 2), channels), pixels.dtype)
        for y in range(out.shape[0]):
            for x in range(out.shape[1]):
                four = pixels[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].reshape(-1, channels).astype(float)
                if channels in (2, 4):
                    alpha = four[:, -1:]
                    four[:, :-1] = (four[:, :-1] * alpha).sum(0) / max(alpha.sum(), 1)
                    out[y, x, :-1] = np.floor(four[0, :-1] + 0.5)
                    out[y, x, -1] = np.floor(alpha.mean() + 0.5)
                else:
                    out[y, x] = np.floor(four.mean(0) + 0.5)
        pixels = out
    return pixels
