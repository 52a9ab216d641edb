"""The one Theme of the program: which tokens are in force, how large text is, and who hears of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from . import fonts
from .motion import system_wants_stillness
from .palettes import palette, strong
from .tokens import DARK, LIGHT, Tokens, from_system

Choice = Literal["system", "dark", "light"]
_TEXT = 12  # body size at 100 %


class Theme(QObject):
    """Tokens, fonts and measures in force. `changed` comes after palette and font of the application were set."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = "system"
        self._scale = 1.0
        self._families = fonts.load()
        self._made: dict[tuple[int, int], QFont] = {}
        self._worn: tuple[QObject, ...] = ()  # what is drawn from it, kept alive with it
        self._calm = self._strong = False  # less motion, more contrast: asked for here, whatever the system says
        self.still = system_wants_stillness()  # nothing moves
        self.now: Tokens = self._tokens()
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)

    def set(self, choice: Choice) -> None:
        """Follow the system, or be dark or light."""
        self._choice = choice
        self._apply()

    def set_text_scale(self, percent: int) -> None:
        """Text size in per cent of the usual one, 100 to 200; heights follow through `px`."""
        self._scale = max(100, min(200, percent)) / 100
        self._made.clear()
        self._apply()

    def set_contrast(self, choice: Literal["system", "high"]) -> None:
        """High contrast whatever the system says, or as the system has it."""
        if self._strong != (choice == "high"):
            self._strong = choice == "high"
            self._apply()

    def set_motion(self, choice: Literal["system", "less"]) -> None:
        """Less motion whatever the system says, or as the system has it. What moves asks `millis` each time."""
        self._calm = choice == "less"
        self.still = self._calm or system_wants_stillness()

    @property
    def text_scale(self) -> float:
        return self._scale

    def px(self, n: float) -> int:
        """A height that holds text, grown with the text: a control of 28 becomes 2 × text + 4."""
        grown = (2 * _TEXT * self._scale + 4) / (2 * _TEXT + 4)
        return round(n * grown)

    def glyph(self, n: float = 16) -> int:
        """The side of an icon or knob: grows half as much as the text, 16 becomes 24 at 200 %."""
        return round(n * (1 + (self._scale - 1) / 2))

    def font(self, size: float = _TEXT, weight: int = 400) -> QFont:
        """Inter with tabular figures, `size` in pixels at 100 % text."""
        key = (round(size * self._scale), weight)
        if key not in self._made:
            self._made[key] = fonts.make(self._families, *key)
        return QFont(self._made[key])

    def metrics(self, size: float = _TEXT, weight: int = 400) -> QFontMetrics:
        return QFontMetrics(self.font(size, weight))

    def millis(self, usual: int) -> int:
        """How long a movement of `usual` ms takes: 0 where less motion is asked for."""
        return 0 if self.still else usual

    def put_on(self, *worn: QObject) -> None:
        """From now on palette and font of the application are ours, and follow every change, as `worn` does."""
        self._worn = worn
        self._apply()

    def _tokens(self) -> Tokens:
        hints = self._app.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            kept = self._app.palette()
            self._app.setPalette(QPalette())
            system = QPalette(self._app.palette())
            self._app.setPalette(kept)
            return from_system(system)
        dark = self._choice == "dark" or (self._choice == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
        if self._strong:
            return from_system(strong(dark))
        return DARK if dark else LIGHT

    def _apply(self) -> None:
        self.now = self._tokens()
        if self._worn:
            self._app.setFont(self.font())
            self._app.setPalette(palette(self.now))
        self.changed.emit()

    def _system_changed(self) -> None:
        self.still = self._calm or system_wants_stillness()
        self._apply()


_theme: Theme | None = None


def theme() -> Theme:
    """The Theme of the running application; made on first use."""
    global _theme
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a theme needs a QApplication")
    if _theme is None or not isValid(_theme) or _theme.parent() is not app:
        _theme = Theme(app)
    return _theme


def font(size: float = _TEXT, weight: int = 400) -> QFont:
    return theme().font(size, weight)


def px(n: float) -> int:
    return theme().px(n)


def follow(restyle: Callable[[], None]) -> None:
    """Calls a widget's bound `restyle` now and after every change of the theme, as long as the widget lives."""
    restyle()
    theme().changed.connect(restyle)
