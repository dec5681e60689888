"""Scenes: the issue is sent, one reader unsubscribes, and nothing is sent twice."""

from __future__ import annotations

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from mailer.adapters.sandbox import SandboxUser
from mailer.demo.actions import Demo
from mailer.demo.approving import pdf
from mailer.demo.mails import body
from mailer.demo.people import MATEO, PEOPLE, READERS, SOFIA, ULLA, first_name

LIST_ID = "<update.iso-sr.example>"

TEXT = ["text/plain"]
PDF = ["text/plain", "text/html", "application/pdf"]
FORMATS = {reader: TEXT if reader is ULLA else PDF for reader in READERS}
"""The parts of each reader's copy, without pictures."""

GOODBYE = "Se ha dado de baja"
"""How the goodbye begins that Mateo gets, in his language."""


def copies(demo: Demo, person: SandboxUser) -> list[EmailMessage]:
    """All copies of the issue in a person's inbox."""
    return [mail for mail in demo.servers.inbox(person) if str(mail["List-Id"] or "").endswith(LIST_ID)]


def distributing(demo: Demo) -> None:
    """The secretary sends the issue."""
    demo.narrator.say("One command. Without --yes it would show the same and ask first.")
    demo.run("send", "1", "--yes")
    demo.expect_mail(SOFIA, "ISO/SR Update 1 has been sent")


def looking(demo: Demo) -> None:
    """Check everybody's mailbox."""
    demo.narrator.say("The same issue, made for each reader. We open every mailbox and look:")
    _everybody_has_one(demo)
    mails = {reader: copies(demo, reader)[0] for reader in READERS}
    for reader, mail in mails.items():
        kinds = [
            part.get_content_type() for part in mail.walk() if part.get_content_maintype() in ("text", "application")
        ]
        made_of = "text only, as she asked" if reader is ULLA else "HTML, text and PDF"
        demo.check(f"{first_name(reader)} has it as {made_of}", kinds == FORMATS[reader], kinds)
    files = [part.get_payload(decode=True) for mail in mails.values() for part in mail.iter_attachments()]
    demo.check("The PDF is exactly the one that the board approved", set(files) == {pdf(demo.servers)})
    unnamed = [first_name(reader) for reader, mail in mails.items() if f"Dear {reader.name}," not in body(mail)]
    demo.check("Each copy greets its reader by name", not unnamed, unnamed)
    tokens = {leave_address(mail) for mail in mails.values()}
    demo.check("Each copy has an unsubscribe address of its own", len(tokens) == len(READERS), tokens)


def _everybody_has_one(demo: Demo) -> None:
    found = {person.name: len(copies(demo, person)) for person in PEOPLE}
    wanted = {person.name: int(person in READERS) for person in PEOPLE}
    names = ", ".join(first_name(reader) for reader in READERS)
    demo.check(f"One copy each, no more and no less: {names}; none for anybody else", found == wanted, found)


def leave_address(mail: EmailMessage) -> str:
    """The address to which a mail program's Unsubscribe button writes (RFC 2369 3.2)."""
    return unquote(urlsplit(str(mail["List-Unsubscribe"]).strip().strip("<>")).path)


def leaving(demo: Demo) -> None:
    """A reader unsubscribes."""
    demo.narrator.say("Sofia keeps a copy of the list of subscribers:")
    demo.run("list", "export", "subscriber", "-o", "lists/subscriber.csv")
    demo.narrator.say("Mateo presses Unsubscribe in his mail program, which sends an empty mail for him:")
    demo.write(MATEO, leave_address(copies(demo, MATEO)[0]), "unsubscribe", "")
    demo.expect_mail(MATEO, GOODBYE)


def repeating(demo: Demo) -> None:
    """Import an old list, and send again."""
    demo.narrator.say("By mistake Sofia imports the old copy, in which Mateo is still listed:")
    demo.run("list", "import", "subscriber", "lists/subscriber.csv")
    demo.narrator.say("And she sends the issue once more:")
    demo.run("send", "1", "--yes")
    _everybody_has_one(demo)
    last = str(demo.servers.inbox(MATEO)[-1]["Subject"])
    demo.check("Mateo stays unsubscribed: the goodbye is his last mail", last.startswith(GOODBYE), last)
    demo.run("status")
