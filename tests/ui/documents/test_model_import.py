"""A dropped model file: offered, looked at in another process, and what came of it said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core import paths
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, ModelImport

Said = Callable[[], list[str]]


@pytest.mark.parametrize("good", [True, False])
def test_a_model_is_added_or_refused_with_a_reason(
    qtbot: QtBot, desk: Desk, documents: Documents, tmp_path: Path, said: Said, good: bool
) -> None:
    path = tmp_path / "my-own.safetensors"
    if good:
        shutil.copy(paths.resource("models", "quick-x2.safetensors"), path)
        path.write_bytes(_renamed(path.read_bytes()))
    else:
        path.write_bytes(b"\x08\x00\x00\x00\x00\x00\x00\x00not json")
    documents.model_given.connect(ModelImport(desk, documents).offer)
    documents.open([path])
    qtbot.waitUntil(lambda: bool(desk.notices.log), timeout=10_000)
    name, call = getattr(desk.notices.log[0], "action")  # noqa: B009
    assert name == "Add to the library"
    assert not any(entry.name == "my-own" for entry in desk.library.entries())  # only offered
    call()
    qtbot.waitUntil(lambda: len(desk.notices.log) > 1, timeout=60_000)
    if good:
        assert said()[1].startswith("Added my-own")
        assert any(entry.name == "my-own" for entry in desk.library.entries())
    else:
        assert said()[1].startswith("my-own.safetensors was not added.")
        assert "my-own.safetensors" in said()[1].removeprefix("my-own.safetensors was not added.")
    assert path.is_file()


def _renamed(content: bytes) -> bytes:
    """The same model as another file: a byte of the header's text is another space."""
    length = int.from_bytes(content[:8], "little")
    return (length + 8).to_bytes(8, "little") + content[8 : 8 + length] + b" " * 8 + content[8 + length :]
