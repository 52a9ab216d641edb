"""What is dropped on the window or pasted into it: files, pictures without a file, addresses, texts.

`accepts` answers while the pointer is still moving and reads nothing; `handle_drop` takes what was let go of.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from ganstudio.core.errors import UserError
from ganstudio.core.text import _
from ganstudio.tools.recipe import FORMAT, Recipe

if TYPE_CHECKING:
    from ganstudio.ui.documents.documents import Documents

# Pictures as other programs hand them over, the most faithful first; our codecs read them.
_PICTURES = ("image/png", "image/tiff", "image/webp", "image/avif", "image/jpeg", "image/bmp", "image/gif")
_URIS = "text/uri-list"
_WEB = ("http://", "https://", "ftp://", "data:")
_LONGEST_TEXT = 1 << 20


@dataclass
class Dropped:
    """What there is in a drop: `files`, or a `picture` (a file's bytes, or an image: see `samples`), or a `recipe`;
    else `refusal` says why there is nothing of use."""

    files: list[Path] = field(default_factory=list)
    picture: bytes | QImage | None = None
    recipe: Recipe | None = None
    refusal: str = ""


def accepts(mime: QMimeData) -> bool:
    """Whether it may be let go of here at all: the kinds only, nothing is read."""
    return mime.hasUrls() or mime.hasImage() or mime.hasText() or any(mime.hasFormat(one) for one in _PICTURES)


def handle_drop(mime: QMimeData, documents: Documents) -> bool:
    """Open what was dropped; False when there is nothing of use in it, which was said."""
    return take(read(mime), documents, _("Dropped picture"))


def handle_paste(mime: QMimeData | None, documents: Documents) -> bool:
    """Open what was copied as a new document; False when there is nothing of use, which was said."""
    found = Dropped(refusal=_("Nothing is copied.")) if mime is None or not mime.formats() else read(mime)
    return take(found, documents, _("Pasted picture"))


def take(found: Dropped, documents: Documents, title: str) -> bool:
    """Hand over what was found; a picture without a file is called `title`."""
    if found.files:
        documents.open(found.files)
    elif found.picture is not None:
        documents.open_image(found.picture, title)
    elif found.recipe is not None:
        documents.recipe_given.emit(found.recipe)
    else:
        documents.desk.notices.toast(found.refusal)
        return False
    return True


def read(mime: QMimeData) -> Dropped:
    """What there is in it: files first, then a picture, then what a text says. Reads no file."""
    urls = _addresses(mime)
    files = [path for path in (_local(one) for one in urls) if path is not None]
    if files:
        return Dropped(files=files)
    picture = _picture(mime)
    if picture is not None:
        return Dropped(picture=picture)
    if any(one.lower().startswith(_WEB) for one in urls):
        return Dropped(refusal=_("This is an address in the web. Save the picture first, then drop its file here."))
    if urls:
        return Dropped(refusal=_("This lies where files cannot be read from. Copy it to a folder here first."))
    return _of_text(mime.text())


def _addresses(mime: QMimeData) -> list[str]:
    """The addresses as they were sent: QUrl loses the bytes of names that are no UTF-8."""
    sent = bytes(mime.data(_URIS).data())
    lines = sent.decode("ascii", "surrogateescape").splitlines()
    listed = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return listed or [bytes(url.toEncoded().data()).decode("ascii", "surrogateescape") for url in mime.urls()]


def _local(address: str) -> Path | None:
    """The path of a `file:` address of this computer."""
    if not address.lower().startswith("file:"):
        return None
    rest = address[5:]
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if host.lower() not in ("", "localhost"):
            return Path(rf"\\{host}\{path}") if sys.platform == "win32" else None
        rest = slash + path
    raw = unquote_to_bytes(rest.encode("ascii", "surrogateescape"))
    if not raw or b"\x00" in raw:
        return None
    path = os.fsdecode(raw)
    if sys.platform == "win32" and len(path) > 2 and path[0] == "/" and path[2] == ":":
        path = path[1:]
    return Path(path)


def _picture(mime: QMimeData) -> bytes | QImage | None:
    for kind in _PICTURES:
        if mime.hasFormat(kind):
            content = bytes(mime.data(kind).data())
            if content:
                return content
    image = mime.imageData() if mime.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None


def samples(image: QImage) -> np.ndarray:
    """A QImage as (H, W, 3 or 4) uint8, alpha straight; a copy. Off the GUI thread: it may be a large one."""
    alpha = image.hasAlphaChannel()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888 if alpha else QImage.Format.Format_RGB888)
    channels = 4 if alpha else 3
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * channels].reshape(image.height(), image.width(), channels).copy()


def _of_text(text: str) -> Dropped:
    """A copied path, several of them, a recipe; or the sentence for other texts."""
    words = text.strip()
    if not words:
        return Dropped(refusal=_("Pictures, projects, recipes and models can be dropped here."))
    if words.lower().startswith(_WEB) and len(words.split()) == 1:
        return Dropped(refusal=_("This is an address in the web. Save the picture first, then drop its file here."))
    if words.startswith("{") and FORMAT in words[:_LONGEST_TEXT]:
        return _of_recipe(words)
    lines = [line.strip().strip('"') for line in words.splitlines() if line.strip()]
    paths = [_local(line) or Path(line) for line in lines]
    if all(path.is_absolute() and "\x00" not in str(path) for path in paths):
        return Dropped(files=paths)
    return Dropped(refusal=_("This is a text. Pictures, projects, recipes and models can be opened here."))


def _of_recipe(text: str) -> Dropped:
    try:
        return Dropped(recipe=Recipe.from_json(json.loads(text)))
    except (ValueError, RecursionError):
        return Dropped(refusal=_("This recipe is cut off or damaged."))
    except UserError as error:
        return Dropped(refusal=str(error))
