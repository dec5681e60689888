"""Starts and stops the sandbox: one thread, one event loop, two ports."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from aiosmtpd.smtp import SMTP

from mailer.adapters.clock import SystemClock
from mailer.adapters.dkim.lookup import TxtLookup
from mailer.adapters.sandbox.clients import MailClients
from mailer.adapters.sandbox.keys import Keyring
from mailer.adapters.sandbox.smtp_handler import HOSTNAME, SIZE_LIMIT, SmtpHandler
from mailer.adapters.sandbox.store import MailStore
from mailer.adapters.sandbox.users import SandboxUser, by_address
from mailer.errors import Temporary


class Sandbox(MailClients):
    """A context in which the servers run. Port 0 is any free port; once started, the attributes have the real ports.

    ``folder`` keeps the DKIM key, and its TXT records in ``dns.json`` (for ``file_lookup``). Without a folder the key
    lasts as long as this process, and only ``txt`` looks it up. Mail arrives at the time of the ``clock``.
    """

    def __init__(
        self,
        folder: Path | None,
        mailboxes: Sequence[SandboxUser],
        host: str = "127.0.0.1",
        smtp_port: int = 0,
        imap_port: int = 0,
        clock: SystemClock | None = None,
    ) -> None:
        super().__init__(host, smtp_port, imap_port)
        self._clock = clock or SystemClock()
        self.mailboxes = tuple(mailboxes)
        self._users = by_address(mailboxes)
        self._keyring = Keyring(folder, (key.rpartition("@")[2] for key in self._users))
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    @property
    def txt(self) -> TxtLookup:
        """The TXT records of the sandbox's domains."""
        return self._keyring.txt

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when both ports are open. Raises Temporary if one is in use."""
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="sandbox", daemon=True)
        self._thread.start()
        try:
            ready.result()
        except OSError as fault:
            self._thread.join()
            raise Temporary(
                f"sandbox: cannot listen on {self.host}, ports {self.smtp_port} and {self.imap_port}: {fault}"
            ) from None

    def stop(self) -> None:
        """Close the ports and every connection; the mail is lost."""
        if self._thread and self._loop and self._stop:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        self._thread = self._loop = self._stop = None

    def _run(self, ready: Future[None]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except OSError as fault:
            ready.set_exception(fault)

    async def _serve(self, ready: Future[None]) -> None:
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self._loop = loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        loop.set_exception_handler(lambda loop, context: None)  # clients may disconnect at any time
        store = MailStore(self._clock.now)
        await store.add(self.mailboxes)
        handler = SmtpHandler(self._users, self._keyring, store.deliver, self._clock.now)
        imap = await store.listen(self.host, self.imap_port)
        try:
            smtp = await loop.create_server(lambda: _smtp(handler, loop), self.host, self.smtp_port)
        except OSError:
            imap.close()
            raise
        self.imap_port = imap.sockets[0].getsockname()[1]
        self.smtp_port = smtp.sockets[0].getsockname()[1]
        ready.set_result(None)
        await self._stop.wait()
        imap.close()
        smtp.close()


def _smtp(handler: SmtpHandler, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        handler,
        loop=loop,
        hostname=HOSTNAME,
        ident="mailer sandbox",
        data_size_limit=SIZE_LIMIT,
        enable_SMTPUTF8=True,
        auth_require_tls=False,
        authenticator=handler.authenticate,
    )
