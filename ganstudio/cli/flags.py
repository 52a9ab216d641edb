"""Params ↔ the words of a command line. Nothing about a parameter is written twice."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Choice, Parameter, Params, Switch

P = TypeVar("P", bound=Params)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError and names the nearest flag for an unknown one."""

    def __init__(self, **words: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Help, **words)

    def error(self, message: str) -> NoReturn:
        raise UsageError(_sentence(message), f"`{self.prog} --help` lists what there is.")

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Like parse_args, but flags and inputs may be mixed, and unknown flags get the nearest name."""
        found, unknown = self.parse_known_intermixed_args(list(words))
        for word in unknown:
            flag = word.partition("=")[0]
            near = difflib.get_close_matches(flag, list(self._option_string_actions), n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}?" if near else f"`{self.prog} --help` lists what there is."
            raise UsageError(f"There is no flag {flag}.", hint)
        return found


class _Help(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=None if sys.stdout.isatty() else 100)


def _sentence(message: str) -> str:
    text = message.removeprefix("argument ")
    return text[:1].upper() + text[1:].rstrip(".") + "."


def add_params(
    parser: argparse.ArgumentParser, params: type[Params], title: str, only: Sequence[str] = ()
) -> None:
    """One flag for each parameter (or those named in `only`), in a group of its own in the help."""
    group = parser.add_argument_group(title)
    for one in (one for one in params.parameters() if not only or one.name in only):
        flag = "--" + one.name.replace("_", "-")
        if isinstance(one.kind, Switch):
            group.add_argument(
                *one.flags,
                flag,
                dest=one.name,
                action=argparse.BooleanOptionalAction,
                default=argparse.SUPPRESS,
                help=one.help,
            )
        else:
            group.add_argument(
                *one.flags,
                flag,
                dest=one.name,
                default=argparse.SUPPRESS,
                type=_Reader(one),
                metavar=one.kind.metavar,
                help=_help(one),
            )


def _help(one: Parameter) -> str:
    usual = one.kind.text(one.default)
    shown = one.help if not usual or isinstance(one.default, bool) else f"{one.help} (usually {usual})"
    return shown.replace("%", "%%")


class _Reader:
    """The text of one flag → its value; argparse shows the sentence of a UsageError."""

    def __init__(self, one: Parameter) -> None:
        self._one = one

    def __call__(self, text: str) -> Any:
        kind = self._one.kind
        try:
            return kind.parse(text)
        except UsageError as error:
            near = difflib.get_close_matches(text, kind.options, n=1) if isinstance(kind, Choice) else []
            hint = f"Did you mean {near[0]}?" if near else error.hint
            raise argparse.ArgumentTypeError(f"{error.message} {hint}".strip()) from error


def take(params: type[P], found: argparse.Namespace, base: P | None = None) -> P:
    """The Params that the person's flags say, over `base` (or the defaults)."""
    said = {one.name: getattr(found, one.name) for one in params.parameters() if hasattr(found, one.name)}
    start = {one.name: getattr(base, one.name) for one in params.parameters()} if base is not None else {}
    return params(**{**start, **said})
