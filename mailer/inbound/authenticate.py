"""Whether a mail's From is proven: by a DKIM signature of its domain, or by the results of a trusted server."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import authres

from mailer.inbound.intents import Verdict
from mailer.message import Inbound, Signature, is_aligned
from mailer.phrases import Phrase, phrase

COVERED = frozenset({"from", "to", "subject", "date", "message-id"})
"""Header fields that a signature must cover to count (A6)."""

_ONCE = COVERED | {"sender", "reply-to", "cc", "in-reply-to", "references", "mime-version", "content-type"}
"""Fields that may be there only once (RFC 5322 3.6): a signature does not cover another one that was put on top."""

_FIELD_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class _Found:
    """One result in an Authentication-Results field (RFC 8601 2.2)."""

    method: str
    result: str
    properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class TrustedServers:
    """Which servers are believed when they say that they checked a mail."""

    authserv_id: str | None = None
    """The name of our own receiving server in Authentication-Results, or None where its results are not used."""
    sealers: tuple[str, ...] = ()
    """Domains whose ARC chain is believed (A33)."""


NOBODY = TrustedServers()


def authenticate(mail: Inbound, signatures: Sequence[Signature], trusted: TrustedServers) -> Verdict:
    """Whether the mail is from its sender. ``signatures`` are those that are valid. Never raises."""
    if mail.sender is None:
        return Verdict(False, mail.sender_problem)
    domain = mail.sender.domain
    if fault := _header_fault(mail):
        return Verdict(False, fault)
    for signature in signatures:
        if is_aligned(signature.domain, domain) and set(signature.signed) >= COVERED:
            octets = [hashlib.sha256(one.octets).hexdigest() for one in signatures if one.octets]
            return Verdict(True, f"signed by {signature.domain}", frozenset(signature.signed), tuple(octets))
    weak = {tags["d"] for tags in _signature_tags(mail) if is_aligned(tags["d"], domain) and _is_weak(tags)}
    own = _own_results(mail, trusted.authserv_id)
    if reason := _proof(own, domain, weak):
        return Verdict(True, f"{reason}, as {trusted.authserv_id} found")
    if (sealer := _sealer(mail, own, trusted.sealers)) and (reason := _proof(_sealed_results(mail), domain, weak)):
        return Verdict(True, f"{reason}, as {sealer} found before it passed the mail on")
    if any(is_aligned(signature.domain, domain) for signature in signatures) or weak:
        return Verdict(False, phrase("the signature of %(domain)s leaves parts of the mail uncovered", domain=domain))
    return Verdict(False, phrase("there is no valid signature of %(domain)s", domain=domain))


def _header_fault(mail: Inbound) -> Phrase:
    """What makes it uncertain which octets a signature covers, or empty."""
    end = re.search(rb"\r?\n\r?\n", mail.raw)
    head = mail.raw[: end.start()] if end else mail.raw
    rest = head.replace(b"\r\n", b"")
    if b"\r" in rest or (b"\n" in rest and len(rest) < len(head)):
        return phrase("its header has line ends of two kinds")
    names = [name for name, _ in mail.headers if name in _ONCE]
    twice = sorted({name for name in names if names.count(name) > 1})
    return phrase("it has more than one %(field)s field", field=twice[0].title()) if twice else Phrase()


def _values(mail: Inbound, name: str) -> list[str]:
    return [value for key, value in mail.headers if key == name and len(value) <= _FIELD_LENGTH]


def _tags(value: str) -> dict[str, str]:
    """A tag list without its white space (RFC 6376 3.2)."""
    pairs = (pair.partition("=") for pair in "".join(value.split()).split(";"))
    return {name: content for name, equals, content in pairs if equals}


def _signature_tags(mail: Inbound) -> Iterator[dict[str, str]]:
    for value in _values(mail, "dkim-signature"):
        tags = _tags(value)
        yield tags | {"d": tags.get("d", "").lower()}


def _is_weak(tags: dict[str, str]) -> bool:
    """Whether the signature does not count even if it is valid (A5, A6)."""
    return "l" in tags or not set(tags.get("h", "").lower().split(":")) >= COVERED


def _own_results(mail: Inbound, authserv_id: str | None) -> list[_Found]:
    """The results of our own server: only the topmost field with its id, because those below may be forged (A7)."""
    if not authserv_id:
        return []
    fields = _values(mail, "authentication-results")
    mine = [value for value in fields if re.split(r"[\s;]", value, maxsplit=1)[0].lower() == authserv_id.lower()]
    return _results(mine[0]) if mine else []


def _sealed_results(mail: Inbound) -> list[_Found]:
    """The results of the first sealer of an ARC chain (RFC 8617 4.1.1)."""
    for value in _values(mail, "arc-authentication-results"):
        instance, _, rest = value.partition(";")
        if _tags(instance).get("i") == "1":
            return _results(rest.strip())
    return []


def _sealer(mail: Inbound, own: Sequence[_Found], sealers: Sequence[str]) -> str:
    """The first sealer of an ARC chain if our server found it valid and all its sealers are trusted; else empty."""
    seals = {tags.get("i", ""): tags.get("d", "").lower() for tags in map(_tags, _values(mail, "arc-seal"))}
    valid = any(found.method == "arc" and found.result == "pass" for found in own)
    believed = set(seals.values()) <= {sealer.lower() for sealer in sealers}
    return seals.get("1", "") if valid and believed else ""


def _results(value: str) -> list[_Found]:
    """The results in lower case; none if the field cannot be read."""
    try:
        field = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
        return [
            _Found(
                str(result.method).lower(),
                str(result.result).lower(),
                {f"{item.type}.{item.name}".lower(): str(item.value).lower() for item in result.properties},
            )
            for result in field.results
        ]
    except Exception:  # the package raises its own errors and, on odd input, the interpreter's
        return []


def _proof(results: Sequence[_Found], domain: str, weak: set[str]) -> str:
    """How the results prove the From domain, or empty.

    A signature that does not count proves nothing indirectly either: neither by ``dkim=pass`` nor by ``dmarc=pass``,
    unless SPF proves the domain, too.
    """
    passed = [found for found in results if found.result == "pass"]
    signers = [_signer(found) for found in passed if found.method == "dkim"]
    for signer in signers:
        if is_aligned(signer, domain) and not any(is_aligned(bad, signer) for bad in weak):
            return f"signed by {signer}"
    by_spf = any(found.method == "spf" and is_aligned(_mail_domain(found), domain) for found in passed)
    for found in passed:
        if found.method == "dmarc" and found.properties.get("header.from") == domain and (by_spf or not weak):
            return f"passes the policy of {domain}"
    return ""


def _signer(found: _Found) -> str:
    """The signing domain; if only the agent is given (``header.i``), its domain, which is the signer's or below it."""
    return found.properties.get("header.d") or found.properties.get("header.i", "").rpartition("@")[2]


def _mail_domain(found: _Found) -> str:
    return found.properties.get("smtp.mailfrom", "").rpartition("@")[2]
