"""Receiving mail: each is handled once and filed after its commit, and no mail delays another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from mailer.errors import MailerError, Permanent, Temporary
from mailer.handlers import feedback
from mailer.message import Signature
from mailer.ports import Fetched, Folder, Ref
from mailer.receive import KEYS_WITHIN, TRIES, Postponed, Reception
from mailer.stop import StopFlag
from mailer.tokens import Purpose
from tests.cost import bounded
from tests.fakes import FakeMailbox, FakeMetrics, FakeVerifier
from tests.flows.environment import configured, signed
from tests.flows.office import letter
from tests.unit.harness import ANA, BO, NILS, OFFICE, SECRETARY, Harness, signup, text_of

Signer = Callable[[bytes], tuple[Signature, ...]]

ULLA, UMAR = "ulla@union.example", "umar@union.example"
POISON = letter("Eve <eve@x.example>", OFFICE, "Poison", "What a nice letter.\n")
CRLF_NAME = b"From: =?utf-8?q?a=0D=0Ab?= <eve@x.example>\r\nTo: tg2@iso-sr.example\r\nSubject: x\r\n\r\nx\r\n"
NESTED = b"From: eve@x.example\r\n" + b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000)
)


@dataclass
class UnreliableMailbox(FakeMailbox):
    """An inbox that can refuse to move mail, or lose its connection while it is read."""

    full: MailerError | None = None
    lost_after: int | None = None
    fetched: int = 0
    withheld: set[Ref] = field(default_factory=set)
    """Messages that the server does not hand over."""

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        if self.full and refs:
            raise self.full
        super().file(refs, folder)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        for message in super().fetch(refs):
            if self.fetched == self.lost_after:
                raise Temporary("imap: connection lost")
            self.fetched += 1
            withheld = message.ref in self.withheld
            yield replace(message, raw=None, problem="[SERVERBUG] cannot") if withheld else message


@dataclass
class Setup:
    """The reception of the harness's office."""

    harness: Harness
    mailbox: UnreliableMailbox = field(default_factory=UnreliableMailbox)
    stop: StopFlag = field(default_factory=StopFlag)
    verifier: FakeVerifier = field(default_factory=lambda: FakeVerifier(rule=signed))
    metrics: FakeMetrics = field(default_factory=FakeMetrics)

    def __post_init__(self) -> None:
        self.harness.environment.mailbox = self.mailbox
        self.harness.restart()

    def receive(self) -> None:
        self.reception().receive(self.harness.now)

    def reception(self) -> Reception:
        runtime = self.harness.process.runtime
        runtime = replace(runtime, store=self.harness.environment.store, metrics=self.metrics, stop=self.stop)
        return Reception(runtime, self.mailbox, self.verifier, configured().reading_rules)

    def arrive(self, *raws: bytes) -> list[Ref]:
        return [self.mailbox.arrive(raw, self.harness.now) for raw in raws]

    @property
    def asked(self) -> list[str]:
        """The addresses whose sign-ups were handled."""
        return [entry.subject for entry in self.harness.trail("sign-up requested")]

    @property
    def quarantined(self) -> list[object]:
        return [entry.detail["reason"] for entry in self.harness.trail("quarantined")]


@pytest.fixture
def setup(harness: Harness) -> Setup:
    return Setup(harness)


def test_mail_is_handled_and_filed(setup: Setup) -> None:
    setup.arrive(signup(ULLA), letter("noreply@x.example", OFFICE, "x", "x"), CRLF_NAME, signup(UMAR))
    setup.receive()
    assert (setup.mailbox.inbox, setup.asked) == ({}, [ULLA, UMAR])
    assert setup.harness.filed()[Folder.PROCESSED] == 3


def test_F4_the_same_bytes_under_another_uid_are_handled_once(setup: Setup) -> None:
    raw = letter(ULLA, OFFICE, "A word", "Your newsletter is very useful to us.\n")
    setup.arrive(raw, raw)
    setup.receive()
    setup.arrive(raw)
    setup.receive()
    assert (len(setup.harness.trail("feedback")), setup.harness.filed()) == (1, {Folder.PROCESSED: 3})


@pytest.mark.parametrize(
    "raw",
    [
        CRLF_NAME,
        b"From: a@x.example, b@x.example\r\nTo: tg2@iso-sr.example\r\n\r\nsubscribe\r\n",
        b"From: a@x.example\r\nFrom: b@x.example\r\nTo: tg2+subscribe@iso-sr.example\r\n\r\n",
        b"From: " + b"(" * 900 + b"\r\n\r\nsubscribe\r\n",
        b"no mail at all",
        b"",
    ],
)
def test_B9_malformed_mail_from_strangers_is_answered_to_nobody(setup: Setup, raw: bytes) -> None:
    setup.arrive(raw)
    setup.harness.tick()
    assert setup.mailbox.inbox == {}
    assert [to for to, _ in setup.harness.environment.relay.accepted if to != SECRETARY] == []


