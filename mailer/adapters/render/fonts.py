"""The fonts of the PDF: the shipped ones and those that the configuration names, and which characters they have."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.errors import ConfigError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

SUFFIXES = (".otf", ".otc", ".ttf", ".ttc", ".woff", ".woff2")

SHIPPED = {"serif": "Mailer Serif", "sans": "Mailer Sans", "code": "Mailer Code"}
"""The shipped families: ``serif-600-italic.ttf`` is a file of the first."""

_WEIGHTS = (400, 600)
"""The weights that the stylesheet uses."""
_REGIONS: Mapping[str, str] = {"zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "zh": "SC", "ko": "KR", "ja": "JP"}
"""The end of a family's name that says which language its Chinese characters are drawn for."""
_NO_SCRIPTS = {"?", "MODIFIER", "HALFWIDTH", "FULLWIDTH", "MATHEMATICAL"}
"""First words of the names of letters that name no script."""
_FEWEST_LETTERS = 20
"""A script with fewer letters than this is not said to be there."""

_BLANK = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_VISIBLE_FORMAT = frozenset([*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD])
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


@dataclass(frozen=True, slots=True)
class Face:
    """One font of a file."""

    path: Path
    index: int
    """Its number in a collection; -1 if the file is none."""
    family: str
    weight: int
    """A multiple of 100, from 100 to 900."""
    style: str
    """``normal`` or ``italic``."""
    odd: bool
    """Whether it is condensed, expanded or monospaced, which is not what prose is set in."""
    variable: bool
    characters: frozenset[int]


@dataclass(frozen=True, slots=True)
class Family:
    """Faces under one name in the stylesheet. No two files share a name, weight and style (D8)."""

    name: str
    faces: tuple[Face, ...]
    characters: frozenset[int]


class Fonts:
    """The families, in the order in which a character is looked for. ``named`` are files, or folders of files."""

    def __init__(self, shipped: Path, named: Sequence[Path] = ()) -> None:
        self._named = named
        self.shipped = tuple(_shipped_family(shipped, role, name) for role, name in SHIPPED.items())
        self._shipped_characters = frozenset[int]().union(*(family.characters for family in self.shipped))
        serif, sans, *_ = self.shipped
        self._plain = {code for code in serif.characters & sans.characters if not _is_mark(chr(code))}
        """Characters that need no second look: both text families have them, and they stand alone."""

    @cached_property
    def named(self) -> tuple[Family, ...]:
        """The families that the configuration names. Raises ConfigError if there is no font at a named place."""
        faces: dict[str, list[Face]] = {}
        for face in [face for place in self._named for face in _faces_at(place)]:
            faces.setdefault(face.family, []).append(face)
        taken = set(SHIPPED.values())
        families = []
        for family, found in faces.items():
            plain = re.sub(r"[^A-Za-z0-9 ]", "", family).strip() or "Font"
            name = next(name for name in (plain, *(f"{plain} {at}" for at in range(2, 9999))) if name not in taken)
            taken.add(name)
            families.append(_family(name, found))
        return tuple(families)

    def missing(self, text: str) -> list[str]:
        """The characters of ``text`` that no font has, or that cannot be put together, once each (D8)."""
        text = unicodedata.normalize("NFC", text)
        unsure = {sign for sign in set(text) if ord(sign) not in self._plain and _needs_glyph(sign)}
        if not unsure:
            return []
        families = self._searched(unsure)
        serif, sans, *others = families
        orders = [(serif, sans, *others), (sans, serif, *others)]  # the stacks of the prose and of all else
        found: dict[str, None] = {}
        for cluster in _clusters(text):
            if not unsure.isdisjoint(cluster):
                found |= dict.fromkeys(sign for order in orders for sign in _missing_of(cluster, order))
        return list(found)

    def needed(self, text: str, language: str) -> tuple[Family, ...]:
        """The shipped families, and as few named ones as possible for the characters of ``text`` that these lack."""
        wanted = {ord(sign) for sign in set(text) if _needs_glyph(sign)} - self._shipped_characters
        if not wanted:
            return self.shipped
        chosen = list(self.shipped)
        left = list(self.named)
        while left and wanted:
            best = min(left, key=lambda family: (-len(wanted & family.characters), *_distance(family, language)))
            if not wanted & best.characters:
                break
            chosen.append(best)
            left.remove(best)
            wanted -= best.characters
        return tuple(chosen)

    @property
    def scripts(self) -> list[str]:
        """The scripts of all families, by their names in Unicode, those with most letters first."""
        families = (*self.shipped, *self.named)
        characters = frozenset[int]().union(*(family.characters for family in families))
        letters = [chr(code) for code in characters if unicodedata.category(chr(code)).startswith("L")]
        counted = Counter(unicodedata.name(letter, "?").partition(" ")[0] for letter in letters)
        return [name for name, count in counted.most_common() if count >= _FEWEST_LETTERS and name not in _NO_SCRIPTS]

    def _searched(self, characters: Iterable[str]) -> tuple[Family, ...]:
        """The families to look in. Named ones are read only if the shipped ones do not suffice."""
        enough = all(ord(sign) in self._shipped_characters for sign in characters)
        return self.shipped if enough else (*self.shipped, *self.named)


