"""Documents of word processors and editors as the Markdown of docs/writing.md."""

from __future__ import annotations

from mailer.adapters.issue_folder.drafts import literal
from mailer.adapters.manuscripts import reading
from mailer.model.conversion import Converted, Format, Unreadable, format_of
from mailer.model.manuscripts import DocumentKind
from mailer.phrases import phrase


class Documents:
    """ports.Conversion in a process of its own."""

    def read(self, data: bytes, name: str, media_type: str) -> Converted:
        """As ports.Conversion says."""
        kind = format_of(name, media_type)
        if kind is None:
            raise Unreadable(phrase("it is no text, .docx, .odt, .rtf or .md"))
        text = reading.read(data, DocumentKind.TEXT if kind is Format.MARKDOWN else DocumentKind(kind.value))
        paragraphs = [literal(line) for line in text.splitlines() if line.strip()]
        return Converted("", "\n\n".join(paragraphs) + "\n", (), ())
