"""docs/extending.md, "A family", followed word by word: two files in two folders, and the model opens."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import ganstudio.nets
from ganstudio.models import families, open_model
from tests.models.making import shaken, torch_file

PAGE = Path(__file__).resolve().parents[2] / "docs" / "extending.md"


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The page's files, in folders that belong to the packages for this test."""
    section = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    [text] = [part for part in section if part.startswith("A family\n")]
    files = re.findall(r"`ganstudio/([\w/]+\.py)`[^`]*?```python\n(.*?)```", text, flags=re.DOTALL)
    assert [name for name, _ in files] == ["nets/subpixel.py", "models/families/subpixel.py"]
    for name, code in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code, "utf-8")
    monkeypatch.setattr(ganstudio.nets, "__path__", [*ganstudio.nets.__path__, str(tmp_path / "nets")])
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path / "models" / "families")])
    families.all_families.cache_clear()
    yield
    families.all_families.cache_clear()
    for name in ("ganstudio.nets.subpixel", "ganstudio.models.families.subpixel"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("followed")
def test_the_page(tmp_path: Path) -> None:
    from ganstudio.nets.subpixel import Subpixel  # pyright: ignore[reportMissingImports]

    net = shaken(Subpixel(3))
    model = open_model(torch_file(tmp_path / "mine.pth", {"params": net.state_dict()}))
    assert (model.card.family, model.card.scale, model.card.title) == ("subpixel", 3, "mine")
    picture = torch.rand(1, 3, 6, 7)
    with torch.inference_mode():
        assert torch.equal(model.module(picture), net(picture))
