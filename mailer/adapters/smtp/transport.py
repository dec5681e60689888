"""The SMTP transport: hands mail to a server (RFC 5321, 6409; LMTP, RFC 2033) over one or many connections."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from mailer.adapters.security import forbid_plain_text
from mailer.adapters.smtp.delivery_loop import DeliveryLoop
from mailer.adapters.smtp.pool import ConnectionPool
from mailer.adapters.smtp.rules import Extensions
from mailer.adapters.smtp.session import Session, SmtpSettings
from mailer.ports import Ledger
from mailer.ports.metrics import NO_METRICS, Metrics
from mailer.stop import StopFlag


class SmtpTransport:
    """ports.Transport over SMTP."""

    def __init__(
        self,
        settings: SmtpSettings,
        metrics: Metrics = NO_METRICS,
        keep_seconds: float = 0.0,
        stop: StopFlag | None = None,
    ) -> None:
        """``keep_seconds``: how long idle connections are kept for another delivery.

        ``stop``: ends a delivery soon, whatever the relay does.
        """
        forbid_plain_text(settings.server, "smtp.security")
        self._settings = settings
        self._metrics = metrics
        self._stop = stop or StopFlag()
        self._pool = ConnectionPool(keep_seconds, settings.timeouts.quit)

    def deliver(self, ledger: Ledger) -> None:
        """As ports.Transport. A lost connection is opened again before another mail is taken (E4)."""
        with closing(DeliveryLoop(self._settings, ledger, self._metrics, self._pool.take(), self._stop)) as loop:
            loop.run()
            self._pool.put(loop.release_idle())

    def extensions(self) -> Extensions:
        """Log in, read what the relay offers, and quit. Raises as ``deliver`` does."""
        session = Session(self._settings)
        session.quit()
        return session.extensions

    def describe(self) -> Sequence[tuple[str, str]]:
        """As ports.Transport."""
        extensions = self.extensions()
        login = ", login accepted" if self._settings.login else ""
        return [
            ("relay", f"{self._settings.server.host} greets us{login}"),
            ("relay offers", ", ".join(sorted(extensions.keywords)) or "no extensions"),
        ]

    def close(self) -> None:
        """Quit the connections that are kept."""
        self._pool.clear()
