"""Exporting: what is written is what was chosen, under a free name, and never over the opened photo."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core import xmp
from ganstudio.core.codecs import SaveOptions, open_raster, write
from ganstudio.core.colour import matrix_profile
from ganstudio.core.document import Pool, State, Tiles, add, fill_mask, flip, land, new_state, state_of
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Picture
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, ExportDialog, OpenDocument, exporting, profiles
from ganstudio.ui.documents.dialog import Question

Open = Callable[[Path], OpenDocument]
Said = Callable[[], list[str]]
Waves = Callable[..., np.ndarray]
UPSCALE = {
    "format": "ganstudio-recipe",
    "version": 1,
    "steps": [{"tool": "upscale", "version": 1, "params": {"model": "photo", "scale": 2.0}}],
}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def upscaled(document: OpenDocument) -> None:
    """A result that a model made, twice as large, on top."""
    state = document.state
    pixels = state.layers[0].pixels.rows(0, state.height)
    large = np.ascontiguousarray(pixels.repeat(2, 0).repeat(2, 1))
    kind = "compositeWithTrainedAlgorithmicMedia"
    tiles = Tiles.of(state.pool, Picture.of(large))
    document.do(land(state, tiles, "Photo 2×", "Upscale", made_by=UPSCALE, source_type=kind))


@pytest.fixture
def show(qtbot: QtBot, desk: Desk, documents: Documents) -> Callable[[OpenDocument], ExportDialog]:
    """show(document): the dialog, once it has a name and a size."""

    def made(document: OpenDocument) -> ExportDialog:
        dialog = ExportDialog(desk, document, documents)
        dialog.show()
        qtbot.waitUntil(lambda: "about" in dialog.how_large.text() and desk.background.busy == 0, timeout=10_000)
        return dialog

    return made


Show = Callable[[OpenDocument], ExportDialog]


def exported(qtbot: QtBot, dialog: ExportDialog) -> Path:
    target = dialog.target
    with qtbot.waitSignal(dialog.finished, timeout=20_000):
        dialog.export_button.click()
    return target


def test_a_result_is_saved_beside_the_photo_in_one_click(
    qtbot: QtBot, opened: Open, show: Show, photo: Path, said: Said
) -> None:
    before = digest(photo)
    document = opened(photo)
    upscaled(document)
    target = exported(qtbot, show(document))
    assert target == photo.with_name("photo_photo_2x.jpg")
    assert digest(photo) == before
    raster = open_raster(target)
    assert (raster.header.width, raster.header.height, raster.header.format) == (640, 400, "jpeg")
    packet = raster.meta.xmp
    raster.close()
    assert xmp.source_type(packet) == "compositeWithTrainedAlgorithmicMedia"
    assert '"upscale"' in (xmp.recipe(packet) or "")
    assert str(photo.parent).encode() not in target.read_bytes()
    assert said()[-1].startswith("photo_photo_2x.jpg is saved, ")
    assert (document.exported, document.exported_state) == (target, document.state)


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "tiff", "avif"])
def test_every_format_and_a_size_that_was_right(
    qtbot: QtBot, opened: Open, show: Show, photo: Path, format: str
) -> None:
    document = opened(photo)
    dialog = show(document)
    dialog.form.set_format(format)
    dialog.form.mark.setChecked(False)
    qtbot.waitUntil(lambda: dialog._debounce.isActive() is False and dialog.desk.background.busy == 0, timeout=10_000)
    size = exporting.measure(document.state, dialog.form.options, False, Progress())
    target = exported(qtbot, dialog)
    assert target.suffix == exporting.format_of(format).extension
    assert target.stat().st_size == pytest.approx(size, abs=64)
    raster = open_raster(target)
    have = raster.rows(0, 200).astype(float)
    want = document.state.layers[0].pixels.rows(0, 200)
    assert np.abs(have - want).mean() < 4
    raster.close()


def test_the_size_of_a_large_picture_is_measured_on_a_part(waves: Waves, tmp_path: Path) -> None:
    pool = Pool(256 << 20)
    pixels = waves(2600, 2200)
    pixels[::3] ^= 5  # not too smooth
    state = state_of(pool, Picture.of(pixels, Metadata(icc=wide())), "Large")
    for format in ("png", "jpg"):
        options = SaveOptions(format=format, quality=90 if format == "jpg" else None)
        guess = exporting.measure(state, options, False, Progress())
        written = write(Picture.of(pixels), tmp_path / f"all.{format}", options, Progress())
        assert guess == pytest.approx(written.bytes, rel=0.1)
    pool.close()


def test_a_name_that_is_there_gets_a_number(opened: Open, show: Show, photo: Path) -> None:
    for name in ("photo_edited.jpg", "photo_edited (2).jpg"):
        (photo.parent / name).write_bytes(b"mine")
    dialog = show(opened(photo))
    assert dialog.target.name == "photo_edited (3).jpg"
    dialog.close()


@pytest.mark.parametrize("answer", ["cancel", "replace"])
def test_a_file_that_is_there_is_asked_about(qtbot: QtBot, opened: Open, show: Show, photo: Path, answer: str) -> None:
    mine = photo.with_name("mine.jpg")
    mine.write_bytes(b"mine")
    dialog = show(opened(photo))
    dialog.name.edit.setText("mine.jpg")
    dialog.name.entered.emit("mine.jpg")
    asked: list[str] = []

    def press() -> None:
        question = QApplication.activeModalWidget()
        if isinstance(question, Question):
            asked.append(question.windowTitle())
            question.buttons[answer].click()

    timer = QTimer(interval=20)
    timer.timeout.connect(press)
    timer.start()
    dialog.export_button.click()
    if answer == "replace":
        qtbot.waitUntil(lambda: mine.read_bytes() != b"mine", timeout=10_000)
    else:
        qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
        assert mine.read_bytes() == b"mine"
        assert dialog.isVisible()
        dialog.close()
    timer.stop()
    assert asked == ["Replace mine.jpg?"]


def test_the_opened_photo_is_refused_by_any_name(
    qtbot: QtBot, desk: Desk, opened: Open, show: Show, photo: Path, said: Said
) -> None:
    before = digest(photo)
    linked = photo.with_name("linked.jpg")
    os.link(photo, linked)
    dialog = show(opened(photo))
    for name in ("photo.jpg", "linked.jpg"):
        dialog.name.set_text(name)
        with qtbot.waitSignal(desk.notices.failed):
            dialog.export_button.click()
        assert "your originals are never changed" in said()[-1]
    dialog.close()
    assert digest(photo) == before


def test_the_suffix_says_the_format(opened: Open, show: Show, photo: Path) -> None:
    dialog = show(opened(photo))
    for typed, name, format in (
        ("a.webp", "a.webp", "webp"),
        ("b", "b.webp", "webp"),
        ("c.d", "c.d.webp", "webp"),
        ("e.TIFF", "e.TIFF", "tiff"),
    ):
        dialog.name.edit.setText(typed)
        dialog.name.entered.emit(typed)
        assert (dialog.name.text(), dialog.form.format.current) == (name, format)
    dialog.form.set_format("png")
    assert dialog.name.text() == "e.png"
    for wrong in ("", "  ", "up/above.png"):
        dialog.name.entered.emit(wrong)
        assert dialog.name.error
    dialog.start()
    assert dialog.isVisible()
    dialog.close()


def test_metadata_and_the_mark(qtbot: QtBot, documents: Documents, opened: Open, show: Show, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
    path = tmp_path / "trip.jpg"
    Image.new("RGB", (64, 48), (90, 120, 200)).save(path, exif=exif.tobytes())
    document = opened(path)
    upscaled(document)
    for metadata, camera, place in (("keep", True, True), ("no-gps", True, False), ("none", False, False)):
        dialog = show(document)
        dialog.form.metadata.set_current(metadata)
        dialog.form.mark.setChecked(metadata == "none")
        with Image.open(exported(qtbot, dialog)) as image:
            found = image.getexif()
            assert (0x0110 in found, 2 in found.get_ifd(0x8825)) == (camera, place)
            packet = image.info.get("xmp")
        marked = xmp.source_type(packet) == "compositeWithTrainedAlgorithmicMedia"
        assert marked is (metadata == "none")


def test_where_no_model_was_there_is_nothing_to_mark(opened: Open, show: Show, photo: Path) -> None:
    dialog = show(opened(photo))
    assert not dialog.form.mark.isEnabled()
    assert "nothing to say" in dialog.form.mark_says.text()
    dialog.close()


def test_the_settings_decide_what_it_begins_with(desk: Desk, opened: Open, show: Show, photo: Path) -> None:
    desk.settings.change(ai_mark=False, keep_gps=False, output_folder=str(photo.parent / "out"))
    document = opened(photo)
    upscaled(document)
    dialog = show(document)
    assert (dialog.form.options.ai_mark, dialog.form.options.metadata) == (False, "no-gps")
    assert dialog.target.parent == photo.parent / "out"
    assert "will not say" in dialog.form.mark_says.text()
    dialog.close()


def test_what_was_chosen_is_remembered(qtbot: QtBot, opened: Open, show: Show, photo: Path) -> None:
    document = opened(photo)
    dialog = show(document)
    dialog.form.set_format("webp")
    dialog.form.quality.set_value(55)
    exported(qtbot, dialog)
    again = show(document)
    assert (again.form.options.format, again.form.options.quality) == ("webp", 55)
    again.close()


def test_transparency_that_a_format_lacks_is_said(
    qtbot: QtBot, documents: Documents, opened: Open, show: Show, tmp_path: Path, waves: Waves
) -> None:
    path = tmp_path / "cut.png"
    pixels = waves(60, 40, 4)
    pixels[..., 3] = 0
    Image.fromarray(pixels).save(path)
    dialog = show(opened(path))
    assert not dialog.form.background.isVisible()
    dialog.form.set_format("jpg")
    assert dialog.form.background.isVisible()
    qtbot.waitUntil(lambda: "no transparency" in dialog.says.text(), timeout=10_000)
    dialog.form.background.set_current("#000000")
    target = exported(qtbot, dialog)
    with Image.open(target) as image:
        assert np.asarray(image).max() <= 2


def test_what_a_format_cannot_hold_is_said(desk: Desk, documents: Documents, qtbot: QtBot) -> None:
    state = new_state(desk.pool, 20_000, 10)
    wide_ = add(state, Tiles.solid(desk.pool, 20_000, 10, (1, 2, 3)), "Wide").state
    document = OpenDocument(desk, wide_, "wide", parent=documents)
    dialog = ExportDialog(desk, document, documents)
    dialog.show()
    dialog.form.set_format("webp")
    qtbot.waitUntil(lambda: "WebP holds at most" in dialog.says.text(), timeout=10_000)
    dialog.close()


def test_a_stop_leaves_nothing_behind(
    qtbot: QtBot, desk: Desk, documents: Documents, host: QWidget, tmp_path: Path, waves: Waves
) -> None:
    state = state_of(desk.pool, Picture.of(waves(2000, 1500)), "Large")
    document = OpenDocument(desk, state, "large", parent=documents)
    dialog = ExportDialog(desk, document, documents)
    dialog.show()
    dialog.set_folder(str(tmp_path))
    qtbot.waitUntil(lambda: desk.background.busy == 0, timeout=20_000)
    dialog.export_button.click()
    assert dialog.cancel_button.text() == "Stop"
    qtbot.wait(30)
    dialog.cancel_button.click()
    assert dialog.export_button.isEnabled()
    qtbot.waitUntil(lambda: desk.background.busy == 0, timeout=20_000)
    dialog.close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_and_a_folder_that_is_gone(
    qtbot: QtBot, desk: Desk, opened: Open, show: Show, photo: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = show(opened(photo))

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with qtbot.waitSignal(desk.notices.failed):
        dialog.export_button.click()
    monkeypatch.undo()
    assert "disk is full" in said()[-1].lower()
    dialog.set_folder(str(photo.parent / "gone"))
    qtbot.waitUntil(lambda: desk.background.busy == 0)
    with qtbot.waitSignal(desk.notices.failed):
        dialog.export_button.click()
    assert said()[-1].startswith("photo_edited.jpg was not exported.")
    assert dialog.isVisible()  # to try again elsewhere
    dialog.close()
    assert [one.name for one in photo.parent.iterdir()] == ["photo.jpg"]


def test_the_dialog_goes_with_its_document(documents: Documents, opened: Open, show: Show, photo: Path) -> None:
    document = opened(photo)
    dialog = show(document)
    documents.close(document)
    assert not dialog.isVisible()


def test_later_edits_are_measured_and_exported(qtbot: QtBot, opened: Open, show: Show, photo: Path) -> None:
    document = opened(photo)
    dialog = show(document)
    upscaled(document)
    qtbot.waitUntil(lambda: dialog.how_large.text().startswith("640"), timeout=10_000)
    assert dialog.form.mark.isEnabled()
    qtbot.waitUntil(lambda: dialog.name.text() == "photo_photo_2x.jpg")
    target = exported(qtbot, dialog)
    with Image.open(target) as image:
        assert image.size == (640, 400)


def wide() -> bytes:
    """A profile of wider colours (Adobe RGB's primaries, gamma 2.2)."""
    made = matrix_profile((0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290), 2.2, "Wide")
    assert made is not None
    return made


def test_a_profile_is_kept_or_becomes_srgb(
    qtbot: QtBot, opened: Open, show: Show, tmp_path: Path, waves: Waves
) -> None:
    path = tmp_path / "wide.png"
    pixels = waves(80, 60)
    write(Picture.of(pixels, Metadata(icc=wide())), path, SaveOptions(format="png"), Progress())
    document = opened(path)
    kept = exported(qtbot, show(document))
    with Image.open(kept) as image:
        assert image.info["icc_profile"] == wide()
        assert np.array_equal(np.asarray(image), pixels)
    dialog = show(document)
    dialog.form.profile.set_current("srgb")
    with Image.open(exported(qtbot, dialog)) as image:
        assert "icc_profile" not in image.info
        found = np.asarray(image).astype(int)
    source = ImageCms.ImageCmsProfile(io.BytesIO(wide()))
    want = ImageCms.profileToProfile(
        Image.fromarray(pixels),
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert want is not None
    assert np.abs(found - np.asarray(want)).max() <= 2
    assert np.abs(found - pixels).max() > 10


def test_sixteen_bits_become_srgb_in_sixteen_bits() -> None:
    ramp = np.repeat(np.linspace(0, 65535, 4096).astype(np.uint16)[None, :, None], 4, axis=2)
    ramp[..., 3] = 40_000
    picture = Picture.of(ramp, Metadata(icc=wide()))
    made = profiles.to_srgb(picture)
    rows = made.rows(0, 1)
    assert made.meta.icc is None and rows.dtype == np.uint16
    assert len(np.unique(rows[..., 0])) > 3000
    assert (rows[..., 3] == 40_000).all(), "alpha is no colour"
    eight = profiles.to_srgb(Picture.of((ramp >> 8).astype(np.uint8), Metadata(icc=wide())))
    assert np.abs(rows[..., :3] / 257 - eight.rows(0, 1)[..., :3]).max() <= 2
    again = profiles.into(made, wide())
    assert np.abs(again.rows(0, 1).astype(int) - ramp).max() <= 128, "half a step of 8 bits, in the deepest dark"
    tables = wide().replace(b"gTRC", b"A2B0", 1)
    assert not profiles.convertible(tables, 16), "such profiles are kept, never guessed"


def test_profiles_have_names() -> None:
    assert profiles.name_of(None) == "sRGB"
    assert profiles.name_of(wide()) == "Wide"
    assert profiles.name_of(b"nonsense") == "a damaged profile"
    assert profiles.convertible(wide(), 16)
    assert not profiles.convertible(wide(), 32)
    assert not profiles.convertible(None, 8)


def test_the_recipe_is_told_only_where_it_made_all_that_shows(desk: Desk, waves: Waves) -> None:
    state: State = state_of(desk.pool, Picture.of(waves(40, 30)), "Photo")
    assert exporting.history_of(state).recipe == ""
    tiles = Tiles.of(desk.pool, Picture.of(waves(40, 30)))
    made = land(state, tiles, "Result", "Run", made_by=UPSCALE, source_type="algorithmicallyEnhanced").state
    assert exporting.history_of(made).recipe != ""
    masked = fill_mask(made, made.layers[-1].id, 128).state
    assert exporting.history_of(masked).recipe == ""
    assert exporting.history_of(masked).source_type == "algorithmicallyEnhanced"
    faint = replace(made, layers=(made.layers[0], replace(made.layers[1], opacity=0.5)))
    assert exporting.history_of(faint).recipe == ""
    assert exporting.stem_of(flip(made, True).state, "a", 40) == "a_photo_1x"
