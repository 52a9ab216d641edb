"""BatchOptions: where a batch's results go and how it runs; the flags and the panel of every batch come from here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Choice, Kind, Maybe, Params, Switch, Text, param

USUAL_NAME = "{stem}_{model}_{scale}x"


@dataclass(frozen=True)
class SkipLonger(Kind):
    """`skip:4000`: leave out pictures whose longer side has more pixels than that. The value is the number."""

    def parse(self, text: str) -> int:
        match = re.fullmatch(r"(?:skip:)?(\d+)", text.strip().lower())
        if match is None:
            raise UsageError(f"“{text}” is not understood.", "Write skip:4000.")
        return self.check(int(match[1]))

    def check(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise UsageError(f"“{value}” is not a number of pixels.")
        return value

    def text(self, value: int) -> str:
        return f"skip:{value}"

    @property
    def metavar(self) -> str:
        return "skip:PIXELS"


@dataclass(frozen=True)
class ClockTime(Kind):
    """A time of day, `07:00`; the value is minutes after midnight."""

    def parse(self, text: str) -> int:
        match = re.fullmatch(r"(\d{1,2}):(\d\d)", text.strip())
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            raise UsageError(f"“{text}” is not a time of day.", "Write 07:00.")
        return int(match[1]) * 60 + int(match[2])

    def check(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 24 * 60:
            raise UsageError(f"“{value}” is not a time of day.")
        return value

    def text(self, value: int) -> str:
        return f"{value // 60:02d}:{value % 60:02d}"

    @property
    def metavar(self) -> str:
        return "HH:MM"


@dataclass(frozen=True)
class BatchOptions(Params):
    output: str = param(
        Text("DIR|FILE"),
        "",
        label="Output",
        flags=("-o",),
        help="folder for the results (made if need be), or the file for a single picture; beside the input if left out",
    )
    recursive: bool = param(
        Switch(), False, label="Sub-folders", help="take the pictures of sub-folders too", flags=("-r",)
    )
    name: str = param(
        Text("TEMPLATE"),
        USUAL_NAME,
        label="Name",
        help="how results are named, without the suffix",
    )
    exists: str = param(
        Choice(("skip", "rename", "overwrite")),
        "skip",
        label="When the result exists",
        help="skip: leave what was made with the same recipe and reads back well; rename: add (2); overwrite",
    )
    larger_than: int | None = param(
        Maybe(SkipLonger()), None, label="Larger than", help="leave out pictures that are already this large"
    )
    sidecars: bool = param(Switch(), False, label="Sidecars", help="copy .xmp and .aae files beside the results")
    until: int | None = param(
        Maybe(ClockTime()),
        None,
        label="Until",
        help="stop at this time of day; the rest waits for `queue resume`",
    )
    report: str = param(Text("FILE"), "", label="Report", help="write a report: .json, .csv or .html")
