"""The events that a block of an issue shows, in its language, as each form of the issue has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from babel.dates import format_interval, format_skeleton
from markupsafe import Markup, escape

from mailer.adapters.render.direction import direction_of
from mailer.adapters.render.folding import fold
from mailer.compose.catalogue import ENGLISH, Catalogue
from mailer.compose.list_documents import not_printable, printable_everywhere
from mailer.model.event_listings import Chosen, Listing
from mailer.model.events import KIND_NAMES
from mailer.phrases import Phrase, phrase

INDENT = " " * 4
"""Before what is said of an event below its date, in the text."""

WHOLE = 15
"""Characters of a day that stay in one line of the column of dates."""

_SPACES = re.compile(r"\s+")
_DASH = re.compile(r"(\s*[–—～]\s*)")
_AROUND_DASH = re.compile(r"\s*([–—～])\s*")
_DAYS = "yMMMd"
_TABLE = Markup(
    '<table role="presentation" class="event-list" width="100%" cellpadding="0" cellspacing="0" border="0">'
)


class Events:
    """Writes the blocks of one issue. ``catalogue`` has the words, ``direction`` is that of the issue's text.

    What ``is_printable`` denies is a note in print (D8).
    """

    def __init__(
        self, catalogue: Catalogue, direction: str, is_printable: Callable[[str], bool] = printable_everywhere
    ) -> None:
        self._catalogue, self._direction, self._is_printable = catalogue, direction, is_printable

    def in_mail(self, chosen: Chosen) -> Markup:
        """A table with a column of dates, which Outlook can pad."""
        return Markup("").join(self._table(label, listings) for label, listings in self._groups(chosen))

    def in_print(self, chosen: Chosen) -> Markup:
        """A list, each of whose items has its date on the side."""
        return Markup("").join(self._list(label, listings) for label, listings in self._groups(chosen))

    def lines(self, chosen: Chosen, width: int) -> list[str]:
        """The text: the date, and below it what the event is."""
        made: list[str] = []
        for label, listings in self._groups(chosen):
            made += ["", *fold(f"*{label}*", width)] if label and made else fold(f"*{label}*", width) if label else []
            for one in listings:
                made += ["", *self._text(one, width)] if made else self._text(one, width)
        return made

    # --- the groups ---

    def _groups(self, chosen: Chosen) -> Iterator[tuple[str, Sequence[Listing]]]:
        """Coming and past events, with labels if there are both."""
        both = bool(chosen.coming and chosen.past)
        for label, listings in ((phrase("Coming events"), chosen.coming), (phrase("Past events"), chosen.past)):
            if listings:
                yield self._words(label) if both else "", listings

    def _table(self, label: str, listings: Sequence[Listing]) -> Markup:
        rows = Markup("").join(
            Markup(
                '<tr><td class="event-date{}" width="116" valign="top">{}</td>'
                '<td class="event{}" valign="top">{}</td></tr>\n'
            ).format(_first(at), self._date(one), _first(at), self._facts(one))
            for at, one in enumerate(listings)
        )
        return Markup("{}{}\n{}</table>\n").format(_label(label), _TABLE, rows)

    def _list(self, label: str, listings: Sequence[Listing]) -> Markup:
        items = Markup("").join(
            Markup('<li class="event"><p class="event-date">{}</p>{}{}</li>\n').format(
                self._date(one), self._facts(one), self._address(one)
            )
            for one in map(self._in_print, listings)
        )
        return Markup('{}<ul class="event-list">\n{}</ul>\n').format(_label(label), items)

    def _in_print(self, one: Listing) -> Listing:
        """The event with a note in the place of what no font has."""
        return replace(
            one,
            title=self._printed(phrase("Title"), one.title),
            organiser=self._printed(phrase("Organiser"), one.organiser),
            place=self._printed(phrase("Place"), one.place),
        )

    def _printed(self, label: Phrase, text: str) -> str:
        return text if self._is_printable(text) else self._words(not_printable(label))

    # --- one event ---

    def _facts(self, one: Listing) -> Markup:
        title = self._isolated(one.title)
        if one.website:
            title = Markup('<a href="{}">{}</a>').format(one.website, title)
        made = Markup('<p class="event-title">{}</p>').format(title)
        below = (self._place(one, self._isolated(one.place)), self._rest(one))
        return made + Markup("").join(Markup('<p class="event-fact">{}</p>').format(part) for part in below if part)

    def _rest(self, one: Listing) -> Markup:
        parts = [self._isolated(one.organiser), *map(escape, self._sort(one))]
        return Markup(" · ").join(filter(None, parts))

    def _sort(self, one: Listing) -> list[str]:
        """Its kind, and its languages."""
        kind = self._words(KIND_NAMES[one.kind])
        languages = self._catalogue.series([self._catalogue.language(tag) for tag in one.languages])
        return [part for part in (kind, languages) if part]

    def _place(self, one: Listing, place: Markup) -> Markup:
        """``place`` with the country, if it does not say that itself."""
        country = self._catalogue.country(one.country)
        named = any(name.country(one.country).casefold() in one.place.casefold() for name in (self._catalogue, ENGLISH))
        if place and country and not named:
            words = self._catalogue.words_of(phrase("%(place)s, %(country)s"))
            return Markup(escape(words)) % {"place": place, "country": country}
        return place or escape(country)

    def _date(self, one: Listing) -> Markup:
        hours = self._hours(one)
        below = Markup('<br><span class="event-hours">{}</span>').format(hours) if hours else Markup()
        return Markup(" ").join(map(_whole, self.days(one))) + below

    def days(self, one: Listing) -> list[str]:
        """Its days as short as the language writes them, ``3–5 May 2027``; a range over months in two parts."""
        locale = self._catalogue.locale
        if one.starts == one.ends:
            return [_SPACES.sub(" ", format_skeleton(_DAYS, one.starts, locale=locale))]
        made = format_interval(one.starts, one.ends, skeleton=_DAYS, locale=locale)
        if (one.starts.year, one.starts.month) == (one.ends.year, one.ends.month):
            return [_SPACES.sub(" ", _AROUND_DASH.sub(r"\1", made))]
        first, dash, last = _DASH.split(_SPACES.sub(" ", made), maxsplit=1)
        return [f"{first}{dash}".rstrip(), last] if dash != dash.strip() else [f"{first}{dash}{last}"]

    def _hours(self, one: Listing) -> str:
        if one.hours is None:
            return ""
        return f"\N{LEFT-TO-RIGHT MARK}{one.hours.opens:%H:%M}–{one.hours.closes:%H:%M}\N{LEFT-TO-RIGHT MARK}"

    def _text(self, one: Listing, width: int) -> list[str]:
        when = " · ".join(filter(None, (" ".join(self.days(one)), self._hours(one).strip("\N{LEFT-TO-RIGHT MARK}"))))
        rest = " · ".join(filter(None, (one.organiser, *self._sort(one))))
        told = [one.title, self._place(one, escape(one.place)).unescape(), rest]
        below = [line for part in told if part for line in fold(part, width - len(INDENT))]
        address = [f"<{one.website}>"] if one.website else []
        return [*fold(when, width), *(f"{INDENT}{line}" for line in (*below, *address))]

    def _isolated(self, text: str) -> Markup:
        """Words from elsewhere, whose signs stay where they belong."""
        own = direction_of(text)
        if own in ("", self._direction):
            return escape(text)
        return Markup('<bdi dir="{}">{}</bdi>').format(own, text)

    def _address(self, one: Listing) -> Markup:
        """The address of its page, for readers of paper."""
        if not one.website:
            return Markup()
        shown = self._printed(phrase("Web page"), one.website.partition("://")[2].rstrip("/"))
        return Markup('<p class="event-fact"><a href="{}" class="address">{}</a></p>').format(one.website, shown)

    def _words(self, words: Phrase) -> str:
        return self._catalogue.translate(words)


def _label(label: str) -> Markup:
    return Markup('<p class="events-label">{}</p>\n').format(label) if label else Markup()


def _whole(days: str) -> Markup:
    """Days that stay in one line, if they are short."""
    return Markup('<span class="whole">{}</span>').format(days) if len(days) <= WHOLE else escape(days)


def _first(at: int) -> str:
    return "" if at else " first"
