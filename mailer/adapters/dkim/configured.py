"""The keys that the configuration names: what signs with them, what publishes them, and new ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mailer.adapters.dkim.keys import Algorithm, SigningKey, read_key, write_key
from mailer.adapters.dkim.lookup import TxtLookup
from mailer.adapters.dkim.records import Record
from mailer.adapters.dkim.signing import DkimSigner
from mailer.errors import ConfigError, Refused


class ConfiguredKeys:
    """Of one domain, a file for each selector. What reads them raises ConfigError with every fault of all of them."""

    def __init__(self, domain: str, files: Mapping[str, Path]) -> None:
        self._domain = domain
        self._files = files

    def signer(self) -> DkimSigner:
        return DkimSigner(self._domain, self._keys())

    def records(self) -> list[Record]:
        """What is to be published."""
        return [Record(selector, self._domain, key) for selector, key in self._keys().items()]

    def compared(self, look_up: TxtLookup) -> Iterator[tuple[Record, str]]:
        """What is wrong with each record as it is published, or empty. Raises Temporary where nobody can tell."""
        for record in self.records():
            yield record, record.fault(look_up(record.name))

    def add(self, algorithms: Mapping[str, str], folder: Path) -> list[tuple[Path, Record]]:
        """Make a key for each selector, in files of their own. Raises Refused, with none made, where one is there."""
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
