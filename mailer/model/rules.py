"""The office's rules: its configuration as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo
from urllib.parse import quote

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.articles import ArticleRules
from mailer.model.bounces import BouncePolicy
from mailer.model.caps import Caps
from mailer.model.channels import Channel
from mailer.model.criteria import CriteriaRules
from mailer.model.events import EventRules
from mailer.model.faq import FaqRules
from mailer.model.feedback import FeedbackRules
from mailer.model.invitations import InvitationRules, NominationRules
from mailer.model.lists import Format, ListRules, Scope, ScopeKind, SignupRules
from mailer.model.personal_data import PersonalDataRules
from mailer.model.policies import Policy, Voting
from mailer.model.presenters import PresenterRules
from mailer.model.press import PressRules
from mailer.model.publications import Identity, Publication
from mailer.model.reviews import ReviewRules
from mailer.model.site import SiteRules
from mailer.model.working_days import Calendar
from mailer.phrases import Phrase
from mailer.tokens import Token


@dataclass(frozen=True, slots=True)
class Rules:
    """The office's rules: its configuration as plain values."""

    name: str
    address: Address
    secretary: Address
    plus: bool
    """Whether mail to ``base+detail`` reaches the office; if not, tokens travel in Message-IDs and subjects."""
    url: str
    """The public base of one-click links, or empty."""
    timezone: tzinfo
    """The time zone of all times that people read."""
    language: str
    """The language (BCP 47) of the staff, and of readers whose language is not known."""
    grace: timedelta
    """How late a scheduled issue may still start by itself."""
    format: Format
    """The format of readers who did not choose one."""
    lists: Mapping[str, ListRules]
    publications: Mapping[str, Publication]
    signup: SignupRules
    caps: Caps
    feedback: FeedbackRules
    bounces: BouncePolicy
    reviews: ReviewRules
    voting: Voting
    policies: Mapping[str, Policy]
    """By key. The first that covers a document of a publication decides whose consent it needs."""
    calendar: Calendar
    keep: timedelta
    """How long processed mail is kept that was handed over."""
    identity: Identity
    criteria: CriteriaRules
    personal_data: PersonalDataRules = field(default_factory=PersonalDataRules)
    presenters: PresenterRules = field(default_factory=PresenterRules)
    invitations: InvitationRules = field(default_factory=InvitationRules)
    nominations: NominationRules = field(default_factory=NominationRules)
    events: EventRules = field(default_factory=EventRules)
    site: SiteRules = field(default_factory=SiteRules)
    articles: ArticleRules = field(default_factory=ArticleRules)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    """Publications of others, by key."""
    faq: FaqRules = field(default_factory=FaqRules)
    press: PressRules = field(default_factory=PressRules)

    @property
    def sender(self) -> Address:
        """The From of everything that the office sends."""
        return Address(self.address.local, self.address.domain, self.name)

    @property
    def known_names(self) -> tuple[str, ...]:
        """What people may call the office and what it sends."""
        titles = (publication.title for publication in self.publications.values())
        return (self.name, *titles, *(rules.title for rules in self.lists.values()), str(self.address))

    @property
    def scopes(self) -> list[Scope]:
        """Everything that a token to leave can name."""
        lists = [Scope(ScopeKind.LIST, key) for key in self.lists]
        return lists + [Scope(ScopeKind.PUBLICATION, key) for key in self.publications]

    def list_rules(self, key: str) -> ListRules:
        """Raises Refused with the lists that exist."""
        if key not in self.lists:
            raise Refused(f"There is no list “{key}”; there are: {', '.join(self.lists)}.")
        return self.lists[key]

    def publication(self, key: str) -> Publication:
        """Raises Refused, with the names of all publications, if there is no such one."""
        try:
            return self.publications[key]
        except KeyError:
            known = ", ".join(self.publications)
            raise Refused(f"There is no publication “{key}” in the configuration; there are: {known}.") from None

    def identity_of(self, publication: str) -> Identity:
        """The visual identity of one publication."""
        chosen, own = self.publication(publication), self.identity
        return replace(
            own,
            masthead=own.masthead or chosen.title,
            tagline=chosen.tagline or own.tagline,
            max_pages=chosen.max_pages,
            design=chosen.design or own.design,
            web_version=chosen.web_version,
            forwarding=chosen.forwarding or own.forwarding,
            forwarding_words={} if chosen.forwarding else own.forwarding_words,
        )

    @property
    def boards(self) -> tuple[str, ...]:
        """The lists whose members are asked by some policy."""
        return tuple(dict.fromkeys(board for policy in self.policies.values() for board in policy.boards))

    def policy_for(self, document: str, publication: str = "") -> Policy:
        """The policy for a kind of document, such as ``issue``, of a publication or of none.

        Raises Refused if there is none: what no policy covers goes nowhere (law 4).
        """
        for policy in self.policies.values():
            if policy.covers(document, publication):
                return policy
        of = f" of {publication}" if publication else ""
        raise Refused(
            f"No policy covers a document of the kind “{document}”{of}, so nobody can approve it: name it in a section "
            "[policies.NAME] of the configuration."
        )

    def titles(self, keys: Sequence[str]) -> list[str]:
        """The lists' titles, in the configuration's order."""
        return [rules.title for key, rules in self.lists.items() if key in keys]

    def brought(self, key: str) -> list[str]:
        """The publications that go to a list."""
        return [publication.key for publication in self.publications.values() if key in publication.lists]

    def to_new_readers(self, key: str) -> Phrase:
        """What new members of a list are told about passing on what they get; empty if issues differ in it."""
        told = [self.identity_of(publication).to_new_readers for publication in self.brought(key)]
        return told[0] if told and all(one == told[0] for one in told) else Phrase()

    def received(self, keys: Sequence[str]) -> list[str]:
        """Titles of what the members of these lists get."""
        sent = [key for key, publication in self.publications.items() if set(publication.lists) & set(keys)]
        return self.named(sent, keys)

    def named(self, publications: Sequence[str], lists: Sequence[str]) -> list[str]:
        """Titles of these publications, and of those ``lists`` that no publication goes to."""
        titles = [self.publications[key].title for key in publications]
        return titles + self.titles([key for key in lists if not self.brought(key)])

    def typed(self, publication: str, number: int) -> str:
        """An issue as arguments of a command: ``1``, or ``1 -p member-update``."""
        return f"{number}" if publication == next(iter(self.publications)) else f"{number} -p {publication}"

    def to(self, detail: object) -> Address:
        """The address for mail about ``detail``, a token or a command word."""
        return self.address.plus(str(detail)) if self.plus else self.address

    def link(self, detail: object, subject: str, body: str = "") -> str:
        """A ``mailto:`` link that prepares the mail (RFC 6068)."""
        return mailto(self.to(detail), subject if self.plus else f"{subject} {detail}".strip(), body)

    def prepared(self, token: Token, *lines: str) -> PreparedReply:
        """A reply to a mail about ``token`` that says these lines. It quotes nothing, so the token is below them."""
        body = "\r\n".join((*lines, "", str(token), ""))
        return PreparedReply(self.to(token), body, "" if self.plus else str(token))

    def page(self, path: str) -> str:
        """The address of a page; empty if the office has none."""
        return f"{self.url.rstrip('/')}/{path}" if self.url else ""

    @property
    def help_link(self) -> str:
        """The link that asks how this works."""
        return self.link("help", "")

    @property
    def leave_link(self) -> str:
        """The link to leave for copies that all readers share; its sender has to confirm (B4)."""
        return self.link("unsubscribe", "")

    def back_link(self, token: Token) -> str:
        """The link that undoes a departure: https if configured, else mailto."""
        return f"{self.url.rstrip('/')}/back/{token}" if self.url else self.link(token, "Re: back", "yes")

    def leave_links(self, token: Token) -> tuple[str, ...]:
        """The links to leave, best for a mail client's button first: https if configured, then mailto."""
        mail = self.link(token, "unsubscribe")
        return (f"{self.url.rstrip('/')}/leave/{token}", mail) if self.url else (mail,)


@dataclass(frozen=True, slots=True)
class PreparedReply:
    """A reply that a link prepares: a person has but to send it."""

    to: Address
    body: str
    token: str = ""
    """What the subject ends with if the address does not say what the reply is about."""

    def link(self, subject: str) -> str:
        """The link (RFC 6068), for a reply to the mail with this subject."""
        return mailto(self.to, f"Re: {subject} {self.token}".rstrip(), self.body)


def mailto(address: Address, subject: str, body: str = "") -> str:
    """A ``mailto:`` link. It percent-encodes all but unreserved characters (RFC 6068)."""
    fields = {"subject": subject, "body": body}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items() if value)
    return f"mailto:{quote(str(address), safe='@+')}" + (f"?{query}" if query else "")
