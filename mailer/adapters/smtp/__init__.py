"""SMTP as a client speaks it: set-up line by line, then mail after mail over one connection or many, pipelined."""

from mailer.adapters.smtp.rules import Extensions
from mailer.adapters.smtp.session import SmtpSettings, Timeouts
from mailer.adapters.smtp.transport import SmtpTransport

__all__ = ["Extensions", "SmtpSettings", "SmtpTransport", "Timeouts"]
