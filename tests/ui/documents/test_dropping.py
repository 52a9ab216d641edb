"""Dropping and pasting: every form in which other programs hand a picture over, and everything that is none."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from ganstudio.core.codecs import SaveOptions, write
from ganstudio.core.colour import matrix_profile
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Picture
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, accepts, dropping, handle_drop, handle_paste
from ganstudio.ui.documents.clipboard import Clipboard

RECIPE = {"format": "ganstudio-recipe", "version": 1, "steps": [{"tool": "resize", "params": {"scale": 0.5}}]}
Waves = Callable[..., np.ndarray]
Said = Callable[[], list[str]]


def settled(qtbot: QtBot, documents: Documents) -> None:
    qtbot.waitUntil(lambda: not documents.arriving, timeout=10_000)


def uris(*lines: str) -> QMimeData:
    mime = QMimeData()
    mime.setData("text/uri-list", QByteArray(("\r\n".join(lines) + "\r\n").encode()))
    return mime


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_files(qtbot: QtBot, documents: Documents, photo: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo))])
    assert accepts(mime)
    assert handle_drop(mime, documents)
    settled(qtbot, documents)
    assert [one.path for one in documents.all] == [photo]


def test_files_win_over_the_picture_beside_them(qtbot: QtBot, documents: Documents, photo: Path, waves: Waves) -> None:
    mime = uris(photo.as_uri())
    mime.setData("image/png", png(waves(9, 9)))
    handle_drop(mime, documents)
    settled(qtbot, documents)
    assert [one.path for one in documents.all] == [photo]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text(qtbot: QtBot, documents: Documents, photo: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(photo.parent) + b"/caf\xe9 100% #1.jpg"))
    photo.rename(odd)
    handle_drop(uris("# copied", f"file://{photo.parent}/caf%E9%20100%25%20%231.jpg"), documents)
    settled(qtbot, documents)
    assert [one.path for one in documents.all] == [odd]


def test_a_bitmap_from_a_browser_wins_over_its_address(qtbot: QtBot, documents: Documents, waves: Waves) -> None:
    pixels = waves(31, 17)
    mime = uris("https://example.org/cat.png")
    mime.setData("image/png", png(pixels))
    assert handle_drop(mime, documents)
    settled(qtbot, documents)
    document = documents.all[0]
    assert np.array_equal(document.state.layers[0].pixels.rows(0, 17), pixels)
    assert document.path is None
    assert document.modified  # it is in no file: closing it must ask


@pytest.mark.parametrize("channels", [3, 4])
def test_a_picture_that_only_qt_knows(qtbot: QtBot, documents: Documents, waves: Waves, channels: int) -> None:
    pixels = np.ascontiguousarray(waves(30, 21, channels))
    form = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    mime = QMimeData()
    mime.setImageData(QImage(pixels.data, 30, 21, 30 * channels, form).copy())
    assert handle_drop(mime, documents)
    settled(qtbot, documents)
    assert np.array_equal(documents.all[0].state.layers[0].pixels.rows(0, 21), pixels)


@pytest.mark.parametrize(
    ("mime", "word"),
    [
        (uris("https://example.org/cat.png"), "address in the web"),
        (uris("smb://server/share/cat.png"), "Copy it to a folder here"),
        (uris("trash:///cat.png"), "Copy it to a folder here"),
        (QMimeData(), "Pictures, projects, recipes and models"),
    ],
)
def test_addresses_get_one_sentence(documents: Documents, said: Said, mime: QMimeData, word: str) -> None:
    assert not handle_drop(mime, documents)
    assert len(said()) == 1
    assert word in said()[0]
    assert documents.entries == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("https://example.org/cat.png", "address in the web"),
        ("some words", "This is a text"),
        ("relative/name.png", "This is a text"),
        ('{"format": "ganstudio-recipe", "version": 1, "steps": [', "cut off or damaged"),
        ('{"format": "ganstudio-recipe", "version": 99, "steps": []}', "newer version"),
        ("/with\x00null", "This is a text"),
    ],
)
def test_texts_get_one_sentence(documents: Documents, said: Said, text: str, word: str) -> None:
    mime = QMimeData()
    mime.setText(text)
    assert not handle_drop(mime, documents)
    assert len(said()) == 1
    assert word in said()[0]


def test_a_copied_path_and_a_copied_recipe(qtbot: QtBot, documents: Documents, photo: Path) -> None:
    mime = QMimeData()
    mime.setText(f'"{photo}"\n')
    assert handle_paste(mime, documents)
    settled(qtbot, documents)
    assert [one.path for one in documents.all] == [photo]
    mime.setText(json.dumps(RECIPE))
    with qtbot.waitSignal(documents.recipe_given) as blocker:
        assert handle_paste(mime, documents)
    assert blocker.args == [Recipe.from_json(RECIPE)]


@pytest.mark.parametrize("content", [b"GIF89a but no more", b"not at all"])
def test_a_damaged_bitmap_is_a_sentence(qtbot: QtBot, documents: Documents, said: Said, content: bytes) -> None:
    mime = QMimeData()
    mime.setData("image/png", content)
    handle_drop(mime, documents)
    settled(qtbot, documents)
    assert documents.all == []
    assert len(said()) == 1
    assert said()[0].startswith("What was copied is")


def test_nothing_copied(documents: Documents, said: Said) -> None:
    assert not handle_paste(None, documents)
    assert said() == ["Nothing is copied."]


def test_a_pasted_picture_becomes_a_layer_in_the_middle(
    qtbot: QtBot, documents: Documents, photo: Path, waves: Waves
) -> None:
    documents.open([photo])
    settled(qtbot, documents)
    document = documents.all[0]
    mime = QMimeData()
    mime.setData("image/png", png(waves(100, 50)))
    with qtbot.waitSignal(document.changed):
        Clipboard(documents).paste_mime(mime)
    top = document.state.layers[-1]
    assert (len(document.state.layers), top.x, top.y) == (2, 110, 75)
    assert document.doc.labels[-1] == "Paste"
    document.undo()
    assert len(document.state.layers) == 1
    document.doc.mark_saved(document.state)


def test_a_pasted_picture_is_brought_into_the_documents_profile(
    qtbot: QtBot, documents: Documents, tmp_path: Path, waves: Waves
) -> None:
    wide = matrix_profile((0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290), 2.2, "Wide")
    path = tmp_path / "wide.png"
    write(Picture.of(waves(60, 60), Metadata(icc=wide)), path, SaveOptions(format="png"), Progress())
    documents.open([path])
    settled(qtbot, documents)
    document = documents.all[0]
    mime = QMimeData()
    mime.setData("image/png", png(np.full((8, 8, 3), (250, 10, 10), np.uint8)))
    with qtbot.waitSignal(document.changed):
        Clipboard(documents).paste_mime(mime)
    red, green, _blue = document.state.layers[-1].pixels.rows(0, 1)[0, 0]
    assert red < 225 and green > 10  # the same colour has other numbers in a wider profile
    document.doc.mark_saved(document.state)


def test_what_is_copied_can_be_pasted_as_it_was(qtbot: QtBot, desk: Desk, documents: Documents, photo: Path) -> None:
    documents.open([photo])
    settled(qtbot, documents)
    clipboard = Clipboard(documents)
    with qtbot.waitSignal(desk.notices.toasted):
        clipboard.copy()
    assert clipboard.something()
    clipboard.paste_new()
    settled(qtbot, documents)
    first, second = (one.state.layers[0].pixels.rows(0, 200) for one in documents.all)
    assert np.array_equal(first, second)


def test_an_image_is_copied_off_the_gui_thread(
    qtbot: QtBot, documents: Documents, waves: Waves, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    copied = dropping.samples

    def watched(image: QImage) -> np.ndarray:
        seen.append(threading.current_thread() is threading.main_thread())
        return copied(image)

    monkeypatch.setattr("ganstudio.ui.documents.documents.samples", watched)
    monkeypatch.setattr(dropping, "samples", watched)
    pixels = np.ascontiguousarray(waves(30, 21, 3))
    QGuiApplication.clipboard().setImage(QImage(pixels.data, 30, 21, 90, QImage.Format.Format_RGB888).copy())
    clipboard = Clipboard(documents)
    clipboard.paste_new()
    settled(qtbot, documents)
    clipboard.paste()
    qtbot.waitUntil(lambda: len(documents.all[0].state.layers) == 2)
    assert len(seen) == 2 and not any(seen)
