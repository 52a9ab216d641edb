"""The palette's depth: options of a Tool by Tab, and the manual's headings."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ganstudio.core.paths import manual
from ganstudio.ui.edit.workspace import EditWorkspace
from ganstudio.ui.frame.shell import Shell
from ganstudio.ui.frame.window import Window
from ganstudio.ui.sheets.help_pages import PAGES, headings, text_of
from ganstudio.ui.sheets.palette import Palette
from ganstudio.ui.sheets.palette_items import HELP, Item


@pytest.fixture
def shell(window: Window, qtbot: QtBot) -> Shell:
    """With the models and the manual read."""
    assert window.shell is not None
    shell = window.shell
    shell.open_palette()
    shell.palette.close_panel()
    qtbot.waitUntil(lambda: bool(shell._headings) and bool(shell._models), timeout=10_000)
    edit = window.workspaces["edit"]
    assert isinstance(edit, EditWorkspace)
    model = edit.column.tools.panels["upscale"].model
    assert model is not None
    qtbot.waitUntil(lambda: bool(model.choices), timeout=10_000)
    return shell


def field(palette: Palette) -> QLineEdit:
    found = palette.findChild(QLineEdit)
    assert found is not None
    return found


def rows(palette: Palette) -> list[str]:
    return [row.text if isinstance(row, Item) else f"# {row}" for row in palette._rows.rows]


def choose(palette: Palette, qtbot: QtBot, text: str) -> None:
    """Go down to a row by keys."""
    for _try in range(60):
        if palette.chosen is not None and palette.chosen.text == text:
            return
        qtbot.keyClick(field(palette), Qt.Key.Key_Down)
    raise AssertionError(f"{text} is not among {rows(palette)}")


def test_tab_sets_options_of_a_tool(shell: Shell, window: Window, qtbot: QtBot) -> None:
    edit = window.workspaces["edit"]
    assert isinstance(edit, EditWorkspace)
    panel = edit.column.tools.panels["upscale"]
    window.show_workspace("batch")
    shell.open_palette()
    palette = shell.palette
    qtbot.keyClicks(field(palette), "upscale")
    choose(palette, qtbot, "Upscale")
    assert "sets options" in palette._hint.text()
    qtbot.keyClick(field(palette), Qt.Key.Key_Tab)
    assert rows(palette)[:2] == ["# Upscale", "Run it as it is set"]
    qtbot.keyClicks(field(palette), "quick")
    assert rows(palette)[1] == "Model: Quick"
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    assert palette.isVisible(), "more may be set"
    assert panel.model is not None and panel.model.value == "quick"
    qtbot.keyClicks(field(palette), "4×")
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    assert panel.step.params.to_json()["scale"] == 4
    ticked = [row.text for row in palette._rows.rows if isinstance(row, Item) and row.icon == "check"]
    assert "Model: Quick" in ticked and "Enlarge: 4×" in ticked and "Enlarge: 2×" not in ticked
    qtbot.keyClick(field(palette), Qt.Key.Key_Escape)
    assert palette.isVisible() and palette._inside is None
    assert rows(palette)[0] == "# Actions"
    qtbot.keyClick(field(palette), Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.current is not edit, "setting runs nothing"


def test_backspace_goes_back_and_enter_brings_the_tool_to_the_front(shell: Shell, window: Window, qtbot: QtBot) -> None:
    edit = window.workspaces["edit"]
    assert isinstance(edit, EditWorkspace)
    shell.open_palette()
    palette = shell.palette
    qtbot.keyClicks(field(palette), "resize")
    choose(palette, qtbot, "Resize")
    qtbot.keyClick(field(palette), Qt.Key.Key_Tab)
    assert palette._inside is not None
    qtbot.keyClick(field(palette), Qt.Key.Key_Backspace)
    assert palette._inside is None and palette.isVisible()
    qtbot.keyClicks(field(palette), "resize")
    choose(palette, qtbot, "Resize")
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert edit.column.tools.panel.tool.id == "resize"


def test_the_manual_is_found_by_its_headings_and_words(shell: Shell, qtbot: QtBot) -> None:
    shell.open_palette()
    palette = shell.palette
    qtbot.keyClicks(field(palette), "safety copies")
    found = [row for row in palette._rows.rows if isinstance(row, Item) and row.group == HELP]
    assert found and found[0].text == "Projects and safety copies" and found[0].about == "The window: Edit"
    choose(palette, qtbot, "Projects and safety copies")
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    sheet = shell.manual
    assert sheet.isVisible() and sheet.choice.current == "edit.md"
    assert sheet.text.textCursor().block().text() == "Projects and safety copies"
    sheet.choice.chosen.emit("batch.md")
    assert sheet.text.toPlainText().startswith("The window: Batch")
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_f1_opens_the_manual(shell: Shell, window: Window) -> None:
    window.actions_.action("help.manual").trigger()
    assert shell.manual.isVisible()
    assert "help.manual" in {spec.id for spec in window.actions_.specs() if "F1" in spec.shortcuts}
    shell.manual.close_panel()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_ships_and_begins_with_its_title(page: str) -> None:
    assert manual(page).is_file()
    mine = [one for one in headings() if one.page == page]
    assert mine and mine[0].title == mine[0].chapter
    assert "![" not in text_of(page)


def test_a_page_that_is_missing_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text_of("no-such-page.md") == ""
