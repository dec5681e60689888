"""The tables. The models define states and their transitions; the comments on the columns repeat them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from mailer.model.outbox import TRANSITIONS, Delivery
from mailer.model.throttle import microseconds, moment

HEAD = "0001"
"""The migration that this code needs: the newest one, as a test ensures."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time (law 6). SQLite has no such type: there it is microseconds since 1970, a quarter of the text.

    To read one in SQLite, use ``datetime(due_at / 1e6, 'unixepoch')``.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        return microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | int | None, dialect: Dialect) -> datetime | None:
        if isinstance(value, int):
            return moment(value)
        return value and value.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite generates ids only for INTEGER columns."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


secrets = Table(
    "secrets",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    comment="Keys made once: the token key.",
)

lists = Table(
    "lists",
    metadata,
    Column("key", String(64), primary_key=True),
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    Column("key", String(320), nullable=False, unique=True, comment="the address, case folded: one row per mailbox"),
    Column("address", String(320), nullable=False),
    Column("domain", String(255), nullable=False, comment="of the address, in lower-case A-labels"),
    Column("name", String(200), nullable=False, default=""),
    Column("organisation", String(200), nullable=False, default=""),
    Column("kind", String(40)),
    Column("country", String(200), nullable=False, default=""),
    Column("language", String(40), nullable=False, default=""),
    Column("format", String(10), comment="pdf, html or text; null is the office's default"),
    Column("published", JSON(none_as_null=True), comment="what of them may be published; null: they were not asked"),
    Column("paused_until", UtcDateTime, comment="no issue is sent to them before then"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("merged_into", Id, index=True, comment="the contact that it is an alias of; its key is no address then"),
)

member_keys = Table(
    "member_keys",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True, comment="of the primary key, in lower case"),
    Column("certificate", LargeBinary, nullable=False, comment="the public key as it was enrolled, without armour"),
    Column("enrolled_at", UtcDateTime, nullable=False),
    comment="OpenPGP keys whose signatures prove what a member writes.",
)

presenters = Table(
    "presenters",
    metadata,
    _id(),
    Column("contact", ForeignKey("contacts.id"), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("organisation", String(200), nullable=False),
    Column("country", String(2), nullable=False),
    Column("languages", JSON, nullable=False, comment="BCP 47, the best one first"),
    Column("regions", JSON, nullable=False, comment="UN M49 codes, or countries"),
    Column("topics", JSON, nullable=False),
    Column("experience", Text, nullable=False),
    Column("busy", JSON, nullable=False, comment="when not: days, or first/last"),
    Column("may_publish", Boolean, nullable=False),
    Column("state", String(12), nullable=False, comment="see mailer/model/presenters.py TRANSITIONS"),
    Column("scope", String(20), nullable=False, comment="the version that they agreed to"),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("approved_at", UtcDateTime),
    Column("given", String(200), nullable=False, comment="the documents that they got last"),
    comment="Volunteers who speak at events. An address is here once it has been confirmed.",
)

presenter_calls = Table(
    "presenter_calls",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("never", Boolean, nullable=False, comment="whether they want to be asked never again"),
    comment="Who was asked to register as a presenter.",
)

absences = Table(
    "absences",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, comment="null: an automatic reply said so, and nobody has said until when"),
    Column("source", Text, nullable=False, comment="an account, or the beginning of the automatic reply"),
    comment="Members of boards who are away.",
)

former_addresses = Table(
    "former_addresses",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column(
        "key", String(320), primary_key=True, index=True, comment="an address that the contact had before, case folded"
    ),
    Column("address", String(320), nullable=False),
    Column("until", UtcDateTime, nullable=False),
    comment="Who had another address: their lists and wishes stayed with them.",
)

organisations = Table(
    "organisations",
    metadata,
    _id(),
    Column("key", String(200), nullable=False, index=True, comment="see mailer/model/organisations.py name_key"),
    Column("name", String(200), nullable=False),
    Column("kind", String(40)),
    Column("country", String(200), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("website", String(400), nullable=False),
    Column("reach", String(400), nullable=False, comment="how far its own network reaches, in its own words"),
    Column("note", Text, nullable=False, comment="the secretary's own"),
    Column("nominated_by", ForeignKey("contacts.id"), comment="the contact who proposed it"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime, comment="when it was last said that all of it is right"),
    Column("merged_into", Id, index=True, comment="the organisation that it is another name of"),
)

merges = Table(
    "merges",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False, comment="contact or organisation"),
    Column("kept", Id, nullable=False, index=True),
    Column("gone", Id, nullable=False, comment="the other one, which is an alias now"),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Column("before", JSON, nullable=False, comment="what undoes it, see mailer/model/merging.py Before"),
    comment="Two contacts, or two organisations, that were one.",
)

organisation_contacts = Table(
    "organisation_contacts",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True, comment="a mailbox speaks for one organisation"),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("rank", Integer, nullable=False, comment="1 is asked first, 2 is the second contact, and so on"),
    Column("since", UtcDateTime, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("list", ForeignKey("lists.key"), primary_key=True),
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("standing", String(10), nullable=False, comment="active, left (an import does not undo it), removed"),
    Column("since", UtcDateTime, nullable=False),
    Column("until", Date, comment="the last day, by the office's clock; null: it does not end by itself"),
    Column("told", Date, comment="the last day that its member has been told of"),
    Index("ix_memberships_contact", "contact"),
    Index("ix_memberships_until", "until"),
    comment="The current standing of each member; membership_changes has the history.",
)

membership_changes = Table(
    "membership_changes",
    metadata,
    Column("list", ForeignKey("lists.key"), primary_key=True),
    Column("version", Integer, primary_key=True, comment="counts the list's changes from 1"),
    Column("contact", ForeignKey("contacts.id"), nullable=False),
    Column("standing", String(10), nullable=False, comment="the new one, as in memberships"),
    Column("at", UtcDateTime, nullable=False),
    Column("cause", String(200), nullable=False, comment="as in audit"),
    comment="Append-only: triggers refuse UPDATE and DELETE.",
)

