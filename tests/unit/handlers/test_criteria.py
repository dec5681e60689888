"""The criteria are put to the board by mail, adopted, and held against the configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailer import office_status
from mailer.errors import Refused
from mailer.handlers import criteria, doctor
from mailer.handlers.criteria import Submitted
from mailer.model.approvals import Outcome
from mailer.model.criteria import CriteriaRules, Kind, Printed, Version
from mailer.model.criteria_versions import Standing
from mailer.model.findings import Verdict, Words
from mailer.model.needs import Need, NeedKind
from mailer.office import Office
from tests.flows.environment import configured
from tests.unit.harness import ANA, BO, BOARD, CLEO, DAY, SECRETARY, Harness, text_of

PRINTED = Printed(
    '<h1>Criteria</h1><figure><svg role="img"></svg></figure>', "Criteria of 2026.\n", b"%PDF-1.7 of it", 6
)
STATUS = CriteriaRules(status="Until 2030")


def standing(harness: Harness, kind: Kind = Kind.DISCLOSURE) -> Standing:
    with harness.office() as office:
        return criteria.standing(office, kind)


def submit(harness: Harness, kind: Kind = Kind.DISCLOSURE, comparison: bytes | None = None) -> Version:
    def act(office: Office) -> Submitted:
        now = criteria.standing(office, kind)
        label = criteria.label_of(office, now, "en", draft=False)
        return criteria.submit(office, kind, now.proposed, label, PRINTED, comparison)

    with harness.office() as office:
        made = act(office)
    harness.tick()
    return made.version


@pytest.fixture
def board(harness: Harness) -> Harness:
    harness.import_list("cag", BOARD)
    return harness


def adopted(harness: Harness) -> Version:
    version = submit(harness)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    return version


def test_the_board_is_asked_by_mail_with_the_document_and_its_grant_adopts_it(board: Harness) -> None:
    version = submit(board)
    request = board.request(CLEO)
    asked = "May Criteria for the disclosure of information 1, “Interim until the next plenary”, come into force?"
    assert (asked in text_of(request), "Criteria of 2026." in text_of(request)) == (True, True)
    page = request.get_body(("html",))
    assert page is not None
    assert (page.get_content().count(">Criteria</h1>"), "<svg" in page.get_content()) == (1, False)
    (attached,) = request.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("criteria-1.pdf", PRINTED.pdf)
    now = standing(board)
    assert now.asked is not None
    assert (now.asked.id, now.in_force) == (version.id, None)

    board.answer(ANA, "APPROVE")
    assert standing(board).in_force is None
    board.answer(BO, "APPROVE")
    now = standing(board)
    assert now.in_force is not None
    assert (now.asked, now.in_force.id, now.in_force.outcome) == (None, version.id, Outcome.GRANTED)
    assert [entry.subject for entry in board.trail("adopted")] == ["criteria 1"]
    with board.office() as office:
        grant = office.work.approvals.grant("criteria", version.id)
    assert grant is not None
    assert (grant.subject.digest, grant.lists) == (PRINTED.digest, ())
    told = text_of(board.mails_to(SECRETARY)[-1])
    assert "It is in force from now on. To print it: mailer criteria show --version 1 " in told
    assert [words for words in ("mailer send", "mailer issue", "withdraw") if words in told] == []


def test_an_objection_keeps_a_version_from_being_adopted(board: Harness) -> None:
    submit(board)
    board.answer(ANA, "OBJECT\n\nNot yet.")
    now = standing(board)
    assert (now.in_force, [version.outcome for version in now.versions]) == (None, [Outcome.OBJECTED])
    (asked, told) = [mail for mail in board.mails_to(SECRETARY) if "Criteria" in mail["Subject"]]
    assert asked["Subject"].startswith("The board is asked: ")
    assert "Not yet." in text_of(told)
    assert "put it to the board as a new version" in text_of(told)
    assert " mailer criteria submit " in text_of(told)
    assert "mailer issue" not in text_of(told)


def test_an_objection_after_the_adoption_changes_nothing(board: Harness) -> None:
    version = adopted(board)
    board.answer(CLEO, "OBJECT\n\nToo late.")
    now = standing(board)
    assert now.in_force is not None
    assert (now.in_force.id, now.in_force.outcome) == (version.id, Outcome.GRANTED)


def test_a_deadline_without_a_quorum_ends_it(board: Harness) -> None:
    submit(board, Kind.FEEDBACK)
    board.pass_by(8 * DAY)
    board.tick()
    assert [version.outcome for version in standing(board, Kind.FEEDBACK).versions] == [Outcome.LAPSED]
    assert "mailer criteria submit --feedback " in text_of(board.mails_to(SECRETARY)[-1])


def test_the_same_document_is_not_put_to_the_board_twice(board: Harness) -> None:
    submit(board)
    with pytest.raises(Refused, match="is being asked about just this, as version 1"):
        submit(board)
    for member in (ANA, BO):
        board.answer(member, "APPROVE")
    with pytest.raises(Refused, match="Version 1 is in force and says just this"):
        submit(board)
    assert submit(board, Kind.FEEDBACK).number == 1


def test_a_newer_version_withdraws_the_ballot_about_the_one_before(board: Harness) -> None:
    submit(board)
    board.restart(criteria=STATUS)
    second = submit(board)
    now = standing(board)
    assert now.asked is not None
    assert ([version.outcome for version in now.versions], now.asked.id) == (
        [Outcome.WITHDRAWN, Outcome.OPEN],
        second.id,
    )
    assert [subject for subject in board.subjects(ANA) if subject.startswith("Cancelled")] != []


def test_an_objection_to_an_earlier_version_that_is_taken_back_adopts_nothing(board: Harness) -> None:
    submit(board)
    first = {member: board.request(member) for member in BOARD}
    for member, words in ((ANA, "APPROVE"), (CLEO, "OBJECT\n\nNot yet.")):
        board.answer(member, words)
    board.restart(criteria=STATUS)
    second = submit(board)
    for member in (BO, CLEO):
        board.answer(member, "APPROVE", to=first[member])
    now = standing(board)
    assert now.asked is not None
    assert (now.in_force, now.asked.id) == (None, second.id)


def test_what_was_printed_from_other_rules_is_refused(board: Harness) -> None:
    with board.office() as office:
        now = criteria.standing(office, Kind.DISCLOSURE)
        label = criteria.label_of(office, now, "en", draft=False)
    board.restart(criteria=STATUS)
    with board.office() as office, pytest.raises(Refused, match="have changed while they were printed"):
        criteria.submit(office, Kind.DISCLOSURE, now.proposed, label, PRINTED)


def test_a_second_version_comes_with_what_differs_from_the_one_in_force(board: Harness) -> None:
    adopted(board)
    board.restart(criteria=STATUS)
    version = submit(board, comparison=b"%PDF what differs")
    assert (version.number, version.replaces) == (2, 1)
    names = [part.get_filename() for part in board.request(ANA).iter_attachments()]
    assert names == ["criteria-2.pdf", "criteria-2-compared-with-1.pdf"]
    with board.office() as office:
        before, document, label = criteria.comparison(office, Kind.DISCLOSURE, None, None, "en")
        earlier, later, other = criteria.comparison(office, Kind.DISCLOSURE, 1, 2, "fr")
        with pytest.raises(Refused, match="There is no version 7 of the criteria; there are: 1, 2"):
            criteria.comparison(office, Kind.DISCLOSURE, 7, None, "en")
        with pytest.raises(Refused, match="No version of the feedback criteria is in force"):
            criteria.comparison(office, Kind.FEEDBACK, None, None, "en")
    assert (before.number, document.status, label.version, label.draft, label.replaces) == (1, "Until 2030", 3, True, 1)
    assert (earlier.number, later.status, other.version, other.language, other.original) == (
        1,
        "Until 2030",
        2,
        "fr",
        "en",
    )


def test_status_and_doctor_say_that_the_configuration_differs_from_the_criteria_in_force(board: Harness) -> None:
    def found() -> tuple[list[Need], list[tuple[Verdict, str]]]:
        with board.office() as office:
            needs = office_status.all_needs(office, office_status.figures(office.work, office.now), [], at_work=True)
            findings = [(one.verdict, one.fact.text) for one in doctor.criteria(office) if isinstance(one.fact, Words)]
        return [need for need in needs if need.kind is NeedKind.CRITERIA], findings

    assert found() == ([], [])
    adopted(board)
    assert found() == ([], [(Verdict.OK, "version 1 of the criteria is in force")])
    board.restart(criteria=STATUS)
    needs, ((verdict, words),) = found()
    assert (needs, verdict) == ([Need(NeedKind.CRITERIA, criteria=Kind.DISCLOSURE)], Verdict.LOOK)
    assert words.endswith("see `mailer criteria diff`, and put it to the board: `mailer criteria submit`")
    submit(board)
    assert found() == (
        [],
        [(Verdict.OK, "version 1 of the criteria is in force; the board is asked about what is configured now")],
    )


def test_a_policy_of_their_own_decides_about_criteria_or_else_that_of_disclosure() -> None:
    def chosen(**documents: Any) -> str:
        policy = configured().rules.policies["disclosure"]
        policies = {key: replace(policy, key=key, documents=kinds) for key, kinds in documents.items()}
        return criteria.criteria_policy(replace(configured().rules, policies=policies)).key

    assert chosen(press=("press",), own=("criteria",), disclosure=("issue", "criteria")) == "own"
    assert chosen(press=("press",), disclosure=("issue",)) == "disclosure"
    assert chosen(press=("press",), update=("issue",)) == "press"
