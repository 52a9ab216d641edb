"""Less motion and more contrast: one switch each, and nothing in the window that does not obey it."""

from __future__ import annotations

import ast
import plistlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

import ganstudio.ui
from ganstudio.ui.frame.shell import Shell
from ganstudio.ui.frame.window import Window
from ganstudio.ui.theme import contrast, motion, theme
from ganstudio.ui.widgets import Section, ToggleSwitch


def shell(window: Window) -> Shell:
    assert window.shell is not None
    return window.shell


Open = Callable[..., Window]
ANIMATIONS = ("QPropertyAnimation", "QVariantAnimation", "QTimeLine", "QSequentialAnimationGroup", "QSmoothScroll")


@pytest.fixture(autouse=True)
def as_it_was(qapp: QApplication) -> Iterator[None]:
    yield
    theme().set_motion("system")
    theme().set_contrast("system")


def makers() -> list[Path]:
    """The files in which something is made that moves."""
    found = []
    for path in sorted(Path(ganstudio.ui.__file__).parent.rglob("*.py")):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        if any(getattr(one, "id", getattr(one, "attr", "")) in ANIMATIONS for one in calls):
            found.append(path)
    return found


@pytest.mark.parametrize("path", makers(), ids=lambda path: path.stem)
def test_all_that_moves_asks_the_theme_how_long(path: Path) -> None:
    assert "theme().millis(" in path.read_text()


def moving(window: QWidget) -> list[str]:
    running = QAbstractAnimation.State.Running
    return [
        f"{type(one).__name__} of {type(one.parent()).__name__}"
        for one in window.findChildren(QAbstractAnimation)
        if isValid(one) and one.state() == running and isValid(one.parent())
    ]


def touch_everything(window: Window, qtbot: QtBot) -> set[str]:
    """Everything that could move is made to; what did."""
    seen: set[str] = set()
    shell(window).desk.notices.toast("News")
    seen |= set(moving(window))
    for id in window.workspaces:
        window.show_workspace(id)
        for section in window.findChildren(Section):
            if section.isVisible():
                section.head.click()  # type: ignore[attr-defined]
                seen |= set(moving(window))
                section.head.click()  # type: ignore[attr-defined]
        for button in window.findChildren(QWidget):
            if button.isVisible() and type(button).__name__ == "Button":
                QTest.mouseMove(button, QPoint(5, 5))
                seen |= set(moving(window))
    shell(window).open_preferences()
    for id in ("general", "look", "saving", "keyboard"):
        shell(window).show_setting(id)
        for toggle in window.findChildren(ToggleSwitch):
            if toggle.isVisible():
                toggle.click()
                seen |= set(moving(window))
                toggle.click()
    return seen


def test_nothing_moves_where_less_motion_is_asked_for(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(motion="less")
    assert theme().still
    assert touch_everything(window, qtbot) == set()
    assert QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


def test_things_move_otherwise(open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above can fail."""
    monkeypatch.setattr(motion, "_linux", lambda folder: False)
    window = open_window(motion="less")
    shell(window).desk.settings.change(motion="system")
    theme().still = False
    assert touch_everything(window, qtbot)


def test_high_contrast_is_taken_at_once_everywhere(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(theme="dark", contrast="high")
    now = theme().now
    assert now.contrast and now.dark
    assert now.panel == QColor("#000000") and now.text == QColor("#FFFFFF")
    for token in ("text", "text2", "accent_text", "ok", "warn", "err"):
        assert contrast(now.named(token), now.panel) >= 7
    assert contrast(now.text3, now.panel) >= 7
    assert contrast(now.on_accent, now.accent) >= 7
    assert QApplication.palette().color(QApplication.palette().ColorRole.Window) == QColor("#000000")
    shell(window).desk.settings.change(theme="light")
    assert theme().now.panel == QColor("#FFFFFF") and theme().now.contrast
    shell(window).desk.settings.change(contrast="system")
    assert not theme().now.contrast


@pytest.mark.parametrize(
    ("name", "content", "still"),
    [
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("kdeglobals", "no section at all\n", False),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=false\n", True),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations = 0\n", True),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=1\n", False),
        ("gtk-3.0/settings.ini", "[Settings\n\xff", False),
    ],
)
def test_what_linux_desktops_say(tmp_path: Path, name: str, content: str, still: bool) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode("latin-1"))
    assert motion._linux(tmp_path) is still
    assert motion._linux(tmp_path / "none") is False


def test_what_macs_say(tmp_path: Path) -> None:
    path = tmp_path / "com.apple.universalaccess.plist"
    assert motion._mac(path) is False
    path.write_bytes(plistlib.dumps({"reduceMotion": True}, fmt=plistlib.FMT_BINARY))
    assert motion._mac(path) is True
    path.write_bytes(b"nonsense")
    assert motion._mac(path) is False
