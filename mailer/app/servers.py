"""The mail servers that the configuration names."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from mailer.adapters.access_token import AccessToken
from mailer.adapters.eml import EmlTransport
from mailer.adapters.security import Login, Server
from mailer.adapters.sendmail import SendmailTransport
from mailer.adapters.smtp import ConnectionLimits, Dialect, SmtpSettings, SmtpTransport, Timeouts
from mailer.adapters.waker import Waker
from mailer.app.access_tokens import token_of
from mailer.config import Settings
from mailer.ports import Folder, Transport
from mailer.ports.metrics import Metrics
from mailer.stop import StopFlag

if TYPE_CHECKING:
    from mailer.adapters.imap import ImapMailbox, ImapSettings


KEEP_SECONDS = 5.0
"""How long an idle connection to the relay is kept for the next mails."""


def mailbox_of(settings: Settings, waker: Waker, stop: StopFlag) -> ImapMailbox:
    from mailer.adapters.imap import ImapMailbox

    return ImapMailbox(imap_settings_of(settings), waker, stop)


def imap_settings_of(settings: Settings) -> ImapSettings:
    """How to reach the mailbox."""
    from mailer.adapters.imap import ImapSettings

    imap = settings.imap
    token = token_of(settings, "imap")
    return ImapSettings(
        Server(imap.host, imap.port, imap.security),
        Login(imap.user, "" if token else imap.secret("imap"), token),
        inbox=imap.inbox,
        folders={
            Folder.PROCESSED: imap.processed,
            Folder.REFUSED: imap.refused,
            Folder.ATTENTION: imap.attention,
        },
        max_bytes=imap.max_bytes,
        more_inboxes=imap.more_inboxes,
        read_only=imap.read_only,
        read_only_days=imap.read_only_days,
    )


def transport_of(settings: Settings, token: AccessToken | None, metrics: Metrics, stop: StopFlag) -> Transport:
    """The transport that is configured."""
    chosen = settings.transport
    match chosen.way:
        case "sendmail":
            return SendmailTransport(chosen.sendmail, stop=stop)
        case "folder":
            return EmlTransport(chosen.folder)
        case _:
            return SmtpTransport(_relay(settings, token), metrics, KEEP_SECONDS, stop)


def _relay(settings: Settings, token: AccessToken | None) -> SmtpSettings:
    """The relay, over SMTP or LMTP. How fast and over how many connections is in [smtp] for both."""
    smtp, lmtp = settings.smtp, settings.transport.way == "lmtp"
    server = Server(*settings.transport.lmtp_server, "none") if lmtp else Server(smtp.host, smtp.port, smtp.security)
    login = None
    if smtp.user and not lmtp:
        login = Login(smtp.user, "" if token else smtp.secret("smtp"), token)
    return SmtpSettings(
        server,
        login,
        Dialect(lmtp, smtp.helo or socket.getfqdn(), smtp.report_success),
        ConnectionLimits(smtp.connections, smtp.mails_per_connection),
        Timeouts(command=smtp.timeout_seconds),
    )
