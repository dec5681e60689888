"""The mail program of the people in the demo and in the tests, over real SMTP and IMAP."""

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
    """Sends and reads mail on a server on this machine."""

    def __init__(self, host: str, smtp_port: int, imap_port: int) -> None:
        self.host = host
        self.smtp_port = smtp_port
        self.imap_port = imap_port

    def submit(self, user: SandboxUser, raw: bytes, to: Sequence[str], sender: str | None = None) -> None:
        """Send as a logged-in user, with ``sender`` or the user in the envelope. Raises Refused."""
        with self._smtp() as client:
            client.login(user.address, user.password)
            client.sendmail(user.address if sender is None else sender, list(to), raw)

    def receive(self, sender: str, raw: bytes, to: Sequence[str]) -> None:
        """Send as another mail server does, without a login. Raises Refused."""
        with self._smtp() as client:
            client.sendmail(sender, list(to), raw)

    def messages(self, user: SandboxUser, folder: str = "INBOX") -> list[bytes]:
        """The messages in a user's folder, oldest first, left unread; none if the folder does not exist."""
        with IMAPClient(self.host, self.imap_port, ssl=False, timeout=_TIMEOUT) as client:
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # saves 0.1 s per call
            client.plain_login(user.address, user.password)  # LOGIN allows only ASCII
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
                raise Refused("; ".join(_text(*refusal) for refusal in fault.recipients.values())) from None
            except smtplib.SMTPResponseException as fault:
                raise Refused(_text(fault.smtp_code, fault.smtp_error)) from None


def _text(code: int, reply: bytes | str) -> str:
    return f"{code} {reply.decode() if isinstance(reply, bytes) else reply}"
