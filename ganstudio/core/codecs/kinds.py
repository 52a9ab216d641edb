"""What a file is, by its first bytes and, where they say nothing, by its suffix; and why other kinds are refused."""

from __future__ import annotations

from ganstudio.core.errors import NotAPicture
from ganstudio.core.text import N_, _

HEAD = 4096  # bytes of a file that `sniff` wants to see

PICTURE_SUFFIXES: dict[str, tuple[str, ...]] = {
    "png": (".png", ".apng"),
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".mpo"),
    "webp": (".webp",),
    "tiff": (".tif", ".tiff", ".btf", ".tf8"),
    "bmp": (".bmp", ".dib"),
    "gif": (".gif",),
    "avif": (".avif", ".avifs"),
    "heif": (".heic", ".heif", ".hif", ".heics", ".heifs"),
}

_OTHER_SUFFIXES: dict[str, str] = {
    "raw": ".3fr .ari .arw .bay .cap .cr2 .cr3 .crw .dcr .dcs .dng .drf .eip .erf .fff .gpr .iiq .k25 .kdc .mdc .mef "
    ".mos .mrw .nef .nrw .orf .pef .ptx .pxn .r3d .raf .raw .rw2 .rwl .rwz .sr2 .srf .srw .x3f",
    "video": ".mov .mp4 .m4v .avi .mkv .webm .mts .m2ts .3gp .wmv .mpg .mpeg .insv .lrv",
    "sidecar": ".xmp .aae .thm .pp3 .dop .xml .json .on1 .cos .vrd",
    "other-picture": ".jxl .jp2 .j2k .jpf .jpx .jxr .psd .psb .xcf .kra .ora .svg .eps .ai .exr .hdr .ico .cur .tga "
    ".pcx .ppm .pgm .pbm .pnm .pam .qoi .dds .fits .avci",
}
_KIND_OF = {suffix: kind for kind, suffixes in PICTURE_SUFFIXES.items() for suffix in suffixes} | {
    suffix: kind for kind, suffixes in _OTHER_SUFFIXES.items() for suffix in suffixes.split()
}

_SENTENCES = {
    "raw": N_("is a camera RAW file, which is not supported; develop it to JPEG or TIFF first"),
    "video": N_("is a video, not a picture"),
    "sidecar": N_("is a sidecar file, not a picture"),
    "pdf": N_("is a PDF document, not a picture"),
    "archive": N_("is an archive, not a picture"),
    "jxl": N_("is a JPEG XL picture, which is not supported"),
    "jp2": N_("is a JPEG 2000 picture, which is not supported"),
    "psd": N_("is a Photoshop document, which is not supported; save it as TIFF or PNG first"),
    "exr": N_("is an OpenEXR picture, which is not supported"),
    "svg": N_("is a vector drawing (SVG), which is not supported"),
    "ico": N_("is an icon, which is not supported"),
    "other-picture": N_("is a kind of picture that is not supported"),
    "text": N_("is a text file, not a picture"),
    "empty": N_("is empty"),
}

_RAW_HEADS = (b"FUJIFILMCCD-RAW", b"IIU\x00", b"IIRO", b"IIRS", b"MMOR", b"FOVb", b"\x00MRM", b"ARRI")
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_VIDEO_BRANDS = (b"qt  ", b"mp4", b"isom", b"iso", b"M4V", b"M4A", b"avc1", b"3gp", b"3g2", b"dash", b"MSNV", b"mmp4")


class OtherKind(NotAPicture):
    """A file of another kind; `kind` is "raw", "video", "sidecar", "pdf", "text", … or "unknown"."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def other_kind(name: str, kind: str) -> OtherKind:
    return OtherKind(_("“{name}” {why}.").format(name=name, why=sentence(kind)), kind)


def sentence(kind: str) -> str:
    """What continues “name” … for a kind that is not read."""
    return _(_SENTENCES.get(kind, N_("is not a picture")))


def kind_of_suffix(suffix: str) -> str | None:
    """A picture format's id, or "raw", "video", "sidecar", "other-picture"; None for all other suffixes."""
    return _KIND_OF.get(suffix.lower().strip())


def sniff(head: bytes) -> str | None:
    """The format by content, from the first bytes (up to `HEAD`): a picture format's id (png jpeg webp tiff bmp gif
    avif heif), the name of a kind that is refused (raw video pdf jxl jp2 psd exr svg ico archive text), or None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "video"}.get(head[8:12])
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head.startswith(_RAW_HEADS) or head[6:14] == b"HEAPCCDR":
        return "raw"
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return "raw" if head[8:10] == b"CR" else "tiff"
    if head[:4] in (b"II+\x00", b"MM\x00+"):
        return "tiff"
    if head[:2] == b"BM" and _bmp_header(head):
        return "bmp"
    if head[4:8] == b"ftyp":
        return _of_brands(head)
    return _of_other(head)


def _bmp_header(head: bytes) -> bool:
    """“BM” alone begins many texts: the two reserved fields are zero and the header's size is a known one."""
    return len(head) >= 18 and int.from_bytes(head[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124)


def _of_brands(head: bytes) -> str | None:
    """ISO base media: the major brand, then the compatible ones (mif1 and msf1 say only *some* HEIF)."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12]] + [head[at : at + 4] for at in range(16, length - 3, 4)]
    if brands[0] == b"crx ":
        return "raw"
    if brands[0] in (b"avif", b"avis"):
        return "avif"
    if brands[0] in _HEIF_BRANDS:
        return "heif"
    if brands[0] in (b"mif1", b"msf1", b"mif2", b"miaf"):
        return "avif" if b"avif" in brands or b"avis" in brands else "heif"
    if brands[0] in (b"jxl ", b"jp2 ", b"jpx "):
        return {b"jxl ": "jxl"}.get(brands[0], "jp2")
    return "video" if brands[0].startswith(_VIDEO_BRANDS) else None


def _of_other(head: bytes) -> str | None:
    for kind, starts in (
        ("pdf", (b"%PDF-",)),
        ("psd", (b"8BPS",)),
        ("exr", (b"v/1\x01",)),
        ("jxl", (b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")),
        ("jp2", (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")),
        ("ico", (b"\x00\x00\x01\x00", b"\x00\x00\x02\x00")),
        ("archive", (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")),
        ("video", (b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba")),
    ):
        if head.startswith(starts):
            return kind
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "video"
    return _of_text(head)


def _of_text(head: bytes) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in head.lower()):
        return "svg"
    if not head or any(byte < 9 or 13 < byte < 32 for byte in head):
        return None
    try:
        head[:-4].decode("utf-8")  # the last character may be cut
    except UnicodeDecodeError:
        return None
    return "text"
