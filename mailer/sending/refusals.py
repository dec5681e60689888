"""Judges refusals: no reader fails for one that is about us, or may be (E18)."""

from __future__ import annotations

import logging

from mailer.model.outbox import Delivery, Due, Outcome
from mailer.model.refusals import Refusal, Suspension
from mailer.throttle.policy import key_of
from mailer.throttle.repeated import NOTHING_REFUSED, Repeated

log = logging.getLogger("mailer.sending")


class Refusals:
    """The refusals of a delivery, and the mailings that these suspend."""

    def __init__(self) -> None:
        self._repeated = NOTHING_REFUSED
        self.suspended: dict[int | None, Suspension] = {}
        """The mailings that were suspended since ``begin``, and why; None stands for service mail."""
        self._new: dict[int, Suspension] = {}  # by the row whose outcome suspended its mailing

    def begin(self, stopped_by: str = "") -> None:
        """Call before each delivery. ``stopped_by``: the unclear refusal because of which all mail waits."""
        self.suspended = {}
        if stopped_by and self._repeated == NOTHING_REFUSED:  # another process has met it
            self._repeated = Repeated.that_stopped_mail(stopped_by)

    def judge(self, row: Due, outcome: Outcome) -> Outcome:
        """The outcome that counts. A refusal about us fails no reader and brings no mail nearer to its end (E18).

        If one reader after another gets the same refusal, it may be about us: their mailing is suspended, and whoever
        gets it after them waits. A mail that is too large suspends its mailing, too.
        """
        match outcome.refusal:
            case Refusal.UNCLEAR if outcome.state is Delivery.FAILED:
                return self._judge_unclear(row, outcome)
            case Refusal.SIZE if row.mailing is not None:
                self._suspend(row, Suspension(Refusal.SIZE, outcome.reply))
                return outcome._replace(counted=False)
            case Refusal.SIZE:
                if row.attempts == 1:
                    self._new[row.id] = Suspension(Refusal.SIZE, outcome.reply)
            case Refusal() as about if about.is_of_all_mail:
                return outcome._replace(counted=False)
        return outcome

    def _judge_unclear(self, row: Due, outcome: Outcome) -> Outcome:
        before, now = self._repeated, self._repeated.again(outcome.reply, key_of(row.domain))
        self._repeated = now
        asked_before = row.mailing in self.suspended or (before.may_be_about_us and before.readers < now.readers)
        if now.may_be_about_us:
            self._suspend(row, Suspension(Refusal.UNCLEAR, outcome.reply))
        return outcome._replace(state=Delivery.DEFERRED, counted=False) if asked_before else outcome

    def accepted(self) -> None:
        """A mail was accepted, so what was refused before it was refused because of its readers."""
        self._repeated = NOTHING_REFUSED

    def _suspend(self, row: Due, why: Suspension) -> None:
        if row.mailing not in self.suspended:
            self.suspended[row.mailing] = self._new[row.id] = why
            log.warning("sending is suspended: %s", why.reply)

    def suspended_by(self, row: int) -> Suspension | None:
        """Why the row's outcome suspended its mailing, or None; asked once for each outcome."""
        return self._new.pop(row, None)
