"""The pages of the commands are made by a script of packaging/."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGING = str(Path(__file__).resolve().parents[2] / "packaging")
if PACKAGING not in sys.path:
    sys.path.append(PACKAGING)  # at the end: `test` and `run` there must not hide others
