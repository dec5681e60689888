"""Whether a member of a board wrote what the board is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailer.message import Address

_BETWEEN = re.compile(r"[,;&()/<>|]|\b(?:and|by|et|par|y|por|und|von)\b", re.IGNORECASE)
"""What stands between several authors, and between an author and an organisation."""

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")


def is_author(authors: Iterable[str], address: str, name: str) -> bool:
    """Whether the member is one of the authors, as they were written: by address, or by the whole name.

    A name is compared without regard to case; part of a name is not enough.
    """
    key, whole = Address.parse(address).base_key, _folded(name)
    for author in authors:
        if any(_key(found) == key for found in _ADDRESS.findall(author)):
            return True
        if whole and whole in {_folded(part) for part in (author, *_BETWEEN.split(author))}:
            return True
    return False


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _key(text: str) -> str:
    try:
        return Address.parse(text).base_key
    except ValueError:
        return ""