def test_F1_renumbered_mail_is_not_handled_again(setup: Setup) -> None:
    setup.mailbox.full = Temporary("imap: cannot move")
    setup.arrive(*(letter(ULLA, OFFICE, "A word", f"Useful, number {n}.\n") for n in range(3)))
    setup.receive()
    setup.mailbox.renumber()
    setup.mailbox.full = None
    setup.arrive(signup(ULLA))
    setup.receive()
    assert (len(setup.harness.trail("feedback")), setup.asked, setup.mailbox.inbox) == (3, [ULLA], {})


def test_F9_mail_that_could_not_be_filed_is_filed_later_and_not_handled_again(setup: Setup) -> None:
    setup.mailbox.full = Temporary("imap: connection lost")
    setup.arrive(letter(ULLA, OFFICE, "A word", "Useful.\n"), b"no mail at all")
    setup.receive()
    setup.mailbox.full = None
    setup.receive()
    assert (setup.mailbox.inbox, len(setup.harness.trail("feedback"))) == ({}, 1)


def test_F2_mail_handled_before_a_lost_connection_is_not_handled_again(setup: Setup) -> None:
    setup.arrive(*(letter(ULLA, OFFICE, "A word", f"Useful, number {n}.\n") for n in range(3)))
    setup.mailbox.lost_after = 2
    with pytest.raises(Temporary, match="connection lost"):
        setup.receive()
    assert (len(setup.mailbox.inbox), len(setup.harness.trail("feedback"))) == (3, 2)
    setup.mailbox.lost_after = None
    setup.receive()
    assert (setup.mailbox.inbox, len(setup.harness.trail("feedback"))) == ({}, 3)


@pytest.mark.parametrize("fault", [Temporary("imap: [OVERQUOTA] full"), Permanent("imap: no such folder")])
def test_F6_a_server_that_moves_no_mail_is_reported_once_a_day(setup: Setup, fault: MailerError) -> None:
    setup.mailbox.full = fault
    for sender in (ULLA, UMAR, NILS):
        setup.arrive(signup(sender))
        setup.receive()
    assert (setup.asked, len(setup.mailbox.inbox)) == ([ULLA, UMAR, NILS], 3)
    setup.harness.restart()
    setup.harness.tick()
    (notice,) = setup.harness.mails_to(SECRETARY)
    assert notice["Subject"] == "The mailbox cannot file its mail"
    assert str(fault) in text_of(notice)


@pytest.mark.parametrize(
    "raw", [NESTED, b"From: " + b"(" * 900 + b" eve@x.example\r\n\r\nx"], ids=["nested", "brackets"]
)
def test_C1_C3_mail_that_cannot_be_parsed_is_quarantined_and_the_rest_is_handled(setup: Setup, raw: bytes) -> None:
    setup.arrive(CRLF_NAME, raw, signup(ULLA))
    setup.receive()
    assert (setup.mailbox.inbox, setup.asked) == ({}, [ULLA])


def test_a_quarantined_mail_is_reported_once(setup: Setup) -> None:
    for _ in range(2):
        setup.arrive(NESTED, NESTED)
        setup.receive()
    setup.harness.tick()
    assert (len(setup.quarantined), setup.harness.filed()[Folder.ATTENTION]) == (1, 4)
    assert setup.harness.subjects(SECRETARY) == ["A mail needs a person"]
    assert {to for to, _ in setup.harness.environment.relay.accepted} == {SECRETARY}  # B9: no backscatter


def test_C5_a_mail_above_the_size_limit_is_quarantined_unread(setup: Setup) -> None:
    setup.mailbox.max_bytes = 1000
    setup.arrive(signup(ULLA) + bytes(2000), signup(UMAR))
    setup.receive()
    setup.receive()
    assert (setup.asked, setup.harness.filed()) == ([UMAR], {Folder.ATTENTION: 1, Folder.PROCESSED: 1})
    assert [str(reason).startswith("it is larger than we read (") for reason in setup.quarantined] == [True]


def test_each_mail_is_counted_by_its_kind_once(setup: Setup) -> None:
    raw = signup(ULLA)
    setup.arrive(raw, CRLF_NAME, raw)
    setup.receive()
    setup.receive()
    handled = "handling done"
    assert setup.metrics.events == [handled, handled, "command", "quarantine"]


