"""Joins equal mails into one with several recipients, for publications that are not personal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from mailer.message import Outgoing
from mailer.model.outbox import Outcome
from mailer.ports import Ledger, Taken


class SharingLedger:
    """ports.Ledger that joins mails that differ only in their recipients; each row keeps its own outcome.

    Only mails that may go now are joined; none waits for others.
    """

    def __init__(self, real: Ledger, recipients: int, over: Callable[[], bool] = lambda: False) -> None:
        """``recipients``: the most per mail; ``over``: whether no more mail may be taken."""
        self._real = real
        self._recipients = recipients
        self._over = over
        self._waiting: list[list[Outgoing]] = []
        """Groups of equal mails, in the order of their first one."""

    def take(self, most: int) -> Taken:
        """As ports.Ledger."""
        if self._over():
            return Taken([])
        wait, behind = None, 0
        while asked := self._room(most):
            taken = self._real.take(asked)
            behind = taken.behind // self._recipients
            for mail in taken.mails:
                self._add(mail)
            if len(taken.mails) < asked:
                wait = taken.wait
                break
        given, self._waiting = self._waiting[:most], self._waiting[most:]
        return Taken([_joined(group) for group in given], wait, len(self._waiting) + behind)

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        """As ports.Ledger."""
        self._real.record(settled, starting)

    def pause(self, seconds: float) -> None:
        """As ports.Ledger."""
        self._real.pause(seconds)

    def _room(self, most: int) -> int:
        """How many more mails could be among the next ``most``, or join one of them."""
        if len(self._waiting) < most:
            return most - len(self._waiting)
        last = self._waiting[most - 1]
        return self._recipients - len(last) if last[0].alike else 0

    def _add(self, mail: Outgoing) -> None:
        for group in reversed(self._waiting if mail.alike else ()):
            if len(group) < self._recipients and _is_same(group[0], mail):
                group.append(mail)
                return
        self._waiting.append([mail])


def _is_same(one: Outgoing, other: Outgoing) -> bool:
    """Whether two mails differ only in their recipients."""
    return (
        one.template is other.template
        and one.values == other.values
        and one.envelope.sender == other.envelope.sender
        and one.envelope.id == other.envelope.id
    )


def _joined(group: Sequence[Outgoing]) -> Outgoing:
    first = group[0]
    if len(group) == 1:
        return first
    recipients = tuple(chain.from_iterable(mail.envelope.recipients for mail in group))
    rows = tuple(chain.from_iterable(mail.rows for mail in group))
    return first._replace(rows=rows, envelope=first.envelope._replace(recipients=recipients))
