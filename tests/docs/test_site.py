"""The site's pages: every link leads somewhere, every page is listed, every command has one; nothing is fetched."""

from __future__ import annotations

import re
from pathlib import Path

import command_pages
import pytest

import docs
from ganstudio.cli.main import commands
from ganstudio.core.params import Switch
from ganstudio.tools import all_tools

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
_PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?:)([^)\s]+)\)")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("commands")
    return {path.stem: path.read_text("utf-8") for path in command_pages.write(folder)}


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as MkDocs makes them."""
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title.strip().lower())).strip("-") for title in titles}


def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    known = {
        path.relative_to(ROOT / "docs").as_posix(): path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md")
    }
    known |= {f"commands/{name}.md": text for name, text in pages.items()}
    known["changelog.md"] = (ROOT / "CHANGELOG.md").read_text("utf-8")
    broken = []
    for page, text in known.items():
        for target, anchor in _LINK.findall(text):
            path = (Path(page).parent / target).as_posix() if target else page
            if path not in known or (anchor and anchor[1:] not in anchors(known[path])):
                broken.append(f"{page}: {target}{anchor}")
        broken += [f"{page}: {target}" for target in _PICTURE.findall(text) if not (ROOT / "docs" / target).is_file()]
    assert not broken


def test_every_page_is_in_the_list() -> None:
    listed = set(re.findall(r"([\w-]+\.md)", (ROOT / "mkdocs.yml").read_text("utf-8")))
    there = {path.name for path in (ROOT / "docs").glob("*.md")} | {"changelog.md"}
    assert listed == there


def test_every_command_has_a_page_with_all_its_flags(pages: dict[str, str]) -> None:
    assert set(pages) == {*commands(), "index"}
    for name in commands():
        assert f"[{name}]({name}.md)" in pages["index"]
    for tool in all_tools().values():
        for one in tool.params.parameters():
            flag = "--" + one.name.replace("_", "-")
            assert f"`{flag}`" in pages[tool.id] or f"`{flag} " in pages[tool.id], flag
            assert isinstance(one.kind, Switch) or one.kind.metavar.replace("|", "\\|") in pages[tool.id]


def test_pages_of_commands_that_are_gone_go(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("# ganstudio gone")
    command_pages.write(tmp_path)
    assert not (tmp_path / "gone.md").exists() and (tmp_path / "upscale.md").exists()


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ('<script src="https://cdn.example/x.js"></script>', 1),
        ('<link href="//fonts.example/x.css" rel="stylesheet">', 1),
        ('<link rel="stylesheet" href="assets/x.css">', 0),
        ('<img src="pictures/a.webp"> <a href="https://example.org">there</a>', 0),
        ("<style>a { background: url(https://example.org/x.png) }</style>", 1),
    ],
)
def test_what_is_fetched_from_elsewhere_is_found(tmp_path: Path, html: str, count: int) -> None:
    (tmp_path / "index.html").write_text(html)
    assert len(docs.fetched_from_elsewhere(tmp_path)) == count
