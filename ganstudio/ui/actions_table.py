"""The table of actions: texts, keys, tips, and the menus they are in. Nothing here does anything."""

from __future__ import annotations

from ganstudio.core.text import N_
from ganstudio.ui.actions import ActionSpec as A

_PICTURE = N_("Needs an open picture")
_RESULT = N_("Needs a result to compare with")
_LAYER = N_("Needs a chosen layer")
_MASK = N_("Needs a layer with a mask")
_ROWS = N_("Needs chosen rows")
_MODEL = N_("Needs an open generator")

FILE = [
    A("file.open", N_("Open…"), "Ctrl+O", N_("Open pictures or a project"), "picture"),
    A("file.open_folder", N_("Open folder…"), "Ctrl+Shift+O", N_("Open a folder in Batch"), "folder"),
    A("file.recent", N_("Open recent"), "", N_("The pictures and projects opened last"), "clock"),
    A("file.paste_new", N_("New from clipboard"), "Ctrl+N", N_("Open the copied picture"), "copy"),
    A(
        "file.save",
        N_("Save"),
        "Ctrl+S",
        N_("Save the project; the opened photo is never changed"),
        scope="edit",
        when=_PICTURE,
    ),
    A("file.save_as", N_("Save as…"), "Ctrl+Shift+S", N_("Save as a project under another name"), "", when=_PICTURE),
    A("file.export", N_("Export…"), "Ctrl+E", N_("Write the result as a picture"), "export", when=_PICTURE),
    A("file.close", N_("Close"), "Ctrl+W", N_("Close the picture in front"), "close", when=_PICTURE),
    A("file.next", N_("Next picture"), "Ctrl+PgDown | Ctrl+Tab", N_("The next tab"), scope="edit", when=_PICTURE),
    A(
        "file.previous",
        N_("Previous picture"),
        "Ctrl+PgUp | Ctrl+Shift+Tab",
        N_("The tab before"),
        scope="edit",
        when=_PICTURE,
    ),
    A("file.quit", N_("Quit"), "Ctrl+Q", N_("Close the window")),
]
EDIT = [
    A("edit.undo", N_("Undo"), "Ctrl+Z", N_("Take back the last step"), "undo", when=N_("Nothing to take back")),
    A("edit.redo", N_("Redo"), "Ctrl+Y | Ctrl+Shift+Z", N_("Do it again"), "redo", when=N_("Nothing to do again")),
    A("edit.copy", N_("Copy"), "Ctrl+C", N_("Copy the picture as it is shown"), "copy", when=_PICTURE),
    A("edit.paste", N_("Paste"), "Ctrl+V", N_("Put the copied picture in as a layer"), when=N_("Nothing to paste")),
    A("edit.palette", N_("Find anything…"), "Ctrl+K", N_("Every action, model and setting by name"), "search"),
    A("edit.preferences", N_("Preferences…"), "Ctrl+,", N_("Device, memory, folders, keys"), "gear"),
]
VIEW = [
    A("view.zoom_in", N_("Zoom in"), "+ | = | Ctrl++ | Ctrl+=", icon="plus", scope="edit", when=_PICTURE),
    A("view.zoom_out", N_("Zoom out"), "- | Ctrl+-", icon="minus", scope="edit", when=_PICTURE),
    A("view.fit", N_("Whole picture"), "2 | Ctrl+0", scope="edit", when=_PICTURE),
    A("view.fit_width", N_("Whole width"), "3", scope="edit", when=_PICTURE),
    A("view.actual", N_("Actual pixels (1:1)"), "1 | Ctrl+1", scope="edit", when=_PICTURE),
    A("view.double", N_("Double size (2:1)"), "Ctrl+2", scope="edit", when=_PICTURE),
    A("view.result", N_("Result"), scope="edit", when=_RESULT),
    A("view.split", N_("Split"), icon="split", scope="edit", when=_RESULT),
    A("view.side", N_("Side by side"), icon="side", scope="edit", when=_RESULT),
    A("view.cycle", N_("Next way to compare"), "Y", N_("Result, split, side by side"), scope="edit", when=_RESULT),
    A("view.navigator", N_("Navigator"), "", N_("The whole picture, small"), scope="edit"),
    A("view.pixel_grid", N_("Pixel grid"), "", N_("Lines between pixels from 800 % on"), scope="edit"),
    A("view.panels", N_("Hide panels"), "", N_("Only the picture; again brings them back"), scope="edit"),
    A("view.fullscreen", N_("Full screen"), "F11 | F", N_("Without the frame; again brings it back")),
]
PICTURE = [
    A("picture.crop", N_("Crop…"), "", N_("Cut the picture to a rectangle"), "crop", "", "edit", _PICTURE),
    A("picture.rotate_left", N_("Turn left"), "", "", "undo", "", "edit", _PICTURE),
    A("picture.rotate_right", N_("Turn right"), "", "", "rotate", "", "edit", _PICTURE),
    A("picture.rotate_free", N_("Straighten…"), "R", N_("Turn by any angle"), "rotate", "", "edit", _PICTURE),
    A("picture.flip_h", N_("Flip sideways"), "", "", "flip_h", "", "edit", _PICTURE),
    A("picture.flip_v", N_("Flip upside down"), "", "", "flip_v", "", "edit", _PICTURE),
    A("picture.resize", N_("Size…"), "", N_("Another size without a model"), "upscale", "", "edit", _PICTURE),
    A("picture.flatten", N_("Flatten"), "", N_("Make one layer of all"), "layers", "", "edit", _PICTURE),
]
LAYER = [
    A("layer.duplicate", N_("Duplicate layer"), "Ctrl+D", "", "copy", "", "edit", _LAYER),
    A("layer.delete", N_("Delete layer"), "Del", "", "trash", "", "edit", _LAYER),
    A("layer.rename", N_("Rename layer"), "F2", "", "", "", "edit", _LAYER),
    A("layer.up", N_("Layer up"), "Ctrl+]", "", "chevron_up", "", "edit", _LAYER),
    A("layer.down", N_("Layer down"), "Ctrl+[", "", "chevron_down", "", "edit", _LAYER),
    A("layer.merge", N_("Merge down"), "", N_("Make one layer of it and the one below"), "", "", "edit", _LAYER),
    A("layer.mask_add", N_("Add mask"), "", N_("Paint where the layer shows"), "mask", "", "edit", _LAYER),
    A("layer.mask_remove", N_("Remove mask"), "", "", "", "", "edit", _MASK),
    A("layer.mask_invert", N_("Invert mask"), "Ctrl+I", "", "invert", "", "edit", _MASK),
    A("layer.mask_clear", N_("Clear mask"), "", "", "", "", "edit", _MASK),
    A("layer.mask_feather", N_("Feather mask…"), "", N_("Make the mask's edge soft"), "feather", "", "edit", _MASK),
]
TOOL = [
    A("tool.move", N_("Move"), "V", N_("Move the layer"), "move", "", "edit", _PICTURE),
    A("tool.hand", N_("Hand"), "H", N_("Move the view; Space does it with any tool"), "hand", "", "edit", _PICTURE),
    A("tool.crop", N_("Crop"), "C", N_("Cut the picture to a rectangle"), "crop", "", "edit", _PICTURE),
    A("tool.brush", N_("Brush"), "B", N_("Paint the layer's mask"), "brush", "", "edit", _PICTURE),
    A("tool.eraser", N_("Eraser"), "E", N_("Erase the layer's mask"), "eraser", "", "edit", _PICTURE),
    A("tool.lasso", N_("Lasso"), "L", N_("Fill or erase what you draw round"), "lasso", "", "edit", _PICTURE),
    A("tool.rectangle", N_("Rectangle"), "M", N_("Fill or erase a rectangle"), "marquee", "", "edit", _PICTURE),
    A("tool.pick", N_("Colour picker"), "I", N_("Click copies the colour"), "pick", "", "edit", _PICTURE),
    A("tool.zoom", N_("Zoom"), "Z", N_("Click to come nearer, with Alt to go back"), "zoom", "", "edit", _PICTURE),
]
RUN = [
    A("run.run", N_("Run the tool"), "Ctrl+Return", N_("The result lands as a layer"), "play", "", "edit", _PICTURE),
    A("run.try", N_("Try it here"), "T", N_("Only what you look at, first"), "try", "", "edit", _PICTURE),
    A("run.stop", N_("Stop the tool"), "Esc", "", "stop", "", "edit", N_("Nothing is running")),
]
EXPLORE = [
    A("explore.random", N_("Random seed"), "R", N_("Another picture by chance"), "dice", "", "explore", _MODEL),
    A("explore.keep", N_("Keep"), "K", N_("A favourite; in a walk a keyframe"), "heart", "", "explore", _MODEL),
    A(
        "explore.run",
        N_("To canvas"),
        "Ctrl+Return",
        N_("A layer that remembers how it was made; in a walk the film, in a projection its start"),
        "layers",
        "",
        "explore",
        _MODEL,
    ),
    A("explore.save", N_("Save picture…"), "Ctrl+S", N_("It says how it was made"), "export", "", "explore", _MODEL),
    A(
        "explore.copy",
        N_("Copy the recipe"),
        "Ctrl+Shift+C",
        N_("What makes this picture again"),
        "copy",
        scope="explore",
        when=_MODEL,
    ),
    A("explore.many", N_("Generate many…"), "", N_("Of many seeds, into a folder"), "grid", "", "explore", _MODEL),
    A("explore.pin", N_("Pin as B"), "B", N_("To compare with what comes after it"), "pin", "", "explore", _MODEL),
    A("explore.compare", N_("A, B, or both"), "Y", N_("Flip between them; no step"), "split", "", "explore", _MODEL),
    A("explore.exchange", N_("Exchange A and B"), "Shift+B", N_("Go on from B"), "", "", "explore", _MODEL),
    A("explore.add_model", N_("Add a model…"), "", N_("A generator's file, looked at first"), "plus", "", "explore"),
    A("explore.session_open", N_("Open a session…"), "", N_("Steps and favourites of a file"), "folder", "", "explore"),
    A("explore.session_save", N_("Save the session…"), "", N_("Steps and favourites, to share"), "save", "", "explore"),
]
BATCH = [
    A("batch.add_files", N_("Add pictures…"), "", "", "picture", "", "batch"),
    A("batch.add_folder", N_("Add folder…"), "", "", "folder", "", "batch"),
    A("batch.start", N_("Start"), "Ctrl+Return", "", "play", "", "batch", N_("Nothing is waiting")),
    A("batch.pause", N_("Pause"), "Ctrl+Shift+P", N_("Again goes on"), "pause", "", "batch", N_("Nothing is running")),
    A("batch.stop", N_("Stop the batch"), "", N_("What waits stays"), "stop", "", "batch", N_("Nothing is running")),
    A("batch.retry", N_("Retry failed"), "", "", "retry", "", "batch", N_("Nothing has failed")),
    A("batch.clear_done", N_("Clear done"), "", N_("The files stay"), "check", "", "batch", N_("Nothing is done")),
    A("batch.remove", N_("Remove from the list"), "Del", N_("The files stay"), "close", "", "batch", _ROWS),
    A("batch.again", N_("Run again"), "Ctrl+R", "", "retry", "", "batch", _ROWS),
    A("batch.up", N_("Earlier"), "Alt+Up", "", "chevron_up", "", "batch", _ROWS),
    A("batch.down", N_("Later"), "Alt+Down", "", "chevron_down", "", "batch", _ROWS),
    A("batch.show", N_("Show in folder"), "", "", "external", "", "batch", _ROWS),
    A("batch.open_edit", N_("Open in Edit"), "", N_("Before and after"), "split", "", "batch", _ROWS),
]
WINDOW = [
    A("window.edit", N_("Edit"), "Alt+1", N_("One picture"), "picture"),
    A("window.explore", N_("Explore"), "Alt+2", N_("A generator's latent space under your hands"), "dice"),
    A("window.batch", N_("Batch"), "Alt+3", N_("Many pictures"), "layers"),
    A("window.train", N_("Train"), "Alt+4", N_("A model of your own from your pictures"), "stylize"),
    A("window.next_panel", N_("Next panel"), "F6"),
    A("window.previous_panel", N_("Previous panel"), "Shift+F6"),
    A("window.reset", N_("Arrange panels as they came"), "", N_("Sizes and places of the panels")),
]
HELP = [
    A("help.manual", N_("Manual"), "F1", N_("How everything is done, page by page"), "info"),
    A("help.keys", N_("Keys"), "Ctrl+/", N_("Every key on one sheet"), "keyboard"),
    A("help.log", N_("Open the log folder"), "", "", "folder"),
    A("help.report", N_("Copy a report"), "", N_("What this program and computer are, without your name"), "copy"),
    A("help.about", N_("About GANStudio"), "", "", "info"),
]

