"""Who gets what: the kinds of organisation, the formats, and what a sign-up may say about itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mailer.model.publications import Publication
from mailer.phrases import Phrase, phrase


class Kind(StrEnum):
    """What an organisation is (action plan 2.1.1)."""

    INDUSTRY = "industry association"
    LABOUR = "labour union"
    CONSULTANCY = "consultancy"
    CONSUMER = "consumer organisation"
    MEDIA = "media organisation"
    OTHER = "other"


class ListKind(StrEnum):
    """What a list is for."""

    READERS = "readers"  # they sign up, read and leave
    MEMBERS = "members"  # they belong to something
    BOARD = "board"  # they vote
    BANK = "bank"  # they have offered something, and are asked for it
    DISCUSSION = "discussion"  # they write to each other

    @property
    def can_be_left(self) -> bool:
        """Whether members leave by mail, unless the configuration says otherwise."""
        return self is not ListKind.BOARD


KIND_NAMES: Mapping[Kind, Phrase] = {
    Kind.INDUSTRY: phrase("industry association"),
    Kind.LABOUR: phrase("labour union"),
    Kind.CONSULTANCY: phrase("consultancy"),
    Kind.CONSUMER: phrase("consumer organisation"),
    Kind.MEDIA: phrase("media organisation"),
    Kind.OTHER: phrase("other"),
}
"""The kinds as people read them."""


class Format(StrEnum):
    """What a reader wants in the mail."""

    PDF = "pdf"  # HTML and text, with the PDF attached
    HTML = "html"  # HTML and text
    TEXT = "text"  # text alone


class Standing(StrEnum):
    """How a contact stands to a list."""

    ACTIVE = "active"
    LEFT = "left"  # by their own wish: no import brings them back
    REMOVED = "removed"  # by the secretary


@dataclass(frozen=True, slots=True)
class Details:
    """What a subscriber says of themselves; every field may be empty. Cleaned, one line each."""

    name: str = ""
    organisation: str = ""
    kind: Kind | None = None
    country: str = ""
    """As written: a name or an ISO 3166 code."""
    language: str = ""
    """BCP 47, lower case."""
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One mailbox that we know, and what its owner told us."""

    id: int
    address: str
    details: Details

    @property
    def greeting(self) -> Phrase:
        """How a letter to them begins."""
        return greeting(self.details.name, self.details.organisation)

    @property
    def label(self) -> str:
        """How others see them: a name where there is one."""
        return self.details.name or self.address


def greeting(name: str, organisation: str) -> Phrase:
    """How a letter begins, to a person, to an organisation, or to whoever reads it."""
    called = name or organisation
    return phrase("Dear %(name)s,", name=called) if called else phrase("Dear reader,")


@dataclass(frozen=True, slots=True)
class ListRules:
    """A list as the configuration describes it."""

    key: str
    title: str
    kind: ListKind
    leave: bool
    """Whether a member may leave by mail."""


class ScopeKind(StrEnum):
    """What a token to leave can name."""

    LIST = "list"
    PUBLICATION = "publication"


class Scope(NamedTuple):
    """A list or a publication, as a token to leave names it."""

    kind: ScopeKind
    key: str


@dataclass(frozen=True, slots=True)
class Departure:
    """What somebody leaves."""

    publications: tuple[str, ...] = ()
    """These never come again, by whatever list."""
    lists: tuple[str, ...] = ()
    """They are taken off these."""


def departure(
    scope: Scope | None,
    member_of: Collection[str],
    opted_out: Collection[str],
    lists: Mapping[str, ListRules],
    publications: Mapping[str, Publication],
) -> Departure:
    """What a member of ``member_of`` leaves by leaving ``scope``, or everything where it is None.

    A publication is left for good: it comes by no other list (B12), not even by one that cannot be left by mail. To
    leave a list is to leave all its publications. A list with no publication left is left, too; a list that brings
    another publication stays. Empty where there is nothing to leave, or nothing more.
    """
    brings = {key: {made.key for made in publications.values() if key in made.lists} for key in lists}
    match scope:
        case None:
            named = [key for key in lists if key in member_of]
            ended = {made for key in named for made in brings[key]}
        case Scope(ScopeKind.LIST, key):
            named = [key] if key in lists and lists[key].leave else []
            ended = {made for key in named for made in brings[key]}
        case Scope(ScopeKind.PUBLICATION, key):
            named, ended = [], {key} & publications.keys()
    over = ended.union(opted_out)
    gone = tuple(
        key
        for key, rules in lists.items()
        if rules.leave and key in member_of and (key in named or (brings[key] & ended and brings[key] <= over))
    )
    if not gone and ended.issubset(opted_out):
        return Departure()
    return Departure(tuple(key for key in publications if key in ended), gone)


@dataclass(frozen=True, slots=True)
class SignupRules:
    """How sign-up by mail works."""

    list: str
    per_day: int
    """Confirmation requests in 24 hours, over all addresses (B1)."""
    expires: timedelta


@dataclass(frozen=True, slots=True)
class Request:
    """A sign-up that waits for its confirmation."""

    id: int
    address: str
    list: str
    details: Details
    problems: tuple[Phrase, ...]
    """Lines that were not understood; told only to who has confirmed (B1)."""
    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Membership:
    """How one contact stands to one list."""

    list: str
    contact: Contact
    standing: Standing
    since: datetime
