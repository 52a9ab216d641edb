"""The words of the queue: states, reasons as sentences, sizes, times. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.text import N_, _
from ganstudio.jobs.records import ALREADY, State

_VERBS = ("is", "was", "exists", "changes", "made", "has", "needs", "cannot", "ends", "holds", "keeps")


@dataclass(frozen=True)
class Look:
    """A state is never told by its colour alone: glyph and word."""

    icon: str
    word: str
    token: str


LOOKS: dict[State, Look] = {
    State.DONE: Look("check", N_("Done"), "ok"),
    State.SKIPPED: Look("dash", N_("Skipped"), "text3"),
    State.FAILED: Look("fail_ring", N_("Failed"), "err"),
    State.RUNNING: Look("play", N_("Running"), "accent_text"),
    State.WAITING: Look("clock", N_("Waiting"), "text3"),
    State.PAUSED: Look("pause", N_("Paused"), "text3"),
    State.CANCELLED: Look("close", N_("Cancelled"), "text3"),
}
# In which order the table sorts by state: what needs a look first.
RANK = {
    state: rank
    for rank, state in enumerate(
        (State.FAILED, State.RUNNING, State.WAITING, State.PAUSED, State.SKIPPED, State.CANCELLED, State.DONE)
    )
}


def sentence(reason: str) -> str:
    """A journal's reason as a sentence with a subject."""
    if not reason:
        return ""
    if reason == ALREADY:
        return _("Already there, left as it is.")
    first = reason.split(maxsplit=1)[0]
    said = f"It {reason}" if first in _VERBS else reason[0].upper() + reason[1:]
    return said if said.endswith((".", "…")) else f"{said}."
