"""The Library: names, groups and scales; unknown, damaged and foreign files; removing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganstudio.core import paths
from ganstudio.core.errors import BadModel
from ganstudio.models import filing
from ganstudio.models.library import Library
from tests.models.making import card, ncnn_pair, safetensors_file, tiny_compact, torch_file


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Bundled: photo ×2 and ×4, quick ×2."""
    folder = tmp_path / "bundled"
    for name, group, scale in (("photo-x2", "photo", 2), ("photo-x4", "photo", 4), ("quick-x2", "quick", 2)):
        facts = card(name, group=group, scale=scale)
        safetensors_file(folder / f"{name}.safetensors", tiny_compact(scale), facts)
    return Library(bundled=folder)


def names(library: Library) -> list[str]:
    return [entry.name for entry in library.entries()]


def test_listing(library: Library) -> None:
    torch_file(paths.user_models() / "My Own.pth", tiny_compact().state_dict())
    assert names(library) == ["photo-x2", "photo-x4", "quick-x2", "my-own"]
    own = library.entries()[-1]
    assert (own.bundled, own.card.name, own.card.scale) == (False, "my-own", 2)
    assert library.entries()[0].bundled
    assert own.sha256 == filing.file_sha256(own.path)


def test_listing_known_files_imports_no_torch(library: Library, tmp_path: Path) -> None:
    torch_file(paths.user_models() / "own.pth", tiny_compact().state_dict())
    library.entries()  # files the Card of the new file
    code = (
        "import sys; from pathlib import Path; from ganstudio.models.library import Library; "
        f"library = Library(bundled=Path({str(tmp_path / 'bundled')!r})); "
        "assert [e.name for e in library.entries()] == ['photo-x2', 'photo-x4', 'quick-x2', 'own']; "
        f"assert library.find('photo', 4).card.scale == 4; assert library.entries()[-1].sha256; "
        "assert 'torch' not in sys.modules, 'torch'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [(None, "photo-x2"), (1.5, "photo-x2"), (2, "photo-x2"), (2.0005, "photo-x2"), (2.5, "photo-x4"),
     (4, "photo-x4"), (8, "photo-x4"), (0.5, "photo-x2")],
)  # fmt: skip
def test_scale_of_a_group(library: Library, scale: float | None, expected: str) -> None:
    assert library.find("photo", scale).name == expected
    assert library.find("Photo ", scale).name == expected


def test_exact_name_wins(library: Library) -> None:
    assert library.find("photo-x4", 2).name == "photo-x4"
    assert library.find("PHOTO-X4").name == "photo-x4"


def test_sub_folder_is_a_group(library: Library) -> None:
    for scale in (2, 4):
        torch_file(paths.user_models() / "Anime" / f"a{scale}.pth", tiny_compact(scale).state_dict())
    assert library.find("anime", 3).name == "a4"
    assert {entry.card.group for entry in library.entries()} == {"photo", "quick", "anime"}


def test_same_name_twice(library: Library) -> None:
    torch_file(paths.user_models() / "photo-x2.pth", tiny_compact().state_dict())
    torch_file(paths.user_models() / "sub" / "photo-x2.pth", tiny_compact(seed=3).state_dict())
    assert names(library) == ["photo-x2", "photo-x4", "quick-x2", "photo-x2-2", "photo-x2-3"]
    assert library.find("photo-x2").bundled


def test_nearest_names(library: Library) -> None:
    with pytest.raises(BadModel, match=r"There is no model “foto”\. Did you mean photo"):
        library.find("foto")
    with pytest.raises(BadModel, match=r"There are photo, photo-x2, photo-x4, quick, quick-x2\."):
        library.find("zzzzzz")
    with pytest.raises(BadModel, match="There are none yet"):
        Library(bundled=paths.home() / "absent").find("photo")


