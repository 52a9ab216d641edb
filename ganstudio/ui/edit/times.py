"""How long a model would take for the picture in front, from what was measured on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from ganstudio.jobs.remote import Measured
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
        desk.engine.measured.connect(self._measured)

    def ask(self, panel: ToolPanel) -> None:
        """Another panel, picture or model: make the chosen model ready, tell what is known."""
        header, size = panel.context.header, panel.result_size
        choice = None if panel.model is None else panel.model.choice
        if choice is None or header is None or size is None:
            return
        name = choice.entry_for(size[0] / header.width).name
        if name != self._warmed:
            self._warmed = name
            self._desk.engine.warm(name)
        self.changed.emit()

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
        """One network after the other until the factor is reached, as Upscale does it."""
        total = 0.0
        while True:
            entry = choice.entry_for(factor)
            each = self._seconds.get(entry.name)
            if each is None:
                return None
            total += each * megapixels
            if entry.card.scale <= 1 or factor <= entry.card.scale * (1 + 1e-3):
                return total
            factor /= entry.card.scale
            megapixels *= entry.card.scale**2

    @Slot(object)
    def _measured(self, measured: Measured) -> None:
        self._seconds |= measured.seconds
        self.changed.emit()
