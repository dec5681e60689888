"""What people write to the office, as numbered items: their states, who gets them, and when an answer is late."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.errors import Refused
from mailer.message import Address


class State(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


class Event(StrEnum):
    """What changes the state of an item."""

    WRITTEN = "written"  # its asker wrote again
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


TRANSITIONS: Mapping[State, Mapping[Event, State]] = {
    State.OPEN: {
        Event.WRITTEN: State.OPEN,
        Event.ASSIGNED: State.ASSIGNED,
        Event.ANSWERED: State.ANSWERED,
        Event.CLOSED: State.CLOSED,
    },
    State.ASSIGNED: {
        Event.WRITTEN: State.ASSIGNED,
        Event.ASSIGNED: State.ASSIGNED,
        Event.ANSWERED: State.ANSWERED,
        Event.CLOSED: State.CLOSED,
    },
    State.REOPENED: {
        Event.WRITTEN: State.REOPENED,
        Event.ASSIGNED: State.ASSIGNED,
        Event.ANSWERED: State.ANSWERED,
        Event.CLOSED: State.CLOSED,
    },
    State.ANSWERED: {
        Event.WRITTEN: State.REOPENED,
        Event.ANSWERED: State.ANSWERED,
        Event.CLOSED: State.CLOSED,
        Event.REOPENED: State.REOPENED,
    },
    State.CLOSED: {
        Event.WRITTEN: State.REOPENED,
        Event.ANSWERED: State.ANSWERED,
        Event.REOPENED: State.REOPENED,
    },
}

WAITING = frozenset({State.OPEN, State.ASSIGNED, State.REOPENED})
"""States in which somebody waits for an answer."""

CURES: Mapping[Event, str] = {
    Event.ASSIGNED: "Reopen it first: `mailer feedback reopen {number}`.",
    Event.CLOSED: "Nothing was changed.",
    Event.REOPENED: "Nothing was changed.",
}

SAME_MATTER = timedelta(days=1)
"""Within this time another mail from the same person joins an item that waits, whatever its subject (G5)."""

TAG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NO_TAG = "a tag is a short word of lower-case letters, digits and hyphens"


_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()-]{0,79}")


class ReplyTo(StrEnum):
    """What the notices to staff and member bodies are, by what a reply to them does."""

    ASKER = "feedback"  # the reply goes to the asker
    FILES = "feedback-files"  # the reply lets the files of an answer go, or not
    COMMENT_REQUEST = "feedback-comment"  # the reply is a member body's comment


class EntryKind(StrEnum):
    """What an entry in the history of an item is."""

    MAIL = "mail"  # from the asker
    ANSWER = "answer"  # to the asker
    COMMENT = "comment"  # of a member body, for the staff
    DRAFT = "draft"  # an answer with attachments, which waits for its writer's yes
    KEPT = "kept"  # words of staff that went to nobody, and why


@dataclass(frozen=True, slots=True)
class File:
    """An attachment of a mail that is kept. Its content is in the mail."""

    id: int
    """Ours: the only name under which it is ever written (C6)."""
    number: int
    """Its place among the mail's parts."""
    name: str
    """What its sender calls it, for people to read."""
    media_type: str
    size: int
    """Octets."""
    sha256: str

    @property
    def suffix(self) -> str:
        """What its name ends in, if that is harmless: ``.pdf``."""
        found = re.search(r"\.([A-Za-z0-9]{1,8})$", self.name)
        return f".{found[1].lower()}" if found else ".bin"

    @property
    def plain_name(self) -> str:
        """Its own name if that is harmless everywhere, for somebody who gets it by mail; else empty."""
        return self.name if _PLAIN_NAME.fullmatch(self.name) else ""

    def filename(self, item: int) -> str:
        """``feedback-12-7.pdf``."""
        return f"feedback-{item}-{self.id}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail or answer in the history of an item."""

    id: int
    item: int
    kind: EntryKind
    author: str
    """An address, or the account at the command line."""
    at: datetime
    text: str
    message_id: str
    """Of the mail, or of ours; may be empty."""
    references: tuple[str, ...]
    """What the mail answers, nearest first."""
    reason: str
    """Why its words went to nobody, if they did not."""
    whole: bool
    """Whether the original mail is kept."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a person wrote to the office, and how it stands."""

    number: int
    address: str
    """The only address that answers go to."""
    name: str
    contact: int | None
    language: str
    """Of the asker, as far as we know it (BCP 47); may be empty."""
    publication: str
    """The publication that it is about; may be empty."""
    issue: int | None
    """The number of the issue that it replies to."""
    lists: tuple[str, ...]
    """The lists that the asker was on."""
    subject: str
    state: State
    assignee: str
    """An address, or empty."""
    tags: tuple[str, ...]
    staff: tuple[str, ...]
    """Who gets it."""
    through: str
    """The member body that is asked for a comment; may be empty."""
    may_name: bool
    """Whether the member body may know who wrote."""
    received_at: datetime
    written_at: datetime
    """When the asker wrote last."""
    changed_at: datetime

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    @property
    def asker(self) -> Address:
        return Address.parse(self.address, self.name)

    @property
    def who(self) -> str:
        """The asker for people to read."""
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def concerned(self) -> tuple[str, ...]:
        """The addresses of the staff who have it, each once."""
        return tuple(dict.fromkeys(filter(None, (*self.staff, self.assignee))))

    @property
    def concerned_keys(self) -> frozenset[str]:
        """The same as mailboxes."""
        return frozenset(Address.parse(address).base_key for address in self.concerned)

    def after(self, event: Event) -> State:
        """The state after ``event``. Raises Refused with the cure if it cannot happen now."""
        found = TRANSITIONS[self.state].get(event)
        if found is None:
            cure = CURES[event].format(number=self.number)
            raise Refused(f"Number {self.number} is {self.state}, so it cannot be {event}. {cure}")
        return found

    def is_late(self, now: datetime, expected: timedelta) -> bool:
        return self.waits and now - self.written_at > expected


