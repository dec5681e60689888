"""Documents of word processors and editors as the Markdown of docs/writing.md.

``process`` is what runs in a process of its own: a reader for each kind of file makes blocks of it (``document``),
which ``writing`` writes as Markdown. Both name what they lose.
"""

from __future__ import annotations

import base64

from mailer.adapters.conversion.losses import sentence
from mailer.adapters.manuscripts import reading
from mailer.model.conversion import Converted, ConvertedPicture, Unreadable, format_of
from mailer.phrases import phrase

CPU_SECONDS = 4
"""Of the processor for one document; the longest that an issue takes needs half of one. Mail waits meanwhile (C5)."""


class Documents:
    """ports.Conversion in a process of its own."""

    def read(self, data: bytes, name: str, media_type: str) -> Converted:
        """As ports.Conversion says."""
        kind = format_of(name, media_type)
        if kind is None:
            raise Unreadable(phrase("it is no text, .docx, .odt, .rtf or .md"))
        result = reading.result_of("mailer.adapters.conversion.process", data, kind, cpu_seconds=CPU_SECONDS)
        pictures = (
            ConvertedPicture(one["name"], base64.b64decode(one["data"]), one["alt"], one["caption"])
            for one in result["pictures"]
        )
        losses = (sentence(*loss) for loss in result["losses"])
        return Converted(result["title"], result["markdown"], tuple(pictures), tuple(losses))
