"""The pages of the preferences: which there are, what is on each besides the settings of its group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psutil
from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ganstudio.core.paths import cache
from ganstudio.core.progress import Progress
from ganstudio.core.settings import Settings
from ganstudio.core.text import N_, _, ngettext_
from ganstudio.ui import errors
from ganstudio.ui.desk import Desk
from ganstudio.ui.fuzzy import match
from ganstudio.ui.preferences.devices import DeviceCards
from ganstudio.ui.preferences.keys import Keyboard
from ganstudio.ui.preferences.page import Page
from ganstudio.ui.preferences.rows import SettingRow
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.wording import bytes_, device_name


@dataclass(frozen=True)
class About:
    """A page in the list: `words` are found by the search besides the settings on it."""

    id: str
    title: str
    icon: str
    page: Callable[[Desk, str, QWidget], Page]
    words: str = ""

    def make(self, desk: Desk, parent: QWidget) -> Page:
        return self.page(desk, self.id, parent)

    def fits(self, query: str) -> bool:
        mine = [f"{_(one.label)} {_(one.help)}" for one in Settings.parameters() if one.group == self.id]
        return any(match(query, text) for text in (_(self.title), _(self.words), *mine))


class General(Page):
    def after(self) -> None:
        from ganstudio.ui.preferences.opening import OpeningRow

        self._opening = OpeningRow(self.desk, self)
        self.add(self._opening)
        self.button_row(
            _("Everything as it came"),
            _("All preferences, keys and the places of panels. Your pictures, models and batches stay."),
            _("Return everything"),
            self._reset,
            "undo",
        )

    def shown(self) -> None:
        self._opening.refresh()

    @Slot()
    def _reset(self) -> None:
        self.desk.settings.reset()
        self.desk.notices.toast(_("Everything is as it came."))


class Speed(Page):
    """What was measured stands beside what is chosen."""

    own = ("device",)

    def before(self) -> None:
        head = Label(_("Device"), 12, 600, "text", parent=self)
        head.setContentsMargins(0, 8, 0, 8)
        self.column.addWidget(head)
        self._cards = DeviceCards(self.desk, self)
        self._cards.chosen.connect(self._choose)
        self.column.addWidget(self._cards)

    def shown(self) -> None:
        self._cards.refresh()
        free = bytes_(psutil.virtual_memory().available)
        for row in self.rows:
            if not isinstance(row, SettingRow):
                continue
            if row.name == "memory_percent":
                row.set_about(
                    f"{_('Of the memory that is free when the work begins.')} {_('Now free: {size}').format(size=free)}"
                )
            elif row.name == "undo_memory_mb":
                steps = self.desk.settings.value.undo_memory_mb * 1_000_000 // (24_000_000 * 4 * 2)
                text = ngettext_(
                    "About {n} whole step on a 24-megapixel picture, and many more of brush strokes; then to disk.",
                    "About {n} whole steps on a 24-megapixel picture, and many more of brush strokes; then to disk.",
                    steps,
                )
                row.set_about(text.format(n=steps))

    def refresh(self) -> None:
        super().refresh()
        self.shown()

    def focus(self, name: str) -> None:
        if name == "device":
            next((card for card in self._cards.cards if card.isChecked()), self._cards).setFocus()
        else:
            super().focus(name)

    @Slot(str)
    def _choose(self, device: str) -> None:
        self.desk.settings.change(device=device)


class Folders(Page):
    def after(self) -> None:
        folder = self.desk.library.folder
        self.button_row(
            _("Where your models are"),
            str(folder),
            _("Open the folder"),
            self._open,
            "folder",
        )

    @Slot()
    def _open(self) -> None:
        from ganstudio.ui.opening import open_folder

        open_folder(self.desk.library.folder)


class Privacy(Page):
    """What the program keeps about what one did, and how it goes away. Nothing is ever sent."""

    def before(self) -> None:
        self.column.addWidget(
            Label(
                _("Nothing leaves this computer: no accounts, no counting, no look for updates."),
                wrap=True,
                parent=self,
            )
        )

    def after(self) -> None:
        clear = _("Clear")
        self.button_row(
            _("Recent files"), _("The list of what was opened last. The files stay."), clear, self._clear_recent
        )
        self.button_row(
            _("What was measured"),
            _("Speeds and choices for this computer; measured again when needed. Thumbnails are never on the disk."),
            clear,
            self._clear_cache,
        )
        self.button_row(
            _("The journal of batches"),
            _("Forgets every finished picture. What waits stays, and so do the results."),
            clear,
            self._clear_journal,
        )

    @Slot()
    def _clear_recent(self) -> None:
        self.desk.settings.clear_recent()
        self.desk.notices.toast(_("The list is empty."))

    @Slot()
    def _clear_cache(self) -> None:
        self.desk.background.run(_forget_measured, self._cleared, owner=self)

    @Slot()
    def _clear_journal(self) -> None:
        self.desk.background.run(_forget_finished, self._forgotten, owner=self)

    @Slot(object)
    def _cleared(self, freed: int) -> None:
        self.desk.notices.toast(_("{size} are free again.").format(size=bytes_(freed)))

    @Slot(object)
    def _forgotten(self, count: int) -> None:
        text = ngettext_("{n} entry was forgotten.", "{n} entries were forgotten.", count)
        self.desk.notices.toast(text.format(n=count))


def _forget_measured(progress: Progress) -> int:
    """Remove what was measured and found out of this computer and its models; the bytes that are free again."""
    freed = 0
    for name in ("speeds.json", "choices.json", "adopted.json", "model_hashes.json"):
        file = cache() / name
        if file.is_file():
            freed += file.stat().st_size
            file.unlink()
    return freed


def _forget_finished(progress: Progress) -> int:
    from ganstudio.jobs.journal import Journal
    from ganstudio.jobs.records import State

    return Journal.usual().clear((State.DONE, State.SKIPPED, State.FAILED, State.CANCELLED))


class Computer(Page):
    def before(self) -> None:
        self._facts = Label("", 12, color="text", wrap=True, parent=self)
        self.column.addWidget(self._facts)
        self.button_row(
            _("A report"),
            _("What is above and the end of the log, without your name and folders, for a letter to us."),
            _("Copy report"),
            self._copy,
            "copy",
        )

    def shown(self) -> None:
        facts = self.desk.engine.facts
        memory = psutil.virtual_memory()
        lines = [
            *errors.machine_facts(),
            _("{count} processor cores, {size} of memory").format(
                count=psutil.cpu_count(logical=False) or psutil.cpu_count(), size=bytes_(memory.total)
            ),
        ]
        if facts is not None:
            said = _("Models run on: {device}, {precision}")
            lines.append(said.format(device=device_name(facts.device), precision=facts.precision))
        self._facts.setText("\n".join(lines))

    @Slot()
    def _copy(self) -> None:
        copy_report()
        self.desk.notices.toast(_("The report is copied."))


def copy_report() -> None:
    QGuiApplication.clipboard().setText(errors.report_of(errors.log_tail()))


PAGES = [
    About("general", N_("General"), "adjust", General, N_("reset everything open files default program")),
    About("look", N_("Look"), "stylize", Page),
    About("speed", N_("Speed and memory"), "chip_cpu", Speed, N_("graphics processor threads undo")),
    About("folders", N_("Folders and models"), "folder", Folders, N_("models library")),
    About("saving", N_("Saving"), "picture", Page),
    About("keyboard", N_("Keyboard"), "keyboard", Keyboard, N_("shortcuts keys")),
    About("language", N_("Language"), "globe", Page),
    About("privacy", N_("Privacy and updates"), "lock", Privacy, N_("clear history thumbnails journal recent files")),
    About("computer", N_("About this computer"), "info", Computer, N_("version report memory device")),
]
