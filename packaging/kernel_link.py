"""From an ELF object of one function group to one flat image that runs wherever it lies: code, constants, no references
to the outside."""

from __future__ import annotations

import struct
from dataclasses import dataclass

# Relocations that stay inside the image (x86-64 psABI; ELF for the Arm 64-bit Architecture).
_X86_RELATIVE = {2, 4}  # PC32, PLT32
_ARM_PAGE, _ARM_CALLS = 275, {282, 283}
_ARM_LOW = {277: 0, 278: 0, 284: 1, 285: 2, 286: 3, 299: 4}  # shift of the low 12 bits
_ALLOCATED, _PROGBITS, _RELA, _SYMTAB = 2, 1, 4, 2
_MACHINES = {62: "x86-64", 183: "aarch64"}


@dataclass
class Section:
    name: str
    kind: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    at: int = -1


def flat_image(elf: bytes) -> tuple[bytes, dict[str, int]]:
    """(image, offset of each function in it). The image must lie at a multiple of 4096. ValueError for an object that
    refers to anything outside itself."""
    if elf[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a little-endian 64-bit ELF object")
    machine = _MACHINES[struct.unpack_from("<H", elf, 18)[0]]
    sections = _sections(elf)
    image = bytearray()
    # Code first; unwinding tables are allocated too, and nobody needs them.
    kept = [s for s in sections if s.kind == _PROGBITS and s.flags & _ALLOCATED and s.size and s.name != ".eh_frame"]
    for section in sorted(kept, key=lambda s: not s.name.startswith(".text")):
        image += bytes(-len(image) % max(section.align, 64))
        section.at = len(image)
        image += elf[section.offset : section.offset + section.size]
    symbols = _symbols(elf, sections)
    for section in sections:
        if section.kind == _RELA and sections[section.info].at >= 0:
            _relocate(elf, section, sections, symbols, image, machine)
    functions = {name: at for name, kind, at in symbols if kind == 2 and at is not None}
    return bytes(image), functions


def _sections(elf: bytes) -> list[Section]:
    (start,) = struct.unpack_from("<Q", elf, 40)
    size, count, names = struct.unpack_from("<HHH", elf, 58)
    raw = [struct.unpack_from("<IIQQQQIIQQ", elf, start + i * size) for i in range(count)]
    strings = raw[names][4]

    def name(offset: int) -> str:
        return elf[strings + offset : elf.index(b"\0", strings + offset)].decode()

    return [Section(name(r[0]), r[1], r[2], r[4], r[5], r[6], r[7], r[8]) for r in raw]


def _symbols(elf: bytes, sections: list[Section]) -> list[tuple[str, int, int | None]]:
    """(name, kind, offset in the image) of each symbol; no offset for one that is not in it."""
    table = next(s for s in sections if s.kind == _SYMTAB)
    strings = sections[table.link].offset
    made: list[tuple[str, int, int | None]] = []
    for offset in range(table.offset, table.offset + table.size, 24):
        name, info, _, index, value, _ = struct.unpack_from("<IBBHQQ", elf, offset)
        text = elf[strings + name : elf.index(b"\0", strings + name)].decode()
        inside = index < len(sections) and sections[index].at >= 0 and index > 0
        made.append((text, info & 15, sections[index].at + value if inside else None))
    return made


def _relocate(
    elf: bytes, section: Section, sections: list[Section], symbols: list[tuple[str, int, int | None]],
    image: bytearray, machine: str,
) -> None:  # fmt: skip
    for offset in range(section.offset, section.offset + section.size, 24):
        at, info, addend = struct.unpack_from("<QQq", elf, offset)
        name, _, target = symbols[info >> 32]
        place, kind = sections[section.info].at + at, info & 0xFFFFFFFF
        if target is None:
            raise ValueError(f"the code refers to {name or 'something'} outside itself")
        if machine == "x86-64" and kind in _X86_RELATIVE:
            struct.pack_into("<i", image, place, target + addend - place)
        elif machine == "aarch64":
            word = struct.unpack_from("<I", image, place)[0]
            struct.pack_into("<I", image, place, _arm_word(word, kind, target + addend, place))
        else:
            raise ValueError(f"a relocation of kind {kind} is not known")


def _arm_word(word: int, kind: int, target: int, place: int) -> int:
    """The instruction with the address filled in."""
    if kind == _ARM_PAGE:
        pages = (target >> 12) - (place >> 12)
        return word | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5
    if kind in _ARM_CALLS:
        return word | (target - place >> 2 & 0x3FFFFFF)
    if kind in _ARM_LOW:
        return word | ((target & 0xFFF) >> _ARM_LOW[kind]) << 10
    raise ValueError(f"a relocation of kind {kind} is not known")
