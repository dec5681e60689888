"""A translation beside its original, unit by unit: what is missing, and what is not the same in both."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from babel import Locale, UnknownLocaleError

from mailer.message import clean
from mailer.model.charts import MAX_LABEL
from mailer.model.manuscripts import PLAIN, TABULAR, Kind, Returned, Unit, words_only
from mailer.model.written_numbers import differing
from mailer.phrases import Phrase, counted, phrase

_LINK = re.compile(r"[\]］]\s?[(（]\s?(\d{1,4})\s?[)）]")
_NOTE = re.compile(r"\[\^([^\]\s]{1,100})\]")
_CODE = re.compile(r"`([^`]+)`")
_WRITTEN_LINK = re.compile(r"\]\((?!\s?\d{1,4}\s?\))([^)\s]{4,500})\)")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[!#-'*-;=?-Z_a-z~]*[#-'*+/-9=@-Z_a-z~-]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    re.ASCII | re.IGNORECASE,
)
_CLICKABLE = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:/|www\.|@)[^\s/]|[^\W_][\w-]{0,62}\.(?:[^\W\d_]{2,24}/[^\s/]"
    r"|(?:com|org|net|info|biz|io|co|app|dev|int|eu|edu|gov|me|ru|cn|xyz|top|site|online|example)(?![\w-]))",
    re.IGNORECASE,
)
"""What many mail programs make a link of, whatever our pages do."""
_CELLS = re.compile(r"(?<!\\)[|｜]")
_LABELS = frozenset((Kind.CHART_LABEL, Kind.CHART_ROW))
_PLACEHOLDER = re.compile(r"[⟦⟧]")
_WORD = re.compile(r"[^\W\d_]+")
_ACRONYM = re.compile(r"(?<![\w/])(?:[A-Z][A-Z0-9]+|[A-Z]+-?\d+)(?:/[A-Z0-9]+)*(?!\w)")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-zà-ÿ]{2,}+(?:[ -][A-Z][a-zà-ÿ]{2,}+)*+(?! \d)")

_SHORTEST = 40
"""Letters that an original has if its length is compared."""
_USUAL: Mapping[str, tuple[float, float]] = {"ja": (0.25, 1.1), "zh": (0.15, 0.8), "ko": (0.25, 1.1)}
"""How long a translation usually is beside an original in an alphabet, as letters to letters."""
_USUAL_ELSEWHERE = (0.55, 1.9)
_CUT_OFF = 0.5
"""Below this part of the usual, a translation has certainly left something out."""


class Trouble(StrEnum):
    """What a difference is about."""

    TWICE = "twice"
    NUMBERS = "numbers"
    LINKS = "links"
    MARKS = "marks"
    CELLS = "cells"
    UNTRANSLATED = "untranslated"
    LENGTH = "length"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not the same."""

    trouble: Trouble
    words: Phrase
    certain: bool = True
    """It has to be asked about; else it is a hint, which a translator may know better."""
    addresses: tuple[str, ...] = ()
    """Where the links lead that are lacking, or that the original has not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit whose translation differs from it in something that translating does not change."""

    unit: Unit
    came: str
    findings: tuple[Finding, ...]

    @property
    def certain(self) -> bool:
        return any(finding.certain for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a translator has returned, unit by unit."""

    units: tuple[Unit, ...]
    texts: Mapping[int, str]
    """The translations, by the number of their unit."""
    missing: tuple[Unit, ...]
    extra: tuple[tuple[int, str], ...]
    """Numbers that the original has not, and what came under them."""
    differences: tuple[Difference, ...]
    links: Mapping[str, str]
    """Other addresses that the translation has in place of the original's; each needs an editor's yes."""

    @property
    def complete(self) -> bool:
        """Whether every unit has a translation."""
        return not self.missing

    @property
    def questions(self) -> tuple[Difference, ...]:
        """What has to be asked back."""
        return tuple(one for one in self.differences if one.certain)

    @property
    def hints(self) -> tuple[Difference, ...]:
        """What a translator may want to look at once more."""
        return tuple(one for one in self.differences if not one.certain)

    @property
    def settled(self) -> bool:
        """Whether nothing is to be asked back."""
        return not (self.missing or self.extra or self.questions)


def align(units: Sequence[Unit], returned: Returned, source: str, target: str) -> Alignment:
    """Compare what came with the original. ``source`` and ``target`` are the languages (BCP 47)."""
    known = {unit.number for unit in units}
    texts = {number: text for number, text in returned.texts.items() if number in known and text.strip()}
    differences = []
    links: dict[str, str] = {}
    for unit in units:
        if unit.number not in texts:
            continue
        came = texts[unit.number]
        found = list(_findings(unit, came, source, target))
        if several := returned.twice.get(unit.number):
            words = phrase("It came %(count)s times, each time different; the last one counts.", count=len(several))
            found.insert(0, Finding(Trouble.TWICE, words))
        if found:
            differences.append(Difference(unit, came, tuple(found)))
        links |= _replaced(unit, came)
    return Alignment(
        units=tuple(units),
        texts=texts,
        missing=tuple(unit for unit in units if unit.number not in texts),
        extra=tuple((number, text) for number, text in returned.texts.items() if number not in known),
        differences=tuple(differences),
        links=links,
    )


def _findings(unit: Unit, came: str, source: str, target: str) -> Iterator[Finding]:
    if _is_untranslated(unit, came, source, target):
        yield Finding(Trouble.UNTRANSLATED, phrase("It is not translated."))
        return
    yield from _numbers(unit, came, source, target)
    yield from _links(unit, came)
    yield from _marks(unit, came)
    yield from _cells(unit, came)
    yield from _labels(unit, came)
    yield from _length(unit, came, source, target)
    yield from _names(unit, came, source, target)


def _is_untranslated(unit: Unit, came: str, source: str, target: str) -> bool:
    """Whether the original came back although it has words that another language has not: small ones, several."""
    if source.partition("-")[0].lower() == target.partition("-")[0].lower() or unit.kind in (Kind.CREDIT, Kind.BY):
        return False
    if _letters(unit.text) != _letters(came):
        return False
    words = [word for word in _WORD.findall(words_only(unit.text)) if word.islower() or not word.isascii()]
    return len(words) >= 2 or (len(_letters(unit.text)) > 8 and not _is_latin(unit.text) and bool(words))


# --- numbers ---


def _numbers(unit: Unit, came: str, source: str, target: str) -> Iterator[Finding]:
    lacking, more = differing(words_only(unit.text), _words_only(unit, came), source, target)
    if lacking and more:
        words = phrase(
            "The original has %(original)s, the translation %(came)s.", original=_listed(lacking), came=_listed(more)
        )
        yield Finding(Trouble.NUMBERS, words)
    elif lacking:
        yield Finding(Trouble.NUMBERS, phrase("It lacks the numbers %(original)s.", original=_listed(lacking)))
    elif more:
        yield Finding(Trouble.NUMBERS, phrase("The original has no %(came)s.", came=_listed(more)))


def _words_only(unit: Unit, came: str) -> str:
    """As ``words_only``, with what the original does not have as code: so no number is hidden."""
    codes = [f"`{code}`" for code in _CODE.findall(unit.text)]
    for known in sorted({*codes, *unit.addresses}, key=len, reverse=True):
        came = came.replace(known, " ")
    for pattern in (_WRITTEN_LINK, _ADDRESS, _LINK, _NOTE):
        came = pattern.sub(" ", came)
    return _as_seen(came)


def _as_seen(text: str) -> str:
    """Without characters that nobody sees, which part numbers and addresses for programs alone."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf" and not _UNSEEN.match(sign))


