"""The users of the sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailer.errors import ConfigError
from mailer.message import Address


@dataclass(frozen=True, slots=True)
class SandboxUser:
    """A mailbox; the address is the login name."""

    address: str
    name: str
    password: str = field(repr=False)


def by_address(users: Iterable[SandboxUser]) -> Mapping[str, SandboxUser]:
    """Users by the key of their address. Raises ConfigError for every invalid or repeated address."""
    found: dict[str, SandboxUser] = {}
    faults = []
    for user in users:
        try:
            key = Address.parse(user.address).base_key
        except ValueError as fault:
            faults.append(f"sandbox: {fault}")
            continue
        if key in found:
            faults.append(f"sandbox: {user.address} occurs twice")
        found[key] = user
    if faults:
        raise ConfigError(faults)
    return found
