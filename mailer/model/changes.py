"""What differs between two drafts of one document, in words for those who were asked about both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailer.phrases import Phrase, counted, phrase

MOST_NAMED = 40
"""How many changes are named one by one."""
_LONGEST_QUOTE = 160
"""Characters of a text that a sentence quotes."""


class What(StrEnum):
    """What has changed."""

    WORDS = "words"
    ARTICLE = "article"
    PICTURE = "picture"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs. What is new was empty before, and what is gone is empty now."""

    what: What
    before: str
    """Words, the title of an article, the description of a picture, or the address of a link."""
    now: str
    article: int = 0
    """The number of the article that it is in, or that is new; 0 if it is in none."""
    words: str = ""
    """Of a link."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edition in one language has that differs from an earlier draft."""

    language: str
    """BCP 47."""
    changes: Sequence[Change] = ()
    is_new: bool = False
    """Whether the earlier draft had no edition in this language."""
    is_gone: bool = False
    """Whether this one has none any more."""


def sentences(changes: Sequence[Change]) -> list[Phrase]:
    """A sentence for each change, at most ``MOST_NAMED``, and one for the others."""
    said = list(dict.fromkeys(_placed(change) for change in changes))
    if len(said) <= MOST_NAMED:
        return said
    rest = counted(
        "%(count)s more change is marked in the draft.",
        "%(count)s more changes are marked in the draft.",
        len(said) - MOST_NAMED,
    )
    return [*said[:MOST_NAMED], rest]


def _placed(change: Change) -> Phrase:
    said = _sentence(change)
    if not change.article or change.what is What.ARTICLE:
        return said
    return phrase("Article %(number)s: %(change)s", number=change.article, change=said)


def _sentence(change: Change) -> Phrase:
    before, now = _quoted(change.before), _quoted(change.now)
    match change.what, bool(before), bool(now):
        case What.ARTICLE, False, _:
            return phrase("Article %(number)s, “%(title)s”, is new.", number=change.article, title=now)
        case What.ARTICLE, _, _:
            return phrase("The article “%(title)s” is gone.", title=before)
        case What.PICTURE, False, _:
            return phrase("The picture “%(description)s” is new.", description=now)
        case What.PICTURE, _, False:
            return phrase("The picture “%(description)s” is gone.", description=before)
        case What.PICTURE, _, _:
            return phrase("The picture “%(description)s” is another one.", description=now)
        case What.LINK, _, _:
            return phrase(
                "The link “%(words)s” leads to %(now)s, no longer to %(before)s.",
                words=_quoted(change.words),
                now=now,
                before=before,
            )
        case _, False, _:
            return phrase("“%(now)s” is new.", now=now)
        case _, _, False:
            return phrase("“%(before)s” is gone.", before=before)
    return phrase("“%(before)s” is now “%(now)s”.", before=before, now=now)


def _quoted(text: str) -> str:
    """``text`` as a sentence quotes it: the middle of a long one is left out."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    half = _LONGEST_QUOTE // 2
    return f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].split(' ', 1)[-1]}"
