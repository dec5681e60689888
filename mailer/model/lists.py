"""Lists, contacts and memberships, sign-up requests, and what leaving means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mailer.message import Address, clean
from mailer.model.publications import Publication
from mailer.model.publishing import Part
from mailer.model.reviews import ReviewPolicy
from mailer.phrases import Country, Language, Phrase, phrase

LONGEST_PAUSE = timedelta(days=366)
"""How long somebody can have no issue sent to them without leaving."""


class Kind(StrEnum):
    """What an organisation is (action plan 2.1.1)."""

    INDUSTRY = "industry association"
    LABOUR = "labour union"
    CONSULTANCY = "consultancy"
    CONSUMER = "consumer organisation"
    MEDIA = "media organisation"
    NMB = "national member body"
    D_LIAISON = "D-liaison organisation"
    OTHER = "other"


class ListKind(StrEnum):
    """What a list is for."""

    READERS = "readers"  # they sign up, read and leave
    MEMBERS = "members"  # they belong to something
    BOARD = "board"  # they vote
    BANK = "bank"  # they have offered to contribute, and are asked to
    DISCUSSION = "discussion"  # they write to each other
    EVENTS = "events"  # its entries are events, not members

    @property
    def can_be_left(self) -> bool:
        """Whether members may leave by mail, unless the configuration says otherwise."""
        return self is not ListKind.BOARD


KIND_NAMES: Mapping[Kind, Phrase] = {
    Kind.INDUSTRY: phrase("industry association"),
    Kind.LABOUR: phrase("labour union"),
    Kind.CONSULTANCY: phrase("consultancy"),
    Kind.CONSUMER: phrase("consumer organisation"),
    Kind.MEDIA: phrase("media organisation"),
    Kind.NMB: phrase("national member body"),
    Kind.D_LIAISON: phrase("D-liaison organisation"),
    Kind.OTHER: phrase("other"),
}
"""What people read for each kind."""


class Format(StrEnum):
    """What a copy of an issue consists of."""

    PDF = "pdf"  # HTML and text, with the PDF attached
    HTML = "html"  # HTML and text
    TEXT = "text"  # text alone


class Standing(StrEnum):
    """How a contact stands to a list."""

    ACTIVE = "active"
    LEFT = "left"  # at their own request: no import brings them back
    REMOVED = "removed"  # by the secretary


@dataclass(frozen=True, slots=True)
class Details:
    """What subscribers say about themselves. Every field is one clean line and may be empty."""

    name: str = ""
    organisation: str = ""
    kind: Kind | None = None
    country: str = ""
    """ISO 3166-1 alpha-2, upper case."""
    language: str = ""
    """BCP 47, lower case."""
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A mailbox that we know, and what its owner told us."""

    id: int
    address: str
    details: Details
    published: tuple[Part, ...] | None = None
    """What of them may be published; None if they were not asked."""
    paused_until: datetime | None = None
    """No issue is sent to them before then."""

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and now < self.paused_until

    @property
    def greeting(self) -> Phrase:
        """How a letter to them begins."""
        return greeting(self.details.name, self.details.organisation)

    @property
    def label(self) -> str:
        """The name, or the address if there is none."""
        return self.details.name or self.address


def labelled(details: Details) -> list[tuple[Phrase, str]]:
    """The details that are given, as labels and values for people."""
    rows = {
        phrase("Name"): details.name,
        phrase("Organisation"): details.organisation,
        phrase("Kind"): KIND_NAMES[details.kind] if details.kind else "",
        phrase("Country"): Country(details.country),
        phrase("Language"): Language(details.language),
        phrase("Format"): details.format or "",
    }
    return [(label, value) for label, value in rows.items() if value]


def greeting(name: str, organisation: str) -> Phrase:
    """How a letter begins: to a person, to an organisation, or to a reader whose name is not known."""
    called = name or organisation
    return phrase("Dear %(name)s,", name=called) if called else phrase("Dear reader,")


