"""Feature networks by name: one file each, found by `core.discovery.discover`.

Every module has `TITLE`, `missing() -> str` (why it cannot be had here, with what to do; empty when it can) and
`load() -> Features`. A network that a model was trained with never judges that model: `fair` refuses.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from ganstudio.core.discovery import discover, load
from ganstudio.core.errors import UsageError

if TYPE_CHECKING:
    from ganstudio.measures.frozen import Features
    from ganstudio.models.cards import Card

DEFAULT = "squeezenet11"


def names() -> list[str]:
    """Every feature network this version knows, at hand or not."""
    return list(discover(sys.modules[__name__]))


def available() -> list[str]:
    """Those that can be had here."""
    return [name for name in names() if not missing(name)]


def missing(name: str) -> str:
    """Why a feature network cannot be had here, with what to do; empty when it can."""
    return load(sys.modules[__name__], name).missing()


@lru_cache(maxsize=8)
def named(name: str) -> Features:
    """A feature network, loaded once. Raises UsageError when there is none of that name or it is not at hand."""
    if name not in names():
        raise UsageError(f"There are no features “{name}”; known are {', '.join(names())}.")
    reason = missing(name)
    if reason:
        raise UsageError(reason)
    return load(sys.modules[__name__], name).load()


def trained_with(card: Card) -> set[str]:
    """The feature networks that a model's Card names as its teachers (`settings["features"]`, a name or a list)."""
    said = card.settings.get("features", ())
    if isinstance(said, str):
        return {said}
    return {str(one) for one in said} if isinstance(said, (list, tuple)) else set()


def fair(name: str, card: Card) -> None:
    """Raise UsageError when `name` taught the model and so must not judge it."""
    if name in trained_with(card):
        raise UsageError(
            f"{card.name} was trained with {name}, which therefore cannot judge it.", _others(trained_with(card))
        )


def judge_of(card: Card, wanted: Iterable[str] = ()) -> str:
    """The first of `wanted` (or of all at hand, the default first) that did not teach the model."""
    at_hand = sorted(available(), key=lambda name: name != DEFAULT)
    for name in wanted or at_hand:
        if name not in trained_with(card):
            return name
    raise UsageError(f"{card.name} was trained with every feature network at hand.", _others(trained_with(card)))


def _others(taught: set[str]) -> str:
    other = [name for name in names() if name not in taught]
    return f"Fair judges are {', '.join(other)}." if other else "No feature network is left to judge it."
