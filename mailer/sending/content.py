"""The content of a mailing's copies."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from mailer.compose.mime import NamedTemplate
from mailer.model.forms import Forms
from mailer.model.issues import Wording
from mailer.model.lists import Format
from mailer.model.mailings import Mailing
from mailer.model.outbox import Due
from mailer.office import Office
from mailer.ports import Work


class Content(NamedTuple):
    """What is the same in all copies of one edition in one format."""

    template: NamedTemplate
    wording: Wording
    form: str
    """The form's name (see ``model/forms.py``)."""


class Contents(Protocol):
    """Provides the content of one kind of mailing."""

    def granted(self, office: Office, mailing: Mailing) -> Forms:
        """What the board has granted, if that is what is to go out. Raises NotGranted, and says what differs."""

    def edition(self, work: Work, mailing: Mailing, language: str) -> int:
        """The id of the edition that a reader of ``language`` gets."""

    def content(self, work: Work, mailing: Mailing, edition: int, wanted: Format) -> Content:
        """The edition in a format."""


class Notices(Protocol):
    """Composes one kind of mailing whose copies are notices: a shipped text with each reader's own values (law 4)."""

    def compose(self, office: Office, mailing: Mailing, row: Due) -> bytes:
        """The whole mail for the row's reader."""
