"""The same refusal for one reader after another: it may be about us, although its words do not say so (E18)."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.model.failures import generalise

READERS = 3
"""So many readers in a row, not all of one domain, are not refused for their own sake."""

OF_ONE_DOMAIN = 10
"""And so many of the same domain."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A refusal that nothing was accepted after."""

    words: str = ""
    readers: int = 0
    domains: frozenset[str] = frozenset()

    def again(self, reply: str, domain: str) -> Repeated:
        """After ``reply`` to a reader of ``domain``; other words begin anew."""
        words = generalise(reply).casefold()
        before = self if words == self.words else Repeated()
        return Repeated(words, before.readers + 1, before.domains | {domain})

    @classmethod
    def that_stopped_mail(cls, reply: str) -> Repeated:
        """After a refusal that stopped all mail: the next reader who gets it may be refused because of us, too."""
        return cls(generalise(reply).casefold(), OF_ONE_DOMAIN)

    @property
    def may_be_about_us(self) -> bool:
        return self.readers >= (READERS if len(self.domains) > 1 else OF_ONE_DOMAIN)


NOTHING_REFUSED = Repeated()
