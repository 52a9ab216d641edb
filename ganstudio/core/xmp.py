"""XMP packets: what must change when the pixels change, the mark of AI, our recipe. All else stays as it was.

Sources: XMP specification part 1 (ISO 16684-1); IPTC Photo Metadata 2023.2 and its vocabulary
http://cv.iptc.org/newscodes/digitalsourcetype/; Google Photo Sphere XMP (GPano).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.dom.minidom import Attr, Document, Element, Text, parseString
from xml.parsers.expat import ExpatError

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
OURS = "urn:ganstudio:1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_GPANO = "http://ns.google.com/photos/1.0/panorama/"
_XMLNS = "http://www.w3.org/2000/xmlns/"
_LARGEST, _DEEPEST = 16_000_000, 100

# What speaks of other parts of the input file (gain map, motion trailer, extended packet, thumbnail): not carried over.
_STALE_SPACES = {
    "http://ns.adobe.com/hdr-gain-map/1.0/",
    "http://ns.apple.com/HDRGainMap/1.0/",
    "http://ns.google.com/photos/1.0/container/",
}
_STALE = {
    ("http://ns.adobe.com/xap/1.0/", "Thumbnails"),
    ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP"),
    *(
        ("http://ns.google.com/photos/1.0/camera/", name)
        for name in (
            "MotionPhoto", "MotionPhotoVersion", "MotionPhotoPresentationTimestampUs", "MicroVideo",
            "MicroVideoVersion", "MicroVideoOffset", "MicroVideoPresentationTimestampUs",
        )
    ),
}  # fmt: skip

# How much of a picture is said to be synthetic, least first. A value is replaced only by one further down.
_STRENGTH = {
    name: strength
    for strength, names in enumerate(
        (
            "digitalCapture computationalCapture negativeFilm positiveFilm print screenCapture humanEdits "
            "minorHumanEdits virtualRecording softwareImage",
            "algorithmicallyEnhanced",
            "composite compositeCapture compositeSynthetic digitalArt digitalCreation dataDrivenMedia algorithmicMedia",
            "compositeWithTrainedAlgorithmicMedia",
            "trainedAlgorithmicMedia",
        )
    )
    for name in names.split()
}
_UNKNOWN_STRENGTH = _STRENGTH["composite"]

Name = tuple[str | None, str | None]


def readable(packet: bytes | None) -> bool:
    """Whether the bytes are an XMP packet (no entity declarations, bounded depth and size)."""
    return _parsed(packet) is not None


def source_type(packet: bytes | None) -> str:
    """The name of the strongest DigitalSourceType stated, "" when there is none."""
    document = _parsed(packet)
    if document is None:
        return ""
    stated = _values(document, lambda name: name == (_IPTC, "DigitalSourceType"))
    return stronger(*(value.rstrip("/").rpartition("/")[2] for value in stated))


def recipe(packet: bytes | None) -> str | None:
    """The recipe (JSON) that made the picture, when this program wrote it."""
    document = _parsed(packet)
    return next(iter(_values(document, lambda name: name == (OURS, "Recipe"))), None) if document else None


def stronger(*names: str) -> str:
    """The DigitalSourceType that says most; the first of equals; "" only when all are."""
    return max((name for name in names if name), key=lambda n: _STRENGTH.get(n, _UNKNOWN_STRENGTH), default="")


def updated(
    packet: bytes | None,
    width: int,
    height: int,
    *,
    source_type: str = "",
    recipe: str = "",
    software: str = "",
    drop_gps: bool = False,
    description: str = "",
) -> bytes | None:
    """The packet for upright pixels of width×height; None when there is nothing to say.

    Orientation becomes 1, stated sizes (tiff, exif, GPano) the new ones; GPS goes on request; `source_type`, the name
    of an IPTC DigitalSourceType, is set unless a stronger one is stated; a packet that is not readable is left out.
    `description` is a further rdf:Description, as XML, on parts of this file.
    """
    document = _parsed(packet)
    if document is None and not (source_type or recipe or description):
        return None
    if document is None:
        document = parseString(f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"/></x:xmpmeta>')
    _remove(document, _is_stale)
    if drop_gps:
        _remove(document, lambda name: name[0] == _EXIF and (name[1] or "").startswith("GPS"))
    _set_sizes(document, width, height)
    _mark(document, source_type, recipe, software)
    root = _root(document)
    further = parseString(description).documentElement if description else None
    if further is not None and root is not None:
        root.appendChild(document.importNode(further, True))
    body = document.documentElement.toxml()  # type: ignore[union-attr]
    head = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    return (head + body + '\n<?xpacket end="w"?>').encode("utf-8", "replace")


def _parsed(packet: bytes | None) -> Document | None:
    if not packet or len(packet) > _LARGEST or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return None
    try:
        document = parseString(packet.strip(b"\0 \t\r\n"))
    except (ExpatError, ValueError, LookupError):  # the last two: encodings that do not exist
        return None
    deep = any(depth > _DEEPEST for _, depth in _elements(document))
    return document if not deep and _root(document) is not None else None


def _elements(document: Document) -> Iterator[tuple[Element, int]]:
    """All elements with their depth; safe against changes of the element just given."""
    waiting: list[tuple[Element, int]] = [(document.documentElement, 0)] if document.documentElement else []
    while waiting:
        element, depth = waiting.pop()
        inner = [(child, depth + 1) for child in element.childNodes if isinstance(child, Element)]
        waiting += reversed(inner)
        yield element, depth


def _root(document: Document) -> Element | None:
    named = (one for one, _ in _elements(document) if one.namespaceURI == _RDF and one.localName == "RDF")
    return next(named, None)


def _found(document: Document, wanted: Callable[[Name], bool]) -> Iterator[Element | Attr]:
    """Properties in both forms XMP has: attributes and elements."""
    for element, _ in list(_elements(document)):
        if wanted((element.namespaceURI, element.localName)):
            yield element
            continue
        for attribute in list(element.attributes.values()):
            if attribute.namespaceURI != _XMLNS and wanted((attribute.namespaceURI, attribute.localName)):
                yield attribute


def _text(found: Element | Attr) -> str:
    if isinstance(found, Attr):
        return found.value
    resource = found.getAttributeNS(_RDF, "resource")
    return resource or "".join(child.data for child in found.childNodes if isinstance(child, Text)).strip()


def _values(document: Document, wanted: Callable[[Name], bool]) -> list[str]:
    return [text for one in _found(document, wanted) if (text := _text(one))]


def _remove(document: Document, wanted: Callable[[Name], bool]) -> None:
    for one in _found(document, wanted):
        if isinstance(one, Attr):
            one.ownerElement.removeAttributeNode(one)  # type: ignore[union-attr]
        elif one.parentNode is not None:
            one.parentNode.removeChild(one)


def _set(document: Document, space: str, local: str, change: Callable[[str], str]) -> None:
    """Change the value of a property wherever it is stated."""
    for one in _found(document, lambda name: name == (space, local)):
        value = change(_text(one))
        if isinstance(one, Attr):
            one.value = value
        else:
            for child in list(one.childNodes):
                one.removeChild(child)
            one.appendChild(document.createTextNode(value))


def _is_stale(name: Name) -> bool:
    return name[0] in _STALE_SPACES or name in _STALE


def _set_sizes(document: Document, width: int, height: int) -> None:
    _set(document, _TIFF, "Orientation", lambda _: "1")
    for space, name, value in (
        (_TIFF, "ImageWidth", width),
        (_TIFF, "ImageLength", height),
        (_EXIF, "PixelXDimension", width),
        (_EXIF, "PixelYDimension", height),
    ):
        _set(document, space, name, lambda _, value=value: str(value))
    for axis, value, offset in (("Width", width, "Left"), ("Height", height, "Top")):
        stated = _values(document, lambda name, axis=axis: name == (_GPANO, f"CroppedAreaImage{axis}Pixels"))
        old = _whole(stated[0]) if stated else None
        if not old:
            continue
        for local in (f"CroppedAreaImage{axis}Pixels", f"FullPano{axis}Pixels", f"CroppedArea{offset}Pixels"):
            _set(document, _GPANO, local, lambda text, f=value / old: _scaled(text, f))


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def _scaled(text: str, factor: float) -> str:
    number = _whole(text)
    return text if number is None else str(round(number * factor))


def _mark(document: Document, source_type: str, recipe: str, software: str) -> None:
    """Say in a description of our own what was done; what it replaces is taken out first."""
    stated = [text.rstrip("/").rpartition("/")[2] for text in _values(document, _is_source_type)]
    strongest = stronger(*stated, source_type)
    ours: list[tuple[str, str, str]] = []
    if source_type and strongest == source_type:
        _remove(document, _is_source_type)
        ours.append((_IPTC, "Iptc4xmpExt:DigitalSourceType", SOURCE_TYPES + source_type))
    if recipe:
        _remove(document, lambda name: name[0] == OURS)
        ours.append((OURS, "ganstudio:Recipe", re.sub("[\ud800-\udfff\ufffe\uffff]", _escaped, recipe)))
        ours.append((OURS, "ganstudio:Software", software))
    root = _root(document)
    if not ours or root is None:
        return
    rdf = root.prefix
    others = root.getElementsByTagNameNS(_RDF, "Description")
    about = others[0].getAttributeNS(_RDF, "about") if others else ""
    description = document.createElementNS(_RDF, f"{rdf}:Description" if rdf else "Description")
    description.setAttributeNS(_RDF, f"{rdf or 'rdf'}:about", about)
    for space, name, value in ours:
        description.setAttributeNS(_XMLNS, f"xmlns:{name.partition(':')[0]}", space)
        element = document.createElementNS(space, name)
        element.appendChild(document.createTextNode(value))
        description.appendChild(element)
    root.appendChild(description)


def _is_source_type(name: Name) -> bool:
    return name == (_IPTC, "DigitalSourceType")


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"  # the same character in JSON
