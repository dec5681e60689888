"""Private keys for signing, and their files."""

from __future__ import annotations

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

from mailer.adapters.permissions import secret_fault
from mailer.adapters.whole_files import write_file

MIN_BITS, MAX_BITS = 2048, 4096
"""Bits of an RSA key: a shorter one is weak, and many verifiers reject a longer one (RFC 8301 3.2)."""

_PADDING, _HASH = PKCS1v15(), Prehashed(SHA256())


class Algorithm(StrEnum):
    """Signature algorithms, with their names in DNS records (RFC 6376 3.6.1, RFC 8463 4)."""

    RSA = "rsa"
    ED25519 = "ed25519"


class SigningKey:
    """A private key."""

    def __init__(self, private: RSAPrivateKey | Ed25519PrivateKey) -> None:
        self._private = private
        self._with_public = b""  # an Ed25519 key in libsodium's format
        self.algorithm = Algorithm.RSA
        if isinstance(private, Ed25519PrivateKey):
            self._with_public = private.private_bytes_raw() + self.public
            self.algorithm = Algorithm.ED25519

    @classmethod
    def new(cls, algorithm: Algorithm = Algorithm.RSA) -> SigningKey:
        """Generate a key. RSA is the default, as every verifier knows it (RFC 8301 3.1)."""
        if algorithm is Algorithm.ED25519:
            return cls(Ed25519PrivateKey.generate())
        return cls(generate_private_key(public_exponent=65537, key_size=MIN_BITS))

    @classmethod
    def read(cls, pem: bytes) -> SigningKey:
        """Raises ValueError that says why the key cannot be used."""
        try:
            private = load_pem_private_key(pem, password=None)
        except TypeError:
            raise ValueError("is locked with a password; the daemon needs it without one") from None
        except (ValueError, UnsupportedAlgorithm):
            raise ValueError("is not a private key in PEM format") from None
        if isinstance(private, Ed25519PrivateKey):
            return cls(private)
        if not isinstance(private, RSAPrivateKey):
            raise ValueError("is neither an RSA nor an Ed25519 key; DKIM has no others")
        if private.key_size < MIN_BITS:
            raise ValueError(f"is weak: RSA with {private.key_size} bits; it should have {MIN_BITS}")
        if private.key_size > MAX_BITS:
            raise ValueError(f"is RSA with {private.key_size} bits; many verifiers accept no more than {MAX_BITS}")
        return cls(private)

    def pem(self) -> bytes:
        """The private key, for its file."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public(self) -> bytes:
        """The public key as in the p= tag of a DNS record, before base64 (RFC 6376 3.6.1, RFC 8463 4)."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.public_key().public_bytes_raw()
        return self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest. Both algorithms give the same signature each time.

        Ed25519 uses libsodium, which takes three fifths of OpenSSL's time.
        """
        if isinstance(self._private, RSAPrivateKey):
            return self._private.sign(digest, _PADDING, _HASH)
        return crypto_sign(digest, self._with_public)[:crypto_sign_BYTES]


def read_key(path: Path) -> SigningKey:
    """The key in a file. Raises ValueError with the file, the fault and what to do."""
    try:
        pem = path.read_bytes()
    except OSError as fault:
        raise ValueError(f"{path} cannot be read: {fault.strerror}; “mailer dkim new” makes a key") from None
    if shared := secret_fault(path):
        raise ValueError(shared)
    try:
        return SigningKey.read(pem)
    except ValueError as fault:
        raise ValueError(f"{path} {fault}") from None


def write_key(path: Path, key: SigningKey) -> None:
    """Write a new file that only its owner can read. Raises FileExistsError if it exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, key.pem(), mode=0o600, new=True)
