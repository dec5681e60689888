"""Filled-in lines as mail programs return them: the generator for tests and for ``benchmarks/forms.py``.

Three questionnaires in two languages are sent, changed by a person in one of several manners, and sent back by a mail
program of ``client_replies.py``.
"""

# ruff: noqa: E501 (what people and programs write stands as they write it)
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import NamedTuple
from unicodedata import combining, normalize

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.data import TEMPLATES
from mailer.adapters.render.templates import environment
from mailer.model.questionnaires import Field, FieldKind, Questionnaire, shown
from mailer.phrases import Phrase, phrase
from tests.client_replies import BELOW, OFFICE, PROGRAMS, Parts, Typed, mail_of

KINDS = {"seminar": phrase("seminar"), "conference": phrase("conference"), "workshop": phrase("workshop")}
PRESENTER = Questionnaire(
    "presenter",
    (
        Field("name", phrase("Name"), required=True),
        Field("organisation", phrase("Organisation")),
        Field("country", phrase("Country"), FieldKind.COUNTRY, required=True),
        Field("languages", phrase("Languages that you present in"), FieldKind.LANGUAGES, required=True),
        Field("experience", phrase("Experience"), FieldKind.LONG, most=2000),
        Field(
            "busy",
            phrase("Days on which you cannot come"),
            FieldKind.PERIODS,
            hint=phrase("for example 3-5 May 2027, 7 June 2027"),
        ),
    ),
)
EVENT = Questionnaire(
    "event",
    (
        Field("title", phrase("Title"), required=True),
        Field("kind", phrase("Kind of event"), FieldKind.CHOICE, KINDS, hint=phrase("seminar, conference or workshop")),
        Field("place", phrase("Place")),
        Field("country", phrase("Country"), FieldKind.COUNTRY, required=True),
        Field(
            "when",
            phrase("Dates"),
            FieldKind.PERIOD,
            required=True,
            coming=True,
            hint=phrase("for example 3-5 May 2027"),
        ),
        Field("audience", phrase("Number of people"), FieldKind.NUMBER, most=100_000),
        Field("website", phrase("Web page"), FieldKind.URL),
        Field("wants", phrase("Do you want a presenter?"), FieldKind.YES_NO),
    ),
)
ENTRY = Questionnaire(
    "entry",
    (
        Field("name", phrase("Name"), required=True),
        Field("organisation", phrase("Organisation"), required=True),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("language", phrase("Language"), FieldKind.LANGUAGE),
        Field("second", phrase("Second contact"), FieldKind.ADDRESS),
        Field("website", phrase("Web page"), FieldKind.URL),
    ),
)

FRENCH = {
    "Name": "Nom",
    "Organisation": "Organisation",
    "Country": "Pays",
    "Languages that you present in": "Langues de vos présentations",
    "Experience": "Expérience",
    "Days on which you cannot come": "Jours où vous n’êtes pas libre",
    "for example 3-5 May 2027, 7 June 2027": "par exemple 3-5 mai 2027, 7 juin 2027",
    "Title": "Titre",
    "Kind of event": "Type d’événement",
    "seminar": "séminaire",
    "conference": "conférence",
    "workshop": "atelier",
    "seminar, conference or workshop": "séminaire, conférence ou atelier",
    "Place": "Lieu",
    "Dates": "Dates",
    "for example 3-5 May 2027": "par exemple 3-5 mai 2027",
    "Number of people": "Nombre de personnes",
    "Web page": "Page web",
    "Do you want a presenter?": "Souhaitez-vous un intervenant ?",
    "Language": "Langue",
    "Second contact": "Deuxième contact",
    "yes": "oui",
    "no": "non",
    "{{ label }}:": "%(label)s :",
    "%(label)s: %(value)s": "%(label)s : %(value)s",
    "%(label)s:": "%(label)s :",
}


def wordings(words: Phrase) -> tuple[str, ...]:
    """Those of a catalogue that has English and French."""
    return tuple(dict.fromkeys((str(words), FRENCH.get(words, str(words)))))


@dataclass(frozen=True)
class Form:
    """Lines as they are sent, and how somebody changes them."""

    questionnaire: Questionnaire
    offered: Mapping[str, str]
    written: Mapping[str, tuple[tuple[str, str], ...]]
    """For each language, the keys that somebody changes and what they write."""
    meant: Mapping[str, str]
    """The values that they mean."""


LONG_TITLE = "Social responsibility in small organisations, and how the standard helps those who have no staff for it"

