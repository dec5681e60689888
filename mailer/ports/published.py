"""What the site may ask of the office. It gives out only what has a grant, and reaches nothing else (law 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mailer.model.criteria import Printed
from mailer.model.issues import Edition
from mailer.model.list_documents import Forms, ListDocument
from mailer.model.site import Contents, EditionFacts, ShownDocument, ShownEdition, ShownList


class Published(Protocol):
    """The office as everybody may see it. What is not granted, or not any more, raises NotGranted."""

    def contents(self) -> Contents:
        """All that has a grant and is past its embargo. The bytes are not looked at."""

    def facts(self, shown: ShownEdition) -> EditionFacts:
        """What is said of an issue, once its grant was found to cover its bytes as they are stored now."""

    def edition(self, shown: ShownEdition) -> Edition:
        """An issue for everybody: without a token, name or link of a reader; its grant covers it."""

    def document(self, shown: ShownDocument) -> tuple[Printed, Mapping[str, bytes]]:
        """A document and the files that belong to it, by their names; its grant covers them."""

    def listing(self, shown: ShownList) -> tuple[ListDocument, Forms]:
        """A list, with its files; its grant covers them, and everybody in it allows what they show."""
