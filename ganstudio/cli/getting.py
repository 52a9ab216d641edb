"""`ganstudio doctor --get cuda`: another build of PyTorch for this computer, told of, fetched and tried."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from ganstudio.cli.show import size_text, time_text
from ganstudio.cli.streams import say
from ganstudio.core.errors import Cancelled, UsageError
from ganstudio.core.progress import Progress, Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from ganstudio.runtime.builds.getting import Plan

OWN = "own"
_LINE_EVERY_S = 20.0


def told() -> list[str]:
    """Which build of PyTorch is used, and what would be better here."""
    from ganstudio.runtime.builds.kinds import Offer, installed, offer

    now = installed()
    lines = [f"PyTorch: {now.words}"] if now else []
    better = offer(now=now)
    if isinstance(better, Offer):
        lines += [
            f"Note: {better.why}",
            f"      `ganstudio doctor --get {better.kind.id}` fetches the other and tries it.",
        ]
    elif better:
        lines.append(f"Note: {better}")
    return lines


def get(name: str, yes: bool, index: str) -> int:
    """Fetch the build of that name, or go back to the program's own. 0 when it is in use, 1 when the person said no."""
    from ganstudio.runtime.builds.getting import drop, plan
    from ganstudio.runtime.builds.hardware import nvidia
    from ganstudio.runtime.builds.kinds import KINDS, installed, unfit

    now = installed()
    if name == OWN:
        freed = drop()
        say(
            f"The PyTorch that the program came with is used from the next start on; {size_text(freed)} are free again."
        )
        return 0
    kind = KINDS[name]
    if (reason := unfit(kind, nvidia())) is not None:
        raise UsageError(f"The build {kind.title} is of no use here: {reason}")
    if now is not None and bool(now.cuda) == (kind.device == "cuda"):
        say(f"PyTorch {now.words}: that is the build {kind.title} already.")
        return 0
    say(f"Asking {index or kind.index} …")
    what = plan(kind, index)
    say(
        f"The build {kind.title} is {size_text(what.bytes)} to fetch"
        + (f", of which {size_text(what.have)} are here already" if what.have else "")
        + f"; about {size_text(what.needed)} of disk are needed, {size_text(what.free)} are free."
    )
    say("It is tried on this computer first; until it has passed, all stays as it is.")
    if not yes and not _agreed():
        say("Nothing was fetched.")
        return 1
    folder = _got(what)
    say(f"It works here, and is used from the next start on. It lies in {folder}.")
    say("`ganstudio doctor --get own` goes back and deletes it.")
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Nobody is here to be asked.", "Say --yes to fetch it.")
    return input("Fetch it now? [y/N] ").strip().lower() in ("y", "yes")


def _got(what: Plan) -> Path:
    """Fetch beside a line that moves. Ctrl-C stops; what has arrived is kept."""
    from ganstudio.runtime.builds.getting import get as get_it

    progress, done = Progress(), threading.Event()
    shown = threading.Thread(target=_show, args=(progress, done), name="progress")
    shown.start()
    try:
        return get_it(what, progress, progress.doing)
    except KeyboardInterrupt:
        progress.stop()
        raise Cancelled("Stopped. What has arrived is kept: the same command goes on.") from None
    finally:
        done.set()
        shown.join()


def _show(progress: Progress, done: threading.Event) -> None:
    """How far it is, on stderr: a line that is written over where somebody looks, else one now and then."""
    look, spoke, before = sys.stderr.isatty(), time.monotonic(), ""
    while not done.wait(0.25):
        now = progress.snapshot()
        text = _text(now)
        if look:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
        elif now.doing != before or time.monotonic() - spoke > _LINE_EVERY_S:
            print(text, file=sys.stderr, flush=True)
            spoke, before = time.monotonic(), now.doing
    if look:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _text(now: Snapshot) -> str:
    """“Fetching: 1.2 GB of 2.5 GB, 8 min left”."""
    if now.doing != "Fetching" or not now.total:
        return f"{now.doing} …"
    left = f", {time_text(now.left)} left" if now.left is not None and now.seconds > 3 else ""
    return f"{now.doing}: {size_text(now.done)} of {size_text(now.total)}{left}"
