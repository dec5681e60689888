"""The servers that the configuration names: where mail comes in, and where it goes out."""

from __future__ import annotations

import socket
from functools import partial
from typing import TYPE_CHECKING

from mailer.adapters.access_token import AccessToken, TokenCommand, TokenFile
from mailer.adapters.eml import EmlTransport
from mailer.adapters.sendmail import SendmailTransport
from mailer.adapters.smtp import SmtpSettings, SmtpTransport, Timeouts
from mailer.adapters.waker import Waker
from mailer.config import Settings
from mailer.ports import Folder, Transport
from mailer.ports.metrics import Metrics

if TYPE_CHECKING:
    from mailer.adapters.imap import ImapMailbox


KEEP_SECONDS = 5.0
"""For so long a connection to the relay waits for another batch, or for what the next mails that come in lead to."""


def mailbox_of(settings: Settings, waker: Waker) -> ImapMailbox:
    from mailer.adapters.imap import ImapMailbox, ImapSettings

    imap = settings.imap
    return ImapMailbox(
        ImapSettings(
            host=imap.host,
            port=imap.port,
            security=imap.security,
            user=imap.user,
            password=imap.secret("imap"),
            inbox=imap.inbox,
            folders={
                Folder.PROCESSED: imap.processed,
                Folder.REFUSED: imap.refused,
                Folder.ATTENTION: imap.attention,
            },
            max_bytes=imap.max_bytes,
        ),
        waker,
    )


def transport_of(settings: Settings, token: AccessToken | None, metrics: Metrics) -> Transport:
    """The way out that is configured; how fast and over how many connections is in [smtp] for all of them."""
    chosen, smtp = settings.transport, settings.smtp
    server = partial(
        SmtpSettings,
        helo=smtp.helo or socket.getfqdn(),
        connections=smtp.connections,
        mails_per_connection=smtp.mails_per_connection,
        report_success=smtp.report_success,
        timeouts=Timeouts(command=smtp.timeout_seconds),
    )
    match chosen.way:
        case "lmtp":
            return SmtpTransport(server(*chosen.lmtp_server, "none", lmtp=True), metrics, KEEP_SECONDS)
        case "sendmail":
            return SendmailTransport(chosen.sendmail)
        case "folder":
            return EmlTransport(chosen.folder)
    password = smtp.secret("smtp") if smtp.user and not token else ""
    relay = server(smtp.host, smtp.port, smtp.security, smtp.user, password, token)
    return SmtpTransport(relay, metrics, KEEP_SECONDS)


def token_of(settings: Settings) -> AccessToken | None:
    """What logs in to the relay instead of a password, where one is configured."""
    smtp = settings.smtp
    if smtp.token_command:
        return TokenCommand(smtp.token_command)
    return TokenFile(smtp.token_file) if smtp.token_file else None
