"""What a picture in a mail is, by its first octets. Nothing is decompressed (D5)."""

from __future__ import annotations

import struct
from typing import NamedTuple

_JPEG_SIZES = frozenset((*range(0xC0, 0xD0),)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG whose segment has its size (ITU T.81, B.1.1.3)."""
_SEGMENTS = 1_000
"""Segments of a JPEG that are looked at."""


class Seen(NamedTuple):
    """What a picture says of itself."""

    media_type: str
    width: int
    height: int
    """Both in pixels."""

    @property
    def suffix(self) -> str:
        """The ending of its file's name."""
        return {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}[self.media_type]


def look(data: bytes) -> Seen | None:
    """The kind and the size of a PNG, JPEG or WebP; None for anything else, and for what is damaged."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return _seen("image/png", *struct.unpack(">II", data[16:24]))
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        return None
    return None


def _seen(media_type: str, width: int, height: int) -> Seen | None:
    return Seen(media_type, width, height) if width and height else None


def _jpeg(data: bytes) -> Seen | None:
    at = 2
    for _ in range(_SEGMENTS):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return _seen("image/jpeg", width, height)
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def _webp(data: bytes) -> Seen | None:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (size & 0x3FFF for size in struct.unpack("<HH", data[26:30]))
    else:
        return None
    return _seen("image/webp", width, height)
