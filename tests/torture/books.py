"""What must hold after every end of the sender: its book against the relay's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mailer.model.outbox import Delivery

OPEN_ENDED = frozenset({Delivery.SENDING, Delivery.DOUBTFUL})
"""Shown as in doubt, once somebody looks: what is under way in a store that nobody has open is."""


class Phase(StrEnum):
    """What an end hit."""

    STARTING = "before the first connection"
    BETWEEN = "no mail under way"
    BEGUN = "begun, the relay has none of them"
    TAKEN = "taken, and not yet written down"


@dataclass(frozen=True, slots=True)
class Life:
    """One process, as seen after its end."""

    opened: int
    """Connections that it opened."""
    taken: Sequence[tuple[str, str]]
    """Recipient and Message-ID of each mail that the relay took from it."""
    rows: Mapping[str, tuple[Delivery, str]]
    """State and Message-ID of each recipient's row; none before they are written."""
    sharing: int = 1
    """How many recipients may share a mail: as many rows are in doubt where the mail is."""


@dataclass
class Books:
    """The whole of one send, life after life. ``faults`` are in words, and should be none."""

    readers: Collection[str]
    taken: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    """How often a mail was in doubt, and put back on request."""
    doubts: int = 0
    faults: list[str] = field(default_factory=list)
    _states: Mapping[str, Delivery] = field(default_factory=dict)

    @property
    def doubtful(self) -> set[str]:
        return {who for who, state in self._states.items() if state is Delivery.DOUBTFUL}

    @property
    def doubles(self) -> int:
        return sum(times - 1 for times in self.taken.values() if times > 1)

    @property
    def given_up(self) -> int:
        return sum(state is Delivery.FAILED for state in self._states.values())

    def after(self, life: Life) -> Phase:
        """Take a life into account; what it hit."""
        before, self._states = self._states, {who: state for who, (state, _) in life.rows.items()}
        if set(self._states) != set(self.readers) and (self._states or before or life.taken):
            self.faults.append(f"there are {len(self._states)} rows for {len(self.readers)} readers")
        self._count(life, before)
        new = {
            who
            for who, state in self._states.items()
            if (state in OPEN_ENDED and before.get(who) not in OPEN_ENDED) or self._again_under_way(who, before)
        }
        self.doubts += len(new)
        if len(new) > life.opened * life.sharing:
            self.faults.append(f"{len(new)} in doubt after a crash with {life.opened} connections")
        if not life.opened:
            return Phase.STARTING
        if not new:
            return Phase.BETWEEN
        return Phase.TAKEN if new & {who for who, _ in life.taken} else Phase.BEGUN

    def _again_under_way(self, who: str, before: Mapping[str, Delivery]) -> bool:
        """In doubt before, put back, and under way once more."""
        return before.get(who) is Delivery.DOUBTFUL and self._states[who] is Delivery.SENDING

    def _count(self, life: Life, before: Mapping[str, Delivery]) -> None:
        doubtful = (who for who, state in before.items() if state is Delivery.DOUBTFUL)
        self.repeated.update(
            who for who in doubtful if self._states.get(who) not in (Delivery.DOUBTFUL, Delivery.FAILED)
        )
        self.taken.update(who for who, _ in life.taken)
        for who, message_id in life.taken:
            row = life.rows.get(who)
            if row is None or row[0] not in (*OPEN_ENDED, Delivery.SENT) or row[1] != message_id:
                self.faults.append(f"the relay took {message_id} to {who}, whose row says {row}")
            if self.taken[who] > 1 + self.repeated[who]:
                self.faults.append(f"{who} was mailed {self.taken[who]} times, {self.repeated[who]} times on request")
        for who, state in self._states.items():
            if state is Delivery.SENT and not self.taken[who]:
                self.faults.append(f"{who} is said to have what the relay never took")
            if before.get(who) is Delivery.SENT is not state:
                self.faults.append(f"{who} had it, and is now {state}")

    def lost(self) -> set[str]:
        """At the end: who has nothing, and was not given up on request."""
        return {who for who in self.readers if not self.taken[who] and self._states.get(who) is not Delivery.FAILED}

    def close(self) -> None:
        """At the end: every row is settled, and who failed was in doubt."""
        unsettled = [who for who, state in self._states.items() if state not in (Delivery.SENT, Delivery.FAILED)]
        if unsettled:
            self.faults.append(f"{len(unsettled)} rows are not settled: {unsettled[:3]}")
        if lost := self.lost():
            self.faults.append(f"{len(lost)} have nothing, and nobody gave them up: {sorted(lost)[:3]}")
