"""The pictures to measure with: a folder, a zip, an array file or one picture; broken ones left out and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ganstudio.core.errors import BadInput, UsageError
from ganstudio.core.names import shown
from ganstudio.training.data.folder import Picture, Pictures, open_pictures
from ganstudio.training.data.reading import Pixels, read


@dataclass
class LeftOut:
    """Sentences on what was not measured, in the order in which it was met."""

    said: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def pictures_of(path: Path | None, flag: str = "--pictures") -> Pictures:
    """All pictures of a folder, whatever their licence: they are looked at, not learnt from."""
    if path is None or not str(path).strip():
        raise UsageError("No pictures are named.", f"{flag} DIR says which folder they are in.")
    path = path.expanduser()
    if path.is_file() and path.suffix.lower() not in (".zip", ".npz"):
        return Pictures(path, (Picture(path.name, "", path.stat().st_size, lambda: read(path)),))
    return open_pictures(path, licences=None)


def some_of(pictures: Sequence[Picture], count: int) -> list[Picture]:
    """At most `count` (0: all), evenly over the list: the same ones every time."""
    if not count or len(pictures) <= count:
        return list(pictures)
    return [pictures[i * len(pictures) // count] for i in range(count)]


def pixels_or_none(one: Picture, left: LeftOut) -> Pixels | None:
    """A picture's pixels; None, and a sentence among those left out, where it cannot be read."""
    try:
        return one.read()
    except BadInput as error:
        left.say(error.message)
        return None


def none_left(path: Path, left: LeftOut) -> BadInput:
    """What to raise when nothing could be measured."""
    return BadInput(f"No picture of {shown(path)} could be measured.", " ".join(left.said[:3]))
