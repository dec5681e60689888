"""The source of issues: what the secretary writes, before it is rendered."""

from __future__ import annotations

from typing import Protocol

from mailer.model.issues import Issue


class Sources(Protocol):
    """The folders that issues are written in."""

    def edited(self, issue: Issue) -> bool:
        """Whether the source has changed since the issue was rendered; a missing folder counts as a change."""
