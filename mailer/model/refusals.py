"""What a relay refuses, by the code and the words of its reply: one reader, or us (E10, E18).

A refusal about us would be given to every reader, so no reader is failed for it. The table is asked in its order, and
the first row that fits decides. It sees a reply without addresses, because their owners choose them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mailer.errors import MailerError, NotGranted, Permanent, Temporary
from mailer.model.failures import generalise
from mailer.phrases import Phrase, phrase


class Refusal(StrEnum):
    """What a refusal that may be about us is about."""

    POLICY = "policy"  # our domain, or what we sent: E10
    QUOTA = "quota"  # we have sent as much as we may for now
    SENDER = "sender"  # we may not send from our address
    LOGIN = "login"  # the relay wants a login, or another one
    RELAYING = "relaying"  # the relay passes on nothing for us
    PROGRAM = "program"  # the program that takes our mail is set up wrongly
    SIZE = "size"  # the mail is larger than the relay takes
    UNCLEAR = "unclear"  # it may be about the reader or about us
    GRANT = "grant"  # not the relay but we ourselves: it is not what a board has granted

    @property
    def is_of_all_mail(self) -> bool:
        """Whether every mail would get it."""
        return self in _OF_ALL_MAIL

    @property
    def stops_mail(self) -> bool:
        """Whether no other mail may go before one has been tried with success."""
        return self is Refusal.POLICY or self.is_of_all_mail

    @property
    def passes(self) -> bool:
        """Whether it ends by itself."""
        return self is Refusal.QUOTA


_OF_ALL_MAIL = frozenset({Refusal.QUOTA, Refusal.SENDER, Refusal.LOGIN, Refusal.RELAYING, Refusal.PROGRAM})


class Suspension(NamedTuple):
    """Why mail was stopped before a person has looked."""

    refusal: Refusal
    reply: str
    """The relay's own words."""


class _Row(NamedTuple):
    about: Refusal | None
    """None: it is about the reader."""
    words: re.Pattern[str]


def _row(about: Refusal | None, words: str) -> _Row:
    return _Row(about, re.compile(words, re.IGNORECASE | re.VERBOSE))


POLICY = re.compile(r"\b[45]\.7\.(2\d|3[0-2]|515)\b")
"""Enhanced status codes that reject the sender, not the recipient: RFC 7372, Google's and Microsoft's own (E10)."""

_SPAN = "(?: day | hour | minute | month )"
_NOT_ALLOWED = r"(?: not \s (?: allowed | permitted | authori[sz]ed ) | disallowed | prohibited | denied )"

_TABLE: Sequence[_Row] = (
    _Row(Refusal.POLICY, POLICY),
    _row(
        Refusal.SIZE,
        r"^5 .* (?: \b5\.3\.4\b | \b size \b .{0,40} (?: exceed | limit | large | maxim ) | \b too \s (?: big | large )"
        r"| exceed .{0,40} \b size \b )",
    ),
    _row(  # the address, its mailbox, whom it takes mail from
        None, r"\b[45]\.(?: 1\.(?: [1-6] | 10 ) | 2\.[1-4] | 7\.1(?: 2\d | 3[0-6] ) )\b | \bRESOLVER\.RST\b"
    ),
    _row(
        Refusal.QUOTA,
        rf"""
        ^[45]\d\d .* (?:
          \b5\.4\.5\b | \b5\.1\.90\b | \b5\.7\.(?: 705 | 708 | 23[23] )\b | submission \s? quota
          | \b (?: send | sending | sent | sender | submission | smtp | outgoing | outbound | hourly | daily | monthly
            | e-?mails? | per [\s-] {_SPAN} ) \b [^.;]{{0,40}} \b (?: limits? | quota | threshold | credits )\b
          | \b (?: exceed\w* | reached ) \b [^.;]{{0,60}} \b (?: per [\s-] | an \s | each \s ) {_SPAN} \b
          | tenant \s has \s exceeded | unusual \s sending \s activity
          | (?: too \s many \s (?: e-?mails? | messages ) \s (?: sent | from | per ) )
          | maximum \s (?: sending \s rate | credits )
        )
        | ^5\d\d .* \b rate \s limit
        """,
    ),
    _row(Refusal.LOGIN, r"^53[0458]\b | \b authenticat (?: ion | e ) \b .{0,20} \b (?: required | first | disabled )"),
    _row(
        Refusal.LOGIN,
        r"\b not \s (?: logged \s in | authenticated )\b | \b must \s (?: be \s )? (?: authenticate | log \s? in )"
        r"| \b log \s? in \s (?: is \s )? required | smtp \s? client \s? authentication \s is \s disabled",
    ),
    _row(
        Refusal.SENDER,
        rf"""
        \b[45]\.1\.[78]\b | \b5\.7\.60\b | \b not \s owned \s by \b | send \s? as \s? denied
        | \b permissions? \s to \s send \b | \b relaying \s disallowed \s as \b
        | \b (?: sender | from ) \b (?: \s (?: address | e-?mail | header ) )? (?: \s is | \s was )? \s
          (?: rejected | refused | invalid | {_NOT_ALLOWED} | not \s (?: owned | verified | valid )
            | verif\w+ \s failed )
        | \b (?: invalid | bad | unverified | unauthori[sz]ed ) \s (?: outbound \s )? (?: sender | from \b )
        | \b {_NOT_ALLOWED} \s to \s (?: send | use ) \b | \b address \s is \s not \s verified
        | \b from \s (?: address | header ) \b .{{0,40}} \b not \s match
        """,
    ),
    _row(
        Refusal.RELAYING,
        rf"""
        \b5\.7\.(?: 54 | 64 )\b | \b relay (?: ing )? (?: \s (?: access | attempt | is | to ) )* [^.;]{{0,40}} \s
          {_NOT_ALLOWED} | \b (?: unable | not \s (?: permitted | allowed ) | refuse[sd]? | cannot | can't ) \s
          (?: to \s )? relay \b | \b we \s do \s not \s relay \b | \b no \s relaying \b
        """,
    ),
    _row(
        None,
        r"""
        \b (?: user | recipient | mailbox | account | address )s? \b [^.;]{0,40} \b (?: unknown | not \s found
          | disabled | full | inactive | unavailable | no \s longer | does \s not \s exist | doesn't \s exist
          | over \s? quota | undeliverable )
        | \b (?: unknown | no \s such | invalid ) \s (?: user | recipient | mailbox | account | address | person )
        | \b over \s? quota | \b grey-? \s? list
        """,
    ),
)
"""Seen at Gmail, Microsoft 365, Amazon SES, SendGrid, Zoho, GMX, cPanel, Postfix and Exim."""


