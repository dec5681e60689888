"""Private keys that sign, and the files that hold them."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from nacl.bindings import crypto_sign, crypto_sign_BYTES

FEWEST_BITS, MOST_BITS = 2048, 4096
"""Of an RSA key: fewer are weak, and more than that many verifiers do not read (RFC 8301 3.2)."""

_PADDING, _HASH = PKCS1v15(), Prehashed(SHA256())


class Algorithm(StrEnum):
    """What a key signs with, by the name that its record has for it (RFC 6376 3.6.1, RFC 8463 4)."""

    RSA = "rsa"
    ED25519 = "ed25519"


class SigningKey:
    """A private key; it shows nothing of itself but its public half."""

    def __init__(self, private: RSAPrivateKey | Ed25519PrivateKey) -> None:
        self._private = private
        self._with_public = b""  # an Ed25519 key as libsodium takes it
        self.algorithm = Algorithm.RSA
        if isinstance(private, Ed25519PrivateKey):
            self._with_public = private.private_bytes_raw() + self.public
            self.algorithm = Algorithm.ED25519

    @classmethod
    def new(cls, algorithm: Algorithm = Algorithm.RSA) -> SigningKey:
        """RSA is what every verifier knows (RFC 8301 3.1)."""
        if algorithm is Algorithm.ED25519:
            return cls(Ed25519PrivateKey.generate())
        return cls(generate_private_key(public_exponent=65537, key_size=FEWEST_BITS))

    @classmethod
    def read(cls, pem: bytes) -> SigningKey:
        """Raises ValueError that says why this is no key to sign with."""
        try:
            private = load_pem_private_key(pem, password=None)
        except TypeError:
            raise ValueError("is locked with a password; the daemon needs it without one") from None
        except (ValueError, UnsupportedAlgorithm):
            raise ValueError("is not a private key in PEM format") from None
        if isinstance(private, Ed25519PrivateKey):
            return cls(private)
        if not isinstance(private, RSAPrivateKey):
            raise ValueError("is neither an RSA nor an Ed25519 key, the two that DKIM knows")
        if private.key_size < FEWEST_BITS:
            raise ValueError(f"is weak: RSA with {private.key_size} bits, and it should have {FEWEST_BITS}")
        if private.key_size > MOST_BITS:
            raise ValueError(f"is RSA with {private.key_size} bits; many verifiers read no more than {MOST_BITS}")
        return cls(private)

    def pem(self) -> bytes:
        """The private key, for the file that only its owner can read."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public(self) -> bytes:
        """The public half, as a record has it in its p= tag (RFC 6376 3.6.1, RFC 8463 4), before base64."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.public_key().public_bytes_raw()
        return self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, digest: bytes) -> bytes:
        """A signature of a SHA-256 digest: the same for the same digest, with either algorithm.

        libsodium makes one with Ed25519 in three fifths of the time that OpenSSL takes.
        """
        if isinstance(self._private, RSAPrivateKey):
            return self._private.sign(digest, _PADDING, _HASH)
        return crypto_sign(digest, self._with_public)[:crypto_sign_BYTES]


def read_key(path: Path) -> SigningKey:
    """The key in a file. Raises ValueError that names the file, says what is wrong with it and what to do."""
    try:
        shared = path.stat().st_mode & 0o077
        pem = path.read_bytes()
    except OSError as fault:
        raise ValueError(f"{path} cannot be read: {fault.strerror}; “mailer dkim new” makes a key") from None
    if shared:
        raise ValueError(f"others can read {path}; run: chmod 600 {path}")
    try:
        return SigningKey.read(pem)
    except ValueError as fault:
        raise ValueError(f"{path} {fault}") from None


def write_key(path: Path, key: SigningKey) -> None:
    """Into a new file that only its owner can read. Raises FileExistsError rather than overwrite one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123  a descriptor
        file.write(key.pem())