def reachable(spec: str, local_domains: Collection[str], name: str = "", own: Address | None = None) -> Address:
    """The address that a person has given. Raises ValueError if mail from elsewhere cannot reach it, or it is ours.

    Only localhost and ``local_domains`` may have no dot. ``own`` is the office's address: a copy to it, or to one of
    its plus-addresses, comes back as a loop (B6).
    """
    address = Address.parse(spec, name)
    if not (address.is_public or address.domain == "localhost" or address.domain in local_domains):
        raise ValueError(f"{clean(spec)!r}: the domain “{address.domain}” has no dot; write it in full")
    if own is not None and address.base_key == own.base_key:
        raise ValueError(f"{clean(spec)!r} is the address of the office itself; give the reader's own")
    return address


class MonthDay(NamedTuple):
    """A day of every year."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    @classmethod
    def parse(cls, text: str) -> MonthDay:
        """The day that ``str`` wrote, such as 03-01."""
        month, _, day = text.partition("-")
        return cls(int(month), int(day))


@dataclass(frozen=True, slots=True)
class ListRules:
    """A list as the configuration describes it."""

    key: str
    title: str
    kind: ListKind
    leave: bool
    """Whether a member may leave by mail."""
    by_office: bool = False
    """Whether its members are on it by their office: they are told, and can object."""
    review: tuple[MonthDay, ...] = ()
    """The days of each year on which a review of its entries begins."""
    maintained_by: str = ""
    """The list whose members correct and confirm the entries of their own country; empty is none."""
    unanswered: ReviewPolicy | None = None
    """What a review does with those who do not answer; None: as for every list."""
    by_country: bool = False
    """Whether it has one entry for each country, which co-members share."""


class ScopeKind(StrEnum):
    """What kinds of thing a token to leave can name."""

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
    """They get these no longer, whatever lists they are on."""
    lists: tuple[str, ...] = ()
    """Their standing on these becomes LEFT."""


@dataclass(frozen=True, slots=True)
class PastDeparture:
    """What somebody left, and when. A token to come back names it."""

    contact: int
    left: Departure
    at: datetime
    undone: bool

    def still_left(self, later: Iterable[Departure]) -> Departure:
        """What of it was not left again in a ``later`` departure."""
        again = list(later)
        return Departure(
            tuple(key for key in self.left.publications if not any(key in one.publications for one in again)),
            tuple(key for key in self.left.lists if not any(key in one.lists for one in again)),
        )


def departure(
    scope: Scope | None,
    member_of: Collection[str],
    opted_out: Collection[str],
    lists: Mapping[str, ListRules],
    publications: Mapping[str, Publication],
) -> Departure:
    """What a member of ``member_of`` leaves by leaving ``scope``; None stands for everything.

    Leaving a publication ends it on all lists (B12), even on a list that cannot be left by mail. Leaving a list means
    leaving all of its publications. They also leave a list if they have left all of its publications by then, and stay
    on a list that brings another one. The result is empty if there is nothing more to leave.
    """
    brings = {
        key: {publication.key for publication in publications.values() if key in publication.lists} for key in lists
    }
    match scope:
        case None:
            named = [key for key in lists if key in member_of]
            ended = {publication for key in named for publication in brings[key]}
        case Scope(ScopeKind.LIST, key):
            named = [key] if key in lists and lists[key].leave else []
            ended = {publication for key in named for publication in brings[key]}
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
    """Lines that were not understood; only the welcome names them, after the confirmation (B1)."""
    created_at: datetime
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    """When its address asked to get nothing, before a yes."""


class ListChange(NamedTuple):
    """What a command, and not a person's own mail, has changed about who gets what goes to a list."""

    contact: int
    address: str
    """The present one."""
    change: str
    """``added``, ``removed``, or ``moved`` to another address."""
    cause: str
    """As in the audit trail."""
    was: str = ""
    """The address that was moved from."""


BY_COMMAND = "command "
"""What begins the cause of what a person at the command line did."""


@dataclass(frozen=True, slots=True)
class Membership:
    """How one contact stands to one list."""

    list: str
    contact: Contact
    standing: Standing
    since: datetime
    until: date | None = None
    """The last day, by the office's clock; None: it does not end by itself."""
