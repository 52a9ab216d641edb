"""Operations: what each does, what it says has changed, what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganstudio.core import document as doc
from ganstudio.core.document import Edit, EditRefused, Pool, Rect, State
from ganstudio.core.raster import Metadata, Picture, read_whole
from ganstudio.core.resample import resized
from tests.core.document.making import blended, document, facts, noise, tiles, whole


def picture(state: State, depth: int | None = None) -> np.ndarray:
    return doc.composite(state, state.rect, 0, depth)


def check_change(old: State, edit: Edit) -> None:
    """Outside the rectangle that an edit names nothing looks different."""
    if edit.change.canvas:
        assert edit.change.rect == edit.state.rect
        return
    before, after = picture(old, 16), picture(edit.state, 16)
    before[edit.change.rect.slices] = after[edit.change.rect.slices]
    np.testing.assert_array_equal(before, after)


EDITS = [
    ("opacity", lambda s: doc.set_opacity(s, "c", 0.25)),
    ("hide", lambda s: doc.set_visible(s, "b", False)),
    ("move", lambda s: doc.move(s, "c", -3, 8)),
    ("remove", lambda s: doc.remove(s, "b")),
    ("duplicate", lambda s: doc.duplicate(s, "b", "Copy", new="d")),
    ("to the top", lambda s: doc.reorder(s, "a", 99)),
    ("down", lambda s: doc.reorder(s, "c", 1)),
    ("rename", lambda s: doc.rename(s, "a", "x")),
    ("lock", lambda s: doc.set_locked(s, "a", True)),
    ("paste", lambda s: doc.paste_region(s, "b", 30, 2, noise(40, 9, 4))),
    ("replace", lambda s: doc.replace_pixels(s, "c", tiles(s.pool, noise(9, 9, 1)))),
    ("invert", lambda s: doc.invert_mask(s, "c")),
    ("feather", lambda s: doc.feather_mask(s, "c", 6)),
    ("clear", lambda s: doc.clear_mask(s, "c")),
    ("fill", lambda s: doc.fill_mask(s, "b", 90)),
    ("no mask", lambda s: doc.remove_mask(s, "c")),
    ("paint", lambda s: doc.paint(s, "a", doc.Brush(5, erase=True), [doc.Point(3, 4), doc.Point(30, 9)])),
    ("merge", lambda s: doc.merge_down(s, "c")),
]


@pytest.mark.parametrize("edit", [edit for _, edit in EDITS], ids=[name for name, _ in EDITS])
def test_an_edit_leaves_the_old_state_and_tells_what_changed(edit) -> None:
    old = document(Pool())
    before = facts(old)
    made = edit(old)
    assert facts(old) == before
    assert facts(made.state) != before
    assert made.label
    check_change(old, made)
    np.testing.assert_allclose(picture(made.state).astype(int), blended(made.state), atol=1)


def test_the_picture_of_three_layers() -> None:
    for depth in (8, 16):
        state = document(Pool(), depth=depth)
        for level in range(4):
            width, height = doc.canvas_size(state, level)
            rect = Rect(0, 0, width, height)
            want = blended(state, level)
            np.testing.assert_allclose(doc.composite(state, rect, level).astype(int), want, atol=1)
            part = Rect(width // 3, -2, width + 3, height // 2)
            got = doc.composite(state, part, level)
            inside = part.clipped(rect)
            np.testing.assert_array_equal(got[2:, : inside.width], doc.composite(state, rect, level)[inside.slices])
            assert not got[:2].any()
            assert not got[:, inside.width :].any()
        np.testing.assert_allclose(picture(state, 8).astype(int), blended(state, depth=8), atol=1)


def test_nothing_shows_of_an_empty_or_hidden_document() -> None:
    state = doc.new_state(Pool(), 5, 4)
    assert not picture(state).any()
    hidden = document(Pool())
    for layer in hidden.layers:
        hidden = doc.set_opacity(hidden, layer.id, 0).state
    assert not picture(hidden).any()


def test_adding_and_order() -> None:
    state = document(Pool())
    assert [layer.id for layer in state.layers] == ["a", "b", "c"]
    new = tiles(state.pool, noise(3, 3))
    edit = doc.add(state, new, "New", above="a", made_by={"steps": []}, source_type="algorithmicallyEnhanced")
    assert [layer.name for layer in edit.state.layers] == ["Photo", "New", "Over", "Gray"]
    assert edit.change.rect == Rect(0, 0, 3, 3)
    assert doc.source_type(edit.state) == "algorithmicallyEnhanced"
    assert [one.id for one in doc.reorder(state, "c", 0).state.layers] == ["c", "a", "b"]
    assert [one.id for one in doc.reorder(state, "a", 1).state.layers] == ["b", "a", "c"]
    copy = doc.duplicate(state, "c", "Gray 2").state
    assert copy.layers[3].pixels is copy.layers[2].pixels
    with pytest.raises(ValueError, match="already"):
        doc.add(state, new, "New", layer_id="a")


def test_what_is_locked_or_gone_is_refused() -> None:
    state = doc.set_locked(document(Pool()), "b", True).state
    for refused in (
        lambda: doc.remove(state, "b"),
        lambda: doc.move(state, "b", 0, 0),
        lambda: doc.fill_mask(state, "b", 0),
        lambda: doc.paste_region(state, "b", 0, 0, noise(2, 2, 4)),
        lambda: doc.Stroke.begin(state, "b", doc.Brush(4)),
        lambda: doc.merge_down(state, "c"),
        lambda: doc.flatten(state, "All"),
    ):
        with pytest.raises(EditRefused, match="“Over” is locked"):
            refused()
    assert doc.set_visible(state, "b", False).state.layer("b").visible is False
    with pytest.raises(EditRefused, match="not there any more"):
        doc.paste_region(state, "z", 0, 0, noise(2, 2))
    with pytest.raises(EditRefused, match="under the lowest"):
        doc.merge_down(state, "a")
    hidden = doc.set_visible(document(Pool()), "b", False).state
    with pytest.raises(EditRefused, match="Hidden"):
        doc.merge_down(hidden, "c")
    for layer in ("a", "c"):
        hidden = doc.set_visible(hidden, layer, False).state
    with pytest.raises(EditRefused, match="nothing to flatten"):
        doc.flatten(hidden, "All")


def test_impossible_values() -> None:
    state = document(Pool())
    for wrong in (
        lambda: doc.set_opacity(state, "a", 1.5),
        lambda: doc.set_opacity(state, "a", float("nan")),
        lambda: doc.fill_mask(state, "a", 256),
        lambda: doc.feather_mask(state, "c", 0),
        lambda: doc.feather_mask(state, "c", float("nan")),
        lambda: doc.set_mask(state, "a", tiles(state.pool, noise(3, 3, 1))),
        lambda: doc.paste_region(state, "a", 0, 0, noise(3, 3, 4)),
        lambda: doc.paste_region(state, "a", 0, 0, noise(3, 3, 3, 16)),
        lambda: doc.crop(state, Rect(4, 4, 4, 9)),
        lambda: doc.rotate(state, 45),
        lambda: doc.resize(state, 0, 5),
        lambda: doc.Brush(0),
        lambda: doc.Brush(5, hardness=2),
        lambda: doc.Brush(5, opacity=float("nan")),
    ):
        with pytest.raises(ValueError, match=r"."):
            wrong()


def test_turns_and_flips() -> None:
    state = replace(document(Pool(), 300, 270), meta=Metadata(dpi=(72.0, 300.0)))
    before = picture(state)
    for degrees, times in ((90, 3), (180, 2), (270, 1)):
        turned = doc.rotate(state, degrees).state
        np.testing.assert_array_equal(picture(turned), np.rot90(before, times))
        assert turned.meta.dpi == ((72.0, 300.0) if degrees == 180 else (300.0, 72.0))
        assert facts(doc.rotate(turned, 360 - degrees).state) == facts(state)
    twins = doc.rotate(doc.duplicate(state, "a", "Copy").state, 90).state
    assert twins.layers[0].pixels is twins.layers[1].pixels
    np.testing.assert_array_equal(picture(doc.flip(state, True).state), before[:, ::-1])
    np.testing.assert_array_equal(picture(doc.flip(state, False).state), before[::-1])


def test_cropping_shows_a_part_and_keeps_the_rest() -> None:
    state = document(Pool())
    before = picture(state)
    made = doc.crop(state, Rect(5, 4, 25, 20)).state
    np.testing.assert_array_equal(picture(made), before[4:20, 5:25])
    np.testing.assert_array_equal(picture(doc.crop(made, Rect(-5, -4, 35, 26)).state), before)
    assert made.pool.in_memory == state.pool.in_memory


def test_resizing_one_picture_is_what_the_resampler_does() -> None:
    pixels = noise(300, 260)
    state = doc.state_of(Pool(), Picture.of(pixels), "Photo")
    state = doc.set_mask(state, state.layers[0].id, tiles(state.pool, noise(300, 260, 1))).state
    made = doc.resize(state, 450, 130).state
    layer = made.layers[0]
    np.testing.assert_array_equal(whole(layer.pixels), read_whole(resized(Picture.of(pixels), 450, 130)).pixels)
    assert layer.mask is not None
    assert (made.width, made.height, layer.mask.width, layer.mask.height) == (450, 130, 450, 130)
    assert [one.rect for one in doc.resize(document(Pool()), 80, 60).state.layers] == [
        Rect(0, 0, 80, 60),
        Rect(-8, 10, 86, 52),
        Rect(22, -12, 62, 48),
    ]


@pytest.mark.parametrize("depth", [8, 16])
def test_merging_and_flattening_keep_the_look(depth: int) -> None:
    state = document(Pool(), 290, 40, depth)
    merged = doc.merge_down(state, "b").state
    assert [layer.id for layer in merged.layers] == ["a", "c"]
    assert merged.layers[0].pixels.channels == 4  # the upper one hangs over the canvas' edge
    np.testing.assert_allclose(picture(merged).astype(int), picture(state), atol=1)
    flat = doc.flatten(state, "All").state
    assert [(one.name, one.pixels.channels) for one in flat.layers] == [("All", 3)]
    np.testing.assert_array_equal(picture(flat), picture(state))


def test_what_is_exported() -> None:
    state = document(Pool(), 290, 280)
    raster = doc.flattened(state)
    assert (raster.header.channels, raster.header.depth) == (3, 8)
    np.testing.assert_array_equal(raster.rows(100, 280), picture(state)[100:, :, :3])
    clear = doc.set_visible(state, "a", False).state
    np.testing.assert_array_equal(doc.flattened(clear).rows(0, 280), picture(clear))
    gray = doc.set_visible(clear, "b", False).state
    np.testing.assert_array_equal(doc.flattened(gray).rows(0, 280), picture(gray)[..., [0, 3]])
    pixels = noise(30, 20, 4)
    alone = doc.state_of(Pool(), Picture.of(pixels), "One")
    np.testing.assert_array_equal(doc.flattened(alone).rows(0, 20), pixels)


def test_a_gain_map_stays_behind_and_a_note_says_so() -> None:
    meta = Metadata(gain_map=b"\xff\xd8", modified_ns=5, notes=("A note.",), dpi=(10.0, 10.0))
    state = doc.state_of(Pool(), Picture.of(noise(4, 4), meta), "Photo")
    assert state.meta.gain_map is None
    assert state.meta.modified_ns is None
    assert len(state.meta.notes) == 2
    assert "gain map" in state.meta.notes[1]