FORMS = (
    Form(
        PRESENTER,
        {"name": "Anna Kim", "organisation": "Example Union", "country": "KE", "languages": "en,fr", "experience": "Ten talks on roads since 2019, most of them for unions in East Africa and some in French."},
        {
            "en": (("country", "Uganda"), ("languages", "English, French and Swahili"), ("busy", "3-5 May 2027, 7 June 2027")),
            "fr": (("country", "Ouganda"), ("languages", "anglais, français et swahili"), ("busy", "du 3 au 5 mai 2027, 7 juin 2027")),
        },
        {"country": "UG", "languages": "en,fr,sw", "busy": "2027-05-03/2027-05-05,2027-06-07/2027-06-07"},
    ),
    Form(
        EVENT,
        {"title": "On roads", "kind": "seminar", "country": "KE", "when": "2027-05-03/2027-05-05", "website": "https://roads.example/2027", "wants": "yes"},
        {
            "en": (("title", LONG_TITLE), ("kind", "Workshop"), ("place", "Nairobi"), ("when", "4–6 May 2027"), ("audience", "120"), ("website", "-"), ("wants", "No")),
            "fr": (("title", LONG_TITLE), ("kind", "Atelier"), ("place", "Nairobi"), ("when", "du 4 au 6 mai 2027"), ("audience", "120"), ("website", "aucune"), ("wants", "Non")),
        },
        {"title": LONG_TITLE, "kind": "workshop", "place": "Nairobi", "when": "2027-05-04/2027-05-06", "audience": "120", "website": "", "wants": "no"},
    ),
    Form(
        ENTRY,
        {"name": "Anna Kim", "organisation": "Example Union", "country": "KE", "language": "en"},
        {
            "en": (("name", "Anna Kim-Park"), ("language", "French"), ("second", "bo@union.example"), ("website", "www.union.example")),
            "fr": (("name", "Anna Kim-Park"), ("language", "français"), ("second", "bo@union.example"), ("website", "www.union.example")),
        },
        {"name": "Anna Kim-Park", "language": "fr", "second": "bo@union.example", "website": "https://www.union.example"},
    ),
)  # fmt: skip

BEFORE = {
    "en": "Good day,\n\nThis is how we understood it:\n\n",
    "fr": "Bonjour,\n\nVoici ce que nous avons compris :\n\n",
}
AFTER = {
    "en": "\nIf all of it is right, reply to this mail with “yes”. If not, reply and\ncorrect the lines.\n\n-- \nTG 2\ntg2@iso-sr.example\n",
    "fr": "\nSi tout est juste, répondez « oui » à ce message. Sinon, répondez et\ncorrigez les lignes.\n\n-- \nTG 2\ntg2@iso-sr.example\n",
}


class Lines(NamedTuple):
    """The lines of a form, one by one: label, value, hint."""

    label: str
    value: str
    hint: str


class Sender:
    """Writes the lines as the office does."""

    def __init__(self) -> None:
        self._templates = environment(TEMPLATES)
        self._catalogues = Catalogues(TEMPLATES / "locale")

    def lines(self, form: Form, language: str, values: Mapping[str, str]) -> list[Lines]:
        return [
            Lines(self._said(one.label, language), self._said(one.value, language), self._said(one.hint, language))
            for one in shown(form.questionnaire, values)
        ]

    def _said(self, value: object, language: str) -> str:
        if isinstance(value, Phrase):
            message = FRENCH.get(value.message, value.message) if language == "fr" else value.message
            values = {name: self._said(one, language) for name, one in value.values.items()}
            return message % values if values else message
        template = self._templates.from_string("{{ value }}")
        return template.render(value=value, catalogue=self._catalogues(language))


def shown_lines(lines: Sequence[Lines], language: str) -> list[str]:
    """As ``fill-in.txt`` has them, with long ones folded."""
    colon = " :" if language == "fr" else ":"
    found = []
    for one in lines:
        found += _folded(f"{one.label}{colon} {one.value}".rstrip())
        if one.hint:
            found.append(f"    ({one.hint})")
    return found


def _folded(line: str, width: int = 72) -> list[str]:
    rows = [""]
    for word in line.split(" "):
        if len(rows[-1]) + len(word) + 1 > width and rows[-1]:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}" if rows[-1] else word
    return rows


# --- what somebody does with them ---


class Answered(NamedTuple):
    """What somebody wrote above or below, and the text that their program quotes."""

    typed: list[str]
    asked: str


Manner = Callable[["Asked"], Answered]


