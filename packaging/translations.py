"""The window's languages: `python packaging/translations.py` after a text was added or changed.

Collects every marked text of the program into resources/translations/ganstudio.pot, brings each catalogue
(LANGUAGE/LC_MESSAGES/ganstudio.po) in line with it (new texts empty, those that are gone left out) and compiles it.
With `--check` nothing is written: what is missing or stale is listed, and the exit code is 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from catalogue import Entry, compiled, parse, written
from marked_texts import ROOT, Text, marked_texts

FOLDER = ROOT / "resources" / "translations"
DOMAIN = "ganstudio"
_HEAD = """Project-Id-Version: GANStudio
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit
"""


def template(texts: list[Text]) -> str:
    """The catalogue of the texts alone, to begin a language with."""
    return written([Entry((), "", said=(_HEAD,)), *(Entry.of(one) for one in texts)])


def merged(texts: list[Text], known: list[Entry]) -> list[Entry]:
    """The head and the translations of `known` in the order of `texts`; new ones are empty."""
    told = {entry.key: entry.said for entry in known}
    head = [entry for entry in known if not entry.one]
    return head + [Entry.of(one, told.get(one.key, ())) for one in texts]


def catalogues() -> list[Path]:
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def outputs() -> dict[Path, bytes]:
    """Every file as it should be."""
    texts = marked_texts()
    made = {FOLDER / f"{DOMAIN}.pot": template(texts).encode()}
    for path in catalogues():
        entries = merged(texts, parse(path.read_text("utf-8")))
        made[path] = written(entries).encode()
        made[path.with_suffix(".mo")] = compiled(entries)
    return made


def untranslated(path: Path) -> list[str]:
    """The texts of a catalogue that have no translation."""
    return [entry.one for entry in parse(path.read_text("utf-8")) if not all(entry.said) or not entry.said]


def main(words: list[str]) -> int:
    stale = [path for path, data in outputs().items() if not path.is_file() or path.read_bytes() != data]
    if "--check" not in words:
        for path, data in outputs().items():
            path.write_bytes(data)
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'stale' if '--check' in words else 'written'}")
    missing = 0
    for path in catalogues():
        for text in untranslated(path):
            missing += 1
            print(f"{path.parts[-3]}: not translated: {text!r}")
    return int("--check" in words and bool(stale or missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
