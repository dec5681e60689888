"""Exceptions, by what the caller should do about them.

Each message is a sentence for a person: it names the file, line or address, and says what to do.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailer.phrases import Phrase


class MailerError(Exception):
    """An expected failure; the message says what to do."""


class ConfigError(MailerError):
    """Faults in the configuration or in another file that a person wrote; ``problems`` lists all of them."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Refused(MailerError):
    """A rule forbids the request; the message names the rule and what is missing."""


class NotGranted(Refused):
    """What is to be disclosed is not what a board has granted (law 4); the message says what differs."""


class Temporary(MailerError):
    """A failure that may pass by itself: a relay that is down, a store that is locked."""


class ServerBusy(Temporary):
    """A server says itself that it cannot do this now; nothing here has to be changed."""


class StoreUnusable(Temporary):
    """The store cannot be read or written now."""


class DiskFull(Temporary):
    """A disk is full or read-only; the message names it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason[:1].upper()}{reason[1:]}. Nothing was lost.")


class Contested(Temporary):
    """Another sender has claimed these outbox rows, so their mail must not be sent from here."""

    def __init__(self, rows: Iterable[int]) -> None:
        self.rows = frozenset(rows)
        super().__init__(f"another mailer has claimed these mails (outbox {', '.join(map(str, sorted(self.rows)))})")


class Permanent(MailerError):
    """A failure that lasts until a person changes something: a refused login, a bad certificate."""


class Malformed(MailerError):
    """A mail beyond the limits for parsing; it is quarantined and never answered."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


def store_unusable(fault: BaseException | None) -> StoreUnusable:
    """A fault of the database, with the first line of its message."""
    reason = str(fault).strip().partition("\n")[0].rstrip(".")
    return StoreUnusable(f"The store cannot be used now: {reason}. Nothing was lost; try again.")
