"""The health of a process in a file of fixed size.

It is written in place, into blocks that the disk has given already, so that it can tell of a disk that is full.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path

from mailer.adapters.permissions import give_to_owner
from mailer.model.health import Health

log = logging.getLogger("mailer.health")

SIZE = 4096
"""Octets; one block. What is longer is not written."""

EVERY = 5.0
"""Seconds between two signs of life."""


class HealthFile:
    """ports.HealthRecord. ``path`` is of this office and of one kind of process."""

    def __init__(self, path: Path, fallback: Path | None = None) -> None:
        """``fallback``: a folder on another disk, for a file that cannot be made because the disk is full already."""
        self._path = path
        self._fallback = fallback / path.name if fallback else None
        self._written = -EVERY

    def last(self) -> Health | None:
        return max(filter(None, map(read, self._places)), key=lambda health: health.seen_at, default=None)

    def write(self, health: Health, urgent: bool) -> None:
        now = time.monotonic()
        if not urgent and now - self._written < EVERY:
            return
        self._written = now
        content = json.dumps(health.as_json(), ensure_ascii=False).encode()
        if len(content) > SIZE:
            log.warning("%s: cannot be kept: too long", self._path)
            return
        for place in self._places:
            try:
                _write(place, content.ljust(SIZE))
            except OSError as fault:
                log.debug("%s: %s", place, fault)
            else:
                return

    def others(self) -> Sequence[Health]:
        return ()

    @property
    def _places(self) -> list[Path]:
        return [place for place in (self._path, self._fallback) if place]


def read(path: Path) -> Health | None:
    """What a process says in the file; None if there is none, or if it cannot be read."""
    try:
        return Health.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(path: Path, content: bytes) -> None:
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)  # limited by the umask
    try:
        give_to_owner(opened, path.parent)
        os.pwrite(opened, content, 0)
    finally:
        os.close(opened)
