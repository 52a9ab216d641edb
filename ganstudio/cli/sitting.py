"""Training in the terminal: one sitting told, ended with a sentence on how to use the model or how to go on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.show import time_text
from ganstudio.cli.training import TrainTeller
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from ganstudio.training.data.folder import Pictures
    from ganstudio.training.run import Order, Run, State

_STOPPED = 130
_USES = {"upscaler": "upscale", "restorer": "restore", "stylizer": "stylize", "generator": "generate"}


def sit_in_terminal(
    run: Run, order: Order, told: TrainTeller, *, snapshot: Path | None = None, pictures: Pictures | None = None,
    tensorboard: bool = False, install: bool = False,
) -> int:  # fmt: skip
    """Train, telling how it goes; the exit code: 0 finished, 130 stopped by hand."""
    from ganstudio.training.run import FINISHED
    from ganstudio.training.sitting import sit

    with told:
        state = sit(
            run, order, snapshot=snapshot, pictures=pictures, tell=told.line, watch=told.state, tensorboard=tensorboard
        )
    done = state.state == FINISHED
    models = run.models()
    lines = [_ended(run, state)]
    if done:
        lines += installed(models) if install else _how_to_use(order, models)
    else:
        lines.append(f"Go on with `ganstudio runs resume {shown(run.word)}`.")
    facts = {
        "state": state.state, "step": state.step, "seconds": state.seconds, "best": state.best,
        "models": [str(path) for path in models], "run": str(run.folder),
    }  # fmt: skip
    told.summary(facts, "\n".join(lines))
    return 0 if done else _STOPPED


def _ended(run: Run, state: State) -> str:
    best = f" Best at step {state.best_step:,}: {state.words}." if state.words else ""
    what = "Finished" if state.state == "finished" else "Stopped"
    reason = f": {state.reason[:1].lower()}{state.reason[1:].rstrip('.')}" if state.state == "finished" else ""
    return f"{what} at step {state.step:,} after {time_text(state.seconds)}{reason}.{best}"


def _how_to_use(order: Order, models: list[Path]) -> list[str]:
    from ganstudio.tools import all_sources, all_tools

    tool = _USES.get(order.plan.GOAL, "")
    lines = [f"The model: {shown(path)}" for path in models]
    if models and tool in all_tools():
        lines.append(f"Try it: ganstudio {tool} photo.jpg --model {shown(models[0])}")
    if models and tool in all_sources():
        lines.append(f"Try it: ganstudio {tool} -o pictures --model {shown(models[0])} --seeds 0-15")
    return lines


def installed(models: list[Path]) -> list[str]:
    """Put model files into the Library; a line on each."""
    from ganstudio.models.importing import import_path
    from ganstudio.models.library import Library

    library = Library()
    added = (entry for path in models for entry in import_path(path, library))
    return [f"In the Library as {entry.name}: {entry.card.title}." for entry in added]
