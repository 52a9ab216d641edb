"""About: which program this is, and every part of it with its licence, the texts searchable."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from ganstudio.core.build import build
from ganstudio.core.licences import Component, Listing, listing
from ganstudio.core.progress import Progress
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.desk import Desk
from ganstudio.ui.sheets.overlay import Overlay
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.textfield import SearchField

_WIDTH, _HEIGHT, _LIST = 1120, 800, 330
_ROW = 44
_MARKS = 200  # found words beyond these are not marked
_PART = int(Qt.ItemDataRole.UserRole)
_SELECTED = QStyle.StateFlag.State_Selected
_Index = QModelIndex | QPersistentModelIndex


class _Parts(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.parts: list[Component] = []

    def show(self, parts: list[Component]) -> None:
        self.beginResetModel()
        self.parts = parts
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.parts)

    def data(self, index: _Index, role: int = _PART) -> object:
        part = self.parts[index.row()]
        if role == _PART:
            return part
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{part.name} {part.version}, {part.licence}"
        return None


class _Rows(QStyledItemDelegate):
    """Two lines: the part, and its licence below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, theme().px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        part: Component = index.data(_PART)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        chosen = bool(option.state & _SELECTED)  # type: ignore[attr-defined]
        now = theme().now
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.sel)
            painter.drawRoundedRect(rect.adjusted(0, 1, -4, -1), 5, 5)
        inner = rect.adjusted(12, 4, -14, -4)
        upper, lower = inner.adjusted(0, 0, 0, -inner.height() // 2), inner.adjusted(0, inner.height() // 2, 0, 0)
        for place, words, font, colour in (
            (upper, f"{part.name} {part.version}".strip(), theme().font(12, 500 if chosen else 400), now.text),
            (lower, part.licence, theme().font(11), now.text2 if chosen else now.text3),
        ):
            painter.setFont(font)
            painter.setPen(colour)
            text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class About(Overlay):
    """The list is read when it opens for the first time, beside the window's thread."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, _("About GANStudio"))
        self._desk = desk
        self._listing: Listing | None = None
        self._model = _Parts(self)
        self.search = SearchField(_("Search names, licences and texts"), parent=self.panel)
        self.search.setAccessibleName(_("Search"))
        self.search.changed.connect(self._find)
        self._count = Label("", 11, color="text3", parent=self.panel)
        self.parts = self._list()
        self._name = Label("", 14, 600, "text", wrap=True, parent=self.panel)
        self._facts = Label("", 12, color="text2", wrap=True, parent=self.panel)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = self._page()
        self._close = Button(_("Close"), icon="close", kind="icon", parent=self.panel)
        self._close.clicked.connect(self.close_panel)
        self._lay_out()
        theme().changed.connect(self._restyle_text)
        self._restyle_text()

    def _list(self) -> QListView:
        view = QListView(self.panel)
        view.setModel(self._model)
        view.setItemDelegate(_Rows(view))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setAccessibleName(_("Parts of the program"))
        view.setProperty("ring", "own")
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.viewport().setAutoFillBackground(False)
        view.selectionModel().currentChanged.connect(self._chosen)
        return view

    def _page(self) -> QPlainTextEdit:
        text = QPlainTextEdit(self.panel)
        text.setReadOnly(True)
        text.setFrameShape(QFrame.Shape.NoFrame)
        text.setAccessibleName(_("Text of the licence"))
        text.setTabChangesFocus(True)
        text.viewport().setAutoFillBackground(False)
        text.document().setDocumentMargin(0)
        return text

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self.panel)
        whole.setContentsMargins(28, 22, 16, 20)
        whole.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(Label(f"GANStudio {build()}", 16, 600, "text", parent=self.panel))
        head.addStretch(1)
        head.addWidget(self._close)
        whole.addLayout(head)
        whole.addWidget(
            Label(
                _("Neural networks for pictures, on your own computer. Under the Apache License 2.0; inside it are:"),
                parent=self.panel,
            )
        )
        row = QHBoxLayout()
        row.setContentsMargins(0, 12, 12, 0)
        row.setSpacing(24)
        self._side = QWidget(self.panel)
        left = QVBoxLayout(self._side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        for widget in (self.search, self._count, self.parts):
            left.addWidget(widget)
        row.addWidget(self._side)
        right = QVBoxLayout()
        right.setSpacing(8)
        for widget in (self._name, self._facts, self.text):
            right.addWidget(widget)
        right.setStretch(2, 1)
        row.addLayout(right, 1)
        whole.addLayout(row, 1)

    def first(self) -> QWidget:
        return self.search

    def place(self) -> None:
        grown = theme().text_scale
        width, height = min(round(_WIDTH * grown), self.width() - 48), min(round(_HEIGHT * grown), self.height() - 48)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)
        self._side.setFixedWidth(min(round(_LIST * grown), round(width * 0.4)))

    def open(self) -> None:
        if self._listing is None:
            self._count.setText(_("The list is being read."))
            self._desk.background.run(_read, self._show, owner=self)
        super().open()

    @Slot()
    def _restyle_text(self) -> None:
        self.text.setFont(theme().font(12))
        palette = QPalette(self.text.palette())
        palette.setColor(QPalette.ColorRole.Text, theme().now.text2)
        self.text.setPalette(palette)
        self._mark()

    @Slot(object)
    def _show(self, found: Listing) -> None:
        self._listing = found
        self._find(self.search.text())

    @Slot(str)
    def _find(self, query: str) -> None:
        """Show the parts in which all the words stand; what was chosen stays chosen where it is among them."""
        if self._listing is None:
            return
        before = self.chosen
        parts = self._listing.find(query) if query.strip() else list(self._listing.components)
        self._model.show(parts)
        count = ngettext_("{n} part", "{n} parts", len(parts))
        self._count.setText(count.format(n=len(parts)))
        row = parts.index(before) if before in parts else 0
        if parts:
            self.parts.setCurrentIndex(self._model.index(row, 0))
        else:
            self._tell(None)
        self._mark()

    @property
    def chosen(self) -> Component | None:
        """The part whose text is shown."""
        index = self.parts.currentIndex()
        return index.data(_PART) if index.isValid() else None

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, now: QModelIndex, before: QModelIndex) -> None:
        self._tell(now.data(_PART) if now.isValid() else None)

    def _tell(self, part: Component | None) -> None:
        if part is None or self._listing is None:
            self._name.setText(_("Nothing inside is called that, and no text holds it."))
            self._facts.setText("")
            self.text.setPlainText("")
            return
        self._name.setText(f"{part.name} {part.version}".strip())
        inside = _("inside {package}").format(package=part.inside) if part.inside else ""
        first = " · ".join(filter(None, (part.licence, inside, part.home)))
        self._facts.setText("\n".join(filter(None, (first, part.note))))
        self.text.setPlainText(self._listing.text_of(part))
        self._mark()

    def _mark(self) -> None:
        """Mark the searched words in the text, and show the first."""
        marks: list[QTextEdit.ExtraSelection] = []
        look = QTextCharFormat()
        look.setBackground(theme().now.sel)
        look.setForeground(theme().now.text)
        for word in self.search.text().split():
            at = QTextCursor(self.text.document())
            while len(marks) < _MARKS and not (at := self.text.document().find(word, at)).isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = at, look  # type: ignore[attr-defined]
                marks.append(mark)
        self.text.setExtraSelections(marks)
        if marks:
            first = min((mark.cursor for mark in marks), key=lambda one: one.position())  # type: ignore[attr-defined]
            self.text.setTextCursor(QTextCursor(self.text.document().findBlock(first.position())))
            self.text.centerCursor()


def _read(progress: Progress) -> Listing:
    return listing()