_UNSEEN = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
"""Others than those of the category Cf (Unicode, Default_Ignorable_Code_Point)."""


# --- links ---


def _links(unit: Unit, came: str) -> Iterator[Finding]:
    found = Counter(int(number) for number in _LINK.findall(came))
    lacking = [number for number in range(1, len(unit.links) + 1) if not found[number]]
    if lacking:
        listed = _listed([str(number) for number in lacking])
        words = counted("It lacks the link %(links)s.", "It lacks the links %(links)s.", len(lacking), links=listed)
        yield Finding(Trouble.LINKS, words, addresses=tuple(unit.links[number - 1] for number in lacking))
    if unknown := [str(number) for number in found if not 1 <= number <= len(unit.links)]:
        listed = _listed(unknown)
        words = counted(
            "The original has no link %(links)s.", "The original has no links %(links)s.", len(unknown), links=listed
        )
        yield Finding(Trouble.LINKS, words, addresses=tuple(unknown))
    more, gone = _more(unit, came), _gone(unit, came)
    if gone:
        words = counted(
            "It lacks the address %(addresses)s.",
            "It lacks the addresses %(addresses)s.",
            len(gone),
            addresses=_listed(gone),
        )
        yield Finding(Trouble.LINKS, words, addresses=tuple(map(_target, gone)))
    if more:
        words = counted(
            "It has the address %(addresses)s, which the original does not have.",
            "It has the addresses %(addresses)s, which the original does not have.",
            len(more),
            addresses=_listed(more),
        )
        yield Finding(Trouble.LINKS, words, addresses=tuple(map(_target, more)))


