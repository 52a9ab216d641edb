"""Films: frames → WebM, MP4, GIF, WebP or a folder of PNGs, whole or not at all, and gone on with where it stopped."""

from ganstudio.core.film.export import Film, Frames, film
from ganstudio.core.film.options import FilmOptions

__all__ = ["Film", "FilmOptions", "Frames", "film"]
