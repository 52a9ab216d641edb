"""The program's icon in the sizes and files that systems ask for, drawn from icons/ganstudio.svg.

`python packaging/icons.py FOLDER`, with a Python that has PySide6 and Pillow.
"""

from __future__ import annotations

import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "icons" / "ganstudio.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_WINDOWS_SIZES = (16, 24, 32, 48, 64, 128, 256)


def draw(folder: Path) -> None:
    """ganstudio-SIZE.png for every size, ganstudio.ico for Windows, ganstudio.icns for macOS."""
    from PIL import Image
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    folder.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(SOURCE))
    for size in (*SIZES, 1024):
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        image.save(str(folder / f"ganstudio-{size}.png"))
    drawn = {size: Image.open(folder / f"ganstudio-{size}.png") for size in (*SIZES, 1024)}
    others = [drawn[size] for size in _WINDOWS_SIZES[:-1]]
    drawn[256].save(folder / "ganstudio.ico", sizes=[(size, size) for size in _WINDOWS_SIZES], append_images=others)
    drawn[1024].save(folder / "ganstudio.icns", append_images=[drawn[size] for size in (32, 64, 128, 256, 512)])


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
