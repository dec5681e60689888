"""Two contacts, or two organisations, that are one: what becomes of their data, and which two are likely one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from mailer.message import Address
from mailer.model.imports import merged
from mailer.model.lists import Contact, Details, Membership, Standing
from mailer.model.organisations import Organisation, name_key

ALIAS = "merged.invalid"
"""The domain of the keys of contacts who are an alias of another one; no mail reaches it (RFC 2606)."""


class Merge(NamedTuple):
    """Two that were merged."""

    id: int
    kind: str
    """contact or organisation"""
    kept: int
    gone: int
    at: datetime
    before: Mapping[str, Any]
    """What undoes it, in JSON's types."""


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What becomes of two contacts who are one."""

    kept: Contact
    gone: Contact
    details: Details
    """Of the one who is kept, with what only the other one had."""
    joins: Mapping[str, date | None]
    """Lists that come along, each with the last day."""
    stays: tuple[str, ...]
    """Lists of the other one that do not: the one who is kept has left them, or was removed."""
    opt_outs: tuple[str, ...]
    """Publications that the other one has left, and the one who is kept does not receive."""


def plan(
    kept: Contact,
    gone: Contact,
    lists: tuple[Sequence[Membership], Sequence[Membership]],
    opt_outs: tuple[set[str], set[str]],
    brings: Mapping[str, Sequence[str]],
) -> MergePlan:
    """What a merge does; each pair has what is of ``kept`` first. ``brings``: the publications that go to each list.

    A wish of the one who is kept stands: what they have left stays left, and what they receive they receive.
    """
    own = {one.list: one for one in lists[0]}
    active = [one for one in lists[1] if one.standing is Standing.ACTIVE]
    joins = {one.list: one.until for one in active if one.list not in own}
    stays = tuple(one.list for one in active if one.list in own and own[one.list].standing is not Standing.ACTIVE)
    received = {
        publication
        for key, one in own.items()
        if one.standing is Standing.ACTIVE
        for publication in brings.get(key, ())
        if publication not in opt_outs[0]
    }
    wishes = tuple(sorted(opt_outs[1] - opt_outs[0] - received))
    return MergePlan(kept, gone, merged(gone.details, kept.details), joins, stays, wishes)


def merged_organisation(kept: Organisation, gone: Organisation) -> Organisation:
    """``kept`` with what only ``gone`` had."""
    times = [one.confirmed_at for one in (kept, gone) if one.confirmed_at]
    return replace(
        kept,
        kind=kept.kind or gone.kind,
        country=kept.country or gone.country,
        languages=kept.languages or gone.languages,
        website=kept.website or gone.website,
        reach=kept.reach or gone.reach,
        confirmed_at=kept.confirmed_at if kept.confirmed_at else max(times, default=None),
        nominated_by=kept.nominated_by or gone.nominated_by,
        note="; ".join(filter(None, (kept.note, gone.note))),
    )


# --- likely doubles ---

BLOCK = 30
"""The most entries of a block that are compared with each other: a block of more says little of two of them."""

SIMILAR = 0.84
"""How alike two names have to be, from 0 to 1."""

FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "gmx.net",
        "gmx.de",
        "web.de",
        "proton.me",
        "protonmail.com",
        "aol.com",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "126.com",
        "orange.fr",
        "free.fr",
    ]
)
"""Domains of so many people that two addresses there say nothing."""


class Likely(NamedTuple):
    """Two that are perhaps one."""

    one: str
    """An address, or the name of an organisation with its number."""
    other: str
    why: str


def likely_contacts(people: Iterable[Contact]) -> Iterator[Likely]:
    """Contacts who are perhaps one: same domain and similar name, same name and country, same mailbox.

    Only those with a key in common are compared, so the work grows with their number and not with its square.
    """
    blocks: defaultdict[tuple[str, ...], list[Contact]] = defaultdict(list)
    for person in people:
        address, key = Address.parse(person.address), name_key(person.details.name)
        blocks["mailbox", address.base_key].append(person)
        if key and " " in key:
            blocks["name", " ".join(sorted(key.split())), person.details.country].append(person)
            if address.domain not in FREE_MAIL:
                blocks["domain", address.domain, key.split()[-1][:4]].append(person)
                blocks["domain", address.domain, key[:4]].append(person)
    seen: set[tuple[int, int]] = set()
    for (rule, *_), found in blocks.items():
        for one, other in _pairs(found):
            pair = (min(one.id, other.id), max(one.id, other.id))
            if pair not in seen and (rule != "domain" or _similar(one.details.name, other.details.name)):
                seen.add(pair)
                yield Likely(one.address, other.address, _WHY[rule])


_WHY = {
    "mailbox": "addresses of one mailbox",
    "name": "same name and country",
    "domain": "similar name at the same domain",
    "spelling": "same name in another spelling",
    "words": "same words in the name",
    "website": "same web site",
}


def likely_organisations(organisations: Iterable[Organisation]) -> Iterator[Likely]:
    """Organisations that are perhaps one: same name in another spelling or order, a similar one, the same web site."""
    blocks: defaultdict[tuple[str, ...], list[Organisation]] = defaultdict(list)
    for one in organisations:
        key = name_key(one.name)
        words = sorted(word for word in key.split() if word not in _SMALL)
        blocks["spelling", key.replace(" ", "")].append(one)
        blocks["words", *words].append(one)
        if host := _host(one.website):
            blocks["website", host].append(one)
    seen: set[tuple[int, int]] = set()
    for (rule, *_), found in blocks.items():
        for one, other in _pairs(found):
            pair = (min(one.id, other.id), max(one.id, other.id))
            differ = one.country and other.country and one.country != other.country
            if pair not in seen and not (differ and rule != "website"):
                seen.add(pair)
                yield Likely(f"{one.name} ({one.id})", f"{other.name} ({other.id})", _WHY[rule])


_SMALL = frozenset(
    [
        "the",
        "of",
        "for",
        "and",
        "de",
        "des",
        "du",
        "la",
        "le",
        "les",
        "l",
        "d",
        "et",
        "der",
        "die",
        "das",
        "und",
        "für",
        "fuer",
        "el",
        "los",
        "las",
        "y",
        "del",
        "di",
        "e",
        "do",
        "da",
    ]
)
"""Words that make no difference between two names."""


def _pairs(found: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    if len(found) <= BLOCK:
        for place, one in enumerate(found):
            for other in found[place + 1 :]:
                yield one, other


def _similar(one: str, other: str) -> bool:
    first, second = name_key(one), name_key(other)
    return first == second or SequenceMatcher(None, first, second).ratio() >= SIMILAR


def _host(website: str) -> str:
    """The host of a web site, without “www”."""
    rest = website.casefold().partition("://")[2] or website.casefold()
    return rest.partition("/")[0].removeprefix("www.")
