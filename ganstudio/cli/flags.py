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
        raise UsageError(_sentence(message), self._help_hint)

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Like parse_args, but flags and inputs may be mixed, and unknown flags get the nearest name."""
        # argparse cannot mix them where there are actions; there is no need to.
        read = self.parse_known_args if self._subparsers else self.parse_known_intermixed_args
        found, unknown = read(list(words))
        for word in unknown:
            flag = word.partition("=")[0]
            if not flag.startswith("-"):
                raise UsageError(f"“{word}” is a word too many.", self._help_hint)
            raise UsageError(f"There is no flag {flag}.", self._hint(flag, self._flags(found), 0.5))
        return found

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """What argparse asks of every word that must be one of several: here those are actions."""
        if action.choices is not None and value not in action.choices:
            known = list(action.choices)
            raise UsageError(
                f"There is no “{value}” here; known are {', '.join(known)}.", self._hint(value, known, 0.6)
            )

    def _flags(self, found: argparse.Namespace) -> list[str]:
        """The flags of this parser, or of that of the action chosen."""
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                return list(action.choices[getattr(found, action.dest)]._option_string_actions)
        return list(self._option_string_actions)

    def _hint(self, word: str, known: Sequence[str], cutoff: float) -> str:
        near = difflib.get_close_matches(word, known, n=1, cutoff=cutoff)
        return f"Did you mean {near[0]}?" if near else self._help_hint

    @property
    def _help_hint(self) -> str:
        return f"`{self.prog} --help` lists what there is."


class _Help(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=None if sys.stdout.isatty() else 100)


def _sentence(message: str) -> str:
    text = message.removeprefix("argument ")
    return text[:1].upper() + text[1:].rstrip(".") + "."


def add_params(parser: argparse.ArgumentParser, params: type[Params], title: str, only: Sequence[str] = ()) -> None:
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
    """The text of one flag → its value. Raises UsageError, which argparse lets through, naming the flag."""

    def __init__(self, one: Parameter) -> None:
        self._one = one

    def __call__(self, text: str) -> Any:
        kind = self._one.kind
        try:
            return kind.parse(text)
        except UsageError as error:
            near = difflib.get_close_matches(text, kind.options, n=1) if isinstance(kind, Choice) else []
            hint = f"Did you mean {near[0]}?" if near else error.hint
            raise UsageError(f"--{self._one.name.replace('_', '-')}: {error.message}", hint) from error


def take(params: type[P], found: argparse.Namespace, base: P | None = None) -> P:
    """The Params that the person's flags say, over `base` (or the defaults)."""
    said = {one.name: getattr(found, one.name) for one in params.parameters() if hasattr(found, one.name)}
    start = {one.name: getattr(base, one.name) for one in params.parameters()} if base is not None else {}
    return params(**{**start, **said})
