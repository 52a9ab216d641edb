"""The classes: a chip for each that takes part, with its share; a plus for the others."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ganstudio.core.latent import Latent
from ganstudio.core.text import _
from ganstudio.ui.explore.moves import class_shares, with_class, with_class_weight, without_class
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.chip import Chip
from ganstudio.ui.widgets.flow import Flow

_MENU_MOST = 40


class ClassRow(QWidget):
    """`moved(Latent, words, merge)`: another blend."""

    moved = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latent = Latent()
        self._classes: tuple[str, ...] = ()
        self.chips: dict[str, Chip] = {}
        self.add = Button(_("Add a class"), "plus", "icon")
        self.add.clicked.connect(self._open_menu)
        self._flow = Flow(self, 6)
        self._flow.addWidget(self.add)
        size = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        size.setHeightForWidth(True)
        self.setSizePolicy(size)

    def set_classes(self, classes: tuple[str, ...]) -> None:
        self._classes = classes
        self.show_latent(self._latent)

    def show_latent(self, latent: Latent) -> None:
        self._latent = latent
        shares = self._shares()
        if list(shares) != list(self.chips):
            self._build(shares)
        for name, share in shares.items():
            chip = self.chips[name]
            if len(shares) > 1:
                chip.set_weight(share)
            chip.setToolTip(_("Drag sideways for its share; Delete removes it") if len(shares) > 1 else "")
        free = len(shares) < len(self._classes)
        self.add.set_possible(free, _("All classes take part."))

    def _shares(self) -> dict[str, float]:
        """A model with classes always shows one: the first where none is named."""
        shares = class_shares(self._latent)
        return shares or ({self._classes[0]: 1.0} if self._classes else {})

    def _build(self, shares: dict[str, float]) -> None:
        for chip in self.chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.add)
        self.chips = {}
        several = len(shares) > 1
        for name, share in shares.items():
            weight = share if several else None
            chip = Chip(title_of(name), weight=weight, checkable=False, parent=self)
            if not several:
                chip.setToolTip(_("Another class"))
                chip.clicked.connect(self._choose_menu)
            chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            chip.customContextMenuRequested.connect(partial(self._chip_menu, name))
            chip.weight_changed.connect(partial(self._weighed, name))
            chip.removed.connect(partial(self._removed, name))
            self.chips[name] = chip
            self._flow.addWidget(chip)
            chip.show()
        self._flow.addWidget(self.add)
        self.updateGeometry()

    def _weighed(self, name: str, weight: float) -> None:
        latent = with_class_weight(self._named(), name, weight)
        self.moved.emit(latent, _("Share of {name}").format(name=title_of(name)), f"class:{name}")

    def _removed(self, name: str, *_unused: object) -> None:
        words = _("Without {name}").format(name=title_of(name))
        self.moved.emit(without_class(self._named(), name), words, "")

    def _named(self) -> Latent:
        """The Latent with the class that was only meant."""
        if self._latent.classes or not self._classes:
            return self._latent
        return with_class_weight(self._latent, self._classes[0], 1.0)

    def _chip_menu(self, name: str, at: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(_("This one alone")).triggered.connect(partial(self.choose_class, name))
        remove = menu.addAction(_("Remove"))
        remove.triggered.connect(partial(self._removed, name))
        remove.setEnabled(len(self.chips) > 1)
        menu.popup(self.chips[name].mapToGlobal(at))

    def _menu(self, names: list[str], call: object) -> QMenu:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for name in names[:_MENU_MOST]:
            menu.addAction(title_of(name)).triggered.connect(partial(call, name))  # type: ignore[arg-type]
        return menu

    @Slot()
    def _open_menu(self) -> None:
        names = [name for name in self._classes if name not in self._shares()]
        self._menu(names, self.add_class).popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    @Slot()
    def _choose_menu(self) -> None:
        names = [name for name in self._classes if name not in self._shares()]
        chip = next(iter(self.chips.values()))
        self._menu(names, self.choose_class).popup(chip.mapToGlobal(chip.rect().bottomLeft()))

    def add_class(self, name: str, *_unused: object) -> None:
        self.moved.emit(with_class(self._named(), name), _("With {name}").format(name=title_of(name)), "")

    def choose_class(self, name: str, *_unused: object) -> None:
        """This one alone."""
        only = with_class_weight(_without_classes(self._latent), name, 1.0)
        self.moved.emit(only, title_of(name), "")


def _without_classes(latent: Latent) -> Latent:
    return replace(latent, classes=())


def title_of(name: str) -> str:
    """As it stands on a chip: "vangogh" is how it is typed."""
    return name[:1].upper() + name[1:]
