"""Names: how any of them is shown; and those of results, a template made legal on Windows, macOS and Linux alike.

Rules: Microsoft, “Naming Files, Paths, and Namespaces”; 255 bytes of UTF-8 (ext4, APFS; NTFS: 255 UTF-16
units, which is never less).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Mapping

from ganstudio.core.errors import UsageError

LONGEST = 255
FIELDS: dict[str, str] = {
    "stem": "the input's name without its suffix",
    "ext": "the input's suffix without the dot",
    "model": "the model",
    "scale": "how many times larger",
    "n": "number of the picture in its batch",
    "date": "day of the input file, 2024-12-31",
    "width": "the result's width in pixels",
    "height": "the result's height in pixels",
}
GENERATED: dict[str, str] = {
    "model": "the generator",
    "seed": "the seed",
    "class": "the class",
    "n": "number of the picture in its batch",
    "width": "the result's width in pixels",
    "height": "the result's height in pixels",
}  # of pictures that come from no file
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_JOINER = "\u200d"


def check_template(template: str, fields: Mapping[str, str] = FIELDS) -> None:
    """Raise UsageError when a template cannot be used: unknown placeholder, lone brace, a folder, empty."""
    if not template.strip(" ."):
        usual = "{stem}_{model}_{scale}x" if fields is FIELDS else "{model}_{seed}"
        raise UsageError("The name of the results is empty.", f"A usual one is {usual}.")
    if "/" in template or "\\" in template:
        raise UsageError(f"The name “{template}” has a folder in it.", "Say the folder with -o.")
    _filled(template, dict.fromkeys(fields, ""), fields)


def file_name(
    template: str, values: Mapping[str, str], extension: str, number: int = 1, page: str = "",
    fields: Mapping[str, str] = FIELDS,
) -> str:  # fmt: skip
    """The file name that `template` gives with `values` (keys: `fields`) and `extension` (“.png”).

    `page` is put behind the stem; a `number` above 1 adds “ (2)”. What is too long is cut from the stem,
    between characters, so that the rest of the name stays. The result is legal on every system. Raises
    UsageError as `check_template` does.
    """
    tail = (f" ({number})" if number > 1 else "") + extension
    stem = values.get("stem", "")
    while True:
        whole = legal(_filled(template, {**values, "stem": stem + page}, fields) + tail, tail)
        excess = size(whole) - LONGEST
        if excess <= 0:
            return whole
        shorter = cut(stem, max(size(stem) - excess, 0))
        if not shorter or shorter == stem:
            return legal(cut(whole.removesuffix(tail), LONGEST - size(tail)) + tail, tail)
        stem = shorter


def _filled(template: str, values: Mapping[str, str], fields: Mapping[str, str]) -> str:
    made: list[str] = []
    try:
        for text, name, form, conversion in string.Formatter().parse(template):
            made.append(text)
            if name is None:
                continue
            if name not in fields or form or conversion:
                known = ", ".join(f"{{{one}}}" for one in fields)
                what = f"The name “{template}” has an unknown placeholder {{{name}}}."
                raise UsageError(what, f"Known: {known}.")
            made.append(values.get(name, ""))
    except ValueError as error:
        what = f"The name “{template}” has a single brace."
        raise UsageError(what, "Write {{ or }} for a brace itself.") from error
    return "".join(made)


def legal(name: str, tail: str = "") -> str:
    """`name` with what some system forbids replaced by “_”; `tail` is the end that is kept as it is."""
    body = _FORBIDDEN.sub("_", name.removesuffix(tail)).rstrip(" .")
    if _RESERVED.match(body + tail):
        body = "_" + body
    return (body or "_") + tail


def size(name: str) -> int:
    """Bytes of a name on disk."""
    return len(name.encode("utf-8", "surrogatepass"))


def cut(text: str, limit: int) -> str:
    """The beginning of `text` in at most `limit` bytes of UTF-8, no visible character parted."""
    if size(text) <= limit:
        return text
    end = len(text.encode("utf-8", "surrogatepass")[: max(limit, 0)].decode("utf-8", "ignore"))
    whole = end
    while end > 0 and _inside_character(text, end):
        end -= 1
    return text[: end or whole]


def _inside_character(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would part an accent, an emoji sequence or a flag."""
    after, before = text[at], text[at - 1]
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or _JOINER in (after, before):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    flags = 0
    while flags < at and "\U0001f1e6" <= text[at - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return flags % 2 == 1 and "\U0001f1e6" <= after <= "\U0001f1ff"


def collision_key(path: str) -> bytes:
    """Equal for two paths that are one file on some system: case and Unicode normal form do not count."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    return folded.encode("utf-8", "surrogatepass")


_NOT_SHOWN = ("Cc", "Cs", "Zl", "Zp")


def shown(text: object) -> str:
    """A text or path as it may stand in one line of a sentence, report or terminal: line breaks, codes that move the
    cursor and bytes that are no UTF-8 are written out, “\\n”, “\\x1b”, “\\xff”."""
    said = str(text)
    if said.isprintable():
        return said
    return "".join(_written_out(one) if unicodedata.category(one) in _NOT_SHOWN else one for one in said)


def _written_out(one: str) -> str:
    number = ord(one)
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else ascii(one)[1:-1]
