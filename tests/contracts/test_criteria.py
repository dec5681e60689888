"""The versions of the criteria, on every store."""

from __future__ import annotations

from datetime import date

from mailer.model.approvals import Outcome, Subject
from mailer.model.criteria import SUBJECT, Clause, Document, Kind, Label, Paragraph, Printed
from mailer.phrases import phrase
from mailer.ports import Work
from tests.contracts.stores import MINUTE
from tests.fakes import NOON, POLICY

DOCUMENT = Document(
    phrase("Title"), "Group", "C 1", "Interim", "s@x.example", (Clause("a", "A", (Paragraph("One."),)),)
)
PRINTED = Printed("<p>One.</p>", "One.\n", b"%PDF", 1)


def label(number: int, replaces: int = 0) -> Label:
    return Label(number, date(2026, 11, 28), draft=False, language="en", original="en", replaces=replaces)


def test_a_version_is_frozen_with_its_forms_and_adopted(work: Work) -> None:
    made = work.criteria.add(Kind.DISCLOSURE, DOCUMENT, label(1), PRINTED, NOON)
    other = work.criteria.add(Kind.FEEDBACK, DOCUMENT, label(1), PRINTED, NOON)
    second = work.criteria.add(Kind.DISCLOSURE, DOCUMENT, label(2, replaces=1), PRINTED._replace(pages=2), NOON)
    assert (made.number, made.document, made.digest, made.adopted_at) == (1, DOCUMENT, PRINTED.digest, None)
    assert (made.name, other.name, second.stem) == ("criteria 1", "feedback criteria 1", "criteria-2")
    assert work.criteria.versions(Kind.DISCLOSURE) == [made, second]
    assert (work.criteria.printed(made.id), work.criteria.printed(second.id).pages) == (PRINTED, 2)
    work.criteria.adopt(made.id, NOON + MINUTE)
    found = work.criteria.version(made.id)
    assert found is not None
    assert (found.adopted_at, work.criteria.version(second.id), work.criteria.version(999)) == (
        NOON + MINUTE,
        second,
        None,
    )


def test_a_version_knows_what_became_of_the_latest_ballot_about_it(work: Work) -> None:
    made = work.criteria.add(Kind.DISCLOSURE, DOCUMENT, label(1), PRINTED, NOON)
    subject = Subject(SUBJECT, made.id, made.digest)
    first = work.approvals.open_ballot(subject, POLICY, {}, NOON, NOON + MINUTE)
    work.approvals.close_ballot(first.id, Outcome.WITHDRAWN)
    work.approvals.open_ballot(Subject("issue", made.id, made.digest), POLICY, {}, NOON, NOON + MINUTE)
    assert [one.outcome for one in work.criteria.versions(Kind.DISCLOSURE)] == [Outcome.WITHDRAWN]
    work.approvals.open_ballot(subject, POLICY, {}, NOON, NOON + MINUTE)
    assert [one.outcome for one in work.criteria.versions(Kind.DISCLOSURE)] == [Outcome.OPEN]
