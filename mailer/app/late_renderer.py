"""A renderer that is imported when it is first used, because its engines take long to import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from mailer.model.criteria import Document, Label, Printed
from mailer.model.issues import Edition, Inputs, Source
from mailer.model.library import Manuscript
from mailer.model.list_documents import PUBLISHED, Forms, Issuer, ListDocument, Standing
from mailer.model.notices import Notice
from mailer.model.printing import Paper
from mailer.model.publications import Identity
from mailer.phrases import Phrase
from mailer.ports import Renderer


class LateRenderer:
    """ports.Renderer over the one that ``make`` returns."""

    def __init__(self, make: Callable[[], Renderer], inputs: Callable[[Identity, Iterable[str]], Inputs]) -> None:
        self._make = make
        self._inputs = inputs

    def edition(self, source: Source, identity: Identity) -> Edition:
        """As ports.Renderer says."""
        return self._real.edition(source, identity)

    def reprinted(self, source: Source, identity: Identity, paper: Paper) -> bytes:
        """As ports.Renderer says."""
        return self._real.reprinted(source, identity, paper)

    def criteria(self, document: Document, label: Label, old: Document | None = None) -> Printed:
        """As ports.Renderer says."""
        return self._real.criteria(document, label, old)

    def document(self, manuscript: Manuscript, replaces: str, identity: Identity) -> Printed:
        """As ports.Renderer says."""
        return self._real.document(manuscript, replaces, identity)

    def reprinted_document(self, manuscript: Manuscript, replaces: str, identity: Identity, paper: Paper) -> bytes:
        """As ports.Renderer says."""
        return self._real.reprinted_document(manuscript, replaces, identity, paper)

    def list_document(
        self, document: ListDocument, issuer: Issuer, language: str = "", standing: Standing = PUBLISHED
    ) -> Forms:
        """As ports.Renderer says."""
        return self._real.list_document(document, issuer, language, standing)

    def list_text(
        self, document: ListDocument, issuer: Issuer, language: str = "", standing: Standing = PUBLISHED
    ) -> str:
        """As ports.Renderer says."""
        return self._real.list_text(document, issuer, language, standing)

    def inputs(self, identity: Identity, languages: Iterable[str]) -> Inputs:
        """As ports.Renderer says. It needs no engine."""
        return self._inputs(identity, languages)

    def cure(self, language: str) -> str:
        """As ports.Renderer says."""
        return self._real.cure(language)

    def unprintable(self, text: str) -> Sequence[str]:
        """As ports.Renderer says."""
        return self._real.unprintable(text)

    def notice(self, name: str, values: Mapping[str, object], language: str = "") -> Notice:
        """As ports.Renderer says."""
        return self._real.notice(name, values, language)

    def wordings(self, words: Phrase) -> Sequence[str]:
        """As ports.Renderer says."""
        return self._real.wordings(words)

    @cached_property
    def _real(self) -> Renderer:
        return self._make()
