"""XMP packets: what changes, what stays, what hostile bytes do."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.core import xmp

HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
)
TAIL = "</rdf:RDF></x:xmpmeta>\n" + " " * 200 + '<?xpacket end="w"?>'
SPACES = (
    'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" '
    'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
)


def packet(attributes: str = "", inner: str = "") -> bytes:
    return f'{HEAD}<rdf:Description rdf:about="uuid:1" {SPACES}{attributes}>{inner}</rdf:Description>{TAIL}'.encode()


def updated(data: bytes | None, width: int = 800, height: int = 600, **kwargs) -> str:
    made = xmp.updated(data, width, height, **kwargs)
    assert made is not None
    assert xmp.readable(made)
    return made.decode()


def test_orientation_and_sizes_in_both_forms():
    attributes = 'tiff:Orientation="6" exif:PixelXDimension="400" exif:PixelYDimension="300" dc:format="image/jpeg"'
    as_attributes = updated(packet(attributes))
    inner = "<tiff:Orientation>6</tiff:Orientation><tiff:ImageWidth>400</tiff:ImageWidth>"
    inner += "<tiff:ImageLength>300</tiff:ImageLength>"
    as_elements = updated(packet("", inner))
    assert 'tiff:Orientation="1"' in as_attributes
    assert 'PixelXDimension="800"' in as_attributes
    assert 'PixelYDimension="600"' in as_attributes
    assert 'dc:format="image/jpeg"' in as_attributes
    assert "<tiff:Orientation>1</tiff:Orientation>" in as_elements
    assert "<tiff:ImageWidth>800</tiff:ImageWidth><tiff:ImageLength>600</tiff:ImageLength>" in as_elements


def test_panoramas_keep_their_geometry():
    attributes = (
        'GPano:ProjectionType="equirectangular" GPano:FullPanoWidthPixels="1000" GPano:FullPanoHeightPixels="500" '
        'GPano:CroppedAreaImageWidthPixels="400" GPano:CroppedAreaImageHeightPixels="300" '
        'GPano:CroppedAreaLeftPixels="300" GPano:CroppedAreaTopPixels="100" GPano:InitialViewHeadingDegrees="12.5"'
    )
    made = updated(packet(attributes))
    for stated in (
        'FullPanoWidthPixels="2000"', 'FullPanoHeightPixels="1000"', 'ImageWidthPixels="800"',
        'ImageHeightPixels="600"',
        'LeftPixels="600"', 'TopPixels="200"', 'HeadingDegrees="12.5"', 'ProjectionType="equirectangular"',
    ):  # fmt: skip
        assert stated in made


def test_gps_goes_only_on_request():
    data = packet('exif:GPSLatitude="52,1.2N" exif:ISOSpeed="100"', "<exif:GPSLongitude>13,2E</exif:GPSLongitude>")
    assert "52,1.2N" in updated(data)
    without = updated(data, drop_gps=True)
    assert "GPS" not in without
    assert 'ISOSpeed="100"' in without


def test_what_speaks_of_parts_left_behind_goes():
    attributes = 'hdrgm:Version="1.0" GCamera:MotionPhoto="1" xmpNote:HasExtendedXMP="AB" GCamera:Other="stays"'
    made = updated(packet(attributes))
    for gone in ("Version=", "MotionPhoto", "HasExtendedXMP"):
        assert gone not in made
    assert "stays" in made


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        ("", "algorithmicallyEnhanced", "algorithmicallyEnhanced"),
        ("digitalCapture", "algorithmicallyEnhanced", "algorithmicallyEnhanced"),
        ("algorithmicallyEnhanced", "compositeWithTrainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"),
        ("trainedAlgorithmicMedia", "algorithmicallyEnhanced", "trainedAlgorithmicMedia"),
        ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"),
        ("compositeSynthetic", "algorithmicallyEnhanced", "compositeSynthetic"),
        ("somethingNew", "algorithmicallyEnhanced", "somethingNew"),
        ("somethingNew", "trainedAlgorithmicMedia", "trainedAlgorithmicMedia"),
        ("trainedAlgorithmicMedia", "", "trainedAlgorithmicMedia"),
        ("digitalCapture", "", "digitalCapture"),
    ],
)
@pytest.mark.parametrize("form", ["attribute", "element", "resource"])
def test_the_source_type_is_never_weakened(before, asked, after, form):
    value = xmp.SOURCE_TYPES + before
    stated = {
        "attribute": packet(f'Iptc4xmpExt:DigitalSourceType="{value}"'),
        "element": packet("", f"<Iptc4xmpExt:DigitalSourceType>{value}</Iptc4xmpExt:DigitalSourceType>"),
        "resource": packet("", f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{value}"/>'),
    }
    data = stated[form] if before else packet()
    made = updated(data, source_type=asked)
    assert xmp.source_type(made.encode()) == after
    assert made.count("newscodes/digitalsourcetype") == 1
    assert 'rdf:about=""' not in made  # all descriptions speak of the same thing


def test_a_picture_without_xmp_gets_a_packet_only_for_something_to_say():
    assert xmp.updated(None, 8, 8) is None
    assert xmp.updated(b"rubbish", 8, 8) is None
    made = xmp.updated(None, 8, 8, source_type="trainedAlgorithmicMedia")
    assert xmp.source_type(made) == "trainedAlgorithmicMedia"
    assert xmp.recipe(made) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_recipe_comes_back(text):
    recipe = json.dumps({"words": text}, ensure_ascii=False)
    first = xmp.updated(packet(), 8, 8, recipe=recipe, software="GANStudio 1")
    assert json.loads(xmp.recipe(first) or "") == {"words": text}
    second = xmp.updated(first, 8, 8, recipe='{"n": 2}', software="GANStudio 2")
    assert xmp.recipe(second) == '{"n": 2}'
    assert second is not None
    assert second.count(b"ganstudio:Recipe>") == 2  # one element


def test_unknown_properties_prefixes_and_text_stay():
    inner = "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Ä &amp; 日本 &lt;b&gt;</rdf:li></rdf:Alt></dc:title>"
    made = updated(packet("", inner), source_type="algorithmicallyEnhanced", recipe="{}")
    assert "Ä &amp; 日本 &lt;b&gt;" in made
    assert "<dc:title><rdf:Alt>" in made


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 50,
        b"<a/>",
        packet()[:-260],
        packet().replace(b"<x:xmpmeta", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x:xmpmeta', 1),
        packet("", "<dc:a>" * 5000 + "</dc:a>" * 5000),
        b'<?xml version="1.0" encoding="nonsense"?>' + packet(),
        packet().replace(b"rdf:RDF", b"rdf:Other"),
    ],
    ids=["empty", "zeros", "no xmp", "cut", "entities", "deep", "encoding", "no rdf"],
)
def test_hostile_packets_are_left_out(data):
    assert not xmp.readable(data)
    assert xmp.updated(data, 8, 8) is None
    assert xmp.recipe(data) is None
    assert xmp.source_type(data) == ""
    assert xmp.source_type(xmp.updated(data, 8, 8, source_type="digitalArt")) == "digitalArt"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_packets_never_raise(data):
    whole = bytearray(packet('tiff:Orientation="6"', "<dc:title>x</dc:title>"))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    xmp.updated(bytes(whole), 8, 8, source_type="digitalArt", recipe="{}", drop_gps=True)
    xmp.recipe(bytes(whole))
