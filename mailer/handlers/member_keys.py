"""The OpenPGP keys that members enrol: what such a key signs is proven to be theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailer.contacts import contact_of
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.lists import Contact
from mailer.model.member_keys import MemberKey
from mailer.office import Office
from mailer.ports.openpgp import PublicKey


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    """An enrolled key, with what it says of itself."""

    fingerprint: str
    user_ids: tuple[str, ...]
    enrolled_at: datetime
    expires_at: datetime | None
    problem: str
    """Why nothing that it signs counts now; empty if it does."""

    @property
    def shown(self) -> str:
        """The fingerprint in groups of four, as people compare it."""
        return grouped(self.fingerprint)


def grouped(fingerprint: str) -> str:
    upper = fingerprint.upper()
    return " ".join(upper[place : place + 4] for place in range(0, len(upper), 4))


def keys_of(office: Office, address: str) -> list[EnrolledKey]:
    """The keys of a person. Raises Refused if nobody has the address."""
    contact = contact_of(office, address)
    return [_enrolled(office, key) for key in office.work.member_keys.of(contact.id)]


def check(office: Office, address: str, octets: bytes, *, other_address: bool) -> tuple[Contact, PublicKey]:
    """The person and the key to enrol. Raises Refused if it cannot prove anything, or names somebody else."""
    contact = contact_of(office, address)
    key = office.resources.openpgp.read_key(octets)
    if problem := _problem(key, office.now):
        raise Refused(f"The key {grouped(key.fingerprint)} {problem}: ask {contact.address} for a new one.")
    named = {Address.parse(spec).base_key for spec in map(_address_in, key.user_ids) if spec}
    if not other_address and Address.parse(contact.address).base_key not in named:
        said = ", ".join(key.user_ids) or "nobody"
        raise Refused(
            f"The key is of {said}, not of {contact.address}. Compare its fingerprint with its owner, and say"
            " --other-address if it is theirs."
        )
    return contact, key


def add(office: Office, address: str, octets: bytes, *, other_address: bool) -> PublicKey:
    """Enrol a key, and tell its owner. Raises Refused as ``check``."""
    contact, key = check(office, address, octets, other_address=other_address)
    office.work.member_keys.add(contact.id, MemberKey(key.fingerprint, key.certificate, office.now))
    office.record("key enrolled", contact.address, fingerprint=key.fingerprint)
    _tell(office, contact, key.fingerprint, enrolled=True)
    return key


def remove(office: Office, address: str, fingerprint: str = "") -> list[str]:
    """Remove a key by the end of its fingerprint, or all, and tell its owner; the fingerprints. Raises Refused."""
    contact = contact_of(office, address)
    wanted = "".join(fingerprint.split()).lower().removeprefix("0x")
    found = [key.fingerprint for key in office.work.member_keys.of(contact.id) if key.fingerprint.endswith(wanted)]
    if not found:
        raise Refused(f"{contact.address} has no such key; `mailer member key show {contact.address}` lists them.")
    for one in found:
        office.work.member_keys.remove(contact.id, one)
        office.record("key removed", contact.address, fingerprint=one)
        _tell(office, contact, one, enrolled=False)
    return found


def _tell(office: Office, contact: Contact, fingerprint: str, *, enrolled: bool) -> None:
    values = {"fingerprint": grouped(fingerprint), "enrolled": enrolled, "address": contact.address}
    to = Address.parse(contact.address, contact.details.name)
    office.write(to, "key-changed", values, once=f"key {fingerprint[-16:]} {enrolled} {office.now.isoformat()}")


def _enrolled(office: Office, key: MemberKey) -> EnrolledKey:
    read = office.resources.openpgp.read_key(key.certificate)
    return EnrolledKey(key.fingerprint, read.user_ids, key.enrolled_at, read.expires_at, _problem(read, office.now))


def _problem(key: PublicKey, now: datetime) -> str:
    if key.is_revoked:
        return "is revoked"
    return "has expired" if key.expires_at is not None and key.expires_at < now else ""


def _address_in(user_id: str) -> str:
    spec = user_id.rpartition("<")[2].rstrip("> ")
    try:
        return str(Address.parse(spec))
    except ValueError:
        return ""
