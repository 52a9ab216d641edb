"""The texts a person reads, in the person's language: gettext, and a pseudo-language that shows what is cut.

`_("…")` translates now; `N_("…")` marks a text of a table that is translated when it is shown.
"""

from __future__ import annotations

import gettext
import locale
import os
import re

from ganstudio.core.paths import resource

DOMAIN = "ganstudio"
PSEUDO = "pseudo"
_FIELD = re.compile(r"(\{[^{}]*\}|%\([a-z_]+\)[a-z]|&(?=\w)|<[^<>]+>|\n)")
_ACCENTS = str.maketrans("aceginouszACEGINOUSZ", "áçéğíñóúšžÁÇÉĞÍÑÓÚŠŽ")
_LONGER = 0.3  # German is so much longer than English

_now: gettext.NullTranslations = gettext.NullTranslations()
_code = "en"


def _(text: str) -> str:
    """The text in the chosen language."""
    return _now.gettext(text) if text else ""


def ngettext_(one: str, many: str, count: int) -> str:
    """The text for `count` things; the caller puts the number in with `.format(…)`."""
    return _now.ngettext(one, many, count)


def pgettext_(context: str, text: str) -> str:
    """The text in the chosen language where one word has several meanings: `context` says which."""
    return _now.pgettext(context, text)


def N_(text: str) -> str:
    """Marks a text for the translators; `_` translates it when it is shown."""
    return text


def languages() -> list[str]:
    """The codes of the languages that ship, English first."""
    found = sorted(one.parts[-3] for one in resource("translations").glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return ["en", *found]


def set_language(code: str) -> str:
    """Choose by code ("de"), "system", "en" or "pseudo"; the code in force ("en" where there is no translation)."""
    global _now, _code
    wanted = system_language() if code == "system" else code
    if wanted == PSEUDO:
        _now, _code = _Pseudo(), PSEUDO
        return PSEUDO
    known = [one for one in (wanted, wanted.partition("_")[0]) if one in languages()[1:]]
    folder = str(resource("translations"))
    _now = gettext.translation(DOMAIN, folder, known[:1]) if known else gettext.NullTranslations()
    _code = known[0] if known else "en"
    return _code


def language() -> str:
    """The code in force. What another process says to a person here is said in it: it is told, and sets it."""
    return _code


def system_language() -> str:
    """The person's language as the system says it: "de_AT", "en"."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        word = os.environ.get(name, "").partition(":")[0].partition(".")[0]
        if word:
            return "en" if word in ("C", "POSIX") else word
    return (locale.getlocale()[0] or "en").partition(".")[0]


def accented(text: str) -> str:
    """A text in the pseudo-language: accents, brackets, a third longer; fields and markup stay as they are, and so do
    signs without a letter."""
    if not any(letter.isalpha() for letter in text):
        return text
    parts = _FIELD.split(text)
    letters = sum(len(part) for part in parts[::2])
    changed = [part if number % 2 else part.translate(_ACCENTS) for number, part in enumerate(parts)]
    filling = "~" * round(letters * _LONGER)
    end = "…" if changed[-1].endswith("…") else ""
    whole = "".join(changed).removesuffix("…")
    return f"[{whole}{filling}]{end}"


class _Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return accented(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return accented(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return accented(message)
