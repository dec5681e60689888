"""Nominations: proposed by a member, decided by the secretary; and who proposed hears what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.errors import Refused
from mailer.handlers import nominations
from mailer.model.invitations import NominationRules
from mailer.model.lists import Standing
from mailer.model.needs import NeedKind
from mailer.office_status import all_needs, figures, status
from mailer.throttle.policy import Policy
from tests.unit.harness import ANA, BO, OFFICE, SECRETARY, Harness, text_of

BEA = "bea@union.example"
LINES = f"""nominate

Organisation: The Union
Kind: labour union
Country: Kenya
Contact person: Bea Brown
E-mail address: {BEA}
Why them: They asked for it.
May the invitation name you: yes
"""


@pytest.fixture
def open_office(harness: Harness) -> Iterator[Harness]:
    harness.restart(nominations=NominationRules(("cag",), "nmb"))
    harness.import_list("cag", [ANA, BO])
    yield harness


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def answer(harness: Harness, by: str, words: str, to: EmailMessage | None = None) -> None:
    harness.environment.reply(by, to or last(harness, by), words)
    harness.tick()


def propose(harness: Harness, lines: str = LINES) -> None:
    """Ana proposes, and confirms."""
    harness.write(ANA, OFFICE, "x", lines)
    answer(harness, ANA, "yes")


def notices(harness: Harness) -> list[str]:
    return [text_of(mail) for mail in harness.mails_to(SECRETARY) if "proposes The Union" in mail["Subject"]]


def test_B17_nobody_is_written_to_before_the_secretary_says_yes(open_office: Harness) -> None:
    harness = open_office
    harness.write(ANA, OFFICE, "x", LINES)
    assert (notices(harness), harness.mails_to(BEA)) == ([], [])
    answer(harness, ANA, "yes")
    (text,) = notices(harness)
    assert f"{ANA} proposes to invite" in " ".join(text.split())
    assert "Organisation: The Union" in text
    assert f"E-mail address: {BEA}" in text
    assert harness.mails_to(BEA) == []
    answer(harness, SECRETARY, "Yes")
    harness.tick()
    (invited,) = harness.mails_to(BEA)
    assert "proposed you." in text_of(invited)
    assert "A member of our group" not in text_of(invited)
    assert "we have invited them" in text_of(last(harness, ANA))
    answer(harness, BEA, "yes", invited)
    harness.tick()
    assert harness.standing("nmb", BEA) is Standing.ACTIVE
    assert "they have accepted, thanks to you" in text_of(last(harness, ANA))
    with harness.office() as office:
        (one,) = nominations.all_of(office)
    assert (one.nominator, one.organisation, one.state) == (ANA, "The Union", "accepted")


def test_the_status_counts_what_waits_for_a_decision(open_office: Harness) -> None:
    propose(open_office)
    with open_office.office() as office:
        found = status(office, Policy("relay.example", ()), at_work=False, stalled_after=timedelta(minutes=1))
    assert found.proposed == {"nomination": 1}


def test_what_waits_for_a_decision_is_in_the_status_by_mail_at_once_and_in_the_note_after_two_days(
    open_office: Harness,
) -> None:
    waits = "Proposed, and not decided on: 1 nomination; see `mailer nominations ls`."

    def told(subject: str) -> str:
        mails = [mail for mail in open_office.mails_to(SECRETARY) if subject in mail["Subject"]]
        return " ".join(text_of(mails[-1]).split()) if mails else ""

    propose(open_office)
    open_office.write(SECRETARY, OFFICE, "status", "status\n")
    assert waits in told("stands")
    assert "Events:" not in told("stands")
    assert "\n\n\n" not in text_of(last(open_office, SECRETARY))
    open_office.pass_by(timedelta(days=3))
    open_office.tick()
    with open_office.office() as office:
        kinds = [need.kind for need in all_needs(office, figures(office.work, office.now), [], at_work=True)]
    assert kinds == [NeedKind.NOMINATIONS]


def test_B17_a_nominator_is_named_only_by_their_own_word(open_office: Harness) -> None:
    propose(open_office, LINES.replace("name you: yes", "name you: no"))
    answer(open_office, SECRETARY, "yes")
    open_office.tick()
    text = text_of(last(open_office, BEA))
    assert "A member of our group proposed you." in text
    assert "Ana" not in text


def test_a_no_and_silence_reach_the_nominator(open_office: Harness) -> None:
    harness = open_office
    propose(harness)
    answer(harness, SECRETARY, "NO")
    assert "the secretary decided not to invite them" in text_of(last(harness, ANA))
    assert harness.mails_to(BEA) == []
    propose(harness)
    answer(harness, SECRETARY, "YES")
    harness.pass_by(timedelta(days=61))
    harness.tick()
    harness.tick()
    assert "they have not answered" in text_of(last(harness, ANA))


def test_the_secretary_hears_of_a_double_and_the_nominator_learns_no_list(open_office: Harness) -> None:
    harness = open_office
    harness.import_list("nmb", [BEA])
    propose(harness)
    (text,) = notices(harness)
    assert "An invitation is not possible: they are on the list already." in text
    answer(harness, SECRETARY, "yes")
    assert "Your answer had no effect" in harness.subjects(SECRETARY)
    assert harness.mails_to(BEA) == []
    assert not any("on the list" in text_of(mail) for mail in harness.mails_to(ANA))


def test_who_may_not_propose_reaches_a_person(open_office: Harness) -> None:
    open_office.write("nils@reader.example", OFFICE, "x", LINES)
    assert (len(open_office.trail("feedback")), notices(open_office)) == (1, [])


def test_a_call_asks_each_member_once_and_an_answer_is_a_nomination(open_office: Harness) -> None:
    harness = open_office
    with harness.office() as office:
        assert [one.members for one in nominations.call(office, dry_run=True)] == [2]
        assert office.work.invitations.calls() == []
        nominations.call(office)
        with pytest.raises(Refused, match="under way"):
            nominations.call(office)
    harness.tick()
    harness.tick()
    assert [len(harness.mails_to(address)) for address in (ANA, BO)] == [1, 1]
    lines = LINES.removeprefix("nominate\n\n")
    harness.write(BO, str(last(harness, BO)["Reply-To"]), "Re: x", lines)
    assert len(notices(harness)) == 1
    answer(harness, ANA, "no")
    assert len(notices(harness)) == 1
    with harness.office() as office:
        with pytest.raises(Refused, match="already: add --again"):
            nominations.call(office)
        assert [one.members for one in nominations.call(office, again=True, dry_run=True)] == [2]


def test_nobody_may_propose_unless_the_configuration_says_so(harness: Harness) -> None:
    harness.restart(nominations=NominationRules())
    with harness.office() as office, pytest.raises(Refused, match="Nobody may propose"):
        nominations.call(office)
