"""What an author sends: the text of an article, in the mail or as a file; pictures; and words for the editors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mailer.inbound.attachments import contents
from mailer.inbound.own_words import is_closing, own_words_in
from mailer.inbound.pictures import Seen, look
from mailer.inbound.reply import own_text
from mailer.message import Attachment, Inbound
from mailer.model.articles import count_words
from mailer.model.conversion import format_of

MOST_FILES, MOST_PICTURES = 4, 12
"""How many documents and pictures of one mail are looked at; each document takes a process, and seconds at worst."""
LARGEST_FILE, LARGEST_PICTURE = 20_000_000, 12_000_000
"""Octets of a document and of a picture that are looked at."""
_INLINE = 300
"""Pixels that a picture in the text has at least on each side; a smaller one is a logo or a signature."""
_FEW, _FEWEST = 80, 25
"""Words from which on the text of a mail is an article and no letter; fewer if a short article was asked for."""
_CLOSING = 4
"""In how many paragraphs at the end a closing is looked for."""
_BREAK = re.compile(r"\n[ \t]*\n+")


class File(NamedTuple):
    """A file of the mail: a document, or anything else."""

    attachment: Attachment
    data: bytes = b""


class Photo(NamedTuple):
    """A picture."""

    attachment: Attachment
    data: bytes
    seen: Seen


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one mail has."""

    text: str = ""
    """The article, if it stands in the mail itself."""
    words: str = ""
    """What is for the editors."""
    documents: Sequence[File] = ()
    photos: Sequence[Photo] = ()
    others: Sequence[File] = field(default=())
    """Files that cannot be used: of another kind, too large, or too many."""

    @property
    def has_text(self) -> bool:
        return bool(self.text or self.documents)

    @property
    def has_substance(self) -> bool:
        """Whether it has anything but words."""
        return bool(self.has_text or self.photos or self.others)


def read_contribution(mail: Inbound, wanted: int = 0, text: str | None = None) -> Contribution:
    """What the mail has. ``wanted`` is how many words were asked for, and ``text`` its own text without known lines."""
    documents: list[File] = []
    photos: list[Photo] = []
    others: list[File] = []
    for attachment, data in contents(mail):
        seen = look(data) if len(data) <= LARGEST_PICTURE else None
        if format_of(attachment.name, attachment.media_type) and not attachment.inline:
            fits = len(data) <= LARGEST_FILE and len(documents) < MOST_FILES
            (documents if fits else others).append(File(attachment, data if fits else b""))
        elif seen and len(photos) < MOST_PICTURES and _is_photo(attachment, seen):
            photos.append(Photo(attachment, data, seen))
        elif not (attachment.inline or attachment.media_type.startswith(("application/pgp-", "application/pkcs7-"))):
            others.append(File(attachment))
    own = own_text(mail) if text is None else text
    body, closing = _article(own, mail.sender.name if mail.sender else "")
    least = min(_FEW, max(_FEWEST, wanted // 3)) if wanted else _FEW
    if documents or count_words(body) < least:
        return Contribution("", own.strip(), documents, photos, others)
    return Contribution(body, closing, documents, photos, others)


def _is_photo(attachment: Attachment, seen: Seen) -> bool:
    return not attachment.inline or min(seen.width, seen.height) >= _INLINE


def _article(text: str, writer: str) -> tuple[str, str]:
    """The text without a salutation above it and a closing below it; and the closing."""
    blocks = [block.strip("\n") for block in _BREAK.split(text.strip()) if block.strip()]
    if (
        blocks
        and "\n" not in blocks[0]
        and not own_words_in(f"{blocks[0]}\n\nText.", writer).text.startswith(blocks[0])
    ):
        blocks = blocks[1:]
    first = max(1, len(blocks) - _CLOSING)
    end = next((at for at in range(first, len(blocks)) if is_closing(blocks[at].split("\n")[0])), len(blocks))
    return "\n\n".join(blocks[:end]), "\n\n".join(blocks[end:])
