"""SPDX licence expressions: names joined by AND, OR and WITH, with brackets."""

from __future__ import annotations

import re
from collections.abc import Collection

_TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.+:-]+")


def not_allowed(expression: str, allowed: Collection[str]) -> list[str]:
    """The licences in an expression that stand in the way of taking it: [] when it may be taken. Of `A OR B` one that
    is allowed is enough. An expression that cannot be read is named whole."""
    tokens = _TOKEN.findall(expression)
    if not tokens or "".join(tokens) != re.sub(r"\s", "", expression):
        return [expression or "none stated"]
    refused, rest = _either(tokens, allowed)
    return [expression] if rest else refused


def names(expression: str) -> list[str]:
    """The licences named in an expression, an exception joined to its licence: `GPL-3.0-only WITH X` is one."""
    joined = re.sub(r"\s+WITH\s+", "\0WITH\0", expression)
    found = [token.replace("\0", " ") for token in re.split(r"[\s()]+", joined) if token not in ("", "AND", "OR")]
    return list(dict.fromkeys(found))


def _either(tokens: list[str], allowed: Collection[str]) -> tuple[list[str], list[str]]:
    refused, rest = _both(tokens, allowed)
    while rest and rest[0] == "OR":
        other, rest = _both(rest[1:], allowed)
        refused = refused and other and [*refused, *other]
    return refused, rest


def _both(tokens: list[str], allowed: Collection[str]) -> tuple[list[str], list[str]]:
    refused, rest = _one(tokens, allowed)
    while rest and rest[0] == "AND":
        more, rest = _one(rest[1:], allowed)
        refused = [*refused, *more]
    return refused, rest


def _one(tokens: list[str], allowed: Collection[str]) -> tuple[list[str], list[str]]:
    if not tokens or tokens[0] in ("AND", "OR", "WITH", ")"):
        return ["an expression that is broken off"], []
    if tokens[0] == "(":
        refused, rest = _either(tokens[1:], allowed)
        return refused, rest[1:] if rest[:1] == [")"] else ["an open bracket"]
    name, rest = tokens[0], tokens[1:]
    if rest[:1] == ["WITH"] and len(rest) > 1:
        name, rest = f"{name} WITH {rest[1]}", rest[2:]
    return ([] if name in allowed else [name]), rest
