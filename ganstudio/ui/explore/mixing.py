"""Style mixing: some layers are those of another seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.latent import MOST_SEED, Latent, Mix
from ganstudio.core.text import _
from ganstudio.ui.explore.layer_range import LayerRange, layers_words
from ganstudio.ui.explore.moves import with_mix
from ganstudio.ui.explore.seed_row import any_seed
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.toggle import ToggleSwitch
from ganstudio.ui.widgets.wording import count

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey


class MixingPanel(QWidget):
    """`counted(str)`: "off", or which layers."""

    counted = Signal(str)

    def __init__(self, journey: Journey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._journey = journey
        self._last = Mix(any_seed(), 0, None)  # what the switch brings back
        self._drags = 0
        self._said: object = None  # what is shown
        self.on = ToggleSwitch()
        self.on.setAccessibleName(_("Mix another seed in"))
        self.seed = NumberField(0, MOST_SEED, self._last.seed, step=1, whole=True, name=_("The other seed"))
        self.dice = Button(_("Another seed"), "dice", "icon")
        self.layers = LayerRange(1, _("Layers of the other seed"))
        self.words = Label("", 11, color="text3")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(_("Mix another seed in")), 1)
        head.addWidget(self.on)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(_("Seed")))
        row.addWidget(self.seed, 1)
        row.addWidget(self.dice)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        body.addLayout(row)
        body.addWidget(self.layers)
        body.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._body)
        journey.changed.connect(self.show_latent)
        journey.facts_changed.connect(self.show_facts)
        self.on.toggled.connect(self._toggled)
        self.seed.changed.connect(self._seed)
        self.dice.clicked.connect(self._dice)
        self.layers.changed.connect(self._layers)
        self.layers.committed.connect(self._settled)
        self.show_facts()

    @Slot()
    def show_facts(self) -> None:
        facts = self._journey.facts
        layers = 1 if facts is None else facts.num_ws
        self.layers.set_count(layers)
        if self._journey.latent.mix is None and layers > 1:  # the finer half: colours and texture of the other
            self._last = Mix(self._last.seed, layers // 2, layers - 1)
        self.show_latent(self._journey.latent)

    @Slot(object)
    def show_latent(self, latent: Latent) -> None:
        mix, facts = latent.mix, self._journey.facts
        if (mix, facts) == self._said:
            return
        self._said = mix, facts
        if mix is not None:
            self._last = mix
        self.on.setChecked(mix is not None)
        self._body.setVisible(mix is not None)
        self.seed.set_value(self._last.seed)
        self.layers.set_value(self._last.first, self._last.last)
        words = layers_words(self._last.first, self._last.last, 1 if facts is None else facts.num_ws)
        self.words.setText(words)
        said = _("{layers} of {seed}").format(layers=words, seed=count(self._last.seed))
        self.counted.emit(_("off") if mix is None else said)

    @Slot(bool)
    def _toggled(self, on: bool) -> None:
        if on != (self._journey.latent.mix is not None):
            words = _("Style mixing") if on else _("Without style mixing")
            self._journey.go(with_mix(self._journey.latent, self._last if on else None), words)

    def _go(self, mix: Mix, merge: str = "") -> None:
        self._journey.go(with_mix(self._journey.latent, mix), _("Style mixing"), merge)

    @Slot(float)
    def _seed(self, value: float) -> None:
        self._go(Mix(int(value), self._last.first, self._last.last))

    @Slot()
    def _dice(self) -> None:
        self._go(Mix(any_seed(), self._last.first, self._last.last))

    @Slot(int, int)
    def _layers(self, first: int, last: int) -> None:
        self._go(Mix(self._last.seed, first, last), f"mix:{self._drags}")

    @Slot(int, int)
    def _settled(self, _first: int, _last: int) -> None:
        self._drags += 1
        self._journey.end_merge()
