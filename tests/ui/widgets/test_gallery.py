"""Every widget in dark and light, at one and two device pixels: sizes hold, colours are where they belong,
nothing is painted in a colour that is no token's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.ui.theme import Theme
from ganstudio.ui.theme.tokens import from_system
from ganstudio.ui.widgets import (
    Button,
    CardList,
    Chip,
    Divider,
    ElidedLabel,
    EmptyState,
    Label,
    ModelCard,
    Notice,
    NumberField,
    ProgressBar,
    RunButton,
    SearchField,
    Section,
    Segmented,
    Select,
    Slider,
    TextField,
    ToggleSwitch,
)

from .conftest import Grab, same, samples


def _nothing() -> None:
    """What a button of the gallery does."""


def _card() -> ModelCard:
    grey = QImage(60, 60, QImage.Format.Format_RGB32)
    grey.fill(QColor("#808080"))
    return ModelCard(grey, "Photo GAN", "Crisp texture for phones and web photos", ["4×", "9 MB", "about 23 s"])


def _chosen_card() -> ModelCard:
    made = _card()
    made.setChecked(True)
    return made


def _cards() -> CardList:
    made = CardList("Model")
    made.add("one", _chosen_card())
    made.add("two", _card())
    return made


def _running() -> RunButton:
    made = RunButton("Upscale", "Ctrl+Enter")
    made.run_state(0.62, 14)
    return made


def _wrong() -> TextField:
    made = TextField("Name")
    made.set_error("{stm} is not known. Did you mean {stem}?")
    return made


def _bar() -> ProgressBar:
    made = ProgressBar(6, "Batch")
    made.set(0.41)
    return made


def _buttons() -> list[tuple[str, Callable[[], QWidget]]]:
    return [
        ("button", lambda: Button("Add files", "plus")),
        ("primary", lambda: Button("Upscale", kind="primary", shortcut="Ctrl+Enter", large=True)),
        ("quiet", lambda: Button("Leave it", kind="quiet")),
        ("link", lambda: Button("Library…", kind="link")),
        ("icon", lambda: Button("Undo", "undo", "icon")),
        ("toggle", lambda: ToggleSwitch(True, "Keep sub-folders")),
        ("toggle off", lambda: ToggleSwitch(False, "Keep sub-folders")),
        ("chip", lambda: Chip("Broken", "fail_ring", 1, color="err")),
        ("weight chip", lambda: Chip("Monet", weight=0.7)),
        ("run", lambda: RunButton("Upscale", "Ctrl+Enter")),
        ("running", _running),
        ("card", _card),
        ("chosen card", _chosen_card),
    ]


def _others() -> list[tuple[str, Callable[[], QWidget]]]:
    return [
        ("cards", _cards),
        ("segmented", lambda: Segmented([("a", "Result"), ("b", "Split"), ("c", "Side by side")], "View")),
        ("select", lambda: Select([("a", "Old family photos"), ("b", "Scans")], "Recipe")),
        ("slider", lambda: Slider(0, 100, 70, default=50, unit="%", label="Strength")),
        ("inline slider", lambda: Slider(0, 100, 85, unit="%", label="Opacity", inline=True)),
        ("number", lambda: NumberField(0, 100, 92, name="Quality")),
        ("text", lambda: TextField("Folder")),
        ("wrong text", _wrong),
        ("search", lambda: SearchField("Find anything", "Ctrl+K")),
        ("section", lambda: Section("Layers", Label("Body"), right="6 of 6 steps")),
        ("notice", lambda: Notice("warn", "Keep an eye on it", "Nothing is lost yet.", [("Stop", _nothing)])),
        ("empty", lambda: EmptyState("layers", "Results arrive here as layers.", "", [("Open", _nothing)])),
        ("progress", _bar),
        ("divider", Divider),
        ("label", lambda: Label("Faithful to crisp")),
        ("elided", lambda: ElidedLabel("golden-retriever.jpg", "middle")),
    ]


GALLERY = dict(_buttons() + _others())
# What these tell stays true when nothing can be done with them.
_TELL_A_STATE = {"progress", "notice", "running", "wrong text", "cards", "chosen card"}
_WIDE = {"cards", "card", "chosen card", "slider", "inline slider", "segmented", "select", "section", "notice", "run"}


def _made(name: str, qtbot: QtBot) -> QWidget:
    widget = GALLERY[name]()
    qtbot.addWidget(widget)
    hint = widget.sizeHint()
    wide = 312 if name in _WIDE or name == "running" else max(60, hint.width())
    high = widget.heightForWidth(wide) if widget.hasHeightForWidth() else hint.height()
    widget.resize(wide if name not in ("icon", "toggle", "toggle off") else hint.width(), high)
    return widget


def _colours(image: QImage) -> tuple[np.ndarray, np.ndarray]:
    """Each colour of a picture once, as 0xBBGGRR, and how often it is there."""
    return np.unique(samples(image).view("<u4")[..., 0] & 0xFFFFFF, return_counts=True)


def _hues(colours: np.ndarray) -> np.ndarray:
    """The directions of colours away from grey, of length 1."""
    away = colours - colours.mean(-1, keepdims=True)
    return away / np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1e-9)


def _foreign(image: QImage, looks: Theme) -> float:
    """The share of pixels that are neither grey nor of a token's hue (edges are mixed with grey, which keeps it)."""
    tokens = [value for value in vars(looks.now).values() if isinstance(value, QColor)]
    known = _hues(np.array([[token.red(), token.green(), token.blue()] for token in tokens], float))
    packed, counts = _colours(image)
    colours = np.stack([packed >> shift & 255 for shift in (0, 8, 16)], -1).astype(float)
    grey = colours.max(-1) - colours.min(-1) <= 14
    near = (_hues(colours) @ known.T).max(-1) > 0.96
    return float(counts[~grey & ~near].sum() / counts.sum())


