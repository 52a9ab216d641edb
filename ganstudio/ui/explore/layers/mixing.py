"""Style mixing: some layers are those of a second seed. A small picture over each shows what it alone would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.latent import MOST_SEED, Latent, Mix
from ganstudio.core.text import _
from ganstudio.ui.explore.images import image_of
from ganstudio.ui.explore.layers.layer_range import LayerRange, cell, layers_words
from ganstudio.ui.explore.layers.rows import MapRow
from ganstudio.ui.explore.moves import with_mix
from ganstudio.ui.explore.seed_row import any_seed
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.toggle import ToggleSwitch
from ganstudio.ui.widgets.wording import count

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_CHANNEL = "layers:alone"
_MOST_SIDE = 64
_SIDE_ASKED = 64


def mixing_words(mix: Mix | None, layers: int) -> str:
    """ "off", or which layers of which seed."""
    if mix is None:
        return _("off")
    said = _("{layers} of {seed}")
    return said.format(layers=layers_words(mix.first, mix.last, layers), seed=count(mix.seed))


class MixingPart(QWidget):
    """The second seed, its pictures, its layers."""

    def __init__(self, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._journey = journey
        self._last = Mix(any_seed(), 0, None)  # what the switch brings back
        self._drags = 0
        self._said: object = None  # what is shown
        self.on = ToggleSwitch()
        self.on.setAccessibleName(_("Mix a second seed in"))
        self.seed = NumberField(0, MOST_SEED, self._last.seed, step=1, whole=True, name=_("The second seed"))
        self.seed.setMaximumWidth(theme().px(140))
        self.dice = Button(_("Another second seed"), "dice", "icon")
        self.pictures = Alone()
        self.feed = AloneFeed(journey, link, self.pictures, self)
        self.layers = LayerRange(1, _("Layers of the second seed"))
        self.words = Label("", 11, color="text3", wrap=True)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(8)
        for widget in (Label(_("Second seed")), self.seed, self.dice):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(Label(_("Mix it in")))
        head.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(MapRow(Label(_("Each layer alone"), 12, color="text2"), self.pictures))
        column.addWidget(MapRow(Label(_("Taken from it"), 12, color="text2"), self.layers))
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.addWidget(self.words)
        column.addLayout(foot)
        journey.changed.connect(self.show_latent)
        journey.facts_changed.connect(self.show_facts)
        self.on.toggled.connect(self._toggled)
        self.seed.changed.connect(self._seed)
        self.dice.clicked.connect(self._dice)
        self.layers.changed.connect(self._layers)
        self.layers.committed.connect(self._settled)
        self.pictures.pressed.connect(self._alone)
        self.show_facts()

    @Slot()
    def show_facts(self) -> None:
        facts = self._journey.facts
        layers = 1 if facts is None else facts.num_ws
        self.layers.set_count(layers)
        self.pictures.set_count(layers)
        if self._journey.latent.mix is None and layers > 1:  # the finer half: colours and texture of the other
            self._last = Mix(self._last.seed, layers // 2, layers - 1)
        self._said = None
        self.show_latent(self._journey.latent)

    @Slot(object)
    def show_latent(self, latent: Latent) -> None:
        mix, facts = latent.mix, self._journey.facts
        if (mix, facts) == self._said:
            return
        self._said = mix, facts
        if mix is not None:
            self._last = mix
        self.on.setChecked(mix is not None)
        self.seed.set_value(self._last.seed)
        self.layers.set_value(self._last.first, self._last.last)
        self.layers.set_dim(mix is None)
        layers = 1 if facts is None else facts.num_ws
        said = _("Press a picture, or draw over the cells, to take these layers from the second seed.")
        self.words.setText(said if mix is None else mixing_words(mix, layers))
        self.feed.set_seed(self._last.seed)

    @Slot(bool)
    def _toggled(self, on: bool) -> None:
        if on != (self._journey.latent.mix is not None):
            words = _("Style mixing") if on else _("Without style mixing")
            self._journey.go(with_mix(self._journey.latent, self._last if on else None), words)

    def _go(self, mix: Mix, merge: str = "") -> None:
        self._journey.go(with_mix(self._journey.latent, mix), _("Style mixing"), merge)

    def _other(self, seed: int) -> None:
        """Its pictures come at once; the picture itself changes where it is mixed in."""
        self._last = Mix(seed, self._last.first, self._last.last)
        if self._journey.latent.mix is not None:
            self._go(self._last)
        else:
            self.seed.set_value(seed)
            self.feed.set_seed(seed)

    @Slot(float)
    def _seed(self, value: float) -> None:
        self._other(int(value))

    @Slot()
    def _dice(self) -> None:
        self._other(any_seed())

    @Slot(int)
    def _alone(self, layer: int) -> None:
        """This layer; again takes it away."""
        mix = Mix(self._last.seed, layer, layer)
        if self._journey.latent.mix == mix:
            self._journey.go(with_mix(self._journey.latent, None), _("Without style mixing"))
        else:
            self._go(mix)

    @Slot(int, int)
    def _layers(self, first: int, last: int) -> None:
        self._go(Mix(self._last.seed, first, last), f"mix:{self._drags}")

    @Slot(int, int)
    def _settled(self, _first: int, _last: int) -> None:
        self._drags += 1
        self._journey.end_merge()


class Alone(QWidget):
    """A small picture over each layer. `pressed(layer)`; with the keyboard the cells below do the same."""

    pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage | None] = [None]
        self._over = -1
        self.setMouseTracking(True)
        self.setAccessibleName(_("Each layer of the second seed alone"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self.updateGeometry)

    def set_count(self, layers: int) -> None:
        if layers != len(self._images):
            self._images = [None] * layers
            self.updateGeometry()
            self.update()

    def set_image(self, layer: int, image: QImage | None) -> None:
        if layer < len(self._images):
            self._images[layer] = image
            self.update()

    def _rect(self, layer: int) -> QRectF:
        left, right = cell(self.width(), len(self._images), layer)
        side = min(right - left, self.height())
        return QRectF(round((left + right - side) / 2), 0, side, side)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(_MOST_SIDE, max(16, width // len(self._images) - 2))

    def sizeHint(self) -> QSize:
        return QSize(theme().px(200), self.heightForWidth(max(200, self.width())))

    minimumSizeHint = sizeHint

    def resizeEvent(self, event: object) -> None:
        self.updateGeometry()

    def _layer_at(self, event: QMouseEvent) -> int:
        return next((n for n in range(len(self._images)) if self._rect(n).contains(event.position())), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._layer_at(event)
        if over != self._over:
            self._over = over
            said = _("Take layer {number} alone from the second seed")
            self.setToolTip(said.format(number=over) if over >= 0 else "")
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._over = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        layer = self._layer_at(event)
        if event.button() == Qt.MouseButton.LeftButton and layer >= 0:
            self.pressed.emit(layer)

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme().now
        with draw.begin(QPainter(self)) as painter:
            for layer, image in enumerate(self._images):
                rect = self._rect(layer)
                if image is None:
                    draw.box(painter, rect, now.raised, now.frame, 3)
                else:
                    painter.drawImage(rect, image)
                if layer == self._over:
                    draw.box(painter, rect, None, now.accent_text, 3, 1.5)


class AloneFeed(QObject):
    """Asks for the pictures of each layer alone, once the Latent rests and somebody looks."""

    def __init__(self, journey: Journey, link: ExploreLink, pictures: Alone, parent: QObject) -> None:
        super().__init__(parent)
        self._journey, self._link, self._pictures = journey, link, pictures
        self._seed = 0
        self._drawn: object = None
        self._wanted = False
        journey.rested.connect(self._ask)
        journey.facts_changed.connect(self._ask)
        link.thumb.connect(self._take)
        link.engine_lost.connect(self._lost)

    def set_wanted(self, wanted: bool) -> None:
        self._wanted = wanted
        self._ask()

    def set_seed(self, seed: int) -> None:
        self._seed = seed
        self._ask()

    @Slot()
    def _ask(self, *_unused: object) -> None:
        facts, here = self._journey.facts, with_mix(self._journey.latent, None)
        if not self._wanted or facts is None or facts.num_ws < 2 or (here, self._seed, facts) == self._drawn:
            return
        self._drawn = here, self._seed, facts
        latents = [with_mix(here, Mix(self._seed, layer, layer)) for layer in range(facts.num_ws)]
        self._link.thumbs(_CHANNEL, latents, _SIDE_ASKED)

    @Slot(object)
    def _lost(self, _failure: object) -> None:
        self._drawn = None

    @Slot(str, int, object)
    def _take(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _CHANNEL:
            self._pictures.set_image(index, image_of(picture))
