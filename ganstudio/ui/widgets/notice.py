"""A notice card: a bar in the state's colour, glyph, title, one to three lines, at most three buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw, shadow
from .button import Button
from .divider import Divider
from .label import Label
from .section import Section

NoticeKind = Literal["info", "ok", "warn", "err"]
GLYPHS = {"info": "info", "ok": "check", "warn": "warn", "err": "fail_ring"}
TOKENS = {"info": "accent_text", "ok": "ok", "warn": "warn", "err": "err"}
WORDS = {"info": "Notice", "ok": "Done", "warn": "Warning", "err": "Problem"}
_BAR = 3


class Notice(QWidget):
    """`buttons` from the safest way forward to the quietest; with `primary` the first is the view's primary button.
    `floating` cards have the shadow and stand over the canvas; `closable` ones a cross (`closed`)."""

    closed = Signal()

    def __init__(
        self,
        kind: NoticeKind,
        title: str,
        lines: list[str] | str = (),  # type: ignore[assignment]
        buttons: list[tuple[str, Callable[[], object]]] = (),  # type: ignore[assignment]
        *,
        primary: bool = False,
        floating: bool = False,
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind: NoticeKind = kind
        self._title, self._floating, self._closable = title, floating, closable
        told = [lines] if isinstance(lines, str) else list(lines)
        self.setAccessibleName(f"{_(WORDS[kind])}: {title}")
        self.setAccessibleDescription(" ".join(told))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        room = shadow.MARGIN if floating else 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(
            room + (34 + theme().glyph(20) if floating else 16), room + 16, room + 20, room + 14
        )
        self._column.setSpacing(0)
        self._add_head(title, closable)
        for line in told:
            self._column.addSpacing(4)
            self._column.addWidget(Label(line, color="text2", wrap=True))
        self.buttons: list[Button] = []
        self._add_buttons(list(buttons), primary)
        follow(self.update)

    @property
    def kind(self) -> NoticeKind:
        return self._kind

    @property
    def title(self) -> str:
        return self._title

    def _add_head(self, title: str, closable: bool) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        if not self._floating:
            row.addSpacing(theme().glyph(18) + 2)
        row.addWidget(Label(title, 14 if self._floating else 13, 600, "text", wrap=True), 1)
        if closable:
            cross = Button(_("Close"), "close", "icon", "Esc")
            cross.clicked.connect(self.closed)
            row.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(row)

    def _add_buttons(self, buttons: list[tuple[str, Callable[[], object]]], primary: bool) -> None:
        if not buttons:
            return
        row = QHBoxLayout()
        row.setSpacing(8)
        for number, (text, call) in enumerate(buttons[:3]):
            kind = "primary" if primary and number == 0 else "quiet" if number == 2 else "normal"
            made = Button(text, kind=kind, large=self._floating, on_card=True)
            made.clicked.connect(lambda _checked=False, call=call: call())
            row.addWidget(made, 1 if not self._floating else 0)
            self.buttons.append(made)
        if self._floating:
            row.addStretch(1)
        self._column.addSpacing(14)
        self._column.addLayout(row)

    def set_details(self, text: str, copy: Callable[[], object] | None = None) -> None:
        """A folded report below a line, with *Copy report* at its right; to be called once."""
        told = Label(text, 11, color="text3", wrap=True)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        section = Section(_("Details for a report"), told, light=True, folded=True)
        if copy is not None:
            link = Button(_("Copy report"), "copy", "link")
            link.clicked.connect(lambda _checked=False: copy())
            section.set_action(link)
        self._column.addSpacing(12)
        self._column.addWidget(Divider())
        self._column.addWidget(section)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            room = shadow.MARGIN if self._floating else 0
            card = QRectF(self.rect()).adjusted(room, room, -room, -room)
            if self._floating:
                shadow.paint(painter, card, 8, now.dark)
            fill = now.panel if self._floating else now.raised
            draw.box(painter, card, fill, now.line if self._floating else now.frame, 8)
            state = now.named(TOKENS[self._kind])
            bar = QRectF(card.x(), card.y() + 8, _BAR, card.height() - 16)
            draw.box(painter, bar, state, None, 1.5)
            side = theme().glyph(20 if self._floating else 18)
            line = theme().font(14 if self._floating else 13).pixelSize() * 1.5  # as high as the title's line
            top = card.y() + 16 + (line - side) / 2 + (3 if self._closable else 0)
            spot = QRectF(card.x() + (22 if self._floating else 14), round(top), side, side)
            icons.paint(painter, GLYPHS[self._kind], spot, TOKENS[self._kind])
