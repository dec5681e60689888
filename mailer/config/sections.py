"""The sections of the configuration as frozen models: every key with its default and its rule.

The annotated ``config/mailer.toml`` explains each key. ``mailer.config.load`` fills these models, and turns their
errors into messages for the person who wrote the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from mailer.config.articles import Articles
from mailer.config.channels import Channel, Press
from mailer.config.faq import Faq
from mailer.config.section import Section
from mailer.config.site import Site
from mailer.config.values import (
    AT_LEAST_ONE,
    AtMost,
    BaseUrl,
    Colour,
    Country,
    DayOfYear,
    Design,
    Dns,
    Domain,
    DomainName,
    Endpoint,
    Group,
    Host,
    Hours,
    KeepTime,
    Key,
    Language,
    LanguageTag,
    Listen,
    ListId,
    ListKey,
    ListKeyOrNone,
    Lmtp,
    LocalPath,
    MailAddress,
    MemberBody,
    OptionalHost,
    OptionalListKey,
    OptionalLmtp,
    OptionalPath,
    Port,
    Preset,
    Recipient,
    Selector,
    Tenant,
    Text,
    WebVersion,
    is_loopback,
)
from mailer.config.voting import ApprovalPolicy, Calendar, OptionalSpan, Span, Voting
from mailer.config.web import Web
from mailer.errors import ConfigError
from mailer.message import Address, is_aligned

MAX_LOCAL_PART = 24
"""Leaves room for a token within the 64 octets of a local part (see tokens.py)."""


class Account(Section):
    """A login at a server. The password comes from the environment or from a password file, never from the TOML."""

    host: Host
    port: Port
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: SecretStr = SecretStr("")
    password_file: LocalPath | None = None
    token_command: tuple[Text, ...] = ()
    token_file: LocalPath | None = None
    oauth: bool = False

    @field_validator("security")
    @classmethod
    def _plain_text_stays_on_this_machine(cls, security: str, info: ValidationInfo) -> str:
        if security == "none" and not is_loopback(info.data.get("host") or "localhost"):
            raise ValueError('"none" is only for a server on this machine; use "tls" or "starttls"')
        return security

    @field_validator("token_command", "token_file", "oauth")
    @classmethod
    def _one_way_to_log_in(cls, value: object, info: ValidationInfo) -> object:
        if value:
            if not info.data.get("user"):
                raise ValueError("needs the user whose token it is")
            for rival in ("password", "token_command", "token_file"):
                if rival != info.field_name and info.data.get(rival):
                    raise ValueError(f"is one way to log in and the {rival} another; keep one of them")
        return value

    def secret(self, section: str) -> str:
        """The password. Raises ConfigError, which says how to give one, if there is none."""
        if password := self.password.get_secret_value():
            return password
        if self.password_file is not None:
            raise ConfigError(
                [
                    f"[{section}] password_file: {self.password_file} cannot be read by this user; run the command as "
                    f"its owner, or set MAILER_{section.upper()}__PASSWORD"
                ]
            )
        raise ConfigError(
            [f"[{section}] password: is missing; name a password_file, or set MAILER_{section.upper()}__PASSWORD"]
        )


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


class Imap(Account):
    host: OptionalHost = ""
    port: Port = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    inbox: Text = "INBOX"
    processed: Text = "Processed"
    refused: Text = "Refused"
    attention: Text = "Attention"
    more_inboxes: tuple[Text, ...] = ()
    read_only: tuple[Text, ...] = ()
    read_only_days: Annotated[int, Field(ge=1, le=365)] = 14
    poll_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    max_bytes: Annotated[int, Field(ge=10_000)] = 10_000_000

    @field_validator("host", "user")
    @classmethod
    def _needed_unless_mail_is_handed_over(cls, value: str, info: ValidationInfo) -> str:
        if not value and (info.data.get("host") or not (info.context or {}).get("lmtp")):
            raise PydanticCustomError("missing", "is missing")
        return value

    @field_validator("processed", "refused", "attention")
    @classmethod
    def _a_folder_of_its_own(cls, folder: str, info: ValidationInfo) -> str:
        taken = {info.data.get(name) for name in ("inbox", "processed", "refused", "attention")}
        if folder in taken:
            raise ValueError("must differ from the other folders")
        return folder

    @field_validator("more_inboxes", "read_only")
    @classmethod
    def _other_folders(cls, folders: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = [str(info.data.get(name)) for name in ("inbox", "processed", "refused", "attention")]
        known += info.data.get("more_inboxes", ())
        twice = [name for place, name in enumerate(folders) if name in known or name in folders[:place]]
        if twice:
            raise ValueError(f"must differ from the other folders ({twice[0]} is named twice)")
        return folders


class LmtpServer(Section):
    listen: OptionalLmtp = ""
    group: Group = ""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 90

    @property
    def is_socket(self) -> bool:
        """Whether a socket file, with its mode, says who can hand mail over."""
        return self.listen.startswith("/")

    @field_validator("group")
    @classmethod
    def _is_of_a_socket(cls, group: str, info: ValidationInfo) -> str:
        if group and not info.data.get("listen", "/").startswith("/"):
            raise ValueError("is for a socket; anybody on this machine can connect to a port")
        return group


class Smtp(Account):
    host: OptionalHost = ""
    port: Port = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    helo: str = ""
    timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    connections: Annotated[int, Field(ge=1, le=100)] = 1
    report_success: bool = False
    mails_per_connection: Annotated[int, Field(ge=0)] = 0
    recipients_per_mail: Annotated[int, Field(ge=1, le=100)] = 50

    @field_validator("host")
    @classmethod
    def _needed_by_the_smtp_transport(cls, host: str, info: ValidationInfo) -> str:
        if not host and (info.context or {}).get("way") == "smtp":
            raise PydanticCustomError("missing", "is missing")
        return host


class OAuth(Section):
    """Our registration at a provider of access tokens (RFC 6749)."""

    provider: Literal["", "microsoft", "google"] = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    client_secret_file: LocalPath | None = None
    tenant: Tenant = "common"
    authorize_url: Endpoint = ""
    token_url: Endpoint = ""
    device_url: Endpoint = ""
    imap_scopes: tuple[Text, ...] = ()
    smtp_scopes: tuple[Text, ...] = ()


class Transport(Section):
    way: Literal["smtp", "lmtp", "sendmail", "folder"] = "smtp"
    lmtp: Lmtp = "127.0.0.1:24"
    sendmail: Annotated[tuple[Text, ...], AT_LEAST_ONE] = ("/usr/sbin/sendmail",)
    folder: LocalPath = Path("outgoing")

    @property
    def lmtp_server(self) -> tuple[str, int]:
        """Host and port, or the path of a socket and 0."""
        host, _, port = self.lmtp.rpartition(":")
        return (self.lmtp, 0) if self.lmtp.startswith("/") else (host, int(port))


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


Unanswered: TypeAlias = Literal["flag", "ask a person", "suspend", "remove with a word"]
"""What a review does with those who do not answer."""


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


class MailingList(Section):
    title: Text
    kind: Literal["readers", "members", "board", "bank", "discussion", "events"] = "readers"
    leave: bool | None = None
    """None: as the kind of list has it by default."""
    by_office: bool = False
    review: tuple[DayOfYear, ...] = ()
    maintained_by: OptionalListKey = ""
    by_country: bool = False
    unanswered: Unanswered | Literal[""] = ""
    """Empty: as ``[reviews]`` has it."""

    @field_validator("review")
    @classmethod
    def _in_order(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        if list(days) != sorted(set(days)):
            raise ValueError("must name each day once, in the order of the year")
        return days


class Publication(Section):
    title: Text
    list_id: ListId
    lists: Annotated[tuple[ListKey, ...], AT_LEAST_ONE]
    max_pages: Annotated[int, Field(ge=1, le=100)] = 4
    folder: LocalPath = Path("issues/{number}")
    editors: tuple[MailAddress, ...] = ()
    tagline: str = ""
    design: Design = ""
    forwarding: Literal["", "any", "forward", "none"] = ""
    web_version: WebVersion = ""
    translators: tuple[ListKey, ...] = ()
    translation_time: Span = "14 days"
    editions_wait: OptionalSpan = ""
    personal: bool = True
    forwarding_copy: Literal["ask", "attached"] = "ask"

    @field_validator("folder")
    @classmethod
    def _has_a_place_for_the_number(cls, folder: Path) -> Path:
        if "{number}" not in folder.name:
            raise ValueError("must end in a name with {number}, where the issue's number goes")
        return folder

    @field_validator("translators")
    @classmethod
    def _get_the_issue(cls, translators: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if strange := sorted(set(translators) - set(info.data.get("lists", translators))):
            raise ValueError(f"must be among its lists, because no grant covers another ({', '.join(strange)})")
        return translators

    def issue_folder(self, number: int) -> Path:
        """The folder that holds the articles of issue ``number``."""
        return self.folder.with_name(self.folder.name.replace("{number}", str(number)))


class VisualIdentity(Section):
    masthead: str = ""
    tagline: str = ""
    publisher: str = ""
    accent: Colour = "#0b5563"
    ink: Colour = "#1c2326"
    paper: Colour = "#ffffff"
    imprint: str = ""
    fonts: tuple[LocalPath, ...] = ()
    serif: tuple[LocalPath, ...] = ()
    sans: tuple[LocalPath, ...] = ()
    code: tuple[LocalPath, ...] = ()
    logo: OptionalPath = ""
    logo_alt: str = ""
    cover: OptionalPath = ""
    cover_alt: str = ""
    sections: Mapping[Text, Colour] = {}
    forwarding: Literal["any", "forward", "none"] = "forward"
    forwarding_words: Mapping[LanguageTag, Text] = {}
    design: Design = "journal"


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
