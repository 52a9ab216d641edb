"""Numbers, times and sizes as a person reads them. No Qt in here."""

from __future__ import annotations

import math
import re

from ganstudio.core.text import _, pgettext_

_CHIP_NOISE = re.compile(
    r"\((?:R|TM|C)\)|[®™©]"  # marks
    r"|\s\d+/\d+$"  # family and model, which our own titles end with
    r"|\s@\s*[\d.]+\s*[GM]Hz.*?(?=\s\d+/\d+$|$)"
    r"|\b\d+(?:th|rd|nd|st) Gen\b|\b(?:CPU|Processor)\b|\b(?:\d+|\w+)-Core\b"
    r"|\bwith Radeon.*$|\bw/ Radeon.*$",
    re.IGNORECASE,
)
THIN = "\u202f"  # narrow no-break space: thousands


def count(n: float) -> str:
    """A whole number with thin spaces: 1 204."""
    return f"{round(n):,}".replace(",", THIN).replace("-", "−")


def number(value: float, decimals: int = 0) -> str:
    """A number with so many decimals, the language's decimal mark, the real minus sign and thin spaces;
    "−0" is "0"."""
    rounded = round(value, decimals) + 0.0
    whole, point, part = f"{abs(rounded):,.{decimals}f}".partition(".")
    whole = whole.replace(",", THIN) + (pgettext_("decimal mark", ".") + part if point else "")
    return f"−{whole}" if rounded < 0 else whole


def measure(value: float) -> str:
    """A measured number to three figures: "31.4", "0.0398", "1 204"."""
    size = 0 if value == 0 else math.floor(math.log10(abs(value)))
    return number(value, max(0, min(6, 2 - size)))


def with_unit(value: float, unit: str, decimals: int = 0) -> str:
    """Number and unit: "70 %", "148 px", but "1.4×"."""
    shown = number(value, decimals)
    if not unit:
        return shown
    return f"{shown}{unit}" if unit in ("×", "°") else f"{shown}\u00a0{unit}"


def factor(value: float) -> str:
    """How many times: "2×", "1.5×"."""
    decimals = next(places for places in (0, 1, 2) if places == 2 or round(value, places) == round(value, 2))
    return f"{number(value, decimals)}×"


def percent(fraction: float) -> str:
    """A share 0 to 1 in whole per cent; only the end itself says 100 %."""
    if fraction >= 1:
        return "100\u00a0%"
    return f"{min(99, max(0, math.floor(fraction * 100)))}\u00a0%"


def device_name(title: str) -> str:
    """A processor or graphics card as people know it: without marks, speed, count of cores, and the numbers by which a
    maker's tables know the chip: "AMD Ryzen 7 5800X", "Intel Core i7-9750H", "NVIDIA GeForce RTX 3060"."""
    plain = _CHIP_NOISE.sub(" ", title)
    return " ".join(plain.split()).strip(" ,") or title


def seconds(s: float) -> str:
    """A duration: "0.4 s", "23 s", "2 min 30 s", "38 min", "about 2 h"."""
    if s < 9.95:
        return _("{n} s").format(n=number(s, 0 if s >= 1 and round(s, 1) == round(s) else 1))
    if s < 59.5:
        return _("{n} s").format(n=round(s))
    if s < 597:
        minutes, rest = divmod(round(s / 10) * 10, 60)
        plain = _("{n} min").format(n=minutes)
        return plain if rest == 0 else _("{m} min {s} s").format(m=minutes, s=rest)
    if s < 5400:
        return _("{n} min").format(n=round(s / 60))
    if s < 172800:
        return _("about {n} h").format(n=round(s / 3600))
    return _("about {n} days").format(n=count(s / 86400))


def left(s: float) -> str:
    """Time still to go, rounded so that it does not jitter: "5 s left", "1 min left"."""
    if s < 60:
        step = 1 if s < 10 else 5
        shown = max(1, math.ceil(s / step) * step)
        return _("{time} left").format(time=seconds(shown))
    if s < 300:
        return _("{time} left").format(time=seconds(math.ceil(s / 30) * 30))
    return _("{time} left").format(time=seconds(math.ceil(s / 60) * 60 if s < 5400 else s))


def bytes_(n: float) -> str:
    """A size in memory or on disk, decimal steps: "820 B", "9 MB", "4.6 GB"."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if n >= 0.9995 * size:
            value = n / size
            return f"{number(value, 1 if value < 9.95 and unit in ('GB', 'TB') else 0)}\u00a0{unit}"
    return f"{count(n)}\u00a0B"


def size_px(width: int, height: int) -> str:
    """ "4 608 × 4 608 px"."""
    return f"{count(width)} × {count(height)}\u00a0px"


def megapixels(width: int, height: int) -> str:
    value = width * height / 1e6
    return _("{n} megapixels").format(n=number(value, 1 if value < 9.95 else 0))
