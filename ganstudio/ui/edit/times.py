"""How long a model would take for the picture in front, from what was measured on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.tools.recipe import Recipe, Step

if TYPE_CHECKING:
    from ganstudio.jobs.remote import Measured
    from ganstudio.models.library import Entry
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.panels.choices import ModelChoice
    from ganstudio.ui.panels.tool_panel import ToolPanel


class Times(QObject):
    """`changed()`: something was measured. Seconds a megapixel of input, by the model's own name."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._seconds: dict[str, float] = {}
        self._warmed = ""
        self._gauged: list[str] = []
        desk.engine.measured.connect(self._measured)

    def ask(self, panel: ToolPanel) -> None:
        """Another panel, picture or model: make the chosen model ready, tell what is known."""
        header, size = panel.context.header, panel.result_size
        choice = None if panel.model is None else panel.model.choice
        if choice is None or header is None or size is None:
            return
        factor = size[0] / header.width
        name = choice.entry_for(factor).name
        if name != self._warmed:
            self._warmed = name
            self._desk.engine.warm(name)
        self._gauge(panel, factor)
        self.changed.emit()

    def _gauge(self, panel: ToolPanel, factor: float) -> None:
        """Have the models of a panel measured that are not known yet, the chosen one first."""
        assert panel.model is not None  # its caller looked
        first = panel.model.choice
        choices = sorted(panel.model.choices, key=lambda one: one is not first)
        entries = {entry.name: entry for choice in choices for entry in self._entries(choice, factor)}
        wanted = [name for name, one in entries.items() if name not in self._seconds and one.path.is_file()]
        if wanted and wanted != self._gauged:
            self._gauged = wanted
            tool, parameter = panel.tool, panel.model.parameter.name
            self._desk.engine.gauge([Recipe((Step(tool, tool.params(**{parameter: name})),)) for name in wanted])

    def of(self, panel: ToolPanel) -> dict[str, float]:
        """Seconds for the picture in front with the panel's factor, by the choice's name; unknown ones left out."""
        header, size = panel.context.header, panel.result_size
        if panel.model is None or header is None or size is None:
            return {}
        factor = size[0] / header.width
        known = {}
        for choice in panel.model.choices:
            seconds = self._passes(choice, factor, header.megapixels)
            if seconds is not None:
                known[choice.name] = seconds
        return known

    def _passes(self, choice: ModelChoice, factor: float, megapixels: float) -> float | None:
        total = 0.0
        for entry in self._entries(choice, factor):
            each = self._seconds.get(entry.name)
            if each is None:
                return None
            total += each * megapixels
            megapixels *= entry.card.scale**2
        return total

    def _entries(self, choice: ModelChoice, factor: float) -> Iterator[Entry]:
        """One network after the other until the factor is reached, as Upscale does it."""
        while True:
            entry = choice.entry_for(factor)
            yield entry
            if entry.card.scale <= 1 or factor <= entry.card.scale * (1 + 1e-3):
                return
            factor /= entry.card.scale

    @Slot(object)
    def _measured(self, measured: Measured) -> None:
        self._seconds |= measured.seconds
        self.changed.emit()
