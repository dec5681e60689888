"""Whether a mail's From is proven: by a DKIM signature of its domain, or by the results of a trusted server."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import authres

from mailer.inbound.intents import Verdict
from mailer.inbound.trace import above_own_received
from mailer.message import Inbound, Signature, is_aligned
from mailer.phrases import Phrase, phrase

_ONCE = frozenset(
    (
        *("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references"),
        *("mime-version", "content-type", "content-transfer-encoding"),
    )
)
"""Fields that may be there only once (RFC 5322 3.6, A40): a signature does not cover another one put on top."""

_LENGTHS = {"dkim-signature": 4_000, "authentication-results": 10_000}
"""Octets of these fields, and of those of ARC, that are read. Ordinary ones are far below."""
_LENGTH, _LINES = 10_000, 100
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_FIELD = re.compile(rb"^(dkim-signature|authentication-results|arc-[a-z-]+):(.*(?:\n[ \t].*)*)", re.I | re.M)
_FOR_TESTS = re.compile(r"\([^()]*\btest(?:ing)?\b", re.IGNORECASE)
"""A comment that servers put beside the result of a key with t=y."""
_STRONG = frozenset({"rsa-sha256", "ed25519-sha256"})
_HEAD_END = re.compile(rb"\r?\n\r?\n")


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


@dataclass(frozen=True, slots=True)
class _Claims:
    """The DKIM-Signature fields that could speak for From's domain, whether they verify or not."""

    tags: tuple[dict[str, str], ...]

    @property
    def weakness(self) -> Phrase:
        """Why one of them would not count even if it were valid (A5, A6); empty if all would."""
        return next(filter(None, map(_weakness, self.tags)), Phrase())

    @property
    def covered(self) -> frozenset[str]:
        """What each of them covers: it is not known which one a server has verified."""
        names = [_names(tags) for tags in self.tags]
        return names[0].intersection(*names) if names else frozenset()


def authenticate(
    mail: Inbound, signatures: Sequence[Signature], trusted: TrustedServers, chain: Mapping[str, str] | None = None
) -> Verdict:
    """Whether the mail is from its sender. Never raises.

    ``signatures`` are those that are valid. ``chain`` has the key records of its ARC chain if we found it valid.
    """
    if mail.sender is None:
        return Verdict(False, mail.sender_problem)
    if fault := _header_fault(mail) or _illegible(mail):
        return Verdict(False, fault)
    domain = mail.sender.domain
    fields = filter(None, map(_tags, _values(mail, "dkim-signature")))
    claims = _Claims(tuple(tags for tags in fields if _is_kin(tags["d"], domain)))
    valid = [one for one in signatures if is_aligned(one.domain, domain)]
    marks = _marks(mail, claims, valid)
    counting = [one for one in valid if "from" in one.signed]
    if counting:
        best = max(counting, key=lambda one: len(set(one.signed)))
        keys = {best.key_name: best.key_record} if best.key_name else {}
        return Verdict(True, f"signed by {best.domain}", frozenset(best.signed), marks, keys)
    own = _own_results(mail, trusted.authserv_id)
    if proof := _proof(own, mail, domain, claims):
        server = trusted.authserv_id or ""
        return Verdict(True, f"{proof[0]}, as {server} found", proof[1], marks, authserv_id=server)
    said = [found.result == "pass" for found in own if found.method == "arc"]
    sealer, sealed = _sealer(mail, trusted.sealers) if any(said) or (chain and not said) else ("", frozenset[str]())
    if sealer and (proof := _proof(_sealed_results(mail), mail, domain, claims)):
        reason = f"{proof[0]}, as {sealer} found before it passed the mail on"
        server = (trusted.authserv_id or "") if said else ""
        return Verdict(True, reason, proof[1] & sealed, marks, chain or {}, server)
    if valid:
        return Verdict(False, phrase("the signature of %(domain)s does not cover From", domain=domain))
    return Verdict(False, claims.weakness or phrase("there is no valid signature of %(domain)s", domain=domain))


