"""A whole mail server in this process, for the demo, the tests and whoever wants to try: IMAP, SMTP, DKIM, no TLS."""

from mailer.adapters.sandbox.server import Sandbox
from mailer.adapters.sandbox.users import SandboxUser

__all__ = ["Sandbox", "SandboxUser"]
