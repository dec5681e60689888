"""A catalogue for one language: messages by gettext; dates, numbers, plurals, lists and names by CLDR (Babel)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from gettext import NullTranslations

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_interval
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from mailer.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Writes texts, dates and names for people in one language."""

    tag: str
    """BCP 47."""
    locale: Locale
    """Decides how dates, numbers and names are written."""
    messages: NullTranslations
    """The translations; a message without one stays English."""

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, as in HTML."""
        return self.locale.text_direction

    # --- messages ---

    def gettext(self, message: str) -> str:
        return self.messages.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.messages.ngettext(singular, plural, number)

    def pgettext(self, context: str, message: str) -> str:
        return self.messages.pgettext(context, message)

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return self.messages.npgettext(context, singular, plural, number)

    def translate(self, phrase: Phrase) -> str:
        """The phrase in this language, and the phrases in it too."""
        words = self.words_of(phrase)
        return words % self._translated_values(phrase.values) if phrase.values else words

    def words_of(self, phrase: Phrase) -> str:
        """The translation of the phrase's message, in the form for its number if it counts; without its values."""
        if phrase.plural:
            return self.ngettext(phrase.message, phrase.plural, phrase.number)
        return phrase.message and self.gettext(phrase.message)

    def _translated_values(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self.translate(value) if isinstance(value, Phrase) else value for name, value in values.items()}

    # --- dates, numbers, lists, names ---

    def when(self, time: datetime, zone: tzinfo) -> str:
        """A time: ``Friday 4 December 2026, 18:00 CET``."""
        local = time.astimezone(zone)
        pattern = self.pgettext("pattern of a date and time, as CLDR has it", "EEEE d MMMM y, HH:mm")
        return f"{format_datetime(local, pattern, locale=self.locale)} {local:%Z}"

    def day(self, day: date) -> str:
        """A day: ``4 December 2026``."""
        return format_date(day, "long", locale=self.locale)

    def days(self, period: str) -> str:
        """A day or days in a row: ``3 – 5 May 2027``."""
        first, _, last = period.partition("/")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        return self.day(start) if start == end else str(format_interval(start, end, "yMMMd", locale=self.locale))

    def number(self, number: int) -> str:
        """A number with separated thousands: ``1,234``."""
        return format_decimal(number, locale=self.locale)

    def series(self, names: Sequence[str]) -> str:
        """``one``, ``one and two``, ``one, two and three``."""
        return format_list([str(name) for name in names], locale=self.locale)

    def duration(self, span: timedelta) -> str:
        """A length of time: ``under a minute``, ``12 minutes``, ``3 h 20 min``, ``6 days``."""
        minutes = round(span.total_seconds() / 60)
        if span < timedelta(minutes=1):
            return self.gettext("under a minute")
        if minutes < 120:
            return format_unit(minutes, "duration-minute", locale=self.locale)
        if span < timedelta(days=3):
            parts = {"hours": minutes // 60, "minutes": f"{minutes % 60:02}"}
            return self.gettext("%(hours)s h %(minutes)s min") % parts
        return format_unit(round(span / timedelta(days=1)), "duration-day", locale=self.locale)

    def country(self, code: str) -> str:
        """The name of a country (ISO 3166) or a region (UN M49); text that is no code is returned unchanged."""
        return str(self.locale.territories.get(code.upper(), code)) if len(code) in (2, 3) else code

    def language(self, tag: str) -> str:
        """The language's name; a tag (BCP 47) that CLDR does not know is returned unchanged."""
        try:
            return Locale.parse(tag, sep="-").get_display_name(self.locale) or tag
        except (ValueError, UnknownLocaleError):
            return tag


def direction(tag: str) -> str:
    """``ltr`` or ``rtl``, as in HTML, for any language (BCP 47)."""
    try:
        return Locale.parse(tag, sep="-").text_direction
    except (ValueError, UnknownLocaleError):
        return "ltr"


ENGLISH = Catalogue("en", Locale("en", "GB"), NullTranslations())
"""The language of the messages in the code, with the dates and numbers of international English."""
