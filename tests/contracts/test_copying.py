"""Copying a store to another database: every row keeps its id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from mailer.errors import Refused, Temporary
from mailer.message import Address
from mailer.model.absences import Absence
from mailer.model.approvals import Choice, Subject
from mailer.model.bounces import BouncePolicy, sign_of, step
from mailer.model.caps import HeldNotice
from mailer.model.confirmations import Asked
from mailer.model.criteria import Document, Kind, Label, Printed
from mailer.model.editions import Form, State
from mailer.model.faq_search import Indexed
from mailer.model.holders import Holder
from mailer.model.inbound import Handled, MailKind
from mailer.model.links import Check
from mailer.model.list_documents import Forms
from mailer.model.list_undo import Before
from mailer.model.lists import Departure
from mailer.model.member_keys import MemberKey
from mailer.model.outbox import Delivery, Fate, Outcome
from mailer.model.publishing import Part
from mailer.model.replies import BallotReply, ReplyOutcome
from mailer.model.reports import Reported, Why
from mailer.model.restorations import Entry
from mailer.model.staff import StaffNotice
from mailer.model.suppressions import Cause, Suppression
from mailer.model.throttle import Breaker, Used
from mailer.model.visits import Visit, Wanted
from mailer.phrases import phrase
from mailer.ports import Folder, Ref
from mailer.store import copying
from mailer.store.database import SqlStore
from mailer.store.schema import metadata
from tests.contracts.stores import EDITION, LISTS, SOURCE, UPDATE, URLS, WHOLE, contact, draft, running, scopes
from tests.contracts.test_articles import DELIVERY, INVITATION, PHOTO, SHOWN
from tests.contracts.test_assignments import ASKED, REPORT
from tests.contracts.test_events import EVENT, GUEST
from tests.contracts.test_feedback import ITEM, LETTER
from tests.contracts.test_invitations import UNION as INVITED
from tests.contracts.test_list_documents import document as list_document
from tests.contracts.test_organisations import UNION
from tests.contracts.test_questions import ANNA, KEPT, QUESTION
from tests.contracts.test_reviews import ASKED as ASKS
from tests.contracts.test_reviews import ROUND
from tests.contracts.test_submissions import SEMINAR
from tests.fakes import NOON, POLICY
from tests.unit.model.test_channels import GIVEN
from tests.unit.model.test_library import MANUSCRIPT
from tests.unit.model.test_presenters import AMINA
from tests.unit.model.test_press import RELEASE

KINDS = ("sqlite file", "postgresql")
PAIRS = [
    pytest.param(*pair, marks=[pytest.mark.servers] if "postgresql" in pair else []) for pair in product(KINDS, KINDS)
]


def fill(store: SqlStore) -> None:
    """Write a row to every table."""
    store.upgrade()
    with store.transaction() as work:
        work.lists.declare([*scopes(*LISTS), UPDATE])
        work.restorations.begin(NOON, [Entry(NOON, "left", "é@x.example", {"lists": ["nmb"]})], NOON, NOON)
        anna = contact(work, "anna@union.example", "nmb", "cag", details=WHOLE)
        for number in range(copying.LARGE + 1):
            made = running(work, number + 1)
        work.outbox.add_copies(made.id, ["nmb"], "<", "@o>", NOON)
        work.outbox.add(draft(), NOON)
        work.questions.add(QUESTION, ANNA, "round 1")
        work.questions.keep(KEPT)
        work.invitations.add([INVITED])
        work.invitations.add_never("a" * 64, NOON)
        work.invitations.begin_call("nmb", "secretary", NOON)
        (row, *_) = work.outbox.due(NOON, most=2)
        work.outbox.record([row.id], [], NOON, "one")
        work.outbox.settle(
            [(Outcome(row.id, Delivery.DEFERRED, "451 später"), NOON + timedelta(minutes=1))], NOON, "one"
        )
        work.lists.suppress("gone@x.example", "bounced", NOON)
        work.suppressions.save([Suppression("a trap", NOON, Cause.PERSON, "@trap.example")])
        report = Reported("gone@x.example", Fate.REFUSED, "550 5.1.1 nobody", "5.1.1", Why.USER_UNKNOWN)
        sign = sign_of(report)
        assert sign is not None
        gone = Address.parse("gone@x.example")
        work.bounces.save(gone, step(None, sign, NOON, BouncePolicy()))
        work.bounces.note(gone, report, NOON)
        work.bounces.refuse([(row.id, "550 5.1.1 nobody")], NOON)
        work.lists.opt_out(anna.id, ["member-update"], NOON)
        work.lists.add_departure(anna.id, Departure(("member-update",), ("nmb",)), NOON)
        work.confirmations.ask(Asked.FORGET, anna.id, Address.parse(anna.address), {}, NOON)
        kept, gone = work.organisations.add(UNION, NOON), work.organisations.add(UNION, NOON)
        work.organisations.link(kept.id, anna.id, 1, NOON)
        work.merging.merge_organisations(kept, gone, kept, NOON)
        work.reviews.enter(work.reviews.add(ROUND), [(anna, {"name": "é"})], ASKS)
        work.submissions.add(SEMINAR)
        work.channels.add(replace(GIVEN, issue=made.subject))
        work.visits.add(Visit(Wanted.SUBSCRIBE, "é@x.example", "fr", NOON, "É", {"name": "É"}))
        work.visits.add_link(anna.id, NOON)
        work.members.pause(anna.id, NOON, NOON)
        work.holders.add(Holder(1, anna.id, NOON, 2, "presenter-news 1", ("film.mp4",)))
        work.press.save(RELEASE)
        presenter = work.presenters.add(replace(AMINA, contact=anna.id))
        work.presenters.call(anna.id, NOON)
        with_file = replace(MANUSCRIPT, source=replace(MANUSCRIPT.source, files={"files/é.pdf": b"\0"}))
        version = work.library.freeze(with_file, Printed("é", "é", b"\0", 1), "", NOON)
        work.faq_index.add(version.id, [Indexed(1, (("é",),), ("x",))])
        work.links.save(Check("https://x.example/é", NOON, "200"))
        work.personal_data.remember_forgotten(["f" * 64], NOON)
        work.members.change_address(anna, Address.parse("anna@new.example"), NOON)
        work.lists.add_request(Address.parse("bo@x.example"), "nmb", WHOLE, [phrase("a line")], NOON)
        ballot_id = work.approvals.open_ballot(
            Subject("issue", made.subject, "d" * 64), POLICY, {"nmb": 1}, NOON, NOON
        ).id
        work.approvals.add_papers(ballot_id, [anna.id], now=NOON)
        (paper,) = work.approvals.papers(ballot_id)
        reply = BallotReply(
            0, paper.id, NOON, "<vote@x>", "anna@x.example", Choice.APPROVE, ReplyOutcome.COUNTED, "", "fine"
        )
        given_by = work.approvals.add_reply(reply, b"raw")
        work.approvals.add_vote(paper.id, Choice.APPROVE, "fine", NOON, "<vote@x>", reply=given_by)
        work.approvals.add_challenge(paper.id, "anna@x.example", NOON)
        work.member_keys.add(anna.id, MemberKey("aa", b"key", NOON))
        work.absences.save(Absence(anna.id, NOON, None, "I am away."))
        ballot = work.approvals.ballot(ballot_id)
        assert ballot is not None
        work.approvals.add_grant(ballot, NOON)
        label = Label(1, NOON.date(), draft=False, language="en", original="en")
        document = Document("Criteria", "A group", "C 1", "", "", ())
        work.criteria.add(Kind.DISCLOSURE, document, label, Printed("<p>", "x", b"%PDF", 1), NOON, b"\0\xff")
        version = work.list_documents.add(list_document(anna), 1, NOON)
        work.list_documents.freeze(version.id, Forms({"pdf": b"\0\xff"}, 1))
        work.list_documents.set_published(anna.id, [Part.NAME])
        work.list_documents.keep_before("nmb", "command list import 1", [Before(anna.id, {"name": ["", "Anna"]})], NOON)
        source = replace(SOURCE, files={"issue.toml": b"\0\xff"})
        about = work.issues.issue_by_id(made.subject)
        assert about is not None
        work.issues.freeze(about, source, {"en": EDITION}, NOON)
        translation = work.editions.add(about.id, "fr", anna, "Anna", State.ASKED, Form.TEXT, NOON)
        work.editions.put(translation.id, {1: "Un"}, NOON)
        work.editions.put_links(translation.id, [(1, "a", "b")])
        work.editions.wish(about.id, "fr", anna.id, NOON)
        notice = StaffNotice(0, "anna@x.example", True, "attention", 1, "", "", NOON, NOON)
        work.staff.add(notice, Address.parse("anna@x.example"), "mail 1")
        work.signatures.remember(["a" * 64], "paper 1", NOON)
        work.feedback.add_entry(replace(LETTER, item=work.feedback.add(ITEM, "ulla@union.example")), b"\0\xff")
        work.events.put(replace(GUEST, event=(seminar := work.events.add(EVENT)).id, contact=anna.id))
        assignment = work.assignments.add(replace(ASKED, event=seminar.id, presenter=presenter.id))
        work.assignments.add_report(replace(REPORT, event=seminar.id, assignment=assignment.id), b"\0\xff")
        article = work.articles.add(INVITATION).id
        came = work.articles.add_delivery(replace(DELIVERY, article=article), b"\0\xff")
        work.articles.add_picture(replace(PHOTO, article=article, delivery=came.id))
        work.articles.add_proof(replace(SHOWN, article=article))
        work.throttle.give_out({"total": Used(1, 5, {60: (1, 2)})})
        work.throttle.set_breaker("@x.example", Breaker(0.5, 1, NOON, "421 slow", False))
        work.throttle.set_rate("total", 60)
        work.caps.count(["answers"], "2026-11-23")
        work.caps.hold(HeldNotice(0, "feedback", "sec@x.example", "a question", NOON))
        work.incoming.add(b"raw", True, NOON)
        work.workers.beat("one", "", NOON)
        handled = Handled(Folder.PROCESSED, MailKind.COMMAND, "Help", "")
        work.inbound.record("e" * 64, Ref(1, 2, "box"), NOON, handled)
        work.attention.keep(work.inbound.number_of("e" * 64), b"a mail")
        work.audit.add(NOON, "anna", "a test", "tried", "update 1", {"é": [1, None]})


@contextmanager
def two(request: pytest.FixtureRequest, kinds: tuple[str, str]) -> Iterator[tuple[SqlStore, SqlStore]]:
    source = SqlStore(URLS[kinds[0]](request))
    url = URLS[kinds[1]](request)
    target = SqlStore(url.replace("mailer.db", "new/mailer.db"))
    with closing(source), closing(target):
        fill(source)
        yield source, target


def everything(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    with store._engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_store_is_copied_completely(request: pytest.FixtureRequest, old: str, new: str) -> None:
    with two(request, (old, new)) as (source, target):
        written: list[int] = []
        incoming = target.rows_of(source)
        target.copy_from(source, written.append)
        found = everything(target)
        assert found == everything(source)
        assert [name for name, rows in found.items() if not rows] == []
        assert sum(written) == sum(incoming.values()) == sum(map(len, found.values()))
        assert target.key == source.key
        with target.transaction() as work:  # new ids continue after the old ones
            work.outbox.add(draft("mail 2: help"), NOON)
            assert contact(work, "cy@x.example").id > max(row[0] for row in found["contacts"])
            assert work.outbox.counts().total == 2


def test_a_failed_copy_leaves_nothing(request: pytest.FixtureRequest) -> None:
    with two(request, ("sqlite file", "sqlite file")) as (source, target):

        def stop(_rows: int) -> None:
            raise Temporary("the disk is full")

        with pytest.raises(Temporary):
            target.copy_from(source, stop)
        assert target.version() is None
        target.copy_from(source, lambda rows: None)
        assert everything(target) == everything(source)


def test_only_a_new_store_can_be_copied_to(request: pytest.FixtureRequest) -> None:
    with two(request, ("sqlite file", "sqlite file")) as (source, target):
        target.upgrade()
        with pytest.raises(Refused, match="already: only a new one"):
            target.copy_from(source, lambda rows: None)
        with pytest.raises(Refused, match="already: only a new one"):
            target.rows_of(source)
        assert {name: len(rows) for name, rows in everything(target).items() if rows} == {"secrets": 1}


def test_a_store_of_another_version_is_not_read(request: pytest.FixtureRequest) -> None:
    with two(request, ("sqlite file", "sqlite file")) as (source, target):
        with source.transaction() as work:
            work.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        for ask in (target.rows_of, lambda other: target.copy_from(other, lambda rows: None)):
            with pytest.raises(Refused, match="is of version 0000, this mailer needs"):
                ask(source)
        assert target.version() is None
