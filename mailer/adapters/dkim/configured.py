"""The keys named in the configuration: a signer for them, their DNS records, and new keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mailer.adapters.dkim.keys import Algorithm, SigningKey, read_key, write_key
from mailer.adapters.dkim.lookup import TxtLookup
from mailer.adapters.dkim.records import Record
from mailer.adapters.dkim.signing import DkimSigner
from mailer.errors import ConfigError, Refused


class ConfiguredKeys:
    """The keys of one domain, a file for each selector. Reading them raises ConfigError with all faults."""

    def __init__(self, domain: str, files: Mapping[str, Path]) -> None:
        self._domain = domain
        self._files = files

    def signer(self) -> DkimSigner:
        return DkimSigner(self._domain, self._keys())

    def records(self) -> list[Record]:
        """The records to publish."""
        return [Record(selector, self._domain, key) for selector, key in self._keys().items()]

    def compared(self, look_up: TxtLookup) -> Iterator[tuple[Record, str]]:
        """Each record with its fault as published, or an empty string. Raises Temporary if the DNS does not answer."""
        for record in self.records():
            yield record, record.fault(look_up(record.name))

    def add(self, algorithms: Mapping[str, str], folder: Path) -> list[tuple[Path, Record]]:
        """Create a key file for each selector. Raises Refused, creating none, if one of the files exists."""
        files = {selector: folder / f"{selector}.pem" for selector in algorithms}
        for path in files.values():
            if path.exists():
                raise Refused(f"{path} is there already: it was left as it is. Choose another --selector.")
        made = []
        for selector, algorithm in algorithms.items():
            key = SigningKey.new(Algorithm(algorithm))
            write_key(files[selector], key)
            made.append((files[selector], Record(selector, self._domain, key)))
        return made

    def _keys(self) -> dict[str, SigningKey]:
        keys, problems = {}, []
        for selector, path in self._files.items():
            try:
                keys[selector] = read_key(path)
            except ValueError as fault:
                problems.append(f"[dkim] keys {selector}: {fault}")
        if problems:
            raise ConfigError(problems)
        return keys
