"""The list of what is inside: its parts, their texts, how it is kept in a file."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Component:
    """One part. `licence` is an SPDX expression, `kind` what it is ("package", "library", "typeface" …), `inside` the
    package that brings a library. `texts` are keys of the listing's texts."""

    name: str
    version: str
    licence: str
    kind: str
    inside: str = ""
    home: str = ""
    note: str = ""
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """All parts, packages first, and the texts of their licences. `problems` are sentences on what is not known."""

    components: tuple[Component, ...]
    texts: dict[str, str]
    problems: tuple[str, ...] = ()

    def text_of(self, component: Component) -> str:
        """The texts of a part's licences, one after the other."""
        return "\n\n\n".join(self.texts[key].strip("\n") for key in component.texts)

    def find(self, query: str) -> list[Component]:
        """The parts whose facts or text hold all the words of the query; those whose facts do come first."""
        words = query.casefold().split()
        facts = {one: " ".join((one.name, one.licence, one.inside, one.note, one.home)) for one in self.components}
        named = [one for one in self.components if _holds(facts[one], words)]
        rest = [one for one in self.components if one not in named]
        return [*named, *(one for one in rest if _holds(f"{facts[one]} {self.text_of(one)}", words))]

    def written(self, path: Path) -> None:
        data = {"components": [dataclasses.asdict(one) for one in self.components], "texts": self.texts}
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def _holds(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


def read(path: Path) -> Listing:
    """A listing that `written` has left; raises OSError, and ValueError for a damaged file."""
    try:
        data = json.loads(path.read_text("utf-8"))
        components = tuple(Component(**{**one, "texts": tuple(one["texts"])}) for one in data["components"])
        return Listing(components, dict(data["texts"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is damaged") from error
