"""What several rules read in the same mail is read once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from mailer.message import Inbound

T = TypeVar("T")


def once(read: Callable[[Inbound], T]) -> Callable[[Inbound], T]:
    """``read``, which keeps its result as long as the mail: from its classification until it is handled."""
    kept: WeakKeyDictionary[Inbound, T] = WeakKeyDictionary()

    @wraps(read)
    def reading(mail: Inbound) -> T:
        try:
            return kept[mail]
        except KeyError:
            found = kept[mail] = read(mail)
            return found

    return reading
