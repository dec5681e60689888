"""An issue: what the secretary wrote, what was rendered from it, and the one table of states that it goes through."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import ClassVar, NamedTuple, TypeAlias

from mailer.errors import Refused
from mailer.model.event_listings import Listing
from mailer.phrases import Phrase, phrase


class State(StrEnum):
    """Where an issue stands."""

    DRAFT = "draft"
    RENDERED = "rendered"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    CANCELLED = "cancelled"  # nothing has gone out, and it can be taken up again
    STOPPED = "stopped"  # cancelled while it was being sent: some readers have it


STATE_NAMES: Mapping[State, Phrase] = {
    State.DRAFT: phrase("draft"),
    State.RENDERED: phrase("rendered"),
    State.SUBMITTED: phrase("submitted"),
    State.APPROVED: phrase("approved"),
    State.SCHEDULED: phrase("scheduled"),
    State.SENDING: phrase("sending"),
    State.SENT: phrase("sent"),
    State.REJECTED: phrase("rejected"),
    State.CANCELLED: phrase("cancelled"),
    State.STOPPED: phrase("stopped"),
}
"""Where an issue stands, in words for people."""


class Event(StrEnum):
    """What changes an issue's state."""

    RENDER = "render"
    EDIT = "edit"
    SUBMIT = "submit"
    GRANT = "grant"
    OBJECT = "object"
    LAPSE = "lapse"
    REOPEN = "reopen"  # the board can vote on it again: an objection was taken back, or a person decided so
    WITHDRAW = "withdraw"  # the board is no longer asked about it, and it stays as it was built
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    MISS = "miss"
    START = "start"
    SETTLE = "settle"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.DRAFT, Event.RENDER): State.RENDERED,
    (State.RENDERED, Event.RENDER): State.RENDERED,
    (State.RENDERED, Event.EDIT): State.DRAFT,
    (State.RENDERED, Event.SUBMIT): State.SUBMITTED,
    (State.RENDERED, Event.REOPEN): State.SUBMITTED,
    (State.SUBMITTED, Event.EDIT): State.DRAFT,
    (State.SUBMITTED, Event.GRANT): State.APPROVED,
    (State.SUBMITTED, Event.OBJECT): State.REJECTED,
    (State.SUBMITTED, Event.LAPSE): State.REJECTED,
    (State.SUBMITTED, Event.WITHDRAW): State.RENDERED,
    (State.APPROVED, Event.EDIT): State.DRAFT,
    (State.APPROVED, Event.OBJECT): State.REJECTED,
    (State.APPROVED, Event.REOPEN): State.SUBMITTED,
    (State.APPROVED, Event.WITHDRAW): State.RENDERED,
    (State.APPROVED, Event.SCHEDULE): State.SCHEDULED,
    (State.APPROVED, Event.START): State.SENDING,
    (State.SCHEDULED, Event.EDIT): State.DRAFT,
    (State.SCHEDULED, Event.OBJECT): State.REJECTED,
    (State.SCHEDULED, Event.REOPEN): State.SUBMITTED,
    (State.SCHEDULED, Event.WITHDRAW): State.RENDERED,
    (State.SCHEDULED, Event.SCHEDULE): State.SCHEDULED,
    (State.SCHEDULED, Event.UNSCHEDULE): State.APPROVED,
    (State.SCHEDULED, Event.MISS): State.APPROVED,
    (State.SCHEDULED, Event.START): State.SENDING,
    (State.SENDING, Event.START): State.SENDING,
    (State.SENDING, Event.SETTLE): State.SENT,
    (State.SENDING, Event.CANCEL): State.STOPPED,
    (State.SENT, Event.START): State.SENDING,
    (State.REJECTED, Event.EDIT): State.DRAFT,
    (State.REJECTED, Event.RENDER): State.RENDERED,
    (State.REJECTED, Event.SUBMIT): State.SUBMITTED,
    (State.REJECTED, Event.GRANT): State.APPROVED,
    (State.REJECTED, Event.REOPEN): State.SUBMITTED,
    (State.REJECTED, Event.WITHDRAW): State.RENDERED,
    (State.CANCELLED, Event.RENDER): State.RENDERED,
    **{
        (state, Event.CANCEL): State.CANCELLED
        for state in (
            State.DRAFT,
            State.RENDERED,
            State.SUBMITTED,
            State.APPROVED,
            State.SCHEDULED,
            State.REJECTED,
        )
    },
}
"""All transitions; everything else is refused."""


HALTABLE = (State.SUBMITTED, State.APPROVED, State.SCHEDULED)
"""States in which an objection still stops an issue, because no copy has gone out (A26)."""


CLOSED: Mapping[State, Phrase] = {
    State.DRAFT: phrase("it has been edited since"),
    State.RENDERED: phrase("it has been built anew or withdrawn since"),
    State.SENDING: phrase("it is being sent"),
    State.SENT: phrase("it has been sent"),
    State.CANCELLED: phrase("it has been cancelled"),
    State.STOPPED: phrase("it has been sent to some of its readers"),
}
"""Why a vote changes nothing any more. In all other states it does; a rejected one was not taken up again yet."""


