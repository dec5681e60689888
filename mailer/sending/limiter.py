"""Which of the mails that are due may go now: slots given out by the store, and used on this process's own clock.

The store gives slots out in one transaction, exact over processes and machines, several at once and never further
ahead than half a second (``limits.HORIZON``). From there on the monotonic clock decides, so that a wall clock that
jumps neither stalls nor hurries what was given out.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from mailer.model.outbox import Delivery, Due, Outcome
from mailer.model.throttle import TOTAL, Breaker, microseconds
from mailer.ports import Clock, Store, Work
from mailer.throttle.breaker import Heard, after, heard
from mailer.throttle.limits import HORIZON, SECOND, Slots, returned
from mailer.throttle.policy import Grant, Policy, Stored, domains_of, key_of
from mailer.throttle.quiet_hours import Quiet

log = logging.getLogger("mailer.sending")

WORTH_WAITING = 30 * SECOND
"""For longer than that no connection is kept open with nothing to send."""

LOOK_EVERY = SECOND
"""How long it may take until a rate that was set elsewhere is heard of."""

JITTER, TRIES = SECOND // 1000, 5
"""Two clocks were read at once if half of this passed between at the most; and how often that is tried."""

BUSY = SECOND // 20
"""When to look again at a domain that has as many connections as it may have."""


Said: TypeAlias = tuple[str, Heard, str]
"""The key of a domain, what its relay says of us, and in which words."""


@dataclass(slots=True)
class Share:
    """What this process has of a key, on the monotonic clock."""

    slots: Slots
    patience: int
    ask_at: int
    """When to ask for more, if no slot is left: so far ahead of the next one that it is not missed."""
    shift: int
    """How far that clock is ahead of the wall clock."""
    used: int = 0
    lost: list[Slots] = field(default_factory=list)
    """Those that nobody used in time, on the wall clock."""

    def ready(self, now: int) -> int:
        """How many slots have come; those that nobody used in time are gone."""
        if now > self.slots.first + self.patience:
            left = self.slots.since(now - self.patience)
            if late := self.slots.count - left.count:
                self.lost.append(replace(self.slots, count=late).shifted(-self.shift))
            self.slots = left
        return self.slots.ready(now)

    def use(self, count: int) -> None:
        self.slots = self.slots.without(count)
        self.used += count

    @property
    def is_spent(self) -> bool:
        return not self.slots.count

    @property
    def opens_at(self) -> int:
        """When there is a slot, or a reason to ask for one."""
        return self.ask_at if self.is_spent else self.slots.first


class Limiter:
    """Lets mails go as fast as the limits allow, and what is heard of us. One for each process that sends."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: Policy,
        tell: Callable[[Work, str, Breaker], object] = lambda work, key, breaker: None,
        quiet: Quiet | None = None,
    ) -> None:
        """``tell`` writes to a person that a breaker opened, in the transaction that is under way."""
        self._store = store
        self._clock = clock
        self._policy = policy
        self._tell = tell
        self._quiet = quiet
        self._shares: dict[str, Share] = {}
        self._brakes: Mapping[str, Breaker] = {}
        self._rates: Mapping[str, int] = {}
        self._look_at = 0
        self._wide: Sequence[str] = (TOTAL,)
        self._by_domain = False
        self._aside: dict[str, int] = {}  # until when a domain's rows are left out of what is read
        self._under_way: Counter[str] = Counter()
        self._refusing: set[str] = set()  # domains that refused us, since any took a mail
        self.confined = False
        """Whether the refusals since ``begin`` were of single domains, and the others may go on."""

    def begin(self) -> None:
        """Call before each delivery: nothing is under way, and others may have put brakes on or taken them off."""
        self._under_way.clear()
        self.confined = False
        with self._store.snapshot() as work:
            self._see(work.throttle.breakers())
        self._hear_of_rates()

    def _hear_of_rates(self) -> None:
        """Where another rate was set, nothing that was given out at the old one is used."""
        self._look_at = self._now() + LOOK_EVERY
        with self._store.snapshot() as work:
            rates = work.throttle.rates()
        if rates != self._rates:
            self._rates = rates
            self._shares.clear()
            self._aside.clear()

    def _see(self, breakers: Mapping[str, Breaker]) -> None:
        policy = self._policy
        self._brakes = breakers
        relay = policy.relay_key
        self._wide = (TOTAL, relay) if policy.limits_relay or relay in breakers else (TOTAL,)
        self._by_domain = bool(policy.domains or policy.default or breakers.keys() - {relay})

    @property
    def refusal(self) -> Breaker | None:
        """The open breaker of the relay, if mail to everybody waits because of it."""
        breaker = self._brakes.get(self._policy.relay_key)
        return breaker if breaker is not None and breaker.is_open and breaker.until > self._clock.now() else None

    # --- admitting ---

    def admit(self, rows: deque[Due], most: int) -> list[Due]:
        """The first of ``rows`` that may go now, ``most`` at the most; they are taken out.

        So are those to a domain that has no slot: it is ``held`` until it may have one. What is left waits.
        """
        if self._now() >= self._look_at:
            self._hear_of_rates()
        admitted: list[Due] = []
        while len(admitted) < most and self._skip(rows):
            free = min(most - len(admitted), self._free(len(rows), ask=not admitted))
            if not free:
                break
            some = self._some(rows, free)
            for key in self._wide:
                self._shares[key].use(len(some))
            admitted += some
        return admitted

    def _skip(self, rows: deque[Due]) -> bool:
        """Put aside what cannot go; whether the first row that is left may, as far as its domain goes."""
        while self._by_domain and rows and not self._lets(rows[0].domain, rows):
            rows.popleft()
        return bool(rows)

    def _some(self, rows: deque[Due], free: int) -> list[Due]:
        if not self._by_domain:
            return [rows.popleft() for _ in range(min(free, len(rows)))]
        some: list[Due] = []
        while len(some) < free and self._skip(rows):
            row = rows.popleft()
            some.append(row)
            if (key := self._key(row.domain)) is not None:
                self._shares[key].use(1)
                self._under_way[key] += 1
        return some

    def _free(self, wanted: int, ask: bool) -> int:
        """Slots that mail to whomever may use now; without ``ask``, of those at hand: others wait to be sent."""
        needed = {key: wanted for key in self._wide if self._needs(key)}
        if needed and not ask:
            return 0
        if needed:
            self._ask(needed)
        now = self._now()
        return min(self._shares[key].ready(now) if key in self._shares else 0 for key in self._wide)

    def _lets(self, domain: str, rows: Iterable[Due]) -> bool:
        """Whether a mail may go to a domain; where not, it is put aside until it may."""
        key = self._key(domain)
        if key is None:
            return True
        own = self._policy.of_domain(key.removeprefix("@"))
        if own and own.connections is not None and self._under_way[key] >= own.connections:
            self._aside[key] = self._now() + BUSY
            return False
        if self._needs(key):
            wanted = Counter(filter(None, (self._key(row.domain) for row in rows)))
            self._ask({key: count for key, count in wanted.items() if self._needs(key)})
        if self._shares[key].ready(self._now()):
            return True
        self._aside[key] = self._shares[key].opens_at
        return False

    def _key(self, domain: str) -> str | None:
        """Under which key a domain is counted, or None where it is not."""
        key = key_of(domain)
        return key if key in self._brakes or self._policy.of_domain(key.removeprefix("@")) else None

    def _needs(self, key: str) -> bool:
        share, now = self._shares.get(key), self._now()
        return share is None or (not share.ready(now) and share.is_spent and now >= share.ask_at)

    def _ask(self, wanted: Mapping[str, int]) -> None:
        """Have slots given out under these keys, in one transaction."""
        with self._store.transaction(alone=False) as work:
            used, breakers, rates = work.throttle.locked(wanted), work.throttle.breakers(), work.throttle.rates()
            now, shift = self._both_clocks()
            grants: dict[str, Grant] = {}
            for key, count in wanted.items():
                before = self._shares.get(key)
                kept = returned(used[key], before.lost) if before else used[key]
                stored = Stored(kept, breakers.get(key), rates.get(key))
                grants[key] = self._policy.grant(key, stored, now, count, 2 * before.used if before else 0)
            work.throttle.give_out(
                {key: grant.stored.used for key, grant in grants.items() if grant.stored.used != used[key]}
            )
            for key, grant in grants.items():
                if (breaker := grant.stored.breaker) != breakers.get(key):
                    work.throttle.set_breaker(key, breaker)
        self._see(breakers)
        for key, grant in grants.items():
            slots = grant.slots.shifted(shift)
            ahead = slots.end - HORIZON
            ask_at = ahead if slots.count or ahead > now + shift else slots.first
            self._shares[key] = Share(slots, grant.patience - JITTER, ask_at, shift)

    def _both_clocks(self) -> tuple[int, int]:
        """The wall clock, and how far the monotonic one is ahead of it; read at once, as far as a busy machine lets."""
        for _ in range(TRIES):
            before, now, after = self._now(), microseconds(self._clock.now()), self._now()
            if after - before < JITTER // 2:
                break
        return now, before - now

    # --- waiting ---

    def asleep(self, rows: Iterable[Due]) -> dict[int, datetime]:
        """Composer whose readers have quiet hours, and when those end; a conversation is never held back so."""
        quiet, now = self._quiet, self._clock.now()
        if quiet is None:
            return {}
        found = {row.id: quiet.until(row.country, now) for row in rows if row.mailing is not None}
        return {row: until for row, until in found.items() if until is not None}

    def held(self) -> list[str]:
        """Domains whose mail is not to be read, because it could not go."""
        now = self._now()
        self._aside = {key: until for key, until in self._aside.items() if until > now}
        return [domain for key in self._aside for domain in domains_of(key)]

    def wait(self, rows: Iterable[Due]) -> float | None:
        """Seconds until more may go, or until to ask again, where ``rows`` were left; None: it is not worth waiting."""
        now = self._now()
        opens_at = self._opens_at if rows else min(self._aside.values(), default=None)
        if opens_at is None or opens_at - now > WORTH_WAITING:
            return None
        return min(max(0, opens_at - now), LOOK_EVERY) / SECOND

    @property
    def _opens_at(self) -> int:
        return max(self._shares[key].opens_at for key in self._wide if key in self._shares)

    @property
    def is_shut(self) -> bool:
        """Whether nothing may go for a while."""
        now = self._now()
        shares = [self._shares[key] for key in self._wide if key in self._shares]
        return any(share.is_spent and share.ask_at > now + WORTH_WAITING for share in shares)

    def next_at(self, work: Work) -> datetime | None:
        """When the next mail may go that waits in the store, or None."""
        now, wall = self._now(), self._clock.now()
        first = work.outbox.next_retry(self.held())
        shares = [self._shares[key] for key in self._wide if key in self._shares]
        opens_at = max((share.opens_at for share in shares), default=now)
        times = [max(first, wall + timedelta(microseconds=opens_at - now))] if first else []
        times += [wall + timedelta(microseconds=until - now) for until in self._aside.values()]
        return min(times, default=None)

    def ahead(self) -> int:
        """How many mails may go at the most while half a second passes."""
        share = self._shares.get(TOTAL)
        return 1 + HORIZON // share.slots.interval if share else 1

    # --- what is heard ---

    def hear(self, outcomes: Iterable[tuple[Due, Outcome]]) -> Sequence[Said]:
        """What relays say of us, as far as it is to be noted down."""
        relay = self._policy.relay_key
        carefree = not self._by_domain and not self._refusing and len(self._wide) == 1
        said: list[Said] = []
        for row, outcome in outcomes:
            if carefree and outcome.state is Delivery.SENT:
                continue
            what, key = heard(outcome), key_of(row.domain)
            if key in self._under_way:
                self._under_way[key] -= 1
                self._aside.pop(key, None)
            if what is Heard.TAKEN and not (self._refusing or key in self._brakes or relay in self._brakes):
                continue
            if what is not None:
                said.append((key, what, outcome.reply))
        return said

    def note(self, work: Work, said: Iterable[Said], now: datetime) -> None:
        """Put brakes on, or take them off, in the transaction that keeps the outcomes."""
        before = work.throttle.breakers()
        breakers: dict[str, Breaker | None] = dict(before)
        for key, what, reply in said:
            for concerned in self._concerned(key, what):
                breakers[concerned] = after(breakers.get(concerned), what, now, reply)
        for key, breaker in breakers.items():
            if breaker != before.get(key):
                work.throttle.set_breaker(key, breaker)
                self._changed(work, key, before.get(key), breaker, now)
        self._see({key: breaker for key, breaker in breakers.items() if breaker is not None})
        self.confined = bool(self._refusing) and self.refusal is None

    def _concerned(self, key: str, what: Heard) -> Sequence[str]:
        """A refusal of us is that domain's own, until a second one says the same and none takes a mail between."""
        if what is Heard.TAKEN:
            self._refusing.clear()
        if what is Heard.REFUSED:
            self._refusing.add(key)
        everybody = what is Heard.TAKEN or len(self._refusing) > 1
        return (key, self._policy.relay_key) if everybody else (key,)

    def _changed(self, work: Work, key: str, old: Breaker | None, new: Breaker | None, now: datetime) -> None:
        if new is None:
            log.info("%s: goes at its usual pace again", key)
        elif new.until > now:
            self._shares.pop(key, None)
            how = "no mail" if new.is_open else f"{new.factor:.0%} of the pace"
            log.warning("%s: %s, from %s on: %s", key, how, f"{new.until:%H:%M:%S} UTC", new.reply)
        if new is not None and new.is_open and (old is None or not old.is_open):
            self._tell(work, key, new)

    def _now(self) -> int:
        return int(self._clock.monotonic() * SECOND)
