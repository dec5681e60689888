"""Published versions of lists: what they show, how they are granted, written for the outside, withdrawn and erased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from mailer import contacts
from mailer.errors import NotGranted, Refused
from mailer.handlers import list_documents
from mailer.list_documents import choose, proposed, publish
from mailer.model.approvals import Outcome
from mailer.model.list_documents import SUBJECT, Change, Forms, ListDocument, ListVersion, Published
from mailer.model.publishing import Part
from mailer.office import Office
from tests.unit.harness import ANA, BO, BOARD, NILS, NORA, SECRETARY, Harness, text_of

ALL = (Part.NAME, Part.COUNTRY, Part.ORGANISATION)
FORMS = Forms({"html": b"<body>One.</body>", "txt": b"One.\n", "pdf": b"%PDF", "csv": b"a\r\n"}, 1)
FIRST, SECOND = ListVersion(1, 0), ListVersion(1, 1)


def allow(harness: Harness, address: str, *parts: Part) -> None:
    harness.do(lambda office: choose(office, contacts.contact_of(office, address), parts))


def listed(harness: Harness) -> None:
    """Two members with the same organisation and country; Nils lets all be published but his address."""
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", [NILS, NORA], organisation="SIS", country="SE", name="Nils Holm")
    allow(harness, NILS, *ALL)


def published(harness: Harness, key: str = "nmb", forms: Forms | None = FORMS, *, review: bool = False) -> Published:
    with harness.office() as office:
        return publish(office, key, forms=forms, review=review)


def document(harness: Harness, version: Published) -> ListDocument:
    with reading(harness) as office:
        return office.work.list_documents.document(version.id)


@contextmanager
def reading(harness: Harness) -> Iterator[Office]:
    with harness.environment.store.snapshot() as work:
        yield harness.process.office(work, "secretary", "")


def submitted(harness: Harness) -> Published:
    listed(harness)
    version = published(harness)
    harness.do(lambda office: list_documents.submit(office, version))
    harness.tick()
    return version


def granted(harness: Harness) -> Published:
    version = submitted(harness)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    return version


def outcome(harness: Harness, version: Published) -> Outcome | None:
    with reading(harness) as office:
        found = office.work.list_documents.version(version.id)
    assert found is not None
    return found.outcome


# --- publishing ---


def test_a_version_shows_what_people_allow_and_says_how_many_are_not_shown(harness: Harness) -> None:
    listed(harness)
    shown = document(harness, published(harness))
    (entry,) = shown.entries
    assert (entry.group, entry.values) == ("SE", {"organisation": "SIS", "contact": "Nils Holm"})
    assert (shown.version, shown.hidden, shown.changes, shown.since) == (FIRST, 1, (), None)
    assert [entry.consents for entry in shown.entries] == [{1 + len(BOARD): ("name", "country", "organisation")}]


def test_D15_nothing_of_people_who_were_not_asked_is_published(harness: Harness) -> None:
    harness.import_list("nmb", [NILS], organisation="SIS", country="SE")
    with harness.office() as office, pytest.raises(Refused, match="mailer list ask-publish nmb"):
        publish(office, "nmb")
    with harness.office() as office, pytest.raises(Refused, match="is empty"):
        publish(office, "d-liaison")


def test_an_organisation_that_is_a_member_by_office_is_shown_by_name_and_country(harness: Harness) -> None:
    rules = harness.process.office(None, "", "").rules  # type: ignore[arg-type]
    by_office = {**rules.lists, "nmb": replace(rules.lists["nmb"], by_office=True)}
    harness.restart(lists=by_office)
    harness.import_list("nmb", [NILS], organisation="SIS", country="SE", name="Nils Holm")
    (entry,) = document(harness, published(harness)).entries
    assert (entry.group, entry.values, entry.consents) == ("SE", {"organisation": "SIS"}, {})


def test_the_next_version_says_what_has_changed_and_nothing_is_published_without_news(harness: Harness) -> None:
    listed(harness)
    published(harness)
    with harness.office() as office, pytest.raises(Refused, match="has changed since version"):
        publish(office, "nmb")
    allow(harness, NORA, Part.NAME)
    second = published(harness)
    shown = document(harness, second)
    assert (second.version, shown.since, shown.hidden) == (SECOND, FIRST, 0)
    assert [(one.change, one.group, one.name) for one in shown.changes] == [(Change.CAME, "", "Nils Holm")]
    assert published(harness, review=True).version == ListVersion(2, 0)


def test_who_left_is_not_named_unless_they_still_allow_it(harness: Harness) -> None:
    listed(harness)
    allow(harness, NORA, Part.ORGANISATION)
    published(harness)
    harness.import_list("nmb", [])
    allow(harness, NILS)
    with reading(harness) as office:
        changes = proposed(office, "nmb").document.changes
    assert [(one.change, one.name) for one in changes] == [(Change.LEFT, ""), (Change.LEFT, "SIS")]


def test_a_document_that_is_not_the_printed_one_is_refused(harness: Harness) -> None:
    listed(harness)
    with harness.office() as office, pytest.raises(Refused, match="changed while it was printed"):
        publish(office, "nmb", digest="0" * 64)


# --- the board ---


def test_the_board_is_asked_with_all_files_and_its_grant_lets_them_be_written(harness: Harness) -> None:
    version = submitted(harness)
    request = harness.request(ANA)
    names = [part.get_filename() for part in request.iter_attachments()]
    assert "May National member bodies, version 1.0, be published?" in text_of(request)
    assert names == ["nmb-1.0.pdf", "nmb-1.0.csv"]
    with harness.office() as office, pytest.raises(NotGranted, match="has not decided"):
        list_documents.granted(office, "nmb")
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert "mailer list export nmb --version 1.0 --out FOLDER" in text_of(harness.mails_to(SECRETARY)[-1])
    with harness.office() as office:
        found, forms = list_documents.granted(office, "nmb", FIRST)
        list_documents.note_exported(office, found)
    assert (found.id, forms) == (version.id, FORMS)
    harness.answer(ANA, "OBJECT")
    assert outcome(harness, version) is Outcome.GRANTED


def test_law_4_no_file_is_written_without_a_grant(harness: Harness) -> None:
    listed(harness)
    published(harness)
    with harness.office() as office, pytest.raises(NotGranted, match="mailer list submit nmb --version"):
        list_documents.granted(office, "nmb")


def test_law_4_bytes_that_were_changed_after_the_grant_are_not_written(harness: Harness) -> None:
    granted(harness)
    harness.do(
        lambda office: office.work.list_documents._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE list_version_files SET content = ? WHERE ending = 'csv'", (b"b\r\n",)
        )
    )
    with harness.office() as office, pytest.raises(NotGranted, match="approved an earlier version"):
        list_documents.granted(office, "nmb")


def test_an_objection_voids_the_grant_while_nothing_was_written(harness: Harness) -> None:
    version = granted(harness)
    harness.answer(ANA, "OBJECT")
    assert outcome(harness, version) is Outcome.OBJECTED
    with harness.office() as office, pytest.raises(NotGranted, match="has not granted"):
        list_documents.granted(office, "nmb")


def test_submitting_a_later_version_withdraws_the_ballot_about_an_earlier_one(harness: Harness) -> None:
    first = submitted(harness)
    with harness.office() as office, pytest.raises(Refused, match="the board was asked"):
        list_documents.submittable(office, "nmb")
    allow(harness, NORA, *ALL)
    second = published(harness)
    harness.do(lambda office: list_documents.submit(office, second))
    assert (outcome(harness, first), outcome(harness, second)) == (Outcome.WITHDRAWN, Outcome.OPEN)


# --- choices that change, and people who are forgotten ---


def test_D15_a_version_that_shows_more_than_is_allowed_by_now_is_not_written_and_the_secretary_is_told(
    harness: Harness,
) -> None:
    granted(harness)
    allow(harness, NILS, Part.ORGANISATION)
    harness.tick()
    told = harness.mails_to(SECRETARY)[-1]
    assert str(told["Subject"]) == "A published list shows more than Nils Holm allows"
    with harness.office() as office, pytest.raises(NotGranted, match="shows more than is allowed by now of SIS"):
        list_documents.granted(office, "nmb")


def test_D15_who_is_forgotten_is_erased_from_published_versions_and_their_grants_end(harness: Harness) -> None:
    version = granted(harness)
    harness.do(lambda office: contacts.forget(office, contacts.contact_of(office, NILS)))
    harness.tick()
    with reading(harness) as office:
        work = office.work
        assert (work.list_documents.forms(version.id), document(harness, version).entries) == (None, ())
        assert work.approvals.grant(SUBJECT, version.id) is None
        with pytest.raises(Refused, match="was erased"):
            list_documents.document_of(office, list_documents.version_of(office, "nmb"))
    subjects = harness.subjects(SECRETARY)
    assert "A published list showed somebody who is forgotten" in subjects


def test_a_withdrawn_version_counts_no_longer_and_can_be_brought_back(harness: Harness) -> None:
    version = granted(harness)
    harness.do(lambda office: list_documents.withdraw(office, "nmb", FIRST, "a mistake"))
    with harness.office() as office:
        with pytest.raises(NotGranted, match="is withdrawn: a mistake"):
            list_documents.granted(office, "nmb")
        assert proposed(office, "nmb").last is None
    harness.do(lambda office: list_documents.bring_back(office, "nmb", FIRST))
    with harness.office() as office, pytest.raises(NotGranted, match="has not granted"):
        list_documents.granted(office, "nmb")
    harness.do(lambda office: list_documents.submit(office, version))
    assert outcome(harness, version) is Outcome.OPEN
