"""The mail that waits in an inbox: what of it is read first, and up to when all of it was read."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailer.errors import Temporary
from mailer.inbound.classify import is_urgent
from mailer.ports import Mailbox, Ref
from mailer.tokens import TokenKey

log = logging.getLogger("mailer.inbound")


@dataclass
class Pass:
    """One reading of all that was in the inbox at a time; it may take several slices of time."""

    began: datetime
    last: Mapping[tuple[str, int], int]
    """The highest UID of each folder then."""

    @classmethod
    def over(cls, refs: Sequence[Ref], now: datetime) -> Pass:
        last: dict[tuple[str, int], int] = {}
        for ref in refs:
            key = ref.mailbox, ref.uidvalidity
            last[key] = max(last.get(key, 0), ref.uid)
        return cls(now, last)

    def knows(self, refs: Sequence[Ref]) -> bool:
        """Whether none of the folders was renumbered since (F1)."""
        return all((ref.mailbox, ref.uidvalidity) in self.last for ref in refs)

    def has(self, ref: Ref) -> bool:
        return ref.uid <= self.last[ref.mailbox, ref.uidvalidity]


MANY, LOOKED_AT = 200, 2_000
"""Below the first number of mails that wait, nothing overtakes; of more, the addresses of so many are looked at."""


@dataclass
class UrgentMail:
    """Finds votes, confirmations and farewells in a flood, so that they are not held up by it (B14)."""

    _known: dict[Ref, bool] = field(default_factory=dict)
    """Whether a mail is urgent, of those that were looked at and still wait."""

    def first(self, mailbox: Mailbox, refs: Sequence[Ref], key: TokenKey) -> Sequence[Ref]:
        """The references, those of urgent mail first. Of many, it looks at the newest; the oldest are next anyway."""
        if len(refs) < MANY:
            self._known.clear()
            return refs
        self._known = {ref: self._known[ref] for ref in refs if ref in self._known}
        self._look(mailbox, [ref for ref in reversed(refs) if ref not in self._known][:LOOKED_AT], key)
        return sorted(refs, key=lambda ref: not self._known.get(ref, False))

    def _look(self, mailbox: Mailbox, refs: Sequence[Ref], key: TokenKey) -> None:
        try:
            for ref, address_fields in mailbox.addressees(refs).items():
                self._known[ref] = is_urgent([address_fields], key)
        except Temporary as fault:  # then the oldest is read first, as ever
            log.warning("cannot look for urgent mail: %s", fault)