def stacks(families: Sequence[Family]) -> dict[str, str]:
    """The value of ``font-family`` for each of ``SHIPPED``: its own family first, then all others."""
    return {
        role: ", ".join(f'"{family.name}"' for family in sorted(families, key=lambda family: family.name != own))
        for role, own in SHIPPED.items()
    }


def font_data(face: Face, text: str) -> bytes:
    """A font file with this face alone; a variable font is fixed at its weight, for the characters of ``text``."""
    if face.index < 0 and not face.variable:
        return face.path.read_bytes()
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    with face.path.open("rb") as file:
        font = TTFont(file, fontNumber=face.index, lazy=True, recalcTimestamp=False)
        if face.variable:
            subsetter = subset.Subsetter(subset.Options(layout_features=["*"]))
            marks = (code for code in face.characters if _is_mark(chr(code)))
            subsetter.populate(unicodes=marks, text=text + unicodedata.normalize("NFKD", text))
            subsetter.subset(font)
            axes = {axis.axisTag: axis for axis in font["fvar"].axes}
            place = {tag: axis.defaultValue for tag, axis in axes.items()}
            if weight := axes.get("wght"):
                place["wght"] = min(max(face.weight, weight.minValue), weight.maxValue)
            instantiateVariableFont(font, place, inplace=True)
        font.flavor = None
        out = BytesIO()
        font.save(out, reorderTables=False)
        return out.getvalue()


# --- Reading fonts ---


def _faces_at(place: Path) -> list[Face]:
    """The faces of a file, or of all font files in a folder and below it. Raises ConfigError if there are none."""
    if place.is_dir():
        found = []
        for path in sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES):
            try:
                found += _faces(path)
            except ConfigError:
                continue  # a folder of the system may hold anything
        if not found:
            raise ConfigError([f"[identity] fonts: {place} has no font in it ({', '.join(SUFFIXES)}); name another"])
        return found
    if not place.is_file():
        raise ConfigError([f"[identity] fonts: there is no {place}; install the font, or correct its name"])
    return _faces(place)


