"""The fonts of the PDF: the shipped ones and those that the configuration names, and which characters they have."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from mailer.adapters.render.character_map import characters
from mailer.adapters.render.font_packages import cure
from mailer.errors import ConfigError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

SUFFIXES = (".otf", ".otc", ".ttf", ".ttc", ".woff", ".woff2")

SHIPPED = {"serif": "Mailer Serif", "sans": "Mailer Sans", "code": "Mailer Code"}
"""The shipped families for each role: ``serif-600-italic.ttf`` is a file of the first."""

SCRIPTS: Mapping[str, Mapping[str, str]] = {
    "arabic": {"serif": "Noto Naskh Arabic", "sans": "Noto Sans Arabic"},
    "hebrew": {"serif": "Noto Serif Hebrew", "sans": "Noto Sans Hebrew"},
    "devanagari": {"serif": "Noto Serif Devanagari", "sans": "Noto Sans Devanagari"},
    "thai": {"serif": "Noto Serif Thai", "sans": "Noto Sans Thai"},
    "georgian": {"serif": "Noto Serif Georgian", "sans": "Noto Sans Georgian"},
    "armenian": {"serif": "Noto Serif Armenian", "sans": "Noto Sans Armenian"},
    "emoji": {"sans": "Noto Emoji"},
}
"""The shipped families of further scripts, by role: ``arabic-serif-600-normal.ttf`` is a file of the first."""

_SHIPPED = " Shipped"
"""The end of the name of a shipped family whose place another one has taken."""

_WEIGHTS = (400, 600)
"""The weights that the stylesheet uses."""
_REGIONS: Mapping[str, str] = {
    "zh-hant-hk": "HK",
    "zh-hk": "HK",
    "zh-mo": "HK",
    "zh-hant": "TC",
    "zh-tw": "TC",
    "zh": "SC",
    "ko": "KR",
    "ja": "JP",
}
"""The end of a family's name that says which language its Chinese characters are drawn for."""
_CODE_PAGES = {17: "JP", 18: "SC", 19: "KR", 20: "TC", 21: "KR"}
"""The same by the bits of ulCodePageRange1 in the OS/2 table, for a font whose name does not say it."""
_WANTED = {"CJK": "Chinese", "HIRAGANA": "Japanese", "HANGUL": "Korean"}
"""Scripts that are not shipped, for languages that many issues are in."""
_NO_SCRIPTS = {"?", "MODIFIER", "HALFWIDTH", "FULLWIDTH", "MATHEMATICAL"}
"""First words of the names of letters that name no script."""
_FEWEST_LETTERS = 20
"""A script with fewer letters than this is not said to be there."""

_LARGE = 1_000_000
"""A font file of more bytes is reduced to what is needed of it, as fonts for Chinese have tens of megabytes."""

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
    region: str
    """Which language its Chinese characters are drawn for (``JP``); empty if it is not known, or has none."""


@dataclass(frozen=True)
class Family:
    """Faces under one name in the stylesheet. No two files share a name, weight and style (D8)."""

    name: str
    faces: tuple[Face, ...]
    role: str = ""
    """The one of ``SHIPPED`` that it serves; of a named family its kind, by its name; empty if that does not say it."""
    named: bool = False
    """Whether the configuration names it."""

    @cached_property
    def characters(self) -> frozenset[int]:
        """Those of its first face."""
        return _characters_of(self.faces[0]) if self.named else characters(self.faces[0].path)

    @property
    def twin(self) -> str:
        """The name of the same family with serifs, or without."""
        other = {"Sans": "Serif", "Serif": "Sans"}
        return " ".join(other.get(word, word) for word in self.name.split())


