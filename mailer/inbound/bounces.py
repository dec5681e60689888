"""Delivery reports and complaints, however they are written (A17, B10, C10)."""

from __future__ import annotations

import re
from email.parser import BytesParser
from email.policy import compat32

from flufl.bounce import all_failures

from mailer.inbound.automatic import is_machine
from mailer.inbound.intents import Bounce, Complaint, Report
from mailer.inbound.limits import PartCounter
from mailer.inbound.reply import readings
from mailer.inbound.words.bounces import BOUNCE_SENTENCES, BOUNCE_SUBJECTS
from mailer.message import Inbound, clean, hide
from mailer.model.diagnoses import why_of
from mailer.model.outbox import Fate
from mailer.model.reports import Reported
from mailer.tokens import QUOTED_TOKEN, Purpose, Token

_COMPLAINTS = frozenset({"abuse", "fraud", "virus", "opt-out", "opt-out-list", "other"})
"""Feedback-Type values that are a reader's complaint (RFC 5965 7.3); ``not-spam`` and ``auth-failure`` are not."""

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)")
_TEMPORARY = re.compile(r"(?<![\d.])(?:4\.\d{1,3}\.\d{1,3}(?!\d|\.\d)|4[25]\d[ -])")
_NOT_THE_ADDRESS = re.compile(r"5\.(?:2\.[23]|3\.\d+|4\.[567]|6\.\d+|7\.\d+)")
"""Status codes of class 5 about the message, a policy or a full mailbox, not about the address (RFC 3463 3)."""

_ARRIVALS = ("delivered", "relayed", "expanded")
_ACTIONS = ("fail", "error", "delay", *_ARRIVALS)
"""How Action fields (RFC 3464 2.3.3) begin in practice."""
_ESCAPE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")

_DAEMON_NAMES = re.compile(r"mail(?:er)?[- ]?daemon|mail delivery (?:sub)?system|postmaster|mail administrator", re.I)
_OCTETS = 128 * 1024
_LINES, _WIDTH = 2_000, 500
"""How many octets, lines, and octets of a line are searched for what a bounce says."""
_INTRODUCTION = 2_000
"""How many characters of the text are searched for a mail server's introduction of itself."""


def read_bounce(mail: Inbound, token: Token | None) -> Bounce | Report | Complaint | None:
    """What a report says of the mail whose bounce ``token`` it carries; None for mail that is no such report."""
    blocks = _blocks(mail.report or b"")
    kind = blocks[0].get("content-type", "").partition(";")[0].strip().lower() if blocks else ""
    if kind == "message/feedback-report":
        types = {block.get("feedback-type", "").lower() for block in blocks}
        whose = token if token and token.purpose is Purpose.BOUNCE else None  # a shared mail does not tell its reader
        return Complaint(whose) if types & _COMPLAINTS else None
    if kind == "message/disposition-notification":
        return None
    if kind == "message/delivery-status" and any("action" in block for block in blocks):
        return _from_report(blocks, token)
    return _from_words(mail, token)


def _blocks(report: bytes) -> list[dict[str, str]]:
    """The groups of fields of a report, names in lower case, values unfolded (RFC 3464 2.1)."""
    text = re.sub(r"\n[ \t]+", " ", report.decode("utf-8", "replace"))
    blocks = []
    for group in text.split("\n\n"):
        pairs = (line.partition(":") for line in group.split("\n") if ":" in line)
        if fields := {name.strip().lower(): value.strip() for name, _, value in pairs}:
            blocks.append(fields)
    return blocks


def _from_report(blocks: list[dict[str, str]], token: Token | None) -> Bounce | Report | None:
    """The failures; or what happened to each recipient, if they shared the mail or nothing failed."""
    about = [block for block in blocks if block.get("action", "").lower().startswith(_ACTIONS)]
    shared = token is not None and token.purpose is Purpose.SHARED
    failures = [_reported(block) for block in about if not _is_arrival(block)]
    if failures and not shared:
        return Bounce(token, tuple(failures))
    return Report(token, tuple(map(_reported, about))) if token is not None and about else None


def _is_arrival(block: dict[str, str]) -> bool:
    return block["action"].lower().startswith(_ARRIVALS)