# --- a bug in a handler ---


@pytest.fixture
def a_bug(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A handler of feedback that changes the store and then raises."""
    met: list[str] = []
    receive = feedback.receive

    def broken(*what: object) -> str:
        receive(*what)  # type: ignore[arg-type]
        met.append("bug")
        raise KeyError("bug")

    monkeypatch.setattr(feedback, "receive", broken)
    yield met


def test_F10_a_poison_message_is_tried_three_times_and_later_mail_flows(setup: Setup, a_bug: list[str]) -> None:
    setup.arrive(POISON, signup(ULLA))
    setup.receive()
    assert (setup.asked, len(setup.mailbox.inbox), setup.quarantined) == ([ULLA], 1, [])
    for _ in range(4):
        setup.receive()
    assert (len(a_bug), setup.mailbox.inbox) == (TRIES, {})
    assert setup.metrics.events.count("handler failed") == TRIES
    assert setup.quarantined == ["KeyError while handling it"]
    assert setup.harness.filed() == {Folder.PROCESSED: 1, Folder.ATTENTION: 1}


def test_F10_a_failed_handler_changes_only_the_count(setup: Setup, a_bug: list[str]) -> None:
    setup.arrive(POISON)
    setup.receive()
    with setup.harness.environment.store.snapshot() as work:
        assert (work.audit.newest(10), work.outbox.counts().total) == ([], 0)
        assert work.inbound.counts() == {"quarantine": 1}


def test_F10_the_count_is_dropped_after_a_success(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(feedback, "receive", lambda *what: 1 / 0)
        setup.arrive(POISON)
        setup.receive()
    setup.receive()
    assert (setup.quarantined, setup.harness.filed(), len(setup.harness.trail("feedback"))) == (
        [],
        {Folder.PROCESSED: 1},
        1,
    )


# --- DNS failures ---


def test_a_domain_without_dns_delays_no_other(setup: Setup) -> None:
    setup.harness.asked()
    setup.verifier = FakeVerifier(rule=no_dns_for(ANA))
    setup.harness.environment.reply(ANA, setup.harness.request(ANA), "APPROVE")
    setup.harness.environment.reply(BO, setup.harness.request(BO), "APPROVE")
    setup.arrive(signup(ULLA))
    with pytest.raises(Postponed, match="DNS"):
        setup.receive()
    assert (len(setup.harness.votes), setup.asked, len(setup.mailbox.inbox)) == (1, [ULLA], 1)
    setup.verifier = FakeVerifier(rule=signed)
    setup.receive()
    assert (len(setup.harness.votes), setup.mailbox.inbox) == (2, {})


def test_A1_a_vote_waits_for_dns_for_a_limited_time(setup: Setup) -> None:
    setup.harness.asked()
    setup.verifier = FakeVerifier(rule=no_dns_for(ANA))
    setup.harness.environment.reply(ANA, setup.harness.request(ANA), "APPROVE")
    setup.harness.pass_by(KEYS_WITHIN - timedelta(seconds=1))
    with pytest.raises(Postponed):
        setup.receive()
    setup.harness.pass_by(timedelta(seconds=1))
    setup.receive()
    assert (setup.harness.votes, setup.harness.filed()[Folder.REFUSED]) == ([], 1)


def test_B4_a_wish_to_leave_is_confirmed_instead(setup: Setup) -> None:
    setup.harness.import_list("nmb", [NILS])
    setup.verifier = FakeVerifier(rule=no_dns_for(NILS))
    setup.arrive(letter(NILS, OFFICE, "x", "unsubscribe\n"))
    setup.receive()
    setup.harness.tick()
    assert [subject.startswith("Do you want to leave") for subject in setup.harness.subjects(NILS)] == [True]


def no_dns_for(sender: str) -> Signer:
    def look(raw: bytes) -> tuple[Signature, ...]:
        if f"From: {sender}".encode() in raw:
            raise Temporary("DNS: s1._domainkey cannot be looked up")
        return signed(raw)

    return look


# --- stopping, and mail from strangers ---


def test_E16_a_stop_takes_effect_between_two_mails(setup: Setup) -> None:
    setup.arrive(signup(ULLA), signup(UMAR))
    setup.stop.ask()
    setup.receive()
    assert (setup.asked, len(setup.mailbox.inbox)) == ([], 2)


def test_a_locked_store_leaves_the_mail_in_the_inbox(setup: Setup) -> None:
    class Locked:
        def __getattr__(self, name: str) -> object:
            raise Temporary("The store cannot be used now")

    setup.arrive(signup(ULLA))
    reception = setup.reception()
    locked = replace(reception.runtime, store=Locked())  # type: ignore[arg-type]
    with pytest.raises(Temporary):
        replace(reception, runtime=locked).receive(setup.harness.now)
    reception.receive(setup.harness.now)
    assert (setup.asked, setup.mailbox.inbox) == ([ULLA], {})


@pytest.mark.parametrize("purpose", Purpose)
def test_B5_a_forged_token_is_ignored(setup: Setup, purpose: Purpose) -> None:
    setup.harness.asked()
    genuine = str(setup.harness.token(purpose, 1))
    tampered = genuine[:-1] + ("a" if genuine[-1] != "a" else "b")
    setup.arrive(letter("eve@x.example", f"tg2+{tampered}@iso-sr.example", "Re: x", "yes\n"))
    setup.receive()
    assert [entry.action for entry in setup.harness.trail("left") + setup.harness.trail("bounced")] == []
    assert setup.harness.votes == []


def test_B6_our_own_issue_is_dropped_when_it_comes_back(setup: Setup) -> None:
    setup.arrive(letter(ULLA, OFFICE, "x", "subscribe\n", **{"List-Id": "ISO/SR Update <update.iso-sr.example>"}))
    setup.receive()
    assert (setup.asked, setup.harness.filed()) == ([], {Folder.PROCESSED: 1})


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return-Path": "<>"}, {"X-Autoreply": "yes"}],
    ids=str,
)
def test_B7_a_machine_is_never_answered(setup: Setup, headers: dict[str, str]) -> None:
    setup.arrive(signup(ULLA, **headers), letter("mailer-daemon@x.example", OFFICE, "help", "help\n"))
    setup.receive()
    setup.harness.tick()
    answered = [to for to, _ in setup.harness.environment.relay.accepted if to != SECRETARY]
    assert answered == []


def test_each_of_two_hundred_mails_takes_a_few_statements(setup: Setup) -> None:
    setup.arrive(
        *(letter(ULLA, OFFICE, "x", "x", **{"Auto-Submitted": "auto-replied", "X-Nr": str(n)}) for n in range(200))
    )
    statements: list[str] = []
    event.listen(
        setup.harness.environment.store._engine, "before_cursor_execute", lambda *seen: statements.append(seen[2])
    )
    with bounded():
        setup.receive()
    assert (setup.mailbox.inbox, len(statements) < 5 * 200) == ({}, True)


def test_F13_a_mail_that_the_server_does_not_hand_over_goes_to_a_person_once_and_the_others_flow(setup: Setup) -> None:
    (bad,) = setup.arrive(signup(ULLA))
    setup.mailbox.withheld = {bad}
    for tried in range(TRIES):
        assert list(setup.mailbox.inbox) == [bad.uid], tried
        setup.arrive(signup(f"member-{tried}@union.example"))
        setup.receive()
    assert setup.mailbox.inbox == {}
    assert setup.asked == [f"member-{tried}@union.example" for tried in range(TRIES)]
    assert setup.harness.filed() == {Folder.PROCESSED: TRIES, Folder.ATTENTION: 1}
    setup.harness.tick()
    (notice,) = setup.harness.mails_to(SECRETARY)
    assert "was not handled: the mail server does not hand it over ([SERVERBUG] cannot)." in text_of(notice)


def test_F13_a_mail_that_the_server_hands_over_later_is_handled_then(setup: Setup) -> None:
    (bad,) = setup.arrive(signup(ULLA))
    setup.mailbox.withheld = {bad}
    setup.receive()
    setup.mailbox.withheld = set()
    setup.receive()
    assert (setup.asked, setup.mailbox.inbox) == ([ULLA], {})


def test_B14_a_vote_in_a_flood_is_counted_in_the_first_slice(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    harness, clock = setup.harness, setup.harness.environment.clock
    harness.asked()
    for number in range(300):
        setup.mailbox.arrive(letter("Eve <eve@x.example>", OFFICE, f"Flood {number}", f"{number}\n"))
    harness.environment.reply(ANA, harness.request(ANA), "APPROVE")

    def slowly(mailbox: FakeMailbox, refs: Sequence[Ref]) -> Iterator[Fetched]:
        for message in FakeMailbox.fetch(mailbox, refs):
            clock.pass_by(timedelta(seconds=1))
            yield message

    monkeypatch.setattr(UnreliableMailbox, "fetch", slowly)
    assert setup.reception().receive(harness.now, clock.monotonic() + 10) is None
    assert len(harness.trail("voted")) == 1
    assert len(setup.mailbox.inbox) > 200
