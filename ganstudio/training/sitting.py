"""One sitting of a Run: pictures, device, processes, Trainee and Loop brought together. Torch-free to import."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ganstudio.core.awake import keep_awake
from ganstudio.core.errors import UsageError
from ganstudio.core.stopping import stopped_by_signals
from ganstudio.models.library import Library
from ganstudio.training.data.folder import Pictures
from ganstudio.training.data.survey import survey_of
from ganstudio.training.goal import goal
from ganstudio.training.run import RUNNING, Order, Run, State
from ganstudio.training.trainee import Facts


def leads() -> bool:
    """Whether this process speaks and writes: the first of those that `torchrun` began, or the only one."""
    return os.environ.get("RANK", "0") == "0"


def refuse_twice(run: Run) -> None:
    """Raise UsageError when another process is at this Run."""
    if (state := run.state()).alive:
        raise UsageError(
            f"The Run {run.name} is being trained already (process {state.pid}).",
            f"`ganstudio runs stop {run.name}` ends that.",
        )


def sit(
    run: Run, order: Order, *, snapshot: Path | None = None, pictures: Pictures | None = None,
    tell: Callable[[dict[str, Any]], None] = lambda line: None,
    watch: Callable[[State], None] = lambda state: None, tensorboard: bool = False, stop_after: int | None = None,
) -> State:  # fmt: skip
    """Train from the newest snapshot (or the named one) until the end, a stop or a failure; the last State.

    SIGINT and SIGTERM end it after the step at hand, with a snapshot; `stop_after` does so after that many steps.
    """
    if leads():
        refuse_twice(run)
        run.write_state(State(state=RUNNING).mine())
    import torch

    from ganstudio.runtime import devices
    from ganstudio.training.board import Board
    from ganstudio.training.loop import Loop
    from ganstudio.training.parallel import joined

    if order.threads:
        torch.set_num_threads(order.threads)
    plan = order.plan
    found = pictures or survey_of(Path(order.pictures), plan.allowed_licences())[0]
    with joined(devices.find(plan.device).torch_name) as (world, device), keep_awake("training a model"):
        facts = Facts(_start(order.start), order.data_note, device, world.rank, world.size)
        trainee = goal(plan.GOAL).begin(plan, found, facts)
        listeners = [tell, Board(run)] if tensorboard and world.leads else [tell]

        def told(line: dict[str, Any]) -> None:
            for one in listeners:
                one(line)

        loop = Loop(run, order, trainee, (found.listing(), found.table()), world=world, hear=told, watch=watch)
        loop.open(snapshot)
        loop.announce(len(found.pictures), [*found.left_out, *trainee.notes])

        def stop() -> None:
            loop.stopping = True

        with stopped_by_signals(stop, wait=True):
            return loop.go(stop_after)


def _start(word: str) -> Path | None:
    """The file of the model to begin from: a file, or a name of the Library."""
    return Library().find(word).path if word else None


def resumed(run: Run, minutes: float = 0.0) -> Order:
    """The Order of a Run, with more time where some is given."""
    order = run.order()
    return replace(order, minutes=minutes) if minutes else order