def _reported(block: dict[str, str]) -> Reported:
    recipient = block.get("original-recipient") or block.get("final-recipient", "")
    address = _unescaped(recipient.partition(";")[2] or recipient)
    status, diagnostic = _status(block), _diagnostic(block)
    if _is_arrival(block):
        said = diagnostic or clean(f"reported as {block['action']} {status}")
        return Reported(address, Fate.ARRIVED, said, status)
    return _judged(address, not block["action"].lower().startswith("delay"), status, diagnostic)


def _unescaped(address: str) -> str:
    """The address with the escapes of characters beyond ASCII undone (RFC 6533 3)."""
    return clean(_ESCAPE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), address), 320)


def _status(block: dict[str, str]) -> str:
    """The reporting server's status code, or that in the remote's own words if the first is missing or general."""
    said = _STATUS.search(block.get("status", ""))
    quoted = _STATUS.search(block.get("diagnostic-code", ""))
    status = said[1] if said else ""
    return quoted[1] if quoted and (not status or status.endswith(".0.0")) else status


def _diagnostic(block: dict[str, str]) -> str:
    code = block.get("diagnostic-code", "")
    return _quoted(code.partition(";")[2] or code)


def _quoted(words: str) -> str:
    """Words of a stranger's server, without the tokens that are in them (D6)."""
    return clean(hide(words, QUOTED_TOKEN))


def _judged(address: str, failed: bool, status: str, diagnostic: str) -> Reported:
    """A failure is permanent only if a status of class 5 is about the address and nothing says “try later”."""
    permanent = status.startswith("5") and not _NOT_THE_ADDRESS.fullmatch(status) and not _TEMPORARY.search(diagnostic)
    gave_up = Fate.REFUSED if permanent else Fate.RETURNED
    fate = gave_up if failed else Fate.DELAYED
    return Reported(address, fate, diagnostic, status, why_of(status, diagnostic))


def _from_words(mail: Inbound, token: Token | None) -> Bounce | None:
    """A bounce without a report, or with one that says nothing."""
    certain = mail.header("x-failed-recipients") != "" or "report-type=delivery-status" in _report_type(mail)
    daemon = _is_daemon(mail)
    subject = any(phrase in mail.subject.lower() for phrase in BOUNCE_SUBJECTS)
    if not (certain or daemon or subject):
        return None
    text = "\n".join("\n".join(reading.lines) for reading in readings(mail))[:_OCTETS]
    status = _STATUS.search(text)
    sentence = _introduces_itself(text)
    known = certain or (subject and sentence) or (daemon and (subject or sentence or status is not None))
    temporary, permanent = (False, False) if known and status else _known_to_flufl(mail.raw)
    if not (known or temporary or permanent):
        return None
    line = next((line for line in text.split("\n") if _STATUS.search(line)), mail.subject)
    return Bounce(token, (_judged("", not temporary, status[1] if status else "", _quoted(line)),))


def _introduces_itself(text: str) -> bool:
    """Whether the text begins with a mail server's introduction of itself."""
    words = " ".join(text[:_INTRODUCTION].lower().split())
    return any(sentence in words for sentence in BOUNCE_SENTENCES)


def _is_daemon(mail: Inbound) -> bool:
    sender = mail.sender is not None and is_machine(mail.sender.local)
    nobody = mail.return_path == "" or mail.header("from").endswith("<>")
    return sender or nobody or _DAEMON_NAMES.search(mail.header("from")[:500]) is not None


def _report_type(mail: Inbound) -> str:
    return "".join(mail.header("content-type").lower().replace('"', "").split())


def _known_to_flufl(raw: bytes) -> tuple[bool, bool]:
    """Whether flufl.bounce finds a temporary, and a permanent failure; neither if it raises (C10)."""
    lines = raw[:_OCTETS].replace(b"\r\n", b"\n").split(b"\n")[:_LINES]
    short = b"\n".join(line[:_WIDTH] for line in lines)
    try:
        temporary, permanent = all_failures(BytesParser(PartCounter(), policy=compat32).parsebytes(short))
    except Exception:  # on some real bounces KeyError, TypeError, UnicodeError and others
        return False, False
    return bool(temporary), bool(permanent)
