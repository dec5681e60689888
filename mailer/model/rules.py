"""The office as its configuration describes it, in plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from urllib.parse import quote

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.approvals import BoardRules
from mailer.model.lists import Format, ListRules, Scope, ScopeKind, SignupRules
from mailer.model.publications import Identity, Publication
from mailer.tokens import Token


@dataclass(frozen=True, slots=True)
class Rules:
    """The office as its configuration describes it, in plain values."""

    name: str
    address: Address
    secretary: Address
    plus: bool
    """Whether mail to ``base+detail`` reaches the office; where not, tokens travel in Message-IDs and subjects."""
    url: str
    """The public base of one-click links, or empty."""
    timezone: tzinfo
    """In which times are written for people."""
    language: str
    """The office's own (BCP 47): of those whose language is not known, and of its staff."""
    grace: timedelta
    """How late a scheduled issue may still start by itself."""
    format: Format
    """What readers get who did not say."""
    lists: Mapping[str, ListRules]
    publications: Mapping[str, Publication]
    signup: SignupRules
    boards: Mapping[str, BoardRules]
    """By the key of the list whose members vote."""
    identity: Identity

    @property
    def sender(self) -> Address:
        """The office as the From of everything it sends."""
        return Address(self.address.local, self.address.domain, self.name)

    @property
    def scopes(self) -> list[Scope]:
        """All that a token to leave can name."""
        lists = [Scope(ScopeKind.LIST, key) for key in self.lists]
        return lists + [Scope(ScopeKind.PUBLICATION, key) for key in self.publications]

    def publication(self, key: str) -> Publication:
        """Raises Refused, naming those that there are."""
        try:
            return self.publications[key]
        except KeyError:
            known = ", ".join(self.publications)
            raise Refused(f"There is no publication “{key}” in the configuration; there are: {known}.") from None

    def board(self, key: str) -> BoardRules:
        """Raises Refused where the configuration no longer has the board, as of an old ballot."""
        if key not in self.boards:
            raise Refused(f"The list “{key}” is no board in the configuration; boards are: {', '.join(self.boards)}.")
        return self.boards[key]

    def board_of(self, publication: str) -> BoardRules:
        """The board whose grant an issue of this publication needs."""
        return self.board(self.publication(publication).board)

    def titles(self, keys: Sequence[str]) -> list[str]:
        """The lists' titles, in the configuration's order."""
        return [rules.title for key, rules in self.lists.items() if key in keys]

    def brought(self, key: str) -> list[str]:
        """The publications that go to a list."""
        return [made.key for made in self.publications.values() if key in made.lists]

    def received(self, keys: Sequence[str]) -> list[str]:
        """What members of these lists get, in their words."""
        sent = [key for key, made in self.publications.items() if set(made.lists) & set(keys)]
        return self.named(sent, keys)

    def named(self, publications: Sequence[str], lists: Sequence[str]) -> list[str]:
        """Titles of these publications, and of those of ``lists`` to which none goes."""
        titles = [self.publications[key].title for key in publications]
        return titles + self.titles([key for key in lists if not self.brought(key)])

    def typed(self, publication: str, number: int) -> str:
        """How an issue is named at the command line: ``1``, or ``1 -p member-update``."""
        return f"{number}" if publication == next(iter(self.publications)) else f"{number} -p {publication}"

    def to(self, detail: object) -> Address:
        """Where mail about ``detail``, a token or a word, comes to."""
        return self.address.plus(str(detail)) if self.plus else self.address

    def link(self, detail: object, subject: str, body: str = "") -> str:
        """A ``mailto:`` link with the mail prepared (RFC 6068)."""
        return mailto(self.to(detail), subject if self.plus else f"{subject} {detail}".strip(), body)

    @property
    def leave_link(self) -> str:
        """A way to leave that does not know who takes it: the sender has to confirm it (B4)."""
        return self.link("unsubscribe", "")

    def leave_links(self, token: Token) -> tuple[str, ...]:
        """Ways to leave, the best for a mail client's button first: https where configured, then mailto."""
        mail = self.link(token, "unsubscribe")
        return (f"{self.url.rstrip('/')}/leave/{token}", mail) if self.url else (mail,)


def mailto(address: Address, subject: str, body: str = "") -> str:
    """RFC 6068: everything but unreserved characters is percent-encoded."""
    fields = {"subject": subject, "body": body}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items() if value)
    return f"mailto:{quote(str(address), safe='@+')}" + (f"?{query}" if query else "")
