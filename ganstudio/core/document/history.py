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


@dataclass(frozen=True, eq=False)
class Step:
    """A state in the history: what led to it, and what that changed. The first has neither."""

    state: State
    label: str
    change: Change
    merge: str
    came: tuple[Block, ...]  # tiles that it has more of than the state before
    went: tuple[Block, ...]  # tiles that it has less of


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
        blocks, _ = difference(replace(state, layers=()), state)
        # How often the first state has a tile, and how many more each later one has than the one before it: 0 only
        # when none has it.
        self._held = Counter(blocks)
        self._shown = Counter(blocks)  # how often the shown state has a tile
        self._total = self._current = sum(block.nbytes for block in self._held)
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
        change = edit.change
        if merge and merge == last.merge:
            self._take_back()
            change = last.change.joined(change)
        self._append(edit, change, merge)
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
            self._show(step.came, step.went)
        for step in reversed(self._steps[at + 1 : self._at + 1]):
            self._show(step.went, step.came)
        self._at = at
        if change.canvas:
            return Change(self.state.rect, canvas=True, layers=True)
        return Change(change.rect.clipped(self.state.rect), layers=change.layers)

    def forget(self, keep_bytes: int = 0) -> None:
        """Give up history until the other states hold at most so many bytes: by hand, or when the disk is full."""
        while self.held_bytes > keep_bytes and len(self._steps) > 1:
            self._forget_one()

    def _append(self, edit: Edit, change: Change, merge: str) -> None:
        came, went = difference(self._steps[-1].state, edit.state)
        self._steps.append(Step(edit.state, edit.label, change, merge, came, went))
        self._at += 1
        for block in came:
            self._total += block.nbytes if block not in self._held else 0
            self._held[block] += 1
        self._show(came, went)

    def _show(self, came: tuple[Block, ...], went: tuple[Block, ...]) -> None:
        """Keep count of the tiles of the shown state."""
        for block in came:
            self._current += block.nbytes if block not in self._shown else 0
            self._shown[block] += 1
        self._current -= _taken(self._shown, went)

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
        self._total -= _taken(self._held, second.went)
        self._steps[:2] = [_first(second.state)]
        self._at -= 1

    def _forget_newest(self) -> None:
        self._total -= _taken(self._held, self._steps.pop().came)

    def _take_back(self) -> None:
        """Drop the newest step, which is the shown one."""
        step = self._steps[-1]
        self._show(step.went, step.came)
        self._at -= 1
        self._forget_newest()


def _first(state: State) -> Step:
    return Step(state, "", Change(state.rect, canvas=True, layers=True), "", (), ())


def _taken(counts: Counter[Block], blocks: tuple[Block, ...]) -> int:
    """Take tiles out of a count; the bytes of those of which none is left."""
    freed = 0
    for block in blocks:
        counts[block] -= 1
        if counts[block] == 0:
            del counts[block]
            freed += block.nbytes
    return freed


def difference(old: State, new: State) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """(tiles that `new` has more of, tiles that `old` has more of), each as often as that.

    A tile counts once for every place it has. What is the same object in both is stepped over.
    """
    olds, news = _planes(old), _planes(new)
    balance: Counter[Block] = Counter()
    for key in olds.keys() | news.keys():
        before, after = olds.get(key), news.get(key)
        if before is not after:
            _weigh(after.grid if after else (), before.grid if before else (), balance)
    return tuple((+balance).elements()), tuple((-balance).elements())


def _weigh(more: Grid, less: Grid, balance: Counter[Block]) -> None:
    for new, old in zip_longest(more, less, fillvalue=()):
        if new is not old:
            for one, other in zip_longest(new, old):
                if one is not other:
                    if isinstance(one, Block):
                        balance[one] += 1
                    if isinstance(other, Block):
                        balance[other] -= 1


def _planes(state: State) -> dict[tuple[str, int], Tiles]:
    return {(layer.id, slot): plane for layer in state.layers for slot, plane in enumerate(layer.planes)}
