"""Reports of many servers: whom they name, what they say, and mails that are none (A17, B10, C10)."""

from __future__ import annotations

import base64
import json
import logging
import re

import pytest

from mailer.inbound.bounces import read_bounce
from mailer.inbound.intents import AutoReply, Bounce, Complaint, Feedback, Report
from mailer.inbound.reports import text
from mailer.inbound.reports.addresses import addresses, field_address
from mailer.message import Inbound
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why
from tests.unit.inbound.mails import BOUNCE, DATA, LEAVE, intent, mail, to

ANNA = "anna@example.org"
DAEMON = {"From": "MAILER-DAEMON@mx.example.org (Mail Delivery System)"}
COPY = (
    "Received: from office.example by mx.example.org; Mon, 1 Dec 2025 10:12:13 +0000\n"
    "From: Office <office@iso-sr.example>\nTo: {}\nMessage-ID: <update-1.7.abc@iso-sr.example>\nSubject: Update\n\nx\n"
)


def only(seen: object) -> Reported:
    assert isinstance(seen, Bounce)
    (one,) = seen.recipients
    return one


def said(seen: object) -> tuple[str, bool, Why]:
    one = only(seen)
    return one.recipient, one.permanent, one.why


def dsn(fields: str, kind: str = "message/delivery-status", more: str = "", **headers: str) -> Inbound:
    body = f"--b\nContent-Type: {kind}\n\nReporting-MTA: dns; mx.example.org\n\n{fields}\n{more}--b--\n"
    top = 'multipart/report; report-type=delivery-status; boundary="b"'
    return mail(body, **(DAEMON | {"Content_Type": top} | headers))


# --- addresses ---


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("rfc822;anna@example.org", ANNA),
        ("RFC822; <anna@example.org>", ANNA),
        ("<anna@example.org>", ANNA),
        ("rfc822; anna@example.org (Anna Kim)", ANNA),
        ("rfc822; rfc822;anna@example.org", ANNA),
        ("LOCAL;<anna@example.org>", ANNA),
        ("rfc822; 'anna@example.org'", ANNA),
        ("rfc822; @relay.example:anna@example.org", ANNA),
        ("rfc822; anna+2Bnews@example.org", "anna+news@example.org"),
        (r"utf-8; \x{E4}nna@example.org", "änna@example.org"),
        ("rfc822; recipient@#example.org", "recipient@#example.org"),
        ("LOCAL;<anna>", "anna"),
        ("", ""),
    ],
)
def test_an_address_is_read_without_what_stands_around_it(field: str, address: str) -> None:
    assert field_address(field) == address


@pytest.mark.parametrize(
    "line",
    ["RCPT TO:<anna@example.org>", "c=US;dda:SMTP=anna@example.org;", "[SMTP:anna@example.org]",
     "mailto:anna@example.org.", '"anna@example.org":', "anna@example.org...", "(anna@example.org)"],
)  # fmt: skip
def test_an_address_is_found_in_a_line(line: str) -> None:
    assert addresses(line) == [ANNA]


@pytest.mark.parametrize("line", ["@", "a@", "@b", "a@b@c", "Reservations@$", "x @ y", 'face="@"'])
def test_what_is_no_address_is_none(line: str) -> None:
    assert addresses(line) == []


# --- the fields of reports ---


def test_the_original_recipient_is_the_one_that_we_wrote_to() -> None:
    fields = f"Original-Recipient: rfc822;<{ANNA}>\nFinal-Recipient: rfc822; a.kim@inside.example\nAction: failed\n"
    assert only(read_bounce(dsn(f"{fields}Status: 5.1.1"), None)).recipient == ANNA
    local = f"Original-Recipient: rfc822; 1\nFinal-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1"
    assert only(read_bounce(dsn(local), None)).recipient == ANNA


def test_a_report_of_an_international_mail_is_read() -> None:
    fields = "Final-Recipient: utf-8; änna@example.org\nAction: failed\nStatus: 5.1.1\n"
    seen = read_bounce(dsn(fields, "message/global-delivery-status"), None)
    assert said(seen) == ("änna@example.org", True, Why.USER_UNKNOWN)


