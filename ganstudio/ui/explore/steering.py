"""Steering: model, seed, classes, truncation, noise: the controls over the directions."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.latent import MOST_SEED, NOISE_FIXED, NOISE_OFF, Latent
from ganstudio.core.text import _
from ganstudio.ui.explore.class_row import ClassRow
from ganstudio.ui.explore.model_head import ModelHead
from ganstudio.ui.explore.moves import seed_of, with_model, with_seed
from ganstudio.ui.explore.seed_row import SeedRow, any_seed
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.section import Section
from ganstudio.ui.widgets.segmented import Segmented
from ganstudio.ui.widgets.slider import Slider
from ganstudio.ui.widgets.wording import count, number

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey

_LABEL = 64
USUAL_PSI = 0.7
RANDOM = "random"


class SteerPanel(QWidget):
    """Shows the Journey's Latent and goes where its controls say."""

    def __init__(self, desk: Desk, journey: Journey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._journey = desk, journey
        self._drags = 0
        self._seen: object = None  # what is shown
        self.model = ModelHead(desk, journey)
        self.seed = SeedRow(desk.actions.keys_of("explore.random"))
        self.classes = ClassRow()
        self.psi = Slider(
            -1.0, 2.0, USUAL_PSI, step=0.01, decimals=2, centre=0.0, default=USUAL_PSI, label=_("Truncation ψ")
        )
        self.psi.set_tip(_("0 is the mean picture, 1 the whole variety, less than 0 its opposite"))
        words = [(NOISE_FIXED, _("Fixed")), (RANDOM, _("Random")), (NOISE_OFF, _("Off"))]
        self.noise = Segmented(words, _("Noise"))
        self.noise_line = Label("", 11, color="text3")
        self.noise_dice = Button(_("Other noise"), "dice", "icon")
        self.cutoff = Slider(0, 1, 1, step=1, whole=True, label=_("Truncated layers"))
        self.cutoff.set_tip(_("Only so many of the first layers are drawn to the mean: fine ones keep their variety"))
        self._rows: dict[str, QWidget] = {}
        self._lay_out()
        self._connect()
        self.show_facts()
        self.show_latent(journey.latent)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 4)
        column.setSpacing(8)
        column.addWidget(self.model)
        column.addWidget(self._row("seed", _("Seed"), self.seed))
        column.addWidget(self._row("classes", _("Class"), self.classes))
        column.addWidget(self.psi)
        column.addWidget(self._row("noise", _("Noise"), self.noise))
        drawn = QWidget()
        row = QHBoxLayout(drawn)
        row.setContentsMargins(_LABEL + 8, 0, 0, 0)
        row.addWidget(self.noise_line, 1)
        row.addWidget(self.noise_dice)
        self._rows["drawn"] = drawn
        column.addWidget(drawn)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 4)
        inner.addWidget(self.cutoff)
        self.advanced = Section(_("Advanced"), inside, folded=True, light=True)
        column.addWidget(self.advanced)

    def _row(self, name: str, title: str, control: QWidget) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        label = Label(title)
        label.setFixedWidth(theme().px(_LABEL))
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop if name == "classes" else Qt.AlignmentFlag.AlignVCenter)
        if name == "classes":
            label.setFixedHeight(theme().px(28))
        row.addWidget(control, 1)
        self._rows[name] = whole
        return whole

    def _connect(self) -> None:
        journey = self._journey
        journey.changed.connect(self.show_latent)
        journey.facts_changed.connect(self.show_facts)
        self.model.chosen.connect(self.choose_model)
        self.seed.chosen.connect(self._seed_typed)
        self.seed.random_wanted.connect(self.random_seed)
        self.classes.moved.connect(journey.go)
        self.psi.changed.connect(self._psi)
        self.psi.committed.connect(self._settled)
        self.cutoff.changed.connect(self._cutoff)
        self.cutoff.committed.connect(self._settled)
        self.noise.chosen.connect(self._noise)
        self.noise_dice.clicked.connect(self._other_noise)

    # What is shown

    @Slot(object)
    def show_latent(self, latent: Latent) -> None:
        seen = latent.seeds, latent.point, latent.classes, latent.psi, latent.cutoff, latent.noise
        if seen == self._seen:
            return
        self._seen = seen
        self.seed.show_latent(latent)
        self.classes.show_latent(latent)
        self.psi.set_value(latent.psi)
        drawn = latent.noise not in (NOISE_FIXED, NOISE_OFF)
        self.noise.set_current(RANDOM if drawn else latent.noise)
        self._rows["drawn"].setVisible(drawn)
        if drawn:
            self.noise_line.setText(_("drawn from {seed}, kept until you ask").format(seed=count(int(latent.noise))))
        top = int(self.cutoff.range[1])
        self.cutoff.set_value(top if latent.cutoff is None else min(latent.cutoff, top))

    @Slot()
    def show_facts(self) -> None:
        """Controls that the model has no use for go."""
        facts = self._journey.facts
        self._rows["classes"].setVisible(facts is not None and bool(facts.classes))
        if facts is None:
            return
        self.classes.set_classes(facts.classes)
        self._rows["noise"].setVisible(facts.has_w)
        self.advanced.setVisible(facts.num_ws > 1)
        self.cutoff.set_range(0, facts.num_ws)
        self.cutoff.set_default(facts.num_ws)
        self._seen = None
        self.show_latent(self._journey.latent)

    # What the person does

    @Slot(str)
    def choose_model(self, name: str) -> None:
        if name != self._journey.latent.model:
            choice = next((one.title for one in self.model.choices if one.name == name), name)
            self._journey.go(with_model(self._journey.latent, name), choice)

    @Slot(int)
    def _seed_typed(self, seed: int) -> None:
        self._go_seed(seed)

    @Slot()
    def random_seed(self) -> None:
        if not self.seed.locked:
            self._go_seed(any_seed())

    def _go_seed(self, seed: int) -> None:
        latent = with_seed(self._journey.latent, seed)
        if latent.noise not in (NOISE_FIXED, NOISE_OFF):
            latent = replace(latent, noise=str(any_noise()))
        self._journey.go(latent, _("Seed {seed}").format(seed=count(seed)))

    @Slot(float)
    def _psi(self, value: float) -> None:
        words = _("Truncation {value}").format(value=number(value, 2))
        self._go(words, "psi", psi=value)

    @Slot(float)
    def _cutoff(self, value: float) -> None:
        layers = round(value)
        whole = layers >= int(self.cutoff.range[1])
        self._go(_("Truncated layers"), "cutoff", cutoff=None if whole else layers)

    def _go(self, words: str, merge: str, **fields: Any) -> None:
        self._journey.go(replace(self._journey.latent, **fields), words, f"{merge}:{self._drags}")

    @Slot(float)
    def _settled(self, _value: float) -> None:
        self._drags += 1
        self._journey.end_merge()

    @Slot(str)
    def _noise(self, chosen: str) -> None:
        noise = str(any_noise()) if chosen == RANDOM else chosen
        titles: dict[str, Callable[[], str]] = {
            NOISE_FIXED: lambda: _("Noise fixed"),
            NOISE_OFF: lambda: _("Noise off"),
        }
        words = titles.get(noise, lambda: _("Random noise"))()
        self._journey.go(replace(self._journey.latent, noise=noise), words)

    @Slot()
    def _other_noise(self) -> None:
        self._journey.go(replace(self._journey.latent, noise=str(any_noise())), _("Random noise"))

    def words(self) -> str:
        """What is shown, for those who hear the window."""
        seed = seed_of(self._journey.latent)
        said = _("a point of its own") if seed is None else _("Seed {seed}").format(seed=count(seed))
        return f"{said}, ψ {number(self._journey.latent.psi, 2)}"


def any_noise() -> int:
    return random.randrange(min(MOST_SEED, 1_000_000))
