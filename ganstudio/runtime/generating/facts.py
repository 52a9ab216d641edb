"""Facts: what people and programs need to know of a generator before they move in its space. Torch-free."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Weighted
from ganstudio.core.text import _

_TOLD = 12


@dataclass(frozen=True)
class Facts:
    """`sizes` are the sides of pictures it can give early, the last is `resolution`. `layer_groups` are the coarse,
    middle and fine layers as (first, last). Without `has_w` the one row of ws is z itself. `weights` is the SHA-256 of
    its file, `licence` what its Card says and what trained from it inherits."""

    title: str
    classes: tuple[str, ...]
    resolution: int
    sizes: tuple[int, ...]
    channels: int
    num_ws: int
    w_dim: int
    z_dim: int
    has_w: bool
    layer_groups: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
    licence: str
    commercial_use: str
    weights: str

    def side_for(self, side: int | None) -> int:
        """The least side it gives that is no less than `side` (None: the whole picture)."""
        if side is None:
            return self.resolution
        return next((one for one in self.sizes if one >= side), self.resolution)

    def class_number(self, word: str) -> int:
        """A class by its name, whatever its case. UsageError naming the nearest."""
        if not self.classes:
            raise self._without_classes()
        names = [one.casefold() for one in self.classes]
        wanted = word.strip().casefold()
        if wanted in names:
            return names.index(wanted)
        near = difflib.get_close_matches(wanted, names, 1, 0.5)
        if near:
            hint = _("Did you mean {name}?").format(name=self.classes[names.index(near[0])])
        else:
            more = ", …" if len(names) > _TOLD else ""
            hint = _("It knows {names}.").format(names=", ".join(self.classes[:_TOLD]) + more)
        raise UsageError(_("“{word}” is no class of {model}.").format(word=word, model=self.title), hint)

    def _without_classes(self) -> UsageError:
        return UsageError(_("{model} knows no classes.").format(model=self.title), _("Leave the class out."))

    def class_shares(self, classes: tuple[Weighted, ...]) -> tuple[float, ...]:
        """One number for each class, in sum 1; the first class where none is named. () for a model without."""
        if not self.classes:
            if classes:
                raise self._without_classes()
            return ()
        if not classes:
            return tuple(float(n == 0) for n in range(len(self.classes)))
        found = [0.0] * len(self.classes)
        for one in classes:
            found[self.class_number(one.word)] += one.weight
        total = sum(found)
        return tuple(value / total for value in found)