@pytest.mark.parametrize("choice", ["dark", "light"])
@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize("name", sorted(GALLERY))
def test_widget_is_painted_in_tokens(looks: Theme, qtbot: QtBot, name: str, ratio: int, choice: str) -> None:
    looks.set(choice)  # type: ignore[arg-type]
    grab = Grab(_made(name, qtbot), ratio)
    assert len(_colours(grab.image)[0]) > 1 or name == "divider"
    assert _foreign(grab.image, looks) < 0.01


@pytest.mark.parametrize("name", sorted(GALLERY.keys() - _TELL_A_STATE))
def test_disabled_has_no_accent(looks: Theme, qtbot: QtBot, name: str) -> None:
    widget = _made(name, qtbot)
    widget.setEnabled(False)
    grab = Grab(widget, 2)
    assert not grab.has(looks.now.accent) and not grab.has(looks.now.accent_text)


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_theme_change_repaints(looks: Theme, qtbot: QtBot, name: str) -> None:
    widget = _made(name, qtbot)
    dark = samples(Grab(widget).image).copy()
    looks.set("light")
    assert (samples(Grab(widget).image) != dark).mean() > 0.3


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_every_control_has_a_name_and_a_hit_area(looks: Theme, qtbot: QtBot, name: str) -> None:
    widget = _made(name, qtbot)
    widget.show()
    for part in [widget, *widget.findChildren(QWidget)]:
        if part.focusPolicy() == Qt.FocusPolicy.NoFocus or not part.isVisible():
            continue
        assert part.accessibleName() or (isinstance(part, QLineEdit) and part.placeholderText()), part
        if isinstance(part, QAbstractButton | QComboBox | Segmented | Slider):
            assert part.height() >= 24 and part.width() >= 24, part


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_twice_the_text_grows_the_widget(looks: Theme, qtbot: QtBot, name: str) -> None:
    small = _made(name, qtbot).sizeHint()
    looks.set_text_scale(200)
    large = _made(name, qtbot).sizeHint()
    if name in ("divider", "progress"):
        assert large.height() == small.height()
    else:
        assert large.height() >= 1.35 * small.height()


@pytest.mark.parametrize("name", ["button", "select", "segmented", "card", "chip", "notice"])
def test_high_contrast_draws_lines_round_things(
    looks: Theme, qtbot: QtBot, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "now", from_system(_black_and_white()))
    widget = _made(name, qtbot)
    grab = Grab(widget, 2)
    assert same(grab.at(widget.width() / 2, 0), QColor("#FFFFFF"))
    assert same(grab.at(widget.width() / 2, 2), QColor("#000000"))


def _black_and_white() -> QPalette:
    made, role = QPalette(), QPalette.ColorRole
    for which in (role.Window, role.Base, role.Button):
        made.setColor(which, QColor("#000000"))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(which, QColor("#FFFFFF"))
    made.setColor(role.Highlight, QColor("#1AEBFF"))
    made.setColor(role.HighlightedText, QColor("#000000"))
    made.setColor(role.Link, QColor("#FFFF00"))
    return made
