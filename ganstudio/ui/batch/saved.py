"""The person's saved recipes: JSON files in a folder of their own. No widgets here."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from ganstudio.core.errors import OutputError
from ganstudio.core.names import legal
from ganstudio.core.paths import home
from ganstudio.tools.recipe import Recipe


def folder() -> Path:
    return home() / "recipes"


def names() -> list[str]:
    """The saved recipes by name, as a person sorts them."""
    try:
        found = [file[:-5] for file in os.listdir(folder()) if file.endswith(".json") and not file.startswith(".")]
    except OSError:  # none was ever saved, or a data folder that cannot be read: there are none
        return []
    return sorted(found, key=str.casefold)


def load(name: str) -> Recipe:
    return Recipe.load(folder() / f"{name}.json").for_pictures()


def save(name: str, recipe: Recipe) -> str:
    """Written beside and renamed; the name it has now. Raises OutputError."""
    name = legal(name.strip())
    path = folder() / f"{name}.json"
    partial = path.with_name(f".{name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(recipe.to_json(), indent=1, ensure_ascii=False), "utf-8")
        os.replace(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise OutputError(f"The recipe “{name}” cannot be saved: {error.strerror}.") from error
    return name