def _more(unit: Unit, came: str) -> list[str]:
    """What is an address, or looks like one to a mail program, and does not stand in the original."""
    written = [*_WRITTEN_LINK.findall(came), *_ADDRESS.findall(_WRITTEN_LINK.sub("", came))]
    known = {*unit.addresses, *_ADDRESS.findall(unit.text), *_clickable(unit.text)}
    rest = came
    for one in sorted({*written, *known}, key=len, reverse=True):
        rest = rest.replace(one, " ")
    return [one for one in dict.fromkeys([*written, *_clickable(rest)]) if one not in known]


def _clickable(text: str) -> list[str]:
    return [word for word in _as_seen(text).split() if _CLICKABLE.search(word)]


def _gone(unit: Unit, came: str) -> list[str]:
    """The addresses in the unit's text that the translation has not."""
    return [one for one in unit.addresses if not re.search(rf"{re.escape(one)}(?![\w/?#&=%-])", came, re.ASCII)]


def _replaced(unit: Unit, came: str) -> dict[str, str]:
    """Where the translation has exactly one other address for one of the original's."""
    more = [address for address in _ADDRESS.findall(_WRITTEN_LINK.sub("", came)) if address not in unit.text]
    gone = _gone(unit, came)
    written = [
        address for address in _WRITTEN_LINK.findall(came) if _ADDRESS.fullmatch(address.removeprefix("mailto:"))
    ]
    found = {int(number) for number in _LINK.findall(came)}
    lacking = [address for number, address in enumerate(unit.links, 1) if number not in found]
    pairs = []
    if len(more) == len(gone) == 1:
        pairs.append((_target(gone[0]), _target(more[0])))
    if len(written) == len(lacking) == 1 and lacking[0] != _target(written[0]):
        pairs.append((lacking[0], _target(written[0])))
    return dict(pairs)


def _target(address: str) -> str:
    """Where an address leads to that stands in a text."""
    if address.startswith(("http://", "https://", "mailto:")):
        return address
    return f"http://{address}" if address.startswith("www.") else f"mailto:{address}"


# --- marks, cells ---


