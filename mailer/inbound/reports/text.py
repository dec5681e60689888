"""Recipients and words of a report that a server wrote as text, for people alone."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from email.parser import BytesParser
from email.policy import compat32

from flufl.bounce import all_failures

from mailer.inbound.automatic import is_machine
from mailer.inbound.encoded_words import decode_words
from mailer.inbound.limits import PartCounter
from mailer.inbound.reports.addresses import addresses, without_repeats
from mailer.inbound.reports.fields import quoted
from mailer.inbound.reports.parts import Parts
from mailer.inbound.words.bounces import FAILED_TO, FINAL, WARNINGS
from mailer.inbound.words.dialects import DIALECTS
from mailer.message import Inbound
from mailer.model.diagnoses import diagnose
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why

logging.getLogger("flufl.bounce").disabled = True  # it logs a traceback of what it cannot read, before it raises (C10)

_LOOKED_AT = 10_000
"""How many characters of the text are searched for recipients and words."""
_MOST = 100
"""Recipients of one text."""
_FLUFL_OCTETS, _FLUFL_LINES, _FLUFL_WIDTH = 128 * 1024, 2_000, 500
_AT_BEGINNING = re.compile(
    r"[\s>*•|\"'<\[(–—-]*(?:\d+[.)] )?(?:(?:smtp|e-?mail|to|address|recipient)\s*:\s*)?[<\[\"']*\Z", re.I
)
_LABELS = [
    re.compile(rf"(?:^|[^\w])(?:{label})\b[^\n@]{{0,60}}?\Z", re.IGNORECASE | re.MULTILINE) for label in FAILED_TO
]
_LABELLED = re.compile(
    r"(?:\b(?:users?|userid|recipients?|to|address(?:es)?|size|attempts)|收件人|宛先)[ \t]*[:：]\s*\Z",
    re.IGNORECASE,
)
_NO_RECIPIENT = re.compile(
    r"message[ -]?id|sender|\bfrom\b|reply|contact|postmaster|support|questions|assistance|help|visit|queue|\bby\b"
    r"|locator",
    re.IGNORECASE,
)
_LINES_TOLD = 60
_RECEIVED_CODE = re.compile(r"(?:^|\s)[245]\d\d[ -]|(?<![\d.])[245]\.\d\.\d{1,3}(?![\d.])")


def reported_in_text(mail: Inbound, parts: Parts) -> list[Reported]:
    """What the text says about each recipient it names; at least one, if only without an address."""
    text = parts.text[:_LOOKED_AT]
    named = recipients(mail, parts, text)
    delayed = is_warning(mail.subject, text)
    if not named:
        return [_judged("", text, mail.subject, delayed)]
    if len(named) == 1:
        return [_judged(named[0], text, mail.subject, delayed)]
    return [_judged(address, words, mail.subject, delayed, text) for address, words in _each(named, text)]


def is_warning(subject: str, text: str) -> bool:
    """Whether delivery is still being tried."""
    words = " ".join(f"{subject}\n{text}".lower().split())
    return any(phrase in words for phrase in WARNINGS) and not any(phrase in words for phrase in FINAL)


def recipients(mail: Inbound, parts: Parts, text: str) -> list[str]:
    """The addresses that were not reached: the first way that finds some decides."""
    own = {spec.casefold() for spec in mail.addressed_to}
    own |= {one.casefold() for one in addresses(parts.returned_field("return-path"))}
    own |= {one.casefold() for one in addresses(parts.returned_field("from"))}
    ways: tuple[Callable[[], list[str]], ...] = (
        lambda: addresses(decode_words(mail.header("x-failed-recipients")[:_LOOKED_AT])),
        lambda: _by_dialect(mail, text),
        lambda: _not_own(_at_line_beginnings(text), own),
        lambda: by_flufl(mail.raw),
        lambda: _not_own(_after_labels(text), own),
        lambda: _not_own(addresses(mail.subject), own),
        lambda: _not_own(_of_copy(parts), set()),
        lambda: _not_own(_anywhere(text), own),
    )
    return next((found for way in ways if (found := without_repeats(way())[:_MOST])), [])


def names_recipients(mail: Inbound, parts: Parts) -> bool:
    """Whether it names recipients as servers do: in fields, a returned mail, lines of their own, or after labels."""
    text = parts.text[:_LOOKED_AT]
    return bool(
        parts.blocks
        or parts.returned_field("received")
        or _by_dialect(mail, text)
        or _at_line_beginnings(text)
        or any(_LABELLED.search(before) for _, before in _places(text))
        or by_flufl(mail.raw)
    )


def _not_own(found: Sequence[str], own: set[str]) -> list[str]:
    """Without our own addresses and those of machines, unless nothing else is left."""
    return [one for one in found if one.casefold() not in own and not is_machine(one.rpartition("@")[0])]


def _by_dialect(mail: Inbound, text: str) -> list[str]:
    begins = f"{mail.header('from')[:300]}\n{mail.subject}\n{text[:3_000]}"
    for dialect in DIALECTS:
        if dialect.mark.search(begins):
            found = dialect.recipient.findall(text)
            if dialect.local and mail.sender:
                found = [f"{local}@{mail.sender.domain}" for local in found]
            named = [address for one in found for address in addresses(one)]
            if named:
                return named
    return []


def _at_line_beginnings(text: str) -> list[str]:
    """Addresses with which a line begins, so that it is about them."""
    found = []
    for line in text.split("\n"):
        first = next(iter(addresses(line[:400])), "")
        if first and _AT_BEGINNING.match(line[: line.find(first)]):
            found.append(first)
    return found


def _after_labels(text: str) -> list[str]:
    """Addresses after such words as “Recipient:”, by the surest of the words that are there."""
    places = list(_places(text))
    for label in _LABELS:
        found = [address for address, before in places if label.search(before)]
        if found:
            return found
    return []


def _places(text: str) -> Iterator[tuple[str, str]]:
    """Each address, and what stands before it."""
    place = 0
    for address in addresses(text)[: 4 * _MOST]:
        start = text.find(address, place)
        if start < 0:
            continue
        place = start + len(address)
        yield address, text[max(0, start - 90) : start].rstrip("<\"'[( ")


def _anywhere(text: str) -> list[str]:
    return [
        address
        for line in text.split("\n")
        if "@" in line and not _NO_RECIPIENT.search(line)
        for address in addresses(line[:400])
    ]


def _of_copy(parts: Parts) -> list[str]:
    """The only recipient of the returned mail."""
    for name in ("x-envelope-to", "delivered-to", "x-original-to", "to"):
        found = [one for key, value in parts.returned if key == name for one in addresses(value)]
        if len(found) == 1:
            return found
    return []


def by_flufl(raw: bytes) -> list[str]:
    """What flufl.bounce finds; nothing if it raises (C10)."""
    lines = raw[:_FLUFL_OCTETS].replace(b"\r\n", b"\n").split(b"\n")[:_FLUFL_LINES]
    short = b"\n".join(line[:_FLUFL_WIDTH] for line in lines)
    try:
        temporary, permanent = all_failures(BytesParser(PartCounter(), policy=compat32).parsebytes(short))
        found = sorted(one.decode("utf-8", "replace") for one in (*temporary, *permanent))
    except Exception:  # on some real bounces KeyError, TypeError, UnicodeError and others
        return []
    return [address for one in found for address in addresses(one)]


def _each(named: Sequence[str], text: str) -> list[tuple[str, str]]:
    """Each address with the words about it: from the line that first names it to the next one's."""
    lower = text.lower()
    starts = sorted((max(lower.find(address.lower()), 0), address) for address in named)
    places = [*[max(text.rfind("\n", 0, start), 0) for start, _ in starts], len(text)]
    words = {address: text[places[n] : places[n + 1]] for n, (_, address) in enumerate(starts)}
    return [(address, words[address]) for address in named]


def _judged(address: str, words: str, subject: str, delayed: bool, whole: str = "") -> Reported:
    first = words.strip().partition("\n")[0]
    if whole and address.lower() in first.lower() and diagnose("", first).why is not Why.OTHER:
        words = first
    seen = diagnose("", words)
    if seen.why is Why.OTHER:
        further = diagnose("", whole or subject)
        seen = further if further.why is not Why.OTHER else seen
    fate = Fate.DELAYED if delayed else Fate.REFUSED if seen.permanent else Fate.RETURNED
    return Reported(address, fate, quoted(_told(words, seen.why, subject)), seen.status, seen.why)


def _told(words: str, why: Why, subject: str) -> str:
    """The line by which the server says why; else one with a code; else the subject."""
    lines = [line.strip() for line in words.split("\n") if line.strip()][:_LINES_TOLD]
    coded = [line for line in lines if _RECEIVED_CODE.search(line)]
    if why is not Why.OTHER:
        telling = (line for line in (*coded, *lines) if diagnose("", line).why is why)
        return next(telling, next(iter(coded), subject))
    return next(iter(coded), subject)
