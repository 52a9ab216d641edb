"""The terminal's entrance: finds the command, runs it, turns what happened into an exit code.

0 all done · 1 some pictures failed · 2 wrong usage · 3 a fault in the program · 130 stopped by hand
"""

from __future__ import annotations

import difflib
import importlib
import logging
import sys
import traceback
from collections.abc import Sequence

from ganstudio import __version__
from ganstudio.cli.command import Command
from ganstudio.core.discovery import discover
from ganstudio.core.errors import BadModel, Cancelled, UsageError, UserError

DONE, SOME_FAILED, WRONG_USAGE, FAULT, STOPPED = 0, 1, 2, 3, 130


def commands() -> dict[str, Command]:
    """Every command by name: one for each Tool, then the modules of `ganstudio.cli.commands`."""
    import ganstudio.cli.commands as package
    from ganstudio.cli.tool_command import command_of
    from ganstudio.tools import all_tools

    found = {tool.id: command_of(tool) for tool in all_tools().values()}
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
    """Run one command line; never raises."""
    try:
        return dispatch(list(sys.argv[1:] if words is None else words))
    except (UsageError, BadModel) as error:
        complain(error)
        return WRONG_USAGE
    except (Cancelled, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)
        return STOPPED
    except UserError as error:
        complain(error)
        return SOME_FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except Exception:  # noqa: BLE001 - the last door: a bug becomes one sentence and a traceback in the log
        return fault()


def dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(help_text())
        return DONE
    if words[0] in ("-V", "--version", "version"):
        print(f"GANStudio {__version__}")
        return DONE
    known = commands()
    if words[0] in known:
        return known[words[0]].run(words[1:])
    near = difflib.get_close_matches(words[0], known, n=1)
    hint = f"Did you mean `ganstudio {near[0]}`?" if near else "`ganstudio --help` lists the commands."
    raise UsageError(f"There is no command “{words[0]}”.", hint)


def complain(error: UserError) -> None:
    print(f"ganstudio: {error}", file=sys.stderr)


def fault() -> int:
    """A bug: its traceback into the log (or on stderr), one sentence for the person."""
    from ganstudio.core.log import log_file

    try:
        path = log_file()
    except OSError:
        traceback.print_exc()
        print("ganstudio: a fault in the program.", file=sys.stderr)
        return FAULT
    logging.getLogger("ganstudio").exception("a fault in the program")
    print(f"ganstudio: a fault in the program. What happened is in {path}.", file=sys.stderr)
    return FAULT