BUILT = (State.RENDERED, *HALTABLE)
"""States in which an issue is to go out as it was built, so that an edit of its source matters (A19)."""


def advance(state: State, event: Event) -> State:
    """The state after ``event``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(f"An issue that is {state} cannot take the step “{event}”.") from None


# --- What the secretary wrote ---


class Rank(StrEnum):
    """How much room an article is given."""

    LEAD = "lead"
    """The first article, with its picture, kicker and standfirst in large."""
    SECOND = "second"
    BRIEF = "brief"
    """A few lines; a run of them shares the heading “In brief”."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an article as it stands in the issue's folder."""

    name: str
    """File name within the folder."""
    data: bytes
    alt: str
    """What it shows; empty if it is only decoration."""
    caption: str = ""
    credit: str = ""
    """Who made it."""


@dataclass(frozen=True, slots=True)
class Article:
    """One numbered Markdown file."""

    name: str
    """File name, which gives the order."""
    title: str
    author: str
    summary: str
    body: str
    """Markdown, as docs/writing.md describes it."""
    picture: Picture | None = None
    """The one above the text."""
    line: int = 1
    """The line of the file on which ``body`` begins, for error messages."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The lines of the keys above it."""
    kicker: str = ""
    """A few words above the title."""
    section: str = ""
    """The part of the publication that it belongs to."""
    rank: Rank = Rank.SECOND
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """The pictures in the text, by file name."""
    number: int = 0
    """Its number among those that are written by mail, if it is one: ``article = 12``."""


@dataclass(frozen=True, slots=True)
class Source:
    """An issue's folder, read and checked."""

    publication: str
    """The key of the publication in the configuration."""
    number: int
    title: str
    day: date
    language: str
    """BCP 47, for example ``en``."""
    articles: tuple[Article, ...]
    digest: str
    """SHA-256 over the names and bytes of all files that the issue is made of."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The lines of its own keys in ``issue.toml``, for error messages."""
    author: str = ""
    """Whose own text the whole issue is, if ``issue.toml`` says so."""
    embargo: datetime | None = None
    """Before this time nothing of it goes out, by any way."""
    files: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """All files that the issue is made of, by their names."""
    translator: str = ""
    """Who translated it, for the credit line; empty for an original."""
    original: str = ""
    """The language that it was translated from (BCP 47); empty for an original."""
    warnings: tuple[str, ...] = ()
    """What of its folder readers will not get, such as a picture that no article shows."""
    events: tuple[Listing, ...] = ()
    """What its blocks of events choose from: as of its last build, or as the office knows them now."""

    @property
    def authors(self) -> tuple[str, ...]:
        """Whose own text it is, or an article of it: names or addresses, as they were written."""
        written = (self.author, *(article.author for article in self.articles))
        return tuple(dict.fromkeys(author for author in written if author))


Inputs: TypeAlias = Mapping[str, str]
"""What decides an issue's bytes beside its source: templates, identity, fonts. Each name has a digest.

The programs that make them are among these, by ``VERSION_OF`` and their names, with their versions.
"""

VERSION_OF = "version of "

NO_INPUTS: Inputs = {}
"""Nothing is known of them, so nothing is compared."""


def changed_inputs(then: Inputs, now: Inputs) -> list[str]:
    """The names of those that differ, but for versions: another machine may send what was built on this one."""
    differing = (name for name in {*then, *now} if then.get(name) != now.get(name))
    return sorted(name for name in differing if not name.startswith(VERSION_OF))


def other_versions(then: Inputs, now: Inputs) -> list[str]:
    """The programs that made an issue and are others here: ``Pango 1.50.12 (here 1.50.14)`` (D9)."""
    return [
        f"{name.removeprefix(VERSION_OF)} {version} (here {now.get(name, 'none')})"
        for name, version in then.items()
        if name.startswith(VERSION_OF) and version != now.get(name)
    ]


def as_built(then: Inputs, now: Inputs) -> Inputs:
    """What is so now, but the versions that the issue was built with."""
    kept = {name: value for name, value in then.items() if name.startswith(VERSION_OF)}
    return {name: value for name, value in now.items() if not name.startswith(VERSION_OF)} | kept


# --- What is rendered from it ---


class Marker(StrEnum):
    """The places in an edition that differ from one recipient to the next. Articles may not contain ⟦ or ⟧."""

    GREETING = "⟦greeting⟧"  # “Dear Anna Kim,”
    RECIPIENT = "⟦recipient⟧"  # anna@example.org
    LEAVE = "⟦leave⟧"  # a mailto: or https: URL with the recipient's own token


