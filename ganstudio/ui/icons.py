"""Our own icons: SVG on a 16 px grid, recoloured from the tokens, kept per size, colour and pixel ratio."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ganstudio.core.paths import resource

from .theme import theme

_KEPT = 512


@cache
def names() -> frozenset[str]:
    """Every icon there is."""
    return frozenset(file.stem for file in resource("icons").glob("*.svg"))


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    if name not in names():
        raise KeyError(f"no icon is called {name}")
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=_KEPT)
def _drawn(name: str, colour: str, width: int, height: int) -> QPixmap:
    svg = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    made = QPixmap(width, height)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        side = min(width, height)
        svg.render(painter, QRectF((width - side) / 2, (height - side) / 2, side, side))
    return made


def _colour(token: str | QColor) -> str:
    return (token if isinstance(token, QColor) else theme().now.named(token)).name()


def pixmap(name: str, color: str | QColor = "text2", size: int = 16, dpr: float = 1.0) -> QPixmap:
    """The icon in a token's colour, `size` device-independent pixels square, for a screen of ratio `dpr`."""
    device = max(1, round(size * dpr))
    made = QPixmap(_drawn(name, _colour(color), device, device))
    made.setDevicePixelRatio(dpr)
    return made


def device_ratio(painter: QPainter) -> float:
    """Device pixels per logical pixel of what is being painted on, also when a widget is grabbed."""
    return abs(painter.deviceTransform().m11()) or 1.0


def paint(painter: QPainter, name: str, rect: QRect | QRectF, color: str | QColor = "text2") -> None:
    """Draws an icon into a square of a widget that is being painted."""
    dpr = device_ratio(painter)
    made = pixmap(name, color, round(rect.width()), dpr)
    painter.drawPixmap(QRectF(rect).topLeft(), made)


class _Engine(QIconEngine):
    """Draws in the colour that the token has when it is painted, so icons follow the theme."""

    def __init__(self, name: str, color: str, size: int) -> None:
        super().__init__()
        self._name, self._color, self._size = name, color, size

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color, self._size)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(size.width(), size.height())
        return QSize(side, side)

    def _token(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "track"
        if state == QIcon.State.On and self._color in ("text", "text2", "text3"):
            return "accent_text"
        return self._color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = device_ratio(painter)
        side = min(rect.width(), rect.height())
        made = pixmap(self._name, self._token(mode, state), side, ratio)
        painter.drawPixmap(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, made)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return QPixmap(_drawn(self._name, _colour(self._token(mode, state)), size.width(), size.height()))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        made = self.pixmap(size, mode, state)
        made.setDevicePixelRatio(scale)
        return made


def icon(name: str, color: str = "text2", size: int = 16) -> QIcon:
    """A QIcon that follows the theme: the token's colour, accent_text when on, track-coloured when disabled."""
    if name not in names():
        raise KeyError(f"no icon is called {name}")
    theme().now.named(color)
    return QIcon(_Engine(name, color, size))
