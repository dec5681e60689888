"""Replies that are signed with OpenPGP, as GnuPG and mail programs write them (A38, A39, A41)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.adapters.openpgp import SequoiaOpenPgp
from mailer.errors import Refused
from mailer.inbound.keywords import read_ballot
from mailer.inbound.openpgp import find_signed, identity, is_for_us, signature_of, signed_mail
from mailer.inbound.parse import parse
from mailer.message import Address, Inbound
from mailer.model.approvals import Choice
from mailer.model.policies import ENGLISH
from mailer.ports.openpgp import Verified
from mailer.tokens import Purpose
from tests.cost import bounded
from tests.unit.inbound.mails import DATA, KEY, RECEIVED, VOTE, mail

FOLDER: Path = DATA / "openpgp"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OFFICE = Address.parse("tg2@iso-sr.example")
HEADING = "Approve by 8 December: ISO/SR Update 1"
OPENPGP = SequoiaOpenPgp()
KEYS = {name: OPENPGP.read_key((FOLDER / f"{name}.asc").read_bytes()) for name in ("anna", "expired", "revoked")}
GOOD = ["clear.eml", "clear-quoted-printable.eml", "mutt.eml", "thunderbird.eml"]


def sample(name: str) -> Inbound:
    return parse((FOLDER / name).read_bytes(), RECEIVED)


def short(name: str) -> str:
    return KEYS[name].fingerprint[-16:].upper()


def verified(seen: Inbound, *keys: str) -> tuple[Verified, Inbound | None]:
    """What is signed by one of these keys, and the mail that its writer signed."""
    signed = find_signed(seen)
    if signed is None:
        return Verified(), None
    certificates = [KEYS[name].certificate for name in keys or ("anna",)]
    found = OPENPGP.verify(signed.octets, signature_of(signed) or b"", signed.signature is not None, certificates, NOW)
    return found, signed_mail(signed, found.octets, RECEIVED) if found.octets else None


@pytest.mark.parametrize("name", GOOD)
def test_A32_a_signed_vote_is_read_from_what_is_signed(name: str) -> None:
    found, signed = verified(sample(name))
    assert (found.fingerprint, found.reason) == (KEYS["anna"].fingerprint, "")
    assert signed is not None
    assert read_ballot(signed, ENGLISH).choice is Choice.APPROVE
    assert is_for_us(signed, VOTE, OFFICE, [HEADING])
    assert read_ballot(sample(name), ENGLISH).choice is Choice.APPROVE  # as the mail says without the signature, too


@pytest.mark.parametrize("name", GOOD)
def test_A38_a_signed_text_is_known_by_what_it_says_and_when_it_was_signed(name: str) -> None:
    found, _ = verified(sample(name))
    anna = Address.parse("anna@example.org")
    own = identity(anna, found.octets, found.created_at)
    assert own == identity(Address.parse("Anna+phone@example.org"), found.octets, found.created_at)
    assert own != identity(Address.parse("bo@example.org"), found.octets, found.created_at)
    assert own != identity(anna, found.octets, NOW)
    frame = b"-----BEGIN PGP SIGNATURE-----\r\n"
    again = (FOLDER / name).read_bytes().replace(frame, frame + b"Comment: x\r\n")
    same, _ = verified(parse(again, RECEIVED))
    assert (same.octets, same.created_at) == (found.octets, found.created_at)


@pytest.mark.parametrize("name", GOOD)
def test_what_was_changed_after_signing_is_not_verified(name: str) -> None:
    raw = (FOLDER / name).read_bytes()
    for old, new in ((b"APPROVE", b"OBJECT"), (b"\r\n\r\nAPPROVE", b"\r\n\r\nNo!\r\nAPPROVE")):
        found, _ = verified(parse(raw.replace(old, new), RECEIVED))
        assert not found.octets
    assert (
        verified(sample(name), "revoked")[0].reason
        == f"the OpenPGP key {KEYS['revoked'].fingerprint[-16:].upper()} is revoked"
    )


@pytest.mark.parametrize(
    ("name", "key", "reason"),
    [
        ("sha1.eml", "anna", "its OpenPGP signature uses a hash that is not safe any more, SHA1"),
        ("expired.eml", "expired", "the OpenPGP key {key} has expired"),
        ("revoked.eml", "revoked", "the OpenPGP key {key} is revoked"),
        ("expired.eml", "anna", "its OpenPGP signature is not valid, or not by a key that was enrolled"),
    ],
)
def test_a_signature_that_does_not_count_is_refused_with_the_reason(name: str, key: str, reason: str) -> None:
    found, signed = verified(sample(name), key)
    assert (found.reason, signed) == (reason.format(key=short(key)), None)


@pytest.mark.parametrize("name", ["to-colleague.eml", "no-token.eml"])
def test_A39_a_signed_mail_to_somebody_else_is_not_for_us(name: str) -> None:
    found, signed = verified(sample(name))
    assert found.octets and signed is not None
    assert read_ballot(signed, ENGLISH).choice is Choice.APPROVE
    assert not is_for_us(signed, VOTE, OFFICE, [HEADING])


@pytest.mark.parametrize(
    ("fields", "text", "expected"),
    [
        ({"To": f"tg2+{VOTE}@iso-sr.example"}, "APPROVE\n", True),
        ({"To": "tg2@iso-sr.example"}, f"APPROVE\n\n{VOTE}\n", True),
        ({"To": "tg2@iso-sr.example", "Subject": f"Re: x {VOTE}"}, "APPROVE\n", True),
        ({"To": "tg2@iso-sr.example"}, "APPROVE\n", False),
        ({"To": "colleague@example.org"}, f"APPROVE\n\n{VOTE}\n", False),
        ({"Subject": f"Re: {HEADING}"}, f"APPROVE\n\n{VOTE}\n", True),
        ({"Subject": f"Fwd: {HEADING}"}, f"APPROVE\n\n{VOTE}\n", False),
        ({}, f"APPROVE\n\n> {VOTE}\n", True),
        ({}, f"APPROVE\n\n{VOTE}\n", True),
        ({}, f"APPROVE\n\nFrom: TG 2\nSent: Monday\nTo: Anna\nSubject: x\n\n{VOTE}\n", False),
        ({}, f"APPROVE\n\n{KEY.token(Purpose.VOTE, 18)}\n", False),
    ],
)
def test_A39_what_is_signed_says_for_whom_it_is(fields: dict[str, str], text: str, expected: bool) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    signed = parse(f"{head}Content-Type: text/plain\r\n\r\n{text}".replace("\n", "\r\n").encode(), RECEIVED)
    assert is_for_us(signed, VOTE, OFFICE, [HEADING]) is expected


PART = rb"------------0pgpBoundary\r\nContent-Type: application/pgp-sig"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"--" + PART, rb"--------------0pgpBoundary\r\n\r\nmore\r\n--" + PART),
        (rb"0pgpBoundary--", b"0pgpBoundary"),
        (rb"boundary=\"[^\"]*\"", b"x=y"),
        (rb"multipart/signed", b"multipart/mixed"),
    ],
)
def test_a_mail_of_another_shape_is_not_signed_as_a_whole(old: bytes, new: bytes) -> None:
    raw = re.sub(old, new, (FOLDER / "mutt.eml").read_bytes())
    assert verified(parse(raw, RECEIVED))[1] is None


def test_two_signed_messages_in_one_text_are_none() -> None:
    clear = (FOLDER / "clear.eml").read_bytes()
    body = clear.partition(b"\r\n\r\n")[2]
    assert find_signed(parse(clear + b"\r\n" + body, RECEIVED)) is None


BEGINS, ENDS = b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"-----END PGP SIGNATURE-----\n"


@pytest.mark.parametrize("filler", [BEGINS, b"-----BEGIN PGP SIGNATURE-----\n", b"x\n"])
def test_C7_hostile_frames_take_bounded_time(filler: bytes) -> None:
    seen = mail(BEGINS + b"\n" + filler * (900_000 // len(filler)) + ENDS)
    with bounded():
        assert verified(seen)[1] is None


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "This is no OpenPGP public key"),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n", "This is no OpenPGP"),
        (KEYS["anna"].certificate + KEYS["expired"].certificate, "There are 2 keys in this file"),
        (b"x" * 100_001, "The key has 100001 octets"),
    ],
)
def test_a_file_without_one_public_key_is_refused(octets: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        OPENPGP.read_key(octets)


def test_a_secret_key_is_refused() -> None:
    from pysequoia import Tsk

    with pytest.raises(Refused, match="This is a secret key"):
        OPENPGP.read_key(bytes(Tsk.generate("Anna <anna@example.org>")))
