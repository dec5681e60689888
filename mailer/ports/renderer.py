"""From source to bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mailer.model.issues import Edition, Source
from mailer.model.notices import Notice
from mailer.model.publications import Identity


class Renderer(Protocol):
    """From source to bytes: the same source gives the same bytes."""

    def edition(self, source: Source, identity: Identity) -> Edition:
        """Raises ConfigError with every fault of the source, each with its file."""

    def notice(self, name: str, values: Mapping[str, object], language: str = "") -> Notice:
        """The service mail ``templates/notice/NAME`` in a language (BCP 47), or in the office's where it is empty.

        ``values`` are data and never compiled (D1). Times, lengths of time, lists and phrases are written in that
        language.
        """
