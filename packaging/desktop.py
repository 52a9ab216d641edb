"""What a Linux desktop is told of the program: menu entry, icons, the project's MIME type, AppStream's page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from build_stamp import stamp
from icons import SIZES, SOURCE

ROOT = Path(__file__).resolve().parents[1]
FILES = ROOT / "packaging" / "linux"
ID = "org.ganstudio.GANStudio"
_MODE = 0o644


def version() -> str:
    """The program's version, from where it says it itself."""
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "ganstudio" / "__init__.py").read_text("utf-8"))
    assert found is not None
    return found.group(1)


def lay(share: Path, icons: Path) -> list[Path]:
    """Put everything below `share` (/usr/share, ~/.local/share); `icons` has the drawn PNGs. The files, sorted."""
    text = (FILES / f"{ID}.metainfo.xml").read_text("utf-8")
    text = text.replace("@VERSION@", version()).replace("@DATE@", stamp(ROOT)["date"])
    made = [
        _copied(FILES / f"{ID}.desktop", share / "applications" / f"{ID}.desktop"),
        _copied(FILES / f"{ID}.mime.xml", share / "mime" / "packages" / f"{ID}.xml"),
        _written(text, share / "metainfo" / f"{ID}.metainfo.xml"),
        _copied(SOURCE, share / "icons" / "hicolor" / "scalable" / "apps" / f"{ID}.svg"),
    ]
    for size in SIZES:
        place = share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{ID}.png"
        made.append(_copied(icons / f"ganstudio-{size}.png", place))
    return sorted(made)


def _copied(source: Path, place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)
    place.chmod(_MODE)
    return place


def _written(text: str, place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
    place.chmod(_MODE)
    return place
