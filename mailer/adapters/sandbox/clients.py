"""What the people in the demo and in the tests write and read with: real SMTP, real IMAP."""

from __future__ import annotations

import contextlib
import smtplib
import socket
from collections.abc import Iterator, Sequence

from imapclient import IMAPClient

from mailer.adapters.sandbox.users import SandboxUser
from mailer.errors import Refused

_TIMEOUT = 30.0


class MailClients:
    """Mail programs that know a server on this machine."""

    def __init__(self, host: str, smtp_port: int, imap_port: int) -> None:
        self.host = host
        self.smtp_port = smtp_port
        self.imap_port = imap_port

    def submit(self, user: SandboxUser, raw: bytes, to: Sequence[str], sender: str | None = None) -> None:
        """Send as a user who is logged in, who is the envelope sender unless one is given. Raises Refused."""
        with self._smtp() as client:
            client.login(user.address, user.password)
            client.sendmail(user.address if sender is None else sender, list(to), raw)

    def receive(self, sender: str, raw: bytes, to: Sequence[str]) -> None:
        """Send as the outside world, without a login. Raises Refused."""
        with self._smtp() as client:
            client.sendmail(sender, list(to), raw)

    def messages(self, user: SandboxUser, folder: str = "INBOX") -> list[bytes]:
        """What is in a user's folder, oldest first, without changing it; a folder that is not there is empty."""
        with IMAPClient(self.host, self.imap_port, ssl=False, timeout=_TIMEOUT) as client:
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else 0.1 s for each look
            client.plain_login(user.address, user.password)  # LOGIN takes ASCII alone
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]

    @contextlib.contextmanager
    def _smtp(self) -> Iterator[smtplib.SMTP]:
        with smtplib.SMTP(self.host, self.smtp_port, local_hostname="client.localhost", timeout=_TIMEOUT) as client:
            try:
                yield client
            except smtplib.SMTPRecipientsRefused as fault:
                raise Refused("; ".join(_words(*refusal) for refusal in fault.recipients.values())) from None
            except smtplib.SMTPResponseException as fault:
                raise Refused(_words(fault.smtp_code, fault.smtp_error)) from None


def _words(code: int, reply: bytes | str) -> str:
    return f"{code} {reply.decode() if isinstance(reply, bytes) else reply}"
