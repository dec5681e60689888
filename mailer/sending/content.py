"""The content of a mailing's copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mailer.compose.mime import NamedTemplate
from mailer.model.issues import Wording
from mailer.model.lists import Format
from mailer.model.mailings import Mailing
from mailer.ports import Work


class Content(NamedTuple):
    """What is the same in all copies of one edition in one format."""

    template: NamedTemplate
    wording: Wording


class Contents(Protocol):
    """Provides the content of one kind of mailing."""

    def edition(self, work: Work, mailing: Mailing, language: str) -> int:
        """The id of the edition that a reader of ``language`` gets."""

    def content(self, work: Work, mailing: Mailing, edition: int, wanted: Format, leave: Sequence[str]) -> Content:
        """The edition in a format; ``leave``: links to leave, each with ``TOKEN``, best first."""
