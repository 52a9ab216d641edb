"""Which texts a translator gets: those marked in the code, declared in tables, and of the bundled models."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Floors whose declared texts the window shows.
_SHOWN = ("core", "jobs", "models", "runtime", "tools", "training", "ui")
_SCALE = re.compile(r"\s*×\d+$")
_MARKS = {"_": 1, "N_": 1, "ngettext_": 2}
# Calls whose arguments are texts by what they are: a Tool's name, what a parameter is called, what is being done.
_DECLARED = {"param": ("label", "help"), "Tool": ("title", "summary"), "Source": ("title", "summary")}


@dataclass
class Text:
    """A text in English, its plural and its context if it has them, and the files it is in."""

    one: str
    many: str = ""
    context: str = ""
    places: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.one


def marked_texts(root: Path = ROOT) -> list[Text]:
    """All of them, sorted by place and text. ValueError where one text has two plurals."""
    found: dict[tuple[str, str], Text] = {}
    for text, place in (*_in_code(root), *_in_cards(root)):
        kept = found.setdefault(text.key, text)
        if text.many and not kept.many:
            kept.many = text.many
        elif text.many and kept.many != text.many:
            raise ValueError(f"{place}: “{text.one}” has two plurals: “{kept.many}” and “{text.many}”")
        kept.places.add(place)
    return sorted(found.values(), key=lambda one: (min(one.places), one.one, one.context))


def _in_code(root: Path) -> Iterator[tuple[Text, str]]:
    for floor in _SHOWN:
        for path in sorted((root / "ganstudio" / floor).rglob("*.py")):
            place = path.relative_to(root).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    for text in _of_call(node):
                        yield text, place


def _of_call(call: ast.Call) -> Iterator[Text]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    plain = [_plain(word) for word in call.args]
    if name in _MARKS and plain and plain[0]:
        yield Text(plain[0], plain[1] if _MARKS[name] == 2 and len(plain) > 1 else "")
    elif name == "pgettext_" and len(plain) > 1 and plain[0] and plain[1]:
        yield Text(plain[1], context=plain[0])
    elif name == "doing" and plain and plain[0]:
        yield Text(plain[0])
    for word in call.keywords:
        if word.arg in _DECLARED.get(name, ()) and (text := _plain(word.value)):
            yield Text(text)


def _plain(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _in_cards(root: Path) -> Iterator[tuple[Text, str]]:
    """What the bundled models are called and are for; read from their headers, without the program."""
    for path in sorted((root / "resources" / "models").glob("*.safetensors")):
        with open(path, "rb") as file:
            head = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        card = json.loads(head["__metadata__"]["ganstudio.card"])
        title = card.get("title", "")
        for text in (title, _SCALE.sub("", title), card.get("purpose", "")):  # a group is called without its scale
            if text:
                yield Text(text), path.relative_to(root).as_posix()
