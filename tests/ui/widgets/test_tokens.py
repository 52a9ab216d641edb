"""The table of contrasts of the design, computed again from the tokens."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtGui import QColor, QPalette

from ganstudio.ui.theme import DARK, LIGHT, Tokens, contrast
from ganstudio.ui.theme.tokens import from_system

_GROUNDS = ("window", "panel", "raised", "field", "hover", "sel")
_TABLE = {
    "dark": {"text": 8.90, "text2": 5.96, "text3": 4.62, "accent_text": 5.27, "ok": 5.00, "warn": 5.38, "err": 4.97},
    "light": {"text": 12.43, "text2": 6.78, "text3": 5.03, "accent_text": 5.13, "ok": 4.91, "warn": 5.20, "err": 4.77},
}
_ON_ACCENT = {"dark": 4.75, "light": 5.47}
_ACCENT_ON_PANEL = {"dark": 3.06, "light": 4.84}


def _named(name: str) -> Tokens:
    return DARK if name == "dark" else LIGHT


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("token", ["text", "text2", "text3", "accent_text", "ok", "warn", "err"])
def test_lowest_contrast_is_the_one_of_the_design(name: str, token: str) -> None:
    tokens = _named(name)
    lowest = min(contrast(tokens.named(token), tokens.named(ground)) for ground in _GROUNDS)
    assert lowest == pytest.approx(_TABLE[name][token], abs=0.006)
    assert lowest >= 4.5


@pytest.mark.parametrize("name", ["dark", "light"])
def test_accent_carries_its_text_and_is_seen_on_panels(name: str) -> None:
    tokens = _named(name)
    assert contrast(tokens.on_accent, tokens.accent) == pytest.approx(_ON_ACCENT[name], abs=0.006)
    assert contrast(tokens.accent, tokens.panel) == pytest.approx(_ACCENT_ON_PANEL[name], abs=0.006)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_greys_have_no_tint(name: str) -> None:
    coloured = {"accent", "accent_text", "sel", "ok", "warn", "err", "data", "segment"}
    for field in dataclasses.fields(Tokens):
        value = getattr(_named(name), field.name)
        if isinstance(value, QColor) and field.name not in coloured:
            assert value.red() == value.green() == value.blue(), field.name


@pytest.mark.parametrize("name", ["dark", "light"])
def test_curves_stand_out_from_the_panel(name: str) -> None:
    assert len(_named(name).data) == 4
    assert all(contrast(colour, _named(name).panel) >= 3 for colour in _named(name).data)


def test_text_on_pressed_things_is_read() -> None:
    for tokens in (DARK, LIGHT):
        assert contrast(tokens.text, tokens.pressed) >= 4.5
        assert contrast(tokens.text2, tokens.pressed) >= 4.5


def test_unknown_colour_is_refused() -> None:
    with pytest.raises(KeyError):
        DARK.named("mauve")
    with pytest.raises(KeyError):
        DARK.named("contrast")


def test_high_contrast_uses_the_pairs_of_the_system() -> None:
    system = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: "#000000",
        role.WindowText: "#FFFFFF",
        role.Base: "#000000",
        role.Button: "#000000",
        role.Highlight: "#1AEBFF",
        role.HighlightedText: "#000000",
        role.Link: "#FFFF00",
    }.items():
        system.setColor(which, QColor(colour))
    tokens = from_system(system)
    assert tokens.contrast and tokens.dark
    assert (tokens.panel.name(), tokens.text.name(), tokens.frame) == ("#000000", "#ffffff", tokens.text)
    assert contrast(tokens.on_accent, tokens.accent) > 7
    for token in ("text", "text2", "ok", "warn", "err", "accent_text"):
        assert contrast(tokens.named(token), tokens.panel) > 7
