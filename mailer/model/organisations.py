"""Organisations: who they are, and how the names of two are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from mailer.message import clean
from mailer.model.cldr import read_language
from mailer.model.lists import Kind


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation whose contacts are on lists. Every text is one clean line and may be empty, but not the name."""

    id: int
    """0 until it is added."""
    name: str
    kind: Kind | None = None
    country: str = ""
    """ISO 3166-1 alpha-2, upper case."""
    languages: tuple[str, ...] = ()
    """BCP 47, lower case; the first is the one that it prefers."""
    website: str = ""
    reach: str = ""
    """How far its own network reaches, in its own words."""
    confirmed_at: datetime | None = None
    """When it last said that all of this is right."""
    nominated_by: int | None = None
    """The contact who proposed it."""
    note: str = ""
    """The secretary's own; nobody else reads it."""


_NOT_OF_NAMES = re.compile(r"[^\w]+")


def name_key(name: str) -> str:
    """What two spellings of a name have in common: letters and digits without accents, case and punctuation."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))
    return _NOT_OF_NAMES.sub(" ", clean(plain, 200).casefold()).strip()[:200]


def read_languages(text: str) -> tuple[str, ...]:
    """Languages as people write them, “fr, English”, without repeats. Raises ValueError that names the unknown one."""
    words = [word for word in re.split(r"[,;/|]", text) if word.strip()]
    if len(words) == 1 and all(re.fullmatch(r"[A-Za-z]{2}(-\w+)?", word) for word in text.split()):
        words = text.split()
    return tuple(dict.fromkeys(read_language(clean(word)) for word in words))


def read_website(text: str) -> str:
    """A web site as people write it; nothing is fetched. Raises ValueError if it can be none."""
    if not text:
        return ""
    site = text if "://" in text else f"https://{text}"
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or "") or re.search(r"\s", site):
        raise ValueError(f"“{clean(text, 80)}” is no web site; it looks like https://www.example.org")
    return site[:400]
