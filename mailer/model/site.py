"""The site: what of the office is published, and where it stands on the web.

Every item has a *state*: a digest of what decides whether it may be shown, and which bytes. As long as that is the
same, nobody needs to look at the bytes again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from mailer.model.lists import ListKind

FOLDER = "{folder}"
"""Stands for the folder among the arguments of the command that publishes it."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    """The configuration of the site."""

    folder: str = ""
    """Where the daemon writes it; empty: it writes none."""
    url: str = ""
    """Its public address, without a slash at the end; empty where it is not known."""
    languages: tuple[str, ...] = ()
    """BCP 47, the main one first; empty: the office's, and each in which something is published."""
    publish: tuple[str, ...] = ()
    """The command that puts it somewhere, and its arguments; no shell reads them."""
    timeout: timedelta = timedelta(minutes=5)
    """How long this command may take."""
    internal: frozenset[str] = frozenset()
    """Lists of members, and publications that go to such, that are shown all the same."""
    leave_out: frozenset[str] = frozenset()
    """What is not shown: ``kit``, ``update``, or ``update 3``."""
    search: bool = False
    """Whether it has a page to search it."""

    def shows(self, key: str, number: int | str = "") -> bool:
        """Whether a publication, document or list is not left out, or one issue or version of it."""
        return not {key, f"{key} {number}".strip()} & self.leave_out


@dataclass(frozen=True, slots=True)
class ShownEdition:
    """An issue in one language."""

    publication: str
    number: int
    language: str
    """BCP 47."""
    title: str
    day: date
    """On which it went out, by the office's clock."""
    at: datetime
    id: int
    """Of the edition, in the store."""
    issue: int
    translation: int = 0
    """The id of the translation; 0 for the issue's own."""
    credit: str = ""
    """Who translated it."""
    state: str = ""

    @property
    def name(self) -> str:
        return f"{self.publication} {self.number} {self.language}"


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """The published version of a document of the library, in one language."""

    key: str
    kind: str
    language: str
    """BCP 47."""
    number: str
    title: str
    at: datetime
    """When it was published."""
    day: date
    id: int
    publisher: str = ""
    state: str = ""

    @property
    def name(self) -> str:
        return f"document {self.key} {self.number} {self.language}"

    @property
    def stem(self) -> str:
        """The name of its files, without what they end in."""
        return f"{self.key}-{self.number}"


@dataclass(frozen=True, slots=True)
class ShownList:
    """The published version of a list."""

    key: str
    title: str
    kind: ListKind
    number: str
    language: str
    """That its files are in."""
    day: date
    id: int
    state: str = ""

    @property
    def name(self) -> str:
        return f"list {self.key} {self.number}"

    @property
    def stem(self) -> str:
        """The name of its files, without what they end in."""
        return f"{self.key}-{self.number}"


@dataclass(frozen=True, slots=True)
class Contents:
    """All that may be shown, as far as can be said without a look at the bytes."""

    editions: tuple[ShownEdition, ...] = ()
    """By the time at which they went out, the newest first."""
    documents: tuple[ShownDocument, ...] = ()
    lists: tuple[ShownList, ...] = ()
    today: date = date.min
    """By the office's clock."""
    until: datetime | None = None
    """When more may be shown: the end of the next embargo."""

    @property
    def state(self) -> str:
        """Changes with any of it."""
        states = [one.state for one in self.editions], [one.state for one in self.documents]
        return digest([*states[0], *states[1], *(one.state for one in self.lists)])


def digest(parts: Iterable[object]) -> str:
    """SHA-256 over values, of which each is distinct from its neighbours."""
    whole = sha256()
    for part in parts:
        data = str(part).encode()
        whole.update(b"%d\0" % len(data))
        whole.update(data)
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What pages about an issue say of it, taken from its bytes once a grant was found to cover them."""

    summary: str
    """Its beginning, in a few lines."""
    articles: tuple[str, ...]
    """The titles of its articles."""
    topics: tuple[str, ...] = ()
    """The sections of its articles, or where they have none what stands above their titles."""
    pages: int = 0
    words: int = 0


@dataclass(frozen=True, slots=True)
class Hidden:
    """What has a grant that does not stand, or was refused when it was looked at."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build."""

    changed: tuple[str, ...] = ()
    """The pages and files that are new or others, by the names of what they were made from."""
    gone: tuple[str, ...] = ()
    files: int = 0
    hidden: tuple[Hidden, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether anything is different from before."""
        return bool(self.changed or self.gone)


@dataclass(frozen=True, slots=True)
class SiteState:
    """How the folder of the daemon stands."""

    built_at: datetime | None = None
    """When it last changed."""
    looked_at: datetime | None = None
    """When it was last compared with what is granted."""
    files: int = 0
    published_at: datetime | None = None
    """When the command that publishes it last succeeded."""
    failed_at: datetime | None = None
    """Since when building or publishing fails."""
    failure: str = ""
    hidden: tuple[Hidden, ...] = ()
    """What has a grant that does not cover it as it is now."""

    @property
    def waits(self) -> bool:
        """Whether it has changed since it was last published."""
        return self.built_at is not None and (self.published_at is None or self.published_at < self.built_at)
