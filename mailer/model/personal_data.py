"""What a person may ask about their own data, and what stays of somebody who was forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from mailer.message import Address
from mailer.model.lists import Contact
from mailer.model.outbox import Delivery
from mailer.phrases import Phrase, counted, phrase

FORGOTTEN = "forgotten.invalid"
"""The domain of those who were forgotten; no mail reaches it (RFC 2606)."""


class RecentMail(NamedTuple):
    """A copy that somebody got lately."""

    mailing: int
    state: Delivery
    at: datetime
    """When it was settled, or else queued."""


def replacement(contact: int) -> Address:
    """What stands in place of a forgotten person's address."""
    return Address(f"contact-{contact}", FORGOTTEN)


NOBODY = replacement(0)
"""What stands in place of an address whose time is over, whoever had it."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """Somebody who is being forgotten."""

    contact: Contact
    addresses: Sequence[str]
    """The present and all former ones, as they are written and case folded."""
    keys: Sequence[str]
    """The same addresses as ``Address.key``."""
    replacement: Address
    """What stands in place of their address."""
    now: datetime


class Held(NamedTuple):
    """Data about one person, as ``status`` shows them to their owner."""

    title: Phrase
    rows: Sequence[tuple[Phrase | str, object]]
    """What each is called, and its value: text, a phrase, a day or a country, as notices write it."""
    data: str = ""
    """The kind of data in ``[personal_data]``, which says what they are for and how long they are kept."""
    until: date | None = None
    """When they are erased, if that is known."""


class DataKind(NamedTuple):
    """A kind of personal data, as people read of it."""

    title: Phrase
    purpose: Phrase
    """What it is kept for."""


DATA: Mapping[str, DataKind] = {
    "contacts": DataKind(
        phrase("Address, details, lists and wishes"), phrase("to send you what you want to receive, and nothing else")
    ),
    "organisations": DataKind(
        phrase("Organisations and their contacts"), phrase("to know whom to write to when an organisation is concerned")
    ),
    "sign_ups": DataKind(phrase("Sign-ups"), phrase("to prove that you asked for it")),
    "confirmations": DataKind(phrase("Questions about your data"), phrase("to change nothing without your yes")),
    "mails": DataKind(
        phrase("Mails that we sent to you"), phrase("to send nothing twice, and to find what went wrong")
    ),
    "incoming": DataKind(phrase("Notes on the mails that came in"), phrase("to show what was done with each mail")),
    "bounces": DataKind(
        phrase("What servers said of mail to you"), phrase("to stop when our mail does not arrive any more")
    ),
    "feedback": DataKind(phrase("Mails that you wrote to us"), phrase("to answer them, and to find the answer again")),
    "votes": DataKind(
        phrase("Votes, and the mails that gave them"), phrase("to prove that what was published had been approved")
    ),
    "translations": DataKind(phrase("Translations"), phrase("to publish what you have translated")),
    "invitations": DataKind(
        phrase("Invitations and nominations"), phrase("to invite nobody twice, and to know who proposed whom")
    ),
    "questions": DataKind(phrase("Questions that we asked you"), phrase("to act on your answer, and to prove it")),
    "submissions": DataKind(phrase("What you proposed"), phrase("to decide on it")),
    "visits": DataKind(phrase("Links to your preferences"), phrase("to show your data to nobody but you")),
    "reviews": DataKind(phrase("Answers to reviews of lists"), phrase("to keep what a list says true")),
    "presenters": DataKind(
        phrase("Registrations of presenters"), phrase("to propose you for events that wish for a presenter")
    ),
    "events": DataKind(phrase("Contacts of events"), phrase("to ask about an event, and to tell what changes")),
    "articles": DataKind(
        phrase("Articles for our issues"), phrase("to print what you have written as you agreed to it")
    ),
    "channels": DataKind(
        phrase("Articles for publications of others"), phrase("to know who was given what, and where it appeared")
    ),
    "reports": DataKind(phrase("Reports on events"), phrase("to tell what was asked and learned there")),
}
"""Every kind of personal data. Each has a key in ``[personal_data]``, which says how long it is kept."""

YEAR = timedelta(days=365)


class Keep(NamedTuple):
    """How long a kind of data is kept."""

    number: int
    unit: str
    """day or year"""

    @classmethod
    def parse(cls, text: str) -> Keep | None:
        """What the configuration says, such as “90 days”; None if it is empty."""
        number, _, unit = text.partition(" ")
        return cls(int(number), unit.removesuffix("s")) if text else None

    @property
    def span(self) -> timedelta:
        return self.number * (YEAR if self.unit == "year" else timedelta(days=1))

    @property
    def phrase(self) -> Phrase:
        """In words for people."""
        if self.unit == "year":
            return counted("%(count)s year", "%(count)s years", count=self.number)
        return counted("%(count)s day", "%(count)s days", count=self.number)


@dataclass(frozen=True, slots=True)
class PersonalDataRules:
    """What each kind of data is for, and how long it is kept."""

    keep: Mapping[str, Keep] = field(default_factory=dict)
    """By kind; a kind that is missing has no end."""
    purposes: Mapping[str, str] = field(default_factory=dict)
    """The configuration's own words, by kind."""

    def over(self, kind: str, now: datetime) -> datetime | None:
        """Data of this kind from before then are over; None if they have no end."""
        keep = self.keep.get(kind)
        return now - keep.span if keep else None

    def purpose(self, kind: str) -> str:
        """What the data are for, in words for people."""
        return self.purposes.get(kind) or DATA[kind].purpose

    def kept(self, kind: str) -> Phrase:
        """How long the data are kept, in words for people."""
        keep = self.keep.get(kind)
        if keep and kind == "contacts":
            return phrase("kept while you are on a list, and for %(time)s after that", time=keep.phrase)
        if keep:
            return phrase("kept for %(time)s at most", time=keep.phrase)
        return phrase("kept until you want it erased")

    def told(self, kind: str) -> tuple[Phrase, str, Phrase]:
        """Title, purpose and time of a kind of data."""
        return DATA[kind].title, self.purpose(kind), self.kept(kind)


class Over(NamedTuple):
    """Data of one kind whose time is over."""

    before: datetime
    most: int
    """The most rows that are erased at once."""
    now: datetime
