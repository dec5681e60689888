"""Rendering: from source to bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from mailer.model.criteria import Document, Label, Printed
from mailer.model.issues import Edition, Inputs, Source
from mailer.model.library import Manuscript
from mailer.model.list_documents import PUBLISHED, Forms, Issuer, ListDocument, Standing
from mailer.model.notices import Notice
from mailer.model.printing import Paper
from mailer.model.publications import Identity
from mailer.phrases import Phrase


class Renderer(Protocol):
    """Renders issues, criteria and notices. The same source gives the same bytes."""

    def edition(self, source: Source, identity: Identity) -> Edition:
        """Render an issue. Raises ConfigError that lists every fault of the source with its file."""

    def reprinted(self, source: Source, identity: Identity, paper: Paper) -> bytes:
        """The PDF of an issue alone, with pages of another size. On A4 it has the bytes of the edition's.

        Raises ConfigError as ``edition``.
        """

    def criteria(self, document: Document, label: Label, old: Document | None = None) -> Printed:
        """Print a document of criteria in the label's language; beside an ``old`` one, with its words marked.

        Raises ConfigError if a font lacks a character of it.
        """

    def document(self, manuscript: Manuscript, replaces: str, identity: Identity) -> Printed:
        """Print a document of the library; ``replaces`` is the number of the version that it takes the place of.

        Raises ConfigError that lists every fault of the source with its file.
        """

    def reprinted_document(self, manuscript: Manuscript, replaces: str, identity: Identity, paper: Paper) -> bytes:
        """The PDF of a document alone, with pages of another size. On A4 it has the bytes of ``document``.

        Raises ConfigError as ``document``.
        """

    def list_document(
        self, document: ListDocument, issuer: Issuer, language: str = "", standing: Standing = PUBLISHED
    ) -> Forms:
        """Print a document of a list in its own language, or in another one.

        What of its entries no font has is a note in the PDF, and a warning that names the entry and what to do (D8).
        Raises ConfigError if no font has a character of the words around them.
        """

    def list_text(
        self, document: ListDocument, issuer: Issuer, language: str = "", standing: Standing = PUBLISHED
    ) -> str:
        """The text of such a document alone, which takes no time."""

    def inputs(self, identity: Identity, languages: Iterable[str]) -> Inputs:
        """What decides the bytes of editions in these languages, beside the source, as digests by name."""

    def cure(self, language: str) -> str:
        """What to do so that a language (BCP 47) can be printed; empty if a font has its script. It sets no page."""

    def unprintable(self, text: str) -> Sequence[str]:
        """The characters of a text that no font has, once each (D8)."""

    def notice(self, name: str, values: Mapping[str, object], language: str = "") -> Notice:
        """Render ``templates/notice/NAME`` in a language (BCP 47), or in the office's language if it is empty.

        ``values`` are data and never compiled as templates (D1). Times, durations, lists and phrases among them are
        written in that language.
        """

    def wordings(self, words: Phrase) -> Sequence[str]:
        """How the phrase reads in each language that has a catalogue, English first."""
