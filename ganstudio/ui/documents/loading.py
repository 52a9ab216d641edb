"""What a file is, and what it holds: looked at by content, in a thread of the background. No Qt in here."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ganstudio.core import paths, xmp
from ganstudio.core.codecs import open_raster, peek, sniff
from ganstudio.core.codecs.kinds import HEAD, PICTURE_SUFFIXES
from ganstudio.core.codecs.partial import sentence
from ganstudio.core.codecs.small import small
from ganstudio.core.codecs.source import Source
from ganstudio.core.document import Pool, State, Tiles, add, new_state, state_of
from ganstudio.core.document.late import enlarged
from ganstudio.core.document.project import MIME, SUFFIX, open_project
from ganstudio.core.errors import BadInput, NotAPicture, UserError
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Picture
from ganstudio.core.text import _
from ganstudio.jobs.reading import Readers
from ganstudio.models.library import SUFFIXES as MODEL_SUFFIXES
from ganstudio.tools.recipe import Recipe

APART = 12_000_000  # pixels: smaller pictures are there before another process has said a word
APART_PROJECT = 30_000_000  # bytes
_COARSE = 1024  # pixels of the longer side
COLLECTIONS = (".whl", ".zip")  # what models also come in


@dataclass(frozen=True)
class Opened:
    """A picture or project that was read. `path` is the picture's file (never written to), `project` the project's.

    `header` is that of the file; `recipe` is what made the picture, where it says so and it can be read here. `loose`:
    it is in no file at all.
    """

    state: State
    title: str
    path: Path | None = None
    project: Path | None = None
    header: Header | None = None
    notes: tuple[str, ...] = ()
    recipe: Recipe | None = None
    page: int = 0
    loose: bool = False

    @property
    def pages(self) -> int:
        return 1 if self.header is None else self.header.pages


@dataclass(frozen=True)
class Other:
    """A file that is no picture but of use here."""

    kind: Literal["folder", "model", "recipe"]
    path: Path
    recipe: Recipe | None = None


def look(path: Path, pool: Pool, progress: Progress, page: int = 0, readers: Readers | None = None) -> Opened | Other:
    """Read whatever lies at `path`, what is large in one of the `readers`. Raises BadInput (NotAPicture for other
    kinds), DiskFull, Cancelled."""
    if os.path.isdir(path):
        return Other("folder", path)
    with Source(path) as source:
        head, size = source.read(0, HEAD), source.size
    suffix = path.suffix.lower()
    kind = sniff(head) if size else None
    if suffix == SUFFIX or _is_project(head):
        return Opened(project(path, pool, progress, readers), shown(path.name), project=path)
    if kind not in PICTURE_SUFFIXES:
        if size and (suffix in MODEL_SUFFIXES or suffix in COLLECTIONS):
            return Other("model", path)
        if suffix == ".json":
            return Other("recipe", path, _recipe_of(path))
    return _picture(path, pool, progress, page, readers=readers)


def project(path: Path, pool: Pool, progress: Progress, readers: Readers | None = None) -> State:
    """Errors as `open_project`; a large one is read by one of the `readers`."""
    if readers is not None and path.is_file() and path.stat().st_size >= APART_PROJECT:
        return readers.project(path, pool, progress)
    return open_project(path, pool, progress)


def coarse(path: Path, page: int, pool: Pool, progress: Progress) -> State | None:
    """A large picture as it looks from afar, at its full size, long before all of it is decoded; None where that takes
    as long, or nobody waits. Errors as `open_raster`."""
    header = peek(path, page)
    if header.format != "jpeg" or header.megapixels * 1e6 < APART:
        return None
    header, picture = small(path, page, _COARSE, _COARSE)
    progress.check()
    tiles = enlarged(Tiles.of(pool, picture), header.width, header.height)
    return add(new_state(pool, header.width, header.height, picture.meta), tiles, shown(path.name)).state


def sample(pool: Pool, progress: Progress) -> Opened:
    """The photograph that the program brings along; nothing leads back to its file."""
    found = _picture(paths.resource("samples", "flowers.jpg"), pool, progress, 0, link=False)
    return Opened(found.state, _("Sample photograph"), header=found.header)


def from_bytes(content: bytes, title: str, pool: Pool, progress: Progress) -> Opened:
    """A copied or dropped picture: a file's bytes without a file."""
    try:
        with tempfile.TemporaryDirectory(dir=paths.cache(), prefix="dropped-") as folder:
            path = Path(folder, "picture")
            path.write_bytes(content)
            found = _picture(path, pool, progress, 0, link=False)
    except NotAPicture as error:
        raise NotAPicture(_("What was copied is not a picture.")) from error
    except BadInput as error:
        raise BadInput(_("What was copied is a damaged picture.")) from error
    except OSError as error:  # only of the temporary file: reading it ends in BadInput
        raise sentence(error, paths.cache() / title) from error
    return Opened(found.state, title, header=found.header, notes=found.notes, recipe=found.recipe, loose=True)


def from_picture(picture: Picture, title: str, pool: Pool, progress: Progress) -> Opened:
    """A copied or dropped picture whose samples are at hand."""
    progress.set_total(picture.header.height)
    return Opened(state_of(pool, picture, title, progress=progress), title, header=picture.header, loose=True)


def _is_project(head: bytes) -> bool:
    """The first part of a project is its `mimetype`, stored."""
    return head.startswith(b"PK\x03\x04") and head[30:38] == b"mimetype" and MIME in head[38:200]


def _picture(
    path: Path, pool: Pool, progress: Progress, page: int, *, link: bool = True, readers: Readers | None = None
) -> Opened:
    name, whole = shown(path.name), os.path.abspath(path) if link else ""
    if readers is not None and peek(path, page).megapixels * 1e6 >= APART:
        head, state = readers.picture(path, page, name, whole, pool, progress)
    else:
        raster = open_raster(path, page)
        try:
            head = raster.header
            progress.set_total(head.height)
            state = state_of(pool, raster, name, link=whole, progress=progress)
        finally:
            raster.close()
    title = name if page == 0 else _("{name}, picture {number}").format(name=name, number=page + 1)
    return Opened(state, title, path, None, head, state.meta.notes, _recipe_in(state.meta.xmp), page)


def _recipe_in(packet: bytes | None) -> Recipe | None:
    """The recipe that a picture made here carries; None when it has none that this program understands."""
    text = xmp.recipe(packet)
    if not text:
        return None
    with contextlib.suppress(UserError, ValueError, RecursionError):
        return Recipe.from_json(json.loads(text))
    return None


def _recipe_of(path: Path) -> Recipe:
    name = shown(path.name)
    try:
        return Recipe.from_json(json.loads(path.read_text("utf-8-sig")))
    except (OSError, ValueError, RecursionError) as error:
        raise NotAPicture(_("“{name}” is no recipe: it cannot be read as JSON.").format(name=name)) from error
    except UserError as error:
        said = _("“{name}” cannot be used as a recipe.").format(name=name)
        raise NotAPicture(f"{said} {error.message}", error.hint) from error
