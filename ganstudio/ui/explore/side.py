"""What stands at the right of Steer, from the top: title, module, class; each is made as (desk, journey, link)."""

from __future__ import annotations

from ganstudio.core.text import N_

SIDE: list[tuple[str, str, str]] = [
    (N_("Breed"), "ganstudio.ui.explore.breed.panel", "BreedPanel"),
    (N_("Latent pad"), "ganstudio.ui.explore.pad", "PadPanel"),
    (N_("Favourites"), "ganstudio.ui.explore.favourites", "FavouritesPanel"),
]
