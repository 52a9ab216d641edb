"""Whether a snapshot belongs to what is trained: goal, Plan and pictures must be the same to go on from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ganstudio.core.errors import BadInput
from ganstudio.training import plans
from ganstudio.training.plan import Plan
from ganstudio.training.run import Run

LISTING = "pictures.tsv"
_NAMED = 3


def about(plan: Plan, listing: str) -> dict[str, Any]:
    """The part of a snapshot that says what it belongs to."""
    return {
        "goal": plan.GOAL,
        "plan": plan.to_json(),
        "pictures": listing,
        "threads": torch.get_num_threads(),
        "torch": str(torch.__version__),
    }


def keep_listing(run: Run, table: str) -> None:
    """Write down names and sizes of the pictures, so that a later refusal can name what differs."""
    if not run.file(LISTING).exists():
        run.file(LISTING).write_text(table, "utf-8")


def check(run: Run, plan: Plan, listing: str, table: str, state: dict[str, Any], name: str) -> list[str]:
    """Warnings on going on from a snapshot. BadInput naming what differs where it cannot be done."""
    before = plans.from_fields(state["about"]["plan"], state["about"]["goal"], f"The snapshot {name}")
    if differences := plan.differences(before):
        raise BadInput(
            f"The snapshot {name} was made with other settings: {'; '.join(differences)}.",
            "Give the same settings, or begin in a new folder.",
        )
    warnings = []
    if state["about"]["pictures"] != listing:
        what = _difference(run.file(LISTING), table)
        if not state["soft"]:
            raise BadInput(
                f"The pictures have changed since {name} was written{what}.",
                "Put them back, or begin a new Run from its model with --from.",
            )
        warnings.append(f"the pictures are others than before{what}")
    if state["about"]["threads"] != torch.get_num_threads() or state["about"]["torch"] != str(torch.__version__):
        warnings.append("other threads or another torch than before: the same, but not bit for bit")
    return warnings


def _difference(path: Path, table: str) -> str:
    """“: 2 are gone (a.png, b.png), 1 is new (c.png)”, as far as it is known."""
    try:
        before = dict(line.rsplit("\t", 1) for line in path.read_text("utf-8").splitlines())
    except (OSError, ValueError):
        return ""
    now = dict(line.rsplit("\t", 1) for line in table.splitlines())
    kinds = {
        "gone": [name for name in before if name not in now],
        "new": [name for name in now if name not in before],
        "of another size": [name for name in now if name in before and now[name] != before[name]],
    }
    told = [
        f"{len(names):,} {'is' if len(names) == 1 else 'are'} {kind} ({', '.join(names[:_NAMED])}"
        f"{', …' if len(names) > _NAMED else ''})"
        for kind, names in kinds.items()
        if names
    ]
    return f": {', '.join(told)}" if told else ""
