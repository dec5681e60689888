"""How files are divided among mails, so that mailboxes take each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Parts(NamedTuple):
    """Files in as few mails as they fit in."""

    mails: Sequence[Sequence[str]]
    """The names of the files in each mail."""
    left: Sequence[str]
    """Those that are too large for any mail."""


def divided(sizes: Mapping[str, int], room: int, most: int = 0) -> Parts:
    """The files in their order, each in the first mail with room for it: ``room`` bytes.

    With ``most`` mails at most, what has no room in them is left.
    """
    mails: list[list[str]] = []
    rooms: list[int] = []
    left = []
    for name, size in sizes.items():
        place = next((at for at, free in enumerate(rooms) if size <= free), None)
        if size > room or (place is None and most and len(mails) == most):
            left.append(name)
        elif place is None:
            mails.append([name])
            rooms.append(room - size)
        else:
            mails[place].append(name)
            rooms[place] -= size
    return Parts(mails, left)
