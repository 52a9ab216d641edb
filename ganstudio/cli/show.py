"""How the terminal writes numbers, times and tables."""

from __future__ import annotations

from collections.abc import Sequence


def size_text(count: float) -> str:
    """Bytes as people read them: 1,234 → “1.2 KB”."""
    if count < 1000:
        return count_text(round(count), "byte")
    units = ("KB", "MB", "GB", "TB")
    power = next((n for n in range(1, len(units)) if count / 1000**n < 999.5), len(units))
    value = count / 1000**power
    return f"{value:,.0f} {units[power - 1]}" if value >= 99.95 else f"{value:.1f} {units[power - 1]}"


def time_text(seconds: float) -> str:
    """Seconds as people say them: “40 s”, “12 min”, “11 h 20 min”, “3 d 4 h”."""
    if seconds < 99.5:
        return f"{max(round(seconds), 1)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def count_text(count: int, one: str, many: str = "") -> str:
    """“1 file”, “4,000 files”."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def number_text(value: float) -> str:
    """A measured number with as many digits as are worth reading: “0.04”, “3.2”, “1,536”."""
    if value >= 99.5:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.1g}" if value else "0"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns; the last one may be as long as it is."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head) - 1)]
    return "\n".join(
        "  ".join([*(w.ljust(n) for w, n in zip(line, widths, strict=False)), line[-1]]).rstrip() for line in lines
    )


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters, the middle left out."""
    half = (longest - 1) // 2
    return text if len(text) <= longest else f"{text[:half]}…{text[-half:]}"
