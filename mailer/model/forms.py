"""What a grant covers: everything that decides what readers get, part by part, and one digest over all of it.

A *form* is the digest of a composed template: the bytes that all copies share, in their order, and the closed list of
what may differ between copies. The other parts say in words what has changed if a form has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from mailer.model.lists import Format
from mailer.phrases import Phrase, phrase

Forms: TypeAlias = Mapping[str, str]
"""Each part by its name: its words if they are short, or else their SHA-256."""

TITLE, SENDER, LINKS, LISTS, EMBARGO = "title", "sender", "links", "lists", "embargo"
"""Parts that are the same in all editions."""

SHORT: Mapping[str, Phrase] = {
    TITLE: phrase("the title"),
    SENDER: phrase("the sender"),
    LINKS: phrase("the links"),
    LISTS: phrase("the lists"),
    EMBARGO: phrase("the embargo"),
    "subject": phrase("the subject"),
    "greeting": phrase("the words of the greeting"),
}
"""Parts that are kept as they are, and that people can read."""

HASHED: Mapping[str, Phrase] = {
    "text": phrase("the text"),
    "html": phrase("the HTML"),
    "pdf": phrase("the PDF"),
    "picture": phrase("a picture"),
    "file": phrase("a file"),
}
"""Parts that are kept as their SHA-256."""

ON_THE_WEB = frozenset({TITLE, EMBARGO, "subject", "greeting", "text", "html", "pdf", "picture"})
"""Parts that the web version of an issue has, too. It is nobody's copy, so it has no sender and no link to leave."""

FORM = "form"
"""What begins the names of forms: ``form en pdf``."""


def named(part: str, language: str, detail: str = "") -> str:
    """The name of a part of one edition: ``text en``, ``picture en one@x``."""
    return f"{part} {language} {detail}".strip()


def form_of(language: str, wanted: Format) -> str:
    """The name of the form of one edition in one format."""
    return named(FORM, language, wanted.value)


def forwardable_of(language: str) -> str:
    """The name of the form of the mail that readers pass on, for one edition."""
    return named(FORM, language, "to forward")


def digest_of(forms: Forms) -> str:
    """SHA-256 over all parts: what a grant is bound to."""
    return hashlib.sha256(json.dumps(dict(forms), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def lists_of(keys: Iterable[str]) -> str:
    """The lists as a part."""
    return ", ".join(sorted(keys))


def on_the_web(forms: Forms) -> Forms:
    """The parts that the web version has."""
    return {name: value for name, value in forms.items() if name.partition(" ")[0] in ON_THE_WEB}


def differences(granted: Forms, now: Forms) -> list[Phrase]:
    """Which parts differ from those that were granted, in words; forms are named only if nothing else explains them."""
    changed = [name for name in sorted({*granted, *now}) if granted.get(name) != now.get(name)]
    told = [name for name in changed if name.partition(" ")[0] != FORM]
    return [_told(name, granted.get(name, ""), now.get(name, "")) for name in told or changed]


def _told(name: str, was: str, is_now: str) -> Phrase:
    part, _, rest = name.partition(" ")
    language, _, _ = rest.partition(" ")
    if part == FORM:
        return phrase("how a mail is put together (%(form)s)", form=rest)
    what = SHORT.get(part) or HASHED[part]
    if language:
        what = phrase("%(part)s of the edition “%(language)s”", part=what, language=language)
    if part in SHORT:
        return phrase("%(part)s: “%(was)s” was granted, “%(now)s” it is now", part=what, was=was, now=is_now)
    return what