def test_any_file_by_its_path(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = torch_file(tmp_path / "else where" / "X.pth", tiny_compact(4).state_dict())
    entry = library.find(str(path))
    assert (entry.name, entry.path, entry.card.scale, entry.bundled) == ("x", path, 4, False)
    assert "x" not in names(library)
    param = ncnn_pair(tmp_path / "pair.param", tiny_compact(2))
    assert library.find(str(param.with_suffix(".bin"))).path == param
    with pytest.raises(BadModel, match=r"There is no model file .*absent\.pth"):
        library.find("absent.pth")
    (tmp_path / "photo").mkdir()
    monkeypatch.chdir(tmp_path)
    assert library.find("photo").name == "photo-x2"
    with pytest.raises(BadModel, match="is a folder"):
        library.find(str(tmp_path / "photo"))


def test_a_file_of_the_library_by_its_file_name(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("", "more"):
        torch_file(paths.user_models() / folder / "My Own.pth", tiny_compact().state_dict())
    safetensors_file(paths.user_models() / "my own.safetensors", tiny_compact(), card("other"))
    first, second, third = library.entries()[-3:]
    assert library.find("My Own.pth").path.name == "My Own.pth"
    assert {one.name for one in (first, second, third)} == {"my-own", "my-own-2", "my-own-3"}
    assert library.find("my own.safetensors").path.suffix == ".safetensors"
    assert library.find("photo-x2.pth").name == "photo-x2"
    torch_file(tmp_path / "My Own.pth", tiny_compact().state_dict())
    assert library.find("My Own.pth").path == Path("My Own.pth"), "the file that is here goes first"
    with pytest.raises(BadModel, match=r"no model file nobody\.pth"):
        library.find("nobody.pth")


def test_unusable_files_do_not_stop_the_others(library: Library) -> None:
    folder = paths.user_models()
    good = safetensors_file(folder / "good.safetensors", tiny_compact(), card())
    torch_file(folder / "strange.pth", {"a": tiny_compact().body[0].weight})
    (folder / "damaged.safetensors").write_bytes(good.read_bytes()[:-100])
    (folder / "alone.param").write_text("7767517\n1 1\nInput in 0 1 data\n")
    (folder / "notes.txt").write_text("not a model")
    (folder / ".hidden.pth").write_text("not a model")
    assert names(library)[3:] == ["good"]
    assert sorted(refusal.path.name for refusal in library.refused()) == ["damaged.safetensors", "strange.pth"]
    with pytest.raises(BadModel, match=r"damaged\.safetensors"):
        library.find("damaged")


def test_what_changes_on_disk_is_seen(library: Library) -> None:
    path = torch_file(paths.user_models() / "own.pth", tiny_compact(2).state_dict())
    assert library.find("own").card.scale == 2
    torch_file(path, tiny_compact(4, features=4).state_dict())
    assert library.find("own").card.scale == 4
    path.unlink()
    assert "own" not in names(library)


def test_what_changes_after_a_long_rest_is_seen(library: Library) -> None:
    """Folders that have not changed for long are not read again; every kind of change is told by their times."""
    long_ago = time.time_ns() - 10**11

    def rest() -> None:
        for root in (library.folder, library.entries()[0].path.parent):
            for path in (root, *root.rglob("*")):
                os.utime(path, ns=(long_ago, long_ago))

    first = torch_file(paths.user_models() / "deep" / "own.pth", tiny_compact().state_dict())
    rest()
    assert names(library)[3:] == names(library)[3:] == ["own"]
    second = torch_file(paths.user_models() / "deep" / "other.pth", tiny_compact().state_dict())
    assert names(library)[3:] == ["other", "own"]
    rest()
    assert names(library)[3:] == ["other", "own"]
    second.write_bytes(b"nothing")
    assert names(library)[3:] == ["own"]
    rest()
    assert names(library)[3:] == ["own"]
    first.rename(first.with_name("renamed.pth"))
    assert names(library)[3:] == ["renamed"]


def test_removing(library: Library) -> None:
    path = torch_file(paths.user_models() / "own.pth", tiny_compact().state_dict())
    pair = ncnn_pair(paths.user_models() / "pair.param", tiny_compact(4))
    sha256 = library.find("own").sha256
    assert filing.filed_card(sha256) is not None
    library.remove("Own")
    library.remove("pair")
    assert not path.exists()
    assert not pair.exists()
    assert not pair.with_suffix(".bin").exists()
    assert filing.filed_card(sha256) is None
    with pytest.raises(BadModel, match="stays"):
        library.remove("photo-x2")
    with pytest.raises(BadModel, match="There is no model “own” to remove"):
        library.remove("own")
    assert names(library) == ["photo-x2", "photo-x4", "quick-x2"]


def test_without_opening_unknown_files_wait_for_another_process(library: Library, tmp_path: Path) -> None:
    path = torch_file(paths.user_models() / "own.pth", tiny_compact().state_dict())
    code = (
        "import sys; from pathlib import Path; from ganstudio.models.library import Library; "
        f"library = Library(bundled=Path({str(tmp_path / 'bundled')!r}), opening=False); "
        "assert len(library.entries()) == 3; assert 'not been looked at' in library.refused()[0].reason; "
        "assert 'torch' not in sys.modules, 'torch'; print('looked', flush=True); sys.stdin.readline(); "
        "assert library.entries()[-1].name == 'own' and not library.refused(); "
        f"assert library.find({str(path)!r}).card.scale == 2; assert 'torch' not in sys.modules, 'torch'"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "looked\n"
        library.entries()  # files the Card
        other.stdin.write("go on\n")
        other.stdin.close()
        assert other.wait(30) == 0
