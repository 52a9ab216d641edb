"""Whether an installed program is whole, on a program in miniature; the scan for paths; the sizes' table."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import bundle_scan
import elf
import measure
import neutral
import pytest
from bundle_list import NAME
from bundle_list import write as write_list

from ganstudio.__main__ import DAMAGED
from ganstudio.cli.main import main
from ganstudio.core import bundle
from tests.packaging.standin import program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return program(tmp_path / "a program – ü")


def test_one_name_for_the_list() -> None:
    assert bundle.LIST == NAME


def test_a_whole_program(made: Path) -> None:
    assert bundle.damage(made) == ""
    assert bundle.altered(made) == []
    assert {one.path for one in bundle.listed(made)} == {"ganstudio", "lib/libthing.so"}


def test_from_source_there_is_nothing_to_compare() -> None:
    assert bundle.folder() is None and bundle.damage() == ""


def test_a_missing_file_is_named(made: Path) -> None:
    (made / "lib" / "libthing.so").unlink()
    said = bundle.damage(made)
    assert said.startswith("This installation of GANStudio is damaged: lib/libthing.so is missing.")
    assert "\n" not in said
    assert bundle.altered(made) == ["lib/libthing.so is missing"]


def test_another_size_is_seen_at_the_start_and_other_bytes_by_the_doctor(made: Path) -> None:
    library = made / "lib" / "libthing.so"
    library.write_bytes(b"\1" + library.read_bytes()[1:])
    assert bundle.damage(made) == ""
    assert bundle.altered(made) == ["lib/libthing.so has been altered"]
    library.write_bytes(b"short")
    assert "lib/libthing.so has been altered" in bundle.damage(made)


@pytest.mark.parametrize("text", ["nonsense", "x y z", "\0\1"])
def test_a_damaged_list(made: Path, text: str) -> None:
    (made / "lib" / NAME).write_text(text + "\n", "utf-8")
    assert f"{NAME} cannot be read" in bundle.damage(made)
    with pytest.raises(ValueError):  # noqa: PT011 - the message is Python's
        bundle.altered(made)


def test_progress_ends_with_all_bytes(made: Path) -> None:
    seen: list[tuple[int, int]] = []
    bundle.altered(made, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == sum(one.size for one in bundle.listed(made))


def test_the_doctor_says_so(made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--bundle"]) == 0
    assert "from source" in capsys.readouterr().out
    monkeypatch.setattr(sys, "_MEIPASS", str(made / "lib"), raising=False)
    assert main(["doctor", "--bundle"]) == 0
    assert "All 2 files are as they were made." in capsys.readouterr().out
    (made / "ganstudio").write_text("altered", "utf-8")
    assert main(["doctor", "--bundle"]) == 1
    said = capsys.readouterr().out
    assert "ganstudio has been altered" in said and "Install GANStudio again" in said


def test_the_list_is_the_same_when_it_is_written_again(made: Path) -> None:
    before = (made / "lib" / NAME).read_bytes()
    assert write_list(made).read_bytes() == before


def test_paths_of_the_machine_are_found_in_files_and_archives(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "clean.txt").write_text("nothing", "utf-8")
    (folder / "lib" / "told.pth").write_text("/home/builder/clone/x", "utf-8")
    (folder / "lib" / "windows.txt").write_text("C:\\home\\builder\\clone", "utf-8")
    with zipfile.ZipFile(folder / "lib" / "base.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.pyc", "/home/builder/clone" * 3)
    found = {name for name, _ in bundle_scan.paths_found(folder, ["/home/builder/clone"])}
    assert found == {"lib/told.pth", "lib/windows.txt", "lib/base.zip:one.pyc"}


def test_own_paths_are_no_ones_else() -> None:
    found = bundle_scan.own_paths(Path("/home/builder/clone"))
    assert "/home/builder/clone" in found
    assert not {"/", "/usr", "/usr/local", "/root"} & set(found)


def test_a_neutral_copy_has_the_same_length(tmp_path: Path) -> None:
    text = tmp_path / "_sysconfigdata.py"
    text.write_text("prefix = '/home/builder/.pyenv/versions/3.11.7'\n", "utf-8")
    copy = neutral.neutral_copy(text, tmp_path / "out", ["/home/builder/.pyenv/versions/3.11.7"])
    assert copy.stat().st_size == text.stat().st_size
    assert "/3.11.7'" in copy.read_text("utf-8")  # strings may share their ends
    assert "builder" not in copy.read_text("utf-8") and "builder" in text.read_text("utf-8")
    assert neutral.neutral_copy(text, tmp_path / "out", ["/elsewhere"]) == text


@pytest.mark.skipif(sys.platform != "linux", reason="ELF")
def test_what_a_native_file_asks_of_the_system(tmp_path: Path) -> None:
    import shutil

    if shutil.which("objdump") is None:
        pytest.skip("objdump is not here")
    shutil.copy2("/bin/ls", tmp_path / "ls")
    (tmp_path / "text.so").write_text("no ELF", "utf-8")
    asked = elf.asked_of_system(tmp_path)
    said = subprocess.run(["objdump", "-p", "/bin/ls"], capture_output=True, text=True, check=True).stdout
    assert all(name in said for name in asked.libraries)
    assert not [name for name in asked.libraries if name.startswith(("libc.", "libm."))]
    assert tuple(map(int, asked.glibc.split("."))) >= (2, 17)


def test_every_ten_megabytes_are_in_the_table(tmp_path: Path) -> None:
    sizes = {
        "lib/torch/lib/big.so": 30,
        "lib/torch/a": 4,
        "lib/torch/b": 7,
        "lib/small/x": 3,
        "lib/small/y": 2,
        "exe": 12,
    }
    for name, size in sizes.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        with open(tmp_path / name, "wb") as file:
            file.truncate(size * measure.MB)
    (tmp_path / "lib" / "link").symlink_to("torch/lib/big.so")
    found = {part.name: part.size // measure.MB for part in measure.parts(tmp_path)}
    assert found == {"lib/torch/lib/big.so": 30, "lib/torch/…": 11, "exe": 12, "everything else": 5}
    assert sum(found.values()) * measure.MB == measure.size_of(tmp_path)


FROZEN = """
import runpy, sys
sys.frozen, sys._MEIPASS = True, sys.argv.pop(1)
runpy.run_module("ganstudio", run_name="__main__", alter_sys=True)
"""


def started(made: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The program as a frozen one that lies in `made`, without a display."""
    return subprocess.run(
        [sys.executable, "-c", FROZEN, str(made / "lib"), *words],
        env={"PATH": os.environ["PATH"], "GANSTUDIO_HOME": os.environ["GANSTUDIO_HOME"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_start_says_that_the_program_is_damaged(made: Path) -> None:
    assert started(made, "--version").stdout.startswith("GANStudio ")
    (made / "lib" / "libthing.so").unlink()
    for words in (["--version"], []):
        done = started(made, *words)
        assert done.returncode == DAMAGED and done.stdout == ""
        assert done.stderr.startswith(
            "ganstudio: This installation of GANStudio is damaged: lib/libthing.so is missing."
        )
        assert done.stderr.count("\n") == 1
