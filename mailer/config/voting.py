"""The sections on approval: how votes are written, the policies, and the calendar of working days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, field_validator

from mailer.config.section import Section
from mailer.config.values import AT_LEAST_ONE, Key, Keyword, MailAddress, Text, matching
from mailer.message import Address

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Document = Literal["issue", "edition", "faq", "brochure", "kit", "document", "list", "press", "criteria"]
DOCUMENTS: tuple[Document, ...] = get_args(Document)
"""The kinds of document that a policy can name."""
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _rule(value: object) -> str:
    text = str(value)
    fraction = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    is_number = not isinstance(value, bool) and re.fullmatch(r"[1-9]\d{0,3}", text)
    if text in ("unanimous", "majority", "no-objection") or is_number:
        return text
    if fraction and int(fraction[1]) <= int(fraction[2]):
        return text
    raise ValueError(
        'must be "unanimous", "majority", "no-objection", a fraction such as "2/3", or a number of members'
    )


def _board(key: str, info: ValidationInfo) -> str:
    of_translators = info.data.get("voters") == "translating body"
    boards = (info.context or {}).get("lists" if of_translators else "boards")
    if boards is not None and key not in boards and of_translators:
        raise ValueError(f"must be one of the lists in this file ({', '.join(boards) or 'none yet'})")
    if boards is not None and key not in boards:
        known = ", ".join(boards) or "none yet"
        raise ValueError(f'must be a list of kind "board" in this file ({known})')
    return key


def _publication(key: str, info: ValidationInfo) -> str:
    known = (info.context or {}).get("publications")
    if known is not None and key not in known:
        raise ValueError(f"must be one of the publications in this file ({', '.join(known) or 'none yet'})")
    return key


def _country(code: str) -> str:
    """A country, or a part of one, whose public holidays are known; empty is none."""
    if not code:
        return code
    import holidays  # slow, and seldom needed

    country, _, part = code.upper().partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise ValueError('must be the code of a country whose holidays are known, such as "SE" (ISO 3166), or empty')
    if part and part not in known[country]:
        parts = ", ".join(known[country]) or "none"
        raise ValueError(f"must name a part of {country} whose holidays are known ({parts}), or the country alone")
    return f"{country}-{part}" if part else country


def _language_tag(tag: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        raise ValueError('must be a language tag (BCP 47) such as "en"')
    return tag


def _day(value: object) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError('must be a day such as "2026-12-24"') from None


Span = Annotated[
    str,
    matching(r"[1-9]\d{0,2} (working )?days?", 'must be a number of days, such as "7 days" or "5 working days"'),
]
OptionalSpan = Annotated[
    str,
    matching(r"|[1-9]\d{0,2} (working )?days?", 'must be a number of days, such as "14 days", or "" for not at all'),
]
BoardKey = Annotated[str, AfterValidator(_board)]


def _number(span: str) -> int:
    return int(span.partition(" ")[0])


class Words(Section):
    """The words of one language, the one that is named to people first."""

    approve: Annotated[tuple[Keyword, ...], AT_LEAST_ONE]
    object: Annotated[tuple[Keyword, ...], AT_LEAST_ONE]
    abstain: Annotated[tuple[Keyword, ...], AT_LEAST_ONE]


SHIPPED_WORDS: Mapping[str, Words] = {
    "en": Words(approve=("APPROVE",), object=("OBJECT",), abstain=("ABSTAIN",)),
    "fr": Words(approve=("APPROUVER", "APPROUVE"), object=("OBJECTER", "OBJECTION"), abstain=("ABSTENTION",)),
    "es": Words(approve=("APROBAR", "APRUEBO"), object=("OBJETAR", "OBJETO"), abstain=("ABSTENERSE", "ABSTENCIÓN")),
}


class Voting(Section):
    challenge: bool = True
    banners: tuple[str, ...] = ()
    words: Annotated[Mapping[Annotated[str, AfterValidator(_language_tag)], Words], AT_LEAST_ONE] = SHIPPED_WORDS


class ApprovalPolicy(Section):
    title: Text
    documents: tuple[Document, ...] = ()
    publications: tuple[Annotated[str, AfterValidator(_publication)], ...] = ()
    voters: Literal["all", "same language", "translating body"] = "all"
    board: BoardKey
    rule: Annotated[str, PlainValidator(_rule)] = "majority"
    minimum_votes: Annotated[int, Field(ge=0, le=9999)] = 0
    objection: Literal["blocks", "counts"] = "blocks"
    deadline: Span = "7 days"
    reminders: tuple[Span, ...] = ("2 days",)
    own_text: Literal["no vote", "vote"] = "no vote"
    escalate_to: str = ""
    without_quorum: Literal["reject", "extend", "escalate"] = "reject"
    extension: Span = "3 working days"
    by_hand: bool = False
    in_force: str = ""
    substitutes: Mapping[MailAddress, MailAddress] = {}

    @field_validator("voters")
    @classmethod
    def _are_all_but_of_editions(cls, voters: str, info: ValidationInfo) -> str:
        if voters != "all" and info.data.get("documents") != ("edition",):
            raise ValueError('must be "all", unless documents is ["edition"]: nothing else has a translator')
        return voters

    @field_validator("objection")
    @classmethod
    def _can_be_outvoted(cls, objection: str, info: ValidationInfo) -> str:
        if objection == "counts" and info.data.get("rule") == "unanimous":
            raise ValueError('must be "blocks" if the rule is "unanimous": nobody can be outvoted there')
        return objection

    @field_validator("reminders")
    @classmethod
    def _come_before_the_deadline(cls, reminders: Sequence[str], info: ValidationInfo) -> Sequence[str]:
        deadline = info.data.get("deadline")
        if deadline and any(_number(reminder) >= _number(deadline) for reminder in reminders):
            raise ValueError("are times before the deadline, so each must be shorter than the deadline")
        if info.data.get("rule") == "no-objection" and not reminders:
            raise ValueError('must have at least one if the rule is "no-objection": else silence would say nothing')
        return reminders

    @field_validator("escalate_to")
    @classmethod
    def _is_another_board(cls, key: str, info: ValidationInfo) -> str:
        if key and key == info.data.get("board"):
            raise ValueError("must differ from board")
        return _board(key, info) if key else key

    @field_validator("without_quorum")
    @classmethod
    def _names_the_board_that_decides(cls, without_quorum: str, info: ValidationInfo) -> str:
        if "escalate_to" in info.data and (without_quorum == "escalate") != bool(info.data["escalate_to"]):
            raise ValueError('must be "escalate" if escalate_to names another board, and only then')
        return without_quorum

    @field_validator("substitutes", mode="before")
    @classmethod
    def _are_no_keys_of_the_policy(cls, substitutes: object) -> object:
        if isinstance(substitutes, Mapping) and (strays := [key for key in substitutes if key in cls.model_fields]):
            raise ValueError(f"{', '.join(strays)} must stand above this section, with the other keys of the policy")
        return substitutes

    @field_validator("substitutes")
    @classmethod
    def _have_one_vote_each(cls, substitutes: Mapping[Address, Address]) -> Mapping[Address, Address]:
        members = {member.base_key for member in substitutes}
        taken: set[str] = set()
        for member, substitute in substitutes.items():
            if substitute.base_key in members:
                raise ValueError(f"{substitute} cannot stand for {member}: they are on the board and vote themselves")
            if substitute.base_key in taken:
                raise ValueError(f"{substitute} can stand for one member only, because nobody has two votes")
            taken.add(substitute.base_key)
        return substitutes


class Calendar(Section):
    working_days: Annotated[tuple[Day, ...], AT_LEAST_ONE] = ("mon", "tue", "wed", "thu", "fri")
    country: Annotated[str, AfterValidator(_country)] = ""
    holidays: tuple[Annotated[date, PlainValidator(_day)], ...] = ()


BOARD_WAS_REPLACED = (
    "is replaced by [policies]: write [policies.disclosure] with title, board (was list), rule (was quorum; “all” is "
    "now “unanimous”) and deadline (was deadline_days; “7 days”), and the words of votes below [voting.words.en]; see "
    "docs/approvals.md"
)
"""What to do with the section [board] of an older file."""


def voting_faults(
    voting: Voting, policies: Mapping[Key, ApprovalPolicy], publications: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong between these sections: the place of each fault, and a sentence."""
    meanings: dict[str, str] = {}
    for language, words in voting.words.items():
        for choice in Words.model_fields:
            for word in getattr(words, choice):
                other = meanings.setdefault(word.casefold(), choice)
                if other != choice:
                    yield (
                        ("voting", "words", language, choice),
                        f"{word} must not mean {choice}: it means {other}, too; no word may have two meanings, not "
                        "even in two languages",
                    )
    for publication in publications:
        for document in ("issue", "edition"):
            if not any(_covers(policy, document, publication) for policy in policies.values()):
                yield (
                    ("publications", publication),
                    f'no policy covers its documents of the kind "{document}", so they could never go out: name it in '
                    "the publications of a section [policies.NAME], or leave those empty",
                )


def _covers(policy: ApprovalPolicy, document: str, publication: str) -> bool:
    return document in (policy.documents or DOCUMENTS) and (
        not policy.publications or publication in policy.publications
    )
