"""What must hold each time the sender has ended: its ledger is checked against the relay's log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mailer.model.outbox import Delivery

IN_DOUBT = frozenset({Delivery.SENDING, Delivery.DOUBTFUL})
"""States that people see as in doubt: if no process has the store open, a mail that is being sent is in doubt."""


class Phase(StrEnum):
    """What a kill has interrupted."""

    STARTING = "before the first connection"
    BETWEEN = "no mail under way"
    BEGUN = "begun, but not with the relay"
    TAKEN = "taken by the relay, not yet recorded"


@dataclass(frozen=True, slots=True)
class ProcessRun:
    """One process of the sender, as seen after its end."""

    connections: int
    """How many connections it opened."""
    taken: Sequence[tuple[str, str]]
    """Recipient and Message-ID of each mail that the relay took."""
    rows: Mapping[str, tuple[Delivery, str]]
    """State and Message-ID of each recipient's row; empty before the rows exist."""
    sharing: int = 1
    """How many recipients may share a mail, and so be in doubt together."""


@dataclass
class LedgerCheck:
    """Checks one send over all its processes. ``faults`` should stay empty."""

    readers: Collection[str]
    taken: Counter[str] = field(default_factory=Counter)
    resent: Counter[str] = field(default_factory=Counter)
    """How often a mail in doubt was sent again on request, by reader."""
    doubts: int = 0
    faults: list[str] = field(default_factory=list)
    _states: Mapping[str, Delivery] = field(default_factory=dict)

    @property
    def doubtful(self) -> set[str]:
        return {reader for reader, state in self._states.items() if state is Delivery.DOUBTFUL}

    @property
    def duplicates(self) -> int:
        return sum(times - 1 for times in self.taken.values() if times > 1)

    @property
    def given_up(self) -> int:
        return sum(state is Delivery.FAILED for state in self._states.values())

    def add(self, run: ProcessRun) -> Phase:
        """Check a process that has ended; returns what its end interrupted."""
        before, self._states = self._states, {reader: state for reader, (state, _) in run.rows.items()}
        if set(self._states) != set(self.readers) and (self._states or before or run.taken):
            self.faults.append(f"there are {len(self._states)} rows for {len(self.readers)} readers")
        self._count(run, before)
        new = {
            reader
            for reader, state in self._states.items()
            if (state in IN_DOUBT and before.get(reader) not in IN_DOUBT) or self._again_under_way(reader, before)
        }
        self.doubts += len(new)
        if len(new) > run.connections * run.sharing:
            self.faults.append(f"{len(new)} in doubt after a crash with {run.connections} connections")
        if not run.connections:
            return Phase.STARTING
        if not new:
            return Phase.BETWEEN
        return Phase.TAKEN if new & {reader for reader, _ in run.taken} else Phase.BEGUN

    def _again_under_way(self, reader: str, before: Mapping[str, Delivery]) -> bool:
        """Whether a mail in doubt was queued again and is being sent once more."""
        return before.get(reader) is Delivery.DOUBTFUL and self._states[reader] is Delivery.SENDING

    def _count(self, run: ProcessRun, before: Mapping[str, Delivery]) -> None:
        doubtful = (reader for reader, state in before.items() if state is Delivery.DOUBTFUL)
        self.resent.update(
            reader for reader in doubtful if self._states.get(reader) not in (Delivery.DOUBTFUL, Delivery.FAILED)
        )
        self.taken.update(reader for reader, _ in run.taken)
        for reader, message_id in run.taken:
            row = run.rows.get(reader)
            if row is None or row[0] not in (*IN_DOUBT, Delivery.SENT) or row[1] != message_id:
                self.faults.append(f"the relay took {message_id} to {reader}, whose row says {row}")
            if (times := self.taken[reader]) > 1 + self.resent[reader]:
                self.faults.append(f"{reader} was mailed {times} times, {self.resent[reader]} times on request")
        for reader, state in self._states.items():
            if state is Delivery.SENT and not self.taken[reader]:
                self.faults.append(f"{reader} is marked as sent, but the relay never took the mail")
            if before.get(reader) is Delivery.SENT is not state:
                self.faults.append(f"{reader} was sent, and is now {state}")

    def lost(self) -> set[str]:
        """At the end: readers who got nothing and were not given up on request."""
        return {
            reader
            for reader in self.readers
            if not self.taken[reader] and self._states.get(reader) is not Delivery.FAILED
        }

    def close(self) -> None:
        """At the end: every row must be settled, and nobody lost."""
        unsettled = [reader for reader, state in self._states.items() if state not in (Delivery.SENT, Delivery.FAILED)]
        if unsettled:
            self.faults.append(f"{len(unsettled)} rows are not settled: {unsettled[:3]}")
        if lost := self.lost():
            self.faults.append(f"{len(lost)} got nothing, and nobody gave them up: {sorted(lost)[:3]}")
