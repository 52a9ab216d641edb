"""Large files over a bad line: gone on with, compared, and never half."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio.core.errors import BadInput, Cancelled, DiskFull, OutputError
from ganstudio.core.progress import Progress
from ganstudio.runtime.builds.index import Index
from ganstudio.runtime.builds.web import Web
from ganstudio.runtime.builds.wheel import Wheel
from tests.runtime.builds.serving import Served

NAME = "torch-2.13.0+cpu-py3-none-any.whl"


@pytest.fixture
def wheel(served: Served, web: Web) -> Wheel:
    (one,) = Index(served.address, web).wheels("2.13.0+cpu")
    served.asked.clear()
    return replace(one, bytes=web.size(one.url))


def gets(served: Served) -> list[str]:
    return [asked for method, path, asked in served.asked if method == "GET" and path.endswith(".whl")]


def test_a_file_arrives(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    progress = Progress(wheel.bytes)
    path = web.file(wheel, tmp_path, progress)
    assert path.read_bytes() == served.wheels[NAME] and progress.snapshot().done == wheel.bytes
    assert [one.name for one in tmp_path.iterdir()] == [NAME]
    assert gets(served) == [""]
    assert web.file(wheel, tmp_path, Progress()) == path and gets(served) == [""], "it was fetched again"


def test_a_line_that_breaks_is_gone_on_with(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    served.breaks[NAME] = 4
    progress = Progress(wheel.bytes)
    assert web.file(wheel, tmp_path, progress).read_bytes() == served.wheels[NAME]
    asked = [int(one.removeprefix("bytes=").removesuffix("-") or 0) for one in gets(served)]
    assert len(asked) == 5 and asked == sorted(set(asked)), asked
    assert progress.snapshot().done == wheel.bytes


def test_what_an_earlier_start_left_is_gone_on_with(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    half = wheel.bytes // 2
    (tmp_path / f"{wheel.sha256[:16]}-{NAME}.part").write_bytes(served.wheels[NAME][:half])
    progress = Progress(wheel.bytes)
    web.file(wheel, tmp_path, progress)
    assert gets(served) == [f"bytes={half}-"] and progress.snapshot().done == wheel.bytes


def test_a_server_without_ranges_begins_anew(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    served.ranges = False
    (tmp_path / f"{wheel.sha256[:16]}-{NAME}.part").write_bytes(served.wheels[NAME][:100])
    progress = Progress(wheel.bytes)
    assert web.file(wheel, tmp_path, progress).read_bytes() == served.wheels[NAME]
    assert progress.snapshot().done == wheel.bytes


@pytest.mark.parametrize("left", [b"x" * 10_000_000, b"rubbish"])
def test_rubbish_that_was_left_does_not_get_through(
    served: Served, web: Web, wheel: Wheel, tmp_path: Path, left: bytes
) -> None:
    part = tmp_path / f"{wheel.sha256[:16]}-{NAME}.part"
    part.write_bytes(left)
    if len(left) < wheel.bytes:
        with pytest.raises(BadInput, match="its hash differs"):
            web.file(wheel, tmp_path, Progress())
        assert not part.exists()
    assert web.file(wheel, tmp_path, Progress()).read_bytes() == served.wheels[NAME]


def test_wrong_bytes_are_refused_and_deleted(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not what the index promised"):
        web.file(replace(wheel, sha256="0" * 64), tmp_path, Progress())
    assert not list(tmp_path.iterdir())


def test_a_server_that_refuses_is_not_asked_again(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    served.status[NAME] = 403
    with pytest.raises(BadInput, match=r"the server answers 403 Forbidden\. What has arrived is kept"):
        web.file(wheel, tmp_path, Progress())
    assert len(gets(served)) == 1


def test_a_server_that_is_ill_is_asked_five_times(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    served.status[NAME] = 503
    with pytest.raises(BadInput, match="503"):
        web.file(wheel, tmp_path, Progress())
    assert len(gets(served)) == 5


def test_a_stop_keeps_what_has_arrived(served: Served, web: Web, wheel: Wheel, tmp_path: Path) -> None:
    progress = Progress(wheel.bytes)
    served.breaks[NAME] = 1
    stop = progress.advance

    def advance(amount: float = 1.0) -> None:
        stop(amount)
        if amount:
            progress.stop()

    progress.advance = advance  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        web.file(wheel, tmp_path, progress)
    (left,) = tmp_path.iterdir()
    assert 0 < left.stat().st_size < wheel.bytes
    assert web.file(wheel, tmp_path, Progress()).read_bytes() == served.wheels[NAME]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", folder], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("a small disk is needed, and making one: that needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk(web: Web, wheel: Wheel, small_disk: Path) -> None:
    with pytest.raises(DiskFull, match=r"The disk is full at .*small.*What has arrived is kept"):
        web.file(wheel, small_disk, Progress())


def test_a_folder_that_is_gone(web: Web, wheel: Wheel, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        web.file(wheel, tmp_path / "gone", Progress())
