"""What can go wrong, in the ways that callers tell apart.

Every message is a sentence for the person who reads it: it names the file, line or address and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailer.phrases import Phrase


class MailerError(Exception):
    """Something that we foresaw went wrong; the message says what to do."""


class ConfigError(MailerError):
    """The configuration, or a file that a person wrote, has faults; ``problems`` lists all of them at once."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Refused(MailerError):
    """A rule forbids what was asked; the message names the rule and what is missing."""


class Temporary(MailerError):
    """It may work later: a relay that is down, a store that is locked."""


class Contested(Temporary):
    """Another sender has these rows of the outbox: their mail must not go from here."""

    def __init__(self, rows: Iterable[int]) -> None:
        self.rows = frozenset(rows)
        super().__init__(f"another mailer sends what was to go next (outbox {', '.join(map(str, sorted(self.rows)))})")


class Permanent(MailerError):
    """It will not work until a person changes something: a refused login, a bad certificate."""


class Malformed(MailerError):
    """A mail that is outside the limits within which we read; it is quarantined, never answered."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


def store_unusable(fault: BaseException | None) -> Temporary:
    """What a database says of its fault, without the hints that follow on more lines."""
    said = str(fault).strip().partition("\n")[0].rstrip(".")
    return Temporary(f"The store cannot be used now: {said}. Nothing was lost; try again.")
