"""Who must agree before something goes out, and by which rule (configuration, ``[policies]`` and ``[voting]``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from mailer.model.working_days import Span


class WithoutQuorum(StrEnum):
    """What happens if the deadline passes without a quorum."""

    REJECT = "reject"
    EXTEND = "extend"  # once, then as REJECT
    ESCALATE = "escalate"  # another board is asked


class Voters(StrEnum):
    """Which members of its board a policy asks."""

    ALL = "all"
    LANGUAGE = "same language"  # whose language is that of the edition
    TRANSLATOR = "translating body"  # the translator, and members of the same organisation


@dataclass(frozen=True, slots=True)
class Keywords:
    """The words that are votes; the first of each choice is the one that people are told."""

    approve: tuple[str, ...]
    object: tuple[str, ...]
    abstain: tuple[str, ...]

    def of(self, choice: str) -> tuple[str, ...]:
        """The words of a choice, such as ``approve``."""
        words: tuple[str, ...] = getattr(self, choice)
        return words

    @property
    def firsts(self) -> tuple[str, str, str]:
        return self.approve[0], self.object[0], self.abstain[0]


ENGLISH = Keywords(("APPROVE",), ("OBJECT",), ("ABSTAIN",))


@dataclass(frozen=True, slots=True)
class Voting:
    """How votes are written and proven, for all boards."""

    words: Mapping[str, Keywords]
    """By language (BCP 47), in the configuration's order."""
    challenge: bool = True
    """Whether a vote that is not proven is confirmed by a reply from the member's enrolled address (A1)."""
    banners: tuple[str, ...] = ()
    """Lines that a gateway puts above replies, beside those that are known (A36)."""

    @property
    def all(self) -> Keywords:
        """The words of all languages."""
        return Keywords(**{choice.name: self._all_of(choice.name) for choice in fields(Keywords)})

    def _all_of(self, choice: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for words in self.words.values() for word in words.of(choice)))

    def in_language(self, language: str) -> Keywords:
        """The words of a language, or of its primary one, or else of the first in the configuration."""
        found = self.words.get(language) or self.words.get(language.partition("-")[0])
        return found or next(iter(self.words.values()))


WEEK = Span(7)
EXTENSION = Span(3, working=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a ballot keeps of its policy, whatever becomes of the configuration."""

    rule: str
    """``unanimous``, ``majority``, a number, a fraction such as ``2/3``, or ``no-objection``."""
    voters: Voters = Voters.ALL
    """Which members of the board are asked."""
    minimum_votes: int = 0
    """How many must vote; an abstention is a vote."""
    objection_blocks: bool = True
    """Whether one objection is enough to reject; if not, it can be outvoted."""
    deadline: Span = WEEK
    reminders: tuple[Span, ...] = ()
    """How long before the deadline members are reminded who have not voted."""
    authors_vote: bool = False
    """Whether members vote on their own text."""
    without_quorum: WithoutQuorum = WithoutQuorum.REJECT
    extension: Span = EXTENSION
    escalate_to: str = ""
    """The key of the list of the board that is asked then."""
    by_hand: bool = False
    """Whether a person may enter a vote that came by another way."""

    @property
    def own_text_counts(self) -> bool:
        """Whether a vote on a text of the member's own counts."""
        return self.authors_vote or self.voters is Voters.TRANSLATOR

    @property
    def silence_consents(self) -> bool:
        """Whether a member who says nothing agrees at the deadline."""
        return self.rule == "no-objection"

    def needed(self, voters: int) -> int:
        """How many of ``voters`` must approve: at least one, and a fraction is rounded up.

        Who abstained is none of the voters. With ``no-objection`` silence counts as approval at the deadline.
        """
        if self.rule in ("unanimous", "no-objection"):
            return max(voters, 1)
        if self.rule == "majority":
            return voters // 2 + 1
        share = Fraction(self.rule)
        if "/" in self.rule:
            return max(-(-voters * share.numerator // share.denominator), 1)
        return max(int(share), 1)

    def quorum(self, members: int) -> int:
        """How many of ``members`` must vote, at least, for a grant; none if silence consents."""
        return max(0 if self.silence_consents else self.needed(members), self.minimum_votes)

    def stored(self) -> dict[str, Any]:
        """The terms in JSON's types."""
        return {kept.name: _stored(getattr(self, kept.name)) for kept in fields(Terms)}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """The terms that were ``stored``."""
        values = dict(stored)
        values["deadline"], values["extension"] = Span.parse(values["deadline"]), Span.parse(values["extension"])
        values["reminders"] = tuple(Span.parse(text) for text in values["reminders"])
        values["voters"] = Voters(values.get("voters", Voters.ALL))
        values["without_quorum"] = WithoutQuorum(values["without_quorum"])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Terms):
    """Whose consent some kinds of document of some publications need, and by which rule."""

    key: str
    title: str
    documents: tuple[str, ...]
    """The kinds of document, such as ``issue``."""
    publications: tuple[str, ...] = ()
    """Empty: all, and what belongs to none."""
    board: str
    """The key of the list whose members vote."""
    in_force: str = ""
    """Since or until when, in words, such as “interim until the next plenary”."""
    substitutes: Mapping[str, str] = field(default_factory=dict)
    """Who is asked for a member who is away; addresses by addresses."""

    def covers(self, document: str, publication: str) -> bool:
        return document in self.documents and (not self.publications or publication in self.publications)

    @property
    def boards(self) -> tuple[str, ...]:
        """The lists whose members may be asked."""
        return (self.board, self.escalate_to) if self.escalate_to else (self.board,)

    @property
    def terms(self) -> Terms:
        return Terms(**{kept.name: getattr(self, kept.name) for kept in fields(Terms)})


DECISIVE = ("rule", "voters", "minimum_votes", "objection_blocks", "authors_vote", "by_hand")
"""The terms by which a grant is given. The others say when and how members are asked."""


def outdated(then: Terms, board: str, now: Policy) -> list[str]:
    """How the policy differs from the terms and the board by which a grant was given; empty if it stands."""
    changed = [(name, getattr(then, name), getattr(now, name)) for name in DECISIVE]
    found = [f"{name} was {_words(was)} and is {_words(is_now)}" for name, was, is_now in changed if was != is_now]
    return found + ([] if board in now.boards else [f"the board was {board} and is {now.board}"])


def _words(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return [_stored(item) for item in value]
    return str(value) if isinstance(value, Span | StrEnum) else value
