"""Inter from the resources, the system's own font behind it (Inter has no CJK)."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from ganstudio.core.paths import resource

_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
_CJK = ("Noto Sans CJK JP", "Noto Sans CJK SC", "Yu Gothic UI", "Microsoft YaHei UI", "Hiragino Sans")


def load() -> list[str]:
    """Adds Inter to the program's fonts; returns the families to ask for, Inter first when it could be read."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    families: list[str] = []
    for name in _FILES:
        loaded = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        families += QFontDatabase.applicationFontFamilies(loaded) if loaded >= 0 else []
    wanted = sorted(set(families), key=len)[:1] + [system, *_CJK]
    return list(dict.fromkeys(wanted))


def make(families: list[str], pixels: int, weight: int) -> QFont:
    """A font with tabular figures. `pixels` is the em height in device-independent pixels."""
    made = QFont(families)
    made.setPixelSize(max(1, pixels))
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
