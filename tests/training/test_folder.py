"""Which pictures of a folder, a zip or an array file may be learnt from, which are held out, and what is odd."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core.errors import BadInput
from ganstudio.training import plans
from ganstudio.training.data.folder import held_out, may_train, open_pictures, read_many
from ganstudio.training.data.reading import read
from ganstudio.training.data.survey import survey_of
from ganstudio.training.plan import Plan

ALLOWED = Plan().allowed_licences()


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("CC BY-SA 4.0", True),
        ("CC BY 4.0 / CC BY-SA 3.0-4.0 / CC0 (debian/copyright)", True),
        ("CC0", True),
        ("public domain (as stated there)", True),
        ("Unsplash Licence (as stated there)", False),
        ("Unsplash photos (README there calls them public domain; older Unsplash = CC0)", False),
        ("Pexels Licence (README there)", False),
        ("CC BY-NC 4.0", False),
        ("CC BY-NC-SA 4.0", False),
        ("CC BY-ND 2.0", False),
        ("", False),
    ],
)
def test_only_open_licences_train(licence: str, may: bool) -> None:
    assert may_train(licence, ALLOWED) is may


def save(folder: Path, name: str, side: int = 96, seed: int = 0, mode: str = "RGB") -> Path:
    rng = np.random.default_rng(seed)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)).convert(mode).save(path)
    return path


def names(path: Path) -> list[str]:
    return [one.name for one in open_pictures(path, ALLOWED).pictures]


def test_the_table_of_sources_decides_in_its_folder(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "sub/a.png"):
        save(tmp_path, name)
    (tmp_path / "notes.txt").write_text("not a picture")
    assert names(tmp_path) == ["a.png", "b.png", "sub/a.png"]
    rows = "file\twidth\theight\tsource\tlicence\na.png\t96\t96\tx\tCC0\nb.png\t96\t96\tx\tPexels Licence\n"
    (tmp_path / "SOURCES.tsv").write_text(rows)
    assert names(tmp_path) == ["a.png", "sub/a.png"]
    assert "1 pictures are left out by their licence" in open_pictures(tmp_path, ALLOWED).left_out[0]
    (tmp_path / "SOURCES.tsv").write_text("file\tlicence\n")
    (tmp_path / "sub" / "a.png").unlink()
    with pytest.raises(BadInput, match="licences in SOURCES"):
        open_pictures(tmp_path, ALLOWED)


def test_the_shared_photographs(shared_data: Path) -> None:
    found = open_pictures(shared_data / "photos", ALLOWED)
    assert len(found.pictures) == 229
    assert len(found.split(plans.load("photo-x2").hold_out)[1]) == 20


def test_sub_folders_are_classes_and_a_zip_is_a_folder(tmp_path: Path) -> None:
    for name in ("cats/1.png", "cats/2.png", "dogs/1.png", ".hidden/1.png"):
        save(tmp_path / "set", name, seed=len(name))
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in sorted((tmp_path / "set").rglob("*.png")):
            archive.write(path, path.relative_to(tmp_path / "set").as_posix())
        archive.writestr("__MACOSX/cats/1.png", b"no picture")
    folder, packed = open_pictures(tmp_path / "set"), open_pictures(tmp_path / "set.zip")
    assert folder.classes == packed.classes == ("cats", "dogs")
    assert folder.listing() == packed.listing()
    for a, b in zip(folder.pictures, packed.pictures, strict=True):
        assert np.array_equal(a.read(), b.read()) and a.header() == b.header() == (96, 96, "RGB")


def test_arrays_with_labels_are_pictures(tmp_path: Path) -> None:
    x = np.random.default_rng(0).integers(0, 256, (5, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "digits.npz", x_train=x, y_train=np.array([3, 1, 3, 0, 1], np.uint8))
    found, about = survey_of(tmp_path / "digits.npz", ())
    assert about.classes == {"0": 1, "1": 2, "3": 2} and about.count == 5
    assert np.array_equal(found.pictures[0].read()[..., 1], x[0])


@pytest.mark.parametrize("name", ["none", "broken.zip", "broken.npz"])
def test_what_is_no_folder_is_said(tmp_path: Path, name: str) -> None:
    if name != "none":
        (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(BadInput, match=r"no folder|no zip|no array"):
        open_pictures(tmp_path / name)


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No picture"):
        open_pictures(tmp_path)


def test_names_alone_decide_what_is_held_out(tmp_path: Path) -> None:
    for n in range(12):
        save(tmp_path, f"{n}.png", 24, n)
    train, kept = open_pictures(tmp_path).split(4)
    assert kept and {one.name for one in kept} == {f"{n}.png" for n in range(12) if held_out(f"{n}.png", 4)}
    (tmp_path / "0.png").unlink()
    assert {one.name for one in open_pictures(tmp_path).split(4)[1]} == {one.name for one in kept} - {"0.png"}
    assert open_pictures(tmp_path).split(0)[1] == []
    assert len(train) + len(kept) == 12


def test_of_few_pictures_one_is_held_out_and_never_all(tmp_path: Path) -> None:
    for n in range(4):
        save(tmp_path, f"{n}.png", 24, n)
    assert [len(part) for part in open_pictures(tmp_path).split(1000)] == [3, 1]
    assert [len(part) for part in open_pictures(tmp_path).split(1)] == [3, 1]


def test_broken_cut_off_and_twin_pictures_are_left_out_by_name(tmp_path: Path) -> None:
    for n in range(4):
        save(tmp_path, f"good{n}.png", 48, n)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "twin.png").write_bytes((tmp_path / "good1.png").read_bytes())
    whole = save(tmp_path, "half.png", 96, 9).read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    found, about = survey_of(tmp_path, ())
    assert [one.name for one in found.pictures] == ["good0.png", "good1.png", "good2.png", "good3.png", "half.png"]
    assert "Left out because broken: broken.png, empty.jpg." in about.notes
    assert "Left out because another file is the same: twin.png." in about.notes
    pixels, notes = read_many(found.pictures)  # what is cut off shows when it is read
    assert len(pixels) == 4 and "“half.png” is broken or cut off" in notes[0]


def test_gray_alpha_cmyk_and_mixed_sizes_are_said(tmp_path: Path) -> None:
    save(tmp_path, "a.jpg", 400, 1, "CMYK")
    save(tmp_path, "b.png", 40, 2, "RGBA")
    for n in range(3):
        save(tmp_path, f"gray{n}.png", 64, n, "L")
    _, about = survey_of(tmp_path, ())
    said = " ".join(about.notes)
    assert "1 of the pictures are partly transparent" in said and "1 of the pictures are CMYK" in said
    assert "60% of the pictures are gray" in said and "sizes differ wildly" in said
    for path in tmp_path.iterdir():
        assert read(path).shape[2] == 3
    for name in ("a.jpg", "b.png"):
        (tmp_path / name).unlink()
    assert "will not learn colours" in " ".join(survey_of(tmp_path, ())[1].notes)


def test_a_clear_place_becomes_white_and_16_bits_become_8(tmp_path: Path) -> None:
    clear = np.zeros((4, 4, 4), np.uint8)
    clear[:2] = (10, 20, 30, 255)
    Image.fromarray(clear).save(tmp_path / "clear.png")
    assert read(tmp_path / "clear.png")[[0, 3], 0].tolist() == [[10, 20, 30], [255, 255, 255]]
    deep = np.full((4, 4), 32768, np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert read(tmp_path / "deep.png")[0, 0].tolist() == [128, 128, 128]


def test_a_picture_lies_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.zeros((10, 30, 3), np.uint8)).save(tmp_path / "turned.jpg", exif=exif)
    assert read(tmp_path / "turned.jpg").shape == (30, 10, 3)


def test_memory_is_not_exceeded(tmp_path: Path) -> None:
    import os

    count = 4 * (os.cpu_count() or 1) + 3
    for n in range(count):
        save(tmp_path, f"{n:03d}.png", 32, n)
    found, notes = read_many(open_pictures(tmp_path).pictures, memory=10_000)
    assert len(found) == count - 3 and notes == ["3 pictures were left out: the memory set aside is full."]
