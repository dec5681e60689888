"""The values of lines to fill in, as people write them, in the form in which they are stored. Nothing is guessed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations

from mailer.inbound.days import NotRead, Period, read_day, read_period, read_periods
from mailer.inbound.wording import Words, words_of
from mailer.inbound.words.answers import NO, YES
from mailer.inbound.words.values import AND, ARTICLES
from mailer.message import Address, clean
from mailer.model.cldr import country_code, language_tag, nearest_country, nearest_language, nearest_region, region_code
from mailer.model.questionnaires import Field, FieldKind, Wordings
from mailer.phrases import Country, Language, Phrase, phrase

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202c\u2060-\u2064\u2066-\u2069\ufeff]"
)
"""Signs that nobody sees and that change no word. Joiners are none of them: some scripts need them."""
_DECEIVING = re.compile("[\u202d\u202e\U000e0000-\U000e007f\ufff9-\ufffb]|[^\\S \t\n\xa0\u2002-\u200a\u202f\u3000]")
"""Signs that show another text than the one that is read."""
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
_LINK = re.compile(r"\s?[<\[(](?:https?://|mailto:)[^<>\[\]\s]{1,2000}[>\])]", re.IGNORECASE)
"""What Outlook and others write behind a word that they made a link."""
_BRACKETS = re.compile(r"\s*[(（][^()（）]{0,100}[)）]\s*")
_EMPHASIS = re.compile(r"([*_]{1,3})(.+)\1", re.DOTALL)
_NUMBER = re.compile(r"\d{1,9}|\d{1,3}(?:[ ,.'’\xa0\u202f\u2009]\d{3}){1,2}")
_ADDRESSES = re.compile(r"[^\s<>()\[\],;:\"“”«»]{1,64}@[^\s<>()\[\],;:\"“”«»]{1,250}")
_URL = re.compile(r"(?:(https?)://)?([^\s/?#<>@\"“”«»]{1,253})([/?#][^\s<>\"“”«»]*)?", re.IGNORECASE)
_NO = "no"
"""It is rather an answer than the code of Norway, or of Norwegian."""
_MOST = 50
"""Values in a row."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a value is read with, beside its field."""

    today: date
    wordings: Wordings
    advises: bool = False
    """Whether a name that is not known is compared with all that are, which takes long."""


def plain(written: str) -> str:
    """What was written, without signs that nobody sees, a link behind its word, and emphasis around all of it."""
    text = _INVISIBLE.sub("", written).strip(" \t\xa0\u202f\u3000\n")
    text = _LINK.sub("", text) if _LINK.sub("", text).strip() else text
    found = _EMPHASIS.fullmatch(text)
    return found[2].strip() if found else text


def read_value(of: Field, written: str, context: Context) -> str:
    """The value as it is stored. Raises NotRead."""
    if _DECEIVING.search(written):
        raise NotRead(phrase("it has signs that change how it is shown"))
    return _READERS[of.kind](of, plain(written), context)


# --- text ---


def _text(of: Field, written: str, context: Context) -> str:
    return _bounded(" ".join(unicodedata.normalize("NFC", written).split()), of)


def _long(of: Field, written: str, context: Context) -> str:
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", written).split("\n")]
    return _bounded("\n".join(lines).strip("\n"), of)


def _bounded(value: str, of: Field) -> str:
    if len(value) > of.most:
        raise NotRead(phrase("it is longer than %(most)s characters", most=of.most))
    return value


# --- countries and languages ---


def _country(of: Field, written: str, context: Context) -> str:
    for text in () if written == _NO else _without_code(written):
        if code := country_code(_ended(text)):
            return code
    unknown = phrase("it is not the name or the code of one country that we know")
    near = nearest_country(written[:80]) if context.advises else ""
    raise NotRead(_perhaps(unknown, Country(country_code(near))) if near else unknown)


def _language(of: Field, written: str, context: Context) -> str:
    for text in () if written == _NO else _without_code(written):
        if tag := language_tag(_ended(text)):
            return tag
    unknown = phrase("it is not the name or the code of a language that we know")
    near = nearest_language(written[:80]) if context.advises else ""
    raise NotRead(_perhaps(unknown, Language(language_tag(near))) if near else unknown)


def _languages(of: Field, written: str, context: Context) -> str:
    return ",".join(dict.fromkeys(_language(of, one, context) for one in _in_a_row(written)))


def _regions(of: Field, written: str, context: Context) -> str:
    return ",".join(dict.fromkeys(_region(of, one, context) for one in _in_a_row(written)))


def _region(of: Field, written: str, context: Context) -> str:
    """A region of the world, or a country."""
    if code := region_code(_ended(written)):
        return code
    if len(codes := {country_code(_ended(text)) for text in _without_code(written)} - {""}) == 1:
        return codes.pop()
    unknown = phrase("it is not the name of a region or a country that we know")
    near = nearest_region(written[:80])
    raise NotRead(_perhaps(unknown, Country(region_code(near))) if near else unknown)


def _without_code(written: str) -> Iterator[str]:
    """“Kenya (KE)” and “Kenya” in brackets, if they name the same; else what stands there."""
    found = _BRACKETS.search(written)
    if found is None:
        yield written
        return
    outside, inside = _BRACKETS.sub(" ", written).strip(), found[0].strip(" ()（）")
    for read in (country_code, language_tag):
        if outside and read(outside) and read(outside) == read(inside):
            yield outside


def _ended(text: str) -> str:
    """Without a full stop that a telephone added."""
    return text[:-1] if text.endswith((".", "。", "！", "!")) and "." not in text[:-1] else text


def _perhaps(problem: Phrase, nearest: object) -> Phrase:
    return phrase("%(problem)s; perhaps you mean “%(nearest)s”", problem=problem, nearest=nearest)


