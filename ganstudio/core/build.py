"""Which build of the program this is: the version, and the date and commit that packaging/build_stamp.py wrote into
`resources/build.json` when it was made. A clone has none: it is the source."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ganstudio import __version__
from ganstudio.core.paths import resource

STAMP = "build.json"


@dataclass(frozen=True)
class Build:
    """`date` is YYYY-MM-DD, `commit` the first figures of its hash; both empty in a clone."""

    version: str = __version__
    date: str = ""
    commit: str = ""

    def __str__(self) -> str:
        """“0.1.0 (build of 2026-11-21, 1f2e3d4c5b)” or “0.1.0 (source)”."""
        facts = ", ".join(one for one in (f"build of {self.date}" if self.date else "", self.commit) if one)
        return f"{self.version} ({facts or 'source'})"


def build() -> Build:
    """What the stamp says; a damaged one says nothing."""
    try:
        data = json.loads(resource(STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return Build()
    if not isinstance(data, dict):
        return Build()
    found = {name: data[name] for name in ("date", "commit") if isinstance(data.get(name), str)}
    return Build(**found)
