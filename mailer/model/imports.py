"""What an import of rows does to a list: who is added, and who stays away (B12)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from mailer.model.list_file import More, Row
from mailer.model.lists import Contact, Details, Standing
from mailer.model.organisations import Organisation


class Change(StrEnum):
    """What an import does with one address."""

    ADD = "add"
    BRING_BACK = "bring back"
    CHANGE = "change"
    REMOVE = "remove"
    LEFT = "left"  # the list or all of its publications: they stay away (B12)
    SUPPRESSED = "suppressed"  # mail to the address bounced, or its owner complained: it stays away
    MOVED = "moved"  # the address of a contact who has another one now: it stays away
    FORGOTTEN = "forgotten"  # they asked to be forgotten: they stay away
    UNCHANGED = "unchanged"

    @property
    def acts(self) -> bool:
        """Whether the store changes."""
        return self in (Change.ADD, Change.BRING_BACK, Change.CHANGE, Change.REMOVE)

    @property
    def stays_away(self) -> bool:
        return self in (Change.LEFT, Change.SUPPRESSED, Change.MOVED, Change.FORGOTTEN)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a row's address."""

    contact: Contact | None = None
    standing: Standing | None = None
    """On the list of the import."""
    left: frozenset[str] = frozenset()
    """Publications that they have left."""
    suppressed: str = ""
    """Why the address gets no mail."""
    moved_to: str = ""
    """The present address of the contact who had this one before."""
    forgotten: bool = False
    """Whether its owner asked to be forgotten."""
    until: date | None = None
    """The last day of the membership."""
    organisation: Organisation | None = None
    """That they speak for, if the row says more about one."""


UNKNOWN = Known()


class Entry(NamedTuple):
    """A line of the difference."""

    change: Change
    address: str
    organisation: str
    note: str = ""
    """Why they stay away, or what they do not get."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What an import may do."""

    replace: bool = False
    """Remove the members who are not in the file."""
    bring_back: str = ""
    """Why those who left, bounced or complained come back; empty if they do not."""
    consent: str = ""
    """How those who are added agreed, in the secretary's words; the audit trail keeps it."""


def decide(row: Row, known: Known, brought: Collection[str], bring_back: bool) -> Change:
    """What an import does with a row; ``brought`` are the publications that go to the list (B12)."""
    if stays := away(known, brought):
        return Change.BRING_BACK if bring_back else stays
    if known.contact is None or known.standing is not Standing.ACTIVE:
        return Change.ADD
    if merged(known.contact.details, row.details) != known.contact.details or says_more(row, known):
        return Change.CHANGE
    return Change.UNCHANGED


def says_more(row: Row, known: Known) -> bool:
    """Whether the row changes the end of the membership, or what is known of the organisation."""
    if row.more is None:
        return False
    if row.more.until and row.more.until != known.until:
        return True
    if not row.more.is_about_organisation:
        return False
    return known.organisation is None or completed(known.organisation, row) != known.organisation


def completed(organisation: Organisation, row: Row) -> Organisation:
    """The organisation with what the row says of it; an empty cell keeps what is known."""
    more = row.more or More()
    return replace(
        organisation,
        kind=row.details.kind or organisation.kind,
        country=row.details.country or organisation.country,
        languages=more.languages or organisation.languages,
        website=more.website or organisation.website,
        reach=more.reach or organisation.reach,
    )


def away(known: Known, brought: Collection[str]) -> Change | None:
    """Why an address stays away from a list with these publications."""
    if known.forgotten:
        return Change.FORGOTTEN
    if known.suppressed:
        return Change.SUPPRESSED
    if known.standing is Standing.LEFT or (
        known.standing is not Standing.ACTIVE and brought and known.left.issuperset(brought)
    ):
        return Change.LEFT
    return Change.MOVED if known.moved_to and known.contact is None else None


def merged(old: Details, new: Details) -> Details:
    """``new`` over ``old``: an empty cell keeps what is known."""
    return Details(
        name=new.name or old.name,
        organisation=new.organisation or old.organisation,
        kind=new.kind or old.kind,
        country=new.country or old.country,
        language=new.language or old.language,
        format=new.format or old.format,
    )
