"""Where PyTorch comes from: the CPU build where there is no NVIDIA card, never gigabytes by accident."""

from __future__ import annotations

import re
import sys
from typing import Any

from environment import SetupError
from pip_steps import Pip
from requirements import name_of

# Documented by PyTorch; plain PyPI has the CUDA build on Linux and the CPU build on Windows.
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_INDEX = "https://download.pytorch.org/whl/cu130"
_IMPATIENT = ["--retries", "1", "--timeout", "15"]


def cuda_packages(metadata: dict[str, Any]) -> list[str]:
    """The NVIDIA packages that a build of torch asks for, from its metadata (`requires_dist`)."""
    asked = [text for text in metadata.get("requires_dist", []) if not re.search(r"\bextra\s*==", text)]
    return [name for name in map(name_of, asked) if name.startswith(("nvidia-", "cuda-", "triton"))]


def choose(pip: Pip, version: str, *, nvidia: bool, allow_cuda_build: bool, system: str = sys.platform) -> list[str]:
    """pip's words for torch of this version: requirement and index. SetupError when only a refused build is there.

    On Linux without an NVIDIA card a `+cpu` build is asked for by name, first from the sources that pip is
    configured for, then from PyTorch's index; asking by name costs no download where there is none.
    """
    plain = [f"torch=={version}"]
    if nvidia and system == "win32":
        return _first_found(pip, [[*plain, "--extra-index-url", CUDA_INDEX, *_IMPATIENT], plain])
    if nvidia and system == "linux":  # `==` would take a +cpu build from a configured folder: it sorts higher
        return _first_found(pip, [[f"torch==={version}"], plain])
    if system != "linux":
        return plain
    by_name = [f"torch=={version}+cpu"]
    for words in (by_name, [*by_name, "--extra-index-url", CPU_INDEX, *_IMPATIENT]):
        if pip.plan(words) is not None:
            return words
    if not allow_cuda_build:
        _refuse_cuda(pip, plain)
    return plain


def _first_found(pip: Pip, candidates: list[list[str]]) -> list[str]:
    return next((words for words in candidates if pip.plan(words) is not None), candidates[-1])


def _refuse_cuda(pip: Pip, words: list[str]) -> None:
    asked = cuda_packages(pip.plan(words) or {})
    if asked:
        raise SetupError(
            f"This machine has no NVIDIA card, and the only build of PyTorch that pip finds is the CUDA build, "
            f"which brings {len(asked)} NVIDIA packages and several GB. Make the CPU build reachable ({CPU_INDEX}, "
            f"or a folder in pip's `find-links`), or take the large one: "
            f"python3 packaging/run.py --allow-cuda-build"
        )
