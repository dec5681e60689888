"""The way out: one connection to a relay that takes our mail (RFC 5321, 6409)."""

from __future__ import annotations

from collections.abc import Iterator

from mailer.adapters.security import forbid_plain_text
from mailer.adapters.smtp_rules import Extensions, Verdict
from mailer.adapters.smtp_session import Session, SmtpSettings, Timeouts
from mailer.errors import MailerError, Permanent, Temporary
from mailer.message import Outgoing, clean
from mailer.outbox.model import Delivery, Outcome

__all__ = ["Extensions", "SmtpSettings", "SmtpTransport", "Timeouts"]

_LOSSES_IN_A_ROW = 2
"""Connections that may be lost, none of them having finished a mail, before we stop and come back later (E4)."""


class SmtpTransport:
    """ports.Transport over one connection, one mail at a time."""

    def __init__(self, settings: SmtpSettings) -> None:
        forbid_plain_text(settings.security, settings.host, "smtp.security")
        self._settings = settings
        self._session: Session | None = None
        self._losses = 0

    def deliver(self, copies: Iterator[Outgoing]) -> Iterator[Outcome]:
        """As ports.Transport says. A lost connection is opened again before the next copy is taken (E4)."""
        self._losses = 0
        try:
            self._connected()
            for copy in copies:
                outcome, fault = self._attempt(copy)
                yield outcome
                if fault is not None:
                    raise fault
                self._connected()
        finally:
            self.close()

    def extensions(self) -> Extensions:
        """Log in, look, and leave. Raises as ``deliver`` does."""
        try:
            return self._connected().extensions
        finally:
            self.close()

    def close(self) -> None:
        """QUIT, if there is a connection."""
        session, self._session = self._session, None
        if session is not None:
            session.quit()

    def _connected(self) -> Session:
        if self._session is not None and not self._session.is_ready():
            self._session.close()
            self._session = None
        if self._session is None:
            self._session = Session(self._settings)
        return self._session

    def _attempt(self, copy: Outgoing) -> tuple[Outcome, MailerError | None]:
        """The outcome, and why no further copy may be taken, if so."""
        try:
            session = self._connected()  # the copy may have been long in coming, and the relay tired of waiting
        except (Temporary, Permanent) as fault:
            return Outcome(copy.row, Delivery.DEFERRED, clean(str(fault))), fault
        verdict = session.send(copy)
        self._losses = 0 if session.is_open else self._losses + 1
        return Outcome(copy.row, verdict.state, verdict.reply), self._reason_to_stop(verdict)

    def _reason_to_stop(self, verdict: Verdict) -> MailerError | None:
        where = f"smtp: {self._settings.host}"
        if verdict.stop:
            return Permanent(
                f"{where}: {verdict.stop}: {verdict.reply}. Nothing more is sent until a person has looked."
            )
        if self._losses >= _LOSSES_IN_A_ROW:
            return Temporary(f"{where}: ends every connection: {verdict.reply}")
        return None
