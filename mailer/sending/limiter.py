"""Decides which of the due mails may go now.

Slots are reserved in the store, several in one transaction, so that limits hold exactly over processes and machines.
They are at most half a second ahead (``limits.HORIZON``). Their use follows the monotonic clock, so a jump of the wall
clock neither delays nor hastens slots that are reserved already.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from mailer.model.outbox import Delivery, Due, Outcome
from mailer.model.refusals import Refusal, Suspension
from mailer.model.throttle import TOTAL, Breaker, microseconds
from mailer.ports import Clock, Store, Work
from mailer.sending.refusals import Refusals
from mailer.throttle.breaker import Signal, next_breaker, signal_of
from mailer.throttle.limits import HORIZON, SECOND, Slots, give_back
from mailer.throttle.policy import KeyState, Policy, Reservation, domains_of, key_of
from mailer.throttle.quiet_hours import QuietHours

log = logging.getLogger("mailer.sending")

MAX_WAIT = 30 * SECOND
"""How long connections are kept open with nothing to send."""

RATE_CHECK = SECOND
"""How long it may take to notice a rate that another process has set."""

JITTER, TRIES = SECOND // 1000, 5
"""Two clocks are read at the same time if at most half of JITTER passes in between; and how often that is tried."""

BUSY = SECOND // 20
"""How long to hold a domain that has as many connections as it may have."""


class Observation(NamedTuple):
    """What an outcome says about us."""

    row: Due
    key: str
    """The domain's."""
    signal: Signal | None
    outcome: Outcome
    suspension: Suspension | None
    """Why the row's mailing is suspended, if it is because of this outcome."""


@dataclass(slots=True)
class Share:
    """The slots of one key that this process has reserved, on the monotonic clock."""

    slots: Slots
    tolerance: int
    renew_at: int
    """When to reserve more if no slot is left: early enough not to miss the next one."""
    clock_offset: int
    """The monotonic clock minus the wall clock."""
    used: int = 0
    lost: list[Slots] = field(default_factory=list)
    """Slots that were not used in time, on the wall clock."""

    def ready(self, now: int) -> int:
        """How many slots may be used; those that were not used in time are dropped."""
        if now > self.slots.first + self.tolerance:
            left = self.slots.since(now - self.tolerance)
            if late := self.slots.count - left.count:
                self.lost.append(replace(self.slots, count=late).shifted(-self.clock_offset))
            self.slots = left
        return self.slots.ready(now)

    def use(self, count: int) -> None:
        self.slots = self.slots.without(count)
        self.used += count

    @property
    def is_used_up(self) -> bool:
        return not self.slots.count

    @property
    def next_at(self) -> int:
        """When there is a slot, or when to reserve one."""
        return self.renew_at if self.is_used_up else self.slots.first


