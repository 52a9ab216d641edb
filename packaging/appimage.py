"""The AppImage: `python packaging/appimage.py` lays dist/ganstudio out as an AppDir and packs it with appimagetool.

appimagetool is in no distribution's packages and fetches its runtime itself, so that CI packs (it names the tool in
APPIMAGETOOL); without it the AppDir is made and that is said. Needs the icons that build.py draws.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import desktop
from build_stamp import stamp

ROOT = Path(__file__).resolve().parents[1]
_APPRUN = """\
#!/bin/sh
# An AppImage mounts itself somewhere else each time; the program finds itself by its own place.
here="$(dirname "$(readlink -f "$0")")"
exec "$here/opt/ganstudio/ganstudio" "$@"
"""


def lay(program: Path, icons: Path, folder: Path) -> Path:
    """The AppDir, made anew: the program, what the desktop is told, and the three files at the top."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(program, folder / "opt" / "ganstudio", symlinks=True)
    desktop.lay(folder / "usr" / "share", icons)
    start = folder / "AppRun"
    start.write_text(_APPRUN, "utf-8")
    start.chmod(0o755)
    shutil.copy(folder / "usr" / "share" / "applications" / f"{desktop.ID}.desktop", folder)
    shutil.copy(icons / "ganstudio-256.png", folder / f"{desktop.ID}.png")
    (folder / ".DirIcon").symlink_to(f"{desktop.ID}.png")
    return folder


def pack(app: Path, folder: Path, tool: str) -> Path:
    out = folder / f"GANStudio-{desktop.version()}-{platform.machine()}.AppImage"
    dated = {"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", _epoch()), "ARCH": platform.machine()}
    subprocess.run([tool, "--comp", "zstd", str(app), str(out)], check=True, env={**os.environ, **dated})
    return out


def _epoch() -> str:
    from datetime import UTC, datetime

    return str(int(datetime.fromisoformat(stamp(ROOT)["date"]).replace(tzinfo=UTC).timestamp()))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--program", type=Path, default=ROOT / "dist" / "ganstudio", help="the frozen folder")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "dist", help="the folder for the AppImage")
    asked = parser.parse_args()
    app = lay(asked.program, ROOT / "build" / "icons", ROOT / "build" / "GANStudio.AppDir")
    tool = os.environ.get("APPIMAGETOOL") or shutil.which("appimagetool")
    if not tool:
        print(f"{app} is laid out; appimagetool is missing, so it was not packed.", file=sys.stderr)
        return 1
    print(pack(app, asked.output, tool))
    return 0


if __name__ == "__main__":
    sys.exit(main())
