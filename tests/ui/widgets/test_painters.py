"""A painter ends with what it paints for, whatever happens there: Qt takes the program along otherwise."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import FrameType

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.logging import _QtMessageCapture
from pytestqt.qtbot import QtBot

import ganstudio.ui
from ganstudio.ui.widgets import section

UI = Path(ganstudio.ui.__file__).parent


def _assigned(tree: ast.AST) -> list[int]:
    """Lines that give a new QPainter a name without `with`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(part, ast.Name) and part.id == "QPainter" for part in ast.walk(node.value))
    ]


@pytest.mark.parametrize("room", sorted(one.name for one in UI.iterdir() if one.is_dir() and one.name[0] != "_"))
def test_every_painter_ends_by_itself(room: str) -> None:
    found = {
        file.name: lines for file in (UI / room).rglob("*.py") if (lines := _assigned(ast.parse(file.read_text())))
    }
    assert not found


def test_a_frame_that_is_held_holds_no_painter(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, qtlog: _QtMessageCapture
) -> None:
    """As a traceback or a profiler holds it."""
    one = section.Section("Advanced", QWidget())
    qtbot.addWidget(one)
    one.resize(300, 100)
    kept: list[FrameType] = []
    monkeypatch.setattr(section.icons, "paint", lambda *_given: kept.append(sys._getframe(1)))
    one.show()
    qtbot.waitUntil(lambda: bool(kept))
    one.repaint()
    assert not [said.message for said in qtlog.records if said.message and "painter" in said.message]
