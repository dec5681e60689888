"""OpenPGP with Sequoia, whose standard policy decides which algorithms count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mailer.errors import Refused
from mailer.phrases import Phrase, phrase
from mailer.ports.openpgp import PublicKey, Verified

if TYPE_CHECKING:
    from pysequoia import Cert, Sig

_LARGEST_KEY = 100_000
"""Octets of a key that is read: others can add signatures to a public key without end."""
_WEAK = ("MD5", "SHA1", "RIPEMD160", "RipeMD")


class SequoiaOpenPgp:
    """ports.OpenPgp. The library is loaded when it is first needed."""

    def read_key(self, octets: bytes) -> PublicKey:
        from pysequoia import Cert
        from pysequoia.packet import PacketPile

        if len(octets) > _LARGEST_KEY:
            raise Refused(
                f"The key has {len(octets)} octets, and at most {_LARGEST_KEY} are read: export it without the"
                " signatures of others (gpg --export-options export-minimal)."
            )
        found: list[Cert] = []
        kinds: list[str] = []
        with _OwnErrors():
            found = Cert.split_bytes(octets)
            kinds = [str(packet.tag) for packet in PacketPile.from_bytes(octets)]
        if not found:
            raise Refused("This is no OpenPGP public key: export one with `gpg --armor --export ADDRESS`.")
        if len(found) > 1:
            raise Refused(f"There are {len(found)} keys in this file: export one alone.")
        (key,) = found
        if any("Secret" in kind for kind in kinds):
            raise Refused("This is a secret key. It must not leave its owner: export the public one alone.")
        user_ids = tuple(str(user_id) for user_id in key.user_ids)
        return PublicKey(key.fingerprint.lower(), bytes(key), user_ids, key.expiration, key.is_revoked)

    def verify(
        self, octets: bytes, signature: bytes, detached: bool, certificates: Sequence[bytes], now: datetime
    ) -> Verified:
        from pysequoia import Cert, Sig
        from pysequoia import verify as verified
        from pysequoia.packet import PacketPile

        keys: list[Cert] = []
        made: Sig | None = None
        with _OwnErrors():
            keys = [Cert.from_bytes(one) for one in certificates]
            if len(list(PacketPile.from_bytes(signature))) == 1:  # of several, any one may be another's
                made = Sig.from_bytes(signature)
        if made is None:
            return Verified(reason=phrase("its OpenPGP signature cannot be read"))
        good = [key for key in keys if not _fault(key, now)]
        with _OwnErrors():
            found = verified(octets, lambda ids: good, signature=made if detached else None)
            text = octets if detached else found.bytes
            if found.valid_sigs and text is not None:
                return Verified(text, str(found.valid_sigs[0].certificate).lower(), made.created)
        return Verified(reason=_reason(made, keys, now))


def _reason(made: Sig, keys: Sequence[Cert], now: datetime) -> Phrase:
    """Why a signature does not count, as well as can be said."""
    if any(name in str(made.hash_algorithm) for name in _WEAK):
        return phrase("its OpenPGP signature uses a hash that is not safe any more, %(hash)s", hash=_name(made))
    for key in keys:
        if fault := _fault(key, now):
            return fault
    return phrase("its OpenPGP signature is not valid, or not by a key that was enrolled")


def _name(made: Sig) -> str:
    return str(made.hash_algorithm).rpartition(".")[2]


def _fault(key: Cert, now: datetime) -> Phrase:
    """Why nothing that this key signs counts; empty if it may."""
    if key.is_revoked:
        return phrase("the OpenPGP key %(key)s is revoked", key=_short(key))
    if key.expiration is not None and key.expiration < now:
        return phrase("the OpenPGP key %(key)s has expired", key=_short(key))
    return Phrase()


def _short(key: Cert) -> str:
    return key.fingerprint[-16:].upper()


class _OwnErrors:
    """What the library raises on octets that it cannot read ends here, a panic of its Rust code included."""

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> bool:
        return isinstance(fault, Exception) or (kind is not None and kind.__name__ == "PanicException")
