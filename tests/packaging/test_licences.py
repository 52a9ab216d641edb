"""What a built program holds is looked through; the bill of materials and the checksums say what is so."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import checksums
import licences
import pytest
import sbom

from ganstudio.core.licences import Listing


@pytest.fixture(scope="module")
def made() -> Listing:
    return licences.made()


def test_the_parts_of_this_environment_may_be_inside(made: Listing) -> None:
    assert made.problems == ()
    assert not any("setuptools/_vendor" in text for text in made.texts.values())


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "ganstudio" / "lib"
    folder.mkdir(parents=True)
    for name in ("libpng16.so.16", "libQt6Core.so.6", "libavcodec-12345678.so.62", "libtorch_cpu.so", "numbers.txt"):
        (folder / name).write_bytes(b"--enable-shared --enable-libvpx")
    (folder / "empty.so.1").symlink_to("libpng16.so.16")
    return folder.parent


def test_a_clean_program(bundle: Path) -> None:
    assert licences.looked_through(bundle) == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("libmystery.so.2", b"", "Nobody has said whose lib/libmystery.so.2 is."),
        ("libreadline.so.8", b"", "lib/libreadline.so.8 is under the GPL."),
        ("libQt6VirtualKeyboard.so.6", b"", "lib/libQt6VirtualKeyboard.so.6 is under the GPL."),
        ("libavcodec.so.62", b"--enable-gpl --enable-libx264", "holds what only the GPL permits: --enable-gpl"),
        ("libheif.so.1", b"\0x265_encoder_open_215\0", "holds what only the GPL permits: x265_encoder_open"),
    ],
)
def test_what_may_not_be_inside_is_found(bundle: Path, name: str, content: bytes, told: str) -> None:
    (bundle / "lib" / name).write_bytes(content)
    (found,) = licences.looked_through(bundle)
    assert found.endswith(told)


def test_qts_package_as_it_comes_would_not_do(made: Listing) -> None:
    """What the built program leaves out of it is needed: the look through sees the difference."""
    import PySide6

    found = licences.looked_through(Path(PySide6.__file__).parent / "Qt" / "lib")
    assert any("Qt6" in one and one.endswith("is under the GPL.") for one in found)


def test_the_bill_of_materials_names_every_part_once(made: Listing) -> None:
    stamp = {"date": "2026-11-21", "commit": "1f2e3d4c5b"}
    bill = sbom.bill(made, stamp)
    assert json.loads(json.dumps(bill)) == bill == sbom.bill(made, stamp)
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len(set(refs)) == len(made.components)
    known = {*refs, "ganstudio"}
    for one in bill["dependencies"]:
        assert {one["ref"], *one["dependsOn"]} <= known
    numpy = next(one for one in bill["components"] if one["name"] == "numpy")
    assert numpy["purl"].startswith("pkg:pypi/numpy@") and numpy["licenses"][0]["expression"]
    assert all(one["licenses"] for one in bill["components"])


def test_checksums_are_read_by_the_usual_tool(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("b.deb", "a name.run")]
    for path in files:
        path.write_bytes(path.name.encode() * 1000)
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(checksums.sums(files))
    done = subprocess.run(["sha256sum", "-c", sums.name], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout == "a name.run: OK\nb.deb: OK\n"
    again = checksums.write(tmp_path)
    assert again == sums and checksums.write(tmp_path).read_text() == checksums.sums(files), "it does not count itself"
    with pytest.raises(ValueError, match=r"two files are called b\.deb"):
        checksums.sums([*files, tmp_path / "other" / "b.deb"])
