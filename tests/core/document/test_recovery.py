"""Autosaves: offered when their process is gone, once, until discarded."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from ganstudio.core.document import Pool, recovery
from ganstudio.core.document.project_reading import open_project
from ganstudio.core.document.recovery import Autosave, recoverable
from ganstudio.core.errors import BadInput
from ganstudio.core.progress import Progress
from tests.core.document.making import document, facts

CRASH = """
    import os, sys
    from ganstudio.core.document import Pool
    from ganstudio.core.document.recovery import Autosave
    from ganstudio.core.progress import Progress
    from tests.core.document.making import document
    for title in sys.argv[1:]:
        Autosave.begin(title, "/pictures/" + title).save(document(Pool()), Progress())
    if not sys.argv[1:]:
        Autosave.begin("never finished")._tell(0.0)
    os._exit(1)
"""


def crash(*titles: str) -> None:
    """A process that dies with these documents unsaved."""
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(CRASH), *titles], check=False).returncode == 1


def test_after_a_crash() -> None:
    assert recoverable() == []
    crash("first", "second")
    found = recoverable()
    assert [one.title for one in found] == ["second", "first"]
    assert found[0].project == "/pictures/second"
    assert facts(open_project(found[0].path, Pool(), Progress())) == facts(document(Pool()))
    mine = found[0].take()
    assert [one.title for one in recoverable()] == ["first"]
    with pytest.raises(BadInput, match="another window"):
        found[0].take()
    assert facts(open_project(mine.path, Pool(), Progress())) == facts(document(Pool()))
    mine.discard()
    found[1].discard()
    found[1].discard()
    assert recoverable() == []
    assert list(recovery.folder().iterdir()) == []


def test_a_living_process_keeps_its_own() -> None:
    mine = Autosave.begin("mine")
    mine.save(document(Pool()), Progress())
    mine.save(document(Pool(), 9, 20), Progress())
    assert recoverable() == []
    assert open_project(mine.path, Pool(), Progress()).width == 9


def test_notes_that_cannot_be_read_and_saves_never_finished() -> None:
    crash()
    for number, text in enumerate((b"", b"{}", b"[]", b'{"owner": 3}', b"\xff", b'{"owner": {"host": 1, "pid": "x"}}')):
        (recovery.folder() / f"{number}.json").write_bytes(text)
    assert recoverable() == []
    assert len(list(recovery.folder().iterdir())) == 6