def _header_fault(mail: Inbound) -> Phrase:
    """What makes it uncertain which octets a signature covers, or empty."""
    head = _head(mail)
    rest = head.replace(b"\r\n", b"")
    if b"\r" in rest or (b"\n" in rest and len(rest) < len(head)):
        return phrase("its header has line ends of two kinds")
    names = [name for name, _ in mail.headers if name in _ONCE]
    twice = sorted({name for name in names if names.count(name) > 1})
    return phrase("it has more than one %(field)s field", field=twice[0].title()) if twice else Phrase()


def _illegible(mail: Inbound) -> Phrase:
    """Which field about signatures cannot be read whole, or empty: a forged one below it would count (A7)."""
    for found in _FIELD.finditer(_head(mail)):
        name, value = found[1].decode("ascii"), found[2]
        if len(value) > _LENGTHS.get(name.lower(), _LENGTH) or value.count(b"\n") > _LINES:
            return phrase("its %(field)s field is too long to be read", field=name)
        if name.lower() == "dkim-signature" and _tags(value.decode("latin-1")) is None:
            return phrase("its %(field)s field cannot be read", field=name)
    return Phrase()


def _head(mail: Inbound) -> bytes:
    end = _HEAD_END.search(mail.raw)
    return mail.raw[: end.start()] if end else mail.raw


def _values(mail: Inbound, name: str) -> list[str]:
    return [value for key, value in mail.headers if key == name]


def _tags(value: str) -> dict[str, str] | None:
    """A signature's tag list without white space (RFC 6376 3.2); None if it is none, or names no signature."""
    tags: dict[str, str] = {}
    for pair in "".join(value.split()).removesuffix(";").split(";"):
        name, equals, content = pair.partition("=")
        if not equals or not _TAG.fullmatch(name) or name in tags:
            return None
        tags[name] = content
    return tags if {"d", "h", "b"} <= tags.keys() and _BASE64.fullmatch(tags["b"]) else None


def _is_kin(signer: str, domain: str) -> bool:
    """Whether a policy (DMARC) may take the signer for From's domain: at least the last two labels are the same."""
    return signer.lower().rstrip(".").split(".")[-2:] == domain.lower().split(".")[-2:]


def _names(tags: dict[str, str]) -> frozenset[str]:
    return frozenset(tags["h"].lower().split(":"))


def _weakness(tags: dict[str, str]) -> Phrase:
    """Why the signature does not count even if it is valid (A5, A6), or empty."""
    domain = tags["d"]
    if "l" in tags:
        return phrase("the signature of %(domain)s covers only the beginning of the text (l=)", domain=domain)
    if tags.get("a", "").lower() not in _STRONG:
        return phrase("the signature of %(domain)s is made in a way that is not safe (a=)", domain=domain)
    if "from" not in _names(tags):
        return phrase("the signature of %(domain)s does not cover From", domain=domain)
    return Phrase()


def _marks(mail: Inbound, claims: _Claims, valid: Sequence[Signature]) -> tuple[str, ...]:
    """What is this mail's alone: the octets of its signatures, all of them, because one may be taken away (A38).

    They are marked with the author, so that nobody can use up another's signature by copying it into a mail of theirs.
    """
    octets = [_decoded(tags["b"]) for tags in claims.tags] + [one.octets for one in valid]
    author = mail.author.base_key.encode()
    marks = (hashlib.sha256(b"%b\0%b" % (author, one)).hexdigest() for one in octets if one)
    return tuple(dict.fromkeys(marks))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _own_results(mail: Inbound, authserv_id: str | None) -> list[_Found]:
    """The results of our own server: the topmost field with its name, if our server has put it there (A7)."""
    if not authserv_id:
        return []
    for name, value in above_own_received(mail.headers):
        if name == "authentication-results" and _server(value) == authserv_id.lower():
            return _results(value)
    return []


