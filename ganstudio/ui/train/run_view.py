"""One Run: how far, what it makes by now, its curves, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.training.run import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, State
from ganstudio.ui.background import Background
from ganstudio.ui.theme import theme
from ganstudio.ui.train.run_list import share_of
from ganstudio.ui.train.samples import Samples
from ganstudio.ui.train.series import Chart, Series
from ganstudio.ui.train.watching import Listed
from ganstudio.ui.widgets import ElidedLabel, Label, Notice, Plot, ProgressBar, wording
from ganstudio.ui.widgets.ground import Ground

if TYPE_CHECKING:
    from pathlib import Path

Buttons = list[tuple[str, Callable[[], object]]]
_PLOTS_WIDE = 380
_TITLES = {"psnr": "PSNR, dB", "kid": "KID, lower is better"}


class RunView(QWidget):
    """`resume_wanted`, `use_wanted`, `folder_wanted`: what the cards' buttons ask for."""

    resume_wanted = Signal()
    use_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.series = Series()
        self.plots: dict[str, Plot] = {}
        self.notice: Notice | None = None
        self._told: tuple[str, ...] = ()
        self.name = ElidedLabel("", "end", 16, 600, color="text")
        self.facts = ElidedLabel("", "end", 11, color="text3")
        self.left = Label("", 16, 600, color="text")
        self.seen = Label("", 11, color="text3")
        self.bar = ProgressBar()
        self.samples = Samples(background)
        self._lay_out()

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.name)
        left.addWidget(self.facts)
        for one in (self.left, self.seen):
            one.setAlignment(Qt.AlignmentFlag.AlignRight)
            right.addWidget(one)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.addLayout(left, 1)
        head.addLayout(right)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addLayout(head)
        middle.addWidget(self.bar)
        middle.addWidget(self.samples, 1)
        self._side = QVBoxLayout()
        self._side.setContentsMargins(12, 12, 12, 12)
        self._side.setSpacing(12)
        inside = Ground()
        inside.setLayout(self._side)
        self._side.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName(_("Curves"))
        scroll.setFixedWidth(theme().px(_PLOTS_WIDE))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(middle, 1)
        row.addWidget(scroll)

    # What is shown

    def begin(self, name: str) -> None:
        """Another Run."""
        self.series = Series()
        for plot in self.plots.values():
            self._side.removeWidget(plot)
            plot.deleteLater()
        self.plots.clear()
        self.name.set_text(name)
        self.samples.clear(_("The first samples come with the first check."))
        self._say(None)

    def show_run(self, listed: Listed, files: list[Path], models: list[Path]) -> None:
        state = listed.state
        self.facts.set_text(_facts(listed))
        self.left.setText(_left(state))
        self.seen.setText(_seen(state))
        self.bar.set(share_of(state) if state.end else 0.0)
        self.samples.show_files(files)
        self._show_charts(state)
        self._say(listed, bool(models))

    def _show_charts(self, state: State) -> None:
        charts = self.series.charts or [Chart("Losses")]
        for place, chart in enumerate(charts):
            plot = self.plots.get(chart.title)
            if plot is None:
                plot = self.plots[chart.title] = Plot(_TITLES.get(chart.title, chart.title.capitalize()))
                plot.set_empty(_("The first figures come soon"))
            at = place + (1 if self.notice is not None else 0)
            if self._side.indexOf(plot) != at:
                self._side.insertWidget(at, plot)
            plot.set_lines(list(chart.lines.items()), float(state.end))

    def _say(self, listed: Listed | None, usable: bool = False) -> None:
        """The card over the plots: what happened, and what can be done."""
        told = () if listed is None else (listed.state.state, listed.state.reason, listed.trouble, str(usable))
        if told == self._told:
            return
        self._told = told
        if self.notice is not None:
            self._side.removeWidget(self.notice)
            self.notice.deleteLater()
            self.notice = None
        made = None if listed is None else self._card(listed, usable)
        if made is not None:
            self.notice = made
            self._side.insertWidget(0, made)

    def _card(self, listed: Listed, usable: bool) -> Notice | None:
        state = listed.state
        use: Buttons = [(_("Use it"), self.use_wanted.emit)] if usable else []
        resume: Buttons = [(_("Continue"), self.resume_wanted.emit)]
        folder: Buttons = [(_("Open folder"), self.folder_wanted.emit)]
        if listed.trouble:
            return Notice("err", _("This Run cannot be read"), listed.trouble, folder)
        if state.state == FINISHED:
            lines = [line for line in (state.reason, _best(state)) if line]
            return Notice("ok", _("{name} is ready").format(name=listed.run.name), lines, [*use, *folder])
        if state.state == FAILED:
            kept = _("Nothing up to the last snapshot is lost.") if state.step else ""
            return Notice("err", _("The training ended"), [state.reason, kept], [*resume, *use, *folder])
        if state.state == STOPPED and state.step:
            lines = [state.reason, _("Nothing after the last snapshot is lost if you continue.")]
            return Notice(
                "info", _("Stopped at step {step}").format(step=wording.count(state.step)), lines, [*resume, *use]
            )
        if state.state == PAUSED and state.reason and "by hand" not in state.reason:
            return Notice("warn", _("The training waits"), [state.reason], resume)
        return None


def _facts(listed: Listed) -> str:
    order = listed.order
    if order is None:
        return ""
    plan = order.plan
    said = [plan.GOAL, _("batch {count}").format(count=plan.batch)]
    if order.start:
        said.insert(1, _("from {model}").format(model=order.start))
    if listed.state.rate:
        said.append(_("{rate} pictures a second").format(rate=wording.measure(listed.state.rate)))
    if listed.state.memory:
        said.append(wording.bytes_(listed.state.memory))
    return "   ".join(said)


def _left(state: State) -> str:
    if state.state == RUNNING:
        return wording.left(state.left) if state.left is not None else _("Measuring the speed…")
    return {PAUSED: _("Paused"), FINISHED: _("Done"), FAILED: _("Failed")}.get(state.state, _("Stopped"))


def _seen(state: State) -> str:
    if not state.images:
        return ""
    return _("{count} pictures seen, step {step}").format(
        count=wording.count(state.images), step=wording.count(state.step)
    )


def _best(state: State) -> str:
    if not state.words:
        return ""
    return _("Best at step {step}: {words}").format(step=wording.count(state.best_step), words=state.words)
