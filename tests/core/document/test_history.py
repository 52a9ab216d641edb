"""History: undo, redo, jumps, merged steps, and what the states hold, whatever was done."""

from __future__ import annotations

import gc
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.core import document as doc
from ganstudio.core.document import Document, Pool, Rect, State
from ganstudio.core.document.pool import Block
from ganstudio.core.raster import Picture
from tests.core.document.acting import act, actions, start
from tests.core.document.making import blended, document, facts, noise, tiles, whole

PLENTY = 1 << 40


def blocks(states: Iterable[State]) -> set[Block]:
    return {
        tile
        for state in states for layer in state.layers for plane in layer.planes for row in plane.grid for tile in row
        if isinstance(tile, Block)
    }  # fmt: skip


def held(document: Document) -> int:
    """Bytes that only other states have, counted plainly."""
    everything = blocks(step.state for step in document._steps)
    return sum(block.nbytes for block in everything - blocks([document.state]))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), actions)
def test_undo_all_redo_all_replay(seed: int, doing: list[tuple[str, int]]) -> None:
    first = start(seed)
    document = Document(first, PLENTY)
    seen = [facts(first)]
    for kind, number in doing:
        edit = act(document.state, kind, number)
        if edit is not None:
            document.do(edit)
            seen.append(facts(document.state))
            assert document.held_bytes == held(document)
    final = document.state
    assert len(document.labels) == len(seen)
    for want in reversed(seen):
        assert facts(document.state) == want
        assert document.held_bytes == held(document)
        document.undo()
    assert document.state is first
    while document.can_redo:
        document.redo()
    assert document.state is final
    again = start(seed)
    for kind, number in doing:
        edit = act(again, kind, number)
        again = again if edit is None else edit.state
    assert facts(again) == seen[-1]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), actions)
def test_it_looks_like_the_formula_and_changes_only_where_it_says(seed: int, doing: list[tuple[str, int]]) -> None:
    state = start(seed)
    for kind, number in doing:
        edit = act(state, kind, number)
        if edit is None:
            continue
        after = doc.composite(edit.state, edit.state.rect, 0, 16)
        if not edit.change.canvas and "erge" not in edit.label and "latten" not in edit.label:  # these round
            before = doc.composite(state, state.rect, 0, 16)
            before[edit.change.rect.slices] = after[edit.change.rect.slices]
            np.testing.assert_array_equal(before, after)
        state = edit.state
    if state.width * state.height < 40_000:
        got = doc.composite(state, state.rect).astype(int)
        want = blended(state)
        np.testing.assert_allclose(got[..., 3], want[..., 3], atol=1)
        clear = np.minimum(got[..., 3], want[..., 3]) * (1 if state.depth == 8 else 1 / 257) < 2
        np.testing.assert_allclose(np.where(clear[..., None], 0, got), np.where(clear[..., None], 0, want), atol=1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), actions, st.lists(st.integers(0, 14), max_size=6), actions)
def test_jumps_and_new_branches(
    seed: int, doing: list[tuple[str, int]], jumps: list[int], then: list[tuple[str, int]]
) -> None:
    document = Document(start(seed), PLENTY)
    seen = [document.state]
    for number, one in enumerate([*doing, *jumps, *then]):
        if isinstance(one, int):
            document.jump(one % len(document.labels))
            assert document.state is seen[document.at]
        else:
            edit = act(document.state, *one)
            if edit is not None:
                seen[document.at + 1 :] = [edit.state]
                document.do(edit, merge=f"{number}")
                assert not document.can_redo
        assert document.held_bytes == held(document)
        assert len(document.labels) == len(seen)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), actions, st.integers(0, 300_000))
def test_the_budget_holds_and_the_newest_states_stay(seed: int, doing: list[tuple[str, int]], budget: int) -> None:
    document = Document(start(seed), budget)
    seen = [facts(document.state)]
    for kind, number in doing:
        edit = act(document.state, kind, number)
        if edit is not None:
            document.do(edit)
            seen.append(facts(document.state))
        assert document.held_bytes == held(document) <= budget
        assert facts(document.state) == seen[-1]
    for want in reversed(seen[-len(document.labels) :]):
        assert facts(document.state) == want
        document.undo()
    assert not document.can_undo


