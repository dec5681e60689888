"""Parameters for a relay that offers DSN (RFC 3461): they make its reports name the mail, and come when they help."""

from __future__ import annotations

import re

from mailer.message import Envelope

_NOT_XCHAR = re.compile(r"[^!-*,-<>-~]")
_NOT_QCHAR = re.compile(r"[^!-*,-<>-\[\]-~]")


def xtext(text: str) -> str:
    """RFC 3461 4: ASCII; ``+``, ``=`` and everything outside ``!`` to ``~`` in hexadecimal."""
    return _NOT_XCHAR.sub(lambda found: f"+{ord(found[0]):02X}", text)


def original_recipient(address: str) -> str:
    """The value of ORCPT: xtext, or utf-8 for an address that is not ASCII (RFC 6533 3)."""
    if address.isascii():
        return f"rfc822;{xtext(address)}"
    return "utf-8;" + _NOT_QCHAR.sub(lambda found: f"\\x{{{ord(found[0]):X}}}", address)


def mail_parameters(envelope: Envelope) -> str:
    """For MAIL: reports return only the header of the mail, and carry our id for it."""
    return f" RET=HDRS ENVID={xtext(envelope.id)}" if envelope.id else " RET=HDRS"


def recipient_parameters(address: str, success: bool) -> str:
    """For RCPT: which reports we want, and the address that we used, as forwarding may change it."""
    wanted = "SUCCESS,FAILURE,DELAY" if success else "FAILURE,DELAY"
    return f" NOTIFY={wanted} ORCPT={original_recipient(address)}"