@pytest.mark.parametrize(
    "kind", ["text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "message/rfc822"]
)
def test_the_message_id_of_the_returned_mail_is_read(kind: str) -> None:
    more = f"--b\nContent-Type: {kind}\n\n{COPY.format(ANNA)}"
    seen = read_bounce(dsn(f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1", more=more), None)
    assert isinstance(seen, Bounce)
    assert seen.message_id == "<update-1.7.abc@iso-sr.example>"


def test_B10_the_token_may_stand_in_the_returned_mail() -> None:
    more = f"--b\nContent-Type: text/rfc822-headers\n\nReturn-Path: <{to(BOUNCE)}>\n{COPY.format(ANNA)}"
    fields = f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1"
    body = dsn(fields, more=more).raw.partition(b"\r\n\r\n")[2].replace(b"\r\n", b"\n")
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    seen = intent(body, **DAEMON, Content_Type=kind)
    assert isinstance(seen, Bounce)
    assert seen.token == BOUNCE


def test_fields_that_a_blank_line_divides_belong_together() -> None:
    fields = f"Action: failed\n\nFinal-Recipient: rfc822;{ANNA}\nStatus: 5.1.1"
    assert said(read_bounce(dsn(fields), None)) == (ANNA, True, Why.USER_UNKNOWN)


def test_several_recipients_are_each_reported_once() -> None:
    group = "Final-Recipient: rfc822; {}@example.org\nAction: failed\nStatus: {}\n\n"
    fields = group.format("anna", "4.4.7") + group.format("ben", "5.1.1") + group.format("Anna", "5.2.2")
    seen = read_bounce(dsn(fields), None)
    assert isinstance(seen, Bounce)
    assert [(one.recipient, one.status) for one in seen.recipients] == [(ANNA, "4.4.7"), ("ben@example.org", "5.1.1")]


def test_a_report_in_transfer_encoding_is_read() -> None:
    fields = base64.encodebytes(f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1\n".encode()).decode()
    kind = "message/delivery-status\nContent-Transfer-Encoding: base64"
    body = f"--b\nContent-Type: {kind}\n\n{fields}\n--b--\n"
    seen = read_bounce(mail(body, **DAEMON, Content_Type='multipart/report; boundary="b"'), None)
    assert said(seen) == (ANNA, True, Why.USER_UNKNOWN)


def test_a_report_with_a_damaged_boundary_is_read() -> None:
    fields = f"--b\n\nUndelivered\n\n--b\n\nFinal-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.7.1\n"
    kind = 'multipart/report; report-type=delivery-status; boundary="c" Message-Id: <x@y>'
    assert said(read_bounce(mail(fields, **DAEMON, Content_Type=kind), None)) == (ANNA, False, Why.POLICY)


def test_a_report_inside_an_attached_report_is_read() -> None:
    inner = dsn(f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1", Subject="Returned mail")
    outer = (
        "--o\nContent-Type: text/plain\n\n----- The following addresses had permanent delivery errors -----\n\n"
        f"--o\nContent-Type: message/rfc822\n\n{inner.raw.decode()}\n--o--\n"
    ).replace("\r\n", "\n")
    seen = read_bounce(
        mail(outer, **DAEMON, Subject="Returned mail", Content_Type='multipart/mixed; boundary="o"'), None
    )
    assert said(seen) == (ANNA, True, Why.USER_UNKNOWN)


@pytest.mark.parametrize("action", ["expired", "Expired"])
def test_SendGrids_expired_is_a_failure_that_ran_out_of_time(action: str) -> None:
    fields = f"Final-Recipient: rfc822; {ANNA}\nOriginal-Recipient: rfc822; {ANNA}\nAction: {action}\nStatus:\n"
    seen = only(read_bounce(dsn(fields + "Diagnostic-Code: Timed out"), None))
    assert (seen.recipient, seen.fate, seen.why) == (ANNA, Fate.RETURNED, Why.EXPIRED)


def test_Dovecots_full_mailbox_is_a_failure_and_no_receipt() -> None:
    body = (
        f"--b\n\nYour message to <{ANNA}> was automatically rejected:\nQuota exceeded\n"
        "--b\nContent-Type: message/disposition-notification\n\n"
        f"Reporting-UA: mail; Dovecot Mail Delivery Agent\nFinal-Recipient: rfc822; {ANNA}\n"
        "Original-Message-ID: <update-1.7.abc@iso-sr.example>\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n"
    )
    kind = 'multipart/report; report-type=disposition-notification; boundary="b"'
    seen = intent(body, **DAEMON, Content_Type=kind, Subject="Automatically rejected mail")
    assert said(seen) == (ANNA, False, Why.MAILBOX_FULL)
    assert isinstance(seen, Bounce)
    assert seen.message_id == "<update-1.7.abc@iso-sr.example>"


# --- what servers write for people ---

SAMPLES = re.split(r"^=== ", (DATA / "reports" / "in-words.txt").read_text(), flags=re.MULTILINE)[1:]
"""Each begins with a line of its name, the subject, the recipient, and what is to be read."""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.partition(" |")[0])
def test_a_bounce_in_words_names_its_recipient_and_the_cause(sample: str) -> None:
    line, _, body = sample.partition("\n")
    _, subject, recipient, wanted = (part.strip() for part in line.split("|"))
    body = body if "To:" in body and not body.startswith("Your") else body + COPY.format("Readers")
    seen = only(intent(body, **DAEMON, Subject=subject))
    assert (seen.recipient, f"{'permanent ' * seen.permanent}{seen.why}") == (recipient, wanted)


def test_AOLs_recipient_is_a_name_in_its_own_domain() -> None:
    body = (
        "Your mail to the following recipients could not be delivered because they are not accepting mail with "
        "attachments or embedded images:\n\tanna\n"
    )
    fields = {"From": "Mail Delivery Subsystem <MAILER-DAEMON@aol.com>", "Subject": "Mail Delivery Problem"}
    assert said(intent(body, **fields)) == ("anna@aol.com", False, Why.POLICY)


def test_exims_header_names_the_recipients() -> None:
    fields = {"X_Failed_Recipients": "anna@example.org, =?utf-8?q?ben=40example=2Eorg?="}
    seen = intent("550 5.1.1 unknown\n", **DAEMON, **fields, Subject="Mail delivery failed")
    assert isinstance(seen, Bounce)
    assert [one.recipient for one in seen.recipients] == [ANNA, "ben@example.org"]


def test_each_recipient_has_its_own_words() -> None:
    body = (
        "Unable to deliver message to the following address(es).\n\n<anna@example.org>:\nThis account is over "
        "quota.\n\n"
        "<ben@example.org>:\n550 5.1.1 no such user\n\n--- Original message follows.\n"
    )
    seen = intent(body, **DAEMON, Subject="Delivery failure")
    assert isinstance(seen, Bounce)
    assert [(one.why, one.permanent, one.status) for one in seen.recipients] == [
        (Why.MAILBOX_FULL, False, ""),
        (Why.USER_UNKNOWN, True, "5.1.1"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        f"Your message to:\n\t{ANNA}\nhas not yet been delivered because the server did not respond.\nThis is "
        f"just a warning.\n",
        f"The message has been delayed 4 hours: user unknown for now.\n\n  {ANNA}\n\nNo action is required on "
        f"your part.\n",
        f"Delivery to the following recipient has been delayed:\n\n     {ANNA}\n\nMessage will be retried for 2 "
        f"more day(s)\n",
    ],
)
def test_a_warning_is_not_final(body: str) -> None:
    seen = only(intent(body, **DAEMON, Subject="Warning: message delayed 4 hours"))
    assert (seen.recipient, seen.fate) == (ANNA, Fate.DELAYED)


def test_the_servers_words_are_quoted_without_a_token() -> None:
    seen = only(intent(f"<{ANNA}>: 550 5.1.1 no such user {BOUNCE}\n", **DAEMON, Subject="Undeliverable"))
    assert BOUNCE.mac not in seen.diagnostic
    assert seen.diagnostic.startswith("<anna@example.org>: 550 5.1.1 no such user")


def test_flufl_bounce_finds_what_no_rule_of_ours_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "all_failures", lambda _: (set(), {b"anna@example.org"}))
    assert only(intent("It did not work.\n", **DAEMON, Subject="Undeliverable")).recipient == ANNA


def test_C10_a_traceback_of_the_library_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("flufl.bounce").error("Traceback")
    assert caplog.records == []


# --- services ---


def notification(kind: str, **what: object) -> str:
    found = {
        "notificationType": kind,
        kind.lower(): what,
        "mail": {"headers": [{"name": "Message-ID", "value": "<7@x>"}]},
    }
    return json.dumps(found)


def test_Amazons_bounce_is_a_bounce() -> None:
    one = {"emailAddress": ANNA, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    body = notification("Bounce", bounceType="Permanent", bounceSubType="General", bouncedRecipients=[one])
    seen = intent(f"{body}\n\n--\nIf you wish to stop receiving notifications\n", From="no-reply@sns.amazonaws.com")
    assert said(seen) == (ANNA, True, Why.USER_UNKNOWN)
    assert isinstance(seen, Bounce)
    assert seen.message_id == "<7@x>"


def test_Amazons_transient_bounce_is_not_permanent() -> None:
    body = notification(
        "Bounce", bounceType="Transient", bounceSubType="MailboxFull", bouncedRecipients=[{"emailAddress": ANNA}]
    )
    assert said(intent(body, From="no-reply@sns.amazonaws.com")) == (ANNA, False, Why.MAILBOX_FULL)


def test_Amazons_complaint_is_a_complaint() -> None:
    seen = intent(
        notification("Complaint", complainedRecipients=[{"emailAddress": ANNA}]), From="no-reply@sns.amazonaws.com"
    )
    assert isinstance(seen, Complaint)
    assert [one.recipient for one in seen.recipients] == [ANNA]


def test_Amazons_delivery_is_the_report_of_an_arrival() -> None:
    seen = intent(notification("Delivery", recipients=[ANNA], smtpResponse="250 ok"), From="no-reply@sns.amazonaws.com")
    assert seen == Report(None, (Reported(ANNA, Fate.ARRIVED, "250 ok"),), "<7@x>")


@pytest.mark.parametrize(
    "body", ['{"notificationType": "Bounce"}', '{"notificationType": "Bounce", "bounce": 3}', "{", "{}", '{"a": ' * 40]
)
def test_other_notifications_are_no_reports(body: str) -> None:
    assert not isinstance(intent(body), Bounce | Report | Complaint)


@pytest.mark.parametrize("token", ["", f"Return-Path: <{to(BOUNCE)}>\n"])
def test_Hotmails_complaint_without_a_feedback_report_is_a_complaint(token: str) -> None:
    body = (
        "--b\n\n--b\nContent-Type: message/rfc822\n\n"
        f"X-HmXmrOriginalRecipient: <{ANNA}>\n{token}{COPY.format('undisclosed')}\n--b--\n"
    )
    fields = {"From": "staff@hotmail.com", "Subject": "complaint about message from 192.0.2.1"}
    seen = intent(body, **fields, Content_Type='multipart/mixed; boundary="b"')
    assert isinstance(seen, Complaint)
    assert [one.recipient for one in seen.recipients] == [ANNA]
    assert seen.token == (BOUNCE if token else None)


def test_a_complaint_names_its_reader() -> None:
    body = (
        "--b\n\nAn abuse report.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        f"Original-Rcpt-To: <{ANNA}>\n--b--\n"
    )
    seen = intent(body, Content_Type='multipart/report; report-type=feedback-report; boundary="b"')
    assert isinstance(seen, Complaint)
    assert [one.recipient for one in seen.recipients] == [ANNA]


# --- what is no report ---


def test_a_challenge_is_no_bounce() -> None:
    fields = f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 4.7.0\n"
    diagnostic = "Diagnostic-Code: X-Boxbe-Notice; Sender not pre-approved"
    assert isinstance(read_bounce(dsn(fields + diagnostic, From="noreply@boxbe.example"), None), AutoReply)


BOUNCED = (
    "This is the mail system at host mx.example.org.\n\nI'm sorry to have to inform you that your message could not\n"
    f"be delivered to one or more recipients.\n\n<{ANNA}>: host mx said: 550 5.1.1 User unknown (in reply to RCPT TO)\n"
)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Fwd: Undelivered Mail Returned to Sender", f"---------- Forwarded message ---------\nFrom: Mail "
         f"Delivery System "
         f"<MAILER-DAEMON@mx.example.org>\nSubject: Undelivered Mail\n\n{BOUNCED}"),
        ("Re: Undelivered Mail Returned to Sender", "What is her address?\n\n> " + BOUNCED.replace("\n", "\n> ")),
        ("Undelivered Mail Returned to Sender", f"I got this. Why?\n\n-----Original Message-----\n{BOUNCED}"),
        ("WG: Unzustellbar: Update", f"Siehe unten.\n\nVon: Mail Delivery System\n\n{BOUNCED}"),
        ("Your message to the board", "My parcel could not be delivered to your office, as nobody was there.\n"),
        ("User unknown in the programme", f"Please write to {ANNA} instead.\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sender", ["Anna Kim <anna@example.org>", "postmaster@uni.example (Jan Postma)"])
def test_A17_a_persons_mail_that_quotes_or_forwards_a_bounce_is_none(subject: str, body: str, sender: str) -> None:
    if sender.startswith("Anna") or not subject.startswith("Undelivered"):
        assert not isinstance(intent(body, From=sender, Subject=subject), Bounce)


def test_A17_a_bounce_forwarded_as_an_attachment_is_none() -> None:
    inner = dsn(f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1").raw.decode()
    body = f"--o\n\nWhat is this?\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n".replace("\r\n", "\n")
    seen = intent(body, Subject="Fwd: Undelivered Mail", Content_Type='multipart/mixed; boundary="o"')
    assert seen == Feedback("What is this?")


def test_an_absence_with_the_null_sender_is_no_bounce() -> None:
    seen = intent("I am away until Monday and may not receive your mail.\n", Return_Path="<>", Subject="Away")
    assert isinstance(seen, AutoReply)


def test_B4_a_leave_token_in_a_returned_mail_does_nothing() -> None:
    more = f"--b\nContent-Type: text/rfc822-headers\n\nList-Unsubscribe: <mailto:{to(LEAVE)}>\n"
    fields = f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1"
    assert isinstance(read_bounce(dsn(fields, more=more), None), Bounce)
