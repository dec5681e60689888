"""A translator's copy of an issue, and the issue in another language that is made of what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mailer.model.issues import Source
from mailer.model.manuscripts import RULES, DocumentKind, Unit
from mailer.phrases import Phrase


class Manuscripts(Protocol):
    """Takes the texts out of an issue, and puts others in their place. All but ``read`` are pure."""

    def units(self, source: Source) -> tuple[Unit, ...]:
        """What there is to translate, in order, numbered from 1.

        Raises ConfigError if the source has faults, or more than ``MAX_UNITS``.
        """

    def text(self, units: Sequence[Unit], language: str = "", rules: Sequence[Phrase] = RULES) -> str:
        """The units as plain text with numbered paragraphs, in lines of at most 72 columns.

        What is said to the translator, the ``rules``, is in ``language`` (BCP 47), else in the office's.
        """

    def document(
        self, units: Sequence[Unit], kind: DocumentKind, source: str, target: str, language: str = ""
    ) -> bytes:
        """The same as a file: of ODT and DOCX a table with a row for each unit. The same arguments give the same bytes.

        ``source`` is the language of the original, and ``target`` that of the translation. ``language`` is as above.
        """

    def read(self, data: bytes, kind: DocumentKind) -> str:
        """The text of a file that came back, with a tab between the cells of a row.

        The file is read in a process of its own with limits, and nothing that it refers to is loaded (C5). Raises
        Unreadable if it goes beyond them, or is no such file.
        """

    def translated(
        self,
        source: Source,
        texts: Mapping[int, str],
        language: str,
        translator: str,
        links: Mapping[str, str] | None = None,
    ) -> Source:
        """The source in another language: each unit with the text of its number, or as it was if there is none.

        Everything else is the original's: pictures, tables, code and the addresses of links, but for those that
        ``links`` replaces by others, which an editor has agreed to. What is no mark of a unit is only text.
        """
