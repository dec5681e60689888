"""A review, with a crash at every call of a port: nobody is asked twice, and no answer is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailer.model.audit import prove
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Delivery
from mailer.model.reviews import EntryState, RoundState, Stage
from mailer.ports import Folder
from mailer.reviewing import starting
from tests.flows.environment import CrashPoint, Environment, OfficeProcess
from tests.flows.test_crash import NMB, Play, doubts_resent, imported, ticked
from tests.thoroughness import thorough

SECRETARY = "secretary@iso-sr.example"
OKS, CORRECTS, SILENT = NMB


def started(process: OfficeProcess) -> None:
    with process.store.transaction() as work:
        starting.start(process.office(work, "secretary", "review start"), "nmb")


def play(environment: Environment, crash_point: CrashPoint) -> int:
    """Play a round. Returns the number of crashes."""
    office = Play(environment, crash_point)

    def later(days: int) -> None:
        environment.clock.pass_by(timedelta(days=days, minutes=1))
        office(ticked, ticked, doubts_resent, copies_resent, ticked)

    office(imported("nmb", NMB), started, ticked, doubts_resent, copies_resent, ticked)
    environment.reply(OKS, asked(environment, OKS), "OK\n")
    correct(environment, CORRECTS)
    office(ticked, doubts_resent, ticked)
    for _ in range(3):
        later(10)
    environment.reply(SECRETARY, newest(environment, SECRETARY, "What becomes of"), "YES\n")
    office(ticked, ticked, doubts_resent, ticked)
    return office.crashes


def copies_resent(process: OfficeProcess) -> None:
    """The secretary resends copies in doubt, so that their readers can go on."""
    with process.store.transaction() as work:
        for mailing in work.mailings.all():
            if work.outbox.resolve_doubts(mailing.id, Delivery.QUEUED, process.runtime.clock.now()):
                work.mailings.save(mailing.continued(None, process.runtime.clock.now()))  # type: ignore[arg-type]


def newest(environment: Environment, address: str, subject: str) -> EmailMessage:
    return [mail for mail in environment.mails_to(address) if mail["Subject"].startswith(subject)][-1]


def asked(environment: Environment, address: str) -> EmailMessage:
    return newest(environment, address, "Is your entry still right?")


def correct(environment: Environment, address: str) -> None:
    mail = asked(environment, address)
    part = mail.get_body(("plain",))
    assert part is not None
    words = str(part.get_content()).replace("Country:", "Country: Kenya", 1)
    to = str(mail["Reply-To"]).rpartition("<")[2].rstrip(">")
    quoted = "\n".join(f"> {line}" for line in words.splitlines())
    environment.write(address, to, f"Re: {mail['Subject']}", quoted, **{"In-Reply-To": mail["Message-ID"]})


def check(environment: Environment) -> None:
    assert environment.mailbox.inbox == {}
    assert set(environment.mailbox.folders) <= {Folder.PROCESSED} or not any(
        mails for folder, mails in environment.mailbox.folders.items() if folder is not Folder.PROCESSED
    )
    with environment.store.snapshot() as work:
        (one,) = work.reviews.all()
        assert (one.state, one.stage) == (RoundState.ENDED, Stage.DECIDED)
        assert [seen.state for seen in work.reviews.page(one.id)] == [
            EntryState.OK,
            EntryState.CHANGED,
            EntryState.FLAGGED,
        ]
        rows = {
            kind: [row.recipient for row in work.outbox.page(mailing.id, 0, 10)]
            for kind in (MailingKind.REVIEW, MailingKind.REVIEW_REMINDER)
            if (mailing := work.mailings.of(kind, one.id))
        }
        assert rows == {MailingKind.REVIEW: list(NMB), MailingKind.REVIEW_REMINDER: [SILENT]}
        contact = work.lists.contact_at(CORRECTS)
        assert contact is not None and contact.details.country == "KE"
        actions = Counter(entry.action for entry in work.audit.newest(1000))
        assert [actions[f"review {action}"] for action in ("started", "confirmed", "ended")] == [1, 1, 1]
        assert prove(work.audit.chain(), work.audit.rows()).faults == []
    for address, subjects in ((OKS, 2), (CORRECTS, 2), (SILENT, 2), (SECRETARY, 2)):
        assert len({mail["Message-ID"] for mail in environment.mails_to(address)}) == subjects, address
    environment.close()


def test_E1_a_review_that_all_have_answered_ends_once_wherever_it_crashes(tmp_path: Path) -> None:
    for k in range(0, 120, 7 if thorough() else 29):
        folder = tmp_path / str(k)
        folder.mkdir()
        environment = Environment(folder)
        Play(environment, CrashPoint())(imported("nmb", NMB), started, ticked, ticked)
        for address in NMB:
            environment.reply(address, asked(environment, address), "OK\n")
        crashing = Play(environment, CrashPoint(at=k) if k else CrashPoint())
        crashing(ticked, doubts_resent, ticked, ticked)
        with environment.store.snapshot() as work:
            assert [(one.state, one.stage) for one in work.reviews.all()] == [(RoundState.ENDED, Stage.ASKED)]
            assert [one.action for one in work.audit.newest(1000)].count("review ended") == 1
        summaries = [mail for mail in environment.mails_to(SECRETARY) if mail["Subject"].startswith("The review of")]
        assert len({mail["Message-ID"] for mail in summaries}) == 1
        environment.close()


def test_a_review_without_a_crash(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert play(environment, CrashPoint()) == 0
    check(environment)
    accepted = Counter(mail["Message-ID"] for address in (*NMB, SECRETARY) for mail in environment.mails_to(address))
    assert set(accepted.values()) == {1}


@pytest.mark.torture
@pytest.mark.parametrize("part", range(4))
def test_E1_a_review_with_a_crash_at_every_call_of_a_port(tmp_path: Path, part: int) -> None:
    """``make test`` takes every 97th of these calls."""
    every = 1 if thorough() else 97
    k = part * every + 1
    while True:
        folder = tmp_path / str(k)
        folder.mkdir()
        environment, crash_point = Environment(folder), CrashPoint(at=k)
        play(environment, crash_point)
        check(environment)
        if crash_point.calls < k:
            break
        k += 4 * every
    assert k > 100, "the sweep ended too early"
