"""dmgbuild's settings: `dmgbuild -s packaging/macos/dmg_settings.py -D app=dist/GANStudio.app GANStudio FILE.dmg`.

The window of the image shows the program and the folder to drag it into; nothing else is in it. Runs on macOS alone.
"""

from pathlib import Path

app = Path(defines["app"])  # type: ignore[name-defined]  # noqa: F821 - dmgbuild brings it
format = "ULMO"  # LZMA; macOS 10.15 and newer read it
filesystem = "HFS+"
files = [str(app)]
symlinks = {"Applications": "/Applications"}
icon_locations = {app.name: (150, 170), "Applications": (430, 170)}
window_rect = ((200, 200), (580, 360))
default_view = "icon-view"
icon_size = 112
badge_icon = None
