"""What the fields of a report say about each recipient (RFC 3464, RFC 5965, RFC 8098)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.inbound.reports.addresses import addresses, field_address
from mailer.inbound.reports.parts import Block, Parts
from mailer.message import clean, hide
from mailer.model.diagnoses import diagnose, statuses
from mailer.model.outbox import Fate
from mailer.model.reports import SEVERITY, Reported, Why
from mailer.tokens import QUOTED_TOKEN

COMPLAINTS = frozenset({"abuse", "fraud", "virus", "opt-out", "opt-out-list", "other"})
"""Feedback-Type values that are a reader's complaint (RFC 5965 7.3); ``not-spam`` and ``auth-failure`` are not."""

_ARRIVALS = ("delivered", "relayed", "expanded")
_EXPIRED = ("expired", "timeout", "timed")
_ACTIONS = ("fail", "error", "delay", "bounce", "reject", *_EXPIRED, *_ARRIVALS)
"""How Action fields (RFC 3464 2.3.3) begin in practice."""
_RECIPIENTS = ("original-recipient", "final-recipient", "x-actual-recipient", "x-failed-recipient")
_COMPLAINERS = ("original-rcpt-to", "removal-recipient", "redacted-address", "original-recipient", "final-recipient")
_LIMIT = 500
"""Recipients of one report that are looked at."""
WORDS, MOST_WORDS = 30_000, 1_500
"""Characters of servers' words that are looked at, in a report and for one recipient; beyond, codes alone count."""
_REJECTED = re.compile(r"reject|refus|quota|zurückgewiesen|отклон", re.IGNORECASE)
_AFTER_REJECTED = re.compile(r"reject(?:ed)?:?\s*(.+)", re.IGNORECASE | re.DOTALL)


def quoted(words: str) -> str:
    """Words of a stranger's server, without the tokens that are in them (D6)."""
    return clean(hide(words, QUOTED_TOKEN))


def recipients(blocks: Sequence[Block], text: str) -> list[Reported]:
    """What a delivery report says about each recipient. ``text`` counts where a field says nothing."""
    about = _about_recipients(blocks)
    text = text[:MOST_WORDS] if len({_address(block) for block in about}) == 1 else ""
    found: dict[str, Reported] = {}
    read = 0
    for block in about[:_LIMIT]:
        words = _diagnostic(block) if read < WORDS else ""
        read += min(len(words), MOST_WORDS)
        one = _reported(block, words[:MOST_WORDS], text)
        text = ""
        before = found.setdefault(one.recipient.casefold(), one)
        found[one.recipient.casefold()] = max(before, one, key=lambda said: SEVERITY.index(said.fate))
    return list(found.values())


def _about_recipients(blocks: Sequence[Block]) -> list[Block]:
    """The groups that are about a recipient. A line that is blank by mistake divides none."""
    about: list[Block] = []
    pending: Block = {}
    for block in blocks:
        joined = {**pending, **block}
        named = any(name in joined for name in _RECIPIENTS)
        acted = joined.get("action", "").lower().startswith(_ACTIONS) or (named and "status" in joined)
        if acted and (named or "status" in joined or "diagnostic-code" in joined):
            about.append(joined)
            pending = {}
        else:
            pending = {} if "reporting-mta" in block and not named else (block if named or acted else pending)
    if not about and pending.get("action", "").lower().startswith(_ACTIONS):
        about.append(pending)
    return about


def _reported(block: Block, diagnostic: str, text: str) -> Reported:
    action, address = block.get("action", "").lower(), _address(block)
    status = next(iter(statuses(block.get("status", ""))), "")
    if action.startswith(_ARRIVALS):
        said = diagnostic or clean(f"reported as {block['action']} {status}")
        return Reported(address, Fate.ARRIVED, quoted(said), status)
    comment = block.get("status", "").partition("(")[2] if "(" in block.get("status", "") else ""
    words = diagnostic or " ".join(
        (block.get("status", "").removeprefix(status), block.get("x400-supplementary-info", ""))
    )
    seen = diagnose(status, words)
    if seen.why is Why.OTHER:
        better = diagnose(status, f"{words} {comment} {block.get('x400-supplementary-info', '')} {text}")
        seen = better if better.why is not Why.OTHER else seen
    if action.startswith(_EXPIRED):
        return Reported(address, Fate.RETURNED, quoted(diagnostic or comment), seen.status, Why.EXPIRED)
    given_up = Fate.REFUSED if seen.permanent else Fate.RETURNED
    fate = Fate.DELAYED if action.startswith("delay") else given_up
    return Reported(address, fate, quoted(diagnostic), seen.status, seen.why)


def _address(block: Block) -> str:
    """The address as we wrote it, if the report has that, else the last one; without a type or brackets."""
    written = [field_address(block[name]) for name in _RECIPIENTS if block.get(name)]
    return next((address for address in written if "@" in address), next(iter(written), ""))


def _diagnostic(block: Block) -> str:
    code = block.get("diagnostic-code", "")
    kind, semicolon, words = code.partition(";")
    return words.strip() if semicolon and re.fullmatch(r"[\w-]{1,30}", kind.strip()) else code


def complaint(parts: Parts) -> tuple[Reported, ...] | None:
    """Those who complain, as far as the report names them; None if no reader does."""
    types = {block.get("feedback-type", "").lower() for block in parts.blocks}
    if not types & COMPLAINTS:
        return None
    named = [address for block in parts.blocks for name in _COMPLAINERS for address in addresses(block.get(name, ""))]
    return complainers([*named, *addresses(parts.returned_field("x-hmxmroriginalrecipient"))] or _to(parts))


def complainers(named: Sequence[str]) -> tuple[Reported, ...]:
    """The first address; a complaint is one reader's."""
    return tuple(Reported(address, Fate.ARRIVED, "", "", Why.SPAM) for address in named[:1])


def _to(parts: Parts) -> list[str]:
    return addresses(parts.returned_field("to"))


def rejected_by_mdn(parts: Parts, subject: str) -> Reported | None:
    """A mail that a mailbox rejected, if a disposition notification says so (RFC 5429 2.2): Dovecot's over quota."""
    block = next((block for block in parts.blocks if "disposition" in block), {})
    disposition = block.get("disposition", "").lower()
    if "deleted" not in disposition or "automatic" not in disposition:
        return None
    if not _REJECTED.search(f"{subject} {parts.text[:2_000]}"):
        return None
    found = _AFTER_REJECTED.search(parts.text[:4_000])
    words = " ".join(found[1].split()) if found else parts.text
    seen = diagnose("", words)
    why = Why.POLICY if seen.why in (Why.OTHER, Why.USER_UNKNOWN) else seen.why
    return Reported(_address(block), Fate.RETURNED, quoted(words), seen.status, why)
