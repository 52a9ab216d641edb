"""Trials: what a network makes of pictures whose truth is known, measured by every paired measure at hand.

A *test* is a way in which the picture reaches the network: reduced and nothing else, or as a phone would have saved it.
The terminal (`ganstudio metrics`) and the benches stand on this; nothing here learns.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import BadModel
from ganstudio.measures.paired import delta_e
from ganstudio.measures.resize import imresize
from ganstudio.training.degradations import blur, jpeg, noise

if TYPE_CHECKING:
    from ganstudio.models import Model

Pixels = NDArray[np.uint8]
Network = Callable[[Pixels], Pixels]
Test = Callable[[Pixels, int, np.random.Generator], Pixels]
_PEAKS = {"0..1": (0.0, 1.0), "0..255": (0.0, 255.0), "-1..1": (-1.0, 1.0)}


def reduced(truth: Pixels, scale: int) -> Pixels:
    """The picture as the field's tables have it: MATLAB's bicubic, 8 bit. Sides must be multiples of `scale`."""
    return truth if scale == 1 else np.asarray(imresize(truth, 1.0 / scale), dtype=np.uint8)


def _clean(truth: Pixels, scale: int, rng: np.random.Generator) -> Pixels:
    return reduced(truth, scale)


def _phone(truth: Pixels, scale: int, rng: np.random.Generator) -> Pixels:
    """Slight blur (σ 0.2 to 0.4 of the scale), noise (σ to 4), JPEG 50 to 80 with halved chroma: a phone's picture
    that went through a messenger."""
    low = reduced(blur(truth, rng, 0.2 * scale, 0.4 * scale), scale)
    return jpeg(noise(low, rng, 4.0), int(rng.integers(50, 81)))


def _saved(quality: int) -> Test:
    def test(truth: Pixels, scale: int, rng: np.random.Generator) -> Pixels:
        return jpeg(reduced(truth, scale), quality)

    return test


TESTS: dict[str, Test] = {
    "clean": _clean,
    "phone": _phone,
    **{f"jpeg{quality}": _saved(quality) for quality in (10, 20, 30, 40, 75)},
}
ABOUT = {
    "clean": "reduced and nothing else",
    "phone": "as phones and messengers leave them: slight blur, noise, JPEG 50–80",
    **{f"jpeg{quality}": f"as JPEG of quality {quality}" for quality in (10, 20, 30, 40, 75)},
}


@dataclass(frozen=True)
class Pair:
    """What the network is given, and the truth it should come to."""

    name: str
    given: Pixels
    truth: Pixels


def pairs(pictures: Iterable[tuple[str, Pixels]], scale: int, test: str, seed: int = 0) -> list[Pair]:
    """(name, H×W×3, sides multiples of `scale`) → pairs. What happens to a picture follows from seed and name alone."""
    found = []
    for name, truth in pictures:
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        found.append(Pair(name, TESTS[test](truth, scale, rng), truth))
    return found


def bicubic(scale: int) -> Network:
    """What every upscaler stands beside; at scale 1 the picture as it came."""
    return lambda given: given if scale == 1 else np.asarray(imresize(given, float(scale)), dtype=np.uint8)


def through(model: Model) -> Network:
    """A network on uint8 pictures (H×W×3, or H×W: gray goes in thrice and comes back as the mean), in float32, whole.

    Raises BadModel for a model that does not make a picture of a picture.
    """
    import torch

    card = model.card
    if card.kind not in ("upscaler", "restorer") or card.channels != 3:
        raise BadModel(f"{card.name} is no upscaler or restorer of colour pictures ({card.kind}).")
    low, high = _PEAKS[card.value_range]

    @torch.inference_mode()
    def run(picture: Pixels) -> Pixels:
        colour = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
        height, width = colour.shape[:2]
        most = model.size_multiple
        right, down = (-max(n, model.size_minimum) % most + max(model.size_minimum - n, 0) for n in (width, height))
        padded = np.pad(colour, ((0, down), (0, right), (0, 0)), mode="reflect") if right or down else colour
        given = torch.from_numpy(np.ascontiguousarray(padded)).permute(2, 0, 1)[None].float()
        out = model.module(given / 255.0 * (high - low) + low)[0, :, : height * card.scale, : width * card.scale]
        pixels = ((out - low) / (high - low) * 255.0).clamp(0.0, 255.0).permute(1, 2, 0).numpy()
        return np.rint(pixels if picture.ndim == 3 else pixels.mean(axis=2)).astype(np.uint8)

    return run


KEPT = "delta_e_given"
KEPT_TITLE = "ΔE to given"


def judged(network: Network, given: Iterable[Pair], measures: dict[str, ModuleType], border: int) -> dict[str, float]:
    """The mean of each measure over the pairs, `border` pixels cut off every side of result and truth; and, as
    `delta_e_given`, how far the network moved the colours of what it was given (ΔE beside its bicubic enlargement)."""
    rows = []
    for pair in given:
        result = network(pair.given)
        plain = bicubic(pair.truth.shape[0] // pair.given.shape[0])(pair.given)
        found = [module.measure(result, pair.truth, border) for module in measures.values()]
        rows.append([*found, delta_e.measure(result, plain, border)])
    return {name: float(value) for name, value in zip([*measures, KEPT], np.mean(rows, axis=0), strict=True)}


def title_of(name: str, measures: dict[str, ModuleType]) -> str:
    """How a key of `judged` is printed."""
    return KEPT_TITLE if name == KEPT else measures[name].TITLE