@dataclass(frozen=True)
class Asked:
    """A form as it was sent in a language, and what somebody means to change."""

    form: Form
    language: str
    lines: Sequence[Lines]
    changed: Mapping[str, str]
    """What they write, by key."""

    @property
    def keys(self) -> list[str]:
        return [field.key for field in self.form.questionnaire.fields]

    @property
    def text(self) -> str:
        return self.around(shown_lines(self.lines, self.language))

    def around(self, lines: Sequence[str]) -> str:
        return BEFORE[self.language] + "\n".join(lines) + "\n" + AFTER[self.language]

    def filled(self) -> list[Lines]:
        return [
            one._replace(value=self.changed.get(key, one.value)) for key, one in zip(self.keys, self.lines, strict=True)
        ]

    def own(self, *, everything: bool = False, colon: str = ": ", mark: str = "", wide: int = 9999) -> list[str]:
        """Lines that somebody writes themselves."""
        rows = []
        for number, (key, one) in enumerate(zip(self.keys, self.filled(), strict=True), 1):
            if everything or key in self.changed:
                prefix = mark.format(number)
                rows += _folded(f"{prefix}{one.label}{colon}{one.value}".rstrip(), wide)
        return rows


def changed_above(asked: Asked) -> Answered:
    """The changed lines alone."""
    return Answered(asked.own(), asked.text)


def all_above(asked: Asked) -> Answered:
    """All lines, copied."""
    return Answered(asked.own(everything=True), asked.text)


def politely_above(asked: Asked) -> Answered:
    hello, bye = ("Bonjour,", "Cordialement,") if asked.language == "fr" else ("Dear all,", "Kind regards,")
    return Answered([hello, "", *asked.own(), "", bye, "Anna Kim"], asked.text)


def numbered_above(asked: Asked) -> Answered:
    return Answered(asked.own(mark="{}. "), asked.text)


def bulleted_above(asked: Asked) -> Answered:
    return Answered(asked.own(mark="• "), asked.text)


def dashed_above(asked: Asked) -> Answered:
    """With a dash in place of the colon, as phones write it."""
    return Answered(asked.own(colon=" – "), asked.text)


def wide_above(asked: Asked) -> Answered:
    """With the colons of a Japanese or Chinese keyboard."""
    return Answered(asked.own(colon="："), asked.text)


def wrapped_above(asked: Asked) -> Answered:
    return Answered(asked.own(wide=70), asked.text)


def in_place(asked: Asked) -> Answered:
    return Answered(["See below.", ""], asked.around(shown_lines(asked.filled(), asked.language)))


def in_place_silently(asked: Asked) -> Answered:
    return Answered([""], asked.around(shown_lines(asked.filled(), asked.language)))


def in_place_without_hints(asked: Asked) -> Answered:
    filled = [one._replace(hint="") for one in asked.filled()]
    return Answered(["Done.", ""], asked.around(shown_lines(filled, asked.language)))


def in_place_below_hints(asked: Asked) -> Answered:
    """Values of lines that were empty stand below them, or below their hints."""
    rows = []
    for key, sent, one in zip(asked.keys, asked.lines, asked.filled(), strict=True):
        if key in asked.changed and not sent.value:
            rows += [*shown_lines([one._replace(value="")], asked.language), one.value]
        else:
            rows += shown_lines([one], asked.language)
    return Answered(["See below.", ""], asked.around(rows))


def plainly_above(asked: Asked) -> Answered:
    """In capitals and without accents."""
    rows = []
    for row in asked.own():
        label, colon, value = row.partition(":")
        rows.append(f"{''.join(sign for sign in normalize('NFD', label) if not combining(sign)).upper()}{colon}{value}")
    return Answered(rows, asked.text)


def translated_above(asked: Asked) -> Answered:
    """With the labels of another language."""
    own = []
    for field, one in zip(asked.form.questionnaire.fields, asked.filled(), strict=True):
        if field.key in asked.changed:
            label = FRENCH[field.label] if asked.language == "en" else str(field.label)
            own.append(f"{label} : {one.value}")
    return Answered(own, asked.text)


def stressed_above(asked: Asked) -> Answered:
    return Answered([f"*{row.replace(': ', ':* ', 1)}" for row in asked.own()], asked.text)


def next_lines_above(asked: Asked) -> Answered:
    rows = []
    for row in asked.own(colon=":\n"):
        rows += row.split("\n")
    return Answered(rows, asked.text)


def arrows_in_place(asked: Asked) -> Answered:
    """The old value, an arrow and the new one."""
    rows = []
    for key, sent, one in zip(asked.keys, asked.lines, asked.filled(), strict=True):
        both = f"{sent.value} -> {one.value}" if key in asked.changed and sent.value else one.value
        rows += shown_lines([one._replace(value=both)], asked.language)
    return Answered(["See below.", ""], asked.around(rows))


def misspelled_above(asked: Asked) -> Answered:
    """With a letter too many in the first label."""
    first, *rest = asked.own()
    return Answered([first[:3] + first[2:], *rest], asked.text)


