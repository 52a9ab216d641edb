"""Which build of torch is taken: the real pip chooses among wheels of that name in a folder."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import torch_source
from environment import SetupError
from pip_steps import Pip, cause

from tests.packaging.small_project import write_wheel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="written for POSIX venvs")
CUDA = ("filelock", 'nvidia-cudnn-cu13==9.20; platform_system == "Linux"', "triton==3.7.1", 'opt; extra == "nvidia-x"')


@pytest.fixture
def pip(tmp_path: Path, bare_venv: Callable[[], Path], pip_from_folder: Path) -> Pip:
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("torch==2.13.0\n")
    return Pip(bare_venv() / "bin" / "python", constraints, tmp_path / "log")


def choose(pip: Pip, nvidia: bool = False, allow: bool = False) -> list[str]:
    return torch_source.choose(pip, "2.13.0", nvidia=nvidia, allow_cuda_build=allow, system="linux")


def test_cpu_build_of_a_configured_source_is_taken(pip: Pip, pip_from_folder: Path) -> None:
    write_wheel(pip_from_folder, "torch", "2.13.0+cpu")
    write_wheel(pip_from_folder, "torch", "2.13.0", CUDA)
    assert choose(pip) == ["torch==2.13.0+cpu"]


def test_cuda_build_is_refused_without_a_card_and_taken_when_allowed(pip: Pip, pip_from_folder: Path) -> None:
    write_wheel(pip_from_folder, "torch", "2.13.0", CUDA)
    with pytest.raises(SetupError, match=r"no NVIDIA card.*brings 2 NVIDIA packages.*--allow-cuda-build"):
        choose(pip)
    assert torch_source.CPU_INDEX in pip.log.read_text()
    assert choose(pip, allow=True) == ["torch==2.13.0"]


def test_plain_build_without_cuda_is_taken(pip: Pip, pip_from_folder: Path) -> None:
    write_wheel(pip_from_folder, "torch", "2.13.0", ("filelock",))
    assert choose(pip) == ["torch==2.13.0"]


def test_with_a_card_the_cuda_build_wins_over_a_cpu_build_beside_it(pip: Pip, pip_from_folder: Path) -> None:
    write_wheel(pip_from_folder, "torch", "2.13.0+cpu")
    assert choose(pip, nvidia=True) == ["torch==2.13.0"]
    write_wheel(pip_from_folder, "torch", "2.13.0", CUDA)
    assert choose(pip, nvidia=True) == ["torch===2.13.0"]
    wanted = pip.plan(choose(pip, nvidia=True))
    assert wanted is not None
    assert wanted["version"] == "2.13.0"


def test_metadata_without_cuda_packages() -> None:
    assert torch_source.cuda_packages({}) == []
    assert torch_source.cuda_packages({"requires_dist": ["sympy>=1", 'x; extra == "cuda-y"']}) == []
    assert torch_source.cuda_packages({"requires_dist": list(CUDA)}) == ["nvidia-cudnn-cu13", "triton"]


def test_no_network_is_told_as_that(pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")  # pip names the cause when it tries again
    with pytest.raises(SetupError, match="could not install torch: the package index cannot be reached"):
        pip.install("torch", ["torch==2.13.0"])


def test_settings_of_pip_do_not_move_the_packages(pip: Pip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PIP_USER", "1")
    pip.install("tiny", ["tiny"])
    words = [pip.python, "-I", "-c", "import tiny; print(tiny.__file__)"]
    shown = subprocess.run(words, capture_output=True, text=True, check=True)
    assert re.search(r"venv/lib/.*/tiny/__init__", shown.stdout), shown
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ProxyError('Cannot connect to proxy.')", "connection to the package index broke off"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "certificate is not trusted"),
        ("[Errno 13] Permission denied: '/opt/x'", "cannot be written"),
        ("something never seen", ""),
    ],
)
def test_causes_in_pips_words(said: str, told: str) -> None:
    assert told in cause(f"Collecting torch\nERROR: {said}\n")
