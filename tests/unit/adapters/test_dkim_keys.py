"""Key files, and the DNS records that publish keys."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from mailer.adapters.dkim.keys import Algorithm, SigningKey, read_key, write_key
from mailer.adapters.dkim.records import Record

RSA, ED25519 = SigningKey.new(Algorithm.RSA), SigningKey.new(Algorithm.ED25519)
WEAK = new_rsa_key(65537, 1024)
EC = new_ec_key(SECP256R1())


def pem(private, encryption=NoEncryption(), format: PrivateFormat = PrivateFormat.PKCS8) -> bytes:  # noqa: B008
    return private.private_bytes(Encoding.PEM, format, encryption)


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_a_key_is_written_once_and_read_again(tmp_path: Path, key: SigningKey) -> None:
    path = tmp_path / "keys" / "news.pem"
    write_key(path, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path).public == key.public
    with pytest.raises(FileExistsError):
        write_key(path, SigningKey.new())
    assert read_key(path).sign(b"\0" * 32) == key.sign(b"\0" * 32)


def test_a_key_in_openssl_s_older_format_is_read() -> None:
    private = new_rsa_key(65537, 2048)
    assert SigningKey.read(pem(private, format=PrivateFormat.TraditionalOpenSSL)).algorithm is Algorithm.RSA


@pytest.mark.parametrize(
    ("content", "mode", "problem"),
    [
        (None, 0o600, "{} cannot be read: No such file or directory; “mailer dkim new” makes a key"),
        (RSA.pem(), 0o640, "others can read {}; run: chmod 600 {}"),
        (RSA.pem(), 0o602, "others can read {}; run: chmod 600 {}"),
        (b"", 0o600, "{} is not a private key in PEM format"),
        (b"\xff\xfe", 0o600, "{} is not a private key in PEM format"),
        (
            WEAK.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            0o600,
            "{} is not a private key in PEM format",
        ),
        (pem(WEAK), 0o600, "{} is weak: RSA with 1024 bits; it should have 2048"),
        (
            pem(WEAK, BestAvailableEncryption(b"x")),
            0o600,
            "{} is locked with a password; the daemon needs it without one",
        ),
        (pem(EC), 0o600, "{} is neither an RSA nor an Ed25519 key; DKIM has no others"),
    ],
)
def test_the_fault_of_a_key_file_is_named(tmp_path: Path, content: bytes | None, mode: int, problem: str) -> None:
    path = tmp_path / "news.pem"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(ValueError) as caught:
        read_key(path)
    assert str(caught.value) == problem.replace("{}", str(path))


NEWS = Record("news", "x.example", RSA)
P = base64.b64encode(RSA.public).decode()


def test_the_record_contains_the_algorithm_and_the_public_key() -> None:
    assert (NEWS.name, NEWS.txt) == ("news._domainkey.x.example", f"v=DKIM1; k=rsa; p={P}")
    other = Record("news", "x.example", ED25519).txt
    assert other == f"v=DKIM1; k=ed25519; p={base64.b64encode(ED25519.public).decode()}"
    assert len(ED25519.public) == 32


def test_a_record_is_split_into_strings_short_enough_for_the_dns() -> None:
    assert [len(string) for string in NEWS.strings] == [255, len(NEWS.txt) - 255]
    assert "".join(NEWS.strings) == NEWS.txt
    assert len(Record("news", "x.example", ED25519).strings) == 1


@pytest.mark.parametrize(
    ("published", "fault"),
    [
        (NEWS.txt, ""),
        (f"p={P}", ""),
        (f"v=DKIM1; h=sha1:sha256; s=email; t=s; n=x; k = rsa ; p={P[:50]} {P[50:]};", ""),
        (None, "is not there"),
        ("", "is not a DKIM record"),
        ("v=spf1 -all", "is not a DKIM record"),
        (f"v=DKIM2; p={P}", "is not a DKIM record"),
        ("v=DKIM1; k=rsa; p=", "is withdrawn: its p= is empty"),
        ("v=DKIM1; k=rsa; p=%%%", "is for another key"),
        ("v=DKIM1; k=rsa; p=\xff", "is for another key"),
        (f"v=DKIM1; k=ed25519; p={P}", "is for another key"),
        (Record("news", "x.example", SigningKey.new()).txt, "is for another key"),
        (f"h=sha1; p={P}", "does not allow SHA-256 (h=)"),
        (f"s=tlsrpt; p={P}", "is not for mail (s=)"),
        (f"t=y:s; p={P}", "declares that it is only a test (t=y)"),
    ],
)
def test_the_fault_of_a_published_record_is_named(published: str | None, fault: str) -> None:
    assert NEWS.fault(None if published is None else published.encode("latin-1")) == fault


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_D6_a_key_is_not_shown(key: SigningKey) -> None:
    assert "PRIVATE" not in repr(key) + str(vars(key))
