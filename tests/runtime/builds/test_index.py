"""Which wheels a build consists of, as an index tells."""

from __future__ import annotations

import pytest
from packaging.tags import Tag

from ganstudio.core.errors import BadInput
from ganstudio.runtime.builds.index import Index
from ganstudio.runtime.builds.web import Web
from tests.runtime.builds.serving import Served, torch_wheel


def found(served: Served, web: Web, version: str) -> dict[str, str]:
    return {one.name: one.version for one in Index(served.address, web).wheels(version)}


def test_a_build_is_torch_and_the_libraries_of_the_card(served: Served, web: Web) -> None:
    """What the program has already, what is for other systems, and triton are left out."""
    assert found(served, web, "2.13.0+cpu") == {"torch": "2.13.0+cpu"}
    # `<14,>=13.0` takes no early version of 14, and 13.1rc1 is newer than 13.0.96
    assert found(served, web, "2.13.0+cu130") == {
        "torch": "2.13.0+cu130", "cuda-toolkit": "13.0.3", "nvidia-cuda-runtime": "13.1rc1",
    }  # fmt: skip


def test_an_index_that_does_not_serve_metadata_is_read_all_the_same(served: Served, web: Web) -> None:
    served.metadata = False
    assert found(served, web, "2.13.0+cu130").keys() == {"torch", "cuda-toolkit", "nvidia-cuda-runtime"}
    read = [asked for method, path, asked in served.asked if method == "GET" and path.endswith(".whl")]
    assert read and all(asked.startswith("bytes=") for asked in read), "a wheel was fetched whole"
    served.ranges = False
    with pytest.raises(BadInput, match="is only given whole"):
        found(served, web, "2.13.0+cu130")


def test_a_version_that_is_not_there(served: Served, web: Web) -> None:
    with pytest.raises(BadInput, match=r"has no torch ===2\.14\.0\+cpu for this system.*--index"):
        found(served, web, "2.14.0+cpu")


def test_only_wheels_for_this_system_are_taken(served: Served, web: Web) -> None:
    with pytest.raises(BadInput, match="for this system"):
        Index(served.address, web, [Tag("cp399", "cp399", "plan9")]).wheels("2.13.0+cpu")


def test_a_part_that_the_index_lacks(served: Served, web: Web) -> None:
    served.add(torch_wheel("cu131", needs=("nvidia-cudnn-cu13==9.20",)))
    with pytest.raises(BadInput, match="nvidia-cudnn-cu13/ cannot be reached: the server answers 404"):
        found(served, web, "2.13.0+cu131")


def test_a_contradiction(served: Served, web: Web) -> None:
    served.add(torch_wheel("cu131", needs=("nvidia-cuda-runtime==12.9", "cuda-toolkit[cudart]==13.0.3")))
    with pytest.raises(BadInput, match="contradicts itself about nvidia-cuda-runtime"):
        found(served, web, "2.13.0+cu131")


def test_wheels_without_a_hash_are_not_taken(served: Served, web: Web) -> None:
    served.hashes = {name: "no hash" for name in served.wheels}
    with pytest.raises(BadInput, match="for this system"):
        found(served, web, "2.13.0+cpu")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/simple", "file:///etc", "nonsense"])
def test_an_index_that_is_none(web: Web, address: str) -> None:
    with pytest.raises(BadInput, match=r"cannot be reached|no address on the web"):
        Index(address, web).wheels("2.13.0+cpu")
