"""Finding by a few letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.ui.actions import Actions
from ganstudio.ui.actions_table import all_specs
from ganstudio.ui.fuzzy import fold, match, whole_words
from ganstudio.ui.sheets.palette_items import ACTIONS, Item, action_items, found


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("spl", "Split", (0, 1, 2)),
        ("tih", "Try it here", (0, 4, 7)),
        ("zoom in", "Zoom in", (0, 1, 2, 3, 5, 6)),
        ("in zoom", "Zoom in", (0, 1, 2, 3, 5, 6)),
        ("ecran", "Plein écran", (6, 7, 8, 9, 10)),
        ("", "Split", ()),
    ],
)
def test_hits(query: str, text: str, hits: tuple[int, ...]) -> None:
    got = match(query, text)
    assert got is not None and got.hits == hits


@pytest.mark.parametrize(("query", "text"), [("xyz", "Split"), ("split now", "Split"), ("lit s", "Zoom")])
def test_no_hits(query: str, text: str) -> None:
    assert match(query, text) is None


def test_the_nearer_the_better() -> None:
    def score(text: str) -> float:
        got = match("fit", text)
        assert got is not None
        return got.score

    assert score("Fit") > score("Fit the width of it") > score("Whole fit") > score("Benefit")
    assert whole_words("memory", "What is in memory") is not None
    assert whole_words("me", "What is in memory") is None


@given(st.text(max_size=12), st.text(max_size=30))
def test_any_text(query: str, text: str) -> None:
    assert len(fold(text)) == len(text)
    got = match(query, text)
    assert got is None or all(0 <= hit < len(text) for hit in got.hits)
    if text.strip():
        assert match(text, text) is not None


def test_ranking_puts_the_impossible_after_the_possible() -> None:
    items = [
        Item(ACTIONS, "a", "Layer up", reason="Needs a chosen layer"),
        Item(ACTIONS, "b", "Layers of the picture"),
        Item(ACTIONS, "c", "Something", words="raises the layer"),
    ]
    assert [item.key for item in found("layer", items, [])] == ["b", "a", "c"]
    assert [item.key for item in found("", items, ["c"])] == ["c", "b"]


def test_actions_are_offered_once_bound(qapp: object) -> None:
    from PySide6.QtWidgets import QWidget

    host = QWidget()
    actions = Actions(all_specs(), host)
    assert action_items(actions) == []
    actions.bind("help.keys", lambda: None)
    actions.bind("layer.up", lambda: None)
    offered = {item.key: item for item in action_items(actions)}
    assert set(offered) == {"help.keys", "layer.up"}
    assert offered["help.keys"].keys == "Ctrl+/" and not offered["help.keys"].reason
    assert offered["layer.up"].reason
