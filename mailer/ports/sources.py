"""The source of issues: what the secretary writes, before it is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mailer.model.issues import Issue, Source


class Sources(Protocol):
    """The folders that issues are written in."""

    def edited(self, issue: Issue) -> bool:
        """Whether the source has changed since the issue was rendered; a missing folder counts as a change."""

    def restored(self, issue: Issue, files: Mapping[str, bytes]) -> Source:
        """The source that these files make, whatever has become of the folder since. Raises ConfigError."""
