"""How the pictures of the walk look on the timeline: keyframes over what lies between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ganstudio.core.latent import Latent
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.explore.walk.pictures_feed import SIDE, PicturesFeed
from ganstudio.ui.explore.walk.scale import TimeScale
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import draw, wording

if TYPE_CHECKING:
    from ganstudio.ui.explore.walk.editing import WalkEditor
    from ganstudio.ui.explore.walk.player import Player

_TOP, _NAMES = 10, 24


def high() -> int:
    """Of the row."""
    return theme().px(_TOP + SIDE + _NAMES) + 6


@dataclass(frozen=True)
class PicturesLook:
    """Paints a row; `rect` is where a keyframe's picture lies."""

    scale: TimeScale
    editor: WalkEditor
    player: Player
    feed: PicturesFeed

    def rect(self, seconds: float, *, last: bool = False) -> QRectF:
        """A keyframe's picture begins at its time; the loop's end ends at it."""
        side = theme().px(SIDE)
        x = self.scale.x(seconds)
        return QRectF(round(x - side if last else x), theme().px(_TOP), side, side)

    def paint(self, painter: QPainter, width: int, ring: bool, drop: float | None) -> None:
        """`ring` round the chosen one; `drop`: the second over which something is dragged."""
        now, count = theme().now, len(self.editor.walk.keys)
        painter.fillRect(0, 0, width, high(), now.panel)
        name = QRectF(12, theme().px(_TOP), self.scale.left - 20, theme().px(18))
        draw.text(painter, name, _("Pictures"), theme().font(12, 500), now.text)
        words = ngettext_("{count} keyframe", "{count} keyframes", count).format(count=wording.count(count))
        draw.text(painter, name.translated(0, theme().px(18)), words, theme().font(11), now.text3)
        painter.setClipRect(self.scale.left - 4, 0, width, high())
        side = theme().px(SIDE)
        band = QRectF(self.scale.left, theme().px(_TOP), self.scale.room, side)
        draw.box(painter, band, now.field, now.frame, 5)
        if count < 2:
            draw.text(painter, band.adjusted(16 + (side if count else 0), 0, -8, 0),
                      _("Drag two pictures here") if not count else _("Drag one more picture here"),
                      theme().font(), now.text3)  # fmt: skip
        else:
            self._paint_between(painter, band)
            self._paint_segment(painter)
        self._paint_keys(painter, width, ring)
        if drop is not None:
            x = round(self.scale.x(max(drop, 0.0)))
            painter.fillRect(x - 1, theme().px(_TOP) - 4, 2, side + 8, now.accent_text)

    def _paint_between(self, painter: QPainter, band: QRectF) -> None:
        side = theme().px(SIDE)
        painter.setOpacity(0.55)
        end = self.scale.x(self.editor.walk.seconds)
        for seconds, image in self.feed.between:
            x = self.scale.x(seconds) - side / 2
            spot = QRectF(x, band.top(), min(side, end - x), side)
            part = QRectF(0, 0, image.width() * spot.width() / side, image.height())
            if spot.width() > 0:
                painter.drawImage(spot, image, part)
        painter.setOpacity(1.0)

    def _paint_segment(self, painter: QPainter) -> None:
        """A line round the way that is chosen."""
        at, walk = self.editor.key, self.editor.walk
        if at < 0 or at >= walk.segments:
            return
        ways = [*self.player.starts, walk.seconds]
        left, right = self.scale.x(ways[at]), self.scale.x(ways[at + 1])
        area = QRectF(left, theme().px(_TOP), right - left, theme().px(SIDE))
        draw.box(painter, area, None, theme().now.accent_text, 4, 1.5)

    def _paint_keys(self, painter: QPainter, width: int, ring: bool) -> None:
        walk, at = self.editor.walk, self.editor.key
        starts, px = self.player.starts, theme().px
        following = {at, (at + 1) % len(walk.keys)} if walk.segments and at >= 0 else {at}
        names: list[tuple[QRectF, str, bool]] = []
        for place, (key, start) in enumerate(zip(walk.keys, starts, strict=True)):
            rect = self.rect(start)
            self._paint_picture(painter, key.latent, rect, place in following, ring and place == at)
            after = self.scale.x(starts[place + 1]) if place + 1 < len(starts) else width
            area = QRectF(rect.left(), rect.bottom() + 2, max(after - rect.left() - 6, rect.width()), px(18))
            names.append((area, self.editor.name(place), place == at))
        if walk.loop and len(walk.keys) > 1:
            rect = self.rect(walk.seconds, last=True)
            if rect.left() > self.rect(starts[-1]).right():
                self._paint_picture(painter, walk.keys[0].latent, rect, False, False, ghost=True)
                area = QRectF(rect.left() - 40, rect.bottom() + 2, rect.width() + 40, px(18))
                draw.text(painter, area, _("Loop"), theme().font(11), theme().now.text3, Qt.AlignmentFlag.AlignRight)
        for area, words, chosen in names:
            colour = theme().now.text if chosen else theme().now.text2
            draw.text(painter, area, words, theme().font(11, 500 if chosen else 400), colour)

    def _paint_picture(
        self, painter: QPainter, latent: Latent, rect: QRectF, chosen: bool, ring: bool, *, ghost: bool = False
    ) -> None:  # fmt: skip
        now, image = theme().now, self.feed.keys.get(latent)
        if image is None:
            draw.box(painter, rect, now.raised, None, 4)
        else:
            painter.setOpacity(0.6 if ghost else 1.0)
            painter.drawImage(rect, image)
            painter.setOpacity(1.0)
        line = now.accent_text if chosen else QColor("#F2F2F2")
        draw.box(painter, rect, None, line, 4, 2.0)
        if ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.accent_text, 1.5))
            painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), 6, 6)
