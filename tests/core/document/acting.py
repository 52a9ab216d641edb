"""Any operation on any document, chosen by numbers: the same numbers do the same again."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from ganstudio.core import document as doc
from ganstudio.core.document import Edit, EditRefused, Pool, Rect, State
from ganstudio.core.document.blending import MODES
from tests.core.document.making import noise, tiles

MOST_PIXELS = 160_000
KINDS = (
    "add", "duplicate", "remove", "rename", "reorder", "opacity", "blend", "visible", "locked", "move", "paste",
    "replace", "fill", "invert", "feather", "clear", "remove mask", "paint", "crop", "rotate", "flip", "resize",
    "merge", "flatten",
)  # fmt: skip

actions = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2**32)), min_size=1, max_size=14)


def start(seed: int) -> State:
    """One layer; every third document is larger than a tile."""
    chance = random.Random(seed)
    low, high = (250, 300) if seed % 3 == 0 else (1, 60)
    width, height = chance.randint(low, high), chance.randint(low, high)
    pool = Pool(200_000)  # small enough to spill
    state = doc.new_state(pool, width, height)
    pixels = noise(width, height, chance.randint(1, 4), chance.choice((8, 8, 16)), seed)
    return doc.add(state, tiles(pool, pixels), "First", layer_id="first").state


def act(state: State, kind: str, seed: int) -> Edit | None:
    """The edit, None where it is refused or makes no sense."""
    chance = random.Random(seed)
    layer = chance.choice(state.layers).id if state.layers else "gone"
    try:
        return _act(state, kind, layer, seed, chance)
    except EditRefused:
        return None


def _act(state: State, kind: str, layer: str, seed: int, chance: random.Random) -> Edit | None:
    number, width, height = chance.random(), chance.randint(1, 70), chance.randint(1, 70)
    x, y = chance.randint(-40, 80), chance.randint(-40, 80)
    match kind:
        case "add":
            pixels = tiles(state.pool, noise(width, height, chance.randint(1, 4), chance.choice((8, 16)), seed))
            return doc.add(state, pixels, f"Layer {seed}", x=x, y=y, made_by={"seed": seed}, layer_id=_new(state, seed))
        case "duplicate":
            return doc.duplicate(state, layer, "Copy", new=_new(state, seed))
        case "remove":
            return doc.remove(state, layer)
        case "rename":
            return doc.rename(state, layer, f"Named {seed}")
        case "reorder":
            return doc.reorder(state, layer, chance.randint(0, 5))
        case "opacity":
            return doc.set_opacity(state, layer, number)
        case "blend":
            return doc.set_blend(state, layer, chance.choice(MODES))
        case "visible":
            return doc.set_visible(state, layer, number < 0.5)
        case "locked":
            return doc.set_locked(state, layer, number < 0.2)
        case "move":
            return doc.move(state, layer, x, y)
        case "paste":
            pixels = state.layer(layer).pixels
            return doc.paste_region(state, layer, x, y, noise(width, height, pixels.channels, pixels.depth, seed))
        case "replace":
            return doc.replace_pixels(state, layer, tiles(state.pool, noise(width, height, 3, 8, seed)))
        case "crop":
            return doc.crop(state, Rect(x, y, x + width, y + height))
        case "rotate":
            return doc.rotate(state, chance.choice((90, 180, 270)))
        case "flip":
            return doc.flip(state, number < 0.5)
        case "resize":
            return _resized(state, 0.5 + number, chance)
        case "merge":
            return doc.merge_down(state, layer) if _small(state) else None
        case "flatten":
            return doc.flatten(state, "All", layer_id=_new(state, seed))
    return _masked(state, kind, layer, chance)


def _masked(state: State, kind: str, layer: str, chance: random.Random) -> Edit:
    match kind:
        case "fill":
            return doc.fill_mask(state, layer, chance.randint(0, 255))
        case "invert":
            return doc.invert_mask(state, layer)
        case "feather":
            return doc.feather_mask(state, layer, chance.uniform(0.5, 12))
        case "clear":
            return doc.clear_mask(state, layer)
        case "remove mask":
            return doc.remove_mask(state, layer)
    brush = doc.Brush(chance.uniform(0.5, 30), chance.random(), chance.random(), chance.random() < 0.5)
    points = [doc.Point(chance.uniform(-20, 80), chance.uniform(-20, 80)) for _ in range(chance.randint(1, 4))]
    return doc.paint(state, layer, brush, points)


def _resized(state: State, factor: float, chance: random.Random) -> Edit | None:
    width = max(1, round(state.width * factor))
    height = max(1, round(state.height * chance.uniform(0.5, 1.5)))
    return doc.resize(state, width, height) if _small(state) else None


def _small(state: State) -> bool:
    rect = state.rect
    for layer in state.layers:
        rect = rect.joined(layer.rect)
    return rect.width * rect.height < MOST_PIXELS


def _new(state: State, seed: int) -> str:
    return f"{len(state.layers)}-{seed}-{state.width}-{sum(len(layer.id) for layer in state.layers)}"
