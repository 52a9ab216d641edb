"""What is dragged from one part of Explore to another: a Latent with its name and its small picture."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import QDrag, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Latent
from ganstudio.ui.theme import theme

MIME = "application/x-ganstudio-latent"
_SIDE = 56


@dataclass(frozen=True)
class Carried:
    latent: Latent
    name: str = ""
    thumb: bytes = field(default=b"", repr=False)
    id: str = ""  # of the favourite, where it is one


def mime_of(carried: list[Carried]) -> QMimeData:
    data = QMimeData()
    told = [
        {"latent": one.latent.to_json(), "name": one.name, "thumb": base64.b64encode(one.thumb).decode(), "id": one.id}
        for one in carried
    ]
    data.setData(MIME, json.dumps(told).encode())
    return data


def carried_in(mime: QMimeData | None) -> list[Carried]:
    """Empty for anything else."""
    if mime is None or not mime.hasFormat(MIME):
        return []
    try:
        told = json.loads(bytes(mime.data(MIME).data()))
        return [
            Carried(Latent.from_json(one["latent"]), one["name"], base64.b64decode(one["thumb"]), one["id"])
            for one in told
        ]
    except (ValueError, KeyError, TypeError, binascii.Error, UsageError):
        return []


def drag(source: QWidget, carried: list[Carried], image: QImage | None) -> Qt.DropAction:
    """Start dragging; returns when it was dropped or let go."""
    moved = QDrag(source)
    moved.setMimeData(mime_of(carried))
    if image is not None and not image.isNull():
        moved.setPixmap(_picture(image, source.devicePixelRatioF()))
        moved.setHotSpot(QPoint(_SIDE // 2, _SIDE // 2))
    return moved.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)


def _picture(image: QImage, ratio: float) -> QPixmap:
    made = QPixmap(QSize(_SIDE, _SIDE) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(
            0, 0, image.scaled(QSize(_SIDE, _SIDE) * ratio, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        )
        painter.setPen(theme().now.accent_text)
        painter.drawRect(0, 0, _SIDE - 1, _SIDE - 1)
    return made
