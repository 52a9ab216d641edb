"""A page of the docs for every command of the terminal: `python packaging/command_pages.py -o FOLDER`.

Made from the commands' own parsers, and these from Params; nothing is written twice. packaging/docs.py puts the pages
into the site. Run by the program's environment; torch is not needed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from unittest.mock import patch

from ganstudio.cli.command import Command
from ganstudio.cli.flags import Parser
from ganstudio.cli.main import commands

_HELP = "-h"


class _Caught(BaseException):
    """Carries a parser out of its command, past every door that catches errors."""

    def __init__(self, parser: Parser) -> None:
        super().__init__()
        self.parser = parser


def parser_of(command: Command) -> Parser:
    """The parser of a command, as it is when it would read the words."""

    def caught(parser: Parser, words: object) -> None:
        raise _Caught(parser)

    with patch.object(Parser, "parse", caught):
        try:
            command.run([])
        except _Caught as found:
            return found.parser
    raise TypeError(f"{command.name} reads its words without a Parser")


def page(command: Command) -> str:
    """The page of one command as Markdown."""
    parser = parser_of(command)
    lines = [f"# ganstudio {command.name}", "", parser.description or command.summary, ""]
    example = (parser.epilog or "").removeprefix("example: ")
    if example:
        lines += ["```console", f"$ {example}", "```", ""]
    lines += _groups(parser)
    for name, one in _actions(parser).items():
        about = next((choice.help for choice in _choices(parser) if choice.dest == name), "") or ""
        lines += [f"## {command.name} {name}", "", about[:1].upper() + about[1:] + ".", "", *_groups(one)]
    return "\n".join(lines).rstrip() + "\n"


def _groups(parser: argparse.ArgumentParser) -> list[str]:
    """The command line, then a table for each group of its words and flags."""
    lines = ["```text", *_usage(parser), "```", ""]
    for group in parser._action_groups:
        told = [one for one in group._group_actions if _HELP not in one.option_strings and not _is_choice(one)]
        if not any(one.help for one in told):  # the line above names them already
            continue
        title = {"positional arguments": "", "options": ""}.get(group.title or "", group.title or "")
        lines += [f"**{title[:1].upper()}{title[1:]}**", ""] if title else []
        lines += ["| | |", "|---|---|", *map(_row, told), ""]
    return lines


def _usage(parser: argparse.ArgumentParser) -> list[str]:
    """`ganstudio upscale [flags] [INPUT …]`, by the words that are no flags; the flags stand in the tables."""
    words = [parser.prog]
    flags = [one for one in parser._actions if one.option_strings and _HELP not in one.option_strings]
    words += ["[flags]"] if flags else []
    for one in parser._actions:
        if not one.option_strings:
            name = _metavar(one)
            more = {"*": f"[{name} …]", "+": f"{name} …", "?": f"[{name}]"}
            words.append(more.get(str(one.nargs), name))
    return [" ".join(words)]


def _row(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 or isinstance(action, argparse.BooleanOptionalAction) else _metavar(action)
    names = [f"`{name} {value}`" if value else f"`{name}`" for name in action.option_strings] or [f"`{value}`"]
    told = (action.help or "").replace("%%", "%")
    return f"| {_cell(', '.join(names))} | {_cell(told)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _metavar(action: argparse.Action) -> str:
    return str(action.metavar or action.dest.upper())


def _is_choice(action: argparse.Action) -> bool:
    return isinstance(action, argparse._SubParsersAction)


def _actions(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of a command's actions (`models list`), by their names."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _choices(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [choice for action in parser._actions if _is_choice(action) for choice in action._choices_actions]  # type: ignore[attr-defined]


def index(known: list[Command]) -> str:
    """The page that lists them all."""
    rows = [f"| [{one.name}]({one.name}.md) | {_cell(one.summary)} |" for one in known]
    about = "Every command explains itself: `ganstudio COMMAND --help` says what these pages say."
    return "\n".join(["# Commands", "", about, "", "| command | |", "|---|---|", *rows, ""])


def write(folder: Path) -> list[Path]:
    """All pages into a folder, which is made; pages of commands that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted(commands().values())
    pages = {f"{one.name}.md": page(one) for one in known} | {"index.md": index(known)}
    for old in folder.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    return sorted(folder / name for name in pages)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder for the pages")
    print(f"{len(write(parser.parse_args().output))} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
