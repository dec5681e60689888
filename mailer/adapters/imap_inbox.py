"""A folder that mail is read from, and what is known of it from one connection to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from imapclient import IMAPClient

from mailer.ports import Ref

_SEARCHED = 50_000
"""Messages in one search; its answer stays below the 1,000,000 octets that a line may have (F14)."""
MARGIN = timedelta(days=1)
"""SEARCH SINCE knows days alone, by the server's own time zone (RFC 3501 6.4.4)."""


@dataclass
class Inbox:
    """One of the folders."""

    name: str
    """As the configuration has it."""
    mailbox: str
    """Account and folder, for references to messages."""
    read_only: bool = False
    """Whether messages are left where they are, and our own record alone says which are handled (F5)."""
    since: timedelta | None = None
    """How old messages may be that are read; None is any age."""
    full_name: str = ""
    """As the server has it; empty if it has no such folder."""
    uidvalidity: int = 0
    highest: int = 0
    """The highest UID that was listed."""
    handled: set[int] = field(default_factory=set)
    """UIDs that were handled and stay here, in a folder from which nothing is moved."""
    suspects: Counter[tuple[str, int]] = field(default_factory=Counter)
    """UIDs that were in an answer which failed, by purpose, and how often each failed alone.

    They are asked for singly.
    """
    absent: Counter[int] = field(default_factory=Counter)
    """UIDs that were left out of an answer, and how often; those that are gone do not come back."""

    def select(self, client: IMAPClient) -> int:
        """Select the folder, and return how many messages it has."""
        answer = client.select_folder(self.full_name, readonly=self.read_only)
        if (uidvalidity := int(answer[b"UIDVALIDITY"])) != self.uidvalidity:
            self.uidvalidity, self.highest = uidvalidity, 0
            for known in (self.handled, self.suspects, self.absent):
                known.clear()
        return int(answer.get(b"EXISTS", 0))

    def pending(self, client: IMAPClient, count: int) -> list[Ref]:
        """The messages, of which there are ``count``, the oldest first; the folder is selected."""
        uids = self._since(client) if self.since is not None else _search(client, count)
        self.highest = max(uids, default=0)
        self.handled &= uids
        self.suspects = Counter({key: failed for key, failed in self.suspects.items() if key[1] in uids})
        self.absent = Counter({uid: times for uid, times in self.absent.items() if uid in uids})
        return [self.ref(uid) for uid in sorted(uids - self.handled)]

    def ref(self, uid: int) -> Ref:
        return Ref(self.uidvalidity, uid, self.mailbox)

    def uids(self, refs: Iterable[Ref]) -> list[int]:
        """The UIDs of messages that are still numbered so (F1)."""
        return [ref.uid for ref in refs if ref.uidvalidity == self.uidvalidity]

    def has_new(self, client: IMAPClient) -> bool:
        """Whether messages came since the last listing."""
        client.noop()  # without a command before it, SEARCH need not see mail that has just arrived
        uids = client.search(["UID", f"{self.highest + 1}:*"])  # “n:*” matches the last one even if it is below n
        return max(uids, default=0) > self.highest

    def _since(self, client: IMAPClient) -> set[int]:
        assert self.since is not None
        day = (datetime.now(UTC) - self.since - MARGIN).date()
        return set(client.search(["SINCE", day]))


def _search(client: IMAPClient, count: int) -> set[int]:
    """The UIDs of all messages, in ranges of at most ``_SEARCHED`` messages.

    The ranges end at the UIDs of certain messages, so that an expunge between two searches hides none.
    """
    if count <= _SEARCHED:
        return set(client.search("ALL"))
    client.use_uid = False
    try:
        ends = client.fetch(list(range(_SEARCHED, count, _SEARCHED)), ["UID"])
    finally:
        client.use_uid = True
    found: set[int] = set()
    start = 1
    for end in (*sorted(int(items[b"UID"]) for items in ends.values() if b"UID" in items), "*"):
        found.update(client.search(["UID", f"{start}:{end}"]))
        start = end + 1 if isinstance(end, int) else start
    return found
