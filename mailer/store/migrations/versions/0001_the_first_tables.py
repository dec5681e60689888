"""The first tables, and the triggers that keep the audit trail and the membership history append-only"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column(
            "actor",
            sa.String(length=320),
            nullable=True,
            comment="an address, or the account at the command line; null if it was erased",
        ),
        sa.Column(
            "cause",
            sa.String(length=200),
            nullable=True,
            comment="the message, or the command, that caused it; null if it was erased",
        ),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True, comment="null if it was erased"),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column(
            "rows",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="what other tables had then: row -> column -> value",
        ),
        sa.Column("seals", sa.JSON(), nullable=False, comment="field -> its salt, null if it was erased, and its hash"),
        sa.Column(
            "link",
            sa.String(length=64),
            nullable=False,
            comment="hash of the link before and of this entry; see docs/audit.md",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        comment="A hash chain. Append-only: triggers refuse DELETE, and any UPDATE that does more than erase.",
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "key", sa.String(length=320), nullable=False, comment="the address, case folded: one row per mailbox"
        ),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False, comment="of the address, in lower-case A-labels"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("country", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column(
            "format", sa.String(length=10), nullable=True, comment="pdf, html or text; null is the office's default"
        ),
        sa.Column(
            "published",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="what of them may be published; null: they were not asked",
        ),
        sa.Column("paused_until", TIME, nullable=True, comment="no issue is sent to them before then"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column(
            "merged_into",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the contact that it is an alias of; its key is no address then",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("key", name=op.f("uq_contacts_key")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index("ix_contacts_merged_into", ["merged_into"], unique=False)

    op.create_table(
        "incoming",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "raw",
            sa.LargeBinary(),
            nullable=False,
            comment="as it was handed over by LMTP, with its trace fields",
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="octets"),
        sa.Column(
            "urgent",
            sa.Boolean(),
            nullable=False,
            comment="whether it overtakes the rest: a vote, a yes, a farewell",
        ),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column(
            "folder",
            sa.String(length=20),
            nullable=True,
            comment="Processed, Refused, Attention; null while it waits to be handled",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
    )
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.create_index("ix_incoming_folder_received_at", ["folder", "received_at"], unique=False)
        batch_op.create_index(
            "ix_incoming_waiting",
            ["urgent", "id"],
            unique=False,
            sqlite_where=sa.text("folder IS NULL"),
            postgresql_where=sa.text("folder IS NULL"),
        )

    op.create_table(
        "inbound",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="SHA-256 of the bytes, which are handled once"
        ),
        sa.Column("mailbox", sa.String(length=1000), nullable=False, comment="account, server and folder"),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("intent", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "folder",
            sa.String(length=20),
            nullable=True,
            comment="where it is filed; null while it stays in the inbox after a fault",
        ),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("digest", name=op.f("uq_inbound_digest")),
    )
    with op.batch_alter_table("inbound", schema=None) as batch_op:
        batch_op.create_index("ix_inbound_mailbox_uidvalidity_uid", ["mailbox", "uidvalidity", "uid"], unique=False)

    op.create_table(
        "set_aside",
        sa.Column("mail", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "raw",
            sa.LargeBinary(),
            nullable=True,
            comment="as it came; null once a person has decided and it has to be moved",
        ),
        sa.ForeignKeyConstraint(["mail"], ["inbound.id"], name=op.f("fk_set_aside_mail")),
        sa.PrimaryKeyConstraint("mail", name=op.f("pk_set_aside")),
        comment="Mail in Attention, and mail that still lies there in the mailbox.",
    )
    op.create_table(
        "issues",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False, comment="see mailer/model/issues.py TRANSITIONS"),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "authors",
            sa.JSON(),
            nullable=False,
            comment="whose own text it is, names or addresses as they were written",
        ),
        sa.Column(
            "inputs", sa.JSON(), nullable=False, comment="what else decided the bytes when it was built, as digests"
        ),
        sa.Column("embargo", TIME, nullable=True, comment="before this time nothing of it goes out"),
        sa.Column("due_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
        sa.UniqueConstraint("publication", "number", name=op.f("uq_issues_publication_number")),
    )
    op.create_table(
        "lists",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lists")),
    )
    op.create_table(
        "scopes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False, comment="list or publication"),
        sa.Column("key", sa.String(length=64), nullable=False, comment="as in the configuration"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scopes")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_scopes_kind_key")),
        comment="Lists and publications; a token to leave names one by its id.",
    )
    op.create_table(
        "mailings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="see mailer/model/mailings.py MailingKind"),
        sa.Column(
            "subject",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the id of what is sent: for kind issue, the issue's",
        ),
        sa.Column("publication", sa.String(length=64), nullable=False, comment="those who have left it get no copy"),
        sa.Column("lists", sa.JSON(), nullable=False, comment="those whose members have a copy in the outbox"),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("paused_at", TIME, nullable=True, comment="while it is set, no copy is sent"),
        sa.Column(
            "refusal",
            sa.String(length=12),
            nullable=True,
            comment="why it was paused, see mailer/model/refusals.py; null if a person did it",
        ),
        sa.Column("refusal_reply", sa.Text(), nullable=False, comment="the relay's own words then"),
        sa.Column("cancelled_at", TIME, nullable=True, comment="once it is set, no more copies are sent"),
        sa.Column("finished_at", TIME, nullable=True, comment="when the last copy was settled"),
        sa.Column(
            "resend",
            sa.String(length=12),
            nullable=True,
            comment="who gets it in the latest resend",
        ),
        sa.Column("resend_at", TIME, nullable=True, comment="when the latest resend was started"),
        sa.Column(
            "waits",
            sa.JSON(),
            nullable=False,
            comment="translations and until when readers wait for each, in microseconds since the epoch",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailings")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_mailings_kind_subject")),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        comment="Keys made once: the token key.",
    )
    op.create_table(
        "suppressions",
        sa.Column(
            "key", sa.String(length=320), nullable=False, comment="an address that gets no mailings, case folded"
        ),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False, comment="see mailer/model/suppressions.py Cause"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "suppressed_domains",
        sa.Column(
            "domain",
            sa.String(length=255),
            nullable=False,
            comment="in lower-case A-labels; no address there gets mailings",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_suppressed_domains")),
    )
    op.create_table(
        "bounces",
        sa.Column(
            "key", sa.String(length=320), nullable=False, comment="an address whose mail did not arrive, case folded"
        ),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column(
            "state",
            sa.String(length=12),
            nullable=False,
            comment="see mailer/model/bounces.py TRANSITIONS; none is ok",
        ),
        sa.Column("score", sa.Float(), nullable=False, comment="as of scored_at; it halves with time"),
        sa.Column("scored_at", TIME, nullable=False),
        sa.Column("since", TIME, nullable=False, comment="when the trouble began"),
        sa.Column("changed_at", TIME, nullable=False, comment="when the state began"),
        sa.Column("next_at", TIME, nullable=True, comment="when the next step is due"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", TIME, nullable=True, comment="when it was last tried again"),
        sa.Column(
            "asks",
            sa.Boolean(),
            nullable=True,
            comment="true while the secretary is still to be asked for the right address",
        ),
        sa.Column("why", sa.String(length=20), nullable=False, comment="see mailer/model/reports.py Why"),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False, comment="the server's own words"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bounces")),
        comment="How mail fares to the addresses where not all is well.",
    )
    op.create_index(op.f("ix_bounces_next_at"), "bounces", ["next_at"], unique=False)
    op.create_table(
        "bounce_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False, comment="the address, case folded"),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("fate", sa.String(length=10), nullable=False, comment="see mailer/model/outbox.py Fate"),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce_reports")),
        comment="What servers have said of mail that did not arrive.",
    )
    op.create_index(op.f("ix_bounce_reports_key"), "bounce_reports", ["key"], unique=False)
    op.create_index("ix_bounce_reports_domain_at", "bounce_reports", ["domain", "at"], unique=False)
    op.create_table(
        "throttles",
        sa.Column("key", sa.String(length=300), nullable=False, comment="total, relay HOST, or @DOMAIN"),
        sa.Column(
            "since",
            sa.BigInteger(),
            nullable=True,
            comment="the first slot reserved, in microseconds since the epoch, as are all of these",
        ),
        sa.Column(
            "next_at", sa.BigInteger(), nullable=False, comment="the earliest next slot, by the limits that pace"
        ),
        sa.Column(
            "marks", sa.JSON(), nullable=False, comment="period -> [time of the last slot, count] for each part of it"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttles")),
    )
    op.create_table(
        "review_rounds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column(
            "planned_for",
            sa.String(length=10),
            nullable=True,
            comment="the day that it began by: 2027-03-01; null if a person began it",
        ),
        sa.Column("state", sa.String(length=10), nullable=False, comment="see mailer/model/reviews.py ROUNDS"),
        sa.Column("stage", sa.String(length=24), nullable=False, comment="see mailer/model/reviews.py Stage"),
        sa.Column("stage_at", TIME, nullable=False),
        sa.Column(
            "cursor",
            sa.Integer(),
            nullable=True,
            comment="number of the last entry that the stage has dealt with; null: it is done",
        ),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("started_by", sa.String(length=320), nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False, comment="what becomes of those who do not answer"),
        sa.Column(
            "publish", sa.Boolean(), nullable=False, comment="whether a version of the list is published at its end"
        ),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("version", sa.String(length=12), nullable=False, comment="the one that was published, or empty"),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_review_rounds_list_lists")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rounds")),
        sa.UniqueConstraint("list", "planned_for", name=op.f("uq_review_rounds_list_planned_for")),
        comment="Reviews of lists.",
    )
    op.create_table(
        "review_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="within the round; the secretary answers with it"),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False, comment="see mailer/model/reviews.py ENTRIES"),
        sa.Column("bounced", sa.Boolean(), nullable=False, comment="whether a mail of this round did not reach them"),
        sa.Column(
            "before",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="what was known before their latest answer; an undo needs it",
        ),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_review_entries_contact_contacts")),
        sa.ForeignKeyConstraint(["round"], ["review_rounds.id"], name=op.f("fk_review_entries_round_review_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_entries")),
        sa.UniqueConstraint("round", "contact", name=op.f("uq_review_entries_round_contact")),
        sa.UniqueConstraint("round", "number", name=op.f("uq_review_entries_round_number")),
        comment="What became of each entry of a list in a review.",
    )
    op.create_index(op.f("ix_review_entries_contact"), "review_entries", ["contact"], unique=False)
    op.create_table(
        "restorations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("backup_at", TIME, nullable=False, comment="when the backup was made"),
        sa.Column("restored_at", TIME, nullable=False),
        sa.Column(
            "secret",
            sa.LargeBinary(),
            nullable=False,
            comment="the token key for rows that are made from now on",
        ),
        sa.Column(
            "last_ids",
            sa.JSON(),
            nullable=False,
            comment="purpose of a token -> the last row of its table in the backup",
        ),
        sa.Column(
            "last_mail",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the last row of the outbox in the backup",
        ),
        sa.Column(
            "journal",
            sa.JSON(),
            nullable=False,
            comment="what a journal knows of the time since the backup, in order",
        ),
        sa.Column("journal_since", TIME, nullable=True, comment="when that journal begins; null if there was none"),
        sa.Column("doubts", sa.Integer(), nullable=False, comment="mails that were not final in the backup"),
        sa.Column(
            "maybe_sent",
            sa.JSON(),
            nullable=False,
            comment="ids of issues that may have been started since the backup",
        ),
        sa.Column("read_again_at", TIME, nullable=True, comment="when the filed mail had been read again"),
        sa.Column("resumed_at", TIME, nullable=True, comment="null while nothing may be sent"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restorations")),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=80), nullable=False, comment="machine, process and a random word"),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column(
            "seen_at",
            TIME,
            nullable=False,
            comment="its last sign of life; if it is long ago, the worker is dead",
        ),
        sa.Column("doing", sa.String(length=200), nullable=False),
        sa.Column(
            "health",
            sa.JSON(),
            nullable=True,
            comment="see mailer/model/health.py; null before it has said anything",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_table(
        "breakers",
        sa.Column("key", sa.String(length=300), nullable=False, comment="as in throttles"),
        sa.Column(
            "factor",
            sa.Float(),
            nullable=False,
            comment="the fraction of the usual rate that is left; 0 for an open breaker",
        ),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("reply", sa.Text(), nullable=False, comment="the relay's own words"),
        sa.Column(
            "trying", sa.Boolean(), nullable=False, comment="whether one mail is being tried while the breaker is open"
        ),
        sa.Column(
            "refusal",
            sa.String(length=12),
            nullable=True,
            comment="what is refused, see mailer/model/refusals.py; null is policy",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_breakers")),
    )
    op.create_table(
        "criteria_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="disclosure or feedback"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, ... of its kind"),
        sa.Column("language", sa.String(length=35), nullable=False, comment="of its three forms"),
        sa.Column("document", sa.JSON(), nullable=False, comment="its clauses as values, see mailer/model/criteria.py"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of its three forms"),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column(
            "comparison",
            sa.LargeBinary(),
            nullable=True,
            comment="a PDF that marks what differs from the version in force; null if none was",
        ),
        sa.Column(
            "replaces",
            sa.Integer(),
            nullable=False,
            comment="the number of the version that was in force; 0 if none was",
        ),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.Column("adopted_at", TIME, nullable=True, comment="null until a board has granted it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_versions")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_criteria_versions_kind_number")),
    )
    op.create_table(
        "rates",
        sa.Column("key", sa.String(length=300), nullable=False, comment="as in throttles"),
        sa.Column(
            "per_minute", sa.Integer(), nullable=False, comment="set while running; replaces the configured rate"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rates")),
    )
    op.create_table(
        "ballots",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 over all that decides the bytes"),
        sa.Column("forms", sa.JSON(), nullable=False, comment="what the digest covers, see mailer/model/forms.py"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of its subject: 1, 2, …"),
        sa.Column("note", sa.Text(), nullable=False, comment="what changed since the revision before, and why"),
        sa.Column("policy", sa.String(length=64), nullable=False, comment="its key in the configuration"),
        sa.Column("board", sa.String(length=64), nullable=False, comment="the list whose members vote"),
        sa.Column(
            "terms",
            sa.JSON(),
            nullable=False,
            comment="of the policy when it was opened; see model/policies.py Terms",
        ),
        sa.Column("lists", sa.JSON(), nullable=False, comment="list -> its version when the ballot was opened"),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("deadline", TIME, nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False, comment="how often the deadline was extended"),
        sa.Column("reminded_at", TIME, nullable=True, comment="when those who had not voted were reminded last"),
        sa.Column("outcome", sa.String(length=10), nullable=False, comment="see mailer/model/approvals.py TRANSITIONS"),
        sa.ForeignKeyConstraint(["board"], ["lists.key"], name=op.f("fk_ballots_board")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
    )
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.create_index("ix_ballots_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="as in issues.source_digest"),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_sources_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("issue", "digest", name=op.f("uq_sources_issue_digest")),
        comment="What an issue was built from: a translation is made from it, whatever becomes of the folder.",
    )
    op.create_table(
        "source_files",
        sa.Column("source", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False, comment="in the issue's folder"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name=op.f("fk_source_files_source")),
        sa.PrimaryKeyConstraint("source", "name", name=op.f("pk_source_files")),
    )
    op.create_table(
        "translations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False, comment="BCP 47, of the edition"),
        sa.Column(
            "contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="the translator"
        ),
        sa.Column(
            "address",
            sa.String(length=320),
            nullable=False,
            comment="that the copy went to; replies count from it alone",
        ),
        sa.Column("credit", sa.String(length=400), nullable=False, comment="the translator, as readers are told"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="see mailer/model/editions.py TRANSITIONS"),
        sa.Column("form", sa.String(length=4), nullable=False, comment="of the translator's copy: text, odt or docx"),
        sa.Column(
            "source",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="what it is made from; null while it is only wished for",
        ),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True, comment="when the translator is reminded, or the secretary is told"),
        sa.Column("reminded_at", TIME, nullable=True),
        sa.Column("ready_at", TIME, nullable=True, comment="when it became whole, while its proof is still to be made"),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often that proof was begun"),
        sa.Column("proof", sa.Integer(), nullable=False, comment="the number of the newest proof"),
        sa.Column("title", sa.String(length=400), nullable=False, comment="of the issue, as of the newest proof"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_translations_contact")),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_translations_issue")),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name=op.f("fk_translations_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translations")),
        comment="Issues on their way into another language; a person translates each.",
    )
    with op.batch_alter_table("translations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_translations_issue"), ["issue"], unique=False)

    op.create_table(
        "translated_paragraphs",
        sa.Column("translation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="as it came back last"),
        sa.Column("at", TIME, nullable=False),
        sa.Column(
            "as_written",
            sa.Boolean(),
            nullable=False,
            comment="its numbers and names differ, and its translator stands by it",
        ),
        sa.ForeignKeyConstraint(
            ["translation"], ["translations.id"], name=op.f("fk_translated_paragraphs_translation")
        ),
        sa.PrimaryKeyConstraint("translation", "number", name=op.f("pk_translated_paragraphs")),
    )
    op.create_table(
        "changed_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("translation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the paragraph"),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("now", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=4), nullable=False, comment="of an editor: open -> yes, no"),
        sa.Column("stands", sa.Boolean(), nullable=False, comment="whether the paragraph still has it"),
        sa.ForeignKeyConstraint(["translation"], ["translations.id"], name=op.f("fk_changed_links_translation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_links")),
    )
    with op.batch_alter_table("changed_links", schema=None) as batch_op:
        batch_op.create_index("ix_changed_links_translation", ["translation"], unique=False)

    op.create_table(
        "edition_wishes",
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_edition_wishes_contact")),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_edition_wishes_issue")),
        sa.PrimaryKeyConstraint("issue", "language", "contact", name=op.f("pk_edition_wishes")),
        comment="Readers who asked for an edition that was not there yet.",
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "translation",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="that it is a proof of; null: the issue's own",
        ),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "superseded_at", TIME, nullable=True, comment="null is the current one, which readers of its language get"
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("wording", sa.JSON(), nullable=False, comment="see mailer/model/issues.py Wording"),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_editions_issue")),
        sa.ForeignKeyConstraint(["translation"], ["translations.id"], name=op.f("fk_editions_translation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    with op.batch_alter_table("editions", schema=None) as batch_op:
        current = sa.text("superseded_at IS NULL")
        batch_op.create_index(batch_op.f("ix_editions_translation"), ["translation"], unique=False)
        batch_op.create_index(
            "ix_editions_current",
            ["issue", "language"],
            unique=True,
            sqlite_where=current,
            postgresql_where=current,
        )

    op.create_table(
        "memberships",
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "standing",
            sa.String(length=10),
            nullable=False,
            comment="active, left (an import does not undo it), removed",
        ),
        sa.Column("since", TIME, nullable=False),
        sa.Column(
            "until",
            sa.Date(),
            nullable=True,
            comment="the last day, by the office's clock; null: it does not end by itself",
        ),
        sa.Column("told", sa.Date(), nullable=True, comment="the last day that its member has been told of"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_memberships_contact")),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_memberships_list")),
        sa.PrimaryKeyConstraint("list", "contact", name=op.f("pk_memberships")),
        comment="The current standing of each member; membership_changes has the history.",
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_contact", ["contact"], unique=False)
        batch_op.create_index("ix_memberships_until", ["until"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False, comment="see mailer/model/organisations.py name_key"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("country", sa.String(length=200), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("website", sa.String(length=400), nullable=False),
        sa.Column(
            "reach",
            sa.String(length=400),
            nullable=False,
            comment="how far its own network reaches, in its own words",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="the secretary's own"),
        sa.Column(
            "nominated_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the contact who proposed it",
        ),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=True, comment="when it was last said that all of it is right"),
        sa.Column(
            "merged_into",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the organisation that it is another name of",
        ),
        sa.ForeignKeyConstraint(["nominated_by"], ["contacts.id"], name=op.f("fk_organisations_nominated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index("ix_organisations_key", ["key"], unique=False)
        batch_op.create_index("ix_organisations_merged_into", ["merged_into"], unique=False)

    op.create_table(
        "merges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="contact or organisation"),
        sa.Column("kept", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "gone",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the other one, which is an alias now",
        ),
        sa.Column("at", TIME, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("before", sa.JSON(), nullable=False, comment="what undoes it, see mailer/model/merging.py Before"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        comment="Two contacts, or two organisations, that were one.",
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index("ix_merges_kept", ["kept"], unique=False)

    op.create_table(
        "organisation_contacts",
        sa.Column(
            "contact",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="a mailbox speaks for one organisation",
        ),
        sa.Column("organisation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "rank",
            sa.Integer(),
            nullable=False,
            comment="1 is asked first, 2 is the second contact, and so on",
        ),
        sa.Column("since", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_organisation_contacts_contact")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name=op.f("fk_organisation_contacts_organisation")
        ),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_organisation_contacts")),
    )
    with op.batch_alter_table("organisation_contacts", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_contacts_organisation", ["organisation"], unique=False)

    op.create_table(
        "presenters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False, comment="BCP 47, the best one first"),
        sa.Column("regions", sa.JSON(), nullable=False, comment="UN M49 codes, or countries"),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("experience", sa.Text(), nullable=False),
        sa.Column("busy", sa.JSON(), nullable=False, comment="when not: days, or first/last"),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False, comment="see mailer/model/presenters.py TRANSITIONS"),
        sa.Column("scope", sa.String(length=20), nullable=False, comment="the version that they agreed to"),
        sa.Column("registered_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("approved_at", TIME, nullable=True),
        sa.Column("given", sa.String(length=200), nullable=False, comment="the documents that they got last"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_presenters_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presenters")),
        sa.UniqueConstraint("contact", name=op.f("uq_presenters_contact")),
        comment="Volunteers who speak at events. An address is here once it has been confirmed.",
    )
    op.create_table(
        "presenter_calls",
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("never", sa.Boolean(), nullable=False, comment="whether they want to be asked never again"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_presenter_calls_contact")),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_presenter_calls")),
        comment="Who was asked to register as a presenter.",
    )
    op.create_table(
        "member_keys",
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False, comment="of the primary key, in lower case"),
        sa.Column(
            "certificate",
            sa.LargeBinary(),
            nullable=False,
            comment="the public key as it was enrolled, without armour",
        ),
        sa.Column("enrolled_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_member_keys_contact")),
        sa.PrimaryKeyConstraint("contact", "fingerprint", name=op.f("pk_member_keys")),
        comment="OpenPGP keys whose signatures prove what a member writes.",
    )
    op.create_table(
        "absences",
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("noted_at", TIME, nullable=False),
        sa.Column(
            "until", TIME, nullable=True, comment="null: an automatic reply said so, and nobody has said until when"
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="an account, or the beginning of the automatic reply"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_absences_contact")),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_absences")),
        comment="Members of boards who are away.",
    )
    op.create_table(
        "former_addresses",
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "key",
            sa.String(length=320),
            nullable=False,
            comment="an address that the contact had before, case folded",
        ),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_former_addresses_contact")),
        sa.PrimaryKeyConstraint("contact", "key", name=op.f("pk_former_addresses")),
        comment="Who had another address: their lists and wishes stayed with them.",
    )
    with op.batch_alter_table("former_addresses", schema=None) as batch_op:
        batch_op.create_index("ix_former_addresses_key", ["key"], unique=False)

    op.create_table(
        "membership_changes",
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="counts the list's changes from 1",
        ),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False, comment="the new one, as in memberships"),
        sa.Column("at", TIME, nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False, comment="as in audit"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_membership_changes_contact")),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_membership_changes_list")),
        sa.PrimaryKeyConstraint("list", "version", name=op.f("pk_membership_changes")),
        comment="Append-only: triggers refuse UPDATE and DELETE.",
    )
    op.create_table(
        "details_before",
        sa.Column("cause", sa.String(length=200), nullable=False, comment="of the import, as in membership_changes"),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False, comment="what the import has changed, as it was"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_details_before_contact")),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_details_before_list")),
        sa.PrimaryKeyConstraint("cause", "contact", name=op.f("pk_details_before")),
        comment="What the last import of each list has changed beside the list itself, so that it can be undone.",
    )
    with op.batch_alter_table("details_before", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_details_before_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_details_before_list"), ["list"], unique=False)

    op.create_table(
        "list_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column(
            "changes",
            sa.Integer(),
            nullable=False,
            comment="membership_changes.version of the last one that it contains",
        ),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column(
            "document",
            sa.JSON(),
            nullable=False,
            comment="its entries as values, see mailer/model/list_documents.py",
        ),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of these values"),
        sa.Column("entries", sa.Integer(), nullable=False, comment="how many there are"),
        sa.Column(
            "forms", sa.String(length=64), nullable=False, comment="SHA-256 of its files; empty while it has none"
        ),
        sa.Column("pages", sa.Integer(), nullable=False, comment="of its PDF"),
        sa.Column("exported_at", TIME, nullable=True, comment="when its files were first written for the outside"),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was withdrawn"),
        sa.Column(
            "erased_at",
            TIME,
            nullable=True,
            comment="when its files were erased, because somebody in it was forgotten",
        ),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_list_versions_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_versions")),
        sa.UniqueConstraint("list", "major", "minor", name=op.f("uq_list_versions_list_major_minor")),
        comment="Published versions of lists.",
    )
    op.create_table(
        "list_version_files",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "ending",
            sa.String(length=8),
            nullable=False,
            comment="of the file's name: html, txt, pdf, csv, ics, vcf",
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["list_versions.id"], name=op.f("fk_list_version_files_version")),
        sa.PrimaryKeyConstraint("version", "ending", name=op.f("pk_list_version_files")),
        comment="The forms of a published version, frozen.",
    )
    op.create_table(
        "list_version_contacts",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["list_versions.id"], name=op.f("fk_list_version_contacts_version")),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_list_version_contacts_contact")),
        sa.PrimaryKeyConstraint("version", "contact", name=op.f("pk_list_version_contacts")),
        comment="Whose own data a published version shows.",
    )
    with op.batch_alter_table("list_version_contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_version_contacts_contact"), ["contact"], unique=False)

    op.create_table(
        "opt_outs",
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "publication",
            sa.String(length=64),
            nullable=False,
            comment="they do not get it, whatever lists they are on",
        ),
        sa.Column("since", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_opt_outs_contact")),
        sa.PrimaryKeyConstraint("contact", "publication", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "departures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publications", sa.JSON(), nullable=False),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.Column("left_at", TIME, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_departures_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departures")),
        comment="What somebody left at once; a token to come back names it by its id.",
    )
    op.create_index(op.f("ix_departures_contact"), "departures", ["contact"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False, comment="the recipient's"),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment=(
                "queued -> in doubt, sending, suppressed; deferred -> failed, in doubt, sending, suppressed; "
                "sending -> deferred, failed, in doubt, sent; in doubt -> failed, queued, sent; sent -> failed; "
                "failed -> queued; suppressed -> final"
            ),
        ),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column(
            "payload", sa.LargeBinary(), nullable=True, comment="a complete service mail; null for a copy of a mailing"
        ),
        sa.Column(
            "mailing",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null for service mail, which overtakes every mailing",
        ),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False, comment="the relay's own words"),
        sa.Column(
            "holder",
            sa.String(length=80),
            nullable=False,
            comment="who claimed it last; empty for the one holder of the lock",
        ),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column(
            "regardless",
            sa.Boolean(),
            nullable=True,
            comment="true: a service mail that is sent although its recipient is suppressed",
        ),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_outbox_contact")),
        sa.ForeignKeyConstraint(["mailing"], ["mailings.id"], name=op.f("fk_outbox_mailing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("cause", "recipient", name=op.f("uq_outbox_cause_recipient")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        waiting = sa.text("state IN ('queued', 'deferred')")
        batch_op.create_index(
            "ix_outbox_waiting",
            ["mailing", "due_at", "id", "domain"],
            unique=False,
            sqlite_where=waiting,
            postgresql_where=waiting,
        )
        noted = sa.text("state NOT IN ('queued', 'sent')")
        batch_op.create_index(
            "ix_outbox_noted", ["state", "mailing"], unique=False, sqlite_where=noted, postgresql_where=noted
        )
        service = sa.text("mailing IS NULL")
        batch_op.create_index(
            "ix_outbox_service",
            ["state"],
            unique=False,
            sqlite_where=service,
            postgresql_where=service,
        )

    op.create_table(
        "refused",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "delivery",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="whose recipient the relay refused",
        ),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["outbox.id"], name=op.f("fk_refused_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused")),
        comment="Refusals that are still to be counted against their addresses.",
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False, comment="lines that were not understood"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_requests_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_key"), ["key"], unique=False)

    op.create_table(
        "answer_counts",
        sa.Column("key", sa.String(length=400), nullable=False, comment="see mailer/model/caps.py"),
        sa.Column(
            "period",
            sa.String(length=13),
            nullable=False,
            comment="a day or an hour (UTC): 2026-11-28, 2026-11-28T13",
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "period", name=op.f("pk_answer_counts")),
        comment="How often the office has answered, so that caps outlive a restart.",
    )
    with op.batch_alter_table("answer_counts", schema=None) as batch_op:
        batch_op.create_index("ix_answer_counts_period", ["period"], unique=False)

    op.create_table(
        "held_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("about", sa.String(length=400), nullable=False, comment="what it would have said, in a line"),
        sa.Column("held_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_notices")),
        comment="Notices to staff that were not written in a flood; one mail lists them.",
    )

    op.create_table(
        "confirmations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked", sa.String(length=10), nullable=False, comment="see mailer/model/confirmations.py Asked"),
        sa.Column(
            "contact",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null if nobody has the address that was named",
        ),
        sa.Column("address", sa.String(length=320), nullable=False, comment="who is asked"),
        sa.Column("wanted", sa.JSON(), nullable=False, comment="what changes with a yes"),
        sa.Column(
            "partner",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="another confirmation that needs a yes, too",
        ),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False, comment="open -> yes, no, superseded"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_confirmations_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        comment="What people were asked to confirm by reply; a token names one by its id.",
    )
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmations_contact"), ["contact"], unique=False)

    op.create_table(
        "visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wanted", sa.String(length=12), nullable=False, comment="see mailer/model/visits.py Wanted"),
        sa.Column(
            "address",
            sa.String(length=320),
            nullable=False,
            comment="which a visitor has given; it may be anybody's",
        ),
        sa.Column(
            "address_key", sa.String(length=320), nullable=False, comment="see mailer/message.py Address.base_key"
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False, comment="by the keys of the form"),
        sa.Column("asked_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        comment="What visitors of the web pages asked for, until the next tick handles it.",
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index("ix_visits_address_key", ["address_key"], unique=False)

    op.create_table(
        "page_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("opened_at", TIME, nullable=True, comment="when it was spent, by a POST"),
        sa.Column("session", sa.String(length=64), nullable=False, comment="a keyed hash of the secret of its session"),
        sa.Column("ended_at", TIME, nullable=True, comment="when they logged out"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_page_links_contact_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_links")),
        comment="Links that were mailed to people, and that open their preferences once.",
    )
    with op.batch_alter_table("page_links", schema=None) as batch_op:
        batch_op.create_index("ix_page_links_contact", ["contact"], unique=False)
        batch_op.create_index("ix_page_links_session", ["session"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="what is proposed: event, presenter"),
        sa.Column("address", sa.String(length=320), nullable=False, comment="who proposes it; empty once it is erased"),
        sa.Column(
            "address_key", sa.String(length=320), nullable=False, comment="see mailer/message.py Address.base_key"
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False, comment="by the keys of the questionnaire"),
        sa.Column("beside", sa.Text(), nullable=False, comment="what they wrote beside the lines"),
        sa.Column(
            "raw",
            sa.LargeBinary(),
            nullable=True,
            comment="the newest mail with attachments, if it was proven and is not too large",
        ),
        sa.Column("state", sa.String(length=10), nullable=False, comment="see mailer/model/submissions.py TRANSITIONS"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="grows with each correction"),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("decided_at", TIME, nullable=True, comment="when it was accepted, declined, withdrawn or expired"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        comment="What was proposed by mail, until a person has decided on it.",
    )
    op.create_index(op.f("ix_submissions_address_key"), "submissions", ["address_key"], unique=False)
    op.create_index("ix_submissions_state_asked_at", "submissions", ["state", "asked_at"], unique=False)
    op.create_table(
        "forgotten",
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="keyed hash of an address: all that is kept of it",
        ),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "feedback",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the number that people read",
        ),
        sa.Column(
            "key",
            sa.String(length=320),
            nullable=False,
            comment="the asker's mailbox: without a detail, case folded",
        ),
        sa.Column("address", sa.String(length=320), nullable=False, comment="answers go to it and to no other"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("publication", sa.String(length=64), nullable=False, comment="that it is about, or empty"),
        sa.Column("issue", sa.Integer(), nullable=True, comment="the number of the issue that it replies to"),
        sa.Column("lists", sa.JSON(), nullable=False, comment="those that the asker was on"),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="see mailer/model/feedback.py TRANSITIONS"),
        sa.Column("assignee", sa.String(length=320), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("staff", sa.JSON(), nullable=False, comment="addresses of those who get it"),
        sa.Column(
            "through",
            sa.String(length=320),
            nullable=False,
            comment="the member body that is asked for a comment, or empty",
        ),
        sa.Column("may_name", sa.Boolean(), nullable=False, comment="whether the member body may know who wrote"),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("written_at", TIME, nullable=False, comment="when the asker wrote last"),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_feedback_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        comment="What people write to the office.",
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_state"), ["state"], unique=False)

    op.create_table(
        "feedback_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="see mailer/model/feedback.py EntryKind"),
        sa.Column("author", sa.String(length=320), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="without what it quotes"),
        sa.Column("message_id", sa.String(length=998), nullable=False),
        sa.Column("references", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why its words went to nobody"),
        sa.Column("raw", sa.LargeBinary(), nullable=False, comment="the original mail; empty for what no mail brought"),
        sa.ForeignKeyConstraint(["item"], ["feedback.id"], name=op.f("fk_feedback_entries_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_entries")),
        comment="The history of each item: mails, answers, comments.",
    )
    with op.batch_alter_table("feedback_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_entries_item"), ["item"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_entries_message_id"), ["message_id"], unique=False)

    op.create_table(
        "feedback_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="its place among the parts of the original mail"),
        sa.Column("name", sa.Text(), nullable=False, comment="as its sender calls it; never used as a file name (C6)"),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["feedback_entries.id"], name=op.f("fk_feedback_files_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_files")),
        comment="The attachments of mails that are kept; their content is in the mail.",
    )
    with op.batch_alter_table("feedback_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_files_entry"), ["entry"], unique=False)

    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 over all that decides the bytes"),
        sa.Column("forms", sa.JSON(), nullable=False, comment="what the digest covers, see mailer/model/forms.py"),
        sa.Column("ballot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "lists",
            sa.JSON(),
            nullable=False,
            comment="list -> the version that was pinned, or whose members a person has agreed to since",
        ),
        sa.Column("seen_at", TIME, nullable=False, comment="when the lists had these versions"),
        sa.Column("granted_at", TIME, nullable=False),
        sa.Column("voided_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["ballot"], ["ballots.id"], name=op.f("fk_grants_ballot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_table(
        "papers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ballot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "excused",
            sa.String(length=10),
            nullable=False,
            comment="empty, own text (no vote) or away (a substitute is asked)",
        ),
        sa.Column(
            "stands_for",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the member whose substitute this contact is",
        ),
        sa.Column(
            "address_key",
            sa.String(length=320),
            nullable=False,
            comment="of the contact when it was asked; with another one it does not count, and gets another paper",
        ),
        sa.Column("asked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["ballot"], ["ballots.id"], name=op.f("fk_papers_ballot")),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_papers_contact")),
        sa.ForeignKeyConstraint(["stands_for"], ["contacts.id"], name=op.f("fk_papers_stands_for")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("ballot", "contact", "address_key", name=op.f("uq_papers_ballot_contact_address_key")),
    )
    op.create_table(
        "pictures",
        sa.Column("edition", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cid", sa.String(length=100), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["editions.id"], name=op.f("fk_pictures_edition")),
        sa.PrimaryKeyConstraint("edition", "position", name=op.f("pk_pictures")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False, comment="of its calendar entries"),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "internal", sa.Boolean(), nullable=False, comment="for the group's own members; shown to nobody else"
        ),
        sa.Column("organiser", sa.String(length=300), nullable=False),
        sa.Column(
            "organisation",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the organiser in the directory",
        ),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("starts", sa.String(length=10), nullable=False, comment="a day, 2027-05-03"),
        sa.Column("ends", sa.String(length=10), nullable=False, comment="the last day"),
        sa.Column(
            "hours",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="[opens, closes, time zone]; null if they are not known",
        ),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=300), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("wants_presenter", sa.Boolean(), nullable=False),
        sa.Column("costs", sa.String(length=300), nullable=False, comment="which costs of a presenter the host covers"),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="see mailer/model/events.py TRANSITIONS"),
        sa.Column(
            "sequence", sa.Integer(), nullable=False, comment="grows with each change that calendars have to follow"
        ),
        sa.Column(
            "submission",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="what its sender confirmed; null if the office added it",
        ),
        sa.Column(
            "host",
            sa.String(length=320),
            nullable=False,
            comment="the sender's address; empty if the office added it",
        ),
        sa.Column("host_key", sa.String(length=320), nullable=False, comment="the same for all aliases of the host"),
        sa.Column("host_name", sa.String(length=200), nullable=False),
        sa.Column("host_language", sa.String(length=40), nullable=False),
        sa.Column("source_uid", sa.String(length=300), nullable=False, comment="the UID in the sender's calendar file"),
        sa.Column("pending", sa.JSON(), nullable=False, comment="values that the host sent and a person decides on"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column(
            "reminded_at",
            TIME,
            nullable=True,
            comment="when its host was asked whether it takes place, or people were reminded",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("uid", name=op.f("uq_events_uid")),
    )
    op.create_index(op.f("ix_events_ends_starts"), "events", ["ends", "starts"], unique=False)
    op.create_index(op.f("ix_events_host_key"), "events", ["host_key"], unique=False)
    op.create_table(
        "event_participants",
        sa.Column("event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False, comment="speaker or guest"),
        sa.Column("key", sa.String(length=320), nullable=False, comment="the same for all aliases of the address"),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("coming", sa.String(length=10), nullable=False, comment="asked, yes, no or later"),
        sa.Column("talk", sa.String(length=300), nullable=False, comment="the title of a speaker's talk"),
        sa.Column("at", TIME, nullable=False, comment="when they were asked, or answered last"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_event_participants_contact")),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name=op.f("fk_event_participants_event")),
        sa.PrimaryKeyConstraint("event", "role", "key", name=op.f("pk_event_participants")),
        comment="Who was asked to internal events.",
    )
    op.create_index(op.f("ix_event_participants_contact"), "event_participants", ["contact"], unique=False)
    op.create_table(
        "document_holders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the id of the document's version",
        ),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_at", TIME, nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False, comment="in how many mails it came"),
        sa.Column("left", sa.JSON(), nullable=False, comment="the files that were too large for a mail"),
        sa.Column("cause", sa.String(length=200), nullable=False, comment="of its mails in the outbox"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_document_holders_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_holders")),
        comment="Who was given which version of a document to work with.",
    )
    op.create_index(op.f("ix_document_holders_contact"), "document_holders", ["contact"], unique=False)
    op.create_index(op.f("ix_document_holders_version"), "document_holders", ["version"], unique=False)
    op.create_table(
        "press_releases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the id of the document's version",
        ),
        sa.Column("list", sa.String(length=64), nullable=False, comment="the list of journalists"),
        sa.Column("due_at", TIME, nullable=False, comment="not before the end of the embargo"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="see mailer/model/press.py TRANSITIONS"),
        sa.Column("planned_at", TIME, nullable=False),
        sa.Column("planned_by", sa.String(length=320), nullable=False, comment="the account at the command line"),
        sa.Column("held_at", TIME, nullable=True, comment="when the secretary was told that it cannot go out"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_press_releases")),
        sa.UniqueConstraint("version", name=op.f("uq_press_releases_version")),
        comment="Press releases that are to go to journalists, and when.",
    )
    op.create_index(op.f("ix_press_releases_due_at"), "press_releases", ["due_at"], unique=False)
    op.create_table(
        "channel_packs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False, comment="its key in the configuration"),
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False, comment="BCP 47"),
        sa.Column("articles", sa.JSON(), nullable=False, comment="the numbers of the articles in it"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of the issue's editions as they were then"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="see mailer/model/channels.py TRANSITIONS"),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.String(length=320), nullable=False, comment="the account at the command line"),
        sa.Column("address", sa.String(length=320), nullable=False, comment="who was mailed it; empty if nobody was"),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column(
            "appears", sa.String(length=200), nullable=False, comment="where and when it appears, as somebody said"
        ),
        sa.Column("place", sa.String(length=200), nullable=False, comment="the page, or the address"),
        sa.Column("changes", sa.String(length=200), nullable=False, comment="what they say that they have changed"),
        sa.Column("reminded_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_channel_packs_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_packs")),
        comment="Articles of issues as they were given to publications of others, and what came of it.",
    )
    op.create_index(op.f("ix_channel_packs_issue"), "channel_packs", ["issue"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("presenter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="see mailer/model/assignments.py TRANSITIONS"),
        sa.Column("points", sa.Integer(), nullable=False, comment="of the ranking when they were asked"),
        sa.Column("following", sa.JSON(), nullable=False, comment="presenters who are asked if this one does not come"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="of the event when they were told of it last"),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True, comment="when the next step is due"),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name=op.f("fk_assignments_event")),
        sa.ForeignKeyConstraint(["presenter"], ["presenters.id"], name=op.f("fk_assignments_presenter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        comment="Presenters who were asked to events.",
    )
    op.create_index(op.f("ix_assignments_asked_at"), "assignments", ["asked_at"], unique=False)
    op.create_index(op.f("ix_assignments_due_at"), "assignments", ["due_at"], unique=False)
    op.create_index(op.f("ix_assignments_event"), "assignments", ["event"], unique=False)
    op.create_index(op.f("ix_assignments_presenter"), "assignments", ["presenter"], unique=False)
    op.create_table(
        "event_reports",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the number that people read",
        ),
        sa.Column("event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assignment", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False, comment="by the keys of the questionnaire"),
        sa.Column("words", sa.Text(), nullable=False, comment="what was written besides the lines"),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False, comment="the original mail; empty once it is erased"),
        sa.ForeignKeyConstraint(["assignment"], ["assignments.id"], name=op.f("fk_event_reports_assignment")),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name=op.f("fk_event_reports_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_reports")),
        sa.UniqueConstraint("assignment", name=op.f("uq_event_reports_assignment")),
    )
    op.create_index(op.f("ix_event_reports_event"), "event_reports", ["event"], unique=False)
    op.create_table(
        "articles",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the number that people read",
        ),
        sa.Column("publication", sa.String(length=64), nullable=False, comment="its key"),
        sa.Column("number", sa.Integer(), nullable=True, comment="of the issue; null for none yet"),
        sa.Column("title", sa.String(length=300), nullable=False, comment="as it was asked for"),
        sa.Column("words", sa.Integer(), nullable=False, comment="the length that was asked for; 0 for none"),
        sa.Column("due", sa.Date(), nullable=True, comment="when the text is wanted"),
        sa.Column("address", sa.String(length=320), nullable=False, comment="the author's"),
        sa.Column(
            "address_key", sa.String(length=320), nullable=False, comment="the same for all aliases of the author"
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=False, comment="of mails to the author (BCP 47)"),
        sa.Column("brief", sa.Text(), nullable=False, comment="what is wanted"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="see mailer/model/articles.py TRANSITIONS"),
        sa.Column("unasked", sa.Boolean(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("remind_at", TIME, nullable=True, comment="when the author is reminded next"),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_articles_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        comment="Articles that are written by mail.",
    )
    op.create_index(op.f("ix_articles_address_key"), "articles", ["address_key"], unique=False)
    op.create_index(op.f("ix_articles_contact"), "articles", ["contact"], unique=False)
    op.create_index(op.f("ix_articles_remind_at"), "articles", ["remind_at"], unique=False)
    op.create_index("ix_articles_issue", "articles", ["publication", "number"], unique=False)
    op.create_table(
        "article_deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False, comment="text, correction or words"),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False, comment="as the text has it"),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("losses", sa.JSON(), nullable=False, comment="what the conversion lost, as phrases"),
        sa.Column("beside", sa.Text(), nullable=False, comment="what was written to the editors"),
        sa.Column("proof", sa.Integer(), nullable=False, comment="the number of the proof that is corrected, or 0"),
        sa.Column("corrections", sa.JSON(), nullable=False, comment="other words, by the number of the paragraph"),
        sa.Column("applied_at", TIME, nullable=True, comment="when they were written into the issue's folder"),
        sa.Column("raw", sa.LargeBinary(), nullable=False, comment="the original mail; empty once it is erased"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_article_deliveries_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_deliveries")),
        comment="What authors sent.",
    )
    op.create_index(op.f("ix_article_deliveries_article"), "article_deliveries", ["article"], unique=False)
    op.create_table(
        "article_pictures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False, comment="of the file in the issue's folder"),
        sa.Column("called", sa.String(length=200), nullable=False, comment="as its author called the file"),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=False),
        sa.Column("credit", sa.String(length=300), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False, comment="empty once it is erased"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_article_pictures_article")),
        sa.ForeignKeyConstraint(["delivery"], ["article_deliveries.id"], name=op.f("fk_article_pictures_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_pictures")),
        comment="Pictures that authors sent.",
    )
    op.create_index(op.f("ix_article_pictures_article"), "article_pictures", ["article"], unique=False)
    op.create_index(op.f("ix_article_pictures_delivery"), "article_pictures", ["delivery"], unique=False)
    op.create_table(
        "article_proofs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1, for each article"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the words"),
        sa.Column("units", sa.JSON(), nullable=False, comment="the numbered texts that the author was shown"),
        sa.Column("sent_at", TIME, nullable=False),
        sa.Column("agreed_at", TIME, nullable=True, comment="when the author said yes to exactly these words"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_article_proofs_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_proofs")),
        comment="Articles as their authors were shown them.",
    )
    op.create_index(op.f("ix_article_proofs_article"), "article_proofs", ["article"], unique=False)
    op.create_table(
        "document_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False, comment="its key, the name of its folder"),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="as policies name it"),
        sa.Column("language", sa.String(length=40), nullable=False, comment="BCP 47"),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False, comment="see mailer/model/library.py TRANSITIONS"),
        sa.Column("publish", sa.String(length=20), nullable=False, comment="when granted, or by command"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of all that a grant covers"),
        sa.Column("authors", sa.JSON(), nullable=False, comment="whose own text it is, as it was written"),
        sa.Column(
            "translates", sa.String(length=20), nullable=False, comment="the original's version; empty for an original"
        ),
        sa.Column("translator", sa.String(length=300), nullable=False, comment="may be empty"),
        sa.Column("publisher", sa.String(length=300), nullable=False, comment="empty: the office"),
        sa.Column("not_before", sa.Date(), nullable=True, comment="before this day it is not published"),
        sa.Column(
            "waits_for", sa.String(length=300), nullable=False, comment="what has to be there first; may be empty"
        ),
        sa.Column("embargo", TIME, nullable=True, comment="before this time nothing of it goes out"),
        sa.Column(
            "changes", sa.JSON(), nullable=False, comment="what has changed since the version before, a sentence each"
        ),
        sa.Column("markdown", sa.Text(), nullable=False, comment="what its authors wrote"),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column(
            "replaces",
            sa.String(length=20),
            nullable=False,
            comment="the version published then, or empty",
        ),
        sa.Column("built_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("published_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True, comment="when a newer one took its place, or it was withdrawn"),
        sa.Column("replaced_at", TIME, nullable=True, comment="when the same number was built with other bytes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        comment="Versions of the documents in the library, each frozen as it was built.",
    )
    op.create_index("ix_document_versions_number", "document_versions", ["document", "major", "minor"], unique=False)
    op.create_table(
        "document_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False, comment="within the document's folder"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["document_versions.id"], name=op.f("fk_document_files_version_document_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_files")),
        sa.UniqueConstraint("version", "name", name=op.f("uq_document_files_version_name")),
        comment="The folder of each version of a document, as it was built.",
    )
    op.create_table(
        "link_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("at", TIME, nullable=False, comment="when it was asked last"),
        sa.Column("answer", sa.String(length=100), nullable=False, comment="what came of it, in words"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="how often in a row it did not answer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_checks")),
        sa.UniqueConstraint("url", name=op.f("uq_link_checks_url")),
        comment="Addresses in the published list of links, and whether they answer.",
    )
    op.create_table(
        "faq_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="its place in the document, from 1 on"),
        sa.Column(
            "terms",
            sa.Text(),
            nullable=False,
            comment="the stems of all its words, each once, with blanks between them",
        ),
        sa.Column(
            "questions",
            sa.JSON(),
            nullable=False,
            comment="the stems of its question, and of each other way to ask it",
        ),
        sa.Column("answer", sa.JSON(), nullable=False, comment="the stems of its answer"),
        sa.ForeignKeyConstraint(["version"], ["document_versions.id"], name=op.f("fk_faq_entries_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_entries")),
        sa.UniqueConstraint("version", "number", name=op.f("uq_faq_entries_version_number")),
        comment="The words of published questions and answers. A full-text index of the migration is over the terms.",
    )
    op.create_table(
        "staff_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "addressee", sa.String(length=320), nullable=False, comment="who was sent it, and alone may answer it"
        ),
        sa.Column(
            "address_key", sa.String(length=320), nullable=False, comment="the same for all aliases of the addressee"
        ),
        sa.Column("staff", sa.Boolean(), nullable=False, comment="whether it was sent to them as secretary or editor"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="see mailer/staff_replies.py KINDS"),
        sa.Column(
            "subject",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the id of what it is about; each kind has its own ids",
        ),
        sa.Column(
            "state",
            sa.String(length=200),
            nullable=False,
            comment="of the subject when it was written, and when it is answered",
        ),
        sa.Column("about", sa.String(length=200), nullable=False, comment="what people call the subject; may be empty"),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("spent_at", TIME, nullable=True, comment="when it was answered; its token is good once"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notices")),
        sa.UniqueConstraint("cause", "address_key", name=op.f("uq_staff_notices_cause_address_key")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False, comment="the address, case folded"),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False, comment="as the invitation offers them"),
        sa.Column("by", sa.String(length=320), nullable=False, comment="who invited: an account, or an address"),
        sa.Column("again", sa.Text(), nullable=False, comment="why somebody is invited once more; may be empty"),
        sa.Column(
            "nominator", sa.String(length=320), nullable=False, comment="the address of who proposed it; may be empty"
        ),
        sa.Column(
            "nominator_name",
            sa.String(length=200),
            nullable=False,
            comment="what the invitation calls them; empty: nothing",
        ),
        sa.Column(
            "submission",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the nomination, null if there is none",
        ),
        sa.Column("state", sa.String(length=12), nullable=False, comment="see mailer/model/invitations.py TRANSITIONS"),
        sa.Column("times", sa.Integer(), nullable=False, comment="how often it was written"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column(
            "next_at", TIME, nullable=True, comment="when it is written, again, or over; null if nothing follows"
        ),
        sa.Column("asked_at", TIME, nullable=True, comment="when it was written last"),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("told", sa.String(length=12), nullable=False, comment="the last state that its nominator heard of"),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_invitations_list_lists")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        comment="Who was invited to a list, by whom, and what came of it.",
    )
    op.create_index(op.f("ix_invitations_key"), "invitations", ["key"], unique=False)
    op.create_index("ix_invitations_state_next_at", "invitations", ["state", "next_at"], unique=False)
    op.create_table(
        "uninvited",
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="keyed hash of an address that wants no invitation",
        ),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_uninvited")),
    )
    op.create_table(
        "nomination_calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False, comment="whose members are asked for nominations"),
        sa.Column("by", sa.String(length=320), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False, comment="how many were asked so far"),
        sa.Column("ended_at", TIME, nullable=True, comment="when the last of them was asked"),
        sa.ForeignKeyConstraint(["list"], ["lists.key"], name=op.f("fk_nomination_calls_list_lists")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_calls")),
        comment="Calls for nominations.",
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("addressee", sa.String(length=320), nullable=False, comment="who was asked"),
        sa.Column(
            "address_key", sa.String(length=320), nullable=False, comment="the same for all aliases of the addressee"
        ),
        sa.Column(
            "contact",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null if the address was no contact",
        ),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="see mailer/question_replies.py QUESTIONS"),
        sa.Column(
            "subject",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the id of what it is about; each kind has its own ids",
        ),
        sa.Column(
            "state",
            sa.String(length=200),
            nullable=False,
            comment="of the subject when it was asked, and when it is answered",
        ),
        sa.Column("about", sa.String(length=200), nullable=False, comment="what people call the subject; may be empty"),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column(
            "offered", sa.JSON(), nullable=False, comment="the values of the lines to fill in, as they were sent"
        ),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True, comment="its token is good once"),
        sa.Column("asked_back_at", TIME, nullable=True, comment="when an answer was not understood"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_questions_contact_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("cause", "address_key", name=op.f("uq_questions_cause_address_key")),
        comment="Questions to people who are not staff; a token names one by its id.",
    )
    op.create_index(op.f("ix_questions_address_key"), "questions", ["address_key"], unique=False)
    op.create_index(op.f("ix_questions_contact"), "questions", ["contact"], unique=False)
    op.create_index("ix_questions_kind_subject", "questions", ["kind", "subject"], unique=False)
    op.create_table(
        "question_replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False, comment="the address in From"),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="waiting -> asked -> acted, refused"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it is not proven"),
        sa.Column("raw", sa.LargeBinary(), nullable=False, comment="the mail as it was received"),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], name=op.f("fk_question_replies_question_questions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_replies")),
        comment="Answers that nobody has proven; each is acted on if its addressee says that it is theirs.",
    )
    op.create_index(op.f("ix_question_replies_question"), "question_replies", ["question"], unique=False)
    op.create_index(op.f("ix_question_replies_received_at"), "question_replies", ["received_at"], unique=False)
    op.create_index(op.f("ix_question_replies_state"), "question_replies", ["state"], unique=False)
    op.create_table(
        "seen_signatures",
        sa.Column(
            "signature",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of a DKIM signature's octets, or of a body",
        ),
        sa.Column(
            "counted_for", sa.String(length=40), nullable=False, comment="what its mail answered, such as: paper 12"
        ),
        sa.Column("counted_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("signature", name=op.f("pk_seen_signatures")),
        comment="Mails that were acted on: none counts for anything else (A9, A38).",
    )
    op.create_table(
        "ballot_replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column(
            "message_id",
            sa.String(length=998),
            nullable=False,
            comment="as the mail says; it may not be covered, or be empty",
        ),
        sa.Column("sender", sa.String(length=320), nullable=False, comment="the address in From"),
        sa.Column("choice", sa.String(length=10), nullable=True, comment="what it says; null if it is no vote"),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False, comment="see mailer/model/replies.py ReplyOutcome"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was not counted, in English; empty if it was"),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column(
            "how",
            sa.Text(),
            nullable=False,
            comment="how it was proven: signed by board.example; empty if it was not",
        ),
        sa.Column(
            "proof", sa.JSON(), nullable=False, comment="what the proof rests on, see mailer/model/replies.py Proof"
        ),
        sa.Column(
            "raw",
            sa.LargeBinary(),
            nullable=True,
            comment="as it was received; null if it was not proven, or is too large",
        ),
        sa.ForeignKeyConstraint(["paper"], ["papers.id"], name=op.f("fk_ballot_replies_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_replies")),
        comment="Every mail that answered a ballot paper with a genuine token.",
    )
    op.create_index(op.f("ix_ballot_replies_paper"), "ballot_replies", ["paper"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "address",
            sa.String(length=320),
            nullable=False,
            comment="where it went, and where its answer has to come from",
        ),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("spent_at", TIME, nullable=True, comment="when a vote was counted by it; its token is good once"),
        sa.ForeignKeyConstraint(["paper"], ["papers.id"], name=op.f("fk_challenges_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        comment="Questions to a member whether a vote was theirs (A1); a token names one by its id.",
    )
    op.create_index(op.f("ix_challenges_paper"), "challenges", ["paper"], unique=False)
    op.create_table(
        "votes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reply",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the mail that gave it; null if no mail did",
        ),
        sa.Column(
            "carried_from",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the vote of an earlier ballot that it repeats",
        ),
        sa.Column("by_hand", sa.Boolean(), nullable=False, comment="whether a person entered it"),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column(
            "message_id",
            sa.String(length=998),
            nullable=False,
            comment="as the mail says; it may not be covered, or be empty",
        ),
        sa.ForeignKeyConstraint(["carried_from"], ["votes.id"], name=op.f("fk_votes_carried_from")),
        sa.ForeignKeyConstraint(["paper"], ["papers.id"], name=op.f("fk_votes_paper")),
        sa.ForeignKeyConstraint(["reply"], ["ballot_replies.id"], name=op.f("fk_votes_reply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
    )
    dialect = op.get_context().dialect.name
    for statement in (*_FULL_TEXT[dialect], *_APPEND_ONLY[dialect]):
        op.execute(statement)


_FULL_TEXT = {
    "sqlite": [
        # the terms are stems already: they are told from each other by blanks alone
        "CREATE VIRTUAL TABLE faq_index USING fts5("
        "terms, content='faq_entries', content_rowid='id', tokenize='ascii', detail='none', prefix='3')",
        "CREATE TRIGGER faq_entries_added AFTER INSERT ON faq_entries "
        "BEGIN INSERT INTO faq_index (rowid, terms) VALUES (NEW.id, NEW.terms); END",
        "CREATE TRIGGER faq_entries_removed AFTER DELETE ON faq_entries "
        "BEGIN INSERT INTO faq_index (faq_index, rowid, terms) VALUES ('delete', OLD.id, OLD.terms); END",
    ],
    "postgresql": [
        "CREATE INDEX ix_faq_entries_terms ON faq_entries USING gin (array_to_tsvector(string_to_array(terms, ' ')))",
    ],
}
"""The index of frequent questions, kept in step with its table."""


_ERASES_SQLITE = """
    NEW.id IS OLD.id AND NEW.at IS OLD.at AND NEW.action IS OLD.action AND NEW.link IS OLD.link
    AND (NEW.actor IS NULL OR NEW.actor IS OLD.actor)
    AND (NEW.cause IS NULL OR NEW.cause IS OLD.cause)
    AND (NEW.subject IS NULL OR NEW.subject IS OLD.subject)
    AND (SELECT count(*) FROM json_each(NEW.seals)) = (SELECT count(*) FROM json_each(OLD.seals))
    AND NOT EXISTS (
        SELECT 1 FROM json_each(NEW.seals) AS after LEFT JOIN json_each(OLD.seals) AS before ON before.key = after.key
        WHERE json_extract(after.value, '$[1]') IS NOT json_extract(before.value, '$[1]')
        OR coalesce(json_extract(after.value, '$[0]') IS NOT json_extract(before.value, '$[0]')
            AND json_extract(after.value, '$[0]') IS NOT NULL, 1)
    )
    AND EXISTS (
        SELECT 1 FROM json_each(NEW.seals) AS after JOIN json_each(OLD.seals) AS before ON before.key = after.key
        WHERE json_extract(after.value, '$[0]') IS NULL AND json_extract(before.value, '$[0]') IS NOT NULL
    )
