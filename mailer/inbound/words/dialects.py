"""Bounces that say less, or say it otherwise, than a list of addresses would. Data only.

What most servers write needs no row: an address at the beginning of a line, or after words such as “Recipient:”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Dialect(NamedTuple):
    """How one server writes."""

    name: str
    mark: re.Pattern[str]
    """Found in the From and Subject fields, each on a line of its own, and the beginning of the text below them."""
    recipient: re.Pattern[str]
    """Finds the recipients in the text: the group is an address, or the part before the @."""
    local: bool = False
    """Whether it gives only the part before the @; the domain is that of From."""


def _dialect(name: str, mark: str, recipient: str, *, local: bool = False) -> Dialect:
    flags = re.IGNORECASE | re.MULTILINE
    return Dialect(name, re.compile(mark, flags), re.compile(recipient, flags), local)


_ADDRESS = r"<?([^\s<>()\[\]\"']{1,64}@[^\s<>()\[\]\"',;:]{1,255}[\w])>?"

DIALECTS: Sequence[Dialect] = (
    _dialect(
        "AOL",
        r"@aol\.com[\s\S]{0,900}could not be delivered because they are not accepting",
        r"^\t([\w.-]{2,64})$",
        local=True,
    ),
    _dialect("Exchange 5.5", r"did not reach the following recipient", rf"(?:SMTP=|^){_ADDRESS}(?:;? on |;|$)"),
    _dialect("Domino", r"was not delivered to:", rf"was not delivered to:\s+{_ADDRESS}"),
    _dialect("Verizon", r"Error: Invalid user address|Error message below:", rf"RCPT TO: {_ADDRESS}"),
    _dialect("LSMTP", r"^Error-for:", rf"^Error-for:\s+{_ADDRESS}"),
    _dialect("OpenSMTPD", r"attempting to deliver a message for\s+the following list", rf"^\s*{_ADDRESS}: "),
    _dialect("SurfControl", r"Failed to send to identified host", rf"^Addressed To:\s+{_ADDRESS}"),
    _dialect("MailMarshal", r"following recipients were affected", rf"were affected:\s+{_ADDRESS}"),
    _dialect("Sendmail 5", r"Transcript of session follows", rf"^(?:5\d\d |>>> RCPT To: ?){_ADDRESS}"),
    _dialect("MessageLabs", r"could not be delivered\. The problem appears", rf"^-- {_ADDRESS}"),
    _dialect("LLNL", r"LLNL postmaster", rf"message was addressed, {_ADDRESS}"),
    _dialect("Exim 4", r"created automatically by mail delivery software", rf"^ {{2,}}{_ADDRESS}:?$"),
)
