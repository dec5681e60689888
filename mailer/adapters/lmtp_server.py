"""An LMTP server (RFC 2033), by which a mail server of ours hands mail over. It runs in a thread of its own.

A mail is accepted when it is stored durably, and then it is the office's.
"""

from __future__ import annotations

import asyncio
import contextlib
import grp
import logging
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from mailer.errors import MailerError, Permanent, Temporary
from mailer.message import Address

log = logging.getLogger("mailer.lmtp")

HOSTNAME = "mailer.localhost"
IDLE = 300.0
"""Seconds that a client may be silent (RFC 5321 4.5.3.2.7)."""
MOST_CONNECTIONS = 20

_ENHANCED: Mapping[str, str] = {
    "552 Error: message size exceeds fixed maximum message size": "552 5.3.4 the mail is larger than we read",
    "552 Error: Too much mail data": "552 5.3.4 the mail is larger than we read",
    "500 Line too long (see RFC5321 4.5.3.1.6)": "552 5.3.4 the mail is larger than we read",
    "503 Error: need RCPT command": "503 5.5.1 no valid recipients",
    "250 OK": "250 2.0.0 OK",
}
"""Answers of the library, and the same with the status codes that LMTP wants (RFC 2033 5, RFC 3463)."""


class Full(Temporary):
    """So much mail waits that no more is taken, except what is urgent."""


@dataclass(frozen=True, slots=True)
class LmtpSettings:
    """Where the server listens, and what it takes."""

    listen: str
    """The path of a socket, or host and port of this machine."""
    address: Address
    """The office's; its plus-addresses are taken, too."""
    max_bytes: int
    group: str = ""
    """The group of this machine that may use the socket."""

    @property
    def is_socket(self) -> bool:
        """Whether only those can connect who may use a socket file."""
        return self.listen.startswith("/")


Take = Callable[[bytes, str], None]
"""Stores a mail durably, given its bytes and the recipient. Raises Temporary if it cannot."""
Room = Callable[[str], bool]
"""Whether mail to this recipient is taken now, or so much waits that it has to come later."""


@contextlib.contextmanager
def serve(settings: LmtpSettings, take: Take, has_room: Room = lambda recipient: True) -> Iterator[str]:
    """Serve until the block ends; yields where. ``take`` and ``has_room`` are called in other threads.

    Raises Permanent if it cannot listen.
    """
    listener = _listener(settings)
    server = _Server(_Handler(settings, take, has_room), settings.max_bytes)
    try:
        server.start(listener)
        yield settings.listen if settings.is_socket else "{}:{}".format(*listener.getsockname()[:2])
    finally:
        server.stop()
        if settings.is_socket:
            Path(settings.listen).unlink(missing_ok=True)


def _listener(settings: LmtpSettings) -> socket.socket:
    try:
        if not settings.is_socket:
            host, _, port = settings.listen.rpartition(":")
            return socket.create_server((host, int(port)))
        return _socket_file(Path(settings.listen), settings.group)
    except OSError as fault:
        raise Permanent(
            f"[lmtp] listen: cannot listen on {settings.listen}: {fault.strerror}. "
            "Its folder must exist and belong to this user; nobody else may listen there."
        ) from None


def _socket_file(path: Path, group: str) -> socket.socket:
    """Listens on a socket file that nobody but this user and the group can use, from its first moment."""
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
        if group:
            _give_to(path, group)
        listener.listen(100)
    except BaseException:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener


