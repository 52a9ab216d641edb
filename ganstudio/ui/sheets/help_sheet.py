"""The manual: the help's pages in a panel over the window, opened at a heading."""

from __future__ import annotations

from pathlib import PurePosixPath

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextBlock, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.sheets.help_pages import PAGES, headings, text_of
from ganstudio.ui.sheets.overlay import Overlay
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.select import Select

_WIDTH, _HEIGHT = 820, 860
_SIZES = {1: 20, 2: 16, 3: 14}  # of headings, in px


class HelpSheet(Overlay):
    """`open_at(page, title)` shows a heading at the top. Links between pages work; others go to the browser."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, _("Manual"))
        titles = {one.page: one.chapter for one in reversed(headings())}
        self._page = ""
        self.choice = Select([(page, titles[page]) for page in PAGES if page in titles], _("Page"), self.panel)
        self.choice.chosen.connect(self._chosen)
        self._close = Button(_("Close"), icon="close", kind="icon", parent=self.panel)
        self._close.clicked.connect(self.close_panel)
        self.text = QTextBrowser(self.panel)
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.setAccessibleName(_("Manual"))
        self.text.anchorClicked.connect(self._follow)
        head = QHBoxLayout()
        head.addWidget(Label(_("Manual"), 16, 600, "text", parent=self.panel))
        head.addSpacing(16)
        head.addWidget(self.choice)
        head.addStretch(1)
        head.addWidget(self._close)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 16, 12, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.text, 1)
        theme().changed.connect(self._dress)

    def first(self) -> QWidget:
        return self.text

    def place(self) -> None:
        width = min(round(_WIDTH * theme().text_scale), self.width() - 48)
        height = min(_HEIGHT, self.height() - 48)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def open(self) -> None:
        self.open_at(self._page or PAGES[0])

    def open_at(self, page: str, title: str = "") -> None:
        """A page from its beginning, or from one of its headings."""
        super().open()
        self._show(page)
        block = self._heading(title)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        if block is not None:
            top = self.text.document().documentLayout().blockBoundingRect(block).top()
            self.text.verticalScrollBar().setValue(round(top))
            self.text.setTextCursor(QTextCursor(block))

    def _show(self, page: str) -> None:
        self._page = page
        self.choice.set_current(page)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        """The page in the colours and sizes in force."""
        if not self._page:
            return
        now, document = theme().now, self.text.document()
        palette = self.text.palette()
        for role, colour in (("Base", now.panel), ("Text", now.text), ("Link", now.accent_text)):
            palette.setColor(getattr(palette.ColorRole, role), colour)
        self.text.setPalette(palette)
        document.setDefaultFont(theme().font(13))
        self.text.setMarkdown(text_of(self._page))
        document.setIndentWidth(theme().px(20))
        block = document.begin()
        while block.isValid():
            self._dress_block(block)
            block = block.next()

    def _dress_block(self, block: QTextBlock) -> None:
        """Lines 1.5 apart, room between paragraphs; headings in our weights instead of the browser's."""
        cursor, form = QTextCursor(block), block.blockFormat()
        level = form.headingLevel()
        form.setLineHeight(145, form.LineHeightTypes.ProportionalHeight.value)
        if level:
            form.setTopMargin(theme().px(20 if level > 1 else 4))
            form.setBottomMargin(theme().px(6))
        elif not block.textList() and not form.nonBreakableLines() and not cursor.currentTable():
            form.setBottomMargin(theme().px(8))
        cursor.setBlockFormat(form)
        if level:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            letters = cursor.charFormat()
            letters.setFont(theme().font(_SIZES.get(level, 13), 600))
            cursor.setCharFormat(letters)

    def _heading(self, title: str) -> QTextBlock | None:
        block = self.text.document().begin()
        while title and block.isValid():
            if block.blockFormat().headingLevel() and block.text().strip() == title.replace("`", ""):
                return block
            block = block.next()
        return None

    @Slot(str)
    def _chosen(self, page: str) -> None:
        self.open_at(page)

    @Slot(QUrl)
    def _follow(self, link: QUrl) -> None:
        page = PurePosixPath(link.path()).name
        if not link.scheme() and page in PAGES:
            self.open_at(page)
        elif link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)