def test_dabs_of_a_stroke_are_one_step() -> None:
    document = Document(doc.state_of(Pool(), Picture.of(noise(300, 300)), "Photo"), PLENTY)
    layer = document.state.layers[0].id
    for name in ("stroke 1", "stroke 2"):
        stroke = doc.Stroke.begin(document.state, layer, doc.Brush(9, erase=name == "stroke 2"))
        for x in range(0, 200, 20):
            stroke = stroke.to(x, 50)
            document.do(stroke.edit, merge=name)
    assert document.labels == ("", "Paint mask", "Erase mask")
    painted = document.state
    change = document.undo()
    assert change.rect.x0 == 0
    assert 189 <= change.rect.x1 <= 191
    assert document.redo().rect == change.rect
    assert document.state is painted
    document.jump(0)
    assert document.state.layers[0].mask is None


def test_an_upscale_that_arrives_tile_by_tile_is_one_step() -> None:
    pool, pixels = Pool(), noise(600, 520, seed=5)
    history = Document(doc.state_of(pool, Picture.of(noise(600, 520)), "Photo"), PLENTY)
    layer = history.state.layers[0].id
    for y in range(0, 520, 100):
        for x in range(0, 600, 100):
            patch = pixels[y : y + 100, x : x + 100]
            history.do(doc.paste_region(history.state, layer, x, y, patch), merge="job 7")
            assert history.held_bytes == held(history)
    assert history.labels == ("", "Change picture")
    np.testing.assert_array_equal(whole(history.state.layers[0].pixels), pixels)
    gc.collect()
    assert pool.in_memory == 2 * pixels.nbytes
    history.undo()
    np.testing.assert_array_equal(whole(history.state.layers[0].pixels), noise(600, 520))


def test_a_drag_ends() -> None:
    history = Document(document(Pool()), PLENTY)
    for value in (0.9, 0.5, 0.1):
        history.do(doc.set_opacity(history.state, "a", value), merge="opacity a")
    history.end_merge()
    history.do(doc.set_opacity(history.state, "a", 0.7), merge="opacity a")
    assert history.labels == ("", "Opacity", "Opacity")
    history.undo()
    assert history.state.layer("a").opacity == 0.1


def test_saved_or_changed() -> None:
    state = document(Pool())
    history = Document(state, PLENTY)
    assert not history.changed
    history.do(doc.rename(state, "a", "x"))
    assert history.changed
    being_saved = history.state
    history.do(doc.rename(history.state, "a", "y"))
    history.mark_saved(being_saved)
    assert history.changed
    history.undo()
    assert not history.changed


def test_nothing_to_undo_and_no_such_step() -> None:
    history = Document(document(Pool()), PLENTY)
    assert history.undo().rect.empty
    assert history.redo().rect.empty
    with pytest.raises(IndexError):
        history.jump(1)
    with pytest.raises(IndexError):
        history.jump(-1)


def test_a_change_of_the_canvas_is_drawn_wholly_both_ways() -> None:
    history = Document(document(Pool()), PLENTY)
    history.do(doc.crop(history.state, Rect(0, 0, 10, 10)))
    history.do(doc.rename(history.state, "a", "x"))
    assert history.undo() == doc.Change(doc.Rect(0, 0, 0, 0), layers=True)
    assert history.undo() == doc.Change(doc.Rect(0, 0, 40, 30), canvas=True, layers=True)
    assert history.jump(2) == doc.Change(doc.Rect(0, 0, 10, 10), canvas=True, layers=True)


def test_what_is_forgotten_is_free() -> None:
    pool = Pool()
    history = Document(doc.state_of(pool, Picture.of(noise(256, 256)), "Photo"), PLENTY)
    layer = history.state.layers[0].id
    for seed in range(5):
        history.do(doc.replace_pixels(history.state, layer, tiles(pool, noise(256, 256, seed=seed + 1))))
    assert pool.in_memory == 6 * 256 * 256 * 3
    history.forget()
    gc.collect()
    assert history.labels == ("",)
    assert pool.in_memory == 256 * 256 * 3
