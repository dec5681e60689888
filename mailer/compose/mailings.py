"""Composes the template of a mailing's copies. Pure: Message-IDs and dates are values of a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.compose.mime import NamedPiece, NamedTemplate, Part, Placeholder, header_text, mailbox_text, phrase_text
from mailer.message import Address

TO, DATE, MESSAGE_ID, REPORT, TOKEN = "to", "date", "message-id", "report", "⟦token⟧"
"""Placeholders of a copy, besides the greeting and the recipient. Links to leave differ only in their token."""


@dataclass(frozen=True, slots=True)
class ListHeaders:
    """The List-* fields of a copy (RFC 2369, RFC 2919, RFC 8058)."""

    id: str
    title: str
    leave: Sequence[str]
    """Links to leave, each with ``TOKEN``, best first; an https link offers one-click."""
    post: str
    """Where members post, or ``NO``."""
    owner: Address
    help: str
    """The link that asks how this works."""
    feedback: str
    """What providers count complaints by (Feedback-ID): it names the mailing, and nobody who gets it."""

    def pieces(self) -> list[NamedPiece]:
        """The fields, each with its line end."""
        one_click = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if self.leave[0].startswith("http") else ""
        return [
            f"List-Id: {phrase_text(self.title)} <{self.id}>\r\nList-Unsubscribe: ".encode(),
            *_with_token(",\r\n ".join(f"<{link}>" for link in reversed(self.leave))),
            f"\r\n{one_click}List-Post: {self.post}\r\nList-Owner: <mailto:{self.owner}>\r\n"
            f"List-Help: <{self.help}>\r\nFeedback-ID: {self.feedback}\r\n".encode(),
        ]


def copy_template(
    sender: Address, subject: str, headers: ListHeaders, body: Part, *, reports: bool = False
) -> NamedTemplate:
    """The template of the copies that have this body. The date is a placeholder, as copies may leave days apart.

    ``reports``: whether a field has the token by which a report names its copy, if it cannot be in an address.
    """
    report: list[NamedPiece] = [b"X-Report-Token: ", Placeholder(REPORT, encoded=False), b"\r\n"] if reports else []
    return NamedTemplate(
        [
            f"From: {mailbox_text(sender)}\r\nTo: ".encode(),
            Placeholder(TO, encoded=False),
            f"\r\n{header_text('Subject', subject)}\r\nDate: ".encode(),
            Placeholder(DATE, encoded=False),
            b"\r\nMessage-ID: ",
            Placeholder(MESSAGE_ID, encoded=False),
            b"\r\n",
            *report,
            *headers.pieces(),
            b"MIME-Version: 1.0\r\n",
            *body.pieces(),
        ]
    )


def _with_token(field: str) -> list[NamedPiece]:
    """A header field in which ``TOKEN`` becomes a placeholder."""
    first, *rest = field.split(TOKEN)
    token = Placeholder(TOKEN, encoded=False)
    return [first.encode(), *(piece for after in rest for piece in (token, after.encode()))]
