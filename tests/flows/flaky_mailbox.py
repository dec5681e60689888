"""A mailbox on a server that drops, repeats, renumbers and lies, as a seed has it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from mailer.errors import Temporary
from mailer.ports import Fetched, Folder, Ref
from tests.fakes import FakeMailbox


class FlakyMailbox(FakeMailbox):
    """Nothing that it does loses a mail; what it says of its mails cannot be relied on."""

    def __init__(self, seed: int, often: float = 0.2) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._often = often
        self.tricks: list[str] = []
        """What it has done."""

    def calm(self) -> None:
        """From now on it works."""
        self._often = 0.0

    def pending(self) -> list[Ref]:
        self._drop("pending")
        if self._does("renumber"):
            self.renumber()
        if self.inbox and self._does("repeat"):
            again = self._random.choice(list(self.inbox.values()))
            self.arrive(again.raw or b"", again.received_at)
        refs = super().pending()
        if refs and self._does("list what is gone"):
            refs.insert(0, Ref(self.uidvalidity, self.next_uid + 100))
        if self._does("list twice"):
            refs += refs[:1]
        return refs

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        for message in list(super().fetch(refs)):
            self._drop("fetch")
            yield message
            if self._does("answer twice"):
                yield message

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        self._drop("file")
        if self._does("lie"):
            return
        super().file(refs, folder)
        self._drop("file, after it was done")

    def _drop(self, when: str) -> None:
        if self._does(f"drop at {when}"):
            raise Temporary(f"the connection was lost at {when}")

    def _does(self, trick: str) -> bool:
        if self._random.random() >= self._often:
            return False
        self.tricks.append(trick)
        return True
