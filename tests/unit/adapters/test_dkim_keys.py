"""Keys: what is one and what is not, and the records that publish them."""

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

from mailer.adapters.dkim.keys import Algorithm, SigningKey, read_key, record_name, record_strings, write_key

RSA, ED25519 = SigningKey.new(Algorithm.RSA), SigningKey.new(Algorithm.ED25519)
WEAK = new_rsa_key(65537, 1024)
EC = new_ec_key(SECP256R1())


def pem(private, encryption=NoEncryption(), form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:  # noqa: B008
    return private.private_bytes(Encoding.PEM, form, encryption)


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_a_key_is_written_once_and_read_again(tmp_path: Path, key: SigningKey) -> None:
    path = tmp_path / "keys" / "news.pem"
    write_key(path, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path).txt == key.txt
    with pytest.raises(FileExistsError):
        write_key(path, SigningKey.new())
    assert read_key(path).sign(b"\0" * 32) == key.sign(b"\0" * 32)


def test_a_key_in_openssl_s_older_form_is_read() -> None:
    private = new_rsa_key(65537, 2048)
    assert SigningKey.read(pem(private, form=PrivateFormat.TraditionalOpenSSL)).algorithm is Algorithm.RSA


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
        (pem(WEAK), 0o600, "{} is weak: RSA with 1024 bits, and it should have 2048"),
        (
            pem(WEAK, BestAvailableEncryption(b"x")),
            0o600,
            "{} is locked with a password; the daemon needs it without one",
        ),
        (pem(EC), 0o600, "{} is neither an RSA nor an Ed25519 key, the two that DKIM knows"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: bytes | None, mode: int, problem: str) -> None:
    path = tmp_path / "news.pem"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(ValueError) as caught:
        read_key(path)
    assert str(caught.value) == problem.replace("{}", str(path))


def test_the_record_says_what_the_key_is() -> None:
    assert RSA.txt == f"v=DKIM1; k=rsa; p={base64.b64encode(RSA.public).decode()}"
    assert (ED25519.txt[:23], len(ED25519.public)) == ("v=DKIM1; k=ed25519; p=" + ED25519.txt[22], 32)
    assert record_name("news", "x.example") == "news._domainkey.x.example"


def test_a_record_is_split_into_strings_that_the_dns_takes() -> None:
    assert [len(string) for string in record_strings(RSA.txt)] == [255, len(RSA.txt) - 255]
    assert "".join(record_strings(RSA.txt)) == RSA.txt
    assert record_strings(ED25519.txt) == [ED25519.txt]


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_D6_a_key_is_not_shown(key: SigningKey) -> None:
    assert "PRIVATE" not in repr(key) + str(vars(key))
