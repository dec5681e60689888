"""What sends mail: its limits, and what follows when a relay refuses us."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from mailer.handlers import mailings, throttle
from mailer.model.outbox import Due
from mailer.model.refusals import Suspension
from mailer.model.throttle import Breaker
from mailer.ports import Transport, Work
from mailer.sending.limiter import Limiter
from mailer.sending.sender import Sender

if TYPE_CHECKING:
    from mailer.app.root import App


def sender_of(app: App, transport: Transport, holder: str) -> Sender:
    """What sends the mail that is due, on behalf of ``holder``."""

    def breaker_opened(work: Work, key: str, breaker: Breaker) -> None:
        throttle.breaker_opened(app.office(work, "mailer", "sending"), app.policy.relay, key, breaker)

    def mailing_suspended(work: Work, row: Due, why: Suspension) -> None:
        mailings.suspend(app.office(work, "mailer", f"sending {app.clock.now().isoformat()}"), row, why)

    gc.freeze()  # what is loaded stays, so the collector need not look through it for every mail
    limiter = Limiter(app.store, app.clock, app.policy, breaker_opened, app.quiet, mailing_suspended)
    return Sender(app.runtime, transport, limiter, app.signer(), holder, app.settings.smtp.recipients_per_mail)
