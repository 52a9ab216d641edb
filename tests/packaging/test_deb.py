"""The .deb, built from a program in miniature and looked into; and what a Linux desktop is told."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import deb
import desktop
import distributions
import pytest

from ganstudio.core.document import project
from ganstudio.ui.starting.app import _APP_ID
from tests.packaging.standin import icons, program

ENTRY = desktop.FILES / f"{desktop.ID}.desktop"
MIME = desktop.FILES / f"{desktop.ID}.mime.xml"
MIMES = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    desktop.lay(folder / "share", icons(folder / "icons"))
    return folder / "share"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if sys.platform != "linux" or shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not here")
    folder = tmp_path_factory.mktemp("deb")
    (folder / "dist").mkdir()
    made = program(folder / "program")
    (made / "lib" / "link.so").symlink_to("libthing.so")
    return deb.build(made, icons(folder / "icons"), folder / "dist", 1, "2.35")


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=", strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(ENTRY.read_text("utf-8"))
    return parser["Desktop Entry"]


def test_the_menu_entry() -> None:
    found = entry()
    assert found["Exec"] == "ganstudio %F" and found["Terminal"] == "false" and found["Icon"] == desktop.ID
    assert found["StartupWMClass"] == desktop.ID == _APP_ID  # the window says the same
    assert "Graphics" in found["Categories"].split(";")
    kinds = found["MimeType"].rstrip(";").split(";")
    assert project.MIME.decode() in kinds and {"image/jpeg", "image/png", "image/heif"} <= set(kinds)
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", ENTRY], check=True)


def test_the_project_has_a_type_of_its_own(tmp_path: Path) -> None:
    kind = ElementTree.parse(MIME).getroot().find(f"{MIMES}mime-type")
    assert kind is not None and kind.get("type") == project.MIME.decode()
    glob = kind.find(f"{MIMES}glob")
    assert glob is not None and glob.get("pattern") == f"*{project.SUFFIX}"
    if shutil.which("update-mime-database") is None:
        return
    (tmp_path / "packages").mkdir()
    shutil.copy(MIME, tmp_path / "packages")
    subprocess.run(["update-mime-database", tmp_path], check=True, capture_output=True)
    assert f"{project.MIME.decode()}:*{project.SUFFIX}" in (tmp_path / "globs2").read_text("utf-8")


def test_the_page_of_software_centres(share: Path) -> None:
    path = share / "metainfo" / f"{desktop.ID}.metainfo.xml"
    root = ElementTree.parse(path).getroot()
    assert root.findtext("id") == desktop.ID and root.findtext("project_license") == "Apache-2.0"
    assert root.findtext("launchable") == f"{desktop.ID}.desktop"
    release = root.find("releases/release")
    assert release is not None and release.get("version") == desktop.version()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", release.get("date", ""))
    told = {one.text for one in root.iterfind("provides/mediatype")}
    assert told == set(entry()["MimeType"].rstrip(";").split(";"))
    if shutil.which("appstreamcli"):
        subprocess.run(["appstreamcli", "validate", "--no-net", path], check=True, capture_output=True)


def test_the_icon_in_every_size(share: Path) -> None:
    found = {
        path.relative_to(share / "icons" / "hicolor").as_posix() for path in (share / "icons").rglob(f"{desktop.ID}.*")
    }
    assert found == {f"{size}x{size}/apps/{desktop.ID}.png" for size in desktop.SIZES} | {
        f"scalable/apps/{desktop.ID}.svg"
    }
    assert {16, 32, 48, 64, 128, 256, 512} <= set(desktop.SIZES)


def test_the_icon_is_drawn(tmp_path: Path) -> None:
    import icons as drawing
    from PIL import Image

    drawing.draw(tmp_path)
    for size in drawing.SIZES:
        with Image.open(tmp_path / f"ganstudio-{size}.png") as image:
            assert image.size == (size, size) and image.mode == "RGBA"
            assert image.getpixel((0, 0)) == (0, 0, 0, 0)
            assert image.getpixel((size // 2, size // 2))[3] == 255  # type: ignore[index]
    with Image.open(tmp_path / "ganstudio.ico") as image:
        assert {(16, 16), (48, 48), (256, 256)} <= set(image.info["sizes"])
    with Image.open(tmp_path / "ganstudio.icns") as image:
        assert image.size[0] >= 512


def fields(package: Path) -> dict[str, str]:
    said = subprocess.run(["dpkg-deb", "-f", package], check=True, capture_output=True, text=True).stdout
    return dict(line.split(": ", 1) for line in said.splitlines() if not line.startswith(" "))


def test_the_packages_fields(package: Path) -> None:
    found = fields(package)
    assert found["Package"] == "ganstudio" and found["Version"] == desktop.version()
    assert found["Depends"] == distributions.depends("2.35")
    assert "python" not in found["Depends"] + found["Recommends"]
    assert package.name == f"ganstudio_{desktop.version()}_{found['Architecture']}.deb"
    assert int(found["Installed-Size"]) > 0


def test_the_packages_files(package: Path, tmp_path: Path) -> None:
    listed = subprocess.run(["dpkg-deb", "-c", package], check=True, capture_output=True, text=True).stdout
    assert all(" root/root " in line for line in listed.splitlines())
    assert "./usr/bin/ganstudio -> /opt/ganstudio/ganstudio" in listed
    subprocess.run(["dpkg-deb", "-R", package, tmp_path / "out"], check=True)
    out = tmp_path / "out"
    assert (out / "opt" / "ganstudio" / "ganstudio").stat().st_mode & 0o777 == 0o755
    assert (out / "opt" / "ganstudio" / "lib" / "link.so").is_symlink()
    assert (out / "usr" / "share" / "applications" / ENTRY.name).stat().st_mode & 0o777 == 0o644
    assert "Apache License" in (out / "usr" / "share" / "doc" / "ganstudio" / "copyright").read_text("utf-8")
    sums = (out / "DEBIAN" / "md5sums").read_text("utf-8")
    checked = subprocess.run(["md5sum", "-c", "--quiet"], input=sums, text=True, cwd=out, check=False)
    assert checked.returncode == 0 and "opt/ganstudio/lib/libthing.so" in sums


def test_its_scripts_touch_nothing_but_caches(package: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "-e", package, tmp_path / "control"], check=True)
    for name in ("postinst", "postrm"):
        text = (tmp_path / "control" / name).read_text("utf-8")
        assert not re.search(r"\brm\b|/home|HOME|mimeapps", text)
        subprocess.run(["sh", "-n", tmp_path / "control" / name], check=True)
        environ = {"PATH": str(tmp_path)}  # none of the databases' programs is there
        subprocess.run(["/bin/sh", tmp_path / "control" / name, "configure"], env=environ, check=True)
    assert {path.name for path in (tmp_path / "control").iterdir()} == {"control", "md5sums", "postinst", "postrm"}


def test_nothing_is_left_beside_the_package(package: Path) -> None:
    assert [path.name for path in package.parent.iterdir()] == [package.name]