@cache
def _and() -> re.Pattern[str]:
    spaced = "|".join(re.escape(word) for word in AND if word.isascii() or word in ("и", "و"))
    return re.compile(
        rf"\s*[,;/、，،；&+\n]\s*(?:(?:{spaced})\s+)?|\s+(?:{spaced})\s+|\s+و(?=\S)|[と和及]", re.IGNORECASE
    )


def _in_a_row(written: str) -> list[str]:
    """The values between commas and “and”. Raises NotRead if there are none, or too many."""
    found = [one.strip() for one in _and().split(written) if one.strip()]
    if not 0 < len(found) <= _MOST:
        raise NotRead(phrase("it has too many values"))
    return found


# --- days and numbers ---


def _date(of: Field, written: str, context: Context) -> str:
    return read_day(written, context.today, coming=of.coming).isoformat()


def _period(of: Field, written: str, context: Context) -> str:
    return _stored(read_period(written, context.today, coming=of.coming))


def _periods(of: Field, written: str, context: Context) -> str:
    return ",".join(map(_stored, read_periods(written, context.today, coming=of.coming)))


def _stored(period: Period) -> str:
    first, last = period
    return f"{first.isoformat()}/{last.isoformat()}"


def _number(of: Field, written: str, context: Context) -> str:
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in _ended(written))
    if not _NUMBER.fullmatch(digits):
        raise NotRead(phrase("it is not a whole number"))
    number = int("".join(sign for sign in digits if sign.isdigit()))
    if number > of.most:
        raise NotRead(phrase("it is more than %(most)s", most=of.most))
    return str(number)


# --- choices ---


def _choice(of: Field, written: str, context: Context) -> str:
    names = _names(of, context)
    words = words_of(written[:200])
    for said in (words, *((words[1:],) if words and words[0] in _articles() else ())):
        if said in names:
            return names[said]
    unknown = phrase("it is none of the answers that are offered")
    close = difflib.get_close_matches(" ".join(words), [" ".join(name) for name in names], 1, cutoff=0.75)
    nearest = of.choices[names[tuple(close[0].split(" "))]] if close else None
    raise NotRead(_perhaps(unknown, nearest) if nearest else unknown)


def _choices(of: Field, written: str, context: Context) -> str:
    names = _names(of, context)
    if (words := words_of(written[:200])) in names:  # a name may have a comma in it
        return names[words]
    chosen = {_choice(of, one, context) for one in _in_a_row(written)}
    return ",".join(key for key in of.choices if key in chosen)


def _names(of: Field, context: Context) -> dict[Words, str]:
    """The keys of the choices by what people call them, in any of our languages. What two have in common is none's."""
    found: dict[Words, str] = {}
    shared = set()
    for key, name in of.choices.items():
        for said in {words_of(one) for one in (key, *context.wordings(name), *of.words.get(key, ()))}:
            if found.setdefault(said, key) != key:
                shared.add(said)
    return {said: key for said, key in found.items() if said not in shared}


@cache
def _articles() -> frozenset[str]:
    return frozenset(word for article in ARTICLES for word in words_of(article))


def _yes_no(of: Field, written: str, context: Context) -> str:
    said = words_of(written[:200])
    for answer, known in _answers().items():
        if said in known:
            return answer
    raise NotRead(phrase("it is neither yes nor no"))


@cache
def _answers() -> Mapping[str, frozenset[Words]]:
    """The words for yes and for no in all languages, without those that mean both."""
    tables = {"yes": YES, "no": NO}
    known = {
        answer: frozenset(
            words_of(said)
            for said in (answer, *(said for several in table.values() for said in several))
            if "{" not in said and "…" not in said
        )
        for answer, table in tables.items()
    }
    for one, other in combinations(known, 2):
        both = known[one] & known[other]
        known[one], known[other] = known[one] - both, known[other] - both
    return known


# --- addresses ---


def _address(of: Field, written: str, context: Context) -> str:
    found = {one.rstrip(".!").removeprefix("mailto:") for one in _ADDRESSES.findall(written)}
    rest = _ADDRESSES.sub("", written)
    if len({one.lower() for one in found}) != 1 or _JOINERS.search(written) or len(words_of(rest)) > 6:
        raise NotRead(phrase("it is not one mail address"))
    try:
        address = Address.parse(found.pop())
    except ValueError:
        raise NotRead(phrase("it is not one mail address")) from None
    if not address.is_public:
        raise NotRead(phrase("it is not one mail address"))
    return str(address)


def _url(of: Field, written: str, context: Context) -> str:
    text = written.strip("<>“”\"'").rstrip(".,;")
    found = _URL.fullmatch(text)
    wrong = phrase("it is not one web address")
    if found is None or _JOINERS.search(written) or len(text) > max(of.most, 2000):
        raise NotRead(wrong)
    host, colon, port = found[2].partition(":")
    if "." not in host or (colon and not (port.isascii() and port.isdecimal())):
        raise NotRead(wrong)
    try:
        Address.parse(f"x@{host}")
    except ValueError:
        raise NotRead(wrong) from None
    return clean(f"{(found[1] or 'https').lower()}://{found[2]}{found[3] or ''}", 2000)


_READERS: Mapping[FieldKind, Callable[[Field, str, Context], str]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG: _long,
    FieldKind.COUNTRY: _country,
    FieldKind.LANGUAGE: _language,
    FieldKind.LANGUAGES: _languages,
    FieldKind.REGIONS: _regions,
    FieldKind.DATE: _date,
    FieldKind.PERIOD: _period,
    FieldKind.PERIODS: _periods,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.YES_NO: _yes_no,
    FieldKind.ADDRESS: _address,
    FieldKind.URL: _url,
}