def _marks(unit: Unit, came: str) -> Iterator[Finding]:
    if _PLACEHOLDER.search(came):
        yield Finding(Trouble.MARKS, phrase("The signs ⟦ and ⟧ cannot be used."))
    if unit.kind in PLAIN:
        return
    for pattern, words in ((_NOTE, "[^%s]"), (_CODE, "`%s`")):
        wanted, found = Counter(pattern.findall(unit.text)), Counter(pattern.findall(came))
        if lacking := [words % one for one in wanted - found]:
            yield Finding(Trouble.MARKS, phrase("It lacks %(marks)s.", marks=_listed(lacking)))
        if pattern is _NOTE and (more := [words % one for one in found - wanted]):
            yield Finding(Trouble.MARKS, phrase("The original has no %(marks)s.", marks=_listed(more)))
    wanted_marks, found_marks = unit.text.count("**"), came.count("**")
    if found_marks % 2 and not wanted_marks % 2:
        yield Finding(Trouble.MARKS, phrase("The mark ** is not closed."))
    elif wanted_marks and not found_marks:
        yield Finding(Trouble.MARKS, phrase("It has nothing in bold, unlike the original."), certain=False)


def _cells(unit: Unit, came: str) -> Iterator[Finding]:
    if unit.kind not in TABULAR:
        return
    wanted, found = len(_CELLS.findall(unit.text)) + 1, len(_CELLS.findall(came)) + 1
    if wanted != found:
        words = phrase("It has %(came)s cells, the original %(original)s.", came=found, original=wanted)
        yield Finding(Trouble.CELLS, words)


def _labels(unit: Unit, came: str) -> Iterator[Finding]:
    """A label of a chart that has no room beside its bar."""
    if unit.kind in _LABELS and any(len(" ".join(cell.split())) > MAX_LABEL for cell in _CELLS.split(came)):
        yield Finding(Trouble.CELLS, phrase("It is much longer than the original."))


# --- length, names ---


def _length(unit: Unit, came: str, source: str, target: str) -> Iterator[Finding]:
    long = len(_letters(unit.text))
    if long < _SHORTEST:
        return
    least, most = _usual(source, target)
    ratio = len(_letters(came)) / long
    if ratio < least:
        certain = ratio < least * _CUT_OFF
        yield Finding(Trouble.LENGTH, phrase("It is much shorter than the original."), certain)
    elif ratio > most:
        certain = ratio > most / _CUT_OFF
        yield Finding(Trouble.LENGTH, phrase("It is much longer than the original."), certain)


def _usual(source: str, target: str) -> tuple[float, float]:
    one, other = (_USUAL.get(tag.partition("-")[0].lower()) for tag in (source, target))
    if one and other:
        return 0.4, 2.5
    if other:
        return other
    return (1 / one[1], 1 / one[0]) if one else _USUAL_ELSEWHERE


def _names(unit: Unit, came: str, source: str, target: str) -> Iterator[Finding]:
    """Names that the translation lacks, where both are in Latin letters; and acronyms, which others keep as well."""
    text = words_only(unit.text)
    if not _is_latin(text):
        return
    acronyms = dict.fromkeys(_ACRONYM.findall(text))
    names = [] if source.startswith("de") or not _is_latin(came) else dict.fromkeys(_NAME.findall(text))
    here = _folded(came)
    common = _days_and_months(source)
    lacking = [one for one in acronyms if _folded(one) not in here]
    lacking += [one for one in names if one.casefold() not in common and not _is_named(one, here)]
    if lacking:
        yield Finding(Trouble.NAMES, phrase("It lacks the names %(names)s.", names=_listed(lacking)), certain=False)


def _is_named(name: str, text: str) -> bool:
    """Whether each word of the name is in the text, perhaps with another ending: Geneva, Genève, Genf."""
    return all(_folded(word)[:3] in text for word in re.split(r"[ -]", name))


def _days_and_months(language: str) -> frozenset[str]:
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return frozenset()
    return frozenset(
        name.casefold() for names in (locale.days, locale.months) for name in names["format"]["wide"].values()
    )


def _is_latin(text: str) -> bool:
    letters = [sign for sign in text[:2_000] if sign.isalpha()]
    return sum("LATIN" in unicodedata.name(sign, "") for sign in letters) * 2 > len(letters)


def _listed(found: Sequence[str]) -> str:
    """As many as a line shows."""
    return ", ".join(clean(one, 100) for one in found[:10])


def _letters(text: str) -> str:
    return "".join(_WORD.findall(words_only(text)))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
