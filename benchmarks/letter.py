"""The letter that all senders send: the same text and size, personalised for each recipient."""

from __future__ import annotations

import base64
import hmac
import random
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

OFFICE = "office@bench.example"
SUBJECT = "The news of this quarter"
GREETING = "Dear {{name}},"
LEAVE = "mailto:office+leave-{{token}}@bench.example?subject=unsubscribe"
PLACEHOLDERS = re.compile(rb"\{\{(name|recipient|token)\}\}")

LINE = "The committee met again, and what it found is set out on the next page"
SMALL = 10_240
"""Octets of a letter without a PDF, and of the text and HTML of one with a PDF."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of an issue; ``pdf`` may be empty."""

    text: str
    html: str
    pdf: bytes

    @classmethod
    def of(cls, size: int) -> Letter:
        """A letter of ``size`` octets on the wire, within 3 per cent."""
        frame = len(cls._of_lines(0, b"").compose(Reader(1)).as_bytes())
        lines = round((SMALL - frame) / (2 * len(LINE) + len("\r\n<p></p>\r\n")))
        return cls._of_lines(lines, random.Random(size).randbytes(max(0, size - SMALL) * 57 // 78))

    @classmethod
    def _of_lines(cls, lines: int, pdf: bytes) -> Letter:
        text = [GREETING, *[LINE] * lines, "This went to {{recipient}}.", LEAVE]
        html = "\n".join(f"<p>{line}</p>" for line in text)
        return cls("\n".join(text) + "\n", f"<html><body>{html}</body></html>\n", pdf)

    @classmethod
    def read(cls, folder: Path) -> Letter:
        """The letter that ``write`` has written."""
        text, html = ((folder / name).read_text() for name in ("letter.txt", "letter.html"))
        return cls(text, html, (folder / "letter.pdf").read_bytes())

    def write(self, folder: Path) -> None:
        """Write the parts, the whole mail with placeholders, and one reader's copy with LF line ends."""
        whole = self.compose().as_bytes()
        (folder / "letter.txt").write_text(self.text)
        (folder / "letter.html").write_text(self.html)
        (folder / "letter.pdf").write_bytes(self.pdf)
        (folder / "letter.eml").write_bytes(whole)
        (folder / "copy.eml").write_bytes(NamedTemplate(whole).fill(Reader(1)).replace(b"\r\n", b"\n"))

    def compose(self, to: Reader | None = None) -> EmailMessage:
        """A whole mail composed by the standard library, for one reader or with placeholders."""
        mail = EmailMessage(policy=SMTP)
        values = to.values if to else {name: f"{{{{{name}}}}}" for name in ("name", "recipient", "token")}
        mail["From"] = f"The Office <{OFFICE}>"
        mail["To"] = values["recipient"]
        mail["Subject"] = SUBJECT
        mail["Date"] = "Mon, 23 Nov 2026 09:00:00 +0000"
        mail["Message-ID"] = f"<{values['token']}@bench.example>"
        mail["List-Id"] = "<update.bench.example>"
        mail["List-Unsubscribe"] = f"<{_filled(LEAVE, values)}>"
        mail["List-Post"] = "NO"
        mail["List-Owner"] = f"<mailto:{OFFICE}>"
        mail.set_content(_filled(self.text, values), cte="quoted-printable")
        mail.add_alternative(_filled(self.html, values), subtype="html", cte="quoted-printable")
        if self.pdf:
            mail.add_attachment(self.pdf, "application", "pdf", filename="update-1.pdf")
        return mail


@dataclass(frozen=True, slots=True)
class Reader:
    """One recipient, with their own token and envelope sender (VERP)."""

    number: int

    @property
    def values(self) -> dict[str, str]:
        return {"name": f"Reader {self.number}", "recipient": self.address, "token": self.token}

    @property
    def address(self) -> str:
        return f"reader{self.number}@d{self.number % 50}.example"

    @property
    def token(self) -> str:
        mac = hmac.digest(b"a key of the benchmark", str(self.number).encode(), "sha256")
        return f"{self.number}-{base64.b32encode(mac).decode().lower()[:26]}"

    @property
    def bounces_to(self) -> str:
        return f"office+bounce-{self.token}@bench.example"


class NamedTemplate:
    """The whole letter split at its placeholders, so that a copy costs one join."""

    def __init__(self, whole: bytes) -> None:
        self._pieces = PLACEHOLDERS.split(whole)

    def fill(self, reader: Reader) -> bytes:
        values = {name.encode(): value.encode() for name, value in reader.values.items()}
        pieces = self._pieces.copy()
        pieces[1::2] = [values[name] for name in pieces[1::2]]
        return b"".join(pieces)


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text
