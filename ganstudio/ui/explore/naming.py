"""What a Latent is called where the person gave no name."""

from __future__ import annotations

from collections.abc import Collection

from ganstudio.core.latent import Latent
from ganstudio.core.text import _
from ganstudio.ui.widgets import wording


def name_of(latent: Latent, taken: Collection[str] = ()) -> str:
    """ "Seed 4 217", "Seeds 3 and 5", "Child" or so; with a number where that is taken."""
    if latent.point is not None:
        said = _("Picture")
    elif len(latent.seeds) == 1:
        said = _("Seed {seed}").format(seed=wording.count(int(latent.seeds[0].word)))
    else:
        said = _("Seeds {seeds}").format(seeds=", ".join(wording.count(int(one.word)) for one in latent.seeds[:3]))
    name, number = said, 2
    while name in taken:
        name, number = f"{said} ({number})", number + 1
    return name
