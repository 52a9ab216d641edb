"""The window as a whole: everything has a name, nothing is cut, it comes back as it was left."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ganstudio.core.errors import BadInput
from ganstudio.core.settings import SettingsStore
from ganstudio.ui.frame.panels_order import panels_of
from ganstudio.ui.frame.shell import Shell
from ganstudio.ui.frame.statusbar import Running
from ganstudio.ui.frame.window import SMALLEST, Window
from ganstudio.ui.preferences.devices import DeviceCard
from ganstudio.ui.preferences.keys import Keyboard
from ganstudio.ui.widgets import NumberField, Segmented
from ganstudio.ui.widgets.wording import device_name

from .conftest import Open

_TOUCHED = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
)  # fmt: skip


def shell(window: Window) -> Shell:
    assert window.shell is not None
    return window.shell


def nameless(root: QWidget) -> list[str]:
    """What one can touch or focus and a screen reader could not name."""
    found = []
    for widget in root.findChildren(QWidget):
        inside = widget.parentWidget()
        own = isinstance(inside, (QAbstractSpinBox, QComboBox, QAbstractItemView)) or widget.focusProxy() is not None
        popup = inside is not None and inside.metaObject().className() == "QComboBoxPrivateContainer"
        if own or popup or isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_"):
            continue
        reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if (reached or isinstance(widget, _TOUCHED)) and not _said(widget):
            found.append(f"{type(widget).__name__} in {type(inside).__name__}")
    return found


def _said(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def cut(root: QWidget) -> list[str]:
    """Buttons and labels whose text has no room and no tooltip."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.toolTip() or not isinstance(widget, (QAbstractButton, QLabel)):
            continue
        text = widget.text()
        if not text or (isinstance(widget, QLabel) and widget.wordWrap()):
            continue
        if widget.width() + 1 < min(widget.sizeHint().width(), widget.fontMetrics().horizontalAdvance(text)):
            found.append(f"{type(widget).__name__} “{text}”: {widget.width()} of {widget.sizeHint().width()} px")
    return found


def open_everything(window: Window) -> None:
    """Every floating panel once, and every page."""
    from ganstudio.ui.preferences.pages import PAGES

    for page in PAGES:
        shell(window).show_setting(page.id)
    shell(window).open_keys()
    shell(window).open_palette()


def test_everything_one_can_touch_has_a_name(window: Window) -> None:
    open_everything(window)
    shell(window).desk.notices.toast("News", ("See", window.update))
    shell(window).desk.notices.error(BadInput("It is broken.", "Nothing was changed."), window.update)
    for id in window.workspaces:
        window.show_workspace(id)
    assert nameless(window) == []


@pytest.mark.parametrize(
    ("language", "scale", "size"),
    [("pseudo", 100, (1280, 720)), ("pseudo", 200, (1280, 720)), ("en", 200, SMALLEST), ("de", 200, SMALLEST)],
)
def test_no_text_is_cut(open_window: Open, qtbot: QtBot, language: str, scale: int, size: tuple[int, int]) -> None:
    window = open_window(size=size, language=language, text_scale=scale)
    parts: list[QWidget] = [window.top, window.status]
    qtbot.wait(50)
    assert cut(window.top) == []
    from ganstudio.ui.preferences.pages import PAGES

    for page in PAGES:
        shell(window).show_setting(page.id)
        qtbot.wait(20)
        panel = shell(window).preferences.panel
        assert cut(panel) == [], page.id
        assert window.rect().contains(panel.geometry()), page.id
    shell(window).preferences.close_panel()
    shell(window).open_keys()
    qtbot.wait(20)
    assert window.rect().contains(shell(window).keys.panel.geometry())
    for part in parts:
        assert window.rect().contains(part.geometry())
    for button in window.top.findChildren(QAbstractButton):
        if button.isVisible():
            assert window.top.rect().contains(button.geometry()), button.accessibleName()


