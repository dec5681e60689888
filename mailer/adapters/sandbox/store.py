"""The mailboxes: pymap's in-memory backend, with an IMAP server in front of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from mailer.adapters.sandbox.users import SandboxUser

FOLDERS = ("Sent", "Drafts", "Trash")
"""Folders that a mail client expects besides INBOX."""

_OPTIONS = argparse.Namespace(
    host=None, port=0, debug=False, cert=None, key=None, tls=False, proxy_protocol=None, passlib_cfg=None
)


class _Config(Config):
    """Skips the look-up of the machine's host name, which would delay every greeting."""

    @property
    def greeting(self) -> bytes:
        return b"mailer sandbox"


class MailStore:
    """All users' folders, in memory."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        logging.getLogger("pymap").setLevel(logging.CRITICAL)
        self._config = _Config(
            _OPTIONS,
            host=None,
            port=0,
            tls_enabled=False,
            demo_data=False,
            demo_user="",
            demo_password="",
            hash_context=Cleartext(),  # the passwords are public, and hashing would take 0.2 s per login
            cpu_subsystem=Subsystem.for_asyncio(),
            reject_dnsbl=False,
            invalid_user_sleep=0.0,
        )
        self._login = Login(self._config)

    async def add(self, users: Iterable[SandboxUser]) -> None:
        """Create a mailbox with the usual folders for each user."""
        for user in users:
            self._login.users_dict[user.address] = UserMetadata(self._config, user.address, password=user.password)
            async with self._identity(user).new_session() as session:
                for folder in FOLDERS:
                    await session.create_mailbox(folder)
                    await session.subscribe(folder)

    async def deliver(self, user: SandboxUser, raw: bytes) -> None:
        """Put a message into the user's INBOX, which notifies clients in IDLE."""
        async with self._identity(user).new_session() as session:
            await session.append_messages("INBOX", [AppendMessage(raw, self._now())])

    async def listen(self, host: str, port: int) -> asyncio.Server:
        """Serve IMAP."""
        reader = ProxyProtocolReader(self._config.proxy_protocol)
        return await asyncio.start_server(
            reader.get_callback(IMAPServer(self._login, self._config)), host=host, port=port
        )

    def _identity(self, user: SandboxUser) -> Identity:
        return Identity(user.address, self._login, None, frozenset())
