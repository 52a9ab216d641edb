"""The document: what the canvas shows. Layers, masks, history, and the project file that keeps them.

`State` is a value (canvas, layers, their tiles); operations are pure functions State → `Edit`; `Document` owns the
history of States; `composite` says what one looks like; `project` keeps it in a file, `recovery` over a crash.
"""

from ganstudio.core.document.brush import Brush, Point, Stroke, paint
from ganstudio.core.document.composite import canvas_size, composite
from ganstudio.core.document.flatten import flatten, flattened, merge_down, source_type
from ganstudio.core.document.geometry import crop, flip, resize, rotate
from ganstudio.core.document.history import Document
from ganstudio.core.document.landing import land
from ganstudio.core.document.layers import (
    add,
    duplicate,
    move,
    paste_region,
    remove,
    rename,
    reorder,
    replace_pixels,
    set_blend,
    set_locked,
    set_opacity,
    set_visible,
)
from ganstudio.core.document.masks import (
    clear_mask,
    feather_mask,
    fill_mask,
    invert_mask,
    remove_mask,
    set_mask,
)
from ganstudio.core.document.opening import new_state, state_of
from ganstudio.core.document.pool import Pool
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import Change, Edit, EditRefused, Layer, State
from ganstudio.core.document.tiles import Tiles

__all__ = [
    "Brush",
    "Change",
    "Document",
    "Edit",
    "EditRefused",
    "Layer",
    "Point",
    "Pool",
    "Rect",
    "State",
    "Stroke",
    "Tiles",
    "add",
    "canvas_size",
    "clear_mask",
    "composite",
    "crop",
    "duplicate",
    "feather_mask",
    "fill_mask",
    "flatten",
    "flattened",
    "flip",
    "invert_mask",
    "land",
    "merge_down",
    "move",
    "new_state",
    "paint",
    "paste_region",
    "remove",
    "remove_mask",
    "rename",
    "reorder",
    "replace_pixels",
    "resize",
    "rotate",
    "set_blend",
    "set_locked",
    "set_mask",
    "set_opacity",
    "set_visible",
    "source_type",
    "state_of",
]
