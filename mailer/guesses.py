"""Wrong tokens: somebody guesses, or a mail program has damaged one. How many come is limited by sender (A35)."""

from __future__ import annotations

from mailer.message import Address, Inbound
from mailer.model.caps import ALL_WRONG_TOKENS, WRONG_TOKENS, mailbox_of
from mailer.office import Office
from mailer.tokens import find_tokens

_ALL = "wrong tokens"


def note_guesses(office: Office, mail: Inbound) -> None:
    """Count the wrong tokens in the fields of a mail that name what it answers."""
    fields = (*mail.addressed_to, *mail.references, mail.subject)
    wrong = sum(not office.key.genuine(token) for text in fields for token in find_tokens(text))
    if not wrong or mail.sender is None:
        return
    counted = office.work.caps.counts([_ALL], office.today).get(_ALL, 0)
    if counted >= ALL_WRONG_TOKENS:
        return
    for _ in range(min(wrong, WRONG_TOKENS)):
        office.work.caps.count([_ALL, _counter(mail.sender)], office.today)


def guesses(office: Office, sender: Address) -> bool:
    """Whether so many wrong tokens came in this mailbox's name today that a mail from it warns no member.

    Anybody may have written them, so nothing that its owner needs depends on this: not the challenge (A1).
    """
    counter = _counter(sender)
    return office.work.caps.counts([counter], office.today).get(counter, 0) >= WRONG_TOKENS


def _counter(sender: Address) -> str:
    return f"{_ALL} {mailbox_of(sender)}"