details_before = Table(
    "details_before",
    metadata,
    Column("cause", String(200), primary_key=True, comment="of the import, as in membership_changes"),
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("list", ForeignKey("lists.key"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("details", JSON, nullable=False, comment="what the import has changed, as it was"),
    comment="What the last import of each list has changed beside the list itself, so that it can be undone.",
)

list_versions = Table(
    "list_versions",
    metadata,
    _id(),
    Column("list", ForeignKey("lists.key"), nullable=False),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("changes", Integer, nullable=False, comment="membership_changes.version of the last one that it contains"),
    Column("language", String(35), nullable=False),
    Column("document", JSON, nullable=False, comment="its entries as values, see mailer/model/list_documents.py"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of these values"),
    Column("entries", Integer, nullable=False, comment="how many there are"),
    Column("forms", String(64), nullable=False, comment="SHA-256 of its files; empty while it has none"),
    Column("pages", Integer, nullable=False, comment="of its PDF"),
    Column("exported_at", UtcDateTime, comment="when its files were first written for the outside"),
    Column("withdrawn_at", UtcDateTime),
    Column("reason", Text, nullable=False, comment="why it was withdrawn"),
    Column("erased_at", UtcDateTime, comment="when its files were erased, because somebody in it was forgotten"),
    UniqueConstraint("list", "major", "minor"),
    comment="Published versions of lists.",
)

list_version_files = Table(
    "list_version_files",
    metadata,
    Column("version", ForeignKey("list_versions.id"), primary_key=True),
    Column("ending", String(8), primary_key=True, comment="of the file's name: html, txt, pdf, csv, ics, vcf"),
    Column("content", LargeBinary, nullable=False),
    comment="The forms of a published version, frozen.",
)

list_version_contacts = Table(
    "list_version_contacts",
    metadata,
    Column("version", ForeignKey("list_versions.id"), primary_key=True),
    Column("contact", ForeignKey("contacts.id"), primary_key=True, index=True),
    comment="Whose own data a published version shows.",
)

scopes = Table(
    "scopes",
    metadata,
    _id(),
    Column("kind", String(12), nullable=False, comment="list or publication"),
    Column("key", String(64), nullable=False, comment="as in the configuration"),
    UniqueConstraint("kind", "key"),
    comment="Lists and publications; a token to leave names one by its id.",
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("publication", String(64), primary_key=True, comment="they do not get it, whatever lists they are on"),
    Column("since", UtcDateTime, nullable=False),
)

departures = Table(
    "departures",
    metadata,
    _id(),
    Column("contact", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("publications", JSON, nullable=False),
    Column("lists", JSON, nullable=False),
    Column("left_at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    comment="What somebody left at once; a token to come back names it by its id.",
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("key", String(320), primary_key=True, comment="an address that gets no mailings, case folded"),
    Column("address", String(320), nullable=False),
    Column("cause", String(12), nullable=False, comment="see mailer/model/suppressions.py Cause"),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

suppressed_domains = Table(
    "suppressed_domains",
    metadata,
    Column("domain", String(255), primary_key=True, comment="in lower-case A-labels; no address there gets mailings"),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

bounces = Table(
    "bounces",
    metadata,
    Column("key", String(320), primary_key=True, comment="an address whose mail did not arrive, case folded"),
    Column("address", String(320), nullable=False),
    Column("state", String(12), nullable=False, comment="see mailer/model/bounces.py TRANSITIONS; none is ok"),
    Column("score", Float, nullable=False, comment="as of scored_at; it halves with time"),
    Column("scored_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime, nullable=False, comment="when the trouble began"),
    Column("changed_at", UtcDateTime, nullable=False, comment="when the state began"),
    Column("next_at", UtcDateTime, index=True, comment="when the next step is due"),
    Column("tries", Integer, nullable=False),
    Column("tried_at", UtcDateTime, comment="when it was last tried again"),
    Column("asks", Boolean, comment="true while the secretary is still to be asked for the right address"),
    Column("why", String(20), nullable=False, comment="see mailer/model/reports.py Why"),
    Column("status", String(12), nullable=False),
    Column("reply", Text, nullable=False, comment="the server's own words"),
    comment="How mail fares to the addresses where not all is well.",
)

bounce_reports = Table(
    "bounce_reports",
    metadata,
    _id(),
    Column("key", String(320), nullable=False, index=True, comment="the address, case folded"),
    Column("domain", String(255), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("fate", String(10), nullable=False, comment="see mailer/model/outbox.py Fate"),
    Column("why", String(20), nullable=False),
    Column("status", String(12), nullable=False),
    Column("reply", Text, nullable=False),
    Index("ix_bounce_reports_domain_at", "domain", "at"),
    comment="What servers have said of mail that did not arrive.",
)

requests = Table(
    "requests",
    metadata,
    _id(),
    Column("key", String(320), nullable=False, index=True),
    Column("address", String(320), nullable=False),
    Column("list", ForeignKey("lists.key"), nullable=False),
    Column("details", JSON, nullable=False),
    Column("problems", JSON, nullable=False, comment="lines that were not understood"),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("confirmed_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
)

answer_counts = Table(
    "answer_counts",
    metadata,
    Column("key", String(400), primary_key=True, comment="see mailer/model/caps.py"),
    Column("period", String(13), primary_key=True, comment="a day or an hour (UTC): 2026-11-28, 2026-11-28T13"),
    Column("count", Integer, nullable=False),
    Index("ix_answer_counts_period", "period"),
    comment="How often the office has answered, so that caps outlive a restart.",
)

held_notices = Table(
    "held_notices",
    metadata,
    _id(),
    Column("notice", String(40), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("about", String(400), nullable=False, comment="what it would have said, in a line"),
    Column("held_at", UtcDateTime, nullable=False),
    comment="Notices to staff that were not written in a flood; one mail lists them.",
)

confirmations = Table(
    "confirmations",
    metadata,
    _id(),
    Column("asked", String(10), nullable=False, comment="see mailer/model/confirmations.py Asked"),
    Column("contact", ForeignKey("contacts.id"), index=True, comment="null if nobody has the address that was named"),
    Column("address", String(320), nullable=False, comment="who is asked"),
    Column("wanted", JSON, nullable=False, comment="what changes with a yes"),
    Column("partner", Id, comment="another confirmation that needs a yes, too"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answer", String(10), nullable=False, comment="open -> yes, no, superseded"),
    comment="What people were asked to confirm by reply; a token names one by its id.",
)

visits = Table(
    "visits",
    metadata,
    _id(),
    Column("wanted", String(12), nullable=False, comment="see mailer/model/visits.py Wanted"),
    Column("address", String(320), nullable=False, comment="which a visitor has given; it may be anybody's"),
    Column("address_key", String(320), nullable=False, index=True, comment="see mailer/message.py Address.base_key"),
    Column("name", String(200), nullable=False),
    Column("language", String(40), nullable=False),
    Column("values", JSON, nullable=False, comment="by the keys of the form"),
    Column("asked_at", UtcDateTime, nullable=False),
    comment="What visitors of the web pages asked for, until the next tick handles it.",
)

page_links = Table(
    "page_links",
    metadata,
    _id(),
    Column("contact", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime, comment="when it was spent, by a POST"),
    Column("session", String(64), nullable=False, index=True, comment="a keyed hash of the secret of its session"),
    Column("ended_at", UtcDateTime, comment="when they logged out"),
    comment="Links that were mailed to people, and that open their preferences once.",
)

submissions = Table(
    "submissions",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False, comment="what is proposed: event, presenter"),
    Column("address", String(320), nullable=False, comment="who proposes it; empty once it is erased"),
    Column("address_key", String(320), nullable=False, index=True, comment="see mailer/message.py Address.base_key"),
    Column("name", String(200), nullable=False),
    Column("language", String(40), nullable=False),
    Column("values", JSON, nullable=False, comment="by the keys of the questionnaire"),
    Column("beside", Text, nullable=False, comment="what they wrote beside the lines"),
    Column("raw", LargeBinary, comment="the newest mail with attachments, if it was proven and is not too large"),
    Column("state", String(10), nullable=False, comment="see mailer/model/submissions.py TRANSITIONS"),
    Column("revision", Integer, nullable=False, comment="grows with each correction"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
    Column("decided_at", UtcDateTime, comment="when it was accepted, declined, withdrawn or expired"),
    Index("ix_submissions_state_asked_at", "state", "asked_at"),
    comment="What was proposed by mail, until a person has decided on it.",
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("fingerprint", String(64), primary_key=True, comment="keyed hash of an address: all that is kept of it"),
    Column("at", UtcDateTime, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Id, primary_key=True, comment="the number that people read"),
    Column(
        "key", String(320), nullable=False, index=True, comment="the asker's mailbox: without a detail, case folded"
    ),
    Column("address", String(320), nullable=False, comment="answers go to it and to no other"),
    Column("name", String(200), nullable=False),
    Column("contact", ForeignKey("contacts.id")),
    Column("language", String(40), nullable=False),
    Column("publication", String(64), nullable=False, comment="that it is about, or empty"),
    Column("issue", Integer, comment="the number of the issue that it replies to"),
    Column("lists", JSON, nullable=False, comment="those that the asker was on"),
    Column("subject", Text, nullable=False),
    Column("state", String(10), nullable=False, index=True, comment="see mailer/model/feedback.py TRANSITIONS"),
    Column("assignee", String(320), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("staff", JSON, nullable=False, comment="addresses of those who get it"),
    Column("through", String(320), nullable=False, comment="the member body that is asked for a comment, or empty"),
    Column("may_name", Boolean, nullable=False, comment="whether the member body may know who wrote"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("written_at", UtcDateTime, nullable=False, comment="when the asker wrote last"),
    Column("changed_at", UtcDateTime, nullable=False),
    comment="What people write to the office.",
)

feedback_entries = Table(
    "feedback_entries",
    metadata,
    _id(),
    Column("item", ForeignKey("feedback.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False, comment="see mailer/model/feedback.py EntryKind"),
    Column("author", String(320), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False, comment="without what it quotes"),
    Column("message_id", String(998), nullable=False, index=True),
    Column("references", JSON, nullable=False),
    Column("reason", Text, nullable=False, comment="why its words went to nobody"),
    Column("raw", LargeBinary, nullable=False, comment="the original mail; empty for what no mail brought"),
    comment="The history of each item: mails, answers, comments.",
)

feedback_files = Table(
    "feedback_files",
    metadata,
    _id(),
    Column("entry", ForeignKey("feedback_entries.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False, comment="its place among the parts of the original mail"),
    Column("name", Text, nullable=False, comment="as its sender calls it; never used as a file name (C6)"),
    Column("media_type", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    comment="The attachments of mails that are kept; their content is in the mail.",
)

issues = Table(
    "issues",
    metadata,
    _id(),
    Column("publication", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("state", String(12), nullable=False, comment="see mailer/model/issues.py TRANSITIONS"),
    Column("folder", Text, nullable=False),
    Column("source_digest", String(64), nullable=False),
    Column("authors", JSON, nullable=False, comment="whose own text it is, names or addresses as they were written"),
    Column("inputs", JSON, nullable=False, comment="what else decided the bytes when it was built, as digests"),
    Column("embargo", UtcDateTime, comment="before this time nothing of it goes out"),
    Column("due_at", UtcDateTime),
    UniqueConstraint("publication", "number"),
)

sources = Table(
    "sources",
    metadata,
    _id(),
    Column("issue", ForeignKey("issues.id"), nullable=False),
    Column("digest", String(64), nullable=False, comment="as in issues.source_digest"),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("issue", "digest"),
    comment="What an issue was built from: a translation is made from it, whatever becomes of the folder.",
)

source_files = Table(
    "source_files",
    metadata,
    Column("source", ForeignKey("sources.id"), primary_key=True),
    Column("name", String(255), primary_key=True, comment="in the issue's folder"),
    Column("data", LargeBinary, nullable=False),
)

translations = Table(
    "translations",
    metadata,
    _id(),
    Column("issue", ForeignKey("issues.id"), nullable=False, index=True),
    Column("language", String(40), nullable=False, comment="BCP 47, of the edition"),
    Column("contact", ForeignKey("contacts.id"), nullable=False, comment="the translator"),
    Column("address", String(320), nullable=False, comment="that the copy went to; replies count from it alone"),
    Column("credit", String(400), nullable=False, comment="the translator, as readers are told"),
    Column("state", String(10), nullable=False, comment="see mailer/model/editions.py TRANSITIONS"),
    Column("form", String(4), nullable=False, comment="of the translator's copy: text, odt or docx"),
    Column("source", ForeignKey("sources.id"), comment="what it is made from; null while it is only wished for"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, comment="when the translator is reminded, or the secretary is told"),
    Column("reminded_at", UtcDateTime),
    Column("ready_at", UtcDateTime, comment="when it became whole, while its proof is still to be made"),
    Column("tries", Integer, nullable=False, comment="how often that proof was begun"),
    Column("proof", Integer, nullable=False, comment="the number of the newest proof"),
    Column("title", String(400), nullable=False, comment="of the issue, as of the newest proof"),
    comment="Issues on their way into another language; a person translates each.",
)

translated_paragraphs = Table(
    "translated_paragraphs",
    metadata,
    Column("translation", ForeignKey("translations.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False, comment="as it came back last"),
    Column("at", UtcDateTime, nullable=False),
    Column(
        "as_written", Boolean, nullable=False, comment="its numbers and names differ, and its translator stands by it"
    ),
)

changed_links = Table(
    "changed_links",
    metadata,
    _id(),
    Column("translation", ForeignKey("translations.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="of the paragraph"),
    Column("was", Text, nullable=False),
    Column("now", Text, nullable=False),
    Column("answer", String(4), nullable=False, comment="of an editor: open -> yes, no"),
    Column("stands", Boolean, nullable=False, comment="whether the paragraph still has it"),
    Index("ix_changed_links_translation", "translation"),
)

edition_wishes = Table(
    "edition_wishes",
    metadata,
    Column("issue", ForeignKey("issues.id"), primary_key=True),
    Column("language", String(40), primary_key=True),
    Column("contact", ForeignKey("contacts.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    comment="Readers who asked for an edition that was not there yet.",
)

CURRENT = "superseded_at IS NULL"
"""Written out, because only then does a query use the partial index of the current editions."""

editions = Table(
    "editions",
    metadata,
    _id(),
    Column("issue", ForeignKey("issues.id"), nullable=False),
    Column(
        "translation", ForeignKey("translations.id"), index=True, comment="that it is a proof of; null: the issue's own"
    ),
    Column("language", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("superseded_at", UtcDateTime, comment="null is the current one, which readers of its language get"),
    Column("subject", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("wording", JSON, nullable=False, comment="see mailer/model/issues.py Wording"),
    Column("created_at", UtcDateTime, nullable=False),
    Index(
        "ix_editions_current",
        *("issue", "language"),
        unique=True,
        sqlite_where=text(CURRENT),
        postgresql_where=text(CURRENT),
    ),
)

pictures = Table(
    "pictures",
    metadata,
    Column("edition", ForeignKey("editions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("cid", String(100), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("data", LargeBinary, nullable=False),
)


def _subject() -> tuple[Column[str], Column[int], Column[str], Column[Any]]:
    """What an approval is about; the kind says which table the id is from."""
    return (
        Column("subject_kind", String(40), nullable=False),
        Column("subject_id", Id, nullable=False),
        Column("digest", String(64), nullable=False, comment="SHA-256 over all that decides the bytes"),
        Column("forms", JSON, nullable=False, comment="what the digest covers, see mailer/model/forms.py"),
    )


ballots = Table(
    "ballots",
    metadata,
    _id(),
    *_subject(),
    Column("revision", Integer, nullable=False, comment="of its subject: 1, 2, …"),
    Column("note", Text, nullable=False, comment="what changed since the revision before, and why"),
    Column("policy", String(64), nullable=False, comment="its key in the configuration"),
    Column("board", ForeignKey("lists.key"), nullable=False, comment="the list whose members vote"),
    Column("terms", JSON, nullable=False, comment="of the policy when it was opened; see model/policies.py Terms"),
    Column("lists", JSON, nullable=False, comment="list -> its version when the ballot was opened"),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("deadline", UtcDateTime, nullable=False),
    Column("extended", Integer, nullable=False, comment="how often the deadline was extended"),
    Column("reminded_at", UtcDateTime, comment="when those who had not voted were reminded last"),
    Column("outcome", String(10), nullable=False, comment="see mailer/model/approvals.py TRANSITIONS"),
    Index("ix_ballots_subject", "subject_kind", "subject_id"),
)

papers = Table(
    "papers",
    metadata,
    _id(),
    Column("ballot", ForeignKey("ballots.id"), nullable=False),
    Column("contact", ForeignKey("contacts.id"), nullable=False),
    Column("excused", String(10), nullable=False, comment="empty, own text (no vote) or away (a substitute is asked)"),
    Column("stands_for", ForeignKey("contacts.id"), comment="the member whose substitute this contact is"),
    Column(
        "address_key",
        String(320),
        nullable=False,
        comment="of the contact when it was asked; with another one it does not count, and gets another paper",
    ),
    Column("asked_at", UtcDateTime, nullable=False),
    UniqueConstraint("ballot", "contact", "address_key"),
)

ballot_replies = Table(
    "ballot_replies",
    metadata,
    _id(),
    Column("paper", ForeignKey("papers.id"), nullable=False, index=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("message_id", String(998), nullable=False, comment="as the mail says; it may not be covered, or be empty"),
    Column("sender", String(320), nullable=False, comment="the address in From"),
    Column("choice", String(10), comment="what it says; null if it is no vote"),
    Column("counted", Boolean, nullable=False),
    Column("outcome", String(12), nullable=False, comment="see mailer/model/replies.py ReplyOutcome"),
    Column("reason", Text, nullable=False, comment="why it was not counted, in English; empty if it was"),
    Column("comment", Text, nullable=False),
    Column("how", Text, nullable=False, comment="how it was proven: signed by board.example; empty if it was not"),
    Column("proof", JSON, nullable=False, comment="what the proof rests on, see mailer/model/replies.py Proof"),
    Column("raw", LargeBinary, comment="as it was received; null if it was not proven, or is too large"),
    comment="Every mail that answered a ballot paper with a genuine token.",
)

challenges = Table(
    "challenges",
    metadata,
    _id(),
    Column("paper", ForeignKey("papers.id"), nullable=False, index=True),
    Column("address", String(320), nullable=False, comment="where it went, and where its answer has to come from"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("spent_at", UtcDateTime, comment="when a vote was counted by it; its token is good once"),
    comment="Questions to a member whether a vote was theirs (A1); a token names one by its id.",
)

votes = Table(
    "votes",
    metadata,
    _id(),
    Column("paper", ForeignKey("papers.id"), nullable=False),
    Column("reply", ForeignKey("ballot_replies.id"), comment="the mail that gave it; null if no mail did"),
    Column("carried_from", ForeignKey("votes.id"), comment="the vote of an earlier ballot that it repeats"),
    Column("by_hand", Boolean, nullable=False, comment="whether a person entered it"),
    Column("choice", String(10), nullable=False),
    Column("comment", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("message_id", String(998), nullable=False, comment="as the mail says; it may not be covered, or be empty"),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    *_subject(),
    Column("ballot", ForeignKey("ballots.id"), nullable=False),
    Column(
        "lists",
        JSON,
        nullable=False,
        comment="list -> the version that was pinned, or whose members a person has agreed to since",
    ),
    Column("seen_at", UtcDateTime, nullable=False, comment="when the lists had these versions"),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("voided_at", UtcDateTime),
)

criteria_versions = Table(
    "criteria_versions",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False, comment="disclosure or feedback"),
    Column("number", Integer, nullable=False, comment="1, 2, ... of its kind"),
    Column("language", String(35), nullable=False, comment="of its three forms"),
    Column("document", JSON, nullable=False, comment="its clauses as values, see mailer/model/criteria.py"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of its three forms"),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("pages", Integer, nullable=False),
    Column(
        "comparison", LargeBinary, comment="a PDF that marks what differs from the version in force; null if none was"
    ),
    Column("replaces", Integer, nullable=False, comment="the number of the version that was in force; 0 if none was"),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("adopted_at", UtcDateTime, comment="null until a board has granted it"),
    UniqueConstraint("kind", "number"),
)

events = Table(
    "events",
    metadata,
    _id(),
    Column("uid", String(200), nullable=False, unique=True, comment="of its calendar entries"),
    Column("title", String(300), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("internal", Boolean, nullable=False, comment="for the group's own members; shown to nobody else"),
    Column("organiser", String(300), nullable=False),
    Column("organisation", Id, comment="the organiser in the directory"),
    Column("place", String(300), nullable=False),
    Column("country", String(2), nullable=False),
    Column("starts", String(10), nullable=False, comment="a day, 2027-05-03"),
    Column("ends", String(10), nullable=False, comment="the last day"),
    Column("hours", JSON(none_as_null=True), comment="[opens, closes, time zone]; null if they are not known"),
    Column("languages", JSON, nullable=False),
    Column("audience", String(300), nullable=False),
    Column("website", String(500), nullable=False),
    Column("topics", JSON, nullable=False),
    Column("wants_presenter", Boolean, nullable=False),
    Column("costs", String(300), nullable=False, comment="which costs of a presenter the host covers"),
    Column("programme", Text, nullable=False),
    Column("state", String(10), nullable=False, comment="see mailer/model/events.py TRANSITIONS"),
    Column("sequence", Integer, nullable=False, comment="grows with each change that calendars have to follow"),
    Column("submission", Id, comment="what its sender confirmed; null if the office added it"),
    Column("host", String(320), nullable=False, comment="the sender's address; empty if the office added it"),
    Column("host_key", String(320), nullable=False, index=True, comment="the same for all aliases of the host"),
    Column("host_name", String(200), nullable=False),
    Column("host_language", String(40), nullable=False),
    Column("source_uid", String(300), nullable=False, comment="the UID in the sender's calendar file"),
    Column("pending", JSON, nullable=False, comment="values that the host sent and a person decides on"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column(
        "reminded_at", UtcDateTime, comment="when its host was asked whether it takes place, or people were reminded"
    ),
    Index(None, "ends", "starts"),
)

event_participants = Table(
    "event_participants",
    metadata,
    Column("event", ForeignKey("events.id"), primary_key=True),
    Column("role", String(10), primary_key=True, comment="speaker or guest"),
    Column("key", String(320), primary_key=True, comment="the same for all aliases of the address"),
    Column("address", String(320), nullable=False),
    Column("name", String(200), nullable=False),
    Column("contact", ForeignKey("contacts.id"), index=True),
    Column("coming", String(10), nullable=False, comment="asked, yes, no or later"),
    Column("talk", String(300), nullable=False, comment="the title of a speaker's talk"),
    Column("at", UtcDateTime, nullable=False, comment="when they were asked, or answered last"),
    comment="Who was asked to internal events.",
)

document_holders = Table(
    "document_holders",
    metadata,
    _id(),
    Column("version", Id, nullable=False, index=True, comment="the id of the document's version"),
    Column("contact", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("given_at", UtcDateTime, nullable=False),
    Column("mails", Integer, nullable=False, comment="in how many mails it came"),
    Column("left", JSON, nullable=False, comment="the files that were too large for a mail"),
    Column("cause", String(200), nullable=False, comment="of its mails in the outbox"),
    comment="Who was given which version of a document to work with.",
)

press_releases = Table(
    "press_releases",
    metadata,
    _id(),
    Column("version", Id, nullable=False, unique=True, comment="the id of the document's version"),
    Column("list", String(64), nullable=False, comment="the list of journalists"),
    Column("due_at", UtcDateTime, nullable=False, index=True, comment="not before the end of the embargo"),
    Column("state", String(12), nullable=False, comment="see mailer/model/press.py TRANSITIONS"),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("planned_by", String(320), nullable=False, comment="the account at the command line"),
    Column("held_at", UtcDateTime, comment="when the secretary was told that it cannot go out"),
    comment="Press releases that are to go to journalists, and when.",
)

channel_packs = Table(
    "channel_packs",
    metadata,
    _id(),
    Column("channel", String(40), nullable=False, comment="its key in the configuration"),
    Column("issue", ForeignKey("issues.id"), nullable=False, index=True),
    Column("language", String(40), nullable=False, comment="BCP 47"),
    Column("articles", JSON, nullable=False, comment="the numbers of the articles in it"),
    Column("digest", String(64), nullable=False, comment="of the issue's editions as they were then"),
    Column("state", String(12), nullable=False, comment="see mailer/model/channels.py TRANSITIONS"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String(320), nullable=False, comment="the account at the command line"),
    Column("address", String(320), nullable=False, comment="who was mailed it; empty if nobody was"),
    Column("files", Integer, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("appears", String(200), nullable=False, comment="where and when it appears, as somebody said"),
    Column("place", String(200), nullable=False, comment="the page, or the address"),
    Column("changes", String(200), nullable=False, comment="what they say that they have changed"),
    Column("reminded_at", UtcDateTime),
    comment="Articles of issues as they were given to publications of others, and what came of it.",
)

assignments = Table(
    "assignments",
    metadata,
    _id(),
    Column("event", ForeignKey("events.id"), nullable=False, index=True),
    Column("presenter", ForeignKey("presenters.id"), nullable=False, index=True),
    Column("state", String(10), nullable=False, comment="see mailer/model/assignments.py TRANSITIONS"),
    Column("points", Integer, nullable=False, comment="of the ranking when they were asked"),
    Column("following", JSON, nullable=False, comment="presenters who are asked if this one does not come"),
    Column("sequence", Integer, nullable=False, comment="of the event when they were told of it last"),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Column("due_at", UtcDateTime, index=True, comment="when the next step is due"),
    Column("reminders", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    comment="Presenters who were asked to events.",
)

event_reports = Table(
    "event_reports",
    metadata,
    Column("id", Id, primary_key=True, comment="the number that people read"),
    Column("event", ForeignKey("events.id"), nullable=False, index=True),
    Column("assignment", ForeignKey("assignments.id"), nullable=False, unique=True),
    Column("values", JSON, nullable=False, comment="by the keys of the questionnaire"),
    Column("words", Text, nullable=False, comment="what was written besides the lines"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("raw", LargeBinary, nullable=False, comment="the original mail; empty once it is erased"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True, comment="the number that people read"),
    Column("publication", String(64), nullable=False, comment="its key"),
    Column("number", Integer, comment="of the issue; null for none yet"),
    Column("title", String(300), nullable=False, comment="as it was asked for"),
    Column("words", Integer, nullable=False, comment="the length that was asked for; 0 for none"),
    Column("due", Date, comment="when the text is wanted"),
    Column("address", String(320), nullable=False, comment="the author's"),
    Column("address_key", String(320), nullable=False, index=True, comment="the same for all aliases of the author"),
    Column("name", String(200), nullable=False),
    Column("contact", ForeignKey("contacts.id"), index=True),
    Column("language", String(40), nullable=False, comment="of mails to the author (BCP 47)"),
    Column("brief", Text, nullable=False, comment="what is wanted"),
    Column("state", String(12), nullable=False, comment="see mailer/model/articles.py TRANSITIONS"),
    Column("unasked", Boolean, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("remind_at", UtcDateTime, index=True, comment="when the author is reminded next"),
    Column("reminders", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_articles_issue", "publication", "number"),
    comment="Articles that are written by mail.",
)

article_deliveries = Table(
    "article_deliveries",
    metadata,
    _id(),
    Column("article", ForeignKey("articles.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False, comment="text, correction or words"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("title", String(300), nullable=False, comment="as the text has it"),
    Column("markdown", Text, nullable=False),
    Column("losses", JSON, nullable=False, comment="what the conversion lost, as phrases"),
    Column("beside", Text, nullable=False, comment="what was written to the editors"),
    Column("proof", Integer, nullable=False, comment="the number of the proof that is corrected, or 0"),
    Column("corrections", JSON, nullable=False, comment="other words, by the number of the paragraph"),
    Column("applied_at", UtcDateTime, comment="when they were written into the issue's folder"),
    Column("raw", LargeBinary, nullable=False, comment="the original mail; empty once it is erased"),
    comment="What authors sent.",
)

article_pictures = Table(
    "article_pictures",
    metadata,
    _id(),
    Column("article", ForeignKey("articles.id"), nullable=False, index=True),
    Column("delivery", ForeignKey("article_deliveries.id"), nullable=False, index=True),
    Column("name", String(64), nullable=False, comment="of the file in the issue's folder"),
    Column("called", String(200), nullable=False, comment="as its author called the file"),
    Column("media_type", String(20), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("alt", String(300), nullable=False),
    Column("caption", String(300), nullable=False),
    Column("credit", String(300), nullable=False),
    Column("data", LargeBinary, nullable=False, comment="empty once it is erased"),
    comment="Pictures that authors sent.",
)

article_proofs = Table(
    "article_proofs",
    metadata,
    _id(),
    Column("article", ForeignKey("articles.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False, comment="from 1, for each article"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the words"),
    Column("units", JSON, nullable=False, comment="the numbered texts that the author was shown"),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("agreed_at", UtcDateTime, comment="when the author said yes to exactly these words"),
    comment="Articles as their authors were shown them.",
)

document_versions = Table(
    "document_versions",
    metadata,
    _id(),
    Column("document", String(64), nullable=False, comment="its key, the name of its folder"),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    Column("kind", String(20), nullable=False, comment="as policies name it"),
    Column("language", String(40), nullable=False, comment="BCP 47"),
    Column("title", String(300), nullable=False),
    Column("state", String(12), nullable=False, comment="see mailer/model/library.py TRANSITIONS"),
    Column("publish", String(20), nullable=False, comment="when granted, or by command"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of all that a grant covers"),
    Column("authors", JSON, nullable=False, comment="whose own text it is, as it was written"),
    Column("translates", String(20), nullable=False, comment="the original's version; empty for an original"),
    Column("translator", String(300), nullable=False, comment="may be empty"),
    Column("publisher", String(300), nullable=False, comment="empty: the office"),
    Column("not_before", Date, comment="before this day it is not published"),
    Column("waits_for", String(300), nullable=False, comment="what has to be there first; may be empty"),
    Column("embargo", UtcDateTime, comment="before this time nothing of it goes out"),
    Column("changes", JSON, nullable=False, comment="what has changed since the version before, a sentence each"),
    Column("markdown", Text, nullable=False, comment="what its authors wrote"),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("replaces", String(20), nullable=False, comment="the version published then, or empty"),
    Column("built_at", UtcDateTime, nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("published_at", UtcDateTime),
    Column("ended_at", UtcDateTime, comment="when a newer one took its place, or it was withdrawn"),
    Column("replaced_at", UtcDateTime, comment="when the same number was built with other bytes"),
    Index("ix_document_versions_number", "document", "major", "minor"),
    comment="Versions of the documents in the library, each frozen as it was built.",
)

document_files = Table(
    "document_files",
    metadata,
    _id(),
    Column("version", ForeignKey("document_versions.id"), nullable=False),
    Column("name", String(300), nullable=False, comment="within the document's folder"),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("version", "name"),
    comment="The folder of each version of a document, as it was built.",
)

link_checks = Table(
    "link_checks",
    metadata,
    _id(),
    Column("url", String(300), nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False, comment="when it was asked last"),
    Column("answer", String(100), nullable=False, comment="what came of it, in words"),
    Column("failures", Integer, nullable=False, comment="how often in a row it did not answer"),
    comment="Addresses in the published list of links, and whether they answer.",
)

faq_entries = Table(
    "faq_entries",
    metadata,
    _id(),
    Column("version", ForeignKey("document_versions.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="its place in the document, from 1 on"),
    Column("terms", Text, nullable=False, comment="the stems of all its words, each once, with blanks between them"),
    Column("questions", JSON, nullable=False, comment="the stems of its question, and of each other way to ask it"),
    Column("answer", JSON, nullable=False, comment="the stems of its answer"),
    UniqueConstraint("version", "number"),
    comment="The words of published questions and answers. A full-text index of the migration is over the terms.",
)

staff_notices = Table(
    "staff_notices",
    metadata,
    _id(),
    Column("addressee", String(320), nullable=False, comment="who was sent it, and alone may answer it"),
    Column("address_key", String(320), nullable=False, comment="the same for all aliases of the addressee"),
    Column("staff", Boolean, nullable=False, comment="whether it was sent to them as secretary or editor"),
    Column("kind", String(20), nullable=False, comment="see mailer/staff_replies.py KINDS"),
    Column("subject", Id, nullable=False, comment="the id of what it is about; each kind has its own ids"),
    Column("state", String(200), nullable=False, comment="of the subject when it was written, and when it is answered"),
    Column("about", String(200), nullable=False, comment="what people call the subject; may be empty"),
    Column("cause", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("spent_at", UtcDateTime, comment="when it was answered; its token is good once"),
    UniqueConstraint("cause", "address_key"),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    Column("list", ForeignKey("lists.key"), nullable=False),
    Column("key", String(320), nullable=False, index=True, comment="the address, case folded"),
    Column("address", String(320), nullable=False),
    Column("details", JSON, nullable=False, comment="as the invitation offers them"),
    Column("by", String(320), nullable=False, comment="who invited: an account, or an address"),
    Column("again", Text, nullable=False, comment="why somebody is invited once more; may be empty"),
    Column("nominator", String(320), nullable=False, comment="the address of who proposed it; may be empty"),
    Column("nominator_name", String(200), nullable=False, comment="what the invitation calls them; empty: nothing"),
    Column("submission", Id, comment="the nomination, null if there is none"),
    Column("state", String(12), nullable=False, comment="see mailer/model/invitations.py TRANSITIONS"),
    Column("times", Integer, nullable=False, comment="how often it was written"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, comment="when it is written, again, or over; null if nothing follows"),
    Column("asked_at", UtcDateTime, comment="when it was written last"),
    Column("decided_at", UtcDateTime),
    Column("told", String(12), nullable=False, comment="the last state that its nominator heard of"),
    Index("ix_invitations_state_next_at", "state", "next_at"),
    comment="Who was invited to a list, by whom, and what came of it.",
)

uninvited = Table(
    "uninvited",
    metadata,
    Column("fingerprint", String(64), primary_key=True, comment="keyed hash of an address that wants no invitation"),
    Column("at", UtcDateTime, nullable=False),
)

nomination_calls = Table(
    "nomination_calls",
    metadata,
    _id(),
    Column("list", ForeignKey("lists.key"), nullable=False, comment="whose members are asked for nominations"),
    Column("by", String(320), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("asked", Integer, nullable=False, comment="how many were asked so far"),
    Column("ended_at", UtcDateTime, comment="when the last of them was asked"),
    comment="Calls for nominations.",
)

questions = Table(
    "questions",
    metadata,
    _id(),
    Column("addressee", String(320), nullable=False, comment="who was asked"),
    Column("address_key", String(320), nullable=False, index=True, comment="the same for all aliases of the addressee"),
    Column("contact", ForeignKey("contacts.id"), index=True, comment="null if the address was no contact"),
    Column("kind", String(40), nullable=False, comment="see mailer/question_replies.py QUESTIONS"),
    Column("subject", Id, nullable=False, comment="the id of what it is about; each kind has its own ids"),
    Column("state", String(200), nullable=False, comment="of the subject when it was asked, and when it is answered"),
    Column("about", String(200), nullable=False, comment="what people call the subject; may be empty"),
    Column("language", String(40), nullable=False),
    Column("offered", JSON, nullable=False, comment="the values of the lines to fill in, as they were sent"),
    Column("cause", String(200), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime, comment="its token is good once"),
    Column("asked_back_at", UtcDateTime, comment="when an answer was not understood"),
    UniqueConstraint("cause", "address_key"),
    Index("ix_questions_kind_subject", "kind", "subject"),
    comment="Questions to people who are not staff; a token names one by its id.",
)

question_replies = Table(
    "question_replies",
    metadata,
    _id(),
    Column("question", ForeignKey("questions.id"), nullable=False, index=True),
    Column("sender", String(320), nullable=False, comment="the address in From"),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("state", String(10), nullable=False, index=True, comment="waiting -> asked -> acted, refused"),
    Column("reason", Text, nullable=False, comment="why it is not proven"),
    Column("raw", LargeBinary, nullable=False, comment="the mail as it was received"),
    comment="Answers that nobody has proven; each is acted on if its addressee says that it is theirs.",
)

seen_signatures = Table(
    "seen_signatures",
    metadata,
    Column("signature", String(64), primary_key=True, comment="SHA-256 of a DKIM signature's octets, or of a body"),
    Column("counted_for", String(40), nullable=False, comment="what its mail answered, such as: paper 12"),
    Column("counted_at", UtcDateTime, nullable=False),
    comment="Mails that were acted on: none counts for anything else (A9, A38).",
)

mailings = Table(
    "mailings",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False, comment="see mailer/model/mailings.py MailingKind"),
    Column("subject", Id, nullable=False, comment="the id of what is sent: for kind issue, the issue's"),
    Column("publication", String(64), nullable=False, comment="those who have left it get no copy"),
    Column("lists", JSON, nullable=False, comment="those whose members have a copy in the outbox"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("paused_at", UtcDateTime, comment="while it is set, no copy is sent"),
    Column("refusal", String(12), comment="why it was paused, see mailer/model/refusals.py; null if a person did it"),
    Column("refusal_reply", Text, nullable=False, default="", comment="the relay's own words then"),
    Column("cancelled_at", UtcDateTime, comment="once it is set, no more copies are sent"),
    Column("finished_at", UtcDateTime, comment="when the last copy was settled"),
    Column("resend", String(12), comment="who gets it in the latest resend"),
    Column("resend_at", UtcDateTime, comment="when the latest resend was started"),
    Column(
        "waits",
        JSON,
        nullable=False,
        comment="translations and until when readers wait for each, in microseconds since the epoch",
    ),
    UniqueConstraint("kind", "subject"),
)

review_rounds = Table(
    "review_rounds",
    metadata,
    _id(),
    Column("list", ForeignKey("lists.key"), nullable=False),
    Column("planned_for", String(10), comment="the day that it began by: 2027-03-01; null if a person began it"),
    Column("state", String(10), nullable=False, comment="see mailer/model/reviews.py ROUNDS"),
    Column("stage", String(24), nullable=False, comment="see mailer/model/reviews.py Stage"),
    Column("stage_at", UtcDateTime, nullable=False),
    Column("cursor", Integer, comment="number of the last entry that the stage has dealt with; null: it is done"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("started_by", String(320), nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("policy", String(20), nullable=False, comment="what becomes of those who do not answer"),
    Column("publish", Boolean, nullable=False, comment="whether a version of the list is published at its end"),
    Column("ended_at", UtcDateTime),
    Column("version", String(12), nullable=False, comment="the one that was published, or empty"),
    UniqueConstraint("list", "planned_for"),
    comment="Reviews of lists.",
)

review_entries = Table(
    "review_entries",
    metadata,
    _id(),
    Column("round", ForeignKey("review_rounds.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="within the round; the secretary answers with it"),
    Column("contact", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("state", String(24), nullable=False, comment="see mailer/model/reviews.py ENTRIES"),
    Column("bounced", Boolean, nullable=False, comment="whether a mail of this round did not reach them"),
    Column("before", JSON(none_as_null=True), comment="what was known before their latest answer; an undo needs it"),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("round", "contact"),
    UniqueConstraint("round", "number"),
    comment="What became of each entry of a list in a review.",
)

WAITING = "state IN ('queued', 'deferred')"
"""Literal SQL, because a query uses a partial index only then. A row leaves this index as soon as it is claimed."""

STILL_WAITING = "state || '' IN ('queued', 'deferred')"
"""The same condition for rows that are found by their ids; the expression keeps the planner off the partial index."""

NOTED = "state NOT IN ('queued', 'sent')"
"""Literal SQL for the same reason. Few rows are in these states, so their index is small."""

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("cause", String(200), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("domain", String(255), nullable=False, comment="the recipient's"),
    Column(
        "state",
        String(10),
        nullable=False,
        comment="; ".join(f"{old} -> {', '.join(sorted(new)) or 'final'}" for old, new in TRANSITIONS.items()),
    ),
    Column("message_id", String(250), nullable=False),
    Column("payload", LargeBinary, comment="a complete service mail; null for a copy of a mailing"),
    Column("mailing", ForeignKey("mailings.id"), comment="null for service mail, which overtakes every mailing"),
    Column("contact", ForeignKey("contacts.id")),
    Column("attempts", Integer, nullable=False, default=0),
    Column("reply", Text, nullable=False, default="", comment="the relay's own words"),
    Column(
        "holder",
        String(80),
        nullable=False,
        default="",
        comment="who claimed it last; empty for the one holder of the lock",
    ),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("regardless", Boolean, comment="true: a service mail that is sent although its recipient is suppressed"),
    UniqueConstraint("cause", "recipient"),
    Index(
        "ix_outbox_waiting",
        *("mailing", "due_at", "id", "domain"),
        sqlite_where=text(WAITING),
        postgresql_where=text(WAITING),
    ),
    Index("ix_outbox_noted", "state", "mailing", sqlite_where=text(NOTED), postgresql_where=text(NOTED)),
    Index(
        "ix_outbox_service",
        "state",
        sqlite_where=text("mailing IS NULL"),
        postgresql_where=text("mailing IS NULL"),
    ),
)


refused = Table(
    "refused",
    metadata,
    _id(),
    Column("delivery", ForeignKey("outbox.id"), nullable=False, comment="whose recipient the relay refused"),
    Column("reply", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    comment="Refusals that are still to be counted against their addresses.",
)


def in_states(*states: Delivery) -> ColumnElement[bool]:
    """Whether a row of the outbox is in one of these states, written so that a query can use an index."""
    chosen = outbox.c.state.in_([state.value for state in states])
    return chosen if {Delivery.QUEUED, Delivery.SENT}.intersection(states) else and_(text(NOTED), chosen)


def has_left(contact: ColumnElement[int], publication: ColumnElement[str] | str) -> ColumnElement[bool]:
    """Whether the contact has left the publication."""
    return exists().where(opt_outs.c.contact == contact, opt_outs.c.publication == publication)


def is_paused(now: datetime) -> ColumnElement[bool]:
    """Whether no issue is sent to the contact at this time."""
    return and_(contacts.c.paused_until.is_not(None), contacts.c.paused_until > now)


def had_at_former_address(cause: str) -> ColumnElement[bool]:
    """Whether the contact was written to for this cause at an address that they had before."""
    return exists().where(
        former_addresses.c.contact == contacts.c.id,
        outbox.c.cause == cause,
        outbox.c.recipient == former_addresses.c.address,
    )


throttles = Table(
    "throttles",
    metadata,
    Column("key", String(300), primary_key=True, comment="total, relay HOST, or @DOMAIN"),
    Column(
        "since", BigInteger, comment="the first slot reserved, in microseconds since the epoch, as are all of these"
    ),
    Column("next_at", BigInteger, nullable=False, comment="the earliest next slot, by the limits that pace"),
    Column("marks", JSON, nullable=False, comment="period -> [time of the last slot, count] for each part of it"),
)

breakers = Table(
    "breakers",
    metadata,
    Column("key", String(300), primary_key=True, comment="as in throttles"),
    Column(
        "factor", Float, nullable=False, comment="the fraction of the usual rate that is left; 0 for an open breaker"
    ),
    Column("strikes", Integer, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("reply", Text, nullable=False, comment="the relay's own words"),
    Column("trying", Boolean, nullable=False, comment="whether one mail is being tried while the breaker is open"),
    Column("refusal", String(12), comment="what is refused, see mailer/model/refusals.py; null is policy"),
)

rates = Table(
    "rates",
    metadata,
    Column("key", String(300), primary_key=True, comment="as in throttles"),
    Column("per_minute", Integer, nullable=False, comment="set while running; replaces the configured rate"),
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(80), primary_key=True, comment="machine, process and a random word"),
    Column("started_at", UtcDateTime, nullable=False),
    Column(
        "seen_at", UtcDateTime, nullable=False, comment="its last sign of life; if it is long ago, the worker is dead"
    ),
    Column("doing", String(200), nullable=False),
    Column("health", JSON(none_as_null=True), comment="see mailer/model/health.py; null before it has said anything"),
)

restorations = Table(
    "restorations",
    metadata,
    _id(),
    Column("backup_at", UtcDateTime, nullable=False, comment="when the backup was made"),
    Column("restored_at", UtcDateTime, nullable=False),
    Column("secret", LargeBinary, nullable=False, comment="the token key for rows that are made from now on"),
    Column("last_ids", JSON, nullable=False, comment="purpose of a token -> the last row of its table in the backup"),
    Column("last_mail", Id, nullable=False, comment="the last row of the outbox in the backup"),
    Column("journal", JSON, nullable=False, comment="what a journal knows of the time since the backup, in order"),
    Column("journal_since", UtcDateTime, comment="when that journal begins; null if there was none"),
    Column("doubts", Integer, nullable=False, comment="mails that were not final in the backup"),
    Column("maybe_sent", JSON, nullable=False, comment="ids of issues that may have been started since the backup"),
    Column("read_again_at", UtcDateTime, comment="when the filed mail had been read again"),
    Column("resumed_at", UtcDateTime, comment="null while nothing may be sent"),
)

UNFILED = "folder IS NULL"
"""Literal SQL, because a query uses a partial index only then."""

incoming = Table(
    "incoming",
    metadata,
    _id(),
    Column("raw", LargeBinary, nullable=False, comment="as it was handed over by LMTP, with its trace fields"),
    Column("size", Integer, nullable=False, comment="octets"),
    Column("urgent", Boolean, nullable=False, comment="whether it overtakes the rest: a vote, a yes, a farewell"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("folder", String(20), comment="Processed, Refused, Attention; null while it waits to be handled"),
    Index(
        "ix_incoming_waiting",
        *("urgent", "id"),
        sqlite_where=text(UNFILED),
        postgresql_where=text(UNFILED),
    ),
    Index("ix_incoming_folder_received_at", "folder", "received_at"),
)

inbound = Table(
    "inbound",
    metadata,
    _id(),
    Column("digest", String(64), nullable=False, unique=True, comment="SHA-256 of the bytes, which are handled once"),
    Column("mailbox", String(1000), nullable=False, comment="account, server and folder"),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("intent", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("folder", String(20), comment="where it is filed; null while it stays in the inbox after a fault"),
    Column("faults", Integer, nullable=False, default=0),
    Index("ix_inbound_mailbox_uidvalidity_uid", "mailbox", "uidvalidity", "uid"),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("mail", ForeignKey("inbound.id"), primary_key=True),
    Column("raw", LargeBinary, comment="as it came; null once a person has decided and it has to be moved"),
    comment="Mail in Attention, and mail that still lies there in the mailbox.",
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(320), comment="an address, or the account at the command line; null if it was erased"),
    Column("cause", String(200), comment="the message, or the command, that caused it; null if it was erased"),
    Column("action", String(60), nullable=False),
    Column("subject", String(400), comment="null if it was erased"),
    Column("detail", JSON, nullable=False),
    Column("rows", JSON(none_as_null=True), comment="what other tables had then: row -> column -> value"),
    Column("seals", JSON, nullable=False, comment="field -> its salt, null if it was erased, and its hash"),
    Column("link", String(64), nullable=False, comment="hash of the link before and of this entry; see docs/audit.md"),
    comment="A hash chain. Append-only: triggers refuse DELETE, and any UPDATE that does more than erase.",
)
