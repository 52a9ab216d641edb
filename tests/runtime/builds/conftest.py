"""A served index with a whole stand-in build of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ganstudio.runtime.builds.web import Web
from tests.runtime.builds.serving import Served, Server, torch_wheel, wheel


@pytest.fixture
def served() -> Iterator[Served]:
    found = Served()
    found.add(torch_wheel("cpu", needs=("filelock", "sympy>=1.13; python_version > '3'")))
    found.add(
        torch_wheel(
            "cu130",
            needs=(
                'cuda-toolkit[cudart]==13.0.3; platform_system != "Nowhere"',
                'nvidia-elsewhere==1.0; platform_system == "Nowhere"',
                "triton==3.7.1",
            ),
        )
    )
    found.add(
        wheel(
            "cuda-toolkit", "13.0.3",
            {}, ('nvidia-cuda-runtime<14,>=13.0; extra == "cudart"', 'nvidia-cublas==13.0; extra == "cublas"'),
        )
    )  # fmt: skip
    for version in ("12.9", "13.0.96", "14.0", "13.1rc1"):
        found.add(wheel("nvidia-cuda-runtime", version, {"nvidia/cu13/lib/libcudart.so.13": version}))
    with Server(found):
        yield found


@pytest.fixture
def web() -> Web:
    """As the real one, but in less of a hurry to wait."""
    return Web(pause=0.01)
