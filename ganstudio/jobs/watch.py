"""Watch: the thread that waits for a crew: its time of day, pictures that do not get on, the estimate, the status."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from ganstudio.core.errors import DiskFull, UserError
from ganstudio.core.progress import Snapshot
from ganstudio.jobs.crew import Crew
from ganstudio.jobs.estimate import MEASURED_FILES, Estimate, Space, estimate, look
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.making import AnyOrder
from ganstudio.jobs.order import Order
from ganstudio.jobs.pace import A_FILE, Pace
from ganstudio.jobs.records import Batch, JournalError, Totals
from ganstudio.jobs.running import Running

if TYPE_CHECKING:
    from ganstudio.models.library import Library

Ending = Literal["finished", "stopped", "until", "refused", "trouble"]
_TICK_S = 0.05
_SHARE_S = 2.0
_STALL_FACTOR = 10
_UNKNOWN_FACTOR = 12  # before anything was measured: the first picture may be a very large one
_LAST_S = 60.0  # a Job that needs no more than this when its time is up may finish
# Of fewer megapixels the time goes into opening and saving: that says nothing of larger pictures.
_TELLING_MP = 5.0
_log = logging.getLogger("ganstudio.jobs")


@dataclass(frozen=True)
class Status:
    """How far a run is. `seconds` of work leave pauses out; `left` is None until it can be told. `megapixels` of input
    are done by this run. `current` are the names of the pictures in work, each with the fraction that is done; `making`
    is how far the one thing is that is being made."""

    totals: Totals
    seconds: float
    left: float | None
    megapixels: float
    current: tuple[tuple[str, float], ...]
    paused: bool
    making: Snapshot | None = None


@dataclass(frozen=True)
class Wishes:
    """What a run was asked for: until when, how long a picture may stand still, who wants to hear."""

    until: int | None
    stall_seconds: float
    paused: Callable[[], bool]
    on_status: Callable[[Status], None] | None
    on_estimate: Callable[[Estimate], None] | None


class Watch:
    """`watch` returns when the crew has ended or was told to; what came of it is in the attributes."""

    def __init__(
        self, crew: Crew, journal: Journal, library: Library, batches: Sequence[Batch], orders: Sequence[AnyOrder],
        wishes: Wishes,
    ) -> None:  # fmt: skip
        self.crew, self.journal, self.batches, self.wishes = crew, journal, batches, wishes
        self.orders = [order for order in orders if isinstance(order, Order)]
        self._makes = len(self.orders) < len(orders)
        self._share_at = 0.0
        self.estimate: Estimate | None = None
        self.refused: DiskFull | None = None
        self.trouble: UserError | None = None
        self.ending: Ending = "finished"
        self._deadline = next_moment(wishes.until) if wishes.until is not None else None
        self._totals = self._asked()
        self._ask_again = 0.0
        stopped = crew.progress
        self._outlooks = [look(order, journal, library, lambda: stopped.stopped) for order in self.orders]
        self._pace = Pace(self._outlooks)

    def watch(self) -> None:
        try:
            self._watch()
        except (JournalError, DiskFull) as error:
            self.trouble = error
        self._remember()

    def _watch(self) -> None:
        progress = self.crew.progress
        while self.crew.alive() and not progress.stopped:
            self._give_up_the_stuck()
            self._mind_the_time()
            self._note_share()
            self._pace.note(self.seconds, self._work(self.crew.running()))
            self._estimate_once()
            if self.wishes.on_status is not None:
                self.wishes.on_status(self.status())
            self.crew.wait(_TICK_S)
        if not progress.stopped:
            self._estimate_once()  # the last pictures may have been done since the last look
        if progress.stopped and self.ending == "finished":
            self.ending = "stopped"

    def _estimate_once(self) -> None:
        if self.estimate is None and self.crew.tally.done >= MEASURED_FILES:
            self._estimate()

    def end(self, fault: BaseException | None) -> None:
        """What came of it, once the crew has ended, by its `fault` if it had one. Raises a fault of the program."""
        if fault is not None and not isinstance(fault, UserError):
            raise fault
        self.trouble = self.trouble or fault
        if self.trouble is not None:
            self.ending = "trouble"

    def totals(self) -> Totals:
        """Of all batches of the run, asked anew; where the journal cannot be read, what was known last."""
        try:
            self._totals = self._asked()
        except (JournalError, DiskFull) as error:
            _log.warning("the counts may be old: %s", error)
        return self._totals

    def _asked(self) -> Totals:
        return sum_of([self.journal.totals(batch) for batch in self.batches])

    def status(self) -> Status:
        """Now; the journal is asked no more often than costs a twentieth of the time."""
        now = time.monotonic()
        if now >= self._ask_again:
            self.totals()
            self._ask_again = time.monotonic() + 20 * (time.monotonic() - now)
        running = [one for one in self.crew.running() if not one.given_up]
        current = tuple((one.task.job.source.name, one.fraction) for one in running)
        seconds = self.seconds
        making = next((one.making for one in running if one.making is not None), None)
        left = self._pace.left(seconds, self._work(running), self._totals.unfinished)
        if self._makes:  # how long what is not begun takes nobody knows
            left = making.left if making is not None and self._totals.unfinished == 1 else None
        return Status(self._totals, seconds, left, self._megapixels(running), current, self.wishes.paused(), making)

    @property
    def seconds(self) -> float:
        """Of work, pauses left out."""
        return self.crew.progress.snapshot().seconds

    def _megapixels(self, running: Sequence[Running]) -> float:
        """Of input, done by this crew, parts of pictures counted."""
        parts = sum(one.fraction * one.picture.header.megapixels for one in running if one.picture is not None)
        return self.crew.tally.megapixels + parts

    def _work(self, running: Sequence[Running]) -> float:
        """The same as `Pace` counts it."""
        parts = sum(one.fraction for one in running if one.picture is not None)
        return self._megapixels(running) + A_FILE * (self.crew.tally.done + parts)

    def _note_share(self) -> None:
        """How far what is made is, for other programs."""
        if not self._makes or time.monotonic() < self._share_at:
            return
        self._share_at = time.monotonic() + _SHARE_S
        for one in self.crew.running():
            if one.picture is None and not one.given_up:
                self.journal.note_share(one.task.job, one.fraction)

    def _give_up_the_stuck(self) -> None:
        tally = self.crew.tally
        for one in self.crew.running():
            if one.given_up:
                continue
            limit = self.wishes.stall_seconds
            if tally.megapixels and one.picture is not None:
                expected = tally.seconds / tally.megapixels * one.picture.header.megapixels
                limit = max(limit, _STALL_FACTOR * expected)
            else:
                limit *= _UNKNOWN_FACTOR
            idle = one.idle_seconds(self.wishes.paused())
            if idle > limit:
                self.crew.give_up(one, f"made no progress for {max(idle / 60, 1):.0f} min and was given up")

    def _mind_the_time(self) -> None:
        """When the time is up no Job is begun, and those that would take long yet are put back."""
        if self._deadline is None or datetime.now() < self._deadline:
            return
        self.ending = "until"
        self.crew.close()
        for one in self.crew.running():
            spent = one.progress.snapshot().seconds
            left = spent * (1 - one.fraction) / one.fraction if one.fraction else float("inf")
            if left > _LAST_S:
                one.progress.stop()

    def _estimate(self) -> None:
        """Tell the estimate once the pace is known; what cannot fit is refused at once."""
        unfinished = [self.journal.totals(order.batch).unfinished for order in self.orders]
        left = self._pace.left(self.seconds, self._work(self.crew.running()), sum(unfinished))
        found = joined(
            [
                estimate(outlook, files, 0.0, self.crew.tally.size_factor, "measured on the first files")
                for outlook, files in zip(self._outlooks, unfinished, strict=True)
            ]
        )
        try:
            found.check()
        except DiskFull as error:
            self.refused, self.ending = error, "refused"
            self.crew.progress.stop()
        if left is None and self.refused is None:
            return
        self.estimate = replace(found, seconds=left or 0.0)
        if self.wishes.on_estimate is not None:
            self.wishes.on_estimate(self.estimate)

    def _remember(self) -> None:
        tally = self.crew.tally
        if tally.done < MEASURED_FILES or tally.megapixels < _TELLING_MP or len(self.orders) != 1:
            return
        work = self._work(())
        rate = (self._pace.now(self.seconds, work) or self.seconds / work) * work / tally.megapixels
        try:
            self.journal.remember_rate(self.orders[0].batch.recipe_hash, rate, tally.size_factor)
        except (JournalError, DiskFull) as error:
            _log.warning("the speed is not remembered: %s", error)


def next_moment(minutes: int) -> datetime:
    """The next moment at which a clock here shows this time of day (minutes after midnight)."""
    now = datetime.now()
    moment = now.replace(hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0)
    return moment if moment > now else moment + timedelta(days=1)


def sum_of(totals: Sequence[Totals]) -> Totals:
    names = Totals.__dataclass_fields__
    return Totals(**{name: sum(getattr(one, name) for one in totals) for name in names})


def joined(estimates: Sequence[Estimate]) -> Estimate:
    """Several batches as one: what they need on one disk adds up."""
    spaces: dict[int, Space] = {}
    for space in (space for one in estimates for space in one.spaces):
        disk = os.stat(space.folder).st_dev
        known = spaces.get(disk)
        spaces[disk] = replace(space, needed=space.needed + known.needed) if known else space
    return Estimate(
        sum(one.files for one in estimates),
        sum(one.seconds for one in estimates),
        tuple(spaces.values()),
        estimates[0].measured,
        tuple(problem for one in estimates for problem in one.problems),
    )