@dataclass(frozen=True, slots=True)
class Wording:
    """The words, in an edition's language, that stand in the places of its markers."""

    greeting: str = "Dear %(name)s,"
    """To a person or an organisation."""
    greeting_to_all: str = "Dear reader,"
    """To readers whose name is not known."""
    readers: str = "the readers"
    """The recipient of a copy that all readers share."""
    own_link: str = "(each reader's own link)"
    """The link to leave, in a draft."""
    sent_on: str = "Sent on by %(name)s."
    """In a copy that somebody passes on."""
    a_reader: str = "a reader"
    """Who passes it on without their name."""
    subscribe: str = "To receive it yourself, write “subscribe” to %(address)s."

    def greet(self, name: str, organisation: str) -> str:
        called = name or organisation
        return self.greeting.replace("%(name)s", called) if called else self.greeting_to_all


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture that the HTML shows by its Content-ID (RFC 2392); it travels beside it in multipart/related."""

    cid: str
    """Without angle brackets."""
    media_type: str
    """``image/png`` or ``image/jpeg``."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue in one language as bytes: what the board sees and what goes out."""

    subject: str
    html: str
    """A whole HTML mail, styles inlined, with markers."""
    text: str
    """The text part, lines of at most 72 characters, LF, with markers."""
    pdf: bytes
    pages: int
    warnings: tuple[str, ...] = ()
    pictures: tuple[Inline, ...] = ()
    """What the HTML refers to as ``cid:``."""
    wording: Wording = Wording()

    @property
    def digest(self) -> str:
        """SHA-256 over exactly what readers get; a grant is bound to it."""
        whole = hashlib.sha256()
        pictures = (part for p in self.pictures for part in (p.cid.encode(), p.media_type.encode(), p.data))
        words = (word.encode() for word in astuple(self.wording))
        for part in (self.subject.encode(), self.html.encode(), self.text.encode(), self.pdf, *pictures, *words):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
        return whole.hexdigest()

    def filled(self, part: str, recipient: str, leave: str = "") -> str:
        """``part``, the HTML or the text, as a reader without a name gets it; without ``leave`` as a draft shows it."""
        words = {
            Marker.GREETING: self.wording.greeting_to_all,
            Marker.RECIPIENT: recipient,
            Marker.LEAVE: leave or self.wording.own_link,
        }
        for marker, word in words.items():
            part = part.replace(marker, word)
        return part

    def as_files(self, stem: str) -> dict[str, bytes]:
        """The edition as files that a browser and a PDF viewer open, by name: pictures are beside the page."""
        html, text = (self.filled(part, "reader@example.org", leave="#") for part in (self.html, self.text))
        files = {}
        for picture in self.pictures:
            name = f"{picture.cid.partition('@')[0]}.{picture.media_type.partition('/')[2]}"
            files[name] = picture.data
            html = html.replace(f"cid:{picture.cid}", name)
        return files | {f"{stem}.pdf": self.pdf, f"{stem}.html": html.encode(), f"{stem}.txt": text.encode()}


# --- What we keep of it ---


class EditionRef(NamedTuple):
    """A current edition: the one that readers of its language get."""

    id: int
    language: str
    """BCP 47."""
    digest: str


def shared_subtags(one: str, other: str) -> int:
    """How many leading subtags two language tags (BCP 47) share."""
    pairs = zip(one.lower().split("-"), other.lower().split("-"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def edition_for(editions: Sequence[EditionRef], language: str) -> EditionRef:
    """The edition for a reader of ``language``, a BCP 47 tag or nothing.

    It shares the most leading subtags with the reader's tag, and is the first of ``editions`` if none shares any.
    """

    def distance(edition: EditionRef) -> tuple[int, int]:
        shared = shared_subtags(edition.language, language)
        return -shared, edition.language.count("-") if shared else 0

    return min(editions, key=distance)


def digest_of(editions: Sequence[EditionRef]) -> str | None:
    """What a grant is bound to: the digest of the only edition, or one over all of them; None where there is none."""
    if len(editions) < 2:
        return editions[0].digest if editions else None
    return hashlib.sha256("\n".join(f"{made.language} {made.digest}" for made in editions).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as the store knows it."""

    KIND: ClassVar = "issue"
    """Among the subjects of approvals."""

    id: int
    publication: str
    number: int
    title: str
    state: State
    folder: str
    source_digest: str
    editions: tuple[EditionRef, ...]
    """The current ones, one for each language; the first is in the source's. None before the issue is built."""
    due_at: datetime | None = None
    """When it is to start; of an approved issue, when it was to have started and was not."""
    authors: tuple[str, ...] = ()
    """Whose own text it is, or an article of it: names or addresses, as they were written."""
    embargo: datetime | None = None
    """Before this time nothing of it goes out, by any way."""

    @property
    def digest(self) -> str | None:
        """The digest of all that readers get."""
        return digest_of(self.editions)

    @property
    def scheduled_for(self) -> datetime | None:
        """When the daemon will start it, or None."""
        return self.due_at if self.state is State.SCHEDULED else None

    @property
    def missed(self) -> bool:
        """Whether its time passed without a daemon to start it, and a person must decide what to do."""
        return self.state is State.APPROVED and self.due_at is not None

    @property
    def name(self) -> str:
        """Its name in logs and the audit trail: ``update 1``."""
        return f"{self.publication} {self.number}"


def too_late(due_at: datetime, now: datetime, grace: timedelta) -> bool:
    """Whether it is too late for an issue to start by itself (E14).

    Its news may be old by now, and a clock that jumped ahead must not send anything.
    """
    return now - due_at > grace
