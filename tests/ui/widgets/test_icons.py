from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage

from ganstudio.core.paths import resource
from ganstudio.ui import icons
from ganstudio.ui.theme import Theme

from .conftest import samples

_WORDS = (
    "logo upscale try restore stylize adjust more move hand crop rotate brush eraser lasso pick zoom search gear plus "
    "minus close chevron_down chevron_right chevron_up check dash fail_ring warn clock play pause stop retry folder "
    "picture layers eye eye_off link drag undo redo menu chip_cpu bell info copy save export trash mask invert feather "
    "flip_h flip_v split side history sun moon tray keyboard heart lock unlock external"
)
NEEDED = set(_WORDS.split())


def _ink(image: QImage) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is drawn."""
    ys, xs = np.nonzero(samples(image)[..., 3] > 60)
    return int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())


def test_every_needed_icon_is_there() -> None:
    assert icons.names() >= NEEDED


@pytest.mark.parametrize("name", sorted(icons.names()))
def test_icon_is_of_the_family(name: str) -> None:
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(source)
    assert root.get("viewBox") == "0 0 16 16"
    assert "currentColor" in source
    if name != "logo":
        assert (root.get("stroke-width"), root.get("stroke-linecap")) == ("1.35", "round")
        assert not re.search(r"#[0-9A-Fa-f]{3}", source)


@pytest.mark.parametrize("name", sorted(icons.names()))
@pytest.mark.parametrize("size", [16, 24])
def test_icon_is_drawn_inside_its_square_and_in_the_middle(looks: Theme, name: str, size: int) -> None:
    image = icons.pixmap(name, "text", size, 4).toImage()
    left, top, right, bottom = _ink(image)
    side = size * 4
    if name != "logo":
        assert min(left, top) >= 0.04 * side and max(right, bottom) <= 0.96 * side
    assert abs((left + right) / 2 - side / 2) <= 0.11 * side
    assert abs((top + bottom) / 2 - side / 2) <= 0.11 * side


def test_icons_take_the_colour_of_their_token(looks: Theme) -> None:
    for token in ("text2", "accent_text", "err"):
        middle = icons.pixmap("stop", token, 16, 8).toImage()
        line = middle.pixelColor(round(3.75 * 8), 64)
        assert QColor(line.name()) == looks.now.named(token)


def test_pixmaps_are_sharp_and_kept(looks: Theme) -> None:
    made = icons.pixmap("check", "text", 16, 2)
    assert made.size() == QSize(32, 32) and made.devicePixelRatio() == 2
    first = icons.pixmap("check", "text", 32, 1)
    assert icons.pixmap("check", "text", 32, 1).cacheKey() == first.cacheKey()
    looks.set("light")
    assert icons.pixmap("check", "text", 32, 1).cacheKey() != first.cacheKey()


def test_icon_follows_the_theme_and_its_state(looks: Theme) -> None:
    icon = icons.icon("stop")

    def colour(mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> str:
        return QColor(icon.pixmap(QSize(128, 128), mode, state).toImage().pixelColor(30, 64)).name()

    assert colour() == looks.now.text2.name()
    assert colour(QIcon.Mode.Disabled) == looks.now.track.name()
    assert colour(state=QIcon.State.On) == looks.now.accent_text.name()
    looks.set("light")
    assert colour() == looks.now.text2.name() == "#474747"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        icons.icon("unicorn")
    with pytest.raises(KeyError):
        icons.icon("check", "mauve")
    with pytest.raises(KeyError):
        icons.pixmap("unicorn")
