"""The configuration as frozen models: every section and key with its default and its rule.

The annotated ``config/mailer.toml`` explains each key. ``mailer.config.load`` fills these models, and turns their
errors into messages for the person who wrote the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from mailer.config.articles import Articles
from mailer.config.channels import Channel, Press
from mailer.config.faq import Faq
from mailer.config.publications import MailingList, Publication, VisualIdentity
from mailer.config.section import Section
from mailer.config.servers import Imap, LmtpServer, OAuth, Smtp, Transport
from mailer.config.site import Site
from mailer.config.values import (
    AT_LEAST_ONE,
    AtMost,
    BaseUrl,
    Country,
    Dns,
    Domain,
    DomainName,
    Group,
    Hours,
    KeepTime,
    Key,
    Language,
    Listen,
    ListKey,
    ListKeyOrNone,
    LocalPath,
    MailAddress,
    MemberBody,
    Preset,
    Recipient,
    Selector,
    Text,
    Unanswered,
)
from mailer.config.voting import ApprovalPolicy, Calendar, Voting
from mailer.config.web import Web
from mailer.message import Address, is_aligned

MAX_LOCAL_PART = 24
"""Leaves room for a token within the 64 octets of a local part (see tokens.py)."""


class Office(Section):
    name: Text
    address: MailAddress
    secretary: MailAddress
    timezone: ZoneInfo = ZoneInfo("UTC")
    language: Language = "en"
    plus_addressing: bool = True
    grace_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    data: LocalPath = Path("data")
    group: Group = ""
    url: BaseUrl = ""

    @field_validator("address")
    @classmethod
    def _leaves_room_for_tokens(cls, address: Address) -> Address:
        if len(address.local) > MAX_LOCAL_PART or "+" in address.local:
            raise ValueError(f'the part before the @ must be at most {MAX_LOCAL_PART} characters, without a "+"')
        return address


class Limited(Section):
    """Mails in any second, minute, hour and day; 0 is no limit."""

    per_second: AtMost = 0
    per_minute: AtMost = 0
    per_hour: AtMost = 0
    per_day: AtMost = 0


class Limits(Limited):
    per_minute: AtMost = 60
    preset: Preset = ""
    warm_up: tuple[Annotated[int, Field(ge=1)], ...] = ()
    quiet: Hours = ""


class DomainLimits(Limited):
    connections: AtMost = 0


class Authentication(Section):
    authserv_id: str = ""
    dns: Dns = "system"
    sealers: tuple[str, ...] = ()


class Dkim(Section):
    domain: Domain = ""
    keys: Mapping[Selector, LocalPath] = {}


class Signup(Section):
    list: ListKey = "readers"
    per_day: Annotated[int, Field(ge=1)] = 500
    expires_days: Annotated[int, Field(ge=1, le=90)] = 7


class Invitations(Section):
    per_day: Annotated[int, Field(ge=1)] = 500
    later_days: Annotated[int, Field(ge=1, le=730)] = 90
    answer_days: Annotated[int, Field(ge=1, le=365)] = 60


class Nominations(Section):
    by: tuple[ListKey, ...] = ()
    list: ListKeyOrNone = ""


class Answers(Section):
    per_mailbox: Annotated[int, Field(ge=1)] = 10
    per_domain: Annotated[int, Field(ge=1)] = 100
    per_day: Annotated[int, Field(ge=1)] = 1_000


class FeedbackRoute(Section):
    lists: tuple[ListKey, ...] = ()
    countries: tuple[Country, ...] = ()
    words: tuple[Text, ...] = ()
    to: Annotated[tuple[Recipient, ...], AT_LEAST_ONE] = ("editors",)
    through: MemberBody = ""
    with_name: bool = False
    tags: tuple[Key, ...] = ()

    @field_validator("with_name")
    @classmethod
    def _tells_somebody(cls, with_name: bool, info: ValidationInfo) -> bool:
        if with_name and not info.data.get("through"):
            raise ValueError("says what the member body is told, so it needs through")
        return with_name


class Feedback(Section):
    receipt: bool = True
    expect_days: Annotated[int, Field(ge=1, le=365)] = 7
    digest: Literal["daily", "weekly", "never"] = "weekly"
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 8
    attach_bytes: Annotated[int, Field(ge=0)] = 7_000_000
    routes: tuple[FeedbackRoute, ...] = ()


class Criteria(Section):
    status: Text = "Interim until the next plenary"
    number: Text = "C 1"
    feedback_number: Text = "C 2"


class Library(Section):
    folder: LocalPath = Path("library")
    check_links: bool = True


class Presenters(Section):
    bank: ListKeyOrNone = ""
    topics: tuple[Text, ...] = ()
    call: ListKeyOrNone = ""
    ask_again_months: Annotated[int, Field(ge=1, le=120)] = 12
    attach_bytes: Annotated[int, Field(ge=0)] = 2_000_000
    mails: Annotated[int, Field(ge=1, le=20)] = 4


class Events(Section):
    members: ListKeyOrNone = ""


class Bounces(Section):
    try_again_days: Annotated[int, Field(ge=1, le=90)] = 7
    answer_days: Annotated[int, Field(ge=1, le=30)] = 5
    tries_per_day: Annotated[int, Field(ge=1)] = 100
    half_life_days: Annotated[int, Field(ge=1, le=365)] = 30
    hold_at: Annotated[int, Field(ge=0, le=100)] = 4
    hold_days: Annotated[int, Field(ge=1, le=365)] = 14
    tell_contacts: bool = True


class PersonalData(Section):
    """How long each kind of personal data is kept; empty is without end. ``model/personal_data.py`` has the kinds."""

    contacts: KeepTime = "3 years"
    organisations: KeepTime = ""
    sign_ups: KeepTime = "1 year"
    confirmations: KeepTime = "1 year"
    mails: KeepTime = "1 year"
    incoming: KeepTime = "1 year"
    bounces: KeepTime = "1 year"
    feedback: KeepTime = "3 years"
    votes: KeepTime = ""
    translations: KeepTime = ""
    invitations: KeepTime = "3 years"
    questions: KeepTime = "1 year"
    submissions: KeepTime = "90 days"
    visits: KeepTime = "1 day"
    reviews: KeepTime = "3 years"
    presenters: KeepTime = "1 year"
    events: KeepTime = "3 years"
    articles: KeepTime = "3 years"
    channels: KeepTime = "3 years"
    reports: KeepTime = "3 years"
    purposes: Mapping[str, Text] = {}

    @field_validator("purposes")
    @classmethod
    def _are_of_kinds(cls, purposes: Mapping[str, str]) -> Mapping[str, str]:
        kinds = [name for name in cls.model_fields if name != "purposes"]
        if strange := [kind for kind in purposes if kind not in kinds]:
            raise ValueError(f"has a kind of data that we do not know ({strange[0]}); there are {', '.join(kinds)}")
        return purposes


class Reviews(Section):
    remind_days: Annotated[int, Field(ge=1, le=365)] = 10
    second_days: Annotated[int, Field(ge=1, le=365)] = 20
    decide_days: Annotated[int, Field(ge=1, le=365)] = 30
    unanswered: Unanswered = "flag"
    announce_days: Annotated[int, Field(ge=1, le=60)] = 7
    late_days: Annotated[int, Field(ge=0, le=60)] = 7
    publish: bool = False

    @field_validator("second_days", "decide_days")
    @classmethod
    def _comes_after(cls, days: int, info: ValidationInfo) -> int:
        earlier = {"second_days": "remind_days", "decide_days": "second_days"}[str(info.field_name)]
        if days <= info.data.get(earlier, 0):
            raise ValueError(f"must be more than {earlier}")
        return days


STORES = ("sqlite://", "postgresql://", "postgresql+psycopg://")
"""How the URL of a store may begin."""


class Store(Section):
    url: SecretStr = SecretStr("")

    @field_validator("url")
    @classmethod
    def _is_supported(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(STORES):
            raise ValueError('must begin with "postgresql://", or with "sqlite:///"')
        return url


class Log(Section):
    format: Literal["human", "json"] = "human"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Metrics(Section):
    listen: Listen = ""


class Cluster(Section):
    enabled: bool = False
    tick_seconds: Annotated[int, Field(ge=1, le=60)] = 5
    stalled_seconds: Annotated[int, Field(ge=2, le=3600)] = 60
    batch: Annotated[int, Field(ge=10, le=100_000)] = 2_000

    @field_validator("tick_seconds")
    @classmethod
    def _divides_a_minute(cls, seconds: int) -> int:
        if 60 % seconds:
            raise ValueError("must divide 60, so that every machine ticks at the same seconds")
        return seconds


class Settings(Section):
    """The whole file. Paths are absolute, addresses are parsed, and ``repr`` hides passwords."""

    office: Office
    imap: Imap
    lmtp: LmtpServer
    transport: Transport
    smtp: Smtp
    oauth: OAuth
    limits: Limits
    domains: Mapping[DomainName, DomainLimits]
    authentication: Authentication
    dkim: Dkim
    voting: Voting
    policies: Annotated[Mapping[Key, ApprovalPolicy], AT_LEAST_ONE]
    calendar: Calendar
    signup: Signup
    invitations: Invitations
    nominations: Nominations
    answers: Answers
    feedback: Feedback
    criteria: Criteria
    library: Library
    channels: Mapping[Key, Channel]
    press: Press
    presenters: Presenters
    events: Events
    articles: Articles
    faq: Faq
    bounces: Bounces
    personal_data: PersonalData
    reviews: Reviews
    lists: Mapping[Key, MailingList]
    publications: Annotated[Mapping[Key, Publication], AT_LEAST_ONE]
    identity: VisualIdentity
    store: Store
    log: Log
    web: Web
    site: Site
    metrics: Metrics
    cluster: Cluster

    @field_validator("oauth")
    @classmethod
    def _is_complete_if_used(cls, oauth: OAuth, info: ValidationInfo) -> OAuth:
        users = [name for name in ("imap", "smtp") if name in info.data and info.data[name].oauth]
        if not users:
            return oauth
        if not oauth.client_id:
            raise ValueError(f"client_id is missing, which [{users[0]}] oauth needs; see docs/oauth.md")
        if not oauth.provider:
            if not oauth.token_url or not (oauth.authorize_url or oauth.device_url):
                raise ValueError(
                    'provider must be "microsoft" or "google"; or give token_url, and authorize_url or device_url'
                )
            if missing := [f"{user}_scopes" for user in users if not getattr(oauth, f"{user}_scopes")]:
                raise ValueError(f"{missing[0]} is missing, as no provider is named whose scopes we know")
        return oauth

    @field_validator("dkim")
    @classmethod
    def _domain_is_aligned(cls, dkim: Dkim, info: ValidationInfo) -> Dkim:
        if dkim.domain and "office" in info.data:
            address = info.data["office"].address
            if not is_aligned(dkim.domain, address.domain):
                raise ValueError(
                    f"domain must be {address.domain}, where our mail is from, or a domain above it (DMARC)"
                )
        return dkim

    @field_validator("signup")
    @classmethod
    def _is_not_a_board(cls, signup: Signup, info: ValidationInfo) -> Signup:
        policies = info.data.get("policies", {}).values()
        if signup.list in {board for policy in policies for board in (policy.board, policy.escalate_to)}:
            raise ValueError("list is a board's: everybody who signs up would vote; name another list")
        return signup

    @field_validator("presenters")
    @classmethod
    def _bank_is_a_bank(cls, presenters: Presenters, info: ValidationInfo) -> Presenters:
        bank = (info.context or {}).get("banks")
        if presenters.bank and bank is not None and presenters.bank not in bank:
            raise ValueError(f'bank must be a list of the kind "bank" in this file ({", ".join(bank) or "none yet"})')
        return presenters

    @field_validator("web")
    @classmethod
    def _has_a_public_address(cls, web: Web, info: ValidationInfo) -> Web:
        if web.listen and "office" in info.data and not info.data["office"].url:
            raise ValueError("listen needs [office] url, the public address that leads to this page")
        return web

    @field_validator("cluster")
    @classmethod
    def _needs_a_database_server(cls, cluster: Cluster, info: ValidationInfo) -> Cluster:
        if cluster.enabled and "store" in info.data and "postgresql" not in info.data["store"].url.get_secret_value():
            raise ValueError('enabled needs a [store] url that begins with "postgresql://"')
        return cluster

    @property
    def store_url(self) -> str:
        """Where the store is: ``[store] url``, or SQLite in the office's data folder."""
        return self.store.url.get_secret_value() or f"sqlite:///{self.office.data / 'mailer.db'}"

    @property
    def dkim_domain(self) -> str:
        """The domain of our signatures: ``[dkim] domain``, or that of our own address."""
        return self.dkim.domain or self.office.address.domain

    def editors(self, publication: str) -> tuple[Address, ...]:
        """A publication's editors; the secretary if it names none."""
        return self.publications[publication].editors or (self.office.secretary,)
