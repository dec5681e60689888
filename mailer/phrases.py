"""Words for a person, while it is not known yet in which language that person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self


class Phrase(str):
    """A message and the values in it. As a string it is in English, so that logs and the audit trail can use it.

    The catalogue of a reader's language has the message's translation. An f-string or a slice of a phrase is an
    ordinary string, which stays English: join phrases by making one the value of another.
    """

    message: str
    """In English and the key in every catalogue, with ``%(name)s`` where a value stands."""
    values: dict[str, object]
    plural: str = ""
    """The message for any other number than one, if it counts something; ``%(count)s`` is the number."""

    def __new__(cls, message: str = "", plural: str = "", /, **values: object) -> Self:
        words = plural if plural and values["count"] != 1 else message
        made = super().__new__(cls, words % values if values else words)
        made.message, made.values, made.plural = message, values, plural
        return made

    @property
    def number(self) -> int:
        """The number that decides between ``message`` and ``plural``."""
        number = self.values["count"]
        assert isinstance(number, int)
        return number

    def stored(self) -> list[Any]:
        """The phrase in JSON's types."""
        values = {name: value.stored() if isinstance(value, Phrase) else value for name, value in self.values.items()}
        return [self.message, values, self.plural] if self.plural else [self.message, values]

    @classmethod
    def restored(cls, stored: Sequence[Any]) -> Self:
        """The phrase that was ``stored``."""
        message, values, *plural = stored
        restored = {name: cls.restored(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(message, *plural, **restored)


class Country(str):
    """A country as it was written, by its name or by its code (ISO 3166), for which a catalogue has a name."""

    __slots__ = ()


class Language(str):
    """A language by its tag (BCP 47), for which a catalogue has a name."""

    __slots__ = ()


class Days(str):
    """One day or several in a row, ``2027-05-03/2027-05-05``, which a catalogue writes as its language does."""

    __slots__ = ()


def phrase(message: str, /, **values: object) -> Phrase:
    """Mark ``message`` for translation: ``make messages`` finds it by this call, so it has to be a literal."""
    return Phrase(message, **values)


def counted(singular: str, plural: str, /, count: int, **values: object) -> Phrase:
    """Mark the two forms of a message that counts something; ``%(count)s`` is the number. As with ``phrase``."""
    return Phrase(singular, plural, count=count, **values)
