"""How the terminal writes numbers, times and tables."""

from __future__ import annotations

from collections.abc import Sequence


def size_text(count: float) -> str:
    """Bytes as people read them: 1,234 → “1.2 KB”."""
    value, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"


def time_text(seconds: float) -> str:
    """Seconds as people say them: “40 s”, “12 min”, “11 h 20 min”, “3 d 4 h”."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{round(whole / 60)} min"
    hours, minutes = divmod(round(whole / 60), 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def count_text(count: int, one: str, many: str = "") -> str:
    """“1 file”, “4,000 files”."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns; the last one may be as long as it is."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head) - 1)]
    return "\n".join(
        "  ".join([*(w.ljust(n) for w, n in zip(line, widths, strict=False)), line[-1]]).rstrip()
        for line in lines
    )
