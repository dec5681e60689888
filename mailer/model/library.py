"""Documents of the library: each has versions, and a version goes out when a board has granted it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from mailer.errors import Refused
from mailer.model.approvals import Outcome
from mailer.model.issues import Source
from mailer.phrases import Phrase, phrase

SUBJECT = "document"
"""The kind of a version among the subjects of approvals."""

KINDS = ("document", "faq", "kit", "brochure")
"""What a document can be, as policies name it."""

SCOPE, KIT, FAQ = "scope", "kit", "faq"
"""The keys of the documents that presenters work with: the scope of their task, the slides, questions with answers."""

_NUMBER = re.compile(r"([1-9]\d{0,3})\.(\d{1,4})", re.ASCII)
_PARAGRAPHS = re.compile(r"\n{2,}")


class Number(NamedTuple):
    """The number of a version: 1.0, then 1.1; 2.0 if much has changed."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for anything but two numbers with a dot between them."""
        found = _NUMBER.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"“{text}” is not the number of a version; write two numbers with a dot, such as 1.0")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


class Publish(StrEnum):
    """When a version that the board has granted is published."""

    AT_ONCE = "when granted"
    BY_COMMAND = "by command"


class State(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"  # its bytes are frozen, and no board is asked
    SUBMITTED = "submitted"
    GRANTED = "granted"
    REJECTED = "rejected"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"  # a newer version was published
    WITHDRAWN = "withdrawn"  # it goes out no more, and no other version took its place


STATE_NAMES: Mapping[State, Phrase] = {
    State.DRAFT: phrase("draft"),
    State.SUBMITTED: phrase("submitted"),
    State.GRANTED: phrase("approved"),
    State.REJECTED: phrase("rejected"),
    State.PUBLISHED: phrase("published"),
    State.SUPERSEDED: phrase("superseded"),
    State.WITHDRAWN: phrase("withdrawn"),
}
"""Where a version stands, in words for people."""


class Event(StrEnum):
    """What changes the state of a version."""

    BUILD = "build"  # its bytes are others now
    SUBMIT = "submit"
    GRANT = "grant"
    OBJECT = "object"
    LAPSE = "lapse"
    REOPEN = "reopen"
    RECALL = "recall"  # the board is no longer asked
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    **{(state, Event.BUILD): State.DRAFT for state in (State.DRAFT, State.SUBMITTED, State.GRANTED, State.REJECTED)},
    (State.DRAFT, Event.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Event.REOPEN): State.SUBMITTED,
    (State.SUBMITTED, Event.GRANT): State.GRANTED,
    (State.SUBMITTED, Event.OBJECT): State.REJECTED,
    (State.SUBMITTED, Event.LAPSE): State.REJECTED,
    (State.SUBMITTED, Event.RECALL): State.DRAFT,
    (State.GRANTED, Event.OBJECT): State.REJECTED,
    (State.GRANTED, Event.REOPEN): State.SUBMITTED,
    (State.GRANTED, Event.RECALL): State.DRAFT,
    (State.GRANTED, Event.PUBLISH): State.PUBLISHED,
    (State.REJECTED, Event.SUBMIT): State.SUBMITTED,
    (State.REJECTED, Event.GRANT): State.GRANTED,
    (State.REJECTED, Event.REOPEN): State.SUBMITTED,
    (State.REJECTED, Event.RECALL): State.DRAFT,
    (State.PUBLISHED, Event.SUPERSEDE): State.SUPERSEDED,
    (State.PUBLISHED, Event.WITHDRAW): State.WITHDRAWN,
}
"""All transitions; everything else is refused."""

OUTCOMES: Mapping[Outcome, Event] = {
    Outcome.GRANTED: Event.GRANT,
    Outcome.OBJECTED: Event.OBJECT,
    Outcome.LAPSED: Event.LAPSE,
    Outcome.OPEN: Event.REOPEN,
    Outcome.WITHDRAWN: Event.RECALL,
    Outcome.CANCELLED: Event.RECALL,
}
"""What the outcome of a ballot means for its version."""

CLOSED: Mapping[State, Phrase] = {
    State.DRAFT: phrase("it has been built anew or withdrawn since"),
    State.PUBLISHED: phrase("it has been published"),
    State.SUPERSEDED: phrase("a newer version has been published"),
    State.WITHDRAWN: phrase("it has been withdrawn"),
}
"""Why a vote changes nothing any more."""


def advance(state: State, event: Event) -> State:
    """The state after ``event``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(f"A version that is {state} cannot take the step “{event}”.") from None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document's folder, read and checked."""

    key: str
    kind: str
    """One of ``KINDS``."""
    number: Number
    publish: Publish
    source: Source
    """Its title, language, day and chapters, as those of an issue."""

    @property
    def markdown(self) -> str:
        """What its authors wrote, by which versions are compared."""
        chapters = (f"# {one.title}\n\n{one.body.strip()}" for one in self.source.articles)
        return "\n\n".join((self.source.title, *chapters))


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a document, as the store knows it."""

    id: int
    key: str
    kind: str
    number: Number
    language: str
    """BCP 47."""
    title: str
    state: State
    publish: Publish
    digest: str
    """SHA-256 of its three forms."""
    authors: tuple[str, ...]
    """Whose own text it is."""
    replaces: str
    """The number of the version that was published when it was built; empty if none was."""
    built_at: datetime
    submitted_at: datetime | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None
    """When a newer version took its place, or it was withdrawn."""

    @property
    def name(self) -> str:
        """Its name in logs and the audit trail: ``document scope 1.0``."""
        return f"document {self.key} {self.number}"

    @property
    def stem(self) -> str:
        """The name of its files, without what they end in."""
        return f"{self.key}-{self.number}"

    @property
    def typed(self) -> str:
        """As arguments of a command."""
        return f"{self.key} {self.number}"

    def may(self, event: Event) -> bool:
        """Whether it can take the step."""
        return (self.state, event) in TRANSITIONS


def find(versions: Iterable[Version], key: str, number: Number | None = None) -> Version:
    """The version with this number, or the newest. Raises Refused with the numbers that exist."""
    known = sorted(versions, key=lambda version: version.number)
    found = next((one for one in reversed(known) if number in (None, one.number)), None)
    if found is not None:
        return found
    if not known:
        raise Refused(f"No version of “{key}” was built yet: `mailer library build {key}`.")
    raise Refused(f"“{key}” has no version {number}; there are {', '.join(str(one.number) for one in known)}.")


def published(versions: Iterable[Version]) -> Version | None:
    """The one that stands."""
    return next((one for one in versions if one.state is State.PUBLISHED), None)


def require_newer(versions: Sequence[Version], number: Number) -> None:
    """Raises Refused if this number cannot be built any more, because it or a later one has been published."""
    out = [one for one in versions if one.published_at and one.number >= number]
    if out:
        newest = max(one.number for one in out)
        raise Refused(
            f"Version {newest} has been published: give this one a higher number in document.toml, such as "
            f"{newest.major}.{newest.minor + 1}."
        )


def paragraphs(markdown: str) -> list[str]:
    """A manuscript, a paragraph at a time."""
    return [part.strip() for part in _PARAGRAPHS.split(markdown) if part.strip()]