# --- who gets it ---

SECRETARY, EDITORS = "secretary", "editors"
"""Words for addresses in a route: the office's secretary; the editors of the publication that it is about."""


@dataclass(frozen=True, slots=True)
class Route:
    """A rule of the configuration: what fits all of its conditions goes to ``to``. An empty condition fits all."""

    to: tuple[str, ...] = (EDITORS,)
    """Addresses, or one of the words above."""
    lists: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2."""
    words: tuple[str, ...] = ()
    through: str = ""
    """The member body that is asked for its comment: an address, or a list, whose member of the asker's country is
    meant."""
    with_name: bool = False
    """Whether the member body is told who wrote, without asking."""
    tags: tuple[str, ...] = ()

    def fits(self, lists: Collection[str], country: str, text: str) -> bool:
        return (
            (not self.lists or bool(set(self.lists) & set(lists)))
            and (not self.countries or country.upper() in self.countries)
            and (not self.words or any(has_words(text, words) for words in self.words))
        )


def has_words(text: str, words: str) -> bool:
    """Whether ``words`` stand in ``text`` one after the other, as whole words, in any case."""
    wanted = r"\s+".join(map(re.escape, words.casefold().split()))
    return re.search(rf"(?<!\w){wanted}(?!\w)", text.casefold()) is not None


class DigestPeriod(StrEnum):
    """How often the editors get the list of what waits."""

    DAILY = "daily"
    WEEKLY = "weekly"  # on Mondays
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class FeedbackRules:
    """What the configuration says of feedback."""

    receipt: bool = True
    expect: timedelta = timedelta(days=7)
    """When an answer is to be expected; after that, an item is late."""
    digest: DigestPeriod = DigestPeriod.WEEKLY
    digest_hour: int = 8
    attach_bytes: int = 7_000_000
    """How much is attached to a person's copy."""
    routes: tuple[Route, ...] = ()

    @property
    def recipients(self) -> frozenset[str]:
        """The addresses that routes name as staff."""
        return frozenset(to for route in self.routes for to in route.to if "@" in to)

    def route(self, lists: Collection[str], country: str, text: str) -> Route:
        """The first route that fits; without one, the editors get it."""
        return next((route for route in self.routes if route.fits(lists, country, text)), Route())

    def digest_day(self, local: datetime) -> str:
        """The name of the digest that is due at this time of the office, such as ``2026-11-23``; empty if none is."""
        is_its_day = self.digest is DigestPeriod.DAILY or (self.digest is DigestPeriod.WEEKLY and local.weekday() == 0)
        return f"{local:%Y-%m-%d}" if is_its_day and local.hour >= self.digest_hour else ""


# --- what a member body is told ---

_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_HIDDEN = "…"
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Thai, Lao, kana, Han and Hangul, where a name stands between other letters without a blank."""


def without_name(text: str, names: Sequence[str]) -> str:
    """The text without its signature, and with “…” for each of ``names``, for a reader who must not know who wrote."""
    text = unicodedata.normalize("NFC", text)
    found = _SIGNATURE.search(text)
    kept = text[: found.start()].rstrip() if found else text
    wanted = {" ".join(unicodedata.normalize("NFC", name).split()) for name in names}
    unspaced = {name.replace(" ", "") for name in wanted if _UNSPACED.search(name)}
    for name in sorted(wanted | unspaced, key=len, reverse=True):
        if pattern := _pattern(name):
            kept = pattern.sub(_HIDDEN, kept)
    return kept


def _pattern(name: str) -> re.Pattern[str] | None:
    """How a name is found in a text; None if it is too short to be told from other words."""
    words = r"\s+".join(map(re.escape, name.split()))
    if len(name) < 2:
        return None
    if _UNSPACED.search(name):
        return re.compile(words, re.IGNORECASE)
    if len(name) > 2:
        return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
    return re.compile(rf"(?<!\w){words}(?!\w)") if name[0].isupper() else None  # “Li”, but not “li”, and not “de”


CONSENTS: Mapping[str, str] = {
    "en": "You may pass on my name",
    "fr": "Vous pouvez transmettre mon nom",
    "es": "Pueden transmitir mi nombre",
    "de": "Sie dürfen meinen Namen weitergeben",
    "pt": "Podem transmitir o meu nome",
    "it": "Potete comunicare il mio nome",
    "ru": "Можно сообщить моё имя",
    "ja": "私の名前を伝えて構いません",
    "zh": "可以转告我的姓名",
    "ar": "يمكنكم ذكر اسمي",
}
"""The line by which an asker lets the member body know who wrote, by language."""

_CONSENTS = frozenset(line.casefold() for line in CONSENTS.values())


def consent_line(language: str) -> str:
    """The line as the receipt in this language shows it."""
    return CONSENTS.get(language.lower().partition("-")[0], CONSENTS["en"])


def consents(text: str) -> bool:
    """Whether a line of the asker's own text says so, and nothing else."""
    return any(map(_is_consent, text.split("\n")))


def without_consent(text: str) -> str:
    """The text without such lines."""
    return "\n".join(line for line in text.split("\n") if not _is_consent(line)).strip()


def _is_consent(line: str) -> bool:
    return " ".join(line.casefold().split()).strip(" .!*_。") in _CONSENTS
