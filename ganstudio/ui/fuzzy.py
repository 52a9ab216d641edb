"""Finding by a few letters: “tryh” finds “Try it here”. Pure Python, no Qt."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_START, _WORD, _NEXT, _EXACT = 8.0, 6.0, 4.0, 20.0
_LEAST = 3  # letters of a word that is looked for in explanations


@dataclass(frozen=True)
class Match:
    """`score`: the higher the better. `hits`: which letters of the text were meant."""

    score: float
    hits: tuple[int, ...]


def match(query: str, text: str) -> Match | None:
    """Every word of the query must be found in the text, its letters in order; None where one is not."""
    folded = fold(text)
    score, hits = 0.0, set[int]()
    for word in fold(query).split():
        found = _whole(word, folded) or _letters(word, folded)
        if found is None:
            return None
        score += found.score
        hits.update(found.hits)
    return Match(score - 0.02 * len(text), tuple(sorted(hits)))


def whole_words(query: str, text: str) -> float | None:
    """The score where every word of the query begins a word of a longer text; None where one does not."""
    folded, score = fold(text), 0.0
    for word in fold(query).split():
        found = _whole(word, folded)
        if found is None or not _begins(folded, found.hits[0]) or len(word) < _LEAST:
            return None
        score += found.score
    return score


@lru_cache(maxsize=4096)  # the same texts at every letter that is typed
def fold(text: str) -> str:
    """Lower case without accents, one letter for each letter."""
    if text.isascii():
        return text.lower()
    plain = [unicodedata.normalize("NFKD", letter)[:1] for letter in text]
    return "".join(letter.lower()[:1] or " " for letter in plain)


def _whole(word: str, text: str) -> Match | None:
    """The word as it stands, best at the beginning of a word."""
    best: Match | None = None
    at = text.find(word)
    while at >= 0:
        score = _EXACT + len(word) + (_START if at == 0 else _WORD if _begins(text, at) else 0.0)
        if best is None or score > best.score:
            best = Match(score, tuple(range(at, at + len(word))))
        at = text.find(word, at + 1)
    return best


def _letters(word: str, text: str) -> Match | None:
    """The letters in order, each beginning a word or following the one before: else too much would be found."""
    hits: list[int] = []
    score, at = 0.0, 0
    for letter in word:
        place = _next(letter, text, at, bool(hits) and hits[-1] == at - 1)
        if place < 0:
            return None
        score += _NEXT if hits and place == hits[-1] + 1 else _START if place == 0 else _WORD
        hits.append(place)
        at = place + 1
    return Match(score, tuple(hits))


def _next(letter: str, text: str, start: int, following: bool) -> int:
    if following and start < len(text) and text[start] == letter:
        return start
    return next((at for at in range(start, len(text)) if text[at] == letter and _begins(text, at)), -1)


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
