"""The values of lines to fill in, as people write them, in the form in which they are stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from mailer.inbound.wording import words_of
from mailer.message import Address, clean
from mailer.model.cldr import country_code, language_tag
from mailer.model.questionnaires import Field, FieldKind, Wordings
from mailer.phrases import Phrase, phrase

_SEPARATOR = re.compile(r"\s*[,;/、，；]\s*")
_URL = re.compile(r"(?:https?://)?[^\s/<>@]+\.[^\s<>@]+", re.IGNORECASE)
_YES = frozenset({"yes", "y", "oui", "sí", "si", "ja", "sim", "sì", "да", "はい", "是", "نعم"})
_NO = frozenset({"no", "n", "non", "nein", "não", "нет", "いいえ", "否", "لا"})


class NotRead(ValueError):
    """A value that cannot be read for certain."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Context:
    """What a value is read with, beside its field."""

    today: date
    wordings: Wordings


def read_value(of: Field, written: str, context: Context) -> str:
    """The value as it is stored. Raises NotRead."""
    return _READERS[of.kind](of, written, context)


def _text(of: Field, written: str, context: Context) -> str:
    value = clean(written, of.most + 1)
    if len(value) > of.most:
        raise NotRead(phrase("It is too long."))
    return value


def _country(of: Field, written: str, context: Context) -> str:
    if code := country_code(written):
        return code
    raise NotRead(phrase("It is not the name or the code of a country that we know."))


def _language(of: Field, written: str, context: Context) -> str:
    if tag := language_tag(written):
        return tag
    raise NotRead(phrase("It is not the name or the code of a language that we know."))


def _languages(of: Field, written: str, context: Context) -> str:
    return ",".join(dict.fromkeys(_language(of, one, context) for one in _SEPARATOR.split(written) if one))


def _date(of: Field, written: str, context: Context) -> str:
    try:
        return date.fromisoformat(written.strip()).isoformat()
    except ValueError:
        raise NotRead(phrase("It is not a day that we can read; write it like 2027-05-03.")) from None


def _period(of: Field, written: str, context: Context) -> str:
    first, _, last = written.partition("/")
    return f"{_date(of, first, context)}/{_date(of, last or first, context)}"


def _periods(of: Field, written: str, context: Context) -> str:
    return ",".join(_period(of, one, context) for one in re.split(r"[,;]", written) if one.strip())


def _number(of: Field, written: str, context: Context) -> str:
    if written.isdecimal():
        return str(int(written))
    raise NotRead(phrase("It is not a whole number."))


def _choice(of: Field, written: str, context: Context) -> str:
    words = words_of(written)
    for key, name in of.choices.items():
        if words in [words_of(wording) for wording in (key, *context.wordings(name))]:
            return key
    raise NotRead(phrase("It is none of the answers that are offered."))


def _choices(of: Field, written: str, context: Context) -> str:
    chosen = {_choice(of, one, context) for one in _SEPARATOR.split(written) if one}
    return ",".join(key for key in of.choices if key in chosen)


def _yes_no(of: Field, written: str, context: Context) -> str:
    said = written.strip(" .!").lower()
    if said in _YES or said in _NO:
        return "yes" if said in _YES else "no"
    raise NotRead(phrase("It is neither yes nor no."))


def _address(of: Field, written: str, context: Context) -> str:
    try:
        return str(Address.parse(written))
    except ValueError:
        raise NotRead(phrase("It is not a mail address.")) from None


def _url(of: Field, written: str, context: Context) -> str:
    if not _URL.fullmatch(written):
        raise NotRead(phrase("It is not a web address."))
    return written if "://" in written else f"https://{written}"


_READERS: Mapping[FieldKind, Callable[[Field, str, Context], str]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG: _text,
    FieldKind.COUNTRY: _country,
    FieldKind.LANGUAGE: _language,
    FieldKind.LANGUAGES: _languages,
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