def refusal_of(reply: str, command: str = "") -> Refusal | None:
    """What a refusal by 4xx or 5xx is about; None if it is certainly about the reader, or a 4xx that only means later.

    ``command`` is the SMTP command that was answered, if it is known.
    """
    words = generalise(reply)
    for about, pattern in _TABLE:
        if pattern.search(words):
            return about
    if not words.startswith("5"):
        return None
    if command == "MAIL":
        return Refusal.SIZE if words.startswith("552") else Refusal.SENDER
    return Refusal.UNCLEAR


CAUSES: Mapping[Refusal, Phrase] = {
    Refusal.POLICY: phrase("The relay refuses our mail because of our domain, or of what we sent."),
    Refusal.QUOTA: phrase("We have sent as much as the relay takes from us for now."),
    Refusal.SENDER: phrase("The relay does not let us send from our address."),
    Refusal.LOGIN: phrase("The relay wants us to log in, or with another login."),
    Refusal.RELAYING: phrase("The relay does not pass our mail on to other servers."),
    Refusal.PROGRAM: phrase("The program that takes our mail is set up wrongly."),
    Refusal.SIZE: phrase("This mail is larger than the relay takes."),
    Refusal.UNCLEAR: phrase("One reader after another was refused in the same words. That may be because of us."),
    Refusal.GRANT: phrase("What is to go out is not what the board approved."),
}
"""What each refusal means, in words."""

CURES: Mapping[Refusal, Phrase] = {
    Refusal.POLICY: phrase(
        "Such a reply usually means that our domain's SPF, DKIM or DMARC records are missing or wrong, or that we sent "
        "too much. `mailer doctor` checks what can be checked from here; your mail provider knows the rest."
    ),
    Refusal.QUOTA: phrase(
        "Sending goes on by itself when the limit ends. To stay below it, write your "
        "provider's limit into [limits] per_hour or per_day."
    ),
    Refusal.SENDER: phrase(
        "Set [office] address to one that the login of [smtp] may send from, or let your provider allow this login to "
        "send as our address."
    ),
    Refusal.LOGIN: phrase("Check user and password in [smtp], and its port (587 or 465); `mailer doctor` tries them."),
    Refusal.RELAYING: phrase(
        "Log in with user and password in [smtp] at the port for submission (587 or 465), or let the relay's "
        "administrator allow this machine."
    ),
    Refusal.PROGRAM: phrase("Check [transport] sendmail, and the configuration of that program."),
    Refusal.SIZE: phrase(
        "Let your provider raise the limit. Or make it smaller, with fewer or smaller pictures: an issue that is being "
        "sent has to be cancelled first, and made anew under another number."
    ),
    Refusal.UNCLEAR: phrase(
        "Read the relay's words. If they are about us, mend that first, and when the rest is out, send once more to "
        "those whose copy failed (--failed)."
    ),
    Refusal.GRANT: phrase(
        "If the configuration was changed, change it back. If nobody here has changed anything, somebody else has "
        "written to the store: restore it from a backup. To send something else, cancel the issue and make it anew."
    ),
}
"""What a person does about each refusal."""


def fault_of(why: Suspension, where: str, then: str = "") -> MailerError:
    """The exception for a refusal: Temporary if it ends by itself, else Permanent. ``then``: what happens next."""
    if why.refusal is Refusal.GRANT:
        return NotGranted(f"{where}: {why.reply}")
    kind = Temporary if why.refusal.passes else Permanent
    said = f"{where}: {why.reply.rstrip('.')}."
    return kind(" ".join(filter(None, [said, CAUSES[why.refusal], then, CURES[why.refusal]])))
