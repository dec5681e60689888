"""The text of filled-in lines: wrapped values made whole, hints left out, white space ignored."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from mailer.inbound.field_values import Context, plain
from mailer.inbound.reply import BLANK
from mailer.inbound.wording import words_of
from mailer.model.questionnaires import Field, FieldKind

_WRAPPED_FROM = 63
"""The narrowest width, in columns, at which mail programs wrap."""


def squeezed(text: str) -> str:
    """The text as it is compared: without white space and signs that nobody sees."""
    return "".join(plain(unicodedata.normalize("NFC", text)).split())


def joined(of: Field, lines: Sequence[str], first: str) -> str:
    """The value from its lines; ``first`` is the whole of the first one, with its label if that stands there."""
    if of.kind is not FieldKind.LONG:
        return ("" if of.kind is FieldKind.URL else " ").join(lines).strip(BLANK)
    paragraphs: list[str] = []
    above = first
    for line in lines:
        if paragraphs and line and above and wraps(above, line):
            paragraphs[-1] = f"{paragraphs[-1]} {line}"
        else:
            paragraphs.append(line)
        above = line if len(paragraphs) > 1 or line != lines[0] else first
    return "\n".join(paragraphs).strip()


def wraps(above: str, text: str) -> bool:
    """Whether a mail program may have wrapped the line above before this text."""
    first = text.split(" ", 1)[0]
    return _columns(above.strip(BLANK)) + 1 + min(_columns(first), 40) >= _WRAPPED_FROM


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def is_hint(text: str, of: Field, context: Context) -> bool:
    """Whether a row is the hint of its field, or its beginning."""
    bare = text.strip(BLANK)
    if not of.hint or not bare.startswith(("(", "（")):
        return False
    said = words_of(bare)
    return any(said and words_of(hint)[: len(said)] == said for hint in context.wordings(of.hint))


def without_hint(written: str, of: Field, context: Context) -> str:
    """What stands on a line without the hint, in brackets or alone."""
    if not of.hint or not written:
        return written
    hints = [words_of(hint) for hint in context.wordings(of.hint)]
    if words_of(written) in hints:
        return ""
    opened = written.find("(") if "(" in written else written.find("（")
    closed = max(written.rfind(")"), written.rfind("）"))
    if 0 <= opened < closed and words_of(written[opened:closed]) in hints:
        return f"{written[:opened]} {written[closed + 1 :]}".strip(BLANK)
    return written
