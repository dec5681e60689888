"""What `mailer explain` says of a mail."""

from __future__ import annotations

from typing import get_args

import pytest

from mailer.inbound import intents
from mailer.inbound.explain import explain, kind_of, reason_of
from mailer.inbound.intents import Intent
from mailer.model.inbound import MailKind
from mailer.model.outbox import Fate
from tests.unit.inbound.mails import BOUNCE, KEY, LEAVE, OFFICE, RECEIVED, VOTE, intent, raw, sample, to


@pytest.mark.parametrize(
    ("octets", "kind", "reason"),
    [
        (sample("replies/gmail-en.eml"), "reply", "votes approve, if it proves authentic"),
        (raw("well\n", To=to(VOTE)), "reply", "answers a ballot, and is no vote: The first line of your mail is not "
         "exactly APPROVE or OBJECT."),
        (raw("subscribe\n"), "command", "asks to subscribe"),
        (raw("subscribe\nColour: red\n"), "command", "asks to subscribe; 1 of its lines was not understood"),
        (raw("unsubscribe\n"), "command", "asks to leave, without a token: a confirmation is needed"),
        (raw("x\n", To=to(LEAVE)), "command", "asks to leave"),
        (raw(), "command", "asks how this works"),
        (raw("I liked it.\n"), "feedback", "words for a person to read"),
        (raw("x", From="TG2@iso-sr.example"), "loop", "it comes from the office's own address"),
        (raw("x", Auto_Submitted="auto-replied"), "auto-reply", "its Auto-Submitted field says that a machine sent it"),
        (raw("x", From=None), "refused", "it has no From"),
        (raw("550 5.1.1 no such user", From="MAILER-DAEMON@x.org", To=to(BOUNCE), Subject="failure notice"), "bounce",
         "reports a failure for good of a mail of ours 5.1.1 550 5.1.1 no such user"),
        (b"From: " + b"(" * 900 + b"\r\n\r\n", "quarantine", "its From has comments nested too deeply"),
    ],
)  # fmt: skip
def test_kind_and_reason(octets: bytes, kind: str, reason: str) -> None:
    seen = explain(octets, RECEIVED, OFFICE, KEY)
    assert (seen.kind, seen.reason) == (kind, reason)
    assert (seen.intent is None) == (kind == "quarantine")


EXAMPLES: dict[type[Intent], Intent] = {
    intents.Bounce: intents.Bounce(None, False, "", ""),
    intents.Report: intents.Report(BOUNCE, (intents.Reported("a@x.org", Fate.ARRIVED, ""),)),
    intents.Complaint: intents.Complaint(None),
    intents.AutoReply: intents.AutoReply("x"),
    intents.Loop: intents.Loop("x"),
    intents.Subscribe: intent("subscribe\n"),
    intents.Confirm: intents.Confirm(VOTE),
    intents.Leave: intents.Leave(None),
    intents.Help: intents.Help(),
    intents.Vote: intents.Vote(VOTE, None, "", "x"),
    intents.Feedback: intents.Feedback("x"),
    intents.Refuse: intents.Refuse("x"),
}


@pytest.mark.parametrize("variant", get_args(Intent))
def test_every_intent_has_a_kind_and_a_reason_of_one_line(variant: type[Intent]) -> None:
    example = EXAMPLES[variant]
    assert kind_of(example) in MailKind
    assert len(reason_of(example).splitlines()) == 1


def test_D6_no_reason_shows_a_token() -> None:
    assert str(VOTE) not in "".join(reason_of(example) for example in EXAMPLES.values())
