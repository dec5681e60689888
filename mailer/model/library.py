"""Documents of the library: each has versions, and a version goes out when a board has granted it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple, Self

from mailer.errors import Refused
from mailer.model.approvals import Outcome
from mailer.model.communication_tools import Tool, tables
from mailer.model.criteria import Printed
from mailer.model.forms import EMBARGO, TITLE, Forms, named
from mailer.model.issues import Source, shared_subtags
from mailer.model.links import HEADINGS, Link, by_kind
from mailer.phrases import Phrase, phrase

SUBJECT = "document"
"""The kind of a version among the subjects of approvals."""


class DocumentKind(NamedTuple):
    """What a document of the library can be."""

    policy: str
    """The kind of document that policies know it by."""
    data: tuple[str, ...] = ()
    """Files of data that its folder may have beside the chapters."""


BROCHURE = "brochure"
"""The kind of a document that is set as a brochure."""

KINDS: Mapping[str, DocumentKind] = {
    "document": DocumentKind("document"),
    "faq": DocumentKind("faq"),
    "kit": DocumentKind("kit"),
    BROCHURE: DocumentKind("brochure"),
    "links": DocumentKind("document", ("links.toml",)),
    "tools": DocumentKind("document", ("tools.toml",)),
    "press": DocumentKind("press"),
}
"""By the name that document.toml gives."""

FILES = "files/"
"""The folder of what goes out as it is: slides, a PDF, a form to fill in. What begins the names of these files."""

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


class Layout(StrEnum):
    """How a brochure is printed."""

    BOOK = "book"  # with a cover, contents and numbered headings
    LEAFLET = "leaflet"  # one sheet


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
    """Its title, language, day, chapters, translator, embargo and all files, as those of an issue."""
    translates: str = ""
    """The number of the original's version that it is a translation of; empty for an original."""
    publisher: str = ""
    """Who publishes it, if it is not the office: a member body that publishes a language edition."""
    not_before: date | None = None
    waits_for: str = ""
    """What has to be there before it is published, as it stands after “before”: “the guidance document”."""
    changes: tuple[str | Phrase, ...] = ()
    """What has changed since the version before, a sentence each: in words of its authors, or else as we found it."""
    tools: tuple[Tool, ...] = ()
    """What tools.toml has."""
    links: tuple[Link, ...] = ()
    """What links.toml has."""
    layout: Layout = Layout.BOOK

    @property
    def has_cover(self) -> bool:
        """Whether its first and its last page are a cover."""
        return self.kind == BROCHURE and self.layout is Layout.BOOK

    @property
    def edition(self) -> str:
        """The language of a language edition; empty for an original."""
        return self.source.language if self.translates else ""

    @property
    def markdown(self) -> str:
        """What its authors wrote, by which versions are compared."""
        chapters = [f"# {one.title}\n\n{one.body.strip()}" for one in self.source.articles]
        chapters += ["\n\n".join((f"# {title}", *(one.line for one in some))) for title, some in tables(self.tools)]
        for kind, some in by_kind(self.links):
            chapters.append("\n\n".join((f"# {HEADINGS[kind]}", *(one.line for one in some))))
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
    """SHA-256 of all that a grant covers, see ``forms_of``."""
    authors: tuple[str, ...]
    """Whose own text it is."""
    replaces: str
    """The number of the version that was published when it was built; empty if none was."""
    built_at: datetime
    submitted_at: datetime | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None
    """When a newer version took its place, or it was withdrawn."""
    translates: str = ""
    """The number of the original's version that it is a translation of; empty for an original."""
    translator: str = ""
    publisher: str = ""
    """Who publishes it, if it is not the office."""
    not_before: date | None = None
    waits_for: str = ""
    """What has to be there before it is published, as it stands after “before”; empty for nothing."""
    embargo: datetime | None = None
    """Before this time nothing of it goes out, by any way."""
    changes: tuple[str | Phrase, ...] = ()
    """What has changed since the version before, a sentence each: in words of its authors, or else as we found it."""

    @property
    def edition(self) -> str:
        """The language of a language edition; empty for an original."""
        return self.language if self.translates else ""

    @property
    def name(self) -> str:
        """Its name in logs and the audit trail: ``document scope 1.0``, ``document faq fr 1.0``."""
        return " ".join(part for part in ("document", self.key, self.edition, str(self.number)) if part)

    @property
    def stem(self) -> str:
        """The name of its files, without what they end in."""
        return "-".join(part for part in (self.key, self.edition, str(self.number)) if part)

    @property
    def typed(self) -> str:
        """As arguments of a command."""
        return f"{self.key} {self.number}" + (f" --language {self.edition}" if self.edition else "")

    @property
    def policy(self) -> str:
        """The kind of document that policies know it by."""
        return KINDS[self.kind].policy

    def may(self, event: Event) -> bool:
        """Whether it can take the step."""
        return (self.state, event) in TRANSITIONS


