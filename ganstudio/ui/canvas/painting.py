"""A frame: surround, pictures, overlays."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from ganstudio.core.document import Rect
from ganstudio.ui.canvas import looks
from ganstudio.ui.canvas.pixels import qrect
from ganstudio.ui.canvas.stage import Overlay, Pane
from ganstudio.ui.canvas.view import View


def paint_panes(
    painter: QPainter, dirty: Rect, view: View, panes: list[Pane], overlays: list[Overlay], surround: QColor,
    ratio: float,
) -> None:  # fmt: skip
    """What of the panes falls into `dirty`, and what overlays lay over them. The painter works in the viewport's device
    pixels, `ratio` of which are a logical one."""
    painter.save()
    if not panes:
        painter.fillRect(qrect(dirty), surround)
    elif len(panes) == 2 and panes[1].left:
        painter.fillRect(view.width, dirty.y0, panes[1].left - view.width, dirty.height, looks.gap())
    over = [piece for overlay in overlays for piece in overlay.pieces(view, panes)]
    for piece in (*panes, *over):
        clip = piece.clip.clipped(dirty.moved(-piece.left, -piece.top))
        if clip.empty:
            continue
        painter.save()
        painter.translate(piece.left, piece.top)
        painter.setClipRect(qrect(clip), Qt.ClipOperation.IntersectClip)
        if piece in panes:
            looks.paint_surround(painter, clip, piece.plane.frame(view), surround, ratio)
        piece.plane.paint(painter, view, piece.clip, ratio, clip)
        if piece in panes:
            looks.paint_grid(painter, view, clip, ratio)
        painter.restore()
    for overlay in overlays:
        overlay.paint(painter, view, panes, ratio)
    painter.restore()
