"""A Card written into a model file's header: only the Card changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio.core.errors import BadModel
from ganstudio.core.paths import resource
from ganstudio.models import filing
from ganstudio.models.cards import Card


def test_only_the_card_changes(tmp_path: Path) -> None:
    path = Path(shutil.copy(resource("models", "quick-x2.safetensors"), tmp_path / "mine.safetensors"))
    before = filing.header_card(path)
    assert before is not None
    filing.write_header_card(path, replace(before, purpose="Für Bäume"))
    after = filing.header_card(path)
    assert after == replace(before, purpose="Für Bäume")
    whole, old = path.read_bytes(), resource("models", "quick-x2.safetensors").read_bytes()
    begin = 8 + int.from_bytes(whole[:8], "little")
    assert begin % 8 == 0 and whole[begin:] == old[8 + int.from_bytes(old[:8], "little") :]


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.safetensors"
    path.write_bytes(b"not a model")
    with pytest.raises(BadModel, match="no Card"):
        filing.write_header_card(path, Card(name="a", title="A", kind="upscaler", family="compact"))
    assert path.read_bytes() == b"not a model"
