"""Watching Runs: what their folders say, read off the GUI thread, only what is new. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress
from ganstudio.training.run import Order, Run, State, known_runs


@dataclass(frozen=True)
class Listed:
    """A Run in the list. `order` is None where its plan.json cannot be read; `trouble` says why."""

    run: Run
    state: State
    order: Order | None
    sample: Path | None
    trouble: str = ""


@dataclass(frozen=True)
class Seen:
    """All Runs, and of the one that is shown: new lines of its log, where to read on, its samples and models."""

    runs: list[Listed]
    shown: Path | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)
    offset: int = 0
    samples: list[Path] = field(default_factory=list)
    models: list[Path] = field(default_factory=list)


def look(shown: Path | None, offset: int, progress: Progress) -> Seen:
    """One look at all Runs. Never raises: what cannot be read is said in its row."""
    runs = [_listed(run) for run in known_runs()]
    if shown is None:
        return Seen(runs)
    run = Run(shown)
    if all(one.run.folder != shown.resolve() for one in runs):  # opened by hand, begun on another account
        runs.append(_listed(Run(shown.resolve())))
    lines, offset = run.lines(offset)
    return Seen(runs, shown, lines, offset, run.samples(), run.models())


def _listed(run: Run) -> Listed:
    samples = run.samples()
    sample = samples[-1] if samples else None
    try:
        return Listed(run, run.state(), run.order(), sample)
    except UserError as error:
        return Listed(run, State(), None, sample, str(error))
