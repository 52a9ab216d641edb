"""What is inside the program is known with its licence and its text, and what is not allowed is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganstudio.core.licences import Listing, collect, listing, not_allowed
from ganstudio.core.licences.collecting import required, table
from ganstudio.core.licences.libraries import Libraries, is_library, stem
from ganstudio.core.licences.parts import read
from ganstudio.core.licences.spdx import names
from ganstudio.core.paths import resource


@pytest.fixture(scope="module")
def found() -> Listing:
    return collect()


def test_everything_inside_is_known_and_allowed(found: Listing) -> None:
    """Fails when a package or library comes in whose licence nobody has looked at."""
    assert found.problems == ()


def test_every_part_has_a_text(found: Listing) -> None:
    bare = [one.name for one in found.components if len(found.text_of(one)) < 100]
    assert bare == []


def test_no_text_among_the_resources_is_forgotten(found: Listing) -> None:
    """A model, a typeface or a picture that comes with its licence is among the parts."""
    texts = [path for path in resource().rglob("*") if path.name == "OFL.txt" or "LICENSE" in path.name.upper()]
    assert len(texts) >= 2
    forgotten = [path.name for path in texts if path.read_text("utf-8") not in found.texts.values()]
    assert not forgotten


def test_what_the_program_requires_is_there(found: Listing) -> None:
    packages = {one.name for one in found.components if one.kind == "package"}
    assert packages == {dist.metadata["Name"].replace("_", "-").lower() for dist in required()}
    assert {"torch", "numpy", "pyside6-essentials", "spandrel", "pi-heif"} <= packages
    assert "pytest" not in packages
    libraries = {(one.name, one.inside) for one in found.components if one.kind == "library"}
    assert {("FFmpeg", "opencv-python-headless"), ("libheif", "pi-heif"), ("libjpeg-turbo", "simplejpeg")} <= libraries


def test_lgpl_parts_say_how_they_are_exchanged(found: Listing) -> None:
    lesser = [one for one in found.components if "LGPL" in one.licence and one.inside != "pyside6-essentials"]
    assert len(lesser) >= 6
    for one in lesser:
        assert "exchange" in one.note, one.name
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in found.text_of(one)


def test_a_licence_that_is_not_allowed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a package comes in a new version under other terms, or with a library that nobody has looked at."""
    folder = tmp_path / "einops-9.0.dist-info"
    folder.mkdir()
    folder.joinpath("METADATA").write_text(
        "Metadata-Version: 2.4\nName: einops\nVersion: 9.0\nLicense-Expression: AGPL-3.0-only\n"
    )
    folder.joinpath("RECORD").write_text("einops.libs/libmystery-12345678.so.1,,\neinops.libs/libx265.so.2,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert collect().problems == (
        "Nobody has said whose libmystery-12345678.so.1 in einops is.",
        "libx265.so.2 in einops is under the GPL.",
        "einops is under AGPL-3.0-only, which is not allowed.",
    )


@pytest.mark.parametrize(
    "stated", ["", "License: see the web page\n", "Classifier: License :: OSI Approved :: BSD License\n"]
)
def test_a_package_that_does_not_say_its_licence_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: str
) -> None:
    folder = tmp_path / "einops-9.0.dist-info"
    folder.mkdir()
    folder.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: einops\nVersion: 9.0\n{stated}")
    monkeypatch.syspath_prepend(tmp_path)
    assert collect().problems[0] == "einops does not say its licence."


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", []),
        ("GPL-3.0-only", ["GPL-3.0-only"]),
        ("MIT OR GPL-3.0-only", []),
        ("GPL-2.0-only OR GPL-3.0-only", ["GPL-2.0-only", "GPL-3.0-only"]),
        ("MIT AND GPL-3.0-only", ["GPL-3.0-only"]),
        ("MIT AND (GPL-3.0-only OR Zlib)", []),
        ("(MIT OR X) AND (Y OR Zlib)", []),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", []),
        ("GPL-3.0-or-later WITH Classpath-exception-2.0", ["GPL-3.0-or-later WITH Classpath-exception-2.0"]),
        ("", ["none stated"]),
        ("MIT AND", ["an expression that is broken off"]),
        ("(MIT", ["(MIT"]),
        ("MIT; see file", ["MIT; see file"]),
    ],
)
def test_expressions(expression: str, refused: list[str]) -> None:
    assert not_allowed(expression, table()["allowed"]) == refused


def test_names_in_an_expression() -> None:
    assert names("(MIT OR A WITH B) AND MIT AND C") == ["MIT", "A WITH B", "C"]


@pytest.mark.parametrize(
    ("file", "short"),
    [
        ("libpng16-529cb57a.so.16.58.0", "png16"),
        ("libQt6Core.so.6", "Qt6Core"),
        ("libgfortran-040039e1-0352e75f.so.5.0.0", "gfortran"),
        ("libavcodec.62.28.101.dylib", "avcodec"),
        ("msvcp140-a4c2229bdc2a2a630acdc095b4d86008.dll", "msvcp140"),
        ("libscipy_openblas64_-32a4b2a6.so", "scipy_openblas64_"),
    ],
)
def test_names_of_libraries(file: str, short: str) -> None:
    assert is_library(file) and stem(file) == short


def test_python_modules_are_no_libraries() -> None:
    for file in (
        "_C.cpython-311-x86_64-linux-gnu.so",
        "QtCore.abi3.so",
        "_imaging.cp313-win_amd64.pyd",
        "cv2.pyd",
        "a.py",
    ):
        assert not is_library(file)


def test_a_version_in_a_librarys_name_may_be_another() -> None:
    known = Libraries(table())
    for file, name in (
        ("msvcp140.dll", "Microsoft Visual C++ Runtime"),
        ("opencv_videoio_ffmpeg500_64.dll", "FFmpeg"),
        ("libopenblasp-r0-59ffcd50.3.15.so", "OpenBLAS"),
        ("api-ms-win-crt-heap-l1-1-0.dll", "Microsoft Universal C Runtime"),
    ):
        facts = known.known(file)
        assert facts is not None and facts["name"] == name
    assert known.known("libmystery.so") is None


def test_the_list_is_found_in(found: Listing) -> None:
    assert found.find("ffmpeg lgpl")[0].name == "FFmpeg"
    assert found.find("exchange qt")[0].name == "pyside6-essentials"
    assert found.find("Independent JPEG Group")
    assert found.find("no such word anywhere") == []


def test_a_built_program_reads_the_list_that_it_was_built_with(
    found: Listing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found.written(tmp_path / "licences.json")
    assert read(tmp_path / "licences.json") == Listing(found.components, found.texts)
    (tmp_path / "damaged.json").write_text('{"components": [{"name": 1}]}')
    with pytest.raises(ValueError, match=r"damaged\.json is damaged"):
        read(tmp_path / "damaged.json")
    assert listing().components == found.components
