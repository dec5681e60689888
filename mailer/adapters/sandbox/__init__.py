"""A complete mail server in this process, for the demo, tests and experiments: IMAP, SMTP and DKIM, without TLS."""

from mailer.adapters.sandbox.server import Sandbox
from mailer.adapters.sandbox.users import SandboxUser

__all__ = ["Sandbox", "SandboxUser"]
