"""The seed: a field, a dice, a lock. A point that no seed gives is said instead."""

from __future__ import annotations

import random

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from ganstudio.core.latent import MOST_SEED, Latent
from ganstudio.core.text import _
from ganstudio.ui.explore.moves import seed_of
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import ElidedLabel
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.wording import count, percent

USUAL_MOST = 1_000_000  # chance draws short numbers: they can be told


class SeedRow(QWidget):
    """`chosen(int)` by typing, `random_wanted()` by the dice."""

    chosen = Signal(int)
    random_wanted = Signal()
    locked_changed = Signal(bool)

    def __init__(self, keys: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = NumberField(0, MOST_SEED, 0, step=1, whole=True, name=_("Seed"))
        self.words = ElidedLabel("", color="text")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.field)
        self._stack.addWidget(self.words)
        self.dice = Button(_("Random seed"), "dice", "icon", keys)
        self.lock = Button(_("Hold the seed"), "unlock", "icon", checkable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._stack, 1)
        row.addSpacing(4)
        row.addWidget(self.dice)
        row.addWidget(self.lock)
        self.field.changed.connect(self._typed)
        self.dice.clicked.connect(self.random_wanted)
        self.lock.toggled.connect(self._locked)

    @property
    def locked(self) -> bool:
        return self.lock.isChecked()

    def set_locked(self, locked: bool) -> None:
        self.lock.setChecked(locked)

    def show_latent(self, latent: Latent) -> None:
        seed = seed_of(latent)
        if seed is not None:
            self.field.set_value(seed)
            self._stack.setCurrentWidget(self.field)
            return
        said = _("a point of its own")
        if latent.point is None:
            total = sum(one.weight for one in latent.seeds)
            parts = [f"{count(int(one.word))} {percent(one.weight / total)}" for one in latent.seeds]
            said = " + ".join(parts)
        self.words.set_text(said)
        self._stack.setCurrentWidget(self.words)

    @Slot(float)
    def _typed(self, value: float) -> None:
        self.chosen.emit(int(value))

    @Slot(bool)
    def _locked(self, locked: bool) -> None:
        self.lock.set_icon("lock" if locked else "unlock")
        self.lock.set_text(_("Let the seed change") if locked else _("Hold the seed"))
        self.field.setReadOnly(locked)
        self.dice.set_possible(not locked, _("The seed is held."))
        self.locked_changed.emit(locked)


def any_seed() -> int:
    return random.randrange(USUAL_MOST)
