"""Measures of a result beside the truth: one file each, found by `core.discovery.discover`.

Every module has `TITLE`, `UNIT`, `HIGHER_IS_BETTER` and `measure(result, truth, border) -> float` on two
uint8 pictures of equal shape (H×W×3, or H×W for one channel), `border` pixels cut off every side. One that rests on
something that may not be at hand also has `missing() -> str` (why, and what to do; empty when it is there), and
`FEATURES` where that is a feature network.
"""

from __future__ import annotations

import sys
from types import ModuleType

from ganstudio.core.discovery import discover, load


def usable(taught: set[str] | frozenset[str] = frozenset()) -> dict[str, ModuleType]:
    """The measures at hand by name, less those whose features are in `taught`: they taught what is to be measured."""
    package = sys.modules[__name__]
    found = {name: load(package, name) for name in discover(package)}
    return {
        name: module
        for name, module in found.items()
        if getattr(module, "FEATURES", None) not in taught and not getattr(module, "missing", str)()
    }
