"""The help: the pages of docs/ for people, their headings for the palette. No widgets."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.paths import manual

# In reading order; what is for programmers stays out.
PAGES = (
    "edit.md", "explore.md", "batch.md", "training.md", "models.md", "generators.md", "shown.md", "project.md",
    "terminal.md", "speed.md", "troubleshooting.md",
)  # fmt: skip


@dataclass(frozen=True)
class Heading:
    """A place in the help: `page` its file, `title` as it stands there, `chapter` the page's own title, `words` what is
    said below it."""

    page: str
    title: str
    chapter: str
    words: str


def text_of(page: str) -> str:
    """A page as Markdown without its pictures; "" where it does not ship."""
    try:
        lines = manual(page).read_text("utf-8").splitlines()
    except OSError:
        return ""
    return "\n".join(line for line in lines if not line.startswith("!["))


def headings() -> list[Heading]:
    """Every heading of every page that ships, in reading order."""
    return [heading for page in PAGES for heading in _of_page(page)]


def _of_page(page: str) -> list[Heading]:
    found: list[tuple[str, list[str]]] = []
    code = False
    for line in text_of(page).splitlines():
        code ^= line.startswith("```")
        if line.startswith("#") and not code:
            found.append((line.lstrip("#").strip(), []))
        elif found:
            found[-1][1].append(line)
    return [Heading(page, title, found[0][0], " ".join(" ".join(said).split())) for title, said in found]
