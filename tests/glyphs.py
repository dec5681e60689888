"""What is seen of a PDF: the outline of each glyph beside the text that it stands for. And fonts that tests make."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)(?:\nstream\n(.*?)\nendstream)?\nendobj", re.DOTALL)
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")


def printed(document: bytes) -> Iterator[tuple[str, str, object]]:
    """The font's name, the text and the outline of each glyph that a PDF gives a text; None if it does not embed it."""
    objects = _objects(document)
    for font, _ in [found for found in objects.values() if b"/Subtype /Type0" in found[0]]:
        (base,) = re.findall(rb"/BaseFont /[A-Z]{6}\+([\w-]+)", font)
        descendant, _ = _referred(objects, font, b"DescendantFonts")
        descriptor, _ = _referred(objects, descendant, b"FontDescriptor")
        embedded = TTFont(BytesIO(_referred(objects, descriptor, b"FontFile2")[1]))
        for glyph, text in _MAPPED.findall(_referred(objects, font, b"ToUnicode")[1].partition(b"beginbfchar")[2]):
            name = dict(enumerate(embedded.getGlyphOrder())).get(int(glyph, 16))
            drawn = outline(embedded, name) if name else None
            yield base.decode(), bytes.fromhex(text.decode()).decode("utf-16-be"), drawn


def outline(font: TTFont, glyph: str) -> object:
    """The lines of a glyph."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[glyph].draw(pen)
    return pen.value


def made_font(path: Path, characters: str, family: str, *, variable: bool = False, italic: bool = False) -> Path:
    """A font that draws each of ``characters`` as a triangle, and has nothing else."""
    names = [f"uni{ord(character):04X}" for character in characters]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(character): name for character, name in zip(characters, names, strict=True)})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 700))
    pen.lineTo((500, 0))
    pen.closePath()
    builder.setupGlyf(dict.fromkeys([".notdef", *names], pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    style = "Italic" if italic else "Regular"
    builder.setupNameTable({"familyName": family, "styleName": style, "psName": f"{family}-{style}".replace(" ", "")})
    builder.setupOS2(usWeightClass=400, fsSelection=int(italic))
    builder.setupPost()
    if variable:
        builder.setupFvar([("wght", 100, 400, 900, "Weight")], [])
        builder.setupGvar({name: [] for name in names})
    builder.save(path)
    return path


def _objects(document: bytes) -> dict[int, tuple[bytes, bytes]]:
    """Each object of a PDF by its number, with its stream in plain form; also those within streams of objects."""
    found = {
        int(number): (content, zlib.decompress(stream) if b"/FlateDecode" in content else stream)
        for number, content, stream in _OBJECT.findall(document)
    }
    for content, stream in list(found.values()):
        if heading := re.match(rb"<</Type /ObjStm/N \d+/First (\d+)", content):
            first = int(heading[1])
            numbers = [int(word) for word in stream[:first].split()]
            starts = [first + place for place in numbers[1::2]]
            for number, start, end in zip(numbers[::2], starts, [*starts[1:], len(stream)], strict=True):
                found[number] = stream[start:end], b""
    return found


def _referred(objects: dict[int, tuple[bytes, bytes]], content: bytes, key: bytes) -> tuple[bytes, bytes]:
    """The object that ``key`` refers to."""
    (number,) = re.findall(rb"/" + key + rb" \[?(\d+) 0 R", content)
    return objects[int(number)]
