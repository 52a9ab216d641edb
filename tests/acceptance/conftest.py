"""The program as a person uses it: whole command lines on real folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.cli.main import main
from tests.acceptance.making import Result, scene


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run one command line in this process; the exit code and what it printed."""

    def call(*words: object) -> Result:
        capfd.readouterr()
        code = main([str(word) for word in words])
        said = capfd.readouterr()
        return Result(code, said.out, said.err)

    return call


@pytest.fixture
def photos(tmp_path: Path) -> Callable[[Sequence[str]], Path]:
    """Make a folder of small pictures with these relative names; the folder."""

    def make(names: Sequence[str], folder: str = "photos") -> Path:
        root = tmp_path / folder
        root.mkdir(exist_ok=True)
        for seed, name in enumerate(names):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(scene(seed=seed)).save(path, quality=95, **_FORMAT.get(path.suffix.lower(), {}))
        return root

    return make


_FORMAT = {".jfif": {"format": "JPEG"}, "": {"format": "PNG"}}
