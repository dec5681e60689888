"""Delivery reports, complaints and mails that only look like them (A17, B10, C10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.bounces import read_bounce
from mailer.inbound.classify import classify
from mailer.inbound.intents import AutoReply, Bounce, Complaint, Feedback, Report, Vote
from mailer.inbound.parse import parse
from mailer.inbound.reports import text
from mailer.message import Inbound
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why
from mailer.tokens import Purpose, Token
from tests.cost import bounded
from tests.unit.inbound.mails import BOUNCE, DATA, KEY, LEAVE, OFFICE, RECEIVED, VOTE, intent, mail, to

DAEMON = {"From": "MAILER-DAEMON@mx.example.org (Mail Delivery System)", "To": to(BOUNCE), "Return_Path": "<>"}

RETURNED = f"<{VOTE}.1@x>"
"""The Message-ID of the mail that is returned."""
UNKNOWN = Reported("anna@example.org", Fate.REFUSED, "", "5.1.1", Why.USER_UNKNOWN)


def one(seen: object) -> Reported:
    """What a bounce says about its only recipient."""
    assert isinstance(seen, Bounce)
    (found,) = seen.recipients
    return found


def report(*fields: str, **headers: str) -> Inbound:
    groups = "\n\n".join(("Reporting-MTA: dns; mx.example.org", *fields))
    body = (
        "--b\nContent-Type: text/plain\n\nYour mail was not delivered. It said: APPROVE\n"
        f"--b\nContent-Type: message/delivery-status\n\n{groups}\n"
        f"--b\nContent-Type: message/rfc822\n\nFrom: tg2@iso-sr.example\nMessage-ID: <{VOTE}.1@x>\n\nAPPROVE\n--b--\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    return mail(body, **(DAEMON | {"Content_Type": kind, "Auto_Submitted": "auto-replied"} | headers))


def block(action: str, status: str, reply: str = "") -> str:
    diagnostic = f"\nDiagnostic-Code: smtp; {reply}" if reply else ""
    return f"Final-Recipient: rfc822; anna@example.org\nAction: {action}\nStatus: {status}{diagnostic}"


@pytest.mark.parametrize(
    ("action", "status", "reply", "permanent", "read"),
    [
        ("failed", "5.1.1", "550 5.1.1 no such user", True, "5.1.1"),
        ("Failed (address unknown)", "5.1.1 (bad mailbox)", "", True, "5.1.1"),
        ("error", "5.1.2", "", True, "5.1.2"),
        ("failed", "5.0.0", "550 5.1.1 no such user", True, "5.1.1"),
        ("failed", "5.0.0", "550 no such user", True, "5.0.0"),
        ("failed", "5.0.0", "", False, "5.0.0"),
        ("failed", "5.2.1", "550 5.2.1 disabled", True, "5.2.1"),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", False, "5.2.2"),
        ("failed", "5.0.0", "452 4.2.2 mailbox full", False, "4.2.2"),
        ("failed", "5.0.0", "451 try again", False, "5.0.0"),
        ("failed", "5.7.1", "550 5.7.1 blocked, see https://example.org", False, "5.7.1"),
        ("failed", "5.3.4", "552 5.3.4 too large", False, "5.3.4"),
        ("failed", "4.4.7", "message expired", False, "4.4.7"),
        ("failed", "", "", False, ""),
        ("delayed", "4.4.1", "", False, "4.4.1"),
        ("delayed", "5.1.1", "", False, "5.1.1"),
    ],
)
def test_B10_a_report_is_permanent_only_if_it_is_about_the_address(
    action: str, status: str, reply: str, permanent: bool, read: str
) -> None:
    seen = one(read_bounce(report(block(action, status, reply)), BOUNCE))
    assert (seen.permanent, seen.status, seen.diagnostic, seen.fate is Fate.DELAYED) == (
        permanent,
        read,
        reply,
        action == "delayed",
    )


def test_the_most_severe_of_several_recipients_counts() -> None:
    several = report(block("delayed", "4.4.1"), block("failed", "5.1.1"), block("delivered", "2.0.0"))
    seen = read_bounce(several, BOUNCE)
    assert isinstance(seen, Bounce)
    assert (seen.worst.fate, seen.worst.status) == (Fate.REFUSED, "5.1.1")
    assert [found.fate for found in seen.recipients] == [Fate.REFUSED]


def test_each_recipient_is_reported() -> None:
    lines = [block("delayed", "4.4.1"), block("failed", "5.1.1"), block("delivered", "2.0.0")]
    several = [line.replace("anna", name) for line, name in zip(lines, ("a", "b", "c"), strict=True)]
    seen = read_bounce(report(*several), BOUNCE)
    assert isinstance(seen, Bounce)
    assert [(one.recipient, one.fate) for one in seen.recipients] == [
        ("a@example.org", Fate.DELAYED),
        ("b@example.org", Fate.REFUSED),
    ]
    shared = KEY.token(Purpose.SHARED, 3)
    whole = read_bounce(report(*several), shared)
    assert isinstance(whole, Report)
    assert [one.fate for one in whole.recipients] == [Fate.DELAYED, Fate.REFUSED, Fate.ARRIVED]


def test_folded_fields_are_read() -> None:
    folded = "Action:\n failed\nStatus: 5.1.1\nDiagnostic-Code: smtp;\n 550 no\n\tsuch user"
    assert one(read_bounce(report(folded), None)) == Reported(
        "", Fate.REFUSED, "550 no such user", "5.1.1", Why.USER_UNKNOWN
    )


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    arrived = Reported("anna@example.org", Fate.ARRIVED, f"reported as {action} 2.0.0", "2.0.0")
    assert read_bounce(report(block(action, "2.0.0")), BOUNCE) == Report(BOUNCE, (arrived,), RETURNED)
    assert read_bounce(report(block(action, "2.0.0")), None) is None


def test_A17_a_bounce_that_quotes_a_vote_token_is_a_bounce_and_no_vote() -> None:
    seen = report(block("failed", "5.1.1"), References=f"<{VOTE}.1@iso-sr.example>", Subject=f"Re: {VOTE}")
    assert classify(seen, OFFICE, KEY) == Bounce(BOUNCE, (UNKNOWN,), RETURNED)


def test_B4_a_bounce_that_quotes_a_leave_token_is_a_bounce() -> None:
    seen = report(block("failed", "5.1.1"), References=f"<{LEAVE}.1@iso-sr.example>", Subject=f"Re: {LEAVE}")
    assert classify(seen, OFFICE, KEY) == Bounce(BOUNCE, (UNKNOWN,), RETURNED)


def test_A17_a_bounce_is_recognised_before_an_automatic_reply() -> None:
    seen = report(block("failed", "5.1.1"), Auto_Submitted="auto-replied", Precedence="bulk", X_Autoreply="yes")
    assert isinstance(classify(seen, OFFICE, KEY), Bounce)


@pytest.mark.parametrize(
    ("addressed", "token"),
    [
        (to(BOUNCE), BOUNCE),
        (to(Token(Purpose.BOUNCE, 1235, BOUNCE.mac)), None),
        (to(KEY.token(Purpose.VOTE, 1234)), None),
        (f"{to(BOUNCE)}, {to(Token(Purpose.BOUNCE, 1, BOUNCE.mac))}", BOUNCE),
        (f"{to(BOUNCE)}, {to(KEY.token(Purpose.BOUNCE, 2))}", None),
        ("tg2@iso-sr.example", None),
    ],
)
def test_B5_B10_only_one_genuine_bounce_token_counts(addressed: str, token: Token | None) -> None:
    seen = intent(**(DAEMON | {"To": addressed}), Subject="failure notice")
    assert seen == Bounce(token, (Reported("", Fate.RETURNED, "failure notice"),))


QMAIL = (
    "Hi. This is the qmail-send program at mx.example.org.\n"
    "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
    "<anna@example.org>:\n{}\n\n--- Below this line is a copy of the message.\n\nAPPROVE\n"
)


@pytest.mark.parametrize(
    ("body", "permanent", "status", "diagnostic"),
    [
        (QMAIL.format("550 5.1.1 no such user"), True, "5.1.1", "550 5.1.1 no such user"),
        (QMAIL.format("Sorry, no mailbox here by that name."), True, "", "Sorry, no mailbox here by that name."),
        (QMAIL.format("452 4.2.2 over quota"), False, "4.2.2", "452 4.2.2 over quota"),
        (QMAIL.format("550 5.2.2 over quota"), False, "5.2.2", "550 5.2.2 over quota"),
        (QMAIL.format("550 from 192.5.1.1 and 5.1.1.9"), False, "", "550 from 192.5.1.1 and 5.1.1.9"),
    ],
)
def test_B10_a_bounce_in_words_is_permanent_only_by_words_about_the_address(
    body: str, permanent: bool, status: str, diagnostic: str
) -> None:
    seen = one(intent(body, **DAEMON, Subject="failure notice"))
    assert (seen.permanent, seen.status, seen.diagnostic) == (permanent, status, diagnostic)


@pytest.mark.parametrize(
    "subject",
    [
        "Undelivered Mail Returned to Sender",
        "Mail delivery failed: returning message to sender",
        "Delivery Status Notification (Failure)",
        "Returned mail: see transcript for details",
        "Undeliverable: ISO/SR Update 1",
        "Unzustellbar: ISO/SR Update 1",
        "Non remis : ISO/SR Update 1",
        "No se puede entregar: ISO/SR Update 1",
        "Não é possível entregar: ISO/SR Update 1",
        "Недоставленное сообщение",
        "配信不能: ISO/SR Update 1",
        "系统退信",
    ],
)
def test_a_mailer_daemon_with_a_bounce_subject_sends_a_bounce(subject: str) -> None:
    assert isinstance(intent("It did not work.\n", **DAEMON, Subject=subject), Bounce)


def test_a_server_that_says_who_it_is_sends_a_bounce_under_any_name() -> None:
    text = "This message was created automatically by mail delivery software.\n\nIt could not be delivered.\n"
    assert isinstance(intent(text, From="ndr@example.org", Subject="Mail delivery failed"), Bounce)
    assert isinstance(intent(text, From="ndr@example.org", Subject="Hello"), Feedback)


def test_a_sender_of_nothing_but_brackets_is_a_daemon() -> None:
    assert isinstance(intent("x\n", From='"Jetmail System" <>', Subject="Mail Error"), Bounce)


def test_exims_header_makes_a_bounce() -> None:
    fields = {"From": "x@example.org", "X_Failed_Recipients": "anna@example.org"}
    assert isinstance(intent("Unrouteable address\n", **fields), Bounce)


def test_a_report_without_a_machine_readable_part_is_a_bounce() -> None:
    kind = 'multipart/report; report-type="delivery-status"; boundary=b'
    assert isinstance(intent("--b\n\n550 5.1.1 unknown\n--b--\n", Content_Type=kind), Bounce)


def test_a_person_who_writes_about_a_bounce_is_a_person() -> None:
    text = "My mail to you came back with 550 5.1.1 no such user. Why?"
    assert intent(f"{text}\n", Subject="failure notice") == Feedback(text)


def test_a_vote_with_a_comment_about_delivery_is_a_vote() -> None:
    body = "APPROVE\n\nMail delivery failed twice, 550 5.1.1, but now I have it.\n"
    assert isinstance(intent(body, To=to(VOTE), Subject="Re: Approve"), Vote)


# --- complaints and receipts ---


def feedback(kind: str, original: str = "") -> dict[str, str]:
    body = (
        "--b\n\nThis is a complaint.\n--b\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: {kind}\nUser-Agent: x/1\nVersion: 1\n{original}"
        f"--b\nContent-Type: message/rfc822\n\nReturn-Path: <{to(BOUNCE)}>\nSubject: Update\n\nx\n--b--\n"
    )
    return {"body": body, "Content_Type": 'multipart/report; report-type=feedback-report; boundary="b"'}


def test_B4_a_complaint_that_quotes_a_leave_token_is_a_complaint() -> None:
    quoted = feedback("abuse", f"Original-Rcpt-To: <{to(LEAVE)}>\n")
    seen = intent(**quoted, Subject=f"Re: {LEAVE}")
    assert isinstance(seen, Complaint)
    assert seen.token == BOUNCE


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "other"])
def test_A17_a_complaint_names_its_mail(kind: str) -> None:
    original = f"Original-Mail-From: <{to(BOUNCE)}>\n"
    for seen in (intent(**feedback(kind)), intent(**feedback(kind, original), To="fbl@iso-sr.example")):
        assert seen == Complaint(BOUNCE)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_a_report_that_no_reader_wrote_is_no_complaint(kind: str) -> None:
    assert isinstance(intent(**feedback(kind)), AutoReply)


def test_A17_a_read_receipt_that_quotes_the_token_is_neither_a_bounce_nor_a_vote() -> None:
    body = (
        "--b\n\nAPPROVE\n--b\nContent-Type: message/disposition-notification\n\n"
        f"Final-Recipient: rfc822; anna@example.org\nOriginal-Message-ID: <{VOTE}.1@iso-sr.example>\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    )
    kind = 'multipart/report; report-type=disposition-notification; boundary="b"'
    assert isinstance(intent(body, Content_Type=kind, To=to(VOTE)), AutoReply)


# --- hostile reports ---


def test_C10_a_library_that_raises_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise KeyError("seen in real mail")

    monkeypatch.setattr(text, "all_failures", broken)
    assert isinstance(intent("x", **DAEMON, Subject="failure notice"), Bounce)
    assert intent("x", Subject="failure notice") == Feedback("x")


@given(st.binary(max_size=400))
def test_C10_any_report_is_read_without_an_error(octets: bytes) -> None:
    head = b"From: MAILER-DAEMON@x.org\nSubject: failure notice\nContent-Type: multipart/report; boundary=b\n\n"
    part = b"--b\nContent-Type: message/delivery-status\n\nAction: failed\n"
    read_bounce(parse(head + part + octets, RECEIVED), None)
    read_bounce(parse(head + octets, RECEIVED), None)


@given(st.sampled_from([path.read_bytes() for path in sorted(DATA.rglob("*.eml"))]), st.data())
def test_C10_any_mail_from_a_daemon_is_read_without_an_error(octets: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(octets)))
    octets = b"Return-Path: <>\n" + octets[:place] + data.draw(st.binary(max_size=30)) + octets[place:]
    read_bounce(parse(octets, RECEIVED), None)


@pytest.mark.parametrize(
    "filler", ["<a@b.org>\n", "550 5.1.1 <", "a" * 5000 + "\n", "<a@b.org>:\n", "    ----- \n", "5.1.", "|", "\n"]
)
def test_C7_a_hostile_bounce_takes_bounded_time(filler: str) -> None:
    seen = mail(filler * (600_000 // len(filler)), From="MAILER-DAEMON@x.org", Subject="Returned mail")
    with bounded():
        read_bounce(seen, None)
