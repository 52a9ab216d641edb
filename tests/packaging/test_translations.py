"""The catalogues that ship: complete, fresh, true to their fields; and what reads and writes them."""

from __future__ import annotations

import ast
import gettext
import io
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import translations
from catalogue import Entry, compiled, parse, written
from hypothesis import given
from hypothesis import strategies as st
from marked_texts import marked_texts

from ganstudio.core import text

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = translations.catalogues()
_MARKUP = re.compile(r"<[^<>]+>|\\\\|`[^`]+`|\n")


def test_what_ships_is_fresh() -> None:
    """Every text is in every catalogue, and none that is gone; what is compiled is what is written."""
    texts = {one.key for one in marked_texts()}
    for path in (translations.FOLDER / "ganstudio.pot", *CATALOGUES):
        listed = {entry.key for entry in parse(path.read_text("utf-8")) if entry.one}
        assert listed == texts, f"run packaging/translations.py: {sorted(listed ^ texts)[:5]}"
    for path in CATALOGUES:
        assert path.with_suffix(".mo").read_bytes() == compiled(parse(path.read_text("utf-8")))


def test_german_ships() -> None:
    assert text.languages() == ["en", "de"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_left_in_english(path: Path) -> None:
    assert not translations.untranslated(path)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_translation_has_the_same_fields_and_ends(path: Path) -> None:
    for entry in parse(path.read_text("utf-8")):
        if not entry.one:
            continue
        allowed = fields(entry.one) | fields(entry.many)
        for said in filter(None, entry.said):
            assert fields(said) == allowed, entry.one
            assert sorted(_MARKUP.findall(said)) == sorted(_MARKUP.findall(entry.one)), entry.one
            assert said.endswith("…") == entry.one.endswith("…"), entry.one
            assert said.strip() == said, entry.one
            assert re.search(r"[.!?]$", said) or not re.search(r"[a-z]{3}\.$", entry.one), entry.one


def fields(words: str) -> set[str | None]:
    return {name for _text, name, _spec, _how in string.Formatter().parse(words) if name is not None}


def test_only_plain_texts_are_marked() -> None:
    """An f-string inside `_(…)` would never be found in a catalogue."""
    wrong = []
    for path in (ROOT / "ganstudio").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "N_", "ngettext_")
                and any(isinstance(a, ast.JoinedStr) for a in node.args)
            ):
                wrong.append(f"{path}:{node.lineno}")
    assert not wrong


def test_texts_of_every_kind_are_found() -> None:
    found = {one.one: one for one in marked_texts()}
    assert found["Upscale"].places >= {"ganstudio/tools/upscale.py"}  # a Tool's title
    assert "How large the result is" not in found
    for known in (
        "Precision",
        "Open…",
        "Paint mask",
        "opening the model",
        "Photo",
        "Everyday photos, cleans JPEG traces too",
    ):
        assert known in found
    assert found["{n} picture added."].many == "{n} pictures added."


@pytest.fixture
def german() -> Iterator[None]:
    assert text.set_language("de_AT") == "de"
    yield
    text.set_language("en")


@pytest.mark.usefixtures("german")
def test_german_is_spoken() -> None:
    from ganstudio.ui.widgets.wording import number, seconds

    assert text._("Quit") == "Beenden"
    assert text.ngettext_("{n} picture added.", "{n} pictures added.", 1).format(n=1) == "1 Bild hinzugefügt."
    assert text.ngettext_("{n} picture added.", "{n} pictures added.", 3).format(n=3) == "3 Bilder hinzugefügt."
    assert number(1234.5, 1) == "1\u202f234,5"
    assert seconds(0.4) == "0,4 s"


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\4\r"), min_size=1)


@given(st.dictionaries(WORDS, WORDS, max_size=6))
def test_a_catalogue_is_read_as_it_was_written(pairs: dict[str, str]) -> None:
    head = Entry((), "", said=("Content-Type: text/plain; charset=UTF-8\n",))
    entries = [head, *(Entry((), one, said=(said,)) for one, said in pairs.items())]
    assert parse(written(entries)) == entries
    spoken = gettext.GNUTranslations(io.BytesIO(compiled(entries)))
    assert all(spoken.gettext(one) == said for one, said in pairs.items())


def test_a_line_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a line"):
        parse('msgid "a"\nnonsense "b"\n')
