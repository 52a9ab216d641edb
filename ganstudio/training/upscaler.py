"""Train an upscaler: `python -m ganstudio.training.upscaler --plan NAME --pictures DIR -o RUN`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from ganstudio.core.errors import UsageError, UserError
from ganstudio.training import plans


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ganstudio.training.upscaler", description=__doc__)
    parser.add_argument("--plan", required=True, help="the name of a Plan, or a .json file")
    parser.add_argument("--pictures", required=True, type=Path, help="a folder of photographs")
    parser.add_argument("-o", "--run", required=True, type=Path, help="the Run's folder; continued if begun")
    parser.add_argument("--minutes", type=float, help="how long in all; without it the Plan's steps count")
    parser.add_argument("--start", type=Path, help="a model file whose layers to begin with")
    parser.add_argument(
        "--snapshot", type=Path, help="a snapshot to go on from (trunk.pt: before the rate fell)"
    )
    parser.add_argument(
        "--data-note", default="", help="for a Card to publish: whose pictures, what licences"
    )
    parser.add_argument("--threads", type=int, default=0, help="0: as many as the machine has cores")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    options = arguments(sys.argv[1:] if words is None else words)
    try:
        return _train(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1


def _train(options: argparse.Namespace) -> int:
    import torch

    from ganstudio.training.loop import Run

    plan = plans.load(options.plan)
    if plan.start_from and options.start is None:
        raise UsageError(f"{plan.name} begins from {plan.start_from}.", "Name its file with --start.")
    if options.threads:
        torch.set_num_threads(options.threads)
    run = Run(options.run, plan, options.pictures, options.start, options.data_note)

    def stop(number: int, frame: FrameType | None) -> None:
        run.stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    run.open(options.snapshot)
    run.go(options.minutes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
