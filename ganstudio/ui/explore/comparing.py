"""Comparing: a picture that is pinned (B) beside the one that is worked on (A). To look at it is no step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.text import _
from ganstudio.ui.explore.fitted import Shown
from ganstudio.ui.explore.rendering import UPSCALER
from ganstudio.ui.explore.stage import VIEWS, Stage

if TYPE_CHECKING:
    from ganstudio.core.latent import Latent
    from ganstudio.jobs.remote.generators import Pictured
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.rendering import Rendering

_CHANNEL = "stage:b"


class Comparing(QObject):
    """`changed` when another picture is B, or another of the VIEWS is looked at."""

    changed = Signal()

    def __init__(
        self, journey: Journey, link: ExploreLink, rendering: Rendering, stage: Stage, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._journey, self._link, self._rendering, self._stage = journey, link, rendering, stage
        self._pinned: Latent | None = None
        self._view = "a"
        self._held = False
        link.pictured.connect(self._pictured)
        link.engine_lost.connect(self.ask)
        journey.changed.connect(self._went)

    @property
    def pinned(self) -> Latent | None:
        """B."""
        return self._pinned

    @property
    def view(self) -> str:
        """What is looked at: "a", "b" or "split"."""
        return "b" if self._held else self._view

    @Slot()
    def pin(self) -> None:
        """What is worked on is B from now on."""
        self._pin(self._journey.latent, self._rendering.best)
        self.set_view("a")

    def _pin(self, latent: Latent, known: Pictured | None) -> None:
        self._pinned = latent
        self._stage.show_other(None if known is None else Shown(known.picture))
        if known is None:
            self.ask()

    @Slot()
    def exchange(self) -> None:
        """B is worked on, and what was is B: a step of the journey."""
        before, here = self._pinned, self._journey.latent
        if before is not None:
            self._pin(here, self._rendering.best)
            self._journey.go(before, _("Went on from B"))
            self.set_view("a")

    def set_view(self, view: str) -> None:
        """One of VIEWS; "a" as long as nothing is pinned."""
        self._view = view if self._pinned is not None else "a"
        self._show()

    @Slot()
    def cycle(self) -> None:
        """A, B, both with a line between them."""
        self.set_view(VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)])

    def hold(self, on: bool) -> None:
        """B, as long as a key is held."""
        if on != self._held and (self._pinned is not None or not on):
            self._held = on
            self._show()

    def _show(self) -> None:
        self._stage.set_view(self.view)
        self.changed.emit()

    @Slot()
    def _went(self, *_unused: object) -> None:
        """Whoever moves a slider looks at what it does."""
        if self._view == "b":
            self.set_view("a")

    @Slot()
    def ask(self, *_unused: object) -> None:
        """Have B drawn as A is: large, or not."""
        if self._pinned is not None:
            upscaled = UPSCALER if self._rendering.upscaled else ""
            self._link.render(self._pinned, channel=_CHANNEL, early=False, upscaled=upscaled)

    @Slot(object)
    def _pictured(self, told: Pictured) -> None:
        if told.channel == _CHANNEL and told.latent == self._pinned:
            self._stage.show_other(Shown(told.picture))
