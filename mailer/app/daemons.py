"""The daemon and the workers, and how they receive."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from mailer.adapters.stored_mailbox import StoredMailbox
from mailer.app.attention import file_decided
from mailer.app.reading_again import ReadingAgain
from mailer.app.site import upkeep_of
from mailer.daemon import Daemon
from mailer.inbound.authenticate import NOBODY, TrustedServers
from mailer.ports import Mailbox, Transport, Verifier
from mailer.receive import Reception
from mailer.sending.sender import Sender
from mailer.watch import Watch
from mailer.worker import Lane, Worker, holder

if TYPE_CHECKING:
    from mailer.app.root import App


def reception_of(app: App, mailbox: Mailbox, verifier: Verifier) -> Reception:
    """What receives the mail of one way in."""
    chosen, trusted = app.settings.authentication, NOBODY
    if not isinstance(mailbox, StoredMailbox) or app.settings.lmtp.is_socket:  # anybody can use a port (A7)
        trusted = TrustedServers(chosen.authserv_id or None, chosen.sealers)
    return Reception(app.runtime, mailbox, verifier, app.reading_rules, trusted)


def daemon_of(app: App, mailbox: Mailbox, sender: Sender, watch: Watch) -> Daemon:
    """The daemon, which reads each way in and waits for mail at ``mailbox``."""
    verifier = app.verifier()
    ways = [mailbox]
    if app.settings.imap.host and app.settings.lmtp.listen:
        ways.append(StoredMailbox(app.open_store(), app.clock.waker))
    receptions = [reception_of(app, way, verifier) for way in ways]
    again, decided = ReadingAgain(app, verifier), partial(file_decided, app)
    keep_site = upkeep_of(app)
    return Daemon(app.runtime, receptions, sender, app.settings.imap.poll_seconds, watch, again, decided, keep_site)


def worker_of(app: App, mailbox: Mailbox, transports: tuple[Transport, Transport]) -> Worker:
    """One of the workers; service mail and copies go out by a transport each."""
    name, watch = app.worker_name, app.worker_watch
    senders = {lane: app.sender(way, holder(name, lane)) for lane, way in zip(Lane, transports, strict=True)}
    daemon = daemon_of(app, mailbox, senders[Lane.SERVICE_MAIL], watch)
    stalled = timedelta(seconds=app.settings.cluster.stalled_seconds)
    return Worker(app.runtime, name, daemon, senders, stalled, app.settings.imap.poll_seconds, watch)