# menu → ids in order; "-" is a line
_MENUS: dict[str, str] = {
    N_("File"): "file.open file.open_folder file.recent file.paste_new - file.save file.save_as file.export - "
    "file.next file.previous file.close - file.quit",
    N_("Edit"): "edit.undo edit.redo - edit.copy edit.paste - edit.palette edit.preferences",
    N_("View"): "view.zoom_in view.zoom_out view.fit view.fit_width view.actual view.double - view.result view.split "
    "view.side view.cycle - view.navigator view.pixel_grid view.panels view.fullscreen",
    N_("Picture"): "picture.crop picture.rotate_left picture.rotate_right picture.rotate_free picture.flip_h "
    "picture.flip_v - picture.resize picture.flatten - run.run run.try run.stop",
    N_("Layer"): "layer.duplicate layer.delete layer.rename layer.up layer.down layer.merge - layer.mask_add "
    "layer.mask_remove layer.mask_invert layer.mask_clear layer.mask_feather",
    N_("Explore"): "explore.random explore.keep explore.run - explore.save explore.copy explore.many - explore.pin "
    "explore.compare explore.exchange - explore.add_model explore.session_open explore.session_save",
    N_("Batch"): "batch.add_files batch.add_folder - batch.start batch.pause batch.stop batch.retry - "
    "batch.again batch.up batch.down batch.remove batch.clear_done - batch.show batch.open_edit",
    N_("Window"): "window.edit window.explore window.batch window.train - window.next_panel window.previous_panel "
    "window.reset",
    N_("Help"): "help.manual help.keys help.log help.report help.about",
}

