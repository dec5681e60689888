"""What a server's code and words mean: which of them count, why a mail failed, and whether the address is gone."""

from __future__ import annotations

import pytest

from mailer.model.diagnoses import diagnose
from mailer.model.reports import Why


@pytest.mark.parametrize(
    ("status", "words", "why"),
    [
        ("5.0.0", "554 5.0.0 message refused for policy reasons", Why.POLICY),
        ("5.5.0", "550 5.5.0 this message appears to be spam", Why.SPAM),
        ("5.2.0", "552 5.2.0 over quota", Why.MAILBOX_FULL),
        ("5.1.0", "550 5.1.0 Client host [192.0.2.1] blocked using bl.spamcop.net", Why.BLOCKED),
        ("5.1.0", "550 5.1.0 sender address rejected", Why.SENDER_REJECTED),
        ("5.0.0", "554 <a@b.example>: Relay access denied", Why.RELAYING),
    ],
)
def test_a_general_code_never_outweighs_words(status: str, words: str, why: Why) -> None:
    assert diagnose(status, words)[1:] == (why, False)


@pytest.mark.parametrize("status", ["5.1.7", "5.1.8"])
def test_5_1_7_and_5_1_8_are_about_the_sender(status: str) -> None:
    assert diagnose(status, "") == (status, Why.SENDER_REJECTED, False)
    assert diagnose("5.1.1", f"550 {status} not here") == (status, Why.SENDER_REJECTED, False)


@pytest.mark.parametrize(
    ("status", "words", "read", "why", "permanent"),
    [
        ("5.1.1", "550 RCPT TO:<a@b.example> max message size exceeded", "5.1.1", Why.TOO_LARGE, False),
        ("5.7.1", "550 5.7.1 No such user c18si2365148hub", "5.7.1", Why.USER_UNKNOWN, True),
        ("5.1.1", "550 5.7.26 this mail is not authenticated, see DMARC", "5.7.26", Why.POLICY, False),
        ("5.0.0", "smtp; 550 5.1.1 unknown", "5.1.1", Why.USER_UNKNOWN, True),
        ("5.1.1", "452 4.2.2 mailbox full", "4.2.2", Why.MAILBOX_FULL, False),
        ("5.3.0", "553 5.3.0 <a@b.example>... Address does not exist", "5.3.0", Why.USER_UNKNOWN, True),
        ("4.0.0", "550 5.1.1 no such user", "5.1.1", Why.USER_UNKNOWN, True),
    ],
)
def test_where_status_and_diagnostic_disagree_the_servers_own_words_win(
    status: str, words: str, read: str, why: Why, permanent: bool
) -> None:
    assert diagnose(status, words) == (read, why, permanent)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Unrouteable address", Why.HOST_UNKNOWN),
        ("Sorry, no mailbox here by that name. (#5.1.1)", Why.USER_UNKNOWN),
        ("550 sorry, no mailbox here by that name", Why.USER_UNKNOWN),
        ("The recipient name is not recognized\nMSEXCH:IMS:X:Y:Z 0 (000C05A6) Unknown Recipient", Why.USER_UNKNOWN),
        ("User anna (anna@example.org) not listed in Domino Directory", Why.USER_UNKNOWN),
        ("User anna (anna@example.org) not listed in public Name & Address Book", Why.USER_UNKNOWN),
        ("553 sorry, badrcptto (user mail-box not found)", Why.USER_UNKNOWN),
        ("550 Requested action not taken: mailbox unavailable", Why.USER_UNKNOWN),
        ("This user doesn't have a yahoo.com account (a@yahoo.com) [0]", Why.USER_UNKNOWN),
        ("This account has been disabled or discontinued [#102].", Why.USER_UNKNOWN),
        ("550 5.2.1 The email account that you tried to reach is disabled", Why.USER_UNKNOWN),
        ("Invalid final delivery userid: a@b.example", Why.USER_UNKNOWN),
        ("551 not our customer", Why.USER_UNKNOWN),
        ("550 No such user at this mail server", Why.USER_UNKNOWN),
        ("User anna not uniquely found in Domino Directory", Why.USER_UNKNOWN),
        ('unknown local-part "anna" in domain "example.org"', Why.USER_UNKNOWN),
        ("554 30 Sorry, your message cannot be delivered. This mailbox is disabled (554.30)", Why.USER_UNKNOWN),
        ("all relevant MX records point to non-existent hosts", Why.HOST_UNKNOWN),
        ("No route found to domain example.org from server X", Why.HOST_UNKNOWN),
        ("550 5.4.1 Recipient address rejected: Access denied", Why.USER_UNKNOWN),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", Why.USER_UNKNOWN),
        ("Host or domain name not found. Name service error for name=b.example", Why.HOST_UNKNOWN),
        ("556 5.1.10 Domain does not accept mail (nullMX)", Why.HOST_UNKNOWN),
        ("550 5.4.310 DNS domain b.example does not exist", Why.HOST_UNKNOWN),
        ("Sorry, I couldn't find any host named b.example. (#5.1.2)", Why.HOST_UNKNOWN),
        ("550 Benutzer unbekannt", Why.USER_UNKNOWN),
        ("550 utilisateur inconnu", Why.USER_UNKNOWN),
        ("550 no existe ese usuario", Why.USER_UNKNOWN),
        ("550 Пользователь не найден", Why.USER_UNKNOWN),
        ("宛先メールアドレスが見つかりません", Why.USER_UNKNOWN),
        ("550 用户不存在", Why.USER_UNKNOWN),
        ("550 anna@example.org:user not exist", Why.USER_UNKNOWN),
        ("550 This account is not allowed...anna@example.org", Why.USER_UNKNOWN),
        ("550 <anna@example.org>... User account not activated", Why.USER_UNKNOWN),
        ("550 no longer an employee", Why.USER_UNKNOWN),
        ("550 account expired", Why.USER_UNKNOWN),
        ("550 Destinatario errato", Why.USER_UNKNOWN),
        ("550 in reply to RCPT TO", Why.USER_UNKNOWN),
    ],
)
def test_without_a_status_code_the_reply_code_and_the_words_decide(words: str, why: Why) -> None:
    assert diagnose("", words)[1:] == (why, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Sorry, your message cannot be delivered. This account is over quota.", Why.MAILBOX_FULL),
        ("552 mailbox exceeds allowed size", Why.MAILBOX_FULL),
        ("550 User has too many messages on the server", Why.MAILBOX_FULL),
        ("552 message size exceeds fixed limit", Why.TOO_LARGE),
        ("550 5.2.3 RESOLVER.RST.SendSizeLimit.Org; message too large", Why.TOO_LARGE),
        ("this message has been in the queue too long", Why.EXPIRED),
        ("Connection timed out", Why.EXPIRED),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Why.RELAYING),
        ("553 Sender Policy Framework (SPF) fail", Why.POLICY),
        ("550 5.1.1 RCP-P2 Refused due to recipient preferences", Why.POLICY),
        ("550 5.7.26 This mail has been blocked because the sender is unauthenticated", Why.POLICY),
        ("521 5.2.1 : AOL will not accept delivery of this message.", Why.POLICY),
        ("550 Domain frequency limited", Why.POLICY),
        ("534 SIZE=Message too big. (in reply to MAIL FROM command)", Why.TOO_LARGE),
        ("sorry, your envelope sender is in my badmailfrom list (#5.7.1)", Why.SENDER_REJECTED),
        ("550 5.1.8 Access denied, bad outbound sender", Why.SENDER_REJECTED),
        ("550 5.1.0 192.0.2.1 is not allowed to send from <b.example> per its SPF record", Why.POLICY),
        ("550 5.7.1 no valid sender domain, fix reverse DNS for 192.0.2.1", Why.BLOCKED),
        ("554 5.7.1 Mail Score (59) over the limit (50)", Why.SPAM),
        ("550 5.6.0 the headers of this message contain binary content", Why.OTHER),
        ("554 DT:SPM 163 smtp", Why.SPAM),
        ("552 5.2.2 recipient storage full", Why.MAILBOX_FULL),
        ("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1", Why.BLOCKED),
        ("550 Your server requires confirmation", Why.BLOCKED),
        ("lost connection with mx.example.org while sending end of data", Why.EXPIRED),
        ("550 Sender verify failed", Why.SENDER_REJECTED),
        ("550 Unroutable sender address", Why.SENDER_REJECTED),
        ("Domain of sender address a@b.example does not exist", Why.SENDER_REJECTED),
        ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", Why.BLOCKED),
        ("450 4.7.1 Client host rejected: cannot find your hostname", Why.BLOCKED),
        ("554 5.7.1 Message content rejected, UBE, id=1", Why.SPAM),
        ("554 too many hops 26 (25 max)", Why.OTHER),
        ("", Why.OTHER),
        ("550", Why.OTHER),
    ],
)
def test_what_is_not_about_the_address_is_not_permanent(words: str, why: Why) -> None:
    assert diagnose("", words)[1:] == (why, False)


