"""The only colours of the program, by name, dark and light."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Tokens:
    """Colours by what they are for; every grey has R = G = B so that nothing tints the judgement of a photograph."""

    dark: bool
    canvas: QColor
    window: QColor
    panel: QColor
    raised: QColor
    field: QColor
    hover: QColor
    pressed: QColor
    segment: QColor
    line: QColor
    edge: QColor
    text: QColor
    text2: QColor
    text3: QColor
    accent: QColor
    accent_text: QColor
    sel: QColor
    on_accent: QColor
    ok: QColor
    warn: QColor
    err: QColor
    track: QColor
    knob: QColor
    scrim: QColor
    frame: QColor | None = None  # the 1 px line round raised things and fields; None where the fill is enough
    knob_line: QColor | None = None
    contrast: bool = False  # whether these come from the system's high-contrast palette
    data: tuple[QColor, ...] = ()  # curves of plots, in order

    def named(self, name: str) -> QColor:
        """The colour of a token's name; KeyError for a word that is none."""
        found = getattr(self, name, None)
        if not isinstance(found, QColor):
            raise KeyError(f"no colour is called {name}")
        return found


def _c(text: str) -> QColor:
    return QColor(text)


DARK = Tokens(
    dark=True,
    canvas=_c("#191919"),
    window=_c("#212121"),
    panel=_c("#292929"),
    raised=_c("#333333"),
    field=_c("#1F1F1F"),
    hover=_c("#3B3B3B"),
    pressed=_c("#454545"),
    segment=_c("#4A4A4A"),
    line=_c("#3A3A3A"),
    edge=_c("#161616"),
    text=_c("#EBEBEB"),
    text2=_c("#C2C2C2"),
    text3=_c("#ABABAB"),
    accent=_c("#3570D4"),
    accent_text=_c("#8DB8FF"),
    sel=_c("#2C3F5E"),
    on_accent=_c("#FFFFFF"),
    ok=_c("#6CC48A"),
    warn=_c("#E5B04F"),
    err=_c("#F5998F"),
    track=_c("#4A4A4A"),
    knob=_c("#E4E4E4"),
    scrim=QColor(0, 0, 0, 140),
    data=(_c("#8DB8FF"), _c("#E5B04F"), _c("#7FCBA4"), _c("#D89BE0")),
)

LIGHT = Tokens(
    dark=False,
    canvas=_c("#C4C4C4"),
    window=_c("#DCDCDC"),
    panel=_c("#F1F1F1"),
    raised=_c("#FFFFFF"),
    field=_c("#FFFFFF"),
    hover=_c("#E4E4E4"),
    pressed=_c("#D6D6D6"),
    segment=_c("#D5E2F8"),
    line=_c("#D2D2D2"),
    edge=_c("#BDBDBD"),
    text=_c("#1C1C1C"),
    text2=_c("#474747"),
    text3=_c("#5A5A5A"),
    accent=_c("#2C66C8"),
    accent_text=_c("#1F55B0"),
    sel=_c("#D5E2F8"),
    on_accent=_c("#FFFFFF"),
    ok=_c("#17693A"),
    warn=_c("#7A4F00"),
    err=_c("#B3261E"),
    track=_c("#BDBDBD"),
    knob=_c("#FFFFFF"),
    scrim=QColor(0, 0, 0, 89),
    frame=_c("#D2D2D2"),
    knob_line=_c("#7F7F7F"),
    data=(_c("#1F55B0"), _c("#8A5A00"), _c("#17693A"), _c("#8A2C96")),
)

# Painted over pictures, the same in dark and light.
PICTURE_LABEL = QColor("#F2F2F2")
PICTURE_LABEL_GROUND = QColor(0, 0, 0, 204)
SPLIT_LINE = QColor(255, 255, 255, 235)
MASK_OVERLAY = QColor(214, 60, 60)


def from_system(palette: QPalette) -> Tokens:
    """Tokens for the system's high-contrast mode: its palette's own pairs, nothing between them."""
    role = QPalette.ColorRole
    window, text = palette.color(role.Window), palette.color(role.WindowText)
    base, button = palette.color(role.Base), palette.color(role.Button)
    chosen, on_chosen = palette.color(role.Highlight), palette.color(role.HighlightedText)
    link = palette.color(role.Link)
    off = palette.color(QPalette.ColorGroup.Disabled, role.WindowText)
    return Tokens(
        dark=window.lightness() < 128,
        canvas=window,
        window=window,
        panel=window,
        raised=button,
        field=base,
        hover=button,
        pressed=button,
        segment=chosen,
        line=text,
        edge=text,
        text=text,
        text2=text,
        text3=off if off != window else text,
        accent=chosen,
        accent_text=link if link != window else text,
        sel=QColor(base),  # an object of its own: widgets/draw knows what is chosen by it
        on_accent=on_chosen,
        ok=text,
        warn=text,
        err=text,
        track=text,
        knob=base,
        scrim=QColor(0, 0, 0, 140),
        frame=text,
        knob_line=text,
        contrast=True,
        data=(text, link, chosen, text),
    )


def contrast(over: QColor, under: QColor) -> float:
    """WCAG 2 contrast ratio of two opaque colours, 1 to 21."""

    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(over), luminance(under)), reverse=True)
    return (high + 0.05) / (low + 0.05)
