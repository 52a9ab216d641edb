"""Cards: what is known about a model, kept as JSON in the safetensors header or beside the Library."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from ganstudio.core.errors import BadModel
from ganstudio.core.text import _

HEADER_KEY = "ganstudio.card"
CARD_VERSION = 1
KINDS = ("upscaler", "restorer", "stylizer", "translator", "generator")
VALUE_RANGES = ("0..1", "0..255", "-1..1")


@dataclass(frozen=True)
class Card:
    """What a person and the runtime need to know about one model file.

    `name` is the id people type (lower case, the file's stem); `group` joins the scales of one model, so that
    `photo` means `photo-x2` or `photo-x4`. `value_range` is what the network takes and gives. `purpose` is what it is
    for in a few words (at most 42 characters), `summary` in a sentence or two.
    """

    name: str
    title: str
    kind: str
    family: str
    scale: int = 1
    channels: int = 3
    value_range: str = "0..1"
    group: str = ""
    summary: str = ""
    purpose: str = ""
    licence: str = "unknown"
    commercial_use: str = "unknown"
    origin: str = ""
    training_data: str = ""
    gan: bool = False
    figures: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    version: int = CARD_VERSION

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadModel(
                _("The Card of {name} names an unknown kind of model: {kind}.").format(name=self.name, kind=self.kind)
            )
        if self.value_range not in VALUE_RANGES:
            raise BadModel(
                _("The Card of {name} names an unknown value range: {value_range}.").format(
                    name=self.name, value_range=self.value_range
                )
            )

    @property
    def takes_pictures(self) -> bool:
        """Whether it makes something of a picture; generators make pictures of nothing."""
        return self.kind != "generator"

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Card:
        """Read a Card; fields of a newer version are ignored, a damaged text raises BadModel."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise BadModel(_("The model's Card cannot be read: it is not valid JSON.")) from error
        if not isinstance(data, dict):
            raise BadModel(_("The model's Card cannot be read: it is not a JSON object."))
        known = {f.name for f in dataclasses.fields(cls)}
        try:
            return cls(**{key: value for key, value in data.items() if key in known})
        except TypeError as error:
            raise BadModel(_("The model's Card lacks its name, title, kind or family.")) from error
