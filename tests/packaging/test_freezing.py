"""What goes into the frozen program: every module that is found by name, every resource, nothing that stays out."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import distributions
import freezing
import machine
import pytest

import ganstudio
from ganstudio.core.discovery import discover, everything

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = "/usr/lib/x86_64-linux-gnu/"


def test_the_hidden_imports_are_what_is_discovered() -> None:
    hidden = set(freezing.own_modules(ROOT))
    assert set(everything(ganstudio)) <= hidden | {"ganstudio.__main__"}
    for name in ("tools", "core.codecs.readers", "core.codecs.writers", "cli.commands"):
        ids = discover(importlib.import_module(f"ganstudio.{name}"))
        assert ids and set(ids.values()) <= hidden, name


def test_everything_lists_modules_of_folders_inside_folders() -> None:
    found = everything(ganstudio)
    assert found == sorted(set(found))
    assert {"ganstudio.core.codecs.readers.png", "ganstudio.jobs.remote.child", "ganstudio.ui"} <= set(found)
    assert "ganstudio.__main__" not in found
    assert set(discover(importlib.import_module("ganstudio.core")).values()) <= set(found)


def test_files_go_where_they_are_found_in_a_clone() -> None:
    found = {(Path(path).name, folder) for path, folder in freezing.own_files(ROOT)}
    assert ("quick-x2.json", "ganstudio/training/plans") in found
    assert ("flowers.jpg", "ganstudio/resources/samples") in found
    shipped = {path.name for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert shipped <= {name for name, _ in found}
    assert not [name for name, _ in found if name.endswith((".py", ".pyc"))]


@pytest.mark.parametrize(
    "inside",
    [
        "torch/lib/libtorch_cpu.so",
        "torch/bin/torch_shm_manager",
        "torch/_dynamo/config.py",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "ganstudio/resources/icons/logo.svg",
        "opencv_python_headless.libs/libavcodec-c4204469.so.62",
    ],
)
def test_what_goes_in(inside: str) -> None:
    assert freezing.is_wanted(inside, "/somewhere/" + inside, ["de"])
    assert freezing.is_wanted(inside.replace("/", "\\"), "C:\\somewhere", ["de"], "win32")


@pytest.mark.parametrize(
    "inside",
    [
        "torch/include/ATen/ATen.h",
        "torch/bin/test_api",
        "torch/test/x.py",
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt/lib/libQt6EglFSDeviceIntegration.so.6",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/translations/qtbase_fr.qm",
        "PySide6/Qt/translations/qt_de.qm",
        "numpy/_core/tests/test_umath.py",
        "torch-2.13.0.dist-info/RECORD",
        "torch-2.13.0.dist-info/direct_url.json",
    ],
)
def test_what_stays_out(inside: str) -> None:
    assert not freezing.is_wanted(inside, "/somewhere/" + inside, ["de"])


def test_the_systems_libraries_are_left_to_the_system() -> None:
    for name in distributions.every_library():
        assert not freezing.is_wanted(name, "/anywhere/" + name), name
    assert not freezing.is_wanted("libsystemd.so.0", SYSTEM + "libsystemd.so.0")
    assert freezing.is_wanted("libssl.so.3", SYSTEM + "libssl.so.3")
    assert freezing.is_wanted("libzstd-40ad5e7e.so.1.5.7", "/env/pillow.libs/libzstd-40ad5e7e.so.1.5.7")
    assert freezing.is_wanted("libssl.so.3", "/anything", system="darwin")


def test_no_gnu_readline() -> None:
    assert {"readline", "_gdbm"} <= set(freezing.EXCLUDED_MODULES)


def test_nothing_that_the_program_imports_is_excluded() -> None:
    statement = re.compile(r"^\s*(?:from|import) ([\w.]+)", re.MULTILINE)
    texts = (path.read_text("utf-8") for path in (ROOT / "ganstudio").rglob("*.py"))
    imported = {name for text in texts for name in statement.findall(text)}
    optional = {"torchvision", "openvino"}  # used where they are; not frozen
    excluded = set(freezing.EXCLUDED_MODULES) - optional
    assert not {name for name in imported if name in excluded or name.split(".")[0] in excluded}


def test_modules_that_read_their_own_source_keep_it(tmp_path: Path) -> None:
    for name, text in (
        ("torch/plain.py", "x = 1\n"),
        ("torch/nn/functional.py", "@_overload\ndef f(): ...\n"),
        ("torch/_dynamo/config.py", "install_config_module(sys.modules[__name__])\n"),
        ("torch/testing/config.py", "install_config_module(sys.modules[__name__])\n"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    with_source = {name for name, mode in freezing.collected_how(tmp_path).items() if mode == "pyz+py"}
    assert with_source == {"torch.nn.functional", "torch._dynamo.config"}


def test_one_list_of_system_libraries() -> None:
    ours = {**machine.SYSTEM_LIBRARIES, **machine.WINDOW_LIBRARIES, **machine.ALONG_LIBRARIES}
    assert {**ours, **distributions.FROZEN_LIBRARIES} == distributions.every_library()
    lines = [line.split() for line in distributions.table().splitlines()]
    assert {line[1]: line[2] for line in lines} == distributions.every_library()
    assert all(len(line) == 5 and line[0] in ("all", "window") for line in lines)


def test_depends_is_that_list() -> None:
    asked = [one.strip() for one in distributions.depends("2.35").split(",")]
    assert asked[0] == "libc6 (>= 2.35)"
    names = [one.split(" | ")[0] for one in asked[1:]]
    assert set(names) == set(distributions.every_library().values())
    assert len(names) == len(set(names))
    assert "libglib2.0-0 | libglib2.0-0t64" in asked
    package = re.compile(r"[a-z0-9][a-z0-9+.-]+")
    assert all(package.fullmatch(part) for one in asked[1:] for part in one.split(" | "))
