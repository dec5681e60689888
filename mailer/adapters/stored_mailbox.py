"""A mailbox in the store: what a mail server of ours has handed over by LMTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from mailer.adapters.waker import Waker
from mailer.ports import Fetched, Folder, Ref, Store
from mailer.ports.incoming import HANDED_OVER

_UIDVALIDITY = 1
"""The store never gives a number twice."""


class StoredMailbox:
    """ports.Mailbox. Its folders are states in the store, and urgent mail comes first."""

    def __init__(self, store: Store, waker: Waker) -> None:
        self._store = store
        self._waker = waker

    def pending(self) -> list[Ref]:
        with self._store.snapshot() as work:
            return [Ref(_UIDVALIDITY, number, HANDED_OVER) for number in work.incoming.pending()]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        for ref in refs:  # each in a snapshot of its own, because handling one writes to the store
            with self._store.snapshot() as work:
                found = list(work.incoming.fetch(_numbers([ref])))
            for mail in found:
                yield Fetched(ref, len(mail.raw), mail.received_at, mail.raw)

    def addressees(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        return {}  # ``pending`` has urgent mail first

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        with self._store.transaction(alone=False) as work:
            work.incoming.file(_numbers(refs), folder)

    def begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        return partial(self.file, refs, folder)

    def wait(self, seconds: float) -> None:
        self._waker.wait(seconds)

    def wake(self) -> None:
        self._waker.wake()

    def close(self) -> None: ...


def _numbers(refs: Sequence[Ref]) -> list[int]:
    return [ref.uid for ref in refs if ref.uidvalidity == _UIDVALIDITY]
