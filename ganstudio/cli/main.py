"""The terminal's entrance: finds the command, runs it, turns what happened into an exit code.

0 all done · 1 some pictures failed · 2 wrong usage · 3 a fault in the program · 130 stopped by hand
"""

from __future__ import annotations

import difflib
import importlib
import logging
import os
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress

from ganstudio.cli import streams
from ganstudio.cli.command import Command
from ganstudio.core.build import build
from ganstudio.core.discovery import discover
from ganstudio.core.errors import BadModel, Cancelled, UsageError, UserError
from ganstudio.core.log import log_file
from ganstudio.core.names import shown

DONE, SOME_FAILED, WRONG_USAGE, FAULT, STOPPED = 0, 1, 2, 3, 130


def commands() -> dict[str, Command]:
    """Every command by name: one for each Tool and maker, then the modules of `ganstudio.cli.commands`."""
    import ganstudio.cli.commands as package
    from ganstudio.cli import maker_command, tool_command
    from ganstudio.tools import all_tools
    from ganstudio.tools.maker import all_makers

    found = {tool.id: tool_command.command_of(tool) for tool in all_tools().values()}
    found |= {maker.id: maker_command.command_of(maker) for maker in all_makers().values()}
    for name, module in discover(package).items():
        loaded = importlib.import_module(module)
        found[name] = Command(name, loaded.SUMMARY, loaded.run)
    return found


def help_text() -> str:
    known = commands()
    width = max(len(name) for name in known)
    lines = [f"  {one.name.ljust(width)}  {one.summary}" for one in known.values()]
    return "\n".join(
        [
            "GANStudio: neural networks for pictures, on your own computer.",
            "",
            "usage: ganstudio COMMAND …",
            "",
            *lines,
            "",
            "`ganstudio COMMAND --help` explains one. A first try:",
            "  ganstudio upscale photo.jpg",
        ]
    )


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line; never raises. Without `words` it is the program's own, which ends with it: threads that a
    stop left in the middle of something are not waited for."""
    code = _run(list(sys.argv[1:] if words is None else words))
    if words is None and threading.active_count() > 1:
        _leave(code)
    return code


def _leave(code: int) -> None:
    """End the process here and now, with all that was said written out."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def _run(words: list[str]) -> int:
    streams.prepare()
    try:
        code = dispatch(words)
        streams.finish()
        return code
    except (UsageError, BadModel) as error:
        complain(error)
        return WRONG_USAGE
    except Cancelled as error:
        _say(str(error))
        return STOPPED
    except KeyboardInterrupt:
        _say("Stopped.")
        return STOPPED
    except BrokenPipeError:  # whoever read what is printed has gone
        return STOPPED
    except UserError as error:
        complain(error)
        return SOME_FAILED
    except Exception:  # noqa: BLE001 - the last door: a bug becomes one sentence and a traceback in the log
        return fault()


def dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        streams.say(help_text())
        return DONE
    if words[0] in ("-V", "--version", "version"):
        streams.say(f"GANStudio {build()}")
        return DONE
    known = commands()
    if words[0] in known:
        _keep_a_log()
        return _ended(known[words[0]], words[1:])
    near = difflib.get_close_matches(words[0], known, n=1)
    hint = f"Did you mean `ganstudio {near[0]}`?" if near else "`ganstudio --help` lists the commands."
    if not near and os.path.exists(words[0]):
        hint = f"Did you mean `ganstudio upscale {words[0]}`?"
    raise UsageError(f"There is no command “{words[0]}”.", hint)


def _ended(command: Command, words: list[str]) -> int:
    """Run a command; argparse leaves by SystemExit once it has printed a --help."""
    try:
        return command.run(words)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else DONE


def _keep_a_log() -> None:
    """What the program and its libraries remark goes into the log; where there can be none, faults go to stderr."""
    logging.captureWarnings(True)
    try:
        log_file()
    except OSError:
        if logging.lastResort is not None:
            logging.lastResort.setLevel(logging.ERROR)


def complain(error: UserError) -> None:
    _say(f"ganstudio: {error}")


def _say(sentence: str) -> None:
    with suppress(OSError):  # nobody is left to hear it; the exit code says it
        print(shown(sentence), file=sys.stderr, flush=True)


def fault() -> int:
    """A bug: its traceback into the log (or on stderr), one sentence for the person."""
    try:
        path = log_file()
    except OSError:
        traceback.print_exc()
        _say("ganstudio: a fault in the program.")
        return FAULT
    logging.getLogger("ganstudio").exception("a fault in the program")
    _say(f"ganstudio: a fault in the program. What happened is in {path}.")
    return FAULT
