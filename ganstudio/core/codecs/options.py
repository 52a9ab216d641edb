"""SaveOptions: how a result is saved. Part of every Recipe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ganstudio.core.codecs import writers
from ganstudio.core.discovery import discover
from ganstudio.core.errors import UsageError
from ganstudio.core.params import Choice, Kind, Maybe, Number, Params, Switch, param

_NAMED = {"white": "#ffffff", "black": "#000000", "gray": "#808080"}


@dataclass(frozen=True)
class Colour(Kind):
    """An sRGB colour: `#rrggbb`, or white, black, gray."""

    def parse(self, text: str) -> str:
        word = text.strip().lower()
        return self.check(_NAMED.get(word, word))

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise UsageError(f"“{value}” is not a colour.", "Write #rrggbb, white, black or gray.")
        return value.lower()

    @property
    def metavar(self) -> str:
        return "#RRGGBB"


def rgb(colour: str) -> tuple[int, int, int]:
    """The three samples (0–255) of a `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@dataclass(frozen=True)
class SaveOptions(Params):
    """The format of outputs and what goes into them beside the pixels."""

    format: str = param(
        Choice(("keep", *discover(writers))),
        "keep",
        label="Format",
        help="format of the result; keep: that of the input where it can be written",
        flags=("-f",),
    )
    quality: int | None = param(
        Maybe(Number(1, 100, whole=True)),
        None,
        label="Quality",
        help="quality of JPEG, WebP and AVIF, 1 to 100; that of the input, but at least a good one, when left out",
    )
    effort: str = param(
        Choice(("fast", "smallest")),
        "fast",
        label="Effort",
        help="how hard lossless files are packed: fast, or slower and smallest",
        group="advanced",
    )
    metadata: str = param(
        Choice(("keep", "no-gps", "none")),
        "keep",
        label="Metadata",
        help="EXIF and XMP of the input: keep, keep without the place (no-gps), or none; the colour profile stays",
    )
    alpha_background: str = param(
        Colour(),
        "#ffffff",
        label="Background",
        help="what transparent parts are laid on where the format has no transparency (JPEG)",
        group="advanced",
    )
    ai_mark: bool = param(
        Switch(),
        True,
        label="Say that AI was used",
        help="write into the file how it was made: the IPTC digital source type and the recipe",
        group="advanced",
    )
