"""The cost of signatures: the same letter unsigned, and signed by mailer with either kind of key or with both."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import dkim
from check import letter_of, received
from compare import Row, compare
from job import Job
from measure import Failed, Sender
from senders import OURS, ours

RSA, ED25519, BOTH = "RSA-2048", "Ed25519", "RSA-2048 and Ed25519"
KEYS = {RSA: ("rsa",), ED25519: ("ed25519",), BOTH: ("rsa", "ed25519")}

COVERED = {"from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"}
"""Fields that every signature must cover (RFC 6376 5.4, RFC 8058 4)."""


@dataclass(frozen=True, slots=True)
class SignatureResults:
    """Rows to compare, the first one unsigned; ``openssl``: signatures a second on one core, before and after."""

    rows: Sequence[Row]
    openssl: tuple[float, float]
    verified: int
    """Copies of each kind that were verified as the sink received them."""


def signed(
    folder: Path, connections: int, seconds: float, rounds: int, sample: int, progress: Callable[[str], None]
) -> SignatureResults:
    """Raises Failed if a copy of the ``sample`` does not verify, or its signature does not cover what it must."""
    records = json.loads(ours("keys", Job(folder, port=25, connections=0, messages=0)))
    senders = [_sender(name, keys) for name, keys in KEYS.items()]
    for sender in senders:
        progress(f"verifying {sample:,} copies signed with {sender.name}")
        _verify(sender, received(sender, folder, connections, sample), records)
    before = _openssl_rate()
    rows = compare(senders, folder, connections, seconds, rounds, progress, reference=_sender("unsigned", ()))
    return SignatureResults(rows, (before, _openssl_rate()), sample)


def _sender(name: str, keys: Sequence[str]) -> Sender:
    files = ", ".join(f'{key} = "{key}.pem"' for key in keys)
    chosen = {"MAILER_OFFICE__URL": "https://news.bench.example", "MAILER_DKIM__KEYS": f"{{ {files} }}"}
    return replace(OURS, name=name, environment=chosen)


def _verify(sender: Sender, copies: Sequence[bytes], records: Mapping[str, str]) -> None:
    def look_up(name: bytes, timeout: int) -> bytes:
        return records[name.decode().rstrip(".")].encode()

    for copy in copies:
        letter = letter_of(copy).replace(b"\n", b"\r\n")
        message = dkim.DKIM(letter)
        fields = [value for name, value in message.headers if name == b"DKIM-Signature"]
        if len(fields) != len(KEYS[sender.name]) or not letter.startswith(b"DKIM-Signature:"):
            raise Failed(f"a copy with {sender.name} has {len(fields)} signatures in its header")
        for number, field in enumerate(fields):
            if not message.verify(number, dnsfunc=look_up):
                raise Failed(f"a signature with {sender.name} does not verify:\n{letter.decode()}")
            if missing := COVERED - _covered(field) or {"list-unsubscribe-post"} - _names(message):
                raise Failed(f"a signature with {sender.name} does not cover {', '.join(sorted(missing))}")


def _covered(field: bytes) -> set[str]:
    """The names in h=."""
    tags = dict(tag.split("=", 1) for tag in re.sub(r"\s", "", field.decode()).rstrip(";").split(";"))
    return set(tags["h"].lower().split(":"))


def _names(message: dkim.DKIM) -> set[str]:
    return {name.decode().lower() for name, _ in message.headers}


def _openssl_rate() -> float:
    """Signatures a second on one core by ``openssl speed``, with RSA of 2,048 bits."""
    output = subprocess.run(
        ["openssl", "speed", "-seconds", "2", "rsa2048"], capture_output=True, text=True, check=True
    ).stdout
    return float(output.splitlines()[-1].split()[-2])
