"""What a person may write into a number field: sums, other units, "max". No Qt in here."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\s*(?:(\d+(?:[.,]\d*)?|[.,]\d+)|([-+*/()×÷−^])|([^\W\d_]+|%|°|″|\"))")
_SAME = {"×": "*", "÷": "/", "−": "-", "x": "*", "X": "*"}
_DEPTH = 20


class _Reader:
    """Recursive descent over sums: + − × ÷ and brackets, each number with an optional unit behind it."""

    def __init__(self, text: str, units: dict[str, float]) -> None:
        self._units = units
        self._tokens = self._split(text)
        self._at = 0
        self._depth = 0

    def _split(self, text: str) -> list[str]:
        spaceless = re.sub(r"(?<=\d)[\u2009\u202f\u00a0 ](?=\d{3}(?!\d))", "", text).strip()
        found, at = [], 0
        while at < len(spaceless):
            token = _TOKEN.match(spaceless, at)
            if token is None:
                raise ValueError(text)
            word = token.group(0).strip()
            found.append(word)
            at = token.end()
        return found

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def whole(self) -> float:
        value = self._sum()
        if self._peek():
            raise ValueError(self._peek())
        return value

    def _sum(self) -> float:
        value = self._product()
        while _SAME.get(self._peek(), self._peek()) in ("+", "-") and self._peek():
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> float:
        value = self._factor()
        while self._is_times():
            sign = _SAME.get(self._peek(), self._peek())
            self._at += 1
            value = value * self._factor() if sign == "*" else value / self._factor()
        return value

    def _is_times(self) -> bool:
        sign = _SAME.get(self._peek(), self._peek())
        return sign in ("*", "/") and not self._is_times_unit()

    def _is_times_unit(self) -> bool:
        """Whether this × belongs to the number before it ("4×") and no factor follows."""
        after = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else ""
        return self._peek() in ("×", "x", "X") and not (after[:1].isdigit() or after[:1] in ("(", ".", ","))

    def _factor(self) -> float:
        self._depth += 1
        if self._depth > _DEPTH:
            raise ValueError("too deep")
        token = self._take()
        if token in ("-", "−"):
            value = -self._factor()
        elif token == "+":
            value = self._factor()
        elif token == "(":
            value = self._sum()
            if self._take() != ")":
                raise ValueError("bracket")
        elif token[:1].isdigit() or token[:1] in (".", ","):
            value = float(token.replace(",", ".")) * self._unit()
        else:
            raise ValueError(token)
        self._depth -= 1
        return value

    def _unit(self) -> float:
        word = self._peek().lower()
        if word in ("x", "×"):
            self._at += "×" in self._units and self._is_times_unit()
            return 1.0
        if word in self._units:
            self._at += 1
            return self._units[word]
        return 1.0


LENGTHS = {"mm": 0.1, "cm": 1.0, "in": 2.54, "inch": 2.54, "″": 2.54, '"': 2.54, "pt": 2.54 / 72}  # in cm


def units_for(unit: str, more: dict[str, float] | None = None) -> dict[str, float]:
    """Every unit that may be written where `unit` is meant, as factors into `unit`."""
    known = {unit.lower(): 1.0} if unit else {}
    if unit in LENGTHS:
        known |= {word: factor / LENGTHS[unit] for word, factor in LENGTHS.items()}
    if unit == "s":
        known |= {"ms": 0.001, "min": 60.0, "h": 3600.0}
    if unit in ("MB", "GB"):
        known |= {"mb": 1.0 if unit == "MB" else 0.001, "gb": 1000.0 if unit == "MB" else 1.0}
    return known | {word.lower(): factor for word, factor in (more or {}).items()}


def evaluate(text: str, unit: str, low: float, high: float, more: dict[str, float] | None = None) -> float:
    """The number that was written: "128*2", "3 cm", "50 %", "1,5", "max". ValueError where it is none."""
    word = text.strip().lower()
    if word in ("max", "maximum"):
        return high
    if word in ("min", "minimum"):
        return low
    try:
        value = _Reader(text, units_for(unit, more)).whole()
    except (ZeroDivisionError, OverflowError, IndexError) as error:
        raise ValueError(text) from error
    if value != value or abs(value) == float("inf"):
        raise ValueError(text)
    return value
