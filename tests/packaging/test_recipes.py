"""The recipes of packages that are made elsewhere: what can be said of them here."""

from __future__ import annotations

import os
import plistlib
import re
from pathlib import Path

import appimage
import desktop
import pytest
import spec_systems

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def test_the_folder_of_an_appimage(tmp_path: Path) -> None:
    program, icons = tmp_path / "ganstudio", tmp_path / "icons"
    program.mkdir()
    (program / "ganstudio").write_text("#!/bin/sh\necho started with $*\n")
    (program / "ganstudio").chmod(0o755)
    icons.mkdir()
    for size in desktop.SIZES:
        (icons / f"ganstudio-{size}.png").write_bytes(b"png")
    app = appimage.lay(program, icons, tmp_path / "path with ümlaut" / "App.AppDir")
    assert os.popen(f'"{app}/AppRun" one two').read() == "started with one two\n"
    entry = (app / f"{desktop.ID}.desktop").read_text()
    assert "Exec=ganstudio" in entry and (app / f"{desktop.ID}.png").exists() and (app / ".DirIcon").exists()
    assert (app / "usr" / "share" / "metainfo" / f"{desktop.ID}.metainfo.xml").exists()


@pytest.mark.parametrize("name", ["macos/entitlements.plist"])
def test_property_lists_are_read(name: str) -> None:
    assert plistlib.loads((PACKAGING / name).read_bytes())


def test_the_bundles_facts() -> None:
    facts = plistlib.loads(plistlib.dumps(spec_systems.info_plist("1.2.3")))
    kinds = {one["CFBundleTypeName"]: one["LSHandlerRank"] for one in facts["CFBundleDocumentTypes"]}
    assert kinds == {"Picture": "Alternate", "GANStudio project": "Owner"}, "pictures are never taken over"
    assert facts["CFBundleVersion"] == "1.2.3"


def test_one_name_everywhere() -> None:
    """The id of the desktop file, the bundle, the Flatpak and the window are one."""
    assert spec_systems.BUNDLE_ID == desktop.ID
    flatpak = (PACKAGING / "flatpak" / f"{desktop.ID}.yaml").read_text()
    assert re.search(rf"^id: {re.escape(desktop.ID)}$", flatpak, re.M)
    assert f"{spec_systems.WINDOW_EXE}.exe" in (PACKAGING / "windows" / "ganstudio.nsi").read_text("utf-8")
