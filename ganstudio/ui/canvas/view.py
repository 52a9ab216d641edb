"""View: where a picture lies on the canvas, a value. Device pixels of the viewport on one side, picture pixels on the
other; `zoom` 1.0 is one device pixel a picture pixel. The picture's corner always falls on a whole device pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ganstudio.core.document import Rect

LARGEST = 64.0
# fmt: off
STEPS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64)
# fmt: on
_KEEP = 48  # device pixels of the picture that stay in sight


@dataclass(frozen=True)
class View:
    """`width`×`height` device pixels show a picture of `picture_width`×`picture_height`; its corner is at (x, y)."""

    width: int
    height: int
    picture_width: int
    picture_height: int
    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def left(self) -> int:
        return round(self.x)

    @property
    def top(self) -> int:
        return round(self.y)

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """Picture coordinates of a point of the viewport; pixel centres at .5."""
        return (x - self.left) / self.zoom, (y - self.top) / self.zoom

    def to_device(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.zoom, self.top + y * self.zoom

    @property
    def frame(self) -> Rect:
        """The whole picture in device pixels; may reach far beyond the viewport."""
        return self.device_rect(Rect(0, 0, self.picture_width, self.picture_height))

    def device_rect(self, rect: Rect) -> Rect:
        """A rectangle of picture pixels in whole device pixels."""
        x0, y0 = self.to_device(rect.x0, rect.y0)
        x1, y1 = self.to_device(rect.x1, rect.y1)
        return Rect(round(x0), round(y0), max(round(x1), round(x0) + 1), max(round(y1), round(y0) + 1))

    @property
    def visible(self) -> Rect:
        """The picture pixels that can be seen, also those seen in part."""
        x0, y0 = self.to_picture(0, 0)
        x1, y1 = self.to_picture(self.width, self.height)
        seen = Rect(math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1))
        return seen.clipped(Rect(0, 0, self.picture_width, self.picture_height))

    def zoomed(self, zoom: float, x: float, y: float) -> View:
        """Another zoom, the point (x, y) of the viewport staying over the same place of the picture."""
        zoom = min(max(zoom, self.smallest), max(LARGEST, self.fitting(0)))
        px, py = self.to_picture(x, y)
        return replace(self, zoom=zoom, x=x - px * zoom, y=y - py * zoom).kept()

    def moved(self, dx: float, dy: float) -> View:
        return replace(self, x=self.x + dx, y=self.y + dy).kept()

    def fitting(self, margin: int) -> float:
        """The zoom at which the whole picture is seen with a margin around it."""
        across = max(self.width - 2 * margin, 1) / self.picture_width
        return min(across, max(self.height - 2 * margin, 1) / self.picture_height)

    @property
    def smallest(self) -> float:
        return min(self.fitting(0), 1.0) / 8

    def fitted(self, margin: int, most: float = LARGEST) -> View:
        """The whole picture, at most `most` times as large."""
        return self.centred(min(self.fitting(margin), most))

    def width_fitted(self, margin: int) -> View:
        """The picture's whole width; the upper edge where it is higher than the viewport."""
        view = self.centred(min(max(self.width - 2 * margin, 1) / self.picture_width, LARGEST))
        return replace(view, y=float(max(view.y, margin)) if view.y < margin else view.y)

    def centred(self, zoom: float) -> View:
        x, y = (self.width - self.picture_width * zoom) / 2, (self.height - self.picture_height * zoom) / 2
        return replace(self, zoom=zoom, x=x, y=y)

    def showing(self, x: float, y: float) -> View:
        """The place (x, y) of the picture in the middle of the viewport."""
        return replace(self, x=self.width / 2 - x * self.zoom, y=self.height / 2 - y * self.zoom).kept()

    def resized(self, width: int, height: int) -> View:
        """Another viewport around the same middle."""
        dx, dy = (width - self.width) / 2, (height - self.height) / 2
        return replace(self, width=width, height=height, x=self.x + dx, y=self.y + dy).kept()

    def held(self, width: int, height: int, dx: float, dy: float) -> View:
        """Another viewport whose corner lies (-dx, -dy) from where it lay: the picture stays on its place."""
        return replace(self, width=width, height=height, x=self.x + dx, y=self.y + dy).kept()

    def of_picture(self, width: int, height: int) -> View:
        """The picture in another size on the same place: nothing jumps when it was upscaled."""
        zoom = self.zoom * self.picture_width / width
        return replace(self, picture_width=width, picture_height=height, zoom=zoom)

    def kept(self) -> View:
        """A part of the picture stays in sight."""
        w, h = self.picture_width * self.zoom, self.picture_height * self.zoom
        keep_x, keep_y = max(min(_KEEP, w, self.width), 1), max(min(_KEEP, h, self.height), 1)
        x = min(max(self.x, keep_x - w), self.width - keep_x)
        y = min(max(self.y, keep_y - h), self.height - keep_y)
        return replace(self, x=x, y=y)


def stepped(zoom: float, up: bool) -> float:
    """The next of the usual steps."""
    if up:
        return next((step for step in STEPS if step > zoom * 1.01), STEPS[-1])
    return next((step for step in reversed(STEPS) if step < zoom * 0.99), STEPS[0])
