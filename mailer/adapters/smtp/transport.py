"""The way out: a server that takes our mail (RFC 5321, 6409; LMTP, RFC 2033), over one connection or many."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from mailer.adapters.security import forbid_plain_text
from mailer.adapters.smtp.rules import Extensions
from mailer.adapters.smtp.run import Run
from mailer.adapters.smtp.session import Session, SmtpSettings
from mailer.metrics import NO_METRICS, Metrics
from mailer.ports import Ledger


class SmtpTransport:
    """ports.Transport over SMTP; its connections last as long as one delivery."""

    def __init__(self, settings: SmtpSettings, metrics: Metrics = NO_METRICS) -> None:
        if not settings.host.startswith("/"):
            forbid_plain_text(settings.security, settings.host, "smtp.security")
        self._settings = settings
        self._metrics = metrics

    def deliver(self, ledger: Ledger) -> None:
        """As ports.Transport says. A lost connection is opened again before another mail is taken (E4)."""
        with closing(Run(self._settings, ledger, self._metrics)) as run:
            run()

    def extensions(self) -> Extensions:
        """Log in, look, and leave. Raises as ``deliver`` does."""
        session = Session(self._settings)
        session.quit()
        return session.extensions

    def describe(self) -> Sequence[tuple[str, str]]:
        """As ports.Transport says."""
        offers = self.extensions()
        login = ", login accepted" if self._settings.user else ""
        return [
            ("relay", f"{self._settings.host} greets us{login}"),
            ("relay offers", ", ".join(sorted(offers.keywords)) or "no extensions"),
        ]

    def close(self) -> None:
        """Nothing is open between deliveries."""
