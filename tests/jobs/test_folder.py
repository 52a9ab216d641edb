"""Folders as cameras, phones, systems and people leave them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganstudio.core.errors import UsageError
from ganstudio.jobs.folder import Survey, sidecars, walk
from tests.jobs.harness import as_nobody, save


def found(*inputs: Path, recursive: bool = True, exclude: Path | None = None) -> tuple[list[str], Survey]:
    """The names found, relative to what was named, and the survey."""
    survey = Survey()
    names = [one.path.relative_to(one.root).as_posix()
             for one in walk(inputs, survey, recursive=recursive, exclude=exclude)]  # fmt: skip
    assert survey.pictures == len(names)
    return names, survey


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def test_pictures_are_told_from_the_rest_without_reading_them(tmp_path: Path) -> None:
    for name in ("a.jpg", "B.JPEG", "c.tif", "d.heic", "e.webp", "f.bmp", "g.gif", "h.avif", "i.JFIF"):
        (tmp_path / name).write_bytes(b"never read")
    for name in ("a.xmp", "a.aae", "a.jpg.json", "m.thm"):
        (tmp_path / name).touch()
    for name in ("x.cr2", "y.NEF", "z.dng"):
        (tmp_path / name).touch()
    for name in ("live.mov", "clip.MP4"):
        (tmp_path / name).touch()
    for name in ("notes.txt", "paper.pdf", "unknown.xyz"):
        (tmp_path / name).write_text("text")
    names, survey = found(tmp_path)
    assert len(names) == 9
    assert (survey.sidecars, survey.raw, survey.videos, survey.other) == (4, 3, 2, 3)
    said = " ".join(survey.sentences())
    assert "RAW" in said
    assert "2 videos" in said


def test_a_picture_with_a_strange_suffix_or_none_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    picture = save(tmp_path / "a.png").read_bytes()
    (tmp_path / "IMG_0001").write_bytes(picture)
    (tmp_path / "b.orig").write_bytes(picture)
    (tmp_path / "empty").touch()
    assert found(tmp_path)[0] == ["IMG_0001", "a.png", "b.orig"]


def test_hidden_files_and_what_systems_leave_are_skipped(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    for name in (".hidden.png", "._a.png", "Thumbs.db", "__MACOSX/a.png", "@eaDir/a.png", ".cache/a.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    names, survey = found(tmp_path)
    assert names == ["a.png"]
    assert survey.hidden == 6


def test_a_hidden_file_that_is_named_is_taken(tmp_path: Path) -> None:
    assert found(save(tmp_path / ".hidden.png"))[0] == [".hidden.png"]


def test_sub_folders_only_when_asked_and_what_is_left_out_is_said(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "one" / "b.png")
    (tmp_path / "two").mkdir()
    names, survey = found(tmp_path, recursive=False)
    assert names == ["a.png"]
    assert survey.left_out == 2
    assert "--recursive" in " ".join(survey.sentences())
    names, survey = found(tmp_path)
    assert names == ["a.png", "one/b.png"]
    assert survey.bare == [Path("two")]


def test_the_output_folder_is_no_input(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "deep" / "out" / "b.png")
    assert found(tmp_path, exclude=tmp_path / "deep" / "out")[0] == ["a.png"]
    assert found(tmp_path, exclude=tmp_path)[0] == ["a.png", "deep/out/b.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_followed_once_and_loops_end(tmp_path: Path) -> None:
    save(tmp_path / "in" / "a.png")
    save(tmp_path / "elsewhere" / "b.png")
    (tmp_path / "in" / "self").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "there").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "in" / "there2").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "elsewhere" / "b.png")
    (tmp_path / "in" / "nowhere.png").symlink_to(tmp_path / "absent.png")
    (tmp_path / "in" / "round.png").symlink_to(tmp_path / "in" / "round.png")
    os.mkfifo(tmp_path / "in" / "pipe.png")
    names, survey = found(tmp_path / "in")
    assert names == ["a.png", "link.png", "there/b.png"]
    assert len(survey.troubles) == 2
    assert survey.other == 1


def test_an_unreadable_folder_is_named_and_the_others_go_on(open_folder: Path) -> None:
    save(open_folder / "a" / "a.png")
    save(open_folder / "b" / "b.png")
    save(open_folder / "c" / "c.png")
    os.chmod(open_folder / "b", 0)
    with as_nobody():
        names, survey = found(open_folder)
    os.chmod(open_folder / "b", 0o755)
    assert names == ["a/a.png", "c/c.png"]
    assert len(survey.troubles) == 1
    assert str(open_folder / "b") in survey.troubles[0]


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.png"):
        found(tmp_path / "absent.png")


def test_a_file_named_by_hand_that_is_no_picture_is_named_back(tmp_path: Path) -> None:
    raw = tmp_path / "x.cr3"
    raw.touch()
    names, survey = found(raw)
    assert names == []
    assert "x.cr3" in survey.refused[0]
    assert "RAW" in survey.refused[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has names that are no text")
def test_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.png")
    with open(path, "wb") as file:
        file.write(save(tmp_path / "a.png").read_bytes())
    names, _ = found(tmp_path)
    assert [os.fsencode(name) for name in names] == [b"a.png", b"caf\xe9.png"]


def test_a_very_deep_tree_is_walked(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder = folder / "d"
    folder.mkdir(parents=True)
    save(folder / "a.png")
    assert len(found(tmp_path)[0]) == 1


def test_sidecars_belong_to_the_name_or_the_stem(tmp_path: Path) -> None:
    picture = save(tmp_path / "a.png")
    for name in ("a.xmp", "a.AAE", "a.png.xmp", "a.png.json", "ab.xmp", "a.txt"):
        (tmp_path / name).touch()
    assert {(path.name, whole, ending) for path, whole, ending in sidecars(picture)} == {
        ("a.xmp", False, ".xmp"), ("a.AAE", False, ".AAE"), ("a.png.xmp", True, ".xmp"), ("a.png.json", True, ".json"),
    }  # fmt: skip
