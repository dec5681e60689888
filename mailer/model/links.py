"""Links to norms, standards, initiatives and reports: as data, as people propose them, and which are dead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.phrases import Phrase, phrase

FILE = "links.toml"
KEY = "links"
"""The key of the document."""


class LinkKind(StrEnum):
    """What a link leads to."""

    NORM = "norm"  # what states have agreed, or a body that speaks for them
    STANDARD = "standard"  # what a standards body, or one of its own, has written
    INITIATIVE = "initiative"
    REPORT = "report"


KIND_NAMES: Mapping[LinkKind, Phrase] = {
    LinkKind.NORM: phrase("norm"),
    LinkKind.STANDARD: phrase("standard"),
    LinkKind.INITIATIVE: phrase("initiative"),
    LinkKind.REPORT: phrase("report"),
}

HEADINGS: Mapping[LinkKind, Phrase] = {
    LinkKind.NORM: phrase("Norms"),
    LinkKind.STANDARD: phrase("Standards"),
    LinkKind.INITIATIVE: phrase("Initiatives"),
    LinkKind.REPORT: phrase("Reports"),
}
"""What stands above the links of a kind."""


class Link(NamedTuple):
    """One link."""

    url: str
    title: str
    body: str
    """Who publishes what it leads to."""
    kind: LinkKind
    language: str
    """Of what it leads to (BCP 47)."""
    country: str = ""
    """ISO 3166-1 alpha-2; empty for what is of no country."""
    checked: date | None = None
    """When its address was last found to answer; None if nobody has looked yet."""

    @property
    def line(self) -> str:
        """The link in a sentence, by which versions are compared. When it was checked is left out."""
        return f"{self.title} ({self.body}): {self.url}"


def by_kind(links: Iterable[Link]) -> list[tuple[LinkKind, list[Link]]]:
    """The links of each kind that has any, by body and title."""
    known = sorted(links, key=lambda one: (one.body.casefold(), one.title.casefold()))
    found = [(kind, [one for one in known if one.kind is kind]) for kind in LinkKind]
    return [(kind, some) for kind, some in found if some]


def same(one: str, other: str) -> bool:
    """Whether two addresses lead to the same place, but for the scheme, ``www.`` and a stroke at the end."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url.strip())
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query


def links_in(files: Mapping[str, bytes]) -> tuple[Link, ...]:
    """The links in the folder of a version, as it was frozen; it was checked before."""
    entries = tomllib.loads(files[FILE].decode("utf-8-sig")).get("link", ()) if FILE in files else ()
    return tuple(
        Link(
            one["url"],
            one["title"],
            one["body"],
            LinkKind(one["kind"]),
            one["language"],
            one.get("country", ""),
            one.get("checked"),
        )
        for one in entries
    )


LINK = Questionnaire(
    "link",
    (
        Field("url", phrase("Web address"), FieldKind.URL, required=True),
        Field("title", phrase("Title of the page"), required=True),
        Field("body", phrase("Who publishes it"), required=True),
        Field(
            "kind",
            phrase("Kind of link"),
            FieldKind.CHOICE,
            {kind.value: name for kind, name in KIND_NAMES.items()},
            required=True,
            hint=phrase("norm, standard, initiative or report"),
        ),
        Field("language", phrase("Language of the page"), FieldKind.LANGUAGE),
        Field("country", phrase("Country that it is about"), FieldKind.COUNTRY, hint=phrase("if it is about one")),
        Field("why", phrase("Why it belongs in the list"), FieldKind.LONG, most=1000),
    ),
    phrase("the link that you propose"),
)
"""What anybody who proposes a link is asked."""


def proposed(values: Mapping[str, str]) -> Link:
    """The link of the lines that somebody filled in."""
    return Link(
        url=values.get("url", ""),
        title=values.get("title", ""),
        body=values.get("body", ""),
        kind=LinkKind(values.get("kind") or LinkKind.INITIATIVE),
        language=values.get("language") or "en",
        country=values.get("country", ""),
    )


# --- whether they answer ---


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of an address."""

    url: str
    at: datetime
    """When it was asked last."""
    answer: str
    """What came of it, in words: ``200``, ``404``, ``no such host``."""
    failures: int = 0
    """How often in a row it did not answer."""

    @property
    def is_dead(self) -> bool:
        """Whether it failed on so many days that a person has to look."""
        return self.failures >= TRIES

    @property
    def is_alive(self) -> bool:
        return not self.failures


class Answer(NamedTuple):
    """What came of asking an address."""

    alive: bool
    words: str


TRIES = 3
"""Days on which an address fails before it is called dead."""

BETWEEN_TRIES = timedelta(days=1)


def after(before: Check | None, url: str, answer: Answer, now: datetime) -> Check:
    """What is known of an address once it was asked."""
    failures = 0 if answer.alive else (before.failures if before else 0) + 1
    return Check(url, now, answer.words, failures)


def to_ask(urls: Sequence[str], checks: Mapping[str, Check], now: datetime, every: timedelta) -> list[str]:
    """Which addresses are asked now: new ones, those of the last round, and those that failed a day ago."""
    found = []
    for url in urls:
        check = checks.get(url)
        waits = BETWEEN_TRIES if check and check.failures and not check.is_dead else every
        if check is None or check.at + waits <= now:
            found.append(url)
    return found


def is_round_over(urls: Sequence[str], checks: Mapping[str, Check]) -> bool:
    """Whether of each address it is known that it is alive or dead."""
    return all((check := checks.get(url)) is not None and (check.is_alive or check.is_dead) for url in urls)
