"""The window's entrance, before Qt is loaded: what was asked for, and whether a window can be shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ganstudio.ui.starting import display
from ganstudio.ui.starting.asked import asked

NO_WINDOW = 2  # the exit code


def main(words: Sequence[str]) -> int:
    """Open the window; the exit code. 2, with one sentence, where there can be none."""
    trouble = display.trouble()
    if not trouble:
        try:
            from ganstudio.ui.starting.app import run
        except ImportError as error:
            if "PySide6" not in str(error.name or "") and "lib" not in str(error):
                raise
            trouble = f"Qt cannot be loaded: {error}. {display.TERMINAL}"
        else:
            return run(asked(words))
    print(f"ganstudio: {trouble}", file=sys.stderr, flush=True)
    return NO_WINDOW
