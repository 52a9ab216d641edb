"""Texts: a real catalogue, the pseudo-language, and what is asked for but not there."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganstudio.core import text
from ganstudio.core.text import accented, ngettext_, set_language


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    set_language("en")


def write_catalogue(path: Path, messages: dict[str, str]) -> None:
    """A compiled gettext catalogue, little endian, as its manual describes it."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    pairs = sorted({"": head, **messages}.items())
    keys = [key.encode() for key, _value in pairs]
    values = [value.encode() for _key, value in pairs]
    count = len(pairs)
    at = 28 + 16 * count
    tables: list[int] = []
    for words in (keys, values):
        for word in words:
            tables += [len(word), at]
            at += len(word) + 1
    start = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    path.parent.mkdir(parents=True)
    path.write_bytes(start + struct.pack(f"<{4 * count}I", *tables) + b"".join(word + b"\0" for word in keys + values))


def test_a_language_that_ships_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = {"Open…": "Öffnen…", "{n} picture\0{n} pictures": "{n} Bild\0{n} Bilder"}
    write_catalogue(tmp_path / "translations" / "de" / "LC_MESSAGES" / "ganstudio.mo", messages)
    monkeypatch.setattr(text, "resource", lambda *parts: tmp_path.joinpath(*parts))
    assert text.languages() == ["en", "de"]
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.setenv("LC_ALL", "de_AT.UTF-8")
    assert set_language("system") == "de"
    assert text._("Open…") == "Öffnen…"
    assert text._("Never translated") == "Never translated"
    assert ngettext_("{n} picture", "{n} pictures", 2).format(n=2) == "2 Bilder"


def test_an_unknown_language_is_english() -> None:
    assert set_language("tlh") == "en"
    assert text._("Open…") == "Open…"
    assert ngettext_("{n} picture", "{n} pictures", 1) == "{n} picture"


def test_the_pseudo_language_is_longer_and_keeps_its_fields() -> None:
    set_language("pseudo")
    said = text._("Memory {used} of {total}…")
    assert said.format(used="1 GB", total="2 GB").startswith("[M")
    assert said.endswith("]…")
    assert "1 GB" in said.format(used="1 GB", total="2 GB")
    assert len(said) > len("Memory {used} of {total}…") * 1.15
    assert text._("") == ""


@pytest.mark.parametrize("said", ["", "a", "{n}", "<b>x</b>", "&File", "%(name)s is open", "{a}{b}"])
def test_any_text_can_be_accented(said: str) -> None:
    assert all(field in accented(said) for field in ("{n}", "<b>", "&F", "%(name)s") if field in said)
