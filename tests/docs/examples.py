"""The examples on the pages: which lines are commands, which of them are run, and which say why they are not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# Before a block that cannot be run in a test: <!-- not run: it takes hours -->
_MARK = re.compile(r"^<!-- not run: (?P<why>[^>]+?) -->$")
_FENCE = re.compile(r"^ *(?P<ticks>`{3,})(?P<language>\w*)$")
_COMMAND = re.compile(r"^(?:\$ )?(?:ganstudio|python3?|git|pip|uv|sudo|apt|docker|torchrun)\b +\S")


@dataclass(frozen=True)
class Example:
    """One command on a page. `why` is the reason for not running it, empty where it is run."""

    page: str
    line: int
    command: str
    runs: bool
    why: str = ""


def examples(path: Path) -> list[Example]:
    """The commands in the blocks of a page, in their order: those of a `console` block are run, `$` before each."""
    return examples_of(path.read_text("utf-8"), path.name)


def examples_of(text: str, page: str) -> list[Example]:
    found: list[Example] = []
    fence, language, why = "", "", ""
    for number, line in enumerate(text.splitlines(), 1):
        tick = _FENCE.match(line)
        if tick and not fence:
            fence, language = tick["ticks"], tick["language"]
        elif tick and tick["ticks"] == fence:
            fence, language, why = "", "", ""
        elif mark := _MARK.match(line):
            why = mark["why"]
        elif fence or line.startswith("    "):
            if language not in ("python", "json", "text", "yaml", "toml") and _COMMAND.match(line.strip()):
                command = line.strip().removeprefix("$ ")
                runs = language == "console" and line.startswith("$ ganstudio ") and not why
                found.append(Example(page, number, command, runs, why))
        elif line.strip():
            why = ""  # a mark is for the next block alone
    return found
