"""What the palette finds: actions, models, settings, pictures; and how they are ranked. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ganstudio.core.settings import Settings
from ganstudio.core.text import N_, _
from ganstudio.models.library import Entry
from ganstudio.ui.actions import Actions
from ganstudio.ui.fuzzy import match, whole_words
from ganstudio.ui.sheets.help_pages import Heading

ACTIONS, MODELS, SETTINGS, PICTURES = N_("Actions"), N_("Styles and models"), N_("Settings"), N_("Pictures")
HELP = N_("Help")
GROUPS = (ACTIONS, MODELS, SETTINGS, PICTURES, HELP)
_SHOWN = 8  # of a group
_RECENT = 6


@dataclass(frozen=True)
class Item:
    """One thing that can be found. `reason`: why it is not possible now; `hits`: the letters of `text` that were
    meant. `words` can be searched for and are not shown. `options`: what Tab offers instead of it, for example the
    settings of a Tool. `stays`: the palette stays open after it was run, and shows what is different now."""

    group: str
    key: str
    text: str
    about: str = ""
    keys: str = ""
    icon: str = ""
    reason: str = ""
    words: str = ""
    hits: tuple[int, ...] = ()
    call: Callable[[], object] | None = None
    options: Callable[[], list[Item]] | None = None
    stays: bool = False


def action_items(actions: Actions) -> list[Item]:
    """Every action that something is bound to, also those that are not possible now: with the reason."""
    found = []
    for spec in actions.specs():
        if not actions.bound(spec.id) or spec.id in ("edit.palette", "file.recent"):
            continue
        about = _(spec.menu) + (f", {_(spec.tip)}" if spec.tip and len(_(spec.tip)) < 46 else "")
        keys = spec.shortcuts[0] if spec.shortcuts else ""
        icon, reason = spec.icon or "chevron_right", actions.reason(spec.id)
        call = actions.action(spec.id).trigger
        words = f"{_(spec.tip)} {spec.text}"  # by its English name too, which the manual has
        found.append(Item(ACTIONS, spec.id, _(spec.text), about, keys, icon, reason, words, call=call))
    return found


def model_items(entries: Iterable[Entry], choose: Callable[[str], object]) -> list[Item]:
    found = []
    for entry in entries:
        card = entry.card
        about = "  ".join(filter(None, (_(card.purpose), f"{card.scale}×" if card.takes_pictures else "")))
        words = f"{card.name} {card.title} {card.family} {card.kind} {card.summary}"
        call = _Choose(choose, entry.name)
        icon = "upscale" if card.takes_pictures else "dice"
        found.append(Item(MODELS, f"model:{entry.name}", _(card.title), about, "", icon, "", words, call=call))
    return found


def setting_items(page_title: Callable[[str], str], show: Callable[[str], object]) -> list[Item]:
    return [
        Item(
            SETTINGS,
            f"setting:{one.name}",
            _(one.label),
            _("Preferences") + ", " + page_title(one.group),
            "",
            "gear",
            "",
            f"{one.name.replace('_', ' ')} {_(one.help)}",
            call=_Choose(show, one.name),
        )
        for one in Settings.parameters()
    ]


def picture_items(recent: Iterable[Path], open: Callable[[list[Path]], object]) -> list[Item]:
    return [
        Item(PICTURES, f"file:{path}", path.name, str(path.parent), "", "picture", call=_Choose(open, [path]))
        for path in recent
    ]


def help_items(headings: Iterable[Heading], show: Callable[[Heading], object]) -> list[Item]:
    return [
        Item(
            HELP, f"help:{one.page}#{one.title}", one.title, one.chapter if one.chapter != one.title else "",
            icon="info", words=one.words, call=_Choose(show, one),
        )
        for one in headings
    ]  # fmt: skip


@dataclass(frozen=True)
class _Choose:
    """A call with its one argument, comparable and without a lambda's late binding."""

    call: Callable[..., object]
    argument: object

    def __call__(self) -> None:
        self.call(self.argument)


def found(query: str, items: list[Item], recent: list[str]) -> list[Item]:
    """What fits, best first within its group, groups in their order; without a query what was used last, then all
    that is possible now."""
    if not query.strip():
        return _unasked(items, recent)
    ranked: dict[str, list[tuple[float, Item]]] = {group: [] for group in GROUPS}
    for item in items:
        in_text = match(query, item.text)
        score = in_text.score if in_text else None
        if score is None and item.words:
            in_words = whole_words(query, f"{item.text} {item.words} {item.about}")
            score = in_words - 30 if in_words is not None else None
        if score is None:
            continue
        hits = in_text.hits if in_text else ()
        score += (4.0 if item.key in recent else 0.0) - (8.0 if item.reason else 0.0)
        ranked.setdefault(item.group, []).append((score, Item(**{**item.__dict__, "hits": hits})))
    for group in ranked.values():
        group.sort(key=lambda one: -one[0])
    return [item for group in ranked.values() for _score, item in group[:_SHOWN]]


def _unasked(items: list[Item], recent: list[str]) -> list[Item]:
    by_key = {item.key: item for item in items}
    last = [by_key[key] for key in recent if key in by_key][:_RECENT]
    rest = [item for item in items if item.group == ACTIONS and not item.reason and item.key not in recent]
    pictures = [item for item in items if item.group == PICTURES and item.key not in recent]
    ordered = last + rest[: 12 - len(last)] + pictures[:4]
    return sorted(ordered, key=lambda item: GROUPS.index(item.group))
