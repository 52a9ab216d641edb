"""ExploreLink: what Explore asks of the engine's process, and what comes back, as signals in the GUI thread.

Nothing blocks. A channel is one place that shows pictures: its newest wish wins, and answers to older ones are dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.jobs.remote import generators as words
from ganstudio.jobs.remote.messages import Failure

if TYPE_CHECKING:
    from ganstudio.core.latent import Latent
    from ganstudio.ui.engine_link import EngineLink

STAGE = "stage"
_OfChannel = words.Pictured | words.ThumbDone | words.Points | words.Changes | words.ChannelFailed


class ExploreLink(QObject):
    """One a window. Numbers of makers are never used twice."""

    model_known = Signal(object)  # ModelFacts
    model_refused = Signal(object)  # ModelRefused
    pictured = Signal(object)  # Pictured: early, then full, then (if asked) upscaled
    thumb = Signal(str, int, object)  # channel, index, uint8 H×W×C
    points = Signal(str, object)  # channel, tuple of num_ws×w_dim float32
    changes = Signal(str, object)  # channel, tuple of a tuple of numbers for each way
    channel_failed = Signal(object)  # ChannelFailed
    directions_found = Signal(object)  # DirectionsFound
    directions_failed = Signal(object)  # DirectionsFailed
    maker_progress = Signal(int, object)  # task, TaskProgress
    maker_news = Signal(int, object)  # task, a value on the way (a projection's snapshot)
    maker_done = Signal(int, object)  # task, what the maker gave
    maker_failed = Signal(int, object)  # task, Failure (kind "stopped" when it was stopped)
    engine_lost = Signal(object)  # Failure: the engine ended and is there again; all that was asked is lost: ask again

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._numbers = itertools.count(1)
        self._newest: dict[str, int] = {}
        self._shown: dict[str, int] = {}
        self._makers: set[int] = set()
        engine.explored.connect(self._take)
        self._failure: Failure | None = None
        engine.trouble.connect(self._lost)
        engine.state_changed.connect(self._state_changed)

    # Asking

    def open(self, model: str) -> None:
        """Open a generator; `model_known` or `model_refused` tells."""
        self._send(words.AskModel(model))

    def render(self, latent: Latent, *, channel: str = STAGE, early: bool = True, upscaled: str = "") -> None:
        """The picture of a Latent, early first; `upscaled` names the model that enlarges it at last."""
        self._send(words.Render(channel, self._number(channel), latent, early, upscaled))

    def thumbs(self, channel: str, latents: Sequence[Latent], side: int = 64, order: Sequence[int] = ()) -> None:
        """Small pictures, one `thumb` each; `order` says which come first."""
        self._send(words.Thumbs(channel, self._number(channel), tuple(latents), side, tuple(order)))

    def ask_points(self, channel: str, latents: Sequence[Latent], which: words.Which = "moved") -> None:
        """The ws that Latents come to: `base` before pushes and mixing, `moved` with them (as a Latent's own point it
        is the same picture), `final` also drawn to the mean by ψ."""
        self._send(words.AskPoints(channel, self._number(channel), tuple(latents), which))

    def ask_changes(self, channel: str, ways: Sequence[Sequence[Latent]]) -> None:
        """How much the pictures of each way change from one to the next, as a network sees it: `changes` tells."""
        self._send(words.AskChanges(channel, self._number(channel), tuple(map(tuple, ways))))

    def find_directions(self, model: str, how: Literal["sefa", "pca"], count: int = 6) -> None:
        self._send(words.FindDirections(model, how, count))

    def forget(self, channel: str) -> None:
        """Nothing of a channel is wanted any more."""
        if self._newest.pop(channel, None) is not None:
            self._send(words.Forget(channel))

    def make(
        self, maker: str, params: dict[str, Any], inputs: dict[str, Any] | None = None, *, forecast: bool = False
    ) -> int:  # fmt: skip
        """Run a maker of `tools` by its id, in a thread of its own; its task's number. `maker_done` brings its Made, or
        its Forecast."""
        task = next(self._numbers)
        self._makers.add(task)
        self._send(words.Make(task, maker, params, inputs or {}, forecast))
        return task

    def end(self, task: int, *, keep: bool = False) -> None:
        """Stop a maker; `keep`: it ends with what it has."""
        if task in self._makers:
            self._send(words.EndMake(task, keep))

    def _number(self, channel: str) -> int:
        self._newest[channel] = next(self._numbers)
        return self._newest[channel]

    def _send(self, wish: words.Wish) -> None:
        self._engine.explore(wish)

    # Hearing

    @Slot(object)
    def _take(self, told: words.Explored) -> None:
        if isinstance(told, _OfChannel):
            if self._is_wanted(told):
                self._take_channel(told)
        elif isinstance(told, words.ModelKnown):
            self.model_known.emit(told.facts)
        elif isinstance(told, words.ModelRefused):
            self.model_refused.emit(told)
        elif isinstance(told, words.DirectionsFound):
            self.directions_found.emit(told)
        elif isinstance(told, words.DirectionsFailed):
            self.directions_failed.emit(told)
        else:
            self._take_maker(told)

    def _is_wanted(self, told: _OfChannel) -> bool:
        """The newest; of pictures also one on the way there: while a slider moves there is always a newer wish."""
        newest = self._newest.get(told.channel)
        if newest is None or not isinstance(told, words.Pictured):
            return newest == told.number
        shown = self._shown.get(told.channel, 0)
        if not shown <= told.number <= newest:
            return False
        self._shown[told.channel] = told.number
        return True

    def _take_channel(self, told: _OfChannel) -> None:
        if isinstance(told, words.Pictured):
            self.pictured.emit(told)
        elif isinstance(told, words.ThumbDone):
            self.thumb.emit(told.channel, told.index, told.picture)
        elif isinstance(told, words.Points):
            self.points.emit(told.channel, told.values)
        elif isinstance(told, words.Changes):
            self.changes.emit(told.channel, told.values)
        else:
            self.channel_failed.emit(told)

    def _take_maker(self, told: words.MakeProgress | words.MakeNews | words.MakeDone | words.MakeFailed) -> None:
        if told.task not in self._makers:
            return
        if isinstance(told, words.MakeProgress):
            self.maker_progress.emit(told.task, told.progress)
        elif isinstance(told, words.MakeNews):
            self.maker_news.emit(told.task, told.value)
        elif isinstance(told, words.MakeDone):
            self._makers.discard(told.task)
            self.maker_done.emit(told.task, told.value)
        else:
            self._makers.discard(told.task)
            self.maker_failed.emit(told.task, told.failure)

    @Slot(object)
    def _lost(self, failure: Failure) -> None:
        """The engine's process has ended; it starts again by itself, and knows nothing of what was asked."""
        self._newest.clear()
        makers, self._makers = self._makers, set()
        self._failure = failure
        for task in sorted(makers):
            self.maker_failed.emit(task, failure)

    @Slot(str)
    def _state_changed(self, state: str) -> None:
        """What was asked while it was away may have gone to the old one: all of it is asked again."""
        failure = self._failure
        if state == "ready" and failure is not None:
            self._failure = None
            self.engine_lost.emit(failure)