class Fonts:
    """The families, in the order in which a character is looked for. ``named`` are files, or folders of files."""

    def __init__(
        self, shipped: Path, named: Sequence[Path] = (), own: Mapping[str, Sequence[Path]] = MappingProxyType({})
    ) -> None:
        """``own``: the files that take the place of a shipped family, by its role. Raises ConfigError as ``named``."""
        self._named = named
        self._folder = shipped
        self._own = [role for role in SHIPPED if own.get(role)]
        self.shipped = tuple(
            _own_family(own[role], role, name) if role in self._own else _shipped_family(shipped, role, role, name)
            for role, name in SHIPPED.items()
        )
        self._shipped_characters = _characters((*self.shipped, *self._replaced))
        serif, sans, *_ = self.shipped
        self._plain = {code for code in serif.characters & sans.characters if not _is_mark(chr(code))}
        """Characters that need no second look: both text families have them, and they stand alone."""

    @cached_property
    def scripts(self) -> tuple[Family, ...]:
        """The shipped families of further scripts, which are read only if a text needs one."""
        return tuple(
            _shipped_family(self._folder, f"{script}-{role}", role, name)
            for script, roles in SCRIPTS.items()
            for role, name in roles.items()
        )

    @cached_property
    def _replaced(self) -> tuple[Family, ...]:
        """The shipped families whose place others have taken; they print what those lack."""
        return tuple(_shipped_family(self._folder, role, role, f"{SHIPPED[role]}{_SHIPPED}") for role in self._own)

    @cached_property
    def named(self) -> tuple[Family, ...]:
        """The families that the configuration names. Raises ConfigError if there is no font at a named place."""
        faces: dict[str, list[Face]] = {}
        for face in [face for place in self._named for face in _faces_at(place)]:
            faces.setdefault(face.family, []).append(face)
        taken = {*SHIPPED.values(), *(name for roles in SCRIPTS.values() for name in roles.values())}
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
        orders = [_stack(families, role) for role in ("serif", "sans")]  # the stacks of the prose and of all else
        found: dict[str, None] = {}
        for cluster in _clusters(text):
            if not unsure.isdisjoint(cluster):
                found |= dict.fromkeys(sign for order in orders for sign in _missing_of(cluster, order))
        return list(found)

    def needed(self, text: str, language: str) -> tuple[Family, ...]:
        """The shipped families, those of the scripts of ``text``, and as few named ones as possible for the rest."""
        signs = {ord(sign) for sign in set(text) if _needs_glyph(sign)}
        own = {family.role: family.characters for family in self.shipped}
        shipped = *self.shipped, *(family for family in self._replaced if not signs <= own[family.role])
        wanted = signs - self._shipped_characters
        if not wanted:
            return shipped
        scripts = [family for family in self.scripts if wanted & family.characters]
        chosen = [*shipped, *scripts]
        wanted -= _characters(scripts)
        region = region_of(language)
        named = self.named if wanted else ()
        regional = [family for family in named if region and family.faces[0].region == region]
        for candidates in (regional, [family for family in named if family not in regional]):
            chosen += _fewest(candidates, wanted, region)
            wanted -= _characters(chosen)
        return tuple(chosen)

    @property
    def serving(self) -> list[tuple[str, str]]:
        """Each script by its name in Unicode, those with most letters first, and the family that prints it."""
        found: dict[str, tuple[int, str]] = {}
        for family in (*self.shipped, *self.scripts, *self.named):
            letters = [chr(code) for code in family.characters if unicodedata.category(chr(code)).startswith("L")]
            for name, count in Counter(script_of(letter) for letter in letters).items():
                if count >= _FEWEST_LETTERS and name not in _NO_SCRIPTS:
                    found.setdefault(name, (count, family.name))
        return [(name, family) for name, (_, family) in sorted(found.items(), key=lambda item: -item[1][0])]

    @property
    def cures(self) -> list[tuple[str, str]]:
        """The scripts of the interface's languages that no font has, and what to do about each."""
        having = {script for script, _ in self.serving}
        return [(languages, cure(script)) for script, languages in _WANTED.items() if script not in having]

    def _searched(self, characters: Iterable[str]) -> tuple[Family, ...]:
        """The families to look in. The others are read only if those of every issue do not suffice."""
        left = {ord(sign) for sign in characters} - self._shipped_characters
        if not left:
            return (*self.shipped, *self._replaced)
        return (
            *self.shipped,
            *self._replaced,
            *self.scripts,
            *(self.named if left - _characters(self.scripts) else ()),
        )


def stacks(families: Sequence[Family]) -> dict[str, str]:
    """The value of ``font-family`` for each of ``SHIPPED``: its own family first, then all others."""
    return {role: ", ".join(f'"{family.name}"' for family in _stack(families, role)) for role in SHIPPED}


def script_of(letter: str) -> str:
    """The first word of its name in Unicode."""
    return unicodedata.name(letter, "?").partition(" ")[0]


def region_of(language: str) -> str:
    """Which fonts for Chinese characters suit a language; empty if it has none."""
    tag = f"{language.lower()}-"
    return next((region for prefix, region in _REGIONS.items() if tag.startswith(f"{prefix}-")), "")


