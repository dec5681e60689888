"""What the parts of a running process share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.model.rules import Rules
from mailer.office import Office, Resources
from mailer.ports import Clock, Store, Work
from mailer.ports.links import LinkChecker
from mailer.ports.metrics import NO_METRICS, Metrics
from mailer.stop import StopFlag
from mailer.tokens import TokenKey


@dataclass(frozen=True, slots=True)
class Runtime:
    """Shared by reception, sender, daemon and worker; each process has one."""

    store: Store
    clock: Clock
    resources: Resources
    metrics: Metrics = NO_METRICS
    stop: StopFlag = field(default_factory=StopFlag)
    links: LinkChecker | None = None
    """Asks whether published links work; None if nobody wants to know."""

    @property
    def rules(self) -> Rules:
        return self.resources.rules

    @property
    def key(self) -> TokenKey:
        return self.resources.key

    def office(
        self, work: Work, actor: str, cause: str, *, may_answer: bool = True, spoken: Mapping[str, str] = {}
    ) -> Office:
        """The office in the transaction ``work``, now."""
        return Office(work, self.resources, self.clock.now(), actor, cause, may_answer, spoken)