def _remove_stale(path: Path) -> None:
    """Remove the socket of a process that is gone. Raises OSError if one listens there."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(17, "there is a file that is no socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            try:
                other.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
                return
        raise FileExistsError(98, "another process listens there")


def _give_to(path: Path, group: str) -> None:
    try:
        os.chown(path, -1, grp.getgrnam(group).gr_gid)
        path.chmod(0o660)
    except KeyError:
        raise Permanent(f"[lmtp] group: this machine has no group {group}.") from None
    except PermissionError:
        raise Permanent(
            f"[lmtp] group: this user is not in the group {group}, so the socket cannot be given to it; "
            f"run: adduser USER {group}"
        ) from None


class _Server:
    """The event loop and its thread."""

    def __init__(self, handler: _Handler, max_bytes: int) -> None:
        self._handler = handler
        self._max_bytes = max_bytes
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    def start(self, listener: socket.socket) -> None:
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(listener, ready), name="lmtp", daemon=True)
        self._thread.start()
        ready.result()

    def stop(self) -> None:
        """Close the port. A mail that is being stored is answered first."""
        if self._thread and self._loop and self._end:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join()

    def _run(self, listener: socket.socket, ready: Future[None]) -> None:
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it logs addresses and commands
        try:
            asyncio.run(self._serve(listener, ready))
        except BaseException as fault:
            if not ready.done():
                ready.set_exception(fault)
            raise

    async def _serve(self, listener: socket.socket, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        self._loop.set_exception_handler(lambda loop, context: None)  # clients may disconnect at any time
        if listener.family == socket.AF_UNIX:
            server = await self._loop.create_unix_server(self._connection, sock=listener)
        else:
            server = await self._loop.create_server(self._connection, sock=listener)
        ready.set_result(None)
        await self._end.wait()
        server.close()
        await self._handler.finish()

    def _connection(self) -> LMTP:
        return _Connection(
            self._handler,
            loop=self._loop,
            hostname=HOSTNAME,
            ident="mailer",
            data_size_limit=self._max_bytes,
            enable_SMTPUTF8=True,
            timeout=IDLE,
        )


class _Connection(LMTP):
    """A client's connection. Lines may be as long as a whole mail, since a mail is bounded (C9)."""

    def __init__(self, handler: _Handler, **options: Any) -> None:
        self.line_length_limit = int(options["data_size_limit"]) + 2
        super().__init__(handler, **options)
        self._handler = handler

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._handler.connections >= MOST_CONNECTIONS:
            assert isinstance(transport, asyncio.WriteTransport)
            transport.write(b"421 4.3.2 too many connections\r\n")
            transport.close()
            return
        self._handler.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self._handler.connections -= 1
            super().connection_lost(error)

    async def push(self, status: AnyStr) -> None:
        """Answer, with a status code where the library gives none."""
        text = status if isinstance(status, str) else status.decode("latin-1")
        await super().push(_ENHANCED.get(text, text))


class _Handler:
    """The rules of the dialogue, for aiosmtpd."""

    def __init__(self, settings: LmtpSettings, take: Take, has_room: Room) -> None:
        self._base = settings.address.base_key
        self._take = take
        self._has_room = has_room
        self.connections = 0
        self._storing: set[asyncio.Task[str]] = set()

    async def finish(self) -> None:
        """Wait until what is being stored has its answer."""
        if self._storing:
            await asyncio.wait(self._storing)
            await asyncio.sleep(0)  # lets the answers be written

    async def handle_EHLO(  # noqa: N802  aiosmtpd requires these names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"  # DATA has one answer here, and LMTP wants one each
        if not self._is_ours(address):
            return "550 5.1.1 no such mailbox"
        try:
            if not await asyncio.to_thread(self._has_room, address):
                return "452 4.3.1 too much mail waits; try again later"
        except MailerError:
            return "451 4.3.0 the mail cannot be stored now"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        recipient = envelope.rcpt_tos[0]
        stored = asyncio.ensure_future(self._store(_trace(envelope.mail_from or "", recipient) + raw, recipient))
        self._storing.add(stored)
        stored.add_done_callback(self._storing.discard)
        return await asyncio.shield(stored)

    async def _store(self, raw: bytes, recipient: str) -> str:
        try:
            await asyncio.to_thread(self._take, raw, recipient)
        except Full as fault:
            return f"452 4.3.1 {fault}"
        except MailerError as fault:
            log.warning("a mail that was handed over cannot be stored: %s", fault)
            return "451 4.3.0 the mail cannot be stored now"
        except Exception:
            log.exception("a mail that was handed over cannot be stored")
            return "451 4.3.0 the mail cannot be stored now"
        return "250 2.0.0 stored"

    def _is_ours(self, address: str) -> bool:
        try:
            return Address.parse(address).base_key == self._base
        except ValueError:
            return False


def _trace(sender: str, recipient: str) -> bytes:
    """The fields that final delivery adds at the top (RFC 5321 4.4).

    There is no time in them, so a mail that is handed over twice, because our answer was lost, has the same bytes.
    """
    sender = "" if sender == "<>" else sender
    return f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode("utf-8", "surrogateescape")
