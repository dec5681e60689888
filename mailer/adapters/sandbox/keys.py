"""The DKIM keys of the sandbox's domains, and the file that stands for the DNS."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from mailer.adapters.dkim import SigningKey, new_key

SELECTOR = "sandbox"


class Keyring:
    """One key for all domains: kept in ``folder`` and used again, or without a folder for this process alone."""

    def __init__(self, folder: Path | None, domains: Iterable[str]) -> None:
        self.key = _process_key() if folder is None else _kept_key(folder / "dkim.pem", folder / "dkim.txt")
        self.records = {f"{SELECTOR}._domainkey.{domain}": self.key.txt for domain in sorted(set(domains))}
        if folder is not None:
            (folder / "dns.json").write_text(json.dumps(self.records, indent=2) + "\n", "utf-8")

    def txt(self, name: str) -> bytes | None:
        """A dkim.TxtLookup."""
        record = self.records.get(name)
        return None if record is None else record.encode()


@cache
def _process_key() -> SigningKey:
    return new_key()


def _kept_key(private: Path, public: Path) -> SigningKey:
    if not (private.exists() and public.exists()):
        private.parent.mkdir(parents=True, exist_ok=True)
        key = new_key()
        private.touch(mode=0o600)
        private.write_text(key.private_pem, "ascii")
        public.write_text(key.txt + "\n", "ascii")
    return SigningKey(private.read_text("ascii"), public.read_text("ascii").strip())