def _faces(path: Path) -> list[Face]:
    """Raises ConfigError if the file is no font."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        with path.open("rb") as file:
            collection = file.read(4) == b"ttcf"
            file.seek(0)
            if not collection:
                return list(_read(TTFont(file, lazy=True), path, -1))
            fonts = TTCollection(file, lazy=True)
            return [face for index, font in enumerate(fonts) for face in _read(font, path, index)]
    except (TTLibError, OSError, ValueError, KeyError, AttributeError, IndexError) as fault:
        raise ConfigError([f"[identity] fonts: {path} cannot be read as a font ({fault}); name another"]) from None


def _read(font: TTFont, path: Path, index: int) -> Iterator[Face]:
    """The faces that a font can serve as: one, or each weight that the stylesheet uses if the weight is variable."""
    names, about = font["name"], font["OS/2"]
    family = names.getDebugName(16) or names.getDebugName(1) or path.stem
    style = "italic" if about.fsSelection & 1 else "normal"
    odd = about.usWidthClass != 5 or bool(font["post"].isFixedPitch)
    axes = [axis.axisTag for axis in font["fvar"].axes] if "fvar" in font else []
    weights = _WEIGHTS if "wght" in axes else (min(max(round(about.usWeightClass, -2), 100), 900),)
    characters = frozenset(font.getBestCmap() or ())
    for weight in weights:
        yield Face(path, index, family, weight, style, odd, bool(axes), characters)


def _shipped_family(folder: Path, role: str, name: str) -> Family:
    """A family that is shipped. What its files are is in their names, so that only one of them is read."""
    (regular,) = _faces(folder / f"{role}-400-normal.ttf")
    faces = [regular]
    for path in sorted(folder.glob(f"{role}-*.ttf")):
        _, weight, style = path.stem.split("-")
        if path != regular.path:
            faces.append(replace(regular, path=path, weight=int(weight), style=style))
    return Family(name, tuple(faces), regular.characters)


def _family(name: str, faces: Iterable[Face]) -> Family:
    """Of all ``faces``, for each style those that are nearest to the weights that the stylesheet uses."""
    chosen: dict[tuple[str, int], Face] = {}
    ordered = sorted(faces, key=lambda face: face.odd)
    for style in ("normal", "italic"):
        for wanted in _WEIGHTS:
            if of_style := [face for face in ordered if face.style == style]:
                face = min(of_style, key=lambda face: abs(face.weight - wanted))
                chosen.setdefault((style, face.weight), face)
    return Family(name, tuple(chosen.values()), next(iter(chosen.values())).characters)


def _distance(family: Family, language: str) -> tuple[bool, bool, bool, int]:
    """How ill a family suits text in a language, to choose among those that have as many characters of it.

    Of a folder with all that there is for a script, the plain one has the shortest name: “Noto Sans Hebrew”.
    """
    tag = language.lower()
    region = next((end for prefix, end in _REGIONS.items() if f"{tag}-".startswith(f"{prefix}-")), "")
    ends = family.name.rpartition(" ")[2]
    foreign = bool(region) and ends in _REGIONS.values() and ends != region
    words = family.name.split()
    return family.faces[0].odd, foreign, not {"Sans", "Serif"} & set(words), len(words)


# --- Characters ---


def _needs_glyph(sign: str) -> bool:
    """Whether a font must draw it. Spaces, controls and default-ignorable characters have no shape of their own."""
    if unicodedata.category(sign) in _BLANK:
        return ord(sign) in _VISIBLE_FORMAT or sign == "\u1680"
    return not _IGNORABLE.match(sign)


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M")


def _clusters(text: str) -> Iterator[str]:
    """Characters, each with the marks that follow it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _is_mark(text[at]):
            yield text[start:at]
            start = at


def _missing_of(cluster: str, order: Sequence[Family]) -> Iterator[str]:
    """What cannot be drawn of a character and its marks, which must come from one font to be put together."""
    drawn = [sign for sign in cluster if _needs_glyph(sign)]
    if not drawn:
        return
    base, *marks = drawn
    family = next((family for family in order if ord(base) in family.characters), None)
    if family is None:
        parts = unicodedata.normalize("NFD", base)  # the shaper takes it apart, in the first font
        if parts == base or not all(ord(part) in order[0].characters for part in parts):
            yield base
            return
        family = order[0]
    yield from (mark for mark in marks if ord(mark) not in family.characters)
