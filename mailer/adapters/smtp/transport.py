"""The way out: a server that takes our mail (RFC 5321, 6409; LMTP, RFC 2033), over one connection or many."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from mailer.adapters.security import forbid_plain_text
from mailer.adapters.smtp.rules import Extensions
from mailer.adapters.smtp.run import Run
from mailer.adapters.smtp.session import Session, SmtpSettings
from mailer.adapters.smtp.shelf import Shelf
from mailer.ports import Ledger
from mailer.ports.metrics import NO_METRICS, Metrics


class SmtpTransport:
    """ports.Transport over SMTP."""

    def __init__(self, settings: SmtpSettings, metrics: Metrics = NO_METRICS, keep_seconds: float = 0.0) -> None:
        """``keep_seconds``: for so long connections are kept for another delivery."""
        if not settings.host.startswith("/"):
            forbid_plain_text(settings.security, settings.host, "smtp.security")
        self._settings = settings
        self._metrics = metrics
        self._shelf = Shelf(keep_seconds, settings.timeouts.quit)

    def deliver(self, ledger: Ledger) -> None:
        """As ports.Transport says. A lost connection is opened again before another mail is taken (E4)."""
        with closing(Run(self._settings, ledger, self._metrics, self._shelf.take())) as run:
            run()
            self._shelf.put(run.left())

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
        """Take leave on what was kept."""
        self._shelf.clear()