def _stack(families: Sequence[Family], role: str) -> list[Family]:
    """The order in which a character is looked for: a role's own families come before those of other roles."""
    base = [name for shipped in SHIPPED.values() for name in (shipped, f"{shipped}{_SHIPPED}")]
    pairs = list(dict.fromkeys(min(family.name, family.twin) for family in families))

    def order(family: Family) -> tuple[int, int, bool, int]:
        if family.named:  # in the order in which they were chosen, but for a pair
            return 2, pairs.index(min(family.name, family.twin)), family.role != role, 0
        return (
            int(family.name not in base),
            0,
            family.role != role,
            base.index(family.name) if family.name in base else 0,
        )

    return sorted(families, key=order)


def _fewest(families: Sequence[Family], wanted: Set[int], region: str) -> Iterator[Family]:
    """As few as possible of ``families`` for these characters; a family with serifs brings the one without."""
    left = list(families)
    while left and wanted:
        best = min(left, key=lambda family: _rank(family, wanted, region))
        covered = wanted & best.characters
        if not covered:
            return
        pair = [best, *(family for family in left if family.name == best.twin != best.name)]
        found = [family for family in pair if covered <= family.characters]
        yield from found
        left = [family for family in left if family not in found]
        wanted -= covered


def _characters(families: Iterable[Family]) -> frozenset[int]:
    return frozenset[int]().union(*(family.characters for family in families))


def font_data(face: Face, text: str) -> bytes:
    """A font file with this face alone; of a large one what ``text`` needs. A variable one is fixed at its weight."""
    if face.index < 0 and not face.variable and face.path.stat().st_size <= _LARGE:
        return face.path.read_bytes()
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    with face.path.open("rb") as file:
        font = TTFont(file, fontNumber=face.index, lazy=True, recalcTimestamp=False)
        subsetter = subset.Subsetter(subset.Options(layout_features=["*"]))
        marks = (code for code in _characters_of(face) if _is_mark(chr(code)))
        subsetter.populate(unicodes=marks, text=text + unicodedata.normalize("NFKD", text))
        subsetter.subset(font)
        if face.variable:
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
    pages = {_CODE_PAGES[bit] for bit in _CODE_PAGES if getattr(about, "ulCodePageRange1", 0) >> bit & 1}
    end = family.rpartition(" ")[2]
    region = end if end in _REGIONS.values() else pages.pop() if len(pages) == 1 else ""
    for weight in weights:
        yield Face(path, index, family, weight, style, odd, bool(axes), region)


@lru_cache(maxsize=500)
def _characters_of(face: Face) -> frozenset[int]:
    """The characters of a font; none if it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with face.path.open("rb") as file:
            return frozenset(TTFont(file, fontNumber=face.index, lazy=True).getBestCmap() or ())
    except (TTLibError, OSError, ValueError, KeyError, AttributeError, IndexError):
        return frozenset()


def _shipped_family(folder: Path, files: str, role: str, name: str) -> Family:
    """A family that is shipped. What its files are is in their names, so that only the first is read."""
    faces = []
    for path in sorted(folder.glob(f"{files}-[46]00-*.ttf"), key=lambda path: path.stem != f"{files}-400-normal"):
        weight, style = path.stem.removeprefix(f"{files}-").split("-")
        faces.append(Face(path, -1, name, int(weight), style, odd=role == "code", variable=False, region=""))
    return Family(name, tuple(faces), role)


def _own_family(places: Sequence[Path], role: str, name: str) -> Family:
    """The office's own files in the place of a shipped family."""
    faces = [face for place in places for face in _faces_at(place)]
    return replace(_family(name, faces), role=role, named=False)


def _family(name: str, faces: Iterable[Face]) -> Family:
    """Of all ``faces``, for each style those that are nearest to the weights that the stylesheet uses."""
    chosen: dict[tuple[str, int], Face] = {}
    ordered = sorted(faces, key=lambda face: face.odd)
    for style in ("normal", "italic"):
        for wanted in _WEIGHTS:
            if of_style := [face for face in ordered if face.style == style]:
                face = min(of_style, key=lambda face: abs(face.weight - wanted))
                chosen.setdefault((style, face.weight), face)
    role = next((word.lower() for word in ("Serif", "Sans") if word in name.split()), "")
    return Family(name, tuple(chosen.values()), role, named=True)


def _rank(family: Family, wanted: Set[int], region: str) -> tuple[int, bool, bool, bool, int]:
    """How ill a family suits characters in a language: the first is chosen.

    Of a folder with all that there is for a script, the plain one has the shortest name: “Noto Sans Hebrew”.
    """
    face, words = family.faces[0], family.name.split()
    foreign = bool(region) and face.region not in ("", region)
    return -len(wanted & family.characters), face.odd, foreign, not {"Sans", "Serif"} & set(words), len(words)


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
