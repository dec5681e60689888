"""What is said to a relay that offers DSN (RFC 3461), so that its reports name the mail and come when they help."""

from __future__ import annotations

import re

from mailer.message import Envelope

_NOT_XCHAR = re.compile(r"[^!-*,-<>-~]")
_NOT_QCHAR = re.compile(r"[^!-*,-<>-\[\]-~]")


def xtext(text: str) -> str:
    """RFC 3461 4: ASCII, everything but ``!`` to ``~`` without ``+`` and ``=`` in hexadecimal."""
    return _NOT_XCHAR.sub(lambda found: f"+{ord(found[0]):02X}", text)


def original_recipient(address: str) -> str:
    """An address as ORCPT has it: xtext, or its own way for addresses beyond ASCII (RFC 6533 3)."""
    if address.isascii():
        return f"rfc822;{xtext(address)}"
    return "utf-8;" + _NOT_QCHAR.sub(lambda found: f"\\x{{{ord(found[0]):X}}}", address)


def mail_parameters(envelope: Envelope) -> str:
    """For MAIL: reports need only the header of what they are about, and carry our name for it."""
    return f" RET=HDRS ENVID={xtext(envelope.id)}" if envelope.id else " RET=HDRS"


def recipient_parameters(address: str, success: bool) -> str:
    """For RCPT: whether a report is wanted of success too, and the address as we know it, whatever becomes of it."""
    wanted = "SUCCESS,FAILURE,DELAY" if success else "FAILURE,DELAY"
    return f" NOTIFY={wanted} ORCPT={original_recipient(address)}"
