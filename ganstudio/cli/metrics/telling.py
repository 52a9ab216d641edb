"""How figures are told: a table with which way is better, what was left out, and the command that gives them again."""

from __future__ import annotations

import json
import math
import shlex
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from ganstudio.cli.show import table
from ganstudio.cli.streams import say
from ganstudio.core.names import shown

_DIGITS = 4


def figure(value: float) -> str:
    """Four digits worth reading, or more before the point."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    before = len(str(int(abs(value))))
    return f"{value:.{max(_DIGITS - before, 0)}f}"


def heading(module: ModuleType) -> str:
    """“PSNR dB ↑”: what it is, in what, which way is better."""
    unit = f" {module.UNIT}" if module.UNIT else ""
    return f"{module.TITLE}{unit} {'↑' if module.HIGHER_IS_BETTER else '↓'}"


def measured(title: str, rows: Mapping[str, Mapping[str, float]], headings: Mapping[str, str]) -> None:
    """One table: a row for each way, a column for each measure."""
    lines = [[shown(name), *(figure(found[key]) for key in headings)] for name, found in rows.items()]
    say(f"\n{title}")
    say(table(["", *headings.values()], lines))


def again(words: Sequence[str]) -> str:
    """The command that gives the same figures."""
    return shlex.join(["ganstudio", "metrics", *words])


def end(words: Sequence[str], left_out: Sequence[str], notes: Sequence[str] = ()) -> None:
    for note in notes:
        say(f"\n{note}")
    for sentence in left_out:
        print(f"Left out: {shown(sentence)}", file=sys.stderr)
    say(f"\nThe same again: {shown(again(words))}")


def as_json(words: Sequence[str], facts: Mapping[str, Any]) -> None:
    """One object on stdout; infinite figures are null."""
    say(json.dumps(_plain({"command": again(words), **facts}), ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