class Limiter:
    """Admits mails as fast as the limits and the breakers allow. One for each process that sends."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: Policy,
        on_open: Callable[[Work, str, Breaker], object] = lambda work, key, breaker: None,
        quiet_hours: QuietHours | None = None,
        on_suspend: Callable[[Work, Due, Suspension], object] = lambda work, row, why: None,
    ) -> None:
        """``on_open`` mails a person that a breaker has opened, in the transaction that opens it.

        ``on_suspend`` pauses a row's mailing, and mails a person, in the transaction that records the row's outcome.
        """
        self._store = store
        self._clock = clock
        self._policy = policy
        self._on_open = on_open
        self._on_suspend = on_suspend
        self.refusals = Refusals()
        self._quiet_hours = quiet_hours
        self._shares: dict[str, Share] = {}
        self._breakers: Mapping[str, Breaker] = {}
        self._rates: Mapping[str, int] = {}
        self._check_rates_at = 0
        self._common_keys: Sequence[str] = (TOTAL,)
        self._by_domain = False
        self._held_until: dict[str, int] = {}  # domains whose rows are not read before this time, by key
        self._under_way: Counter[str] = Counter()
        self._refusing_domains: set[str] = set()  # domains that have refused us since the last accepted mail
        self.only_domains_refuse = False
        """Whether all refusals since ``begin`` came from single domains, so that mail to the others may go on."""

    def begin(self) -> None:
        """Call before each delivery: nothing is under way, and others may have changed breakers."""
        self._under_way.clear()
        self.only_domains_refuse = False
        with self._store.snapshot() as work:
            self._use_breakers(work.throttle.breakers())
        self.refusals.begin(self._unclear_refusal)
        self._read_rates()

    def _read_rates(self) -> None:
        """If the rate has changed, forget all slots reserved at the old one."""
        self._check_rates_at = self._now() + RATE_CHECK
        with self._store.snapshot() as work:
            rates = work.throttle.rates()
        if rates != self._rates:
            self._rates = rates
            self._shares.clear()
            self._held_until.clear()

    def _use_breakers(self, breakers: Mapping[str, Breaker]) -> None:
        policy = self._policy
        self._breakers = breakers
        relay = policy.relay_key
        self._common_keys = (TOTAL, relay) if policy.limits_relay or relay in breakers else (TOTAL,)
        self._by_domain = bool(policy.domains or policy.default or breakers.keys() - {relay})

    @property
    def refusal(self) -> Breaker | None:
        """The open breaker of the relay, if it holds all mail back."""
        breaker = self._breakers.get(self._policy.relay_key)
        return breaker if breaker is not None and breaker.is_open and breaker.until > self._clock.now() else None

    @property
    def _unclear_refusal(self) -> str:
        """The reply because of which all mail waits, if it may be about us or about its readers; else empty."""
        breaker = self._breakers.get(self._policy.relay_key)
        return breaker.reply if breaker and breaker.is_open and breaker.refusal is Refusal.UNCLEAR else ""

    # --- admitting ---

    def admit(self, rows: deque[Due], most: int) -> list[Due]:
        """Remove and return up to ``most`` of ``rows`` that may go now.

        Rows to a domain without a slot are removed too: the domain is ``held`` until it may have one. The others wait.
        """
        if self._now() >= self._check_rates_at:
            self._read_rates()
        admitted: list[Due] = []
        while len(admitted) < most and self._skip_held(rows):
            free = min(most - len(admitted), self._free_slots(len(rows), ask=not admitted))
            if not free:
                break
            taken = self._take(rows, free)
            for key in self._common_keys:
                self._shares[key].use(len(taken))
            admitted += taken
        return admitted

    def _skip_held(self, rows: deque[Due]) -> bool:
        """Remove rows to domains that may get no mail now; returns whether any row is left."""
        while self._by_domain and rows and not self._may_send_to(rows[0].domain, rows):
            rows.popleft()
        return bool(rows)

    def _take(self, rows: deque[Due], free: int) -> list[Due]:
        if not self._by_domain:
            return [rows.popleft() for _ in range(min(free, len(rows)))]
        taken: list[Due] = []
        while len(taken) < free and self._skip_held(rows):
            row = rows.popleft()
            taken.append(row)
            if (key := self._key(row.domain)) is not None:
                self._shares[key].use(1)
                self._under_way[key] += 1
        return taken

    def _free_slots(self, wanted: int, ask: bool) -> int:
        """How many slots all keys together have now; with ``ask``, more are reserved if necessary."""
        needed = {key: wanted for key in self._common_keys if self._needs_slots(key)}
        if needed and not ask:
            return 0
        if needed:
            self._reserve(needed)
        now = self._now()
        return min(self._shares[key].ready(now) if key in self._shares else 0 for key in self._common_keys)

    def _may_send_to(self, domain: str, rows: Iterable[Due]) -> bool:
        """Whether a mail may go to a domain; if not, the domain is held."""
        key = self._key(domain)
        if key is None:
            return True
        own = self._policy.of_domain(key.removeprefix("@"))
        if own and own.connections is not None and self._under_way[key] >= own.connections:
            self._held_until[key] = self._now() + BUSY
            return False
        if self._needs_slots(key):
            wanted = Counter(filter(None, (self._key(row.domain) for row in rows)))
            self._reserve({key: count for key, count in wanted.items() if self._needs_slots(key)})
        if self._shares[key].ready(self._now()):
            return True
        self._held_until[key] = self._shares[key].next_at
        return False

    def _key(self, domain: str) -> str | None:
        """The key of a domain that has a limit or a breaker, else None."""
        key = key_of(domain)
        return key if key in self._breakers or self._policy.of_domain(key.removeprefix("@")) else None

    def _needs_slots(self, key: str) -> bool:
        share, now = self._shares.get(key), self._now()
        return share is None or (not share.ready(now) and share.is_used_up and now >= share.renew_at)

    def _reserve(self, wanted: Mapping[str, int]) -> None:
        """Reserve slots under these keys in one transaction."""
        with self._store.transaction(alone=False) as work:
            used, breakers, rates = work.throttle.locked(wanted), work.throttle.breakers(), work.throttle.rates()
            now, clock_offset = self._both_clocks()
            reserved: dict[str, Reservation] = {}
            for key, count in wanted.items():
                before = self._shares.get(key)
                kept = give_back(used[key], before.lost) if before else used[key]
                state = KeyState(kept, breakers.get(key), rates.get(key))
                reserved[key] = self._policy.reserve(key, state, now, count, 2 * before.used if before else 0)
            work.throttle.give_out(
                {key: one.state.used for key, one in reserved.items() if one.state.used != used[key]}
            )
            for key, one in reserved.items():
                if (breaker := one.state.breaker) != breakers.get(key):
                    work.throttle.set_breaker(key, breaker)
        self._use_breakers(breakers)
        for key, one in reserved.items():
            slots = one.slots.shifted(clock_offset)
            early = slots.end - HORIZON
            renew_at = early if slots.count or early > now + clock_offset else slots.first
            self._shares[key] = Share(slots, one.tolerance - JITTER, renew_at, clock_offset)

    def _both_clocks(self) -> tuple[int, int]:
        """The wall clock, and the monotonic clock minus the wall clock, read as closely together as possible."""
        for _ in range(TRIES):
            before, now, after = self._now(), microseconds(self._clock.now()), self._now()
            if after - before < JITTER // 2:
                break
        return now, before - now

    # --- waiting ---

    def quiet_until(self, rows: Iterable[Due]) -> dict[int, datetime]:
        """Copies whose readers have quiet hours, and when those end. Service mail is never held back."""
        quiet_hours, now = self._quiet_hours, self._clock.now()
        if quiet_hours is None:
            return {}
        found = {row.id: quiet_hours.until(row.country, now) for row in rows if row.mailing is not None}
        return {row: until for row, until in found.items() if until is not None}

    def held(self) -> list[str]:
        """Domains whose rows should not be read now, because no mail may go to them."""
        now = self._now()
        self._held_until = {key: until for key, until in self._held_until.items() if until > now}
        return [domain for key in self._held_until for domain in domains_of(key)]

    def wait(self, rows: Iterable[Due]) -> float | None:
        """Seconds to wait before ``admit`` may return more, given the ``rows`` left; None: too long to wait."""
        now = self._now()
        next_at = self._common_next_at if rows else min(self._held_until.values(), default=None)
        if next_at is None or next_at - now > MAX_WAIT:
            return None
        return min(max(0, next_at - now), RATE_CHECK) / SECOND

    @property
    def _common_next_at(self) -> int:
        return max(self._shares[key].next_at for key in self._common_keys if key in self._shares)

    @property
    def is_stopped(self) -> bool:
        """Whether no mail may go for longer than ``MAX_WAIT``."""
        now = self._now()
        shares = [self._shares[key] for key in self._common_keys if key in self._shares]
        return any(share.is_used_up and share.renew_at > now + MAX_WAIT for share in shares)

    def next_at(self, work: Work) -> datetime | None:
        """When the next mail that waits in the store may go, or None."""
        now, wall = self._now(), self._clock.now()
        first = work.outbox.next_retry(self.held())
        shares = [self._shares[key] for key in self._common_keys if key in self._shares]
        next_at = max((share.next_at for share in shares), default=now)
        times = [max(first, wall + timedelta(microseconds=next_at - now))] if first else []
        times += [wall + timedelta(microseconds=until - now) for until in self._held_until.values()]
        return min(times, default=None)

    def lookahead(self) -> int:
        """How many mails may go within half a second at most."""
        share = self._shares.get(TOTAL)
        return 1 + HORIZON // share.slots.interval if share else 1

    # --- breakers ---

    def observe(self, outcomes: Iterable[tuple[Due, Outcome]]) -> Sequence[Observation]:
        """What outcomes say about us, as far as it may change a breaker."""
        relay = self._policy.relay_key
        unlimited = not self._by_domain and not self._refusing_domains and len(self._common_keys) == 1
        observations: list[Observation] = []
        for row, outcome in outcomes:
            if unlimited and outcome.state is Delivery.SENT:
                continue
            signal, key = signal_of(outcome), key_of(row.domain)
            if key in self._under_way:
                self._under_way[key] -= 1
                self._held_until.pop(key, None)
            if signal is Signal.ACCEPTED and not (
                self._refusing_domains or key in self._breakers or relay in self._breakers
            ):
                continue
            suspension = self.refusals.suspended_by(outcome.row)
            if signal is not None or suspension is not None:
                observations.append(Observation(row, key, signal, outcome, suspension))
        return observations

    def apply(self, work: Work, observations: Iterable[Observation], now: datetime) -> None:
        """Update the breakers, in the transaction that records the outcomes."""
        before = work.throttle.breakers()
        breakers: dict[str, Breaker | None] = dict(before)
        for one in observations:
            if one.suspension is not None:
                self._on_suspend(work, one.row, one.suspension)
            for affected, signal in self._affected(one):
                before_it, about = breakers.get(affected), one.outcome.refusal
                breakers[affected] = next_breaker(before_it, signal, now, one.outcome.reply, about)
        for key, breaker in breakers.items():
            if breaker != before.get(key):
                work.throttle.set_breaker(key, breaker)
                self._on_change(work, key, before.get(key), breaker, now)
        self._use_breakers({key: breaker for key, breaker in breakers.items() if breaker is not None})
        self.only_domains_refuse = bool(self._refusing_domains) and self.refusal is None

    def suspend(self, work: Work, row: Due, why: Suspension) -> None:
        """Suspend a row's mailing before anything of it was sent."""
        self.refusals.suspended[row.mailing] = why
        self._on_suspend(work, row, why)

    def _affected(self, one: Observation) -> Sequence[tuple[str, Signal]]:
        """The keys whose breakers have a signal from an outcome.

        What the relay refuses from us whoever the reader is affects the relay. A refusal by policy affects only its
        domain, unless a second domain refuses us before any mail is accepted.
        """
        about = one.outcome.refusal
        is_unclear = one.suspension is not None and about is Refusal.UNCLEAR
        stops_all = is_unclear and (one.row.mailing is None or self._unclear_refusal != "")
        if stops_all or (about and about.is_of_all_mail):
            return [(self._policy.relay_key, Signal.REFUSED)]
        return [(key, one.signal) for key in self._keys_for(one.key, one.signal)] if one.signal else []

    def _keys_for(self, key: str, signal: Signal) -> Sequence[str]:
        if signal is Signal.ACCEPTED:
            self._refusing_domains.clear()
        if signal is Signal.REFUSED:
            self._refusing_domains.add(key)
        relay_too = signal is Signal.ACCEPTED or len(self._refusing_domains) > 1
        return (key, self._policy.relay_key) if relay_too else (key,)

    def _on_change(self, work: Work, key: str, old: Breaker | None, new: Breaker | None, now: datetime) -> None:
        if new is None:
            log.info("%s: back to the usual rate", key)
        elif new.until > now:
            self._shares.pop(key, None)
            then = "" if new.is_open else f", then {new.factor:.0%} of the usual rate"
            log.warning("%s: no mail until %s%s: %s", key, f"{new.until:%H:%M:%S} UTC", then, new.reply)
        if new is not None and new.is_open and (old is None or not old.is_open):
            self._on_open(work, key, new)

    def _now(self) -> int:
        return int(self._clock.monotonic() * SECOND)
