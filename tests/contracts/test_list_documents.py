"""Published versions of lists, what people let be published, and what an undo needs, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailer.message import Address
from mailer.model.approvals import Outcome, Subject
from mailer.model.list_documents import (
    SUBJECT,
    Change,
    Column,
    Entry,
    EntryChange,
    Forms,
    ListDocument,
    ListVersion,
    without,
)
from mailer.model.list_undo import Before, Changed
from mailer.model.lists import Contact, Details, ListKind, Scope, ScopeKind, Standing
from mailer.model.publishing import Part
from mailer.model.questionnaires import FieldKind
from mailer.phrases import phrase
from mailer.ports import Work
from tests.contracts.stores import MINUTE
from tests.fakes import NOON, POLICY

COLUMNS = (
    Column("organisation", phrase("Organisation")),
    Column("kind", phrase("Kind"), FieldKind.CHOICE, {"media": phrase("media organisation")}),
)
FIRST, SECOND = ListVersion(1, 0), ListVersion(1, 1)
FORMS = Forms({"txt": b"One.\n", "pdf": b"%PDF"}, 1)


def document(contact: Contact, version: ListVersion = FIRST) -> ListDocument:
    entry = Entry("contact 1", "KE", {"organisation": "A", "kind": "media"}, {contact.id: ("name",)})
    change = EntryChange(Change.CAME, "KE", "A", {"kind": "media"}, (contact.id,))
    day = NOON.date()
    return ListDocument("nmb", "Members", ListKind.MEMBERS, version, day, "en", COLUMNS, (entry,), (change,), None, 2)


def contact(work: Work, address: str = "ana@x.example") -> Contact:
    work.lists.declare([Scope(ScopeKind.LIST, "nmb")])
    return work.lists.save_contact(Address.parse(address), Details(organisation="Org"), NOON)


def test_a_version_is_frozen_with_its_files(work: Work) -> None:
    ana, lists = contact(work), work.list_documents
    first = lists.add(document(ana), 7, NOON)
    second = lists.add(replace(document(ana, SECOND), since=FIRST), 9, NOON + MINUTE)
    assert (first.name, first.stem, first.changes, first.entries) == ("list nmb 1.0", "nmb-1.0", 7, 1)
    assert (lists.document(first.id), lists.forms(first.id)) == (document(ana), None)
    assert first.digest == document(ana).digest != second.digest
    lists.freeze(first.id, FORMS)
    assert (lists.forms(first.id), lists.versions("board")) == (FORMS, [])
    frozen = replace(first, forms=FORMS.digest)
    assert (lists.versions("nmb"), lists.version(99)) == ([frozen, second], None)


def test_a_version_is_exported_withdrawn_and_erased(work: Work) -> None:
    ana, lists = contact(work), work.list_documents
    made = lists.add(document(ana), 7, NOON)
    lists.freeze(made.id, FORMS)
    lists.note_exported(made.id, NOON + MINUTE)
    lists.note_exported(made.id, NOON + 2 * MINUTE)
    lists.withdraw(made.id, "a mistake", NOON + MINUTE)
    found = lists.version(made.id)
    assert found is not None
    assert (found.exported_at, found.withdrawn_at, found.reason) == (NOON + MINUTE, NOON + MINUTE, "a mistake")
    assert [one.id for one in lists.showing(ana.id)] == [made.id]
    lists.erase(made.id, without(document(ana), ana.id), NOON)
    assert (lists.showing(ana.id), lists.forms(made.id), lists.document(made.id).entries) == ([], None, ())
    assert lists.document(made.id).changes == (EntryChange(Change.CAME, "", ""),)
    found = lists.version(made.id)
    assert found is not None and (found.digest, found.erased_at, found.forms) == (made.digest, NOON, "")


def test_a_version_knows_what_became_of_the_latest_ballot_about_it(work: Work) -> None:
    made = work.list_documents.add(document(contact(work)), 7, NOON)
    ballot = work.approvals.open_ballot(Subject(SUBJECT, made.id, "d" * 64), POLICY, {}, NOON, NOON + MINUTE)
    assert [one.outcome for one in work.list_documents.versions("nmb")] == [Outcome.OPEN]
    work.approvals.close_ballot(ballot.id, Outcome.WITHDRAWN)
    assert [one.outcome for one in work.list_documents.versions("nmb")] == [Outcome.WITHDRAWN]


def test_what_people_let_be_published(work: Work) -> None:
    ana, bo = contact(work), contact(work, "bo@x.example")
    work.list_documents.set_published(ana.id, {Part.COUNTRY, Part.NAME})
    assert work.list_documents.publishes([ana.id, bo.id]) == {ana.id: (Part.NAME, Part.COUNTRY), bo.id: None}
    found = work.lists.contact(ana.id)
    assert found is not None and found.published == (Part.NAME, Part.COUNTRY)
    work.list_documents.set_published(ana.id, ())
    assert work.list_documents.publishes([ana.id]) == {ana.id: ()}
    work.list_documents.set_published(ana.id, None)
    assert work.list_documents.publishes([ana.id]) == {ana.id: None}


def test_the_last_change_by_a_command_and_what_was_before(work: Work) -> None:
    ana, bo = contact(work), contact(work, "bo@x.example")
    lists, documents = work.lists, work.list_documents
    assert documents.last_changed("nmb", NOON) == []
    lists.set_standing("nmb", ana.id, Standing.ACTIVE, NOON, "command list import 1")
    lists.set_standing("nmb", ana.id, Standing.REMOVED, NOON + MINUTE, "command member remove 2")
    lists.set_standing("nmb", bo.id, Standing.ACTIVE, NOON + MINUTE, "command member remove 2")
    lists.set_standing("nmb", bo.id, Standing.LEFT, NOON + 2 * MINUTE, "mail 3")
    at, cause = NOON + MINUTE, "command member remove 2"
    active, removed, left = Standing.ACTIVE, Standing.REMOVED, Standing.LEFT
    assert documents.last_changed("nmb", NOON) == [
        Changed(ana.id, "ana@x.example", "Org", cause, at, active, removed, removed),
        Changed(bo.id, "bo@x.example", "Org", cause, at, None, active, left),
    ]
    assert documents.last_changed("nmb", NOON + 2 * MINUTE) == []


def test_what_an_import_has_changed_beside_the_list_is_kept_for_a_while(work: Work) -> None:
    ana, documents = contact(work), work.list_documents
    kept = Before(ana.id, {"name": ["Ana", "Anna"]}, ("update",), {"cause": "bounced"}, forgotten=True)
    documents.keep_before("nmb", "command list import 1", [kept], NOON)
    assert documents.before("command list import 1") == [kept]
    cause = "command list import 1"
    assert documents.last_changed("nmb", NOON) == [
        Changed(ana.id, "ana@x.example", "Org", cause, NOON, None, None, None)
    ]
    assert documents.forget_before(until=NOON - timedelta(days=1)) == 0
    assert (documents.forget_before("board"), documents.forget_before("nmb"), documents.before(cause)) == (0, 1, [])
