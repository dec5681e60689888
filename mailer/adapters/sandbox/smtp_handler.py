"""The SMTP server's rules: who may send as whom, and where a mail goes."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailer.adapters.dkim.signing import DkimSigner
from mailer.adapters.sandbox.keys import SELECTOR, Keyring
from mailer.adapters.sandbox.users import SandboxUser
from mailer.errors import Refused
from mailer.message import Address

HOSTNAME = "sandbox.localhost"
SIZE_LIMIT = 40_000_000


class SmtpHandler:
    """The handler for aiosmtpd.

    A user who is logged in may only send under their own address, and their mail is signed. A client without a login is
    another mail server; its mail is accepted unsigned. Both reach only the mailboxes of the sandbox.
    """

    def __init__(
        self,
        users: Mapping[str, SandboxUser],
        keyring: Keyring,
        deliver: Callable[[SandboxUser, bytes], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._now = now
        self._users = users
        self._keyring = keyring
        self._deliver = deliver
        self._domains = {key.rpartition("@")[2] for key in users}

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """The authenticator for aiosmtpd."""
        if isinstance(data, LoginPassword):
            user = self._user_at(data.login.decode("utf-8", "replace"))
            if user and secrets.compare_digest(user.password.encode(), data.password):
                return AuthResult(success=True, auth_data=user)
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(  # noqa: N802  aiosmtpd requires this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        sender = "" if address == "<>" else address
        user = _logged_in(session)
        if user and sender and self._user_at(sender) != user:
            return f"553 5.7.1 {user.address} may not send as {sender}"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender accepted"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._user_at(address) is None:
            if address.rpartition("@")[2].lower() in self._domains:
                return f"550 5.1.1 {address} has no mailbox here"
            return f"550 5.7.1 {address} is elsewhere, and the sandbox sends nothing out"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient accepted"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        author = _logged_in(session)
        if author:
            try:
                raw = self._sign(raw, author)
            except Refused as fault:
                return f"550 5.7.1 {fault}"
        for address in envelope.rcpt_tos:
            user = self._user_at(address)
            if user is not None:
                await self._deliver(user, _trace(session, envelope, address, self._now()) + raw)
        return "250 2.0.0 Delivered"

    def _user_at(self, address: str) -> SandboxUser | None:
        """The user whose mailbox this is; ``+detail`` is ignored (RFC 5233)."""
        try:
            return self._users.get(Address.parse(address).base_key)
        except ValueError:
            return None

    def _sign(self, raw: bytes, user: SandboxUser) -> bytes:
        """Raises Refused unless From is exactly the user's own address (RFC 6409 6.1)."""
        headers = BytesHeaderParser().parsebytes(raw)
        authors = [spec for _, spec in getaddresses([str(value) for value in headers.get_all("from", [])])]
        if [self._user_at(spec) for spec in authors] != [user]:
            raise Refused(f"{user.address} may not send as {', '.join(authors) or 'nobody'}")
        return DkimSigner(Address.parse(user.address).domain, {SELECTOR: self._keyring.key}).signed(raw)


def _logged_in(session: Session) -> SandboxUser | None:
    return cast("SandboxUser | None", session.auth_data)  # the library annotates it as None


def _trace(session: Session, envelope: Envelope, address: str, now: datetime) -> bytes:
    """The trace fields that a delivery agent adds at the top (RFC 5321 4.4)."""
    sender = "" if envelope.mail_from in (None, "<>") else envelope.mail_from
    protocol = "ESMTPA" if _logged_in(session) else "ESMTP"
    lines = (
        f"Return-Path: <{sender}>",
        f"Delivered-To: {address}",
        f"Received: from {session.host_name or 'unknown'} by {HOSTNAME} with {protocol} id {secrets.token_hex(6)}",
        f"\tfor <{address}>; {format_datetime(now)}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()
