"""`ganstudio export`: a project becomes a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.core import document as doc
from ganstudio.core import xmp
from ganstudio.core.codecs import open_raster
from ganstudio.core.document import Pool
from ganstudio.core.document.project import save
from ganstudio.core.progress import Progress
from tests.core.document.making import document, noise, tiles


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "trip.ganstudio"
    save(document(Pool()), path, Progress())
    return path


def test_beside_the_project_as_png(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(project)]) == 0
    state = document(Pool())
    want = doc.composite(state, state.rect)[..., :3]
    np.testing.assert_array_equal(np.asarray(Image.open(project.with_suffix(".png"))), want)
    assert "trip.png: 40×30" in capsys.readouterr().out
    assert main(["export", str(project)]) == 1
    assert "already exists" in capsys.readouterr().err
    assert main(["export", str(project), "--overwrite"]) == 0


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        (["-o", "a.jpg"], "a.jpg", "JPEG"),
        (["-o", "a.TIFF"], "a.TIFF", "TIFF"),
        (["-o", "a", "--format", "webp"], "a.webp", "WEBP"),
        (["-o", ".", "-f", "jpg", "--quality", "50"], "trip.jpg", "JPEG"),
        (["-o", "a.png", "--format", "jpg"], "a.png", "JPEG"),
    ],
)
def test_formats_and_names(
    project: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str, kind: str
) -> None:
    monkeypatch.chdir(project.parent)
    assert main(["export", "trip.ganstudio", *words]) == 0
    with Image.open(project.with_name(name)) as image:
        assert (image.format, image.size) == (kind, (40, 30))


def test_what_a_network_made_says_so(tmp_path: Path) -> None:
    state = document(Pool())
    made = tiles(state.pool, noise(9, 9))
    state = doc.add(state, made, "Larger", source_type="compositeWithTrainedAlgorithmicMedia").state
    save(state, tmp_path / "a.ganstudio", Progress())
    assert main(["export", str(tmp_path / "a.ganstudio")]) == 0
    packet = open_raster(tmp_path / "a.png").meta.xmp
    assert xmp.source_type(packet) == "compositeWithTrainedAlgorithmicMedia"
    assert main(["export", str(tmp_path / "a.ganstudio"), "-o", str(tmp_path / "b.png"), "--no-ai-mark"]) == 0
    assert open_raster(tmp_path / "b.png").meta.xmp is None


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["gone.ganstudio"], 1, "“gone.ganstudio” does not exist"),
        (["photo.png"], 1, "no project of GANStudio"),
        (["trip.ganstudio", "-o", "a.doc"], 2, "“a.doc” names no format"),
        (["trip.ganstudio", "-o", "nowhere/a.png"], 1, "nowhere is not there"),
        ([], 2, "PROJECT"),
    ],
)
def test_trouble(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: list[str], code: int, sentence: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(project.parent)
    Image.fromarray(noise(5, 5)).save("photo.png")
    assert main(["export", *words]) == code
    assert sentence in capsys.readouterr().err
