"""SMTP against a relay that follows a script (rows E3-E11, C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.smtp import SmtpTransport, Timeouts
from mailer.adapters.smtp.data import data_of
from mailer.adapters.smtp.replies import Reply
from mailer.adapters.smtp.rules import Verdict, refusal
from mailer.errors import Contested, Permanent, ServerBusy, Temporary
from mailer.message import LARGE, Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery, Outcome
from mailer.model.refusals import Refusal
from tests.fakes import FakeLedger, FakeMetrics
from tests.relay import Action, Drip, Fault, Relay
from tests.settings import smtp_settings
from tests.tls import self_signed, server_context

RAW = b"From: office@example.org\r\nSubject: Issue 1\r\n\r\nHello.\r\n"
QUOTA = Refusal.QUOTA
SENT, DEFERRED, FAILED, DOUBTFUL = Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL


def transport(relay: Relay, **settings: object) -> SmtpTransport:
    return SmtpTransport(smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts, **settings))  # type: ignore[arg-type]


def copies(*recipients: str, raw: bytes = RAW) -> list[Outgoing]:
    return [
        Outgoing((row,), Envelope(f"office+bounce-{row}@example.org", (recipient,)), MailTemplate(raw[:10], raw[10:]))
        for row, recipient in enumerate(recipients, start=1)
    ]


def delivered(relay: Relay, *recipients: str, **settings: object) -> tuple[list[Outcome], Exception | None]:
    """All outcomes, and the exception after them, or None."""
    ledger = FakeLedger(copies(*recipients))
    try:
        transport(relay, **settings).deliver(ledger)
    except (Temporary, Permanent) as fault:
        return ledger.outcomes, fault
    return ledger.outcomes, None


def outcomes_of(way: SmtpTransport, mails: list[Outgoing]) -> list[Outcome]:
    """All outcomes of a delivery that raises nothing."""
    ledger = FakeLedger(mails)
    way.deliver(ledger)
    return ledger.outcomes


@dataclass
class WatchedLedger(FakeLedger):
    """Notes how many messages the relay had read at each record."""

    relay: Relay = field(default_factory=Relay)
    seen: list[tuple[list[int], list[int], int]] = field(default_factory=list)

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        self.seen.append(([outcome.row for outcome in settled], list(starting), len(self.relay.read)))
        super().record(settled, starting)


@dataclass
class ContestedLedger(FakeLedger):
    """Another sender has the rows ``theirs``."""

    theirs: frozenset[int] = frozenset()

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        super().record(settled, [row for row in starting if row not in self.theirs])
        if lost := self.theirs.intersection(starting):
            raise Contested(lost)


def states(outcomes: Sequence[Outcome]) -> list[Delivery]:
    return [outcome.state for outcome in outcomes]


def test_copies_go_out_in_turn_over_one_connection_and_it_ends_with_quit() -> None:
    with Relay() as relay:
        outcomes, fault = delivered(relay, "a@example.org", "b@example.org")
    assert outcomes == [Outcome(1, SENT, "250 2.0.0 taken"), Outcome(2, SENT, "250 2.0.0 taken")]
    assert fault is None
    assert [(mail.sender, mail.recipient, mail.raw) for mail in relay.taken] == [
        ("office+bounce-1@example.org", "a@example.org", RAW),
        ("office+bounce-2@example.org", "b@example.org", RAW),
    ]
    assert relay.verbs() == ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"]


def test_connects_before_it_takes_the_first_copy() -> None:
    with Relay({"CONNECT": ["421 later"]}) as relay:
        ledger = FakeLedger(copies("a@example.org"))
        with pytest.raises(Temporary):
            transport(relay).deliver(ledger)
    assert ledger.left == [1]


def test_a_row_is_recorded_before_its_first_octet_and_settled_before_the_next_one() -> None:
    with Relay() as relay:
        ledger = WatchedLedger(copies("a@example.org", "b@example.org"), relay=relay)
        transport(relay).deliver(ledger)
    assert ledger.seen == [([], [1], 0), ([1], [], 1), ([], [2], 1), ([2], [], 2)]


@pytest.mark.parametrize("connections", [1, 3])
def test_E13_a_mail_that_another_sender_has_is_not_sent(connections: int) -> None:
    recipients = [f"{number}@example.org" for number in range(1, 7)]
    with Relay() as relay:
        ledger = ContestedLedger(copies(*recipients), theirs=frozenset({2, 5}))
        transport(relay, connections=connections).deliver(ledger)
    ours = [recipient for number, recipient in enumerate(recipients, start=1) if number not in ledger.theirs]
    assert sorted(mail.recipient for mail in relay.read) == ours
    assert {outcome.row for outcome in ledger.outcomes if outcome.state is SENT} == {1, 3, 4, 6}


@pytest.mark.parametrize("when", [Fault.DROP, Fault.STALL, "nonsense", "299"], ids=str)
def test_E3_a_connection_lost_after_the_final_dot_leaves_a_doubt(when: Action) -> None:
    with Relay({".": [when]}) as relay:
        outcomes, fault = delivered(relay, "a@example.org", "b@example.org")
    expected = SENT if when == "299" else DOUBTFUL
    assert states(outcomes) == [expected, SENT]
    assert fault is None
    assert [mail.recipient for mail in relay.read] == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("when", [Fault.DROP, Fault.STALL, "421 4.3.2 going down"], ids=str)
def test_E4_E8_lost_stalled_or_421_before_the_message_defers_and_reconnects(step: str, when: Action) -> None:
    with Relay({step: [when]}) as relay:
        outcomes, fault = delivered(relay, "a@example.org", "b@example.org")
    assert states(outcomes) == [DEFERRED, SENT]
    assert fault is None
    assert [mail.recipient for mail in relay.taken] == ["b@example.org"]
    assert len(relay.sessions) == 2


@pytest.mark.parametrize("when", [Fault.DROP, Fault.STUCK], ids=str)
def test_E4_E8_lost_or_stalled_before_the_message_is_complete_defers(when: Action) -> None:
    raw = RAW + b"x" * 78 + b"\r\n" * 5_000_000  # more than the sockets between us hold
    with Relay({"BODY": [when]}, keywords=[]) as relay:
        outcomes = outcomes_of(transport(relay), copies("a@example.org", raw=raw))
    assert states(outcomes) == [DEFERRED]
    assert relay.read == []


def test_E4_421_after_the_final_dot_defers_and_leaves_no_doubt() -> None:
    with Relay({".": ["421 4.3.2 not now"]}) as relay:
        outcomes, _ = delivered(relay, "a@example.org", "b@example.org")
    assert outcomes == [Outcome(1, DEFERRED, "421 4.3.2 not now"), Outcome(2, SENT, "250 2.0.0 taken")]
    assert len(relay.sessions) == 2


@pytest.mark.parametrize("step", ["CONNECT", "EHLO"])
def test_E4_421_at_the_start_is_temporary_and_takes_nothing(step: str) -> None:
    with Relay({step: ["421 4.3.2 not now"]}) as relay:
        outcomes, fault = delivered(relay, "a@example.org")
    assert outcomes == []
    assert isinstance(fault, Temporary)


def test_E4_a_relay_that_drops_every_connection_is_left_alone() -> None:
    with Relay({"MAIL": [Fault.DROP] * 9}) as relay:
        outcomes, fault = delivered(relay, *(f"{n}@example.org" for n in range(9)))
    assert states(outcomes) == [DEFERRED, DEFERRED]
    assert isinstance(fault, Temporary)


def test_E4_a_connection_lost_between_two_mails_costs_nothing() -> None:
    def hang_up_before_the_second(row: int) -> None:
        if row == 2:
            relay.hang_up()

    with Relay() as relay:
        ledger = FakeLedger(copies("a@example.org", "b@example.org"), before_take=hang_up_before_the_second)
        transport(relay).deliver(ledger)
    assert states(ledger.outcomes) == [SENT, SENT]
    assert len(relay.sessions) == 2


def test_a_relay_that_cannot_be_reached_is_temporary() -> None:
    with Relay() as relay:
        pass
    outcomes, fault = delivered(relay, "a@example.org")
    assert outcomes == []
    assert isinstance(fault, Temporary)


@pytest.mark.parametrize("step", ["RCPT", "DATA", "."])
@pytest.mark.parametrize(("reply", "state"), [("451 4.7.1 greylisted", DEFERRED), ("550 5.1.1 nobody", FAILED)])
def test_E5_E6_a_refusal_is_for_one_recipient_and_the_next_goes_on(step: str, reply: str, state: Delivery) -> None:
    with Relay({step: [reply]}) as relay:
        outcomes, fault = delivered(relay, "a@example.org", "b@example.org")
    assert outcomes == [Outcome(1, state, reply), Outcome(2, SENT, "250 2.0.0 taken")]
    assert fault is None
    assert len(relay.sessions) == 1
    assert relay.verbs().count("RSET") == (step != ".")


def test_a_refused_sender_stops_the_delivery_as_every_mail_would_be_refused() -> None:
    with Relay({"MAIL": ["553 5.7.1 not yours"]}) as relay:
        outcomes, fault = delivered(relay, "a@example.org", "b@example.org")
    assert outcomes == [Outcome(1, DEFERRED, "553 5.7.1 not yours", Refusal.SENDER)]
    assert isinstance(fault, Permanent)


@pytest.mark.parametrize(
    ("command", "reply", "verdict"),
    [
        ("MAIL", "552 5.3.4 too big", Verdict(DEFERRED, "552 5.3.4 too big", Refusal.SIZE)),
        ("MAIL", "553 5.6.7 characters", Verdict(FAILED, "553 5.6.7 characters")),
        ("RCPT", "552 5.2.2 mailbox full", Verdict(DEFERRED, "552 5.2.2 mailbox full")),
        ("RCPT", "550 5.1.1 nobody", Verdict(FAILED, "550 5.1.1 nobody")),
        ("RCPT", "530 5.7.0 log in", Verdict(DEFERRED, "530 5.7.0 log in", Refusal.LOGIN)),
        (".", "550 5.7.1 spam", Verdict(FAILED, "550 5.7.1 spam", Refusal.UNCLEAR)),
        ("MAIL", "451 4.3.0 later", Verdict(DEFERRED, "451 4.3.0 later")),
        ("RCPT", "250 ok", None),
        ("DATA", "250 ok", None),
        (".", "354 again", None),
        ("RCPT", "199 what", None),
    ],
)
def test_what_a_refusal_means(command: str, reply: str, verdict: Verdict | None) -> None:
    assert refusal(command, Reply(int(reply[:3]), (reply[4:],))) == verdict


@pytest.mark.parametrize(
    "script",
    [
        {"RCPT": [b"250 one\r\n250 two\r\n"]},
        {"RCPT": [b"250-" + b"x" * 100_000 + b"\r\n250 ok\r\n"]},
        {"RCPT": [b"250-x\r\n" * 20_000 + b"250 ok\r\n"]},
        {"RCPT": [b"2"]},
        {"RCPT": [b"\xff\xfe\r\n"]},
        {"DATA": ["250 2.0.0 out of step"]},
        {"RCPT": ["354 out of step"]},
    ],
    ids=["too many", "long line", "many lines", "too few", "no reply", "250 for 354", "354 for 250"],
)
def test_E7_replies_that_do_not_fit_end_the_connection(script: dict[str, list[Action]]) -> None:
    with Relay(script) as relay:
        outcomes, fault = delivered(relay, "a@example.org", "b@example.org")
    assert states(outcomes) == [DEFERRED, SENT]
    assert fault is None
    assert [mail.recipient for mail in relay.taken] == ["b@example.org"]
    assert len(relay.sessions) == 2


def test_E7_a_reply_split_at_every_octet_is_one_reply() -> None:
    with Relay(
        {"EHLO": [Drip("250-relay.example\r\n250 SIZE 1000")], ".": [Drip("250-2.0.0 one\r\n250 2.0.0 two")]}
    ) as relay:
        outcomes, fault = delivered(relay, "a@example.org")
    assert (outcomes, fault) == ([Outcome(1, SENT, "250 2.0.0 one 2.0.0 two")], None)


def test_E8_a_reply_must_be_complete_in_time() -> None:
    with Relay({"RCPT": [Drip("250 slow", pause=0.2)]}) as relay:
        outcomes, _ = delivered(relay, "a@example.org")
    assert states(outcomes) == [DEFERRED]


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "STARTTLS", "the handshake", "AUTH"])
def test_E8_a_stall_before_any_mail_takes_nothing(step: str) -> None:
    handshake: dict[str, list[Action]] = {"STARTTLS": [("220 go ahead", Fault.STALL)]}
    script: dict[str, list[Action]] = {step: [Fault.STALL]}
    security = "starttls" if step in ("STARTTLS", "the handshake") else "none"
    with Relay(handshake | script, keywords=["STARTTLS", "AUTH PLAIN"]) as relay:
        settings = smtp_settings("localhost", relay.port, security, "office", "s3cret", timeouts=relay.timeouts)  # type: ignore[arg-type]
        ledger = FakeLedger(copies("a@example.org"))
        with pytest.raises(Temporary):
            SmtpTransport(settings).deliver(ledger)
    assert (ledger.left, ledger.events) == ([1], [])


@pytest.mark.parametrize(
    ("step", "limit", "outcome"),
    [
        ("MAIL", "command", [DEFERRED]),
        ("RCPT", "command", [DEFERRED]),
        ("DATA", "data", [DEFERRED]),
        (".", "final", [DOUBTFUL]),
        ("QUIT", "quit", [SENT]),
        ("BODY", "block", [DEFERRED]),
    ],
)
def test_E8_each_step_has_a_limit_of_its_own(step: str, limit: str, outcome: list[Delivery]) -> None:
    """The other limits are ten minutes: with a wrong one, this test hangs."""
    raw = RAW + (b"x" * 78 + b"\r\n") * (500_000 if step == "BODY" else 1)  # more than the sockets between us hold
    timeouts = replace(Timeouts(600, 600, 600, 600, 600, 600), **{limit: 0.5})
    with Relay({step: [Fault.STUCK if step == "BODY" else Fault.STALL]}, keywords=[]) as relay:
        way = SmtpTransport(smtp_settings("127.0.0.1", relay.port, "none", timeouts=timeouts))
        assert states(outcomes_of(way, copies("a@example.org", raw=raw))) == outcome


def test_E8_the_limits_are_not_shorter_than_the_standard_asks() -> None:
    """RFC 5321 4.5.3.2: greeting, MAIL and RCPT five minutes, DATA two, a block three, the final dot ten."""
    usual = Timeouts()
    assert (usual.command, usual.data, usual.block, usual.final) == (300, 120, 180, 600)


@pytest.mark.parametrize(("reply", "kind"), [("535 5.7.8 no", Permanent), ("454 4.7.0 later", ServerBusy)])
def test_E9_a_refused_login_stops_before_any_mail(reply: str, kind: type[Exception]) -> None:
    with Relay({"AUTH": [reply]}) as relay:
        outcomes, fault = delivered(relay, "a@example.org", user="office", password="s3cret")
    assert outcomes == []
    assert type(fault) is kind
    assert "s3cret" not in f"{fault}"
    assert relay.verbs() == ["EHLO", "AUTH", "QUIT"]


@pytest.mark.parametrize("mechanisms", ["", "AUTH", "AUTH GSSAPI"])
def test_E9_no_login_that_we_know_stops_before_any_mail(mechanisms: str) -> None:
    with Relay(keywords=["SIZE", *filter(None, [mechanisms])]) as relay:
        outcomes, fault = delivered(relay, "a@example.org", user="office", password="s3cret")
    assert outcomes == []
    assert isinstance(fault, Permanent)


def test_login_with_any_characters() -> None:
    with Relay() as relay:
        outcomes, _ = delivered(relay, "a@example.org", user="büro", password="schlüssel")
    assert states(outcomes) == [SENT]
    assert relay.sessions[0][1] == "AUTH PLAIN AGLDvHJvAHNjaGzDvHNzZWw="


def test_login_with_the_mechanism_of_old_relays() -> None:
    script: dict[str, list[Action]] = {"AUTH": ["334 VXNlcg=="], "YM94": ["334 UGFzcw=="], "CHC=": ["235 ok"]}
    with Relay(script, keywords=["AUTH LOGIN"]) as relay:
        outcomes, _ = delivered(relay, "a@example.org", user="box", password="pw")
    assert states(outcomes) == [SENT]
    assert relay.sessions[0][1:4] == ["AUTH LOGIN", "Ym94", "cHc="]


def test_E9_starttls_stripped_stops_before_the_login() -> None:
    with Relay() as relay, pytest.raises(Permanent, match="STARTTLS"):
        SmtpTransport(
            smtp_settings("127.0.0.1", relay.port, "starttls", "office", "pw", timeouts=relay.timeouts)
        ).extensions()
    assert relay.verbs() == ["EHLO", "QUIT"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_E9_a_bad_certificate_stops_before_the_login(security: str, certificate: Path) -> None:
    with Relay(keywords=["STARTTLS", "AUTH PLAIN"], tls=server_context(certificate)) as relay:
        relay.tls_at_once = security == "tls"
        settings = smtp_settings("localhost", relay.port, security, "office", "s3cret", timeouts=relay.timeouts)  # type: ignore[arg-type]
        with pytest.raises(Permanent, match="certificate"):
            SmtpTransport(settings).extensions()
    assert "AUTH" not in [verb for session in range(len(relay.sessions)) for verb in relay.verbs(session)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_out_over_tls(security: str, certificate: Path) -> None:
    with Relay(keywords=["STARTTLS", "AUTH PLAIN"], tls=server_context(certificate)) as relay:
        relay.tls_at_once = security == "tls"
        settings = smtp_settings(
            "localhost",
            relay.port,
            security,
            "office",
            "s3cret",
            ca_file=str(certificate),
            timeouts=relay.timeouts,  # type: ignore[arg-type]
        )
        assert states(outcomes_of(SmtpTransport(settings), copies("a@example.org", "b@example.org"))) == [SENT, SENT]
    assert len(relay.sessions) == 1


@pytest.mark.parametrize(("mails", "at_most"), [(1, 1), (2, 2), (3, 2), (400, 8)])
def test_one_connection_is_opened_for_every_two_waiting_mails(mails: int, at_most: int) -> None:
    with Relay(keywords=["PIPELINING"]) as relay:
        found, fault = delivered(relay, *(f"r{number}@example.org" for number in range(mails)), connections=8)
    assert (states(found), fault) == ([SENT] * mails, None)
    assert len(relay.sessions) <= at_most
    assert mails < 400 or len(relay.sessions) == 8


def test_a_single_waiting_mail_opens_no_connection() -> None:
    with Relay(script={"MAIL": [Drip("250 2.1.0 ok", 0.02)]}, keywords=["PIPELINING"]) as relay:
        found, fault = delivered(relay, *(f"r{number}@example.org" for number in range(3)), connections=8)
    assert (states(found), fault, len(relay.sessions)) == ([SENT] * 3, None, 2)


def test_a_relay_that_refuses_more_connections_gets_all_mail_over_those_it_accepted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    connects = ["220 relay.example ESMTP"] * 3 + ["421 4.7.0 too many connections"] * 99
    with Relay({"CONNECT": connects}, keywords=["PIPELINING"]) as relay:
        found, fault = delivered(relay, *(f"r{number}@example.org" for number in range(400)), connections=20)
    assert (states(found), fault) == ([SENT] * 400, None)
    assert len([session for session in relay.sessions if len(session) > 1]) == 3
    warnings = [record.message for record in caplog.records if "going on over" in record.message]
    assert 1 <= len(warnings) <= 4
    assert warnings[-1].endswith("421 4.7.0 too many connections (going on over 3 connections)")


def test_large_mails_go_out_over_tls_octet_for_octet(certificate: Path) -> None:
    raw = b"Subject: large\r\n\r\n" + b".a line that is stuffed\r\n" * 100_000
    with Relay(keywords=["PIPELINING"], tls=server_context(certificate), tls_at_once=True) as relay:
        settings = smtp_settings("localhost", relay.port, "tls", ca_file=str(certificate), timeouts=relay.timeouts)
        mails = [
            Outgoing((row,), Envelope("", (f"r{row}@example.org",)), MailTemplate(raw, b"%d\r\n" % row))
            for row in range(1, 4)
        ]
        assert states(outcomes_of(SmtpTransport(settings), mails)) == [SENT] * 3
    assert [mail.raw for mail in relay.taken] == [raw + b"%d\r\n" % row for row in range(1, 4)]
    assert len(relay.sessions) == 1


def test_E9_replies_injected_before_tls_end_the_connection(certificate: Path) -> None:
    injected = b"220 2.0.0 go ahead\r\n250 AUTH PLAIN\r\n"
    relay = Relay({"STARTTLS": [injected]}, keywords=["STARTTLS"], tls=server_context(certificate))
    with relay, pytest.raises(Temporary, match="more replies than were asked for"):
        SmtpTransport(smtp_settings("localhost", relay.port, "starttls", timeouts=relay.timeouts)).extensions()


def test_E9_plain_text_is_allowed_on_this_machine_only() -> None:
    with pytest.raises(Permanent, match="plain text"):
        SmtpTransport(smtp_settings("mail.example.org", 587, "none"))


@pytest.mark.parametrize("reply", ["550 5.7.26 unauthenticated", "550 5.7.515 access denied", "421 4.7.28 rate"])
def test_E10_a_policy_refusal_spares_the_rest_of_the_list(reply: str) -> None:
    with Relay({".": [reply]}) as relay:
        outcomes, fault = delivered(relay, "a@example.org", "b@example.org")
    assert outcomes == [Outcome(1, DEFERRED, reply, Refusal.POLICY)]
    assert isinstance(fault, Permanent)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("lmtp", [False, True], ids=["smtp", "lmtp"])
@pytest.mark.parametrize("keywords", [[], ["PIPELINING"]], ids=["one by one", "pipelined"])
@pytest.mark.parametrize(
    ("reply", "refusal", "kind"),
    [
        ("550-5.4.5 Daily user sending limit exceeded. For more information\r\n550 5.4.5 visit x", QUOTA, Temporary),
        ("554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", QUOTA, Temporary),
        ("553 5.7.1 <{who}>: Sender address rejected: not owned by user x", Refusal.SENDER, Permanent),
        ("530 5.7.0 Authentication required", Refusal.LOGIN, Permanent),
        ("550 5.7.1 relaying denied", Refusal.RELAYING, Permanent),
    ],
    ids=["quota", "long words", "sender", "login", "relaying"],
)
def test_E18_a_refusal_of_us_at_any_step_stops_everything_and_fails_nobody(
    step: str, lmtp: bool, keywords: list[str], reply: str, refusal: Refusal, kind: type[Exception]
) -> None:
    with Relay({step: [reply] * 9}, keywords=keywords, lmtp=lmtp) as relay:
        settings = smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts, lmtp=lmtp)
        ledger = FakeLedger(copies(*(f"{number}@x{number}.example" for number in range(5))))
        with pytest.raises(kind):
            SmtpTransport(settings).deliver(ledger)
    found = [(outcome.state, outcome.refusal) for outcome in ledger.outcomes]
    assert found == [(DEFERRED, refusal)] * len(found)
    assert (relay.taken, len(found) <= 2) == ([], True)


@pytest.mark.parametrize("announced", [True, False])
def test_E18_a_mail_that_is_too_large_for_the_relay_waits(announced: bool) -> None:
    script: dict[str, list[Action]] = {} if announced else {"MAIL": ["552 5.3.4 Message size exceeds fixed limit"]}
    with Relay(script, keywords=["SIZE 10"] if announced else []) as relay:
        outcomes = outcomes_of(transport(relay), copies("a@example.org"))
    assert [(outcome.state, outcome.refusal) for outcome in outcomes] == [(DEFERRED, Refusal.SIZE)]
    assert relay.verbs() == (["EHLO", "QUIT"] if announced else ["EHLO", "MAIL", "RSET", "QUIT"])


@pytest.mark.parametrize(
    "body",
    [b".\r\n", b"..\r\n.\r\n", b".hidden\r\n", b"a\r\n.\r\nMAIL FROM:<evil@example.org>\r\n", b"no end", b""],
)
def test_E11_dots_arrive_octet_for_octet(body: bytes) -> None:
    raw = b"Subject: dots\r\n\r\n" + body
    with Relay() as relay:
        outcomes = outcomes_of(transport(relay), copies("a@example.org", raw=raw))
    assert states(outcomes) == [SENT]
    assert [mail.raw for mail in relay.taken] == [raw if raw.endswith(b"\r\n") else raw + b"\r\n"]


@pytest.mark.parametrize("smuggled", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\r", b"\r.\r\n", b"\n", b"\r", b"\r\r\n"])
def test_E11_a_bare_cr_or_lf_is_not_sent(smuggled: bytes) -> None:
    raw = b"Subject: s\r\n\r\none" + smuggled + b"MAIL FROM:<evil@example.org>\r\n"
    with Relay() as relay:
        outcomes = outcomes_of(transport(relay), copies("a@example.org", raw=raw))
    assert states(outcomes) == [FAILED]
    assert relay.verbs() == ["EHLO", "QUIT"]


PARTS = [b"", b".", b"..", b"x", b"%b", "é".encode(), b"\r\n", b"\r\n\r\n", b"x" * LARGE, b".\r\n" * LARGE]


@given(st.lists(st.tuples(st.sampled_from(PARTS), st.booleans())))
def test_E11_stuffing_contains_no_final_dot_and_can_be_undone(parts: list[tuple[bytes, bool]]) -> None:
    """However a message is divided between the template and its values."""
    message = b"".join(part for part, _ in parts)
    template = MailTemplate(*(number if is_value else part for number, (part, is_value) in enumerate(parts)))
    data = data_of(Outgoing((1,), Envelope("", ("",)), template, tuple(part for part, _ in parts)))
    header, _, rest = message.partition(b"\r\n\r\n")
    assert (data.size, data.ascii_header, data.ascii_body) == (len(message), header.isascii(), rest.isascii())
    body = b"".join(data.pieces)
    assert body.endswith(b"\r\n.\r\n") or body == b".\r\n"
    body = body.removesuffix(b".\r\n")
    lines = body.split(b"\r\n")
    assert b"." not in lines
    whole = message if not message or message.endswith(b"\r\n") else message + b"\r\n"
    assert b"\r\n".join(line.removeprefix(b".") for line in lines) == whole


@pytest.mark.parametrize(
    ("keywords", "recipient", "raw", "state", "options"),
    [
        (["SMTPUTF8"], "ж@example.org", RAW, SENT, " SMTPUTF8"),
        (["SIZE 1000"], "ж@example.org", RAW, FAILED, None),
        (["SIZE 1000", "SMTPUTF8"], "a@example.org", "From: ж@a.org\r\n\r\n".encode(), SENT, " SIZE=18 SMTPUTF8"),
        (["8BITMIME"], "a@example.org", "Subject: x\r\n\r\né\r\n".encode(), SENT, " BODY=8BITMIME"),
        ([], "a@example.org", "Subject: x\r\n\r\né\r\n".encode(), FAILED, None),
        (["SIZE 10"], "a@example.org", RAW, DEFERRED, None),
        (["SIZE 0"], "a@example.org", RAW, SENT, f" SIZE={len(RAW)}"),
        (["SIZE"], "a@example.org", RAW, SENT, f" SIZE={len(RAW)}"),
        ([], "a@example.org", RAW, SENT, ""),
        ([], "a@example.org>\r\nRCPT TO:<b@example.org", RAW, FAILED, None),
        ([], "", RAW, FAILED, None),
    ],
)
def test_C8_we_refuse_what_the_relay_cannot_take(
    keywords: list[str], recipient: str, raw: bytes, state: Delivery, options: str | None
) -> None:
    with Relay(keywords=keywords) as relay:
        outcomes = outcomes_of(transport(relay), copies(recipient, raw=raw))
    assert states(outcomes) == [state]
    mails = [line for line in relay.sessions[0] if line.startswith("MAIL")]
    assert mails == ([] if options is None else [f"MAIL FROM:<office+bounce-1@example.org>{options}"])


def test_a_reply_is_one_line_of_at_most_200_characters() -> None:
    with Relay({"RCPT": ["550-" + "a" * 150 + "\r\n550 " + "b" * 150]}) as relay:
        outcomes, _ = delivered(relay, "a@example.org")
    assert outcomes == [Outcome(1, FAILED, f"550 {'a' * 150} {'b' * 45}", Refusal.UNCLEAR)]


def test_extensions_after_the_login() -> None:
    with Relay() as relay:
        found = transport(relay, user="office", password="s3cret").extensions()
    assert found.greeting == "220 relay.example ESMTP"
    assert found.keywords == ("SIZE 1000000", "8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN")
    assert relay.verbs() == ["EHLO", "AUTH", "QUIT"]


def test_D6_a_password_is_not_shown() -> None:
    assert "s3cret" not in repr(smtp_settings("127.0.0.1", 25, "none", "office", "s3cret"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


def test_opened_and_lost_connections_are_counted() -> None:
    metrics = FakeMetrics()
    with Relay({"RCPT": ["421 4.3.2 going down"]}) as relay:
        settings = smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts)
        SmtpTransport(settings, metrics).deliver(FakeLedger(copies("a@x.example", "b@x.example")))
    assert metrics.events == ["connected", "lost", "connected"]
