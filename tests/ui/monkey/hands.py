"""What the monkey can do with a window: everything that opens no dialog of the system and ends nothing for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QWidget

from ganstudio.core.document import Rect, crop
from ganstudio.core.document.blending import MODES
from ganstudio.ui.batch.workspace import BatchWorkspace
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import OpenDocument
from ganstudio.ui.documents.dialog import Dialog
from ganstudio.ui.edit.floating import FeatherPopup
from ganstudio.ui.edit.workspace import EditWorkspace
from ganstudio.ui.frame.shell import Shell
from ganstudio.ui.frame.window import Window

Key = Qt.Key
MOST_OPEN, MOST_PIXELS, MOST_RUN = 5, 250_000, 20_000
# These open the system's own dialogs, another program, or end the window.
NEVER = {
    "file.open", "file.open_folder", "file.save", "file.save_as", "file.quit", "help.log", "batch.add_files",
    "batch.add_folder", "batch.show",
}  # fmt: skip
COSTLY = {"run.run", "run.try"}
KEYS = [
    Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Plus, Key.Key_Minus, Key.Key_1, Key.Key_2, Key.Key_3,
    Key.Key_B, Key.Key_E, Key.Key_V, Key.Key_H, Key.Key_C, Key.Key_I, Key.Key_Z, Key.Key_X, Key.Key_Y, Key.Key_R,
    Key.Key_F6, Key.Key_BracketLeft, Key.Key_BracketRight, Key.Key_Return, Key.Key_Escape, Key.Key_Tab, Key.Key_Delete,
    Key.Key_F2,
]  # fmt: skip
CTRL_KEYS = [Key.Key_Z, Key.Key_Y, Key.Key_D, Key.Key_I, Key.Key_BracketLeft, Key.Key_BracketRight, Key.Key_0,
             Key.Key_1, Key.Key_K, Key.Key_Comma, Key.Key_C, Key.Key_V]  # fmt: skip
BUTTONS = [Qt.MouseButton.LeftButton] * 6 + [Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton]
MODIFIERS = [Qt.KeyboardModifier.NoModifier] * 5 + [
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
]  # fmt: skip


class Hands:
    """One method for each thing; each says what it did. `files` may be opened, `pictures` go to Batch."""

    def __init__(self, window: Window, random: Random, files: list[Path], pictures: list[Path]) -> None:
        assert window.desk is not None and window.shell is not None
        edit, batch = window.workspaces["edit"], window.workspaces["batch"]
        assert isinstance(edit, EditWorkspace) and isinstance(batch, BatchWorkspace)
        self.window, self.random, self.files, self.pictures = window, random, files, pictures
        self.desk: Desk = window.desk
        self.shell: Shell = window.shell
        self.edit: EditWorkspace = edit
        self.batch: BatchWorkspace = batch
        self._held: Qt.MouseButton | None = None
        self._rescue = QTimer(window, interval=30)  # a dialog of the system's own has a loop of its own
        self._rescue.timeout.connect(self.send_away)
        self._rescue.start()
        self._weighted: list[tuple[Callable[[], str], int]] = [
            (self.action, 24), (self.edit_action, 22), (self.press, 14), (self.move, 18), (self.release, 10),
            (self.wheel, 6), (self.key, 12), (self.paint, 12), (self.layer_row, 12), (self.layer_order, 6),
            (self.layer_opacity, 8), (self.layer_blend, 4), (self.layer_name, 3), (self.undo, 8), (self.redo, 8),
            (self.jump, 4), (self.open, 3), (self.drop, 2), (self.tab, 4), (self.close, 2), (self.run, 3),
            (self.tool_tab, 2),
            (self.touch_panel, 4), (self.workspace, 3), (self.batch_add, 1), (self.batch_rows, 2), (self.look, 1),
            (self.size, 1), (self.panel, 2), (self.wait, 2),
        ]  # fmt: skip

    def do_something(self) -> str:
        """One thing by chance; what it was."""
        dialogs = self._dialogs()
        if dialogs and self.random.random() < 0.3:
            return self._answer(dialogs[-1])
        acts, weights = zip(*self._weighted, strict=True)
        if self.edit.document is None and self.random.random() < 0.3:
            return self.open()
        if self.window.current is self.batch and self.random.random() < 0.2:
            return self.workspace()
        return self.random.choices(acts, weights)[0]()

    def tidy(self) -> None:
        """Popups are sent away, dialogs of the system too; what would take long is made small again."""
        popup = QApplication.activePopupWidget()
        if isinstance(popup, FeatherPopup) and self.random.random() < 0.5:
            popup.findChildren(QAbstractButton)[-1].click()
        elif popup is not None:
            popup.close()
        self.send_away()
        document = self.edit.document
        if document is not None and document.state.width * document.state.height > MOST_PIXELS:
            document.do(crop(document.state, Rect(0, 0, 160, 120)))
        if len(self.edit.documents.all) > MOST_OPEN:
            self.edit.documents.discard(self.random.choice(self.edit.documents.all))

    def send_away(self) -> None:
        """What would wait for an answer for ever."""
        for one in QApplication.topLevelWidgets():
            if one.isVisible() and (isinstance(one, QFileDialog) or (isinstance(one, Dialog) and one.isModal())):
                one.close()

    def rest(self) -> None:
        """The hands are taken away."""
        self._rescue.stop()
        self.release()

    # By name

    def action(self) -> str:
        """Any that is available."""
        return self._trigger([spec.id for spec in self.desk.actions.specs()])

    def edit_action(self) -> str:
        """One that changes the picture in front."""
        ids = [spec.id for spec in self.desk.actions.specs()]
        return self._trigger([id for id in ids if id.startswith(("layer.", "picture.")) or id == "edit.paste"])

    def _trigger(self, ids: list[str]) -> str:
        actions = self.desk.actions
        ids = [id for id in ids if id not in NEVER and actions.action(id).isEnabled()]
        ids = [id for id in ids if id not in COSTLY or self._small()]
        if not ids:
            return "nothing can be done"
        id = self.random.choice(ids)
        actions.action(id).trigger()
        return id

    def run(self) -> str:
        """A run on a small picture, by the smallest network or without one."""
        if not self._small():
            return "no run"
        tools = self.edit.column.tools
        tools.show_tool(self.random.choice(list(tools.panels)))
        if self.random.random() < 0.7:
            self.edit.choose_model("quick")
        id = self.random.choice(["run.run", "run.run", "run.try"])
        self.desk.actions.action(id).trigger()
        return f"{tools.panel.tool.id}: {id}"

    def _small(self) -> bool:
        document = self.edit.document
        return document is not None and document.state.width * document.state.height <= MOST_RUN

    # The canvas

    def _somewhere(self) -> QPointF:
        canvas = self.edit.canvas
        return QPointF(self.random.uniform(-5, canvas.width() + 5), self.random.uniform(-5, canvas.height() + 5))

    def _mouse(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
        canvas = self.edit.canvas
        if not canvas.isVisible():
            return
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
        own = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else button
        far = QPointF(canvas.mapToGlobal(at.toPoint()))
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, far, own, held, self.random.choice(MODIFIERS)))

    def press(self) -> str:
        if self._held is not None:
            return self.release()
        self._held = self.random.choice(BUTTONS)
        self._mouse(QEvent.Type.MouseButtonPress, self._somewhere(), self._held)
        return f"press {self._held.name} with {self.edit.canvas.tool.id}"

    def move(self) -> str:
        for _step in range(self.random.randint(1, 4)):
            self._mouse(QEvent.Type.MouseMove, self._somewhere(), self._held or Qt.MouseButton.NoButton)
        return "move"

    def release(self) -> str:
        if self._held is None:
            return "nothing is held"
        self._mouse(QEvent.Type.MouseButtonRelease, self._somewhere(), self._held)
        self._held = None
        return "release"

    def wheel(self) -> str:
        canvas, at = self.edit.canvas, self._somewhere()
        if canvas.isVisible():
            turn = QPoint(0, self.random.choice([-240, -120, -15, 15, 120, 240, 960]))
            far = QPointF(canvas.mapToGlobal(at.toPoint()))
            event = QWheelEvent(
                at, far, QPoint(), turn, Qt.MouseButton.NoButton, self.random.choice(MODIFIERS),
                Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(canvas, event)
        return "wheel"

    def key(self) -> str:
        target = self.edit.canvas if self.random.random() < 0.6 else QApplication.focusWidget()
        if target is None or not target.isVisible():
            return "nothing has the focus"
        modifier = self.random.choice(MODIFIERS)
        control = modifier is Qt.KeyboardModifier.ControlModifier
        key = self.random.choice(CTRL_KEYS if control else KEYS)
        if key is Key.Key_Space or self.random.random() < 0.1:
            key = self.random.choice([Key.Key_Space, Key.Key_Backslash])
            self.random.choice([QTest.keyPress, QTest.keyRelease])(target, key)
        else:
            QTest.keyClick(target, key, modifier)
        return f"{modifier.name} {key.name} on {type(target).__name__}"

    def paint(self) -> str:
        """A whole stroke on a mask."""
        actions = self.desk.actions
        actions.action("layer.mask_add").trigger()
        actions.action(self.random.choice(["tool.brush", "tool.eraser"])).trigger()
        self.edit.canvas.brush.set_size(self.random.choice([1, 8, 40, 200]))
        self.release()
        left, at = Qt.MouseButton.LeftButton, self._somewhere()
        self._mouse(QEvent.Type.MouseButtonPress, at, left)
        for _step in range(self.random.randint(0, 6)):
            at += QPointF(self.random.uniform(-60, 60), self.random.uniform(-60, 60))
            self._mouse(QEvent.Type.MouseMove, at, left)
        self._mouse(QEvent.Type.MouseButtonRelease, at, left)
        return f"stroke with {self.edit.canvas.tool.id}"

    # Layers and history

    def layer_row(self) -> str:
        state = self.edit.state_shown
        row = None if state is None else self.edit.column.layers.list.row(self.random.choice(state.layers).id)
        if row is None:
            return "no layer"
        part = self.random.choice([row, row.eye, row.eye, row.lock, row.picture, row.mask_picture])
        if part.isVisible():
            QTest.mouseClick(part, Qt.MouseButton.LeftButton, pos=part.rect().center())
        return f"click on the layer's {type(part).__name__}"

    def layer_order(self) -> str:
        """Drag a row by its handle."""
        state = self.edit.state_shown
        row = None if state is None else self.edit.column.layers.list.row(self.random.choice(state.layers).id)
        if row is None or not row.isVisible():
            return "no layer"
        handle = QPoint(row.width() - 10, row.height() // 2)
        QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=handle)
        QTest.mouseMove(row, handle + QPoint(0, self.random.randint(-150, 150)))
        QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=handle)
        return "drag of a layer"

    def layer_opacity(self) -> str:
        slider = self.edit.column.layers.opacity
        if slider.isVisible() and slider.isEnabled():
            for _step in range(self.random.randint(1, 3)):
                slider.step_by(self.random.randint(-30, 30))
            if self.random.random() < 0.7:
                slider.committed.emit(slider.value)
        return "opacity"

    def layer_blend(self) -> str:
        select = self.edit.column.layers.blend
        if select.isVisible() and select.isEnabled():
            mode = self.random.choice(MODES)
            select.set_current(mode)
            select.chosen.emit(mode)
        return "blend mode"

    def layer_name(self) -> str:
        self.desk.actions.action("layer.rename").trigger()
        focus = QApplication.focusWidget()
        if focus is not None and focus.inherits("QLineEdit"):
            QTest.keyClicks(focus, self.random.choice(["Sky", "", "a" * 60, "<b>&x"]))
            QTest.keyClick(focus, self.random.choice([Key.Key_Return, Key.Key_Escape]))
        return "name of a layer"

    def undo(self) -> str:
        self.shell.undo()
        return "undo"

    def redo(self) -> str:
        self.shell.redo()
        return "redo"

    def jump(self) -> str:
        document = self.edit.document
        if document is not None:
            document.jump(self.random.randrange(len(document.doc.labels)))
        return "jump"

    # Documents

    def open(self) -> str:
        paths = self.random.sample(self.files, self.random.choice([1, 1, 1, 2, 3]))
        if self.random.random() < 0.8:
            self.window.open_paths(paths)
        else:
            pixels = np.full((self.random.randint(1, 90), 70, 3), self.random.randint(0, 255), np.uint8)
            self.edit.documents.open_image(pixels, "Made")
        return f"open {[path.name for path in paths]}"

    def drop(self) -> str:
        mime = QMimeData()
        paths = self.random.sample(self.files, self.random.choice([1, 2]))
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        event = QDropEvent(self._somewhere(), Qt.DropAction.CopyAction, mime, left, nothing)
        QApplication.sendEvent(self.edit.canvas, event)
        return f"drop {[path.name for path in paths]}"

    def tab(self) -> str:
        if self.edit.documents.all:
            self.edit.documents.set_current(self.random.choice(self.edit.documents.all))
        return "another tab"

    def close(self) -> str:
        documents = self.edit.documents
        if not documents.all:
            return "nothing to close"
        document: OpenDocument = self.random.choice(documents.all)
        self.random.choice([documents.close, documents.discard])(document)
        return f"close {document.title}"

    # The rest of the window

    def tool_tab(self) -> str:
        tools = self.edit.column.tools
        tools.show_tool(self.random.choice(list(tools.panels)))
        return f"tool {tools.panel.tool.id}"

    def touch_panel(self) -> str:
        """A key for something in the tool panel."""
        panel = self.edit.column.tools.panel
        inside = [one for one in panel.findChildren(QWidget) if one.isVisible() and one.isEnabled() and _reached(one)]
        if not inside:
            return "the panel is away"
        widget = self.random.choice(inside)
        key = self.random.choice([Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_Space, Key.Key_Home])
        widget.setFocus()
        QTest.keyClick(widget, key)
        return f"{key.name} on {type(widget).__name__} of the panel"

    def workspace(self) -> str:
        id = self.random.choice(["edit", "edit", "batch"])
        self.window.show_workspace(id)
        return f"workspace {id}"

    def batch_add(self) -> str:
        self.batch.add(self.random.sample(self.pictures, 2))
        return "add to the batch"

    def batch_rows(self) -> str:
        rows = self.batch.model.rows
        if rows:
            chosen = self.random.sample(list(rows), min(len(rows), self.random.randint(1, 4)))
            self.batch.table.choose([row.id for row in chosen])
        return "choose rows"

    def look(self) -> str:
        change = self.random.choice(
            [
                {"theme": self.random.choice(["dark", "light", "system"])},
                {"text_scale": self.random.choice([100, 125, 150, 200])},
                {"canvas_surround": self.random.choice(["theme", "darker", "grey", "white"])},
                {"undo_memory_mb": self.random.choice([64, 2048])},
                {"single_letter_keys": self.random.random() < 0.5},
            ]
        )
        self.desk.settings.change(**change)
        return str(change)

    def size(self) -> str:
        wide, high = self.random.choice([(960, 600), (1280, 720), (1600, 900)])
        self.window.resize(wide, high)
        return f"window {wide}×{high}"

    def panel(self) -> str:
        """A floating panel, some typing, away again."""
        self.random.choice([self.shell.open_palette, self.shell.open_preferences, self.shell.open_keys])()
        focus = QApplication.focusWidget()
        if focus is not None:
            QTest.keyClicks(focus, self.random.choice(["", "m", "zo", "qqq"]))
            QTest.keyClick(focus, self.random.choice([Key.Key_Down, Key.Key_Up]))
        for one in (self.shell.palette, self.shell.preferences, self.shell.keys):
            if one.isVisible() and self.random.random() < 0.8:
                one.close_panel()
        return "a floating panel"

    def wait(self) -> str:
        QTest.qWait(self.random.choice([1, 20, 60]))
        return "wait"

    # Dialogs of ours

    def _dialogs(self) -> list[Dialog]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, Dialog) and one.isVisible()]

    def _answer(self, dialog: Dialog) -> str:
        buttons = [one for one in dialog.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]
        if not buttons or self.random.random() < 0.3:
            QTest.keyClick(dialog, self.random.choice([Key.Key_Escape, Key.Key_Return]))
            return f"key for {type(dialog).__name__}"
        button = self.random.choice(buttons)
        text = button.text() or button.accessibleName()
        button.click()
        return f"“{text}” of {type(dialog).__name__}"


def _reached(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