MENUS = {title: ids.split() for title, ids in _MENUS.items()}

# Keys that belong to a place, not to an action: for the sheet.
PLACE_KEYS: dict[str, list[tuple[str, str]]] = {
    N_("Picture"): [
        ("Wheel", N_("Zoom at the pointer")),
        ("Space", N_("Hold and drag: move the view")),
        ("\\", N_("Hold: the original")),
        ("Tab", N_("Hide the panels")),
        ("[ ]", N_("Size of the brush")),
        ("Shift+[ ]", N_("Softness of the brush")),
        ("X", N_("Paint or erase")),
    ],
    N_("Slider"): [
        ("Shift", N_("A tenth of the way")),
        ("Double-click", N_("The usual value")),
        ("Alt+Wheel", N_("Change by the wheel")),
    ],
    N_("Explore"): [
        ("← →", N_("Back and forth in the history")),
        ("\\", N_("Hold: B")),
        ("1 … 9", N_("Choose children")),
        ("Enter", N_("Breed those that are chosen")),
    ],
    N_("Direction"): [
        ("F2", N_("Another name")),
        ("Alt+↑ ↓", N_("Another place in the list")),
    ],
    N_("Batch"): [("Enter", N_("Open in Edit"))],
}


def all_specs() -> list[A]:
    """Every action, each with the name of its menu."""
    menu_of = {id: menu for menu, ids in MENUS.items() for id in ids}
    groups = (FILE, EDIT, VIEW, PICTURE, LAYER, TOOL, RUN, EXPLORE, BATCH, WINDOW, HELP)
    return [
        A(one.id, one.text, one.shortcut, one.tip, one.icon, menu_of.get(one.id, N_("Tools")), one.scope, one.when)
        for group in groups
        for one in group
    ]
