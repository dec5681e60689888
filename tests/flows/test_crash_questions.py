"""What people are asked and propose, with a crash at every call of a port: nothing is lost, and nothing asked twice.

An event is announced, confirmed, accepted and changed; a presenter is recommended, asked, told and reports. Somebody is
invited and says yes. A list is published, and a board grants it. Whenever the process ends, the mails that people get
and the steps that the audit trail has are those of an office that never ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from mailer import inviting
from mailer.handlers import list_documents
from mailer.list_documents import choose, publish
from mailer.message import Address
from mailer.model.audit import prove
from mailer.model.list_documents import Forms
from mailer.model.list_file import Row
from mailer.model.lists import Details, Kind, Standing
from mailer.model.presenters import State as Registration
from mailer.model.publishing import Part
from tests.flows.environment import CrashPoint, Environment, OfficeProcess
from tests.flows.test_crash import BOARD, NMB, OFFICE, Play, doubts_resent, imported, ticked
from tests.thoroughness import thorough
from tests.unit.model.test_presenters import AMINA

SECRETARY, HOST, NEAR, BEA = (
    *("secretary@iso-sr.example", "host@kebs.example"),
    *("near@x.example", "bea@union.example"),
)
SEMINAR = """event

Title of the event: Standards in daily work
Kind of event: workshop
Organiser: KEBS
Place: Nairobi
Country of the event: Kenya
Dates: 14 to 15 December 2026
Languages of the event: English
Would you like a presenter of the group: yes
"""
REPORT = "How many came: 40\nWhat was asked: Is it a standard to certify?\nWhat went well: All.\n"
FORMS = Forms({"html": b"<body>One.</body>", "txt": b"One.\n", "pdf": b"%PDF", "csv": b"a\r\n"}, 1)


def in_bank(process: OfficeProcess) -> None:
    """A presenter is in the bank, and a member lets their organisation be named."""
    with process.store.transaction() as work:
        if work.lists.contact_at(NEAR):
            return
        office = process.office(work, "secretary", "a presenter")
        contact = work.lists.save_contact(Address.parse(NEAR, "Near"), Details(name="Near"), office.now)
        known = replace(AMINA, contact=contact.id, address=NEAR, name="Near", state=Registration.APPROVED, busy=())
        work.presenters.add(known)
        work.lists.set_standing("presenters", contact.id, Standing.ACTIVE, office.now, "a test")
        member = work.lists.contact_at(NMB[0])
        assert member is not None
        member = work.lists.save_contact(Address.parse(NMB[0]), Details("Nils", "SIS", country="SE"), office.now)
        choose(office, member, (Part.COUNTRY, Part.ORGANISATION))


def invited(process: OfficeProcess) -> None:
    with process.store.transaction() as work:
        row = Row(Address.parse(BEA), Details("Bea Brown", "The Union", Kind.LABOUR, "KE", "en"))
        inviting.invite(process.office(work, "secretary", "invite"), "subscriber", [row])


def published(process: OfficeProcess) -> None:
    with process.store.transaction() as work:
        publish(process.office(work, "secretary", "list publish"), "nmb", forms=FORMS)


def submitted(process: OfficeProcess) -> None:
    with process.store.transaction() as work:
        office = process.office(work, "secretary", "list submit")
        list_documents.submit(office, list_documents.version_of(office, "nmb"))


class Ended(NamedTuple):
    """What has come of it all."""

    mails: Counter[tuple[str, str]]
    """By recipient and subject; one that went out twice because it was in doubt counts once."""
    steps: Counter[str]
    """The actions of the audit trail."""
    states: Sequence[str]
    open_questions: int


def play(environment: Environment, crash_point: CrashPoint) -> None:
    office = Play(environment, crash_point)

    def settle(days: int = 0) -> None:
        environment.clock.pass_by(timedelta(days=days))
        office(ticked, doubts_resent, ticked)

    def reply(address: str, subject: str, words: str) -> None:
        environment.reply(address, newest(environment, address, subject), words)

    office(imported("cag", BOARD), imported("nmb", NMB), in_bank, invited, published, submitted)
    environment.write(HOST, OFFICE, "An event", SEMINAR)
    settle()
    reply(HOST, "Please confirm", "yes")
    reply(BEA, "An invitation", "yes")
    for member in BOARD[:2]:
        reply(member, "", "APPROVE")
    settle()
    reply(SECRETARY, "Event 1 announced", "YES")
    settle()
    reply(SECRETARY, "Which presenter", "1\n")
    settle()
    reply(NEAR, "Would you present", "yes")
    settle()
    reply(HOST, "Your event is accepted", "Place: Mombasa\n")
    settle()
    reply(SECRETARY, "", "YES")
    settle()
    settle(days=16)
    settle(days=7)
    reply(NEAR, "How was", REPORT)
    settle()


def newest(environment: Environment, address: str, subject: str) -> EmailMessage:
    return [mail for mail in environment.mails_to(address) if str(mail["Subject"]).startswith(subject)][-1]


def ended(environment: Environment) -> Ended:
    people = {recipient for recipient, _ in environment.relay.accepted}
    mails = {(one, mail["Message-ID"]): str(mail["Subject"]) for one in people for mail in environment.mails_to(one)}
    assert environment.mailbox.inbox == {}
    with environment.store.snapshot() as work:
        assert prove(work.audit.chain(), work.audit.rows()).faults == []
        steps = Counter(entry.action for entry in work.audit.newest(1000) if entry.action != "doubts resolved")
        event = work.events.by_id(1)
        assert event is not None
        (version,) = work.list_documents.versions("nmb")
        (submission,) = work.submissions.each()
        bea = [one.standing for one in work.lists.members("subscriber", standing=None)]
        states = [
            *(str(event.state), event.place, str(submission.state), str(version.outcome), *map(str, bea)),
            *(str(one.state) for one in work.assignments.of_event(1)),
            *(one.values["people"] for one in work.assignments.reports(1)),
        ]
        questions = [work.questions.question(number) for number in range(1, 20)]
        open_questions = sum(one is not None and one.answered_at is None for one in questions)
    environment.close()
    return Ended(Counter((one, subject) for (one, _), subject in mails.items()), steps, states, open_questions)


@cache
def without_a_crash() -> tuple[Ended, int]:
    """What comes of it, and how many calls of ports it takes."""
    with TemporaryDirectory() as folder:
        environment, crash_point = Environment(Path(folder)), CrashPoint()
        play(environment, crash_point)
        return ended(environment), crash_point.calls


def test_questions_without_a_crash() -> None:
    found, _ = without_a_crash()
    assert found.states == ["held", "Mombasa", "accepted", "granted", "active", "reported", "40"]
    assert max(found.mails.values()) == 1


@pytest.mark.torture
@pytest.mark.parametrize("part", range(2))
def test_E1_questions_with_a_crash_at_every_call_of_a_port(tmp_path: Path, part: int) -> None:
    """``make test`` takes every 499th of these calls."""
    every = 1 if thorough() else 499
    expected, calls = without_a_crash()
    for k in range(part * every + 1, calls + 1, 2 * every):
        folder = tmp_path / str(k)
        folder.mkdir()
        environment = Environment(folder)
        play(environment, CrashPoint(at=k))
        assert ended(environment) == expected, f"after a crash at call {k}"
