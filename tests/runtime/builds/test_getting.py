"""A build is laid beside, tried by a process of its own, and used only when it has passed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio.cli.main import main
from ganstudio.core import beside
from ganstudio.core.errors import BadInput, Cancelled, DiskFull, EngineError, UsageError
from ganstudio.core.paths import home
from ganstudio.core.progress import Progress
from ganstudio.runtime.builds.getting import downloads, drop, get, plan
from ganstudio.runtime.builds.hardware import Nvidia
from ganstudio.runtime.builds.kinds import KINDS, Installed, installed, offer
from ganstudio.runtime.builds.web import Web
from tests.runtime.builds.serving import Served, torch_wheel, wheel

ROOT = Path(__file__).parents[3]
CPU = KINDS["cpu"]


def imported() -> str:
    """Which torch a start of the program imports: "the stand-in", or its own."""
    script = "from ganstudio.core.beside import activate; activate(); import torch; print(torch.__version__)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return "the stand-in" if "the stand-in" in done.stderr else "its own"


def test_a_build_that_passes_is_used_from_the_next_start_on(served: Served, web: Web) -> None:
    what = plan(CPU, served.address, web)
    assert what.bytes == sum(len(served.wheels[one.file]) for one in what.wheels) and what.have == 0
    said: list[str] = []
    folder = get(what, Progress(), said.append, web)
    assert said == ["Fetching", "Unpacking", "Trying it"]
    assert beside.active() == folder == beside.folder_for("cpu")
    assert imported() == "the stand-in"
    assert (folder / "torchgen" / "__init__.py").exists() and not list(folder.rglob("torchrun"))
    assert os.access(folder / "torch" / "bin" / "torch_shm_manager", os.X_OK)
    assert sorted(one.name for one in home().iterdir() if "packages" in one.name) == [folder.name, beside.RECORD]
    assert not list(downloads().iterdir()), "what was unpacked is not kept twice"
    served.add(torch_wheel("cpu", "raise ImportError('no')"))  # one that fails leaves the one before in use
    with pytest.raises(EngineError):
        get(plan(CPU, served.address, web), Progress(), web=web)
    assert beside.active() == folder and imported() == "the stand-in"
    assert drop() > 1_000_000
    assert beside.active() is None and not folder.exists() and imported() == "its own"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise ImportError('libcudart.so.13: cannot open shared object file')", "does not import: libcudart"),
        ("import os; os.abort()", r"crashed \(signal 6\)"),
        ("import sys; sys.path[:] = sys.path[1:]; del sys.modules['torch']; import torch", "another PyTorch"),
        ("import sys; sys.exit('no')", "no"),
    ],
)
def test_a_build_that_fails_changes_nothing(served: Served, web: Web, code: str, told: str) -> None:
    served.add(torch_wheel("cpu", code))
    with pytest.raises(EngineError, match=f"does not work here: .*{told}.* What was in use stays"):
        get(plan(CPU, served.address, web), Progress(), web=web)
    assert beside.active() is None and not list(home().glob("packages-*"))
    assert plan(CPU, served.address, web).have > 0, "it need not be fetched again"


def test_a_stop_while_it_is_tried(served: Served, web: Web) -> None:
    served.add(torch_wheel("cpu", "import time; time.sleep(600)"))
    progress = Progress()
    with pytest.raises(Cancelled):
        get(
            plan(CPU, served.address, web), progress, lambda word: progress.stop() if word == "Trying it" else None, web
        )
    assert beside.active() is None and not list(home().glob("packages-*"))


def test_too_little_disk_is_told_before_a_byte_is_fetched(served: Served, web: Web) -> None:
    what = plan(CPU, served.address, web)
    served.asked.clear()
    with pytest.raises(DiskFull, match=r"About 0\.2 GB are needed at .*, and 0\.0 GB are free\. Make room"):
        get(replace(what, free=1000), Progress(), web=web)
    assert not served.asked


def test_only_one_at_a_time(served: Served, web: Web) -> None:
    what = plan(CPU, served.address, web)
    downloads().mkdir(parents=True)
    (downloads() / "lock").write_text(str(os.getppid()))
    with pytest.raises(UsageError, match="being fetched already"):
        get(what, Progress(), web=web)
    (downloads() / "lock").write_text("999999999")  # of a process that is no more
    served.add(torch_wheel("cpu", "raise ImportError('no')"))
    with pytest.raises(EngineError):
        get(plan(CPU, served.address, web), Progress(), web=web)
    assert not (downloads() / "lock").exists()


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil.py", "torch/../../evil.py", "C:\\evil.py"])
def test_a_wheel_that_leads_out_of_its_folder_is_refused(served: Served, web: Web, name: str) -> None:
    served.add(wheel("torch", "2.13.0+cpu", {name: "evil"}))
    with pytest.raises(BadInput, match="leads out of its folder"):
        get(plan(CPU, served.address, web), Progress(), web=web)
    assert not list(home().rglob("evil*"))


def test_a_file_that_is_no_wheel(served: Served, web: Web) -> None:
    served.wheels["torch-2.13.0+cpu-py3-none-any.whl"] = b"<html>Sign in</html>"
    served.metadata = False
    with pytest.raises(BadInput, match="is no wheel"):
        get(plan(CPU, served.address, web), Progress(), web=web)


@pytest.mark.parametrize(
    "record",
    ["", "[]", '{"active": 5}', '{"active": "../elsewhere"}', '{"active": "packages-cuda-9"}', '{"active": "models"}'],
)
def test_a_record_that_makes_no_sense_changes_nothing(record: str) -> None:
    (home() / beside.RECORD).write_text(record)
    assert beside.active() is None


@pytest.mark.parametrize("change", [{"torch": "2.12.0"}, {"python": "cp399"}, {"version": 2}])
def test_what_was_fetched_for_another_program_is_left_alone(change: dict[str, object]) -> None:
    folder = beside.folder_for("cpu")
    folder.mkdir()
    beside.mark(folder, replace(beside.Beside("cpu", beside.TORCH, beside.python_tag()), **change))  # type: ignore[arg-type]
    beside.switch(folder)
    assert beside.active() is None and folder.exists()


def test_the_version_is_the_one_that_is_installed() -> None:
    pins = (ROOT / "packaging" / "constraints.txt").read_text()
    assert f"\ntorch=={beside.TORCH}\n" in pins
    now = installed()
    assert now is not None and now.version.partition("+")[0] == beside.TORCH and not now.beside


CARD, OWN = Nvidia(("GeForce RTX 4070",), "580.65.06"), Installed("2.13.0+cpu", "", False)


@pytest.mark.parametrize(
    ("card", "now", "told"),
    [
        (CARD, OWN, "GeForce RTX 4070 is here, and this build of PyTorch is for the processor alone."),
        (Nvidia((), "unknown"), OWN, "an NVIDIA card is here, and this build"),
        (Nvidia(("A",), "535.1"), OWN, "A is here, but is not used: its driver, 535.1, is too old. Install 580"),
        (CARD, Installed("2.13.0+cu130", "13.0", True), "None"),
    ],
)
def test_what_is_offered(card: Nvidia, now: Installed, told: str) -> None:
    found = offer(card, now)
    assert told in str(getattr(found, "why", found))


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program called nvidia-smi that tells of a card."""
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'NVIDIA Stand-In, 580.65.06'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("card")
@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for nvidia-smi")
def test_the_terminal_asks_fetches_and_tells_what_fails(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--get", "cuda", "--index", served.address]) == 2
    assert "Nobody is here to be asked. Say --yes" in capsys.readouterr().err
    assert main(["doctor", "--get", "cuda", "--index", served.address, "--yes"]) == 1
    said = capsys.readouterr()
    assert "MB to fetch" in said.out or "KB to fetch" in said.out
    assert "The build was fetched, but does not work here" in said.err and "What was in use stays" in said.err
    assert beside.active() is None


def test_the_terminal_says_what_is_of_no_use(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["doctor", "--get", "cpu"]) == 0
    assert "that is the build for the processor alone already" in capsys.readouterr().out
    assert main(["doctor", "--get", "own"]) == 0
    assert "that the program came with is used" in capsys.readouterr().out
    if not Path("/proc/driver/nvidia/version").exists() and sys.platform != "win32":
        assert main(["doctor", "--get", "cuda"]) == 2
        assert "there is no NVIDIA card here" in capsys.readouterr().err
