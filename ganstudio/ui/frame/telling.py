"""Where notices appear: toasts at the top right of the workspace, one error card at its bottom."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ganstudio.core.log import log_file
from ganstudio.core.text import _
from ganstudio.ui.notices import Notices, Toast, Trouble
from ganstudio.ui.opening import open_folder
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import Notice, ToastStack

WIDTH = 752  # with the shadow's room
_ABOVE = 24
_REPORT_LINES = 24


class Telling(QObject):
    """Shows what `notices` says over `area()` of `place`. `missed(bool)`: whether news went by while nobody looked."""

    missed = Signal(bool)

    def __init__(self, notices: Notices, place: QWidget, area: Callable[[], QRect] | None = None) -> None:
        super().__init__(place)
        self._place, self._area = place, area or place.rect
        self.toasts = ToastStack(place, self._area)
        self.card: Notice | None = None
        self.trouble: Trouble | None = None
        self._waiting: deque[Trouble] = deque()
        notices.toasted.connect(self._toast)
        notices.failed.connect(self._trouble)
        theme().changed.connect(self._lay)
        place.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize or (event.type() == QEvent.Type.LayoutRequest and watched is self.card):
            self._lay()
        return False

    @Slot(object)
    def _toast(self, toast: Toast) -> None:
        self.toasts.show(toast.text, toast.action, kind=toast.kind, line=toast.line)
        if not self._place.window().isActiveWindow():
            self.missed.emit(True)

    @Slot(object)
    def _trouble(self, trouble: Trouble) -> None:
        """One card at a time; the same trouble again does not pile up."""
        shown = [self.trouble] if self.trouble is not None else []
        if any(one.title == trouble.title and one.lines == trouble.lines for one in (*shown, *self._waiting)):
            return
        self._waiting.append(trouble)
        if self.card is None:
            self._next()

    @Slot()
    def _next(self) -> None:
        """Put the card away and show the next one."""
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
            self.card = self.trouble = None
        if not self._waiting:
            return
        self.trouble = trouble = self._waiting.popleft()
        card = Notice(
            "err",
            trouble.title,
            trouble.lines,
            self._buttons(trouble),
            primary=trouble.again is not None,
            floating=True,
            closable=True,
            parent=self._place,
        )
        report = trouble.report.splitlines()
        card.set_details("\n".join(report[-_REPORT_LINES:]), self._copy)
        card.closed.connect(self._next)
        card.installEventFilter(self)
        self.card = card
        self._lay()
        card.show()
        card.raise_()

    def _buttons(self, trouble: Trouble) -> list[tuple[str, Callable[[], object]]]:
        buttons: list[tuple[str, Callable[[], object]]] = []
        if trouble.again is not None:
            buttons.append((_("Try again"), self._again))
        if trouble.bug:
            buttons.append((_("Open the log folder"), self._open_log))
        return [*buttons, (_("Leave it"), self._next)]

    def _again(self) -> None:
        again = self.trouble.again if self.trouble is not None else None
        self._next()
        if again is not None:
            again()

    def _copy(self) -> None:
        if self.trouble is not None:
            QGuiApplication.clipboard().setText(self.trouble.report)
            self.toasts.show(_("The report is copied."))

    def _open_log(self) -> None:
        open_folder(log_file().parent)

    @Slot()
    def _lay(self) -> None:
        if self.card is None:
            return
        area = self._area()
        width = min(round(WIDTH * min(theme().text_scale, 1.5)), area.width())
        layout = self.card.layout()
        wanted = layout.totalHeightForWidth(width) if layout is not None else self.card.sizeHint().height()
        height = min(max(wanted, 120), area.height())
        top = area.top() + max(area.height() - height - _ABOVE, 0)
        self.card.setGeometry(area.left() + (area.width() - width) // 2, top, width, height)