def _server(value: str) -> str:
    return re.split(r"[\s;]", value, maxsplit=1)[0].lower()


def _sealed_results(mail: Inbound) -> list[_Found]:
    """The results of the first sealer of an ARC chain (RFC 8617 4.1.1); none if there are several of the first."""
    first = [
        rest
        for value in _values(mail, "arc-authentication-results")
        for instance, _, rest in [value.partition(";")]
        if "".join(instance.split()) == "i=1"
    ]
    return _results(first[0].strip()) if len(first) == 1 else []


def may_be_sealed(mail: Inbound, sealers: Sequence[str]) -> bool:
    """Whether the mail has an ARC chain of trusted sealers, whether it is valid or not."""
    return bool(_sealer(mail, sealers)[0])


def _sealer(mail: Inbound, sealers: Sequence[str]) -> tuple[str, frozenset[str]]:
    """The first sealer of an ARC chain, and what the last signature in the chain covers; empty if it is not believed.

    All its sealers have to be trusted. Whether the chain is valid is another question.
    """
    seals, messages = _chain(mail, "arc-seal"), _chain(mail, "arc-message-signature")
    trusted = {sealer.lower() for sealer in sealers}
    if not seals or seals.keys() != messages.keys() or None in (*seals.values(), *messages.values()):
        return "", frozenset()
    domains = {(tags or {}).get("d", "").lower() for tags in (*seals.values(), *messages.values())}
    last = messages[max(messages)] or {}
    if not domains <= trusted or "l" in last:
        return "", frozenset()
    return (seals.get(1) or {}).get("d", ""), frozenset(last.get("h", "").lower().split(":"))


def _chain(mail: Inbound, name: str) -> dict[int, dict[str, str] | None]:
    """The fields of a chain by their instance; None where there are two, or one that cannot be read."""
    found: dict[int, dict[str, str] | None] = {}
    for value in _values(mail, name):
        pairs = [pair.partition("=") for pair in "".join(value.split()).removesuffix(";").split(";")]
        tags = {key: content for key, _, content in pairs}
        number = tags.get("i", "")
        instance = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        found[instance] = None if instance in found or not instance or len(tags) < len(pairs) else tags
    return found


def _results(value: str) -> list[_Found]:
    """The results in lower case; none if the field cannot be read, or a key was only for tests (A5)."""
    if _FOR_TESTS.search(value):
        return []
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


def _proof(results: Sequence[_Found], mail: Inbound, domain: str, claims: _Claims) -> tuple[str, frozenset[str]] | None:
    """How the results prove the From domain, and which fields; None if they prove nothing.

    What passes by SPF comes from the domain's own servers, so all of it is theirs. What passes by DKIM is only what the
    signature covers, so one that does not count proves nothing, neither by ``dkim=pass`` nor by ``dmarc=pass``.
    """
    passed = [found for found in results if found.result == "pass"]
    policy = any(found.method == "dmarc" and found.properties.get("header.from") == domain for found in passed)
    by_spf = any(found.method == "spf" and is_aligned(_mail_domain(found), domain) for found in passed)
    whole = frozenset(name for name, _ in mail.headers)
    if policy and (by_spf or not claims.tags):
        return f"passes the policy of {domain}", whole
    if claims.weakness:
        return None
    signers = [_signer(found) for found in passed if found.method == "dkim"]
    if signer := next((signer for signer in signers if is_aligned(signer, domain)), ""):
        return f"signed by {signer}", claims.covered
    return (f"passes the policy of {domain}", claims.covered) if policy else None


def _signer(found: _Found) -> str:
    """The signing domain; if only the agent is given (``header.i``), its domain, which is the signer's or below it."""
    return found.properties.get("header.d") or found.properties.get("header.i", "").rpartition("@")[2]


def _mail_domain(found: _Found) -> str:
    return found.properties.get("smtp.mailfrom", "").rpartition("@")[2]