def test_menus_fold_into_one_button(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(size=(1600, 900))
    assert not window.top.folded
    window.resize(*SMALLEST)
    qtbot.waitUntil(lambda: window.top.folded)
    assert window.menus.all.actions()
    window.resize(600, 300)
    assert (window.width(), window.height()) == SMALLEST


def test_it_comes_back_as_it_was_left(open_window: Open, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    window = open_window(path, size=(1100, 700))
    window.show_workspace("batch")
    window.end()
    again = open_window(path, size=(960, 600))
    assert again.current is again.workspaces["batch"]
    kept = SettingsStore(path).memory["window.geometry"]
    assert again.restoreGeometry(base64.b64decode(kept)) and again.height() == 700  # no screen is as wide as 1100


def test_settings_of_another_world_do_not_keep_it_from_opening(open_window: Open, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    memory = {
        "window.geometry": "nonsense", "window.workspace": 7, "workspace.edit": {"splitter": "x", "tabs": [None]},
        "workspace.batch": [1], "keys": {"edit.undo": 5, "gone": "Q"}, "palette.recent": "x",
    }  # fmt: skip
    path.write_text(json.dumps({"version": 1, "settings": {}, "recent": [], "memory": memory}))
    window = open_window(path)
    assert window.current is window.workspaces["edit"]
    shell(window).open_palette()


def test_damaged_settings_are_told(open_window: Open, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{")
    window = open_window(path)
    said = [getattr(entry, "text", "") for entry in shell(window).desk.notices.log]
    assert any("settings.damaged.json" in text for text in said)


def test_the_palette_finds_and_runs(window: Window, qtbot: QtBot) -> None:
    shell(window).open_palette()
    palette = shell(window).palette
    qtbot.waitUntil(lambda: any(item.group == "Styles and models" for item in shell(window).items()))
    palette.close_panel()
    shell(window).open_palette()
    qtbot.keyClicks(QApplication.focusWidget(), "Keys")
    chosen = palette.chosen
    assert chosen is not None and chosen.key == "help.keys"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert palette.isHidden() and shell(window).keys.isVisible()
    assert palette.recent[0] == "help.keys"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert shell(window).keys.isHidden()
    shell(window).open_palette()
    qtbot.keyClicks(QApplication.focusWidget(), "quick")
    assert palette.chosen is not None and palette.chosen.group == "Styles and models"
    palette.close_panel()
    shell(window).open_palette()
    qtbot.keyClicks(QApplication.focusWidget(), "undo memory")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert shell(window).preferences.isVisible()


def test_what_is_not_possible_says_why_and_does_not_run(window: Window, qtbot: QtBot) -> None:
    reasons = {item.key: item.reason for item in shell(window).items()}
    batch = [reason for key, reason in reasons.items() if key.startswith("batch.")]
    assert batch and all(batch)
    shell(window).open_palette()
    qtbot.keyClicks(QApplication.focusWidget(), "retry failed")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert shell(window).palette.isVisible()


def test_preferences_change_at_once_and_go_back(window: Window, qtbot: QtBot) -> None:
    desk = shell(window).desk
    shell(window).show_setting("theme")
    from ganstudio.ui.theme import theme

    row = shell(window).preferences.row("theme")
    chooser = row.control.widget
    assert isinstance(chooser, Segmented)
    chooser.chosen.emit("dark")
    assert desk.settings.value.theme == "dark" and theme().now.dark
    shell(window).show_setting("threads")
    field = shell(window).preferences.row("threads").control.widget
    assert isinstance(field, NumberField)
    field.changed.emit(2.0)
    assert desk.settings.value.threads == 2
    shell(window).preferences.reset_page()
    assert desk.settings.value.threads == 0 and desk.settings.value.theme == "dark"
    desk.settings.flush()
    assert json.loads(window.store.path.read_text())["settings"] == {"theme": "dark"}
    desk.settings.reset()
    assert not theme().now.dark or desk.settings.value.theme == "system"


def test_a_key_is_changed_and_a_clash_refused(window: Window, qtbot: QtBot) -> None:
    desk = shell(window).desk
    shell(window).show_setting("single_letter_keys")
    page = shell(window).preferences.page("keyboard")
    assert isinstance(page, Keyboard)
    edit = page.edits["help.about"]
    edit.setKeySequence("Ctrl+Shift+F9")
    edit.editingFinished.emit()
    assert desk.actions.keys_of("help.about") == "Ctrl+Shift+F9"
    edit.setKeySequence("Ctrl+K")
    edit.editingFinished.emit()
    assert desk.actions.keys_of("help.about") == "Ctrl+Shift+F9"
    assert edit.keySequence().toString() == "Ctrl+Shift+F9"
    page.reset()
    assert desk.actions.keys_of("help.about") == ""


def test_f6_goes_from_panel_to_panel(window: Window) -> None:
    current = window.current
    assert current is not None
    panels = panels_of([window.top, current, window.status])
    assert len(panels) >= 2
    seen = []
    for _panel in panels:
        window.go_to_next_panel()
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(next(at for at, one in enumerate(panels) if one is focused or one.isAncestorOf(focused)))
    assert sorted(seen) == list(range(len(panels)))


def test_status_bar_never_drops_the_job(window: Window, qtbot: QtBot) -> None:
    window.resize(*SMALLEST)
    qtbot.waitUntil(lambda: window.status.width() == SMALLEST[0])
    window.status.show_running(  # and looked at before the engine has something to tell
        Running("Upscaling", "a-very-long-name-" * 10 + ".jpg", 0.62, "62 %", "14 s left", can_pause=True)
    )
    window.status.show_right(["3 421 × 2 218 px", "sRGB  8 bit", "R 221  G 189  B 142"])
    window.status.repaint()
    buttons = [one for one in window.status.findChildren(QAbstractButton) if one.isVisible()]
    assert len(buttons) == 2
    assert all(window.status.rect().contains(one.geometry()) for one in buttons)
    with qtbot.waitSignal(window.status.stop):
        buttons[1].click()
    assert window.status.accessibleDescription().endswith("62 % 14 s left")


def test_an_error_card_copies_its_report(window: Window, qtbot: QtBot) -> None:
    desk = shell(window).desk
    tried: list[int] = []
    desk.notices.error(BadInput("This is a PDF with the name of a picture."), lambda: tried.append(1))
    desk.notices.error(BadInput("This is a PDF with the name of a picture."))  # the same again
    desk.notices.error(BadInput("Another."))
    card = shell(window).telling.card
    assert card is not None and card.title.startswith("This is a PDF")
    link = next(one for one in card.findChildren(QAbstractButton) if one.text() == "Copy report")
    link.click()
    assert "This is a PDF" in QApplication.clipboard().text()
    next(one for one in card.findChildren(QAbstractButton) if one.text() == "Try again").click()
    assert tried == [1]
    second = shell(window).telling.card
    assert second is not None and second.title == "Another."
    next(one for one in second.findChildren(QAbstractButton) if one.text() == "Leave it").click()
    assert shell(window).telling.card is None


def test_a_fault_in_a_slot_becomes_a_card(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell(window).desk.notices.failed):
        shell(window).faults.caught(ZeroDivisionError("division by zero"))
    card = shell(window).telling.card
    assert card is not None and card.title == "Something went wrong"


def test_files_that_came_early_are_opened_and_folders_go_to_batch(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    assert window.current is window.workspaces["batch"]
    assert QPoint(0, 0) == window.top.pos()


def test_a_device_that_is_not_here_says_so(window: Window, qtbot: QtBot) -> None:
    desk = shell(window).desk
    qtbot.waitUntil(lambda: desk.engine.facts is not None, timeout=60_000)
    shell(window).show_setting("device")
    cards = {one.device.id: one for one in window.findChildren(DeviceCard) if one.isVisible()}
    assert cards["auto"].isChecked() and desk.engine.facts is not None
    assert device_name(desk.engine.facts.device) in cards["auto"].device.about
    cards["cpu"].click()
    assert desk.settings.value.device == "cpu"
    assert cards["cuda"].isEnabled() or cards["cuda"].toolTip()


def test_keys_mean_nothing_below_an_open_panel(window: Window, qtbot: QtBot) -> None:
    called: list[int] = []
    actions = shell(window).desk.actions
    actions.bind("tool.brush", lambda: called.append(1))
    actions.bind("window.next_panel", lambda: called.append(2))
    shell(window).open_preferences()
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_B)
    qtbot.keyClick(focused, Qt.Key.Key_F6)
    assert not called
    for _stop in range(60):  # Tab never leaves the panel
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None and shell(window).preferences.panel.isAncestorOf(focused)
    shell(window).open_keys()
    assert shell(window).preferences.isHidden() and shell(window).keys.isVisible()
    window.show_workspace("batch")
    assert shell(window).keys.isHidden()
