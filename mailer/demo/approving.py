"""Scenes: the issue is built, the board is asked, a forgery fails, the board approves."""

from __future__ import annotations

import os
from pathlib import Path

from mailer.demo.actions import Demo
from mailer.demo.mails import answer_address, body, mutt_reply, new_mail, thunderbird_reply
from mailer.demo.people import AMARA, BOARD, BRUNO, CHEN, OFFICE, READERS, SOFIA, first_name
from mailer.demo.servers import DemoServers

REMARK = "Clear, short and fair. Thank you."

ASKED = {AMARA: "DRAFT of", BRUNO: "RASCUNHO de", CHEN: "ISO/SR Update 1 草案"}
"""How the subject of the request begins, in each member's language."""
COUNTED = {AMARA: "Received: your vote", BRUNO: "Recebido: o seu voto", CHEN: "已收到"}
"""How the subject of the receipt for a vote begins."""


def pdf(servers: DemoServers) -> bytes:
    """The issue's PDF, from the folder to which the secretary has written it."""
    (found,) = (servers.folder / "issue").glob("*.pdf")
    return Path(found).read_bytes()


def building(demo: Demo) -> None:
    """Build the issue from a folder of articles."""
    demo.narrator.say(
        "The first issue is a folder with eight articles in plain text and two pictures. Sofia sets it, and "
        "looks at it:"
    )
    demo.run("issue", "build", "1")
    demo.run("issue", "show", "1", "--out", "../issue", quiet=True)
    kinds = sorted({path.suffix for path in (demo.servers.folder / "issue").iterdir()})
    demo.check(
        "There is a PDF, a page with its pictures, and a text", kinds == [".html", ".pdf", ".png", ".txt"], kinds
    )
    demo.narrator.say("Could she send it now? No: nothing goes out that the board has not granted.")
    demo.run("send", "1", "--yes", exit_code=os.EX_NOPERM)


def asking(demo: Demo) -> None:
    """Ask every board member to approve it."""
    demo.narrator.say(
        "She asks the board, which is the chairman's advisory group: three people, two of whom must approve. Each is "
        "asked in their own language: English, Portuguese and Chinese."
    )
    demo.run("issue", "submit", "1")
    requests = [demo.expect_mail(member, ASKED[member]) for member in BOARD]
    files = [[bytes(part.get_payload(decode=True)) for part in mail.iter_attachments()] for mail in requests]
    demo.check("Each of them has the PDF with it, exactly as it was built", files == [[pdf(demo.servers)]] * len(BOARD))
    addresses = {answer_address(mail) for mail in requests}
    demo.check("Each has a voting address of their own", len(addresses) == len(BOARD), addresses)


def forging(demo: Demo) -> None:
    """A stranger votes in the name of a board member, and even has the right voting address."""
    demo.narrator.say(
        "Bruno's request has leaked. Somebody outside writes in his name, to his own voting address, "
        "from a server that is not his:"
    )
    request = demo.mail(BRUNO, ASKED[BRUNO])
    address, subject = answer_address(request), f"Re: {request['Subject']}"
    forged = new_mail(BRUNO, address, subject, "APPROVE\n\nBruno", demo.servers.clock.now())
    forged["In-Reply-To"] = str(request["Message-ID"])
    demo.narrator.mail("“Bruno Costa <bruno@industry.example>” writes:", "APPROVE\n\nBruno")
    demo.servers.sandbox.receive("someone@elsewhere.example", forged.as_bytes(), [address])
    demo.narrator.say(
        "His name is right and so is the address, but the mail does not carry the signature of his "
        "organisation's mail server. It is refused, and Bruno is told."
    )
    demo.expect_mail(BRUNO, "Foi você?")
    refused = [mail["Message-ID"] for mail in demo.servers.inbox(OFFICE, "Refused")]
    demo.check("The forged mail is in the folder Refused", refused == [forged["Message-ID"]], refused)
    subjects = [str(mail["Subject"]) for mail in demo.servers.inbox(BRUNO)]
    counted = [subject for subject in subjects if subject.startswith(COUNTED[BRUNO])]
    demo.check("It was not counted: Bruno has no receipt for a vote", not counted, counted)
    demo.run("status")


def voting(demo: Demo) -> None:
    """Two board members approve."""
    demo.narrator.say("Now the board itself. All it takes is the reply key, and APPROVE as the first line.")
    demo.reply(AMARA, demo.mail(AMARA, ASKED[AMARA]), f"APPROVE\n\n{REMARK}", mutt_reply, "with mutt, in plain text")
    demo.expect_mail(AMARA, COUNTED[AMARA])
    early = [str(mail["Subject"]) for mail in demo.servers.inbox(SOFIA) if "Approved" in str(mail["Subject"])]
    demo.check("One of three is not enough: the issue is not approved yet", not early, early)
    demo.reply(CHEN, demo.mail(CHEN, ASKED[CHEN]), "approve", thunderbird_reply, "with Thunderbird, in HTML")
    demo.expect_mail(CHEN, COUNTED[CHEN])
    granted = demo.expect_mail(SOFIA, "Approved:")
    demo.check("It holds the votes, with Amara's remark", REMARK in body(granted), body(granted))
    sent = [first_name(reader) for reader in READERS if any(mail["List-Id"] for mail in demo.servers.inbox(reader))]
    demo.check("No reader has the issue yet: a grant alone sends nothing", not sent, sent)