def forms_of(version: Version | Manuscript, printed: Printed, files: Mapping[str, bytes]) -> Forms:
    """What a grant of a version covers: its title, its embargo, its three forms, and each file of its folder."""
    about = version.source if isinstance(version, Manuscript) else version
    language, embargo = about.language, about.embargo
    parts = {
        TITLE: about.title,
        named("text", language): _digest(printed.text.encode()),
        named("html", language): _digest(printed.html.encode()),
        named("pdf", language): _digest(printed.pdf),
        **{named("file", language, name): _digest(content) for name, content in files.items()},
    }
    return {**parts, EMBARGO: embargo.isoformat()} if embargo else parts


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def originals(versions: Iterable[Version]) -> list[Version]:
    """Those that are no translations."""
    return [one for one in versions if not one.translates]


def in_edition(versions: Iterable[Version], language: str) -> list[Version]:
    """The versions of one language edition, or of the original if ``language`` is empty or the original's own."""
    wanted, known = language.lower(), list(versions)
    found = [one for one in known if one.edition.lower() == wanted]
    return found or [one for one in originals(known) if one.language.lower() == wanted]


def find(versions: Iterable[Version], key: str, number: Number | None = None, language: str = "") -> Version:
    """The version with this number, or the newest, of a language edition or the original.

    Raises Refused with those that exist.
    """
    known = sorted(in_edition(versions, language), key=lambda version: version.number)
    found = next((one for one in reversed(known) if number in (None, one.number)), None)
    if found is not None:
        return found
    named_ = f"“{key}”" + (f" in “{language}”" if language else "")
    if not known:
        typed = f"{key} --language {language}" if language else key
        raise Refused(f"No version of {named_} was built yet: `mailer library build {typed}`.")
    raise Refused(f"{named_} has no version {number}; there are {', '.join(str(one.number) for one in known)}.")


def published(versions: Iterable[Version], language: str = "") -> Version | None:
    """The version of the original that stands, or that of exactly this language edition."""
    return next((one for one in in_edition(versions, language) if one.state is State.PUBLISHED), None)


def standing(versions: Sequence[Version]) -> list[Version]:
    """The versions of one document that are published. A translation of what was withdrawn is not among them."""
    out = {str(one.number) for one in originals(versions) if one.state in (State.PUBLISHED, State.SUPERSEDED)}
    return [one for one in versions if one.state is State.PUBLISHED and (not one.translates or one.translates in out)]


def to_read(versions: Sequence[Version], language: str) -> list[Version]:
    """The published versions that a reader of ``language`` (BCP 47) is given, the closest first and the original last.

    ``versions``: those of one document.
    """
    stand = standing(versions)
    close = [one for one in stand if language and shared_subtags(one.language, language)]
    close.sort(key=lambda one: (-shared_subtags(one.language, language), len(one.language), one.translates))
    return [*close, *(one for one in originals(stand) if one not in close)]


def require_newer(versions: Sequence[Version], number: Number) -> None:
    """Raises Refused if this number cannot be built any more, because it or a later one has been published.

    ``versions``: those of one language.
    """
    out = [one for one in versions if one.published_at and one.number >= number]
    if out:
        newest = max(one.number for one in out)
        raise Refused(
            f"Version {newest} has been published: give this one a higher number in document.toml, such as "
            f"{newest.major}.{newest.minor + 1}."
        )


def too_early(version: Version, today: date, now: datetime) -> str:
    """Why it is not to be published yet, in a sentence; empty if it can be. ``today``: by the office's clock."""
    if version.waits_for:
        return (
            f"{version.name} is not to be published before {version.waits_for}. Once that is there, delete waits_for "
            "in document.toml, build it and put it to the board."
        )
    if version.not_before and today < version.not_before:
        return f"{version.name} is not to be published before {version.not_before:%Y-%m-%d}."
    if version.embargo and now < version.embargo:
        return f"{version.name} is under an embargo until {version.embargo:%Y-%m-%d %H:%M} UTC."
    return ""


def paragraphs(markdown: str) -> list[str]:
    """A manuscript, a paragraph at a time."""
    return [part.strip() for part in _PARAGRAPHS.split(markdown) if part.strip()]