@pytest.mark.parametrize(
    "words", ["MTA v4.6.1", "Lotus SMTP MTA 4.6.1", "Exim 4.9.2 rejected it", "192.0.2.5", "5.1.1.9"]
)
def test_a_version_and_an_ip_address_are_no_code(words: str) -> None:
    assert diagnose("", words).status == ""


@pytest.mark.parametrize(
    "words", ["450 4.1.1 user unknown", "Host not found, try again", "450 user unknown; try again later"]
)
def test_what_is_refused_for_now_is_not_permanent(words: str) -> None:
    assert not diagnose("", words).permanent


def test_addresses_and_hosts_are_no_words() -> None:
    assert diagnose("", "host spam.blocked.example said: 550 <userunknown@quota.example>").why is Why.OTHER


@pytest.mark.parametrize(
    ("status", "why", "permanent"),
    [
        ("5.1.1", Why.USER_UNKNOWN, True),
        ("5.1.2", Why.HOST_UNKNOWN, True),
        ("5.2.1", Why.USER_UNKNOWN, True),
        ("5.2.2", Why.MAILBOX_FULL, False),
        ("5.3.4", Why.TOO_LARGE, False),
        ("5.4.4", Why.HOST_UNKNOWN, True),
        ("5.4.7", Why.EXPIRED, False),
        ("5.7.1", Why.POLICY, False),
        ("5.0.0", Why.OTHER, False),
        ("5.2.0", Why.OTHER, False),
        ("5.5.0", Why.OTHER, False),
        ("4.1.1", Why.USER_UNKNOWN, False),
    ],
)
def test_a_code_without_words(status: str, why: Why, permanent: bool) -> None:
    assert diagnose(status, "") == (status, why, permanent)
