"""What is planned for each issue, and how it stands: planned, asked, in, late, proofed, in the issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from mailer.model.articles import OVER, Article, State
from mailer.model.issues import Article as Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An article that an issue is to have."""

    publication: str
    number: int
    """Of the issue."""
    title: str
    by: str = ""
    """Who is to write it, as people say it: ``TISI``."""
    words: int = 0
    due: date | None = None
    brief: str = ""
    file: str = ""
    """The article in the folder of the issue that it has become, if its title is another one by now."""


class Standing(StrEnum):
    """How far something planned is."""

    PLANNED = "planned"  # nobody was asked
    ASKED = "asked"
    PROMISED = "promised"
    LATE = "late"  # the day is over, and no text came
    OFFERED = "offered"
    IN = "in"
    IN_ISSUE = "in the issue"
    WITH_AUTHOR = "proof sent"
    CORRECTED = "corrected"
    PROOFED = "proofed"
    DECLINED = "declined"


_OF: dict[State, Standing] = {
    State.UNCONFIRMED: Standing.OFFERED,
    State.OFFERED: Standing.OFFERED,
    State.ASKED: Standing.ASKED,
    State.PROMISED: Standing.PROMISED,
    State.IN: Standing.IN,
    State.TAKEN: Standing.IN_ISSUE,
    State.PROOF: Standing.WITH_AUTHOR,
    State.CORRECTED: Standing.CORRECTED,
    State.AGREED: Standing.PROOFED,
    State.DECLINED: Standing.DECLINED,
    State.WITHDRAWN: Standing.DECLINED,
}


class Row(NamedTuple):
    """One article of an issue."""

    publication: str
    number: int | None
    title: str
    by: str
    words: int
    due: date | None
    standing: Standing
    article: int | None
    """Its number, if it is one by mail."""
    file: str
    """The name of its file in the folder of the issue, or empty."""
    is_file_alone: bool = False
    """Whether it is neither planned nor by mail."""


def standing(article: Article, today: date) -> Standing:
    return Standing.LATE if article.is_late(today) else _OF[article.state]


def rows(
    publication: str,
    number: int | None,
    planned: Iterable[Planned],
    articles: Iterable[Article],
    printed: Sequence[Printed],
    today: date,
) -> Iterator[Row]:
    """The articles of an issue: those that are planned in their order, then those by mail, then other files of it.

    What is planned is found again by its title. ``printed`` are the articles in its folder.
    """
    left = [one for one in articles if one.number == number and one.publication == publication]
    wishes = [one for one in planned if (one.publication, one.number) == (publication, number)]
    found = [_row(publication, number, wish, _take(left, wish.title), printed, today) for wish in wishes]
    others = [one for one in left if one.state not in OVER and one.state is not State.UNCONFIRMED]
    found += [_row(publication, number, None, one, printed, today) for one in others]
    yield from found
    shown = {row.file for row in found}
    for file in (one for one in printed if one.name not in shown):
        yield Row(publication, number, file.title, file.author, 0, None, Standing.IN_ISSUE, None, file.name, True)


def _row(
    publication: str,
    number: int | None,
    wish: Planned | None,
    article: Article | None,
    files: Sequence[Printed],
    today: date,
) -> Row:
    title = wish.title if wish else article.title if article else ""
    became = wish.file if wish else ""
    file = next((one for one in files if one.name == became or _is(one, article, title)), None)
    name = file.name if file else ""
    by = (article.byline if article else "") or (wish.by if wish else "") or (file.author if file else "")
    stands = standing(article, today) if article else Standing.IN_ISSUE if file else Standing.PLANNED
    words = (article.words if article else 0) or (wish.words if wish else 0)
    due = (article.due if article else None) or (wish.due if wish else None)
    return Row(publication, number, title, by, words, due, stands, article.id if article else None, name)


def _is(file: Printed, article: Article | None, title: str) -> bool:
    return file.number == article.id if article and file.number else _same(file.title, title)


def _take(left: list[Article], title: str) -> Article | None:
    """The newest article with this title, which is not over if there is one; the others go with it."""
    found = [one for one in left if _same(one.title, title)]
    for one in found:
        left.remove(one)
    open_ones = [one for one in found if one.state not in OVER]
    return next(reversed(open_ones or found), None)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def find(planned: Iterable[Planned], publication: str, number: int | None, title: str) -> Planned | None:
    """What is planned under this title."""
    return next(
        (one for one in planned if (one.publication, one.number) == (publication, number) and _same(one.title, title)),
        None,
    )
