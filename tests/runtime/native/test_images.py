"""The images of machine code: what they are made of, and that no other gets into memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ganstudio.runtime.native import images
from ganstudio.runtime.native.images import KernelTrouble

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The folder of the images, to be damaged."""
    return Path(shutil.copytree(images.folder(), tmp_path / "kernels"))


def test_every_image_is_there_whole_and_none_is_large() -> None:
    known = images.manifest()
    assert {image.machine for image in known} == {"x86-64", "aarch64"}
    files = [images.folder() / f"{image.name}.bin" for image in known]
    assert sorted(files) == sorted(images.folder().glob("*.bin"))
    assert sum(file.stat().st_size for file in files) < 1_500_000
    for image in known:
        if image.machine == images.machine():
            images.load(image)


def test_an_altered_file_is_refused(copied: Path) -> None:
    image = images.manifest(copied)[0]
    path = copied / f"{image.name}.bin"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(KernelTrouble, match="not as it was made"):
        images.load(image, copied)
    path.write_bytes(data[:100])
    with pytest.raises(KernelTrouble, match="not as it was made"):
        images.load(image, copied)
    path.unlink()
    with pytest.raises(KernelTrouble, match="cannot be read"):
        images.load(image, copied)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"abi": 1, "images": [{"name": "x"}]}', '{"abi": 1, "images": 3}'])
def test_a_damaged_list_is_refused(copied: Path, text: str) -> None:
    (copied / "manifest.json").write_text(text)
    with pytest.raises(KernelTrouble, match="damaged"):
        images.manifest(copied)


def test_a_list_of_another_version_is_refused(copied: Path) -> None:
    data = json.loads((copied / "manifest.json").read_text())
    (copied / "manifest.json").write_text(json.dumps({**data, "abi": data["abi"] + 1}))
    with pytest.raises(KernelTrouble, match="another version"):
        images.manifest(copied)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what memory is for")
def test_code_in_memory_can_be_run_and_not_be_written() -> None:
    image = next(image for image in images.manifest() if image.machine == images.machine())
    code = images.load(image)
    address = code.address(images.entry_name())
    for line in Path("/proc/self/maps").read_text().splitlines():
        start, end = (int(part, 16) for part in line.split()[0].split("-"))
        if start <= address < end:
            assert line.split()[1].startswith("r-x")
            return
    raise AssertionError("the code is nowhere")


def test_what_an_image_needs_are_flags_that_torch_knows() -> None:
    flags = torch.cpu.get_capabilities()
    for image in images.manifest():
        if image.machine == images.machine():
            assert set(image.needs) <= set(flags), image.name


def test_the_images_are_what_their_generator_makes() -> None:
    """`pip install -e .[kernels]` brings the generator's llvmlite; without it there is nothing to compare with."""
    llvmlite = pytest.importorskip("llvmlite", reason="llvmlite makes the images (the extra “kernels”)")
    made_with = json.loads((images.folder() / "manifest.json").read_text())["made_with"]
    assert made_with == f"llvmlite {llvmlite.__version__}", "install the version that the manifest names"
    command = [sys.executable, str(ROOT / "packaging" / "kernels.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_list_comes_with_the_most_demanding_first() -> None:
    needs = [len(image.needs) for image in images.manifest()]
    assert needs == sorted(needs, reverse=True)
