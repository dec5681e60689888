"""Manuscripts whose code is imported when it is first used, because a parser takes long to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from mailer.model.issues import Source
from mailer.model.manuscripts import RULES, DocumentKind, Unit
from mailer.phrases import Phrase
from mailer.ports.manuscripts import Manuscripts


class LateManuscripts:
    """ports.Manuscripts over those that ``make`` returns."""

    def __init__(self, make: Callable[[], Manuscripts]) -> None:
        self._make = make

    def units(self, source: Source) -> tuple[Unit, ...]:
        """As ports.Manuscripts says."""
        return self._real.units(source)

    def text(self, units: Sequence[Unit], language: str = "", rules: Sequence[Phrase] = RULES) -> str:
        """As ports.Manuscripts says."""
        return self._real.text(units, language, rules)

    def document(
        self, units: Sequence[Unit], kind: DocumentKind, source: str, target: str, language: str = ""
    ) -> bytes:
        """As ports.Manuscripts says."""
        return self._real.document(units, kind, source, target, language)

    def read(self, data: bytes, kind: DocumentKind) -> str:
        """As ports.Manuscripts says."""
        return self._real.read(data, kind)

    def translated(
        self,
        source: Source,
        texts: Mapping[int, str],
        language: str,
        translator: str,
        links: Mapping[str, str] | None = None,
    ) -> Source:
        """As ports.Manuscripts says."""
        return self._real.translated(source, texts, language, translator, links)

    @cached_property
    def _real(self) -> Manuscripts:
        return self._make()
