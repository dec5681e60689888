"""The OpenPGP keys that members have enrolled."""

from __future__ import annotations

from typing import Protocol

from mailer.model.member_keys import MemberKey


class MemberKeyQueries(Protocol):
    """Enrolled keys, by the contact that they belong to."""

    def add(self, contact_id: int, key: MemberKey) -> None:
        """Enrol a key, in place of an earlier copy of it."""

    def of(self, contact_id: int) -> list[MemberKey]:
        """The contact's keys, the oldest first."""

    def remove(self, contact_id: int, fingerprint: str) -> None: ...
