"""Document: the one owner of what changes: a list of states that share their tiles, and where in it we are."""

from __future__ import annotations

import weakref
from collections import Counter
from dataclasses import dataclass, replace
from itertools import zip_longest

from ganstudio.core.document.pool import Block
from ganstudio.core.document.state import NOTHING, Change, Edit, State
from ganstudio.core.document.tiles import Grid, Tiles

LONGEST = 1000  # steps
Balance = dict[Block, int]  # tile → how many more places it has (fewer: negative); those without a difference left out


@dataclass(frozen=True, eq=False)
class Step:
    """A state in the history: what led to it, and what that changed. The first has neither."""

    state: State
    label: str
    change: Change
    merge: str
    balance: Balance  # against the state before; grows while edits are merged into the step


class Document:
    """The states from the oldest kept to the newest, and the one shown. One thread at a time; States are values and
    may be read by any thread meanwhile.

    `budget` bounds the bytes of tiles that only other states than the shown one hold (in memory or in the pool's
    file; reduced levels, at most a third more, not counted). Beyond it the oldest steps are forgotten, then what
    could be done again.
    """

    def __init__(self, state: State, budget: int) -> None:
        self.budget = budget
        self._steps = [_first(state)]
        self._at = 0
        # How many places the first state gives a tile, and how many more each later one than the one before it: none
        # only when no state has it.
        self._held: Counter[Block] = Counter()
        self._shown: Counter[Block] = Counter()  # how many places the shown state gives a tile
        self._total = self._current = 0
        self._grow({}, difference(replace(state, layers=()), state))
        self._saved = weakref.ref(state)  # it may be forgotten like any other

    @property
    def state(self) -> State:
        """What is shown."""
        return self._steps[self._at].state

    @property
    def at(self) -> int:
        """The shown state's place in `labels`."""
        return self._at

    @property
    def labels(self) -> tuple[str, ...]:
        """What led to each state, the oldest first; "" for the one everything began with."""
        return tuple(step.label for step in self._steps)

    @property
    def held_bytes(self) -> int:
        """Bytes of tiles that only other states than the shown one have."""
        return self._total - self._current

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at + 1 < len(self._steps)

    @property
    def changed(self) -> bool:
        """Whether the shown state is another than the one last saved."""
        return self.state is not self._saved()

    def mark_saved(self, state: State) -> None:
        """A state that was written to its project; the one shown may be a later one by now."""
        self._saved = weakref.ref(state)

    def do(self, edit: Edit, merge: str = "") -> Change:
        """Show the state of an edit made from the shown one; what had been undone is forgotten.

        Edits that follow each other with the same `merge` (a stroke's name, a slider's drag) are one step.
        """
        while self.can_redo:
            self._forget_newest()
        last = self._steps[-1]
        delta = difference(last.state, edit.state)
        if merge and merge == last.merge:
            change = last.change.joined(edit.change)
            self._steps[-1] = Step(edit.state, edit.label, change, merge, last.balance)
        else:
            self._steps.append(Step(edit.state, edit.label, edit.change, merge, {}))
            self._at += 1
        self._grow(self._steps[-1].balance, delta)
        self._trim()
        return edit.change

    def end_merge(self) -> None:
        """What follows is a step of its own, whatever it is called."""
        last = self._steps[-1]
        self._steps[-1] = replace(last, merge="")

    def undo(self) -> Change:
        """One step back; nothing changes at the oldest state."""
        return self.jump(max(self._at - 1, 0))

    def redo(self) -> Change:
        return self.jump(min(self._at + 1, len(self._steps) - 1))

    def jump(self, at: int) -> Change:
        """To any state in `labels`; what to draw again. IndexError when there is none."""
        if not 0 <= at < len(self._steps):
            raise IndexError(at)
        low, high = min(at, self._at), max(at, self._at)
        change = Change(NOTHING)
        for step in self._steps[low + 1 : high + 1]:
            change = change.joined(step.change)
        for step in self._steps[self._at + 1 : at + 1]:
            self._current += sum(_count(self._shown, block, number) for block, number in step.balance.items())
        for step in reversed(self._steps[at + 1 : self._at + 1]):
            self._current += sum(_count(self._shown, block, -number) for block, number in step.balance.items())
        self._at = at
        if change.canvas:
            return Change(self.state.rect, canvas=True, layers=True)
        return Change(change.rect.clipped(self.state.rect), layers=change.layers)

    def forget(self, keep_bytes: int = 0) -> None:
        """Give up history until the other states hold at most so many bytes: by hand, or when the disk is full."""
        while self.held_bytes > keep_bytes and len(self._steps) > 1:
            self._forget_one()

    def _grow(self, balance: Balance, delta: Balance) -> None:
        """Add what the newest step, which is shown, brought to its balance and to the counts."""
        fresh = {} if balance else {block: number for block, number in delta.items() if block not in self._held}
        if fresh:  # nearly all of a picture that was opened or landed
            size = sum(block.nbytes for block in fresh)
            for counts in (balance, self._held, self._shown):
                dict.update(counts, fresh)
            self._total += size
            self._current += size
        for block, number in delta.items():
            if block in fresh:
                continue
            before = balance.pop(block, 0)
            after = before + number
            if after:
                balance[block] = after
            self._total += _count(self._held, block, max(after, 0) - max(before, 0))
            self._current += _count(self._shown, block, number)

    def _trim(self) -> None:
        self.forget(self.budget)
        while len(self._steps) > LONGEST:
            self._forget_one()

    def _forget_one(self) -> None:
        if self._at > 0:
            self._forget_oldest()
        else:
            self._forget_newest()

    def _forget_oldest(self) -> None:
        second = self._steps[1]
        self._total += sum(_count(self._held, block, number) for block, number in second.balance.items() if number < 0)
        self._steps[:2] = [_first(second.state)]
        self._at -= 1

    def _forget_newest(self) -> None:
        balance = self._steps.pop().balance
        self._total += sum(_count(self._held, block, -number) for block, number in balance.items() if number > 0)


def _first(state: State) -> Step:
    return Step(state, "", Change(state.rect, canvas=True, layers=True), "", {})


def _count(counts: Counter[Block], block: Block, more: int) -> int:
    """Count a tile `more` times more (less: negative); how many bytes that adds to those of all that are counted."""
    before = counts.pop(block, 0)
    if before + more:
        counts[block] = before + more
    return block.nbytes * ((before + more > 0) - (before > 0))


def difference(old: State, new: State) -> Balance:
    """The tiles that have more or fewer places in `new` than in `old`. What both share is stepped over."""
    olds, news = _planes(old), _planes(new)
    balance: Balance = {}
    for key in olds.keys() | news.keys():
        before, after = olds.get(key), news.get(key)
        if before is not after:
            _weigh(after.grid if after else (), before.grid if before else (), balance)
    return {block: number for block, number in balance.items() if number}


def _weigh(more: Grid, less: Grid, balance: Balance) -> None:
    for new, old in zip_longest(more, less, fillvalue=()):
        if new is not old:
            for one, other in zip_longest(new, old):
                if one is not other:
                    if isinstance(one, Block):
                        balance[one] = balance.get(one, 0) + 1
                    if isinstance(other, Block):
                        balance[other] = balance.get(other, 0) - 1


def _planes(state: State) -> dict[tuple[str, int], Tiles]:
    return {(layer.id, slot): plane for layer in state.layers for slot, plane in enumerate(layer.planes)}