"""
"""Whether an update of an entry does nothing but erase: salts become null, and no hash changes."""

_ERASES_POSTGRESQL = """
    (NEW.id, NEW.at, NEW.action, NEW.link) IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.action, OLD.link)
    AND (NEW.actor IS NULL OR NEW.actor IS NOT DISTINCT FROM OLD.actor)
    AND (NEW.cause IS NULL OR NEW.cause IS NOT DISTINCT FROM OLD.cause)
    AND (NEW.subject IS NULL OR NEW.subject IS NOT DISTINCT FROM OLD.subject)
    AND NOT EXISTS (
        SELECT FROM json_each(NEW.seals) AS after FULL JOIN json_each(OLD.seals) AS before USING (key)
        WHERE (after.value ->> 1) IS DISTINCT FROM (before.value ->> 1)
        OR ((after.value ->> 0) IS NOT NULL AND (after.value ->> 0) IS DISTINCT FROM (before.value ->> 0))
    )
    AND EXISTS (
        SELECT FROM json_each(NEW.seals) AS after JOIN json_each(OLD.seals) AS before USING (key)
        WHERE (after.value ->> 0) IS NULL AND (before.value ->> 0) IS NOT NULL
    )
"""

_KEPT = ("audit", "membership_changes")


def _refused(table: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


_APPEND_ONLY = {
    "sqlite": [
        *(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {_refused(table)}" for table in _KEPT),
        f"CREATE TRIGGER membership_changes_no_update BEFORE UPDATE ON membership_changes "
        f"{_refused('membership_changes')}",
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT ({_ERASES_SQLITE}) {_refused('audit')}",
        # INSERT OR REPLACE deletes without a trigger, unless the program asks for it (recursive_triggers)
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
        f"WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM audit) {_refused('audit')}",
        "CREATE TRIGGER membership_changes_no_replace BEFORE INSERT ON membership_changes WHEN EXISTS "
        "(SELECT 1 FROM membership_changes WHERE list = NEW.list AND version = NEW.version) "
        f"{_refused('membership_changes')}",
    ],
    "postgresql": [
        "CREATE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        "CREATE TRIGGER membership_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON membership_changes "
        "FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()",
        "CREATE TRIGGER audit_append_only BEFORE DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()",
        "CREATE FUNCTION only_erases() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_ERASES_POSTGRESQL} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        "CREATE TRIGGER audit_only_erased BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION only_erases()",
    ],
}
