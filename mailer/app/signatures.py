"""Signatures (DKIM): our own keys, and how those of others are verified."""

from __future__ import annotations

from pathlib import Path

from mailer.adapters.dkim import lookup
from mailer.adapters.dkim.configured import ConfiguredKeys
from mailer.adapters.dkim.lookup import TxtLookup
from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.config import Settings
from mailer.ports import Verifier


def keys_of(settings: Settings) -> ConfiguredKeys:
    """Our own keys; there are none if the relay signs."""
    return ConfiguredKeys(settings.dkim_domain, settings.dkim.keys)


def public_keys_of(settings: Settings) -> TxtLookup:
    """The lookup of other domains' public keys."""
    dns = settings.authentication.dns
    return lookup.dns_lookup() if dns == "system" else lookup.file_lookup(Path(dns))


def verifier_of(settings: Settings) -> Verifier:
    """What verifies the signatures of mail that comes in."""
    return DkimVerifier(public_keys_of(settings))
