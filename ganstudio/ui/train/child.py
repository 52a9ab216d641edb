"""The process that trains: started by the window, living on without it. No Qt."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ganstudio.core.program import environment, program
from ganstudio.core.progress import Progress

NICER = 15  # what a person waits for, the engine does at 10
OUTPUT = "process.txt"


def command(run: Path, install: bool) -> list[str]:
    """`ganstudio runs resume RUN`, by the frozen program or by this Python."""
    return [*program(), "runs", "resume", str(run), "--json", *(["--install"] if install else [])]


def start(run: Path, install: bool, progress: Progress) -> int:
    """Start or go on with a Run in a process of its own, at lowered priority; its number.

    What it says goes into the Run's folder. It is a session of its own, so that closing the window, or the terminal
    the window was started from, leaves it alone.
    """
    with (run / OUTPUT).open("ab") as said:
        if os.name == "nt":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
            flags |= subprocess.CREATE_NO_WINDOW
            child = subprocess.Popen(
                command(run, install), stdout=said, stderr=said, creationflags=flags, env=environment()
            )
        else:
            words = ["nice", "-n", str(NICER), *command(run, install)]
            child = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, env=environment()
            )
    return child.pid


def last_words(run: Path) -> str:
    """The last line the process said: why it ended before it had a state of its own."""
    try:
        lines = (run / OUTPUT).read_text("utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
