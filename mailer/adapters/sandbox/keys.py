"""The DKIM keys of the sandbox's domains, and the file that replaces the DNS."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from mailer.adapters.dkim.keys import SigningKey, write_key
from mailer.adapters.dkim.records import Record

SELECTOR = "sandbox"


class Keyring:
    """One key for all domains, kept in ``folder``; without a folder it lasts as long as this process."""

    def __init__(self, folder: Path | None, domains: Iterable[str]) -> None:
        self.key = _process_key() if folder is None else _kept_key(folder / "dkim.pem")
        records = [Record(SELECTOR, domain, self.key) for domain in sorted(set(domains))]
        self.records = {record.name: record.txt for record in records}
        if folder is not None:
            (folder / "dns.json").write_text(json.dumps(self.records, indent=2) + "\n", "utf-8")

    def txt(self, name: str) -> bytes | None:
        """A dkim.TxtLookup."""
        record = self.records.get(name)
        return None if record is None else record.encode()


@cache
def _process_key() -> SigningKey:
    return SigningKey.new()


def _kept_key(path: Path) -> SigningKey:
    if not path.exists():
        write_key(path, SigningKey.new())
    return SigningKey.read(path.read_bytes())
