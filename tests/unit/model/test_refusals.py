"""What refusals are about, in the words of real relays."""

from __future__ import annotations

import pytest

from mailer.model.refusals import CAUSES, CURES, Refusal, refusal_of

ABOUT_US = [
    ("550-5.4.5 Daily user sending limit exceeded. For more information on Gmail", Refusal.QUOTA),
    ("550 5.4.5 Daily user sending quota exceeded.", Refusal.QUOTA),
    ("550 5.4.5 Daily SMTP relay sending limit exceeded for user.", Refusal.QUOTA),
    ("550 5.7.1 Email quota exceeded.", Refusal.QUOTA),
    ("554 5.7.1 Hourly limit of 100 mails exceeded", Refusal.QUOTA),
    ("554 5.7.1 <a@x.example>: Recipient address rejected: hourly limit reached", Refusal.QUOTA),
    ("550 5.7.705 Access denied, tenant has exceeded threshold", Refusal.QUOTA),
    ("550 5.1.90 Your message can't be sent because you've reached your daily limit for recipients", Refusal.QUOTA),
    (
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
        Refusal.QUOTA,
    ),
    ("550 Domain news.example has exceeded the max emails per hour (100/100 (100%)) allowed.", Refusal.QUOTA),
    ("454 Throttling failure: Daily message quota exceeded.", Refusal.QUOTA),
    ("454 Throttling failure: Maximum sending rate exceeded.", Refusal.QUOTA),
    ("451 Authentication failed: Maximum credits exceeded", Refusal.QUOTA),
    ("554 Transaction failed. Mail send limit exceeded.", Refusal.QUOTA),
    ("450 Requested mail action not taken: mailbox unavailable Mail send limit exceeded.", Refusal.QUOTA),
    ("550 5.4.6 Unusual sending activity detected. Please try after sometime.", Refusal.QUOTA),
    ("552 5.7.1 Sender quota exceeded", Refusal.QUOTA),
    ("550 5.7.1 You have reached a limit of 500 messages per day", Refusal.QUOTA),
    ("553 5.7.1 <o@x.example>: Sender address rejected: not owned by user office", Refusal.SENDER),
    ("553 5.7.1 <o@x.example>: Sender address rejected: not logged in", Refusal.LOGIN),
    ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", Refusal.SENDER),
    ("550 5.7.1 Client does not have permissions to send as this sender", Refusal.SENDER),
    ("554 5.2.252 SendAsDenied; office@x.example not allowed to send as news@x.example", Refusal.SENDER),
    ("550 The from address does not match a verified Sender Identity.", Refusal.SENDER),
    ("554 Message rejected: Email address is not verified.", Refusal.SENDER),
    ("553 Relaying disallowed as office@x.example", Refusal.SENDER),
    ("554 5.7.1 You are not allowed to use this sender address", Refusal.SENDER),
    ("450 4.1.8 <o@x.example>: Sender address rejected: Domain not found", Refusal.SENDER),
    ("554 5.1.8 Access denied, bad outbound sender", Refusal.SENDER),
    ("550 Sender is not allowed", Refusal.SENDER),
    ("550 Sender verify failed", Refusal.SENDER),
    ("530 5.7.0 Authentication required", Refusal.LOGIN),
    ("530 5.7.0 Must issue a STARTTLS command first", Refusal.LOGIN),
    ("530 5.7.57 Client not authenticated to send mail", Refusal.LOGIN),
    ("550 5.7.1 authentication required", Refusal.LOGIN),
    ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled", Refusal.LOGIN),
    ("550 5.7.1 Unable to relay", Refusal.RELAYING),
    ("550 5.7.1 relaying denied", Refusal.RELAYING),
    ("550 5.7.1 <a@x.example>... Relaying denied. Proper authentication required.", Refusal.LOGIN),
    ("554 5.7.1 <a@x.example>: Relay access denied", Refusal.RELAYING),
    ("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", Refusal.RELAYING),
    ("550 5.7.64 TenantAttribution; Relay Access Denied", Refusal.RELAYING),
    ("550 relay not permitted", Refusal.RELAYING),
    ("552 5.3.4 Message size exceeds fixed maximum message size", Refusal.SIZE),
    ("552 Message size exceeds maximum permitted", Refusal.SIZE),
    ("552 5.3.4 too big", Refusal.SIZE),
    ("550 5.7.26 This mail has been blocked because the sender is unauthenticated.", Refusal.POLICY),
    ("550 5.7.515 Access denied, sending domain does not meet the required authentication level", Refusal.POLICY),
    ("421 4.7.28 Our system has detected an unusual rate of mail", Refusal.POLICY),
]

ABOUT_THE_READER = [
    "550 5.1.1 <a@x.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.1 The email account that you tried to reach does not exist.",
    "550-5.1.1 <daily-sending-limit-exceeded@relaying-denied.example> no such user",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "552 5.2.2 The email account that you tried to reach is over quota",
    "552-5.2.2 The recipient's inbox is out of storage space and inactive.",
    "452 4.2.2 mailbox full",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "450 4.2.1 The user you are trying to contact is receiving mail at a rate that",
    "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
    "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; only senders of its own",
    "550 No such user here",
    "550 mailbox unavailable",
    "451 4.7.1 Greylisting in action, please come back later",
    "451 4.3.0 later",
    "421 4.7.0 Temporary rate limit, try again later",
]

UNCLEAR = [
    "554 5.7.1 Message rejected as spam",
    "550 5.7.1 Service unavailable; client host blocked",
    "550 no",
    "552 Requested mail action aborted: exceeded storage allocation",
    "554 5.6.0 no",
]


@pytest.mark.parametrize(("reply", "about"), ABOUT_US)
def test_E18_a_refusal_about_us_is_known_by_its_code_and_words(reply: str, about: Refusal) -> None:
    assert [refusal_of(reply, command) for command in ("", "RCPT", "DATA", ".")] == [about] * 4


@pytest.mark.parametrize("reply", ABOUT_THE_READER)
def test_E6_a_refusal_about_a_reader_is_known_too(reply: str) -> None:
    assert refusal_of(reply, "RCPT") is None


@pytest.mark.parametrize("reply", UNCLEAR)
def test_E18_what_may_be_about_either_is_unclear(reply: str) -> None:
    assert refusal_of(reply, "RCPT") is Refusal.UNCLEAR


@pytest.mark.parametrize(
    ("reply", "about"), [("553 5.7.1 not yours", Refusal.SENDER), ("552 no", Refusal.SIZE), ("451 4.3.0 later", None)]
)
def test_E18_a_refusal_of_MAIL_is_never_about_a_reader(reply: str, about: Refusal | None) -> None:
    assert refusal_of(reply, "MAIL") is about


def test_every_refusal_has_a_cause_and_a_cure() -> None:
    assert set(CAUSES) == set(CURES) == set(Refusal)
