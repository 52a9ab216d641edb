"""What a generator remembers of one picture between two calls, so that only what changed is computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

ROOM = 256 << 20


@dataclass(frozen=True)
class State:
    """Before a step: the maps, the picture so far, and where the generator of noise stood."""

    x: Tensor | None
    image: Tensor | None
    noise: Tensor | None = None


class Kept:
    """The states of the last call, step by step, as long as they fit into `room` bytes.

    Of one network whose weights do not change, without gradients, and for one thread at a time. Taking up a state
    gives exactly the numbers that computing it again would give.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.steps = 0  # computed by the last call
        self._mark: tuple[object, ...] = ()
        self._ws: Tensor | None = None
        self._states: dict[int, State] = {}

    def begin(
        self, mark: tuple[object, ...], ws: Tensor, reads: Sequence[Sequence[int]], end: int
    ) -> tuple[int, State]:
        """(first step to compute, the state before it), for a picture that is there after `end` steps.

        Step n of the whole network reads the rows `reads[n]` of ws, N×num_ws×w_dim. `mark` is what every step depends
        on (noise, numbers, labels), compared by value. States behind a step that reads a changed row are forgotten.
        """
        was, holds = self._ws, 0
        if was is not None and self._mark == mark and was.shape == ws.shape and was.device == ws.device:
            changed = {row for row in range(ws.shape[1]) if not torch.equal(ws[:, row], was[:, row])}
            holds = next((step for step, rows in enumerate(reads) if changed.intersection(rows)), len(reads))
        self._states = {step: state for step, state in self._states.items() if step <= holds}
        self._mark, self._ws = mark, ws.detach().clone()
        first = max((step for step in self._states if step <= end), default=0)
        self.steps = end - first
        return first, self._states.get(first, State(None, None))

    def forget(self) -> None:
        """The next call computes everything."""
        self._ws, self._states = None, {}

    def keep(self, step: int, state: State) -> None:
        """Remember the state before `step`, where there is room."""
        self._states.pop(step, None)
        maps = {id(map_): map_ for one in (*self._states.values(), state) for map_ in (one.x, one.image)}
        if sum(map_.nbytes for map_ in maps.values() if map_ is not None) <= self.room:
            self._states[step] = state


class Lent(Kept):
    """Another's states for pictures beside its own: they are taken up, and nothing of theirs is kept."""

    def __init__(self, of: Kept) -> None:
        super().__init__(0)
        self._mark, self._ws, self._states = of._mark, of._ws, of._states  # replaced here, never changed

    def keep(self, step: int, state: State) -> None:
        """Nothing."""


def noise_mark(mode: str, generator: torch.Generator | None) -> tuple[object, ...]:
    """What of the noise a picture depends on; unlike any other where it is drawn afresh."""
    if mode != "random":
        return (mode,)
    return (mode, object() if generator is None else generator.get_state().numpy().tobytes())
