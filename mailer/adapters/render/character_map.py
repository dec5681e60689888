"""Which characters a font file has, read from its ``cmap`` table without loading a library for fonts (OpenType 1.9)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

_PREFERRED = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
"""Platform and encoding, the largest repertoire first."""


def characters(path: Path) -> frozenset[int]:
    """The characters of a TrueType or OpenType file that is no collection. Raises ValueError if it does not say."""
    data = path.read_bytes()
    tables = {data[at : at + 4]: struct.unpack_from(">II", data, at + 8) for at in _entries(data)}
    if b"cmap" not in tables:
        raise ValueError(f"{path} has no character map")
    start, length = tables[b"cmap"]
    table = data[start : start + length]
    (count,) = struct.unpack_from(">H", table, 2)
    found = {
        (platform, encoding): at for platform, encoding, at in struct.iter_unpack(">HHI", table[4 : 4 + 8 * count])
    }
    best = next((found[key] for key in _PREFERRED if key in found), None)
    formats = {4: _segments, 12: _groups}
    if best is None or (kind := struct.unpack_from(">H", table, best)[0]) not in formats:
        raise ValueError(f"the character map of {path} is of another kind")
    return frozenset(formats[kind](table[best:]))


def _entries(data: bytes) -> range:
    (count,) = struct.unpack_from(">H", data, 4)
    return range(12, 12 + 16 * count, 16)


def _groups(table: bytes) -> Iterator[int]:
    """Format 12: runs of characters."""
    (count,) = struct.unpack_from(">I", table, 12)
    for first, last, _ in struct.iter_unpack(">III", table[16 : 16 + 12 * count]):
        yield from range(first, last + 1)


def _segments(table: bytes) -> Iterator[int]:
    """Format 4: runs of characters up to U+FFFF, some of which have glyph 0, which is none."""
    (double,) = struct.unpack_from(">H", table, 6)
    count = double // 2

    def array(at: int) -> tuple[int, ...]:
        return struct.unpack_from(f">{count}H", table, at)

    ends, starts, deltas, offsets = (array(at) for at in (14, 16 + double, 16 + 2 * double, 16 + 3 * double))
    for segment, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        place = 16 + 3 * double + 2 * segment + offset
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = struct.unpack_from(">H", table, place + 2 * (code - first))[0] if offset else code + delta
            if glyph & 0xFFFF:
                yield code