def twice_above(asked: Asked) -> Answered:
    """The first line twice, with another value."""
    first, *rest = asked.own()
    label, _, _ = first.partition(":")
    return Answered([first, f"{label}: {TWICE[asked.form.questionnaire.key]}", *rest], asked.text)


TWICE = {"presenter": "Rwanda", "event": "On bridges", "entry": "Anna Kim"}
UNCLEAR = ("misspelled_above", "twice_above")
"""Manners whose first line cannot be read for certain."""

MANNERS: Mapping[str, Manner] = {
    made.__name__: made
    for made in (
        *(changed_above, all_above, politely_above, numbered_above, bulleted_above, dashed_above, wide_above),
        *(wrapped_above, in_place, in_place_silently, in_place_without_hints, in_place_below_hints),
        *(plainly_above, translated_above, stressed_above, next_lines_above, arrows_in_place),
        *(misspelled_above, twice_above),
    )
}

# --- how programs show a plain text in HTML ---


def _br(text: str) -> str:
    return (
        "<div>"
        + "<br>\n".join(escape(line, quote=False).replace("    ", "&nbsp; &nbsp; ") for line in text.split("\n"))
        + "</div>"
    )


def _paragraphs(text: str) -> str:
    return "".join(
        f"<p class=MsoPlainText>{escape(line, quote=False) or '<o:p>&nbsp;</o:p>'}</p>\n" for line in text.split("\n")
    )


def _divs(text: str) -> str:
    return "".join(f"<div>{escape(line, quote=False) or '<br>'}</div>" for line in text.split("\n"))


def _pre(text: str) -> str:
    return f'<pre class="moz-quote-pre" wrap="">{escape(text, quote=False)}</pre>'


MARKUPS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("outlook", "windows_mail", "notes"), _paragraphs),
    **dict.fromkeys(("thunderbird", "thunderbird_below", "roundcube", "kmail", "evolution"), _pre),
    **dict.fromkeys(("owa", "owa_dark", "outlook_mobile", "apple_mail", "ios_mail", "ios_mail_div"), _divs),
}
"""By program; the others write ``<br>``."""


class Written(Typed):
    """What somebody typed, line by line."""

    @property
    def lines(self) -> list[str]:
        closing = ["", *self.closing.split("\n")] if self.closing else []
        return [self.keyword, *self.comment.split("\n"), *closing]


class Reply(NamedTuple):
    """A mail, and what it means."""

    name: str
    program: str
    manner: str
    form: Form
    values: Mapping[str, str]
    """All values that it means."""
    unclear: frozenset[str]
    """The keys of lines that have to be asked back, and keep their values."""
    raw: bytes


def combinations() -> Iterator[tuple[str, str]]:
    """Each program with each manner that its users can answer in."""
    for program, manner in product(PROGRAMS, MANNERS):
        if program.startswith("prepared") or (program in BELOW and "in_place" in manner):
            continue
        yield program, manner


def replies(*, every: bool = False) -> Iterator[Reply]:
    """Filled-in forms: each program and manner once, or with ``every`` form and language."""
    sender = Sender()
    asked = [
        (
            form,
            language,
            Asked(form, language, sender.lines(form, language, form.offered), dict(form.written[language])),
        )
        for form, language in product(FORMS, ("en", "fr"))
    ]
    for number, (program, manner) in enumerate(combinations()):
        for form, language, one in asked if every else [asked[(number + number // 6) % len(asked)]]:
            answered = MANNERS[manner](one)
            raw = mail_of(_parts(program, answered, language, number), OFFICE, "Please confirm", number)
            unclear = frozenset({form.written[language][0][0]} if manner in UNCLEAR else ())
            meant = {key: value for key, value in form.meant.items() if key not in unclear}
            values = {key: value for key, value in {**form.offered, **meant}.items() if value}
            name = f"{program} {manner} {form.questionnaire.key} {language}"
            yield Reply(name, program, manner, form, values, unclear, raw)


def _parts(program: str, answered: Answered, language: str, number: int, like: str = "") -> Parts:
    first, *rest = answered.typed
    markup = MARKUPS.get(like or program, _br)(answered.asked)
    typed = Written(first, "\n".join(rest), language, "Please confirm", answered.asked, markup, number % 4 == 0)
    return PROGRAMS[program](typed)


def mail_in_place(
    sender: Sender, form: Form, language: str, wanted: Mapping[str, str], program: str, markup: str
) -> bytes:
    """The mail of somebody who changes the lines to these values where they stand."""
    lines = sender.lines(form, language, wanted)
    text = Asked(form, language, lines, {}).text
    answered = Answered(["See below.", ""], text)
    return mail_of(_parts(program, answered, language, 1, markup), OFFICE, "Please confirm")
