"""torch is the engine's alone: whatever was done in the window, its process has none of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.jobs.harness import ROOT, folder_of


def test_no_torch_after_opening_trying_running_and_a_batch(tmp_path: Path) -> None:
    folder_of(tmp_path, 2)
    program = [sys.executable, "-m", "tests.ui.whole", str(tmp_path)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "\n\n", f"the window's process has torch: {ended.stdout}"
    assert len(list((tmp_path / "out").iterdir())) == 2
