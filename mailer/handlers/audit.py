"""The audit trail as a person asks for it, and whether it is as it was written."""

from __future__ import annotations

import re
from datetime import datetime

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.audit import Chain, Checked, Head, Proven, check_head
from mailer.office import Office
from mailer.ports import AuditEntry


def entries(office: Office, limit: int, about: str = "", since: datetime | None = None) -> list[AuditEntry]:
    """The newest entries, the newest last.

    ``about``: an address, with all addresses that its owner has had; an issue such as ``1`` or ``update 1``; or an
    item of feedback such as ``feedback 12``.
    Raises Refused if it is neither.
    """
    return office.work.audit.newest(limit, _names(office, about) if about else (), since)


def verify(office: Office) -> Proven:
    """Check every entry, and compare the votes, grants and sends in the store with what was recorded of them."""
    chain = Chain()
    try:
        for entry in office.work.audit.chain():
            chain.take(entry)
    except ValueError:  # JSON or a time that no mailer writes
        chain.stop()
    return chain.end(office.work.audit.rows())


def check(office: Office, asked: Head) -> Checked:
    """Whether the record still has the entry that somebody knows from a mail."""
    audit = office.work.audit
    days = [(number, f"{at.astimezone(office.rules.timezone):%Y-%m-%d}") for number, at in audit.restores()]
    return check_head(asked, audit.link(asked.number), audit.head(), days)


def _names(office: Office, about: str) -> list[str]:
    if "@" in about:
        return _addresses(office, about)
    if item := re.fullmatch(r"(?:feedback\s*|#)(\d{1,9})", about.strip()):
        return [f"feedback {int(item[1])}"]
    issue = re.fullmatch(r"(?:(\S+?)[ -])?(\d{1,9})", about.strip())
    if issue is None:
        raise Refused(f"“{about}” is neither an address nor an issue such as 1 or “update 1”, nor “feedback 12”.")
    publication = office.rules.publication(issue[1] or next(iter(office.rules.publications)))
    return [f"{publication.key} {int(issue[2])}"]


def _addresses(office: Office, about: str) -> list[str]:
    """Every address of the person who has this one, or had it."""
    try:
        address = Address.parse(about)
    except ValueError as fault:
        raise Refused(f"{fault}.") from None
    members, own = office.work.members, office.work.lists.contact_at(str(address))
    people = [own] if own else members.formerly(address)
    found = {str(address): None, **{person.address: None for person in people}}
    for person in people:
        found.update({former.address: None for former in members.former_addresses(person.id)})
    return list(found)
