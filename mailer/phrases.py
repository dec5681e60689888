"""Words for a person, while it is not known yet in which language that person reads them."""

from __future__ import annotations

from typing import Self


class Phrase(str):
    """A message and the values in it. As a string it is in English, so that logs and the audit trail can use it.

    The catalogue of a reader's language has the message's translation. An f-string or a slice of a phrase is an
    ordinary string, which stays English: join phrases by making one the value of another.
    """

    message: str
    """In English and the key in every catalogue, with ``%(name)s`` where a value stands."""
    values: dict[str, object]

    def __new__(cls, message: str = "", **values: object) -> Self:
        made = super().__new__(cls, message % values if values else message)
        made.message, made.values = message, values
        return made


def phrase(message: str, /, **values: object) -> Phrase:
    """Mark ``message`` for translation: ``make messages`` finds it by this call, so it has to be a literal."""
    return Phrase(message, **values)
