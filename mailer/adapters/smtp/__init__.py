"""An SMTP client: sessions are set up command by command, then send mail over one or many connections, pipelined."""

from mailer.adapters.smtp.rules import Extensions
from mailer.adapters.smtp.session import ConnectionLimits, Dialect, SmtpSettings, Timeouts
from mailer.adapters.smtp.transport import SmtpTransport

__all__ = ["ConnectionLimits", "Dialect", "Extensions", "SmtpSettings", "SmtpTransport", "Timeouts"]
