"""Addresses and domains that get no mailings because a person says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

from mailer.errors import Refused
from mailer.model.restorations import Recorded
from mailer.model.suppressions import Cause, Suppression, suppressed_domain
from mailer.office import Office


class Change(StrEnum):
    """What adding a suppression does."""

    ADD = "add"
    REPLACE = "replace"  # a suppression that bounces brought, and would end
    UNCHANGED = "unchanged"


def entries(office: Office, cause: Cause | None = None) -> Iterator[Suppression]:
    """All suppressions, or those of one cause, read from the store as the iterator advances."""
    return office.work.suppressions.each(cause)


def changes(office: Office, suppressions: Sequence[Suppression]) -> list[tuple[Suppression, Change]]:
    """What ``add`` does with each. A complaint or a person's decision that is there already stays as it is."""
    return [(one, _change(one, office.work.suppressions.find(one.of))) for one in suppressions]


def _change(new: Suppression, old: Suppression | None) -> Change:
    if old is None:
        return Change.ADD
    lasting = not old.cause.is_of_bounces or (old.cause is Cause.BOUNCED and new.cause is Cause.BOUNCED)
    return Change.UNCHANGED if lasting else Change.REPLACE


def add(office: Office, suppressions: Sequence[Suppression]) -> Counter[Change]:
    """Let these addresses and domains get no mailings; how many of each kind of change."""
    planned = changes(office, suppressions)
    for one, change in planned:
        if change is not Change.UNCHANGED:
            office.work.suppressions.save([one])
            office.record(Recorded.SUPPRESSED, one.of, reason=one.reason, cause=one.cause.value)
    return Counter(change for _, change in planned)


def removable(office: Office, subject: str) -> Suppression:
    """The suppression of an address or ``@domain``. Raises Refused if there is none of its own."""
    found = office.work.suppressions.find(subject)
    if found is not None:
        return found
    domain = "" if suppressed_domain(subject) else f"@{subject.rpartition('@')[2]}"
    if domain and office.work.suppressions.find(domain):
        raise Refused(
            f"{subject} is not suppressed by itself, but all of {domain} is: `mailer suppressed ls` shows it."
        )
    raise Refused(f"{subject} is not suppressed: `mailer suppressed ls` shows what is.")


def remove(office: Office, subject: str, reason: str) -> Suppression:
    """Let an address or ``@domain`` get mailings again. Raises Refused as ``removable``."""
    found = removable(office, subject)
    if suppressed_domain(subject):
        office.work.suppressions.remove(subject)
    else:
        office.work.lists.unsuppress(subject)
    office.record(Recorded.UNSUPPRESSED, found.of, reason=reason, was=found.reason)
    return found
