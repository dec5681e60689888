"""Scenes of the end: the issue goes out, one reader leaves, and nothing goes out twice."""

from __future__ import annotations

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from mailer.adapters.sandbox import SandboxUser
from mailer.demo.approving import pdf
from mailer.demo.cast import MATEO, READERS, ROLES, SOFIA, ULLA, first_name
from mailer.demo.letters import body
from mailer.demo.performance import Performance

LIST_ID = "<update.iso-sr.example>"

TEXT = ["text/plain"]
PDF = ["text/plain", "text/html", "application/pdf"]
FORMATS = {reader: TEXT if reader is ULLA else PDF for reader in READERS}
"""What each reader's copy is made of, pictures apart."""


def copies(play: Performance, person: SandboxUser) -> list[EmailMessage]:
    """The issue, as often as somebody has it."""
    return [mail for mail in play.stage.inbox(person) if str(mail["List-Id"] or "").endswith(LIST_ID)]


def distributing(play: Performance) -> None:
    """The secretary says send."""
    play.told.tell("One command. Without --yes it would show the same and ask first.")
    play.runs("send", "1", "--yes")
    play.arrives(SOFIA, "ISO/SR Update 1 has been sent")


def looking(play: Performance) -> None:
    """What is in everybody's mailbox."""
    play.told.tell("The same issue, made for each reader. We open every mailbox and look:")
    _everybody_has_one(play)
    mails = {reader: copies(play, reader)[0] for reader in READERS}
    for reader, mail in mails.items():
        kinds = [
            part.get_content_type() for part in mail.walk() if part.get_content_maintype() in ("text", "application")
        ]
        made_of = "text alone, as she asked" if reader is ULLA else "HTML, text and PDF"
        play.holds(f"{first_name(reader)} has it as {made_of}", kinds == FORMATS[reader], kinds)
    files = [part.get_payload(decode=True) for mail in mails.values() for part in mail.iter_attachments()]
    play.holds("The PDF is exactly the one that the board approved", set(files) == {pdf(play.stage)})
    unnamed = [first_name(reader) for reader, mail in mails.items() if f"Dear {reader.name}," not in body(mail)]
    play.holds("Each copy greets its reader by name", not unnamed, unnamed)
    tokens = {leave_address(mail) for mail in mails.values()}
    play.holds("Each copy has an unsubscribe address of its own", len(tokens) == len(READERS), tokens)


def _everybody_has_one(play: Performance) -> None:
    found = {person.name: len(copies(play, person)) for person in ROLES}
    wanted = {person.name: int(person in READERS) for person in ROLES}
    names = ", ".join(first_name(reader) for reader in READERS)
    play.holds(f"One copy each, no more and no less: {names}; none for anybody else", found == wanted, found)


def leave_address(mail: EmailMessage) -> str:
    """Where the mail program's own Unsubscribe button writes to (RFC 2369 3.2)."""
    return unquote(urlsplit(str(mail["List-Unsubscribe"]).strip().strip("<>")).path)


def leaving(play: Performance) -> None:
    """A reader has enough."""
    play.told.tell("Sofia keeps a copy of the list of subscribers:")
    play.runs("list", "export", "subscriber", "-o", "lists/subscriber.csv")
    play.told.tell("Mateo presses Unsubscribe in his mail program, which sends an empty mail for him:")
    play.writes(MATEO, leave_address(copies(play, MATEO)[0]), "unsubscribe", "")
    play.arrives(MATEO, "You have left")


def repeating(play: Performance) -> None:
    """An old list and the same command again."""
    play.told.tell("By mistake Sofia imports the old copy, in which Mateo still stands:")
    play.runs("list", "import", "subscriber", "lists/subscriber.csv")
    play.told.tell("And she sends the issue once more:")
    play.runs("send", "1", "--yes")
    _everybody_has_one(play)
    last = str(play.stage.inbox(MATEO)[-1]["Subject"])
    play.holds("Mateo stays away: the goodbye is the last mail that he has", last.startswith("You have left"), last)
    play.runs("status")
