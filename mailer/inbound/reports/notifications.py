"""Reports that a sending service writes as JSON: Amazon's SES, by mail of its notification service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from mailer.inbound.reports.addresses import field_address
from mailer.inbound.reports.fields import complainers, quoted
from mailer.model.diagnoses import diagnose
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why

_LIMIT = 100_000
_MOST, _WORDS = 60, 500
_DEPTH = 30
"""Limits on the characters of a notification, its recipients, the words about each, and its nesting."""


class Notification(NamedTuple):
    """What a service says of one mail."""

    kind: str
    """``bounce``, ``complaint`` or ``delivery``."""
    recipients: tuple[Reported, ...]
    message_id: str


def read_notification(text: str) -> Notification | None:
    """The notification that ``text`` begins with, or None."""
    start = text.lstrip()
    if not start.startswith("{") or start[:_LIMIT].count("{") > _DEPTH * 20:
        return None
    data = _json(start[:_LIMIT])
    if data.get("Type") == "Notification":
        data = _json(str(data.get("Message", "")))
    kind = str(data.get("notificationType") or data.get("eventType") or "").lower()
    what = data.get(kind)
    if not isinstance(what, Mapping):
        return None
    reported = _READERS[kind](what) if kind in _READERS else ()
    return Notification(kind, reported, _message_id(data.get("mail"))) if kind in _READERS else None


def _json(text: str) -> Mapping[str, Any]:
    """The object at the beginning of ``text``; an empty one if there is none. Its long lines may be broken."""
    opening = 0
    for character in text:
        opening += (character in "{[") - (character in "}]")
        if opening > _DEPTH:
            return {}
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(text.replace("!\n ", "").lstrip())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _each(what: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = what.get(name)
    return [one for one in found[:_MOST] if isinstance(one, Mapping)] if isinstance(found, list) else []


def _bounced(what: Mapping[str, Any]) -> tuple[Reported, ...]:
    hard = str(what.get("bounceType", "")).lower() == "permanent"
    part = str(what.get("bounceSubType", "")).lower()
    return tuple(_bounce(one, hard, part) for one in _each(what, "bouncedRecipients"))


def _bounce(one: Mapping[str, Any], hard: bool, part: str) -> Reported:
    code = str(one.get("diagnosticCode", ""))[:_WORDS]
    diagnostic = code.partition(";")[2].strip() or code
    status = str(one.get("status", ""))
    seen = diagnose(status, diagnostic)
    why = seen.why if seen.why is not Why.OTHER else _PARTS.get(part, Why.OTHER)
    permanent = hard and (seen.permanent or (not diagnostic and part in _OF_THE_ADDRESS))
    fate = Fate.REFUSED if permanent else Fate.RETURNED
    return Reported(field_address(str(one.get("emailAddress", ""))), fate, quoted(diagnostic), seen.status, why)


_PARTS = {
    "noemail": Why.USER_UNKNOWN,
    "suppressed": Why.USER_UNKNOWN,
    "onaccountsuppressionlist": Why.USER_UNKNOWN,
    "mailboxfull": Why.MAILBOX_FULL,
    "messagetoolarge": Why.TOO_LARGE,
    "contentrejected": Why.SPAM,
    "attachmentrejected": Why.POLICY,
}
_OF_THE_ADDRESS = frozenset({"general", "noemail", "suppressed", "onaccountsuppressionlist"})
"""Kinds of permanent bounces that are about the address, if there are no words of its server."""


def _complained(what: Mapping[str, Any]) -> tuple[Reported, ...]:
    return complainers([str(one.get("emailAddress", "")) for one in _each(what, "complainedRecipients")])


def _delivered(what: Mapping[str, Any]) -> tuple[Reported, ...]:
    found = what.get("recipients")
    named = [str(one) for one in found[:_MOST]] if isinstance(found, list) else []
    said = quoted(str(what.get("smtpResponse", ""))) or "reported as delivered"
    return tuple(Reported(field_address(address), Fate.ARRIVED, said) for address in named)


_READERS = {"bounce": _bounced, "complaint": _complained, "delivery": _delivered}


def _message_id(mail: object) -> str:
    """Our own Message-ID, which is in the header fields; ``messageId`` beside them is the service's."""
    headers = mail.get("headers") if isinstance(mail, Mapping) else None
    for one in headers if isinstance(headers, list) else []:
        if isinstance(one, Mapping) and str(one.get("name", "")).lower() == "message-id":
            return str(one.get("value", ""))[:250]
    return ""
