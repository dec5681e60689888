"""Scenes of the middle: the issue is built, the board is asked, a forgery fails, the board approves."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from mailer.demo.cast import AMARA, BOARD, BRUNO, CHEN, OFFICE, READERS, SOFIA, first_name
from mailer.demo.letters import answer_address, body, fresh, mutt_reply, thunderbird_reply
from mailer.demo.performance import Performance
from mailer.demo.stage import Stage

REMARK = "Clear, short and fair. Thank you."


def pdf(stage: Stage) -> bytes:
    """The issue's PDF as the secretary looks at it."""
    (found,) = (stage.folder / "issue").glob("*.pdf")
    return Path(found).read_bytes()


def building(play: Performance) -> None:
    """Articles in a folder become an issue."""
    play.told.tell(
        "The first issue is a folder with five articles in plain text and two pictures. Sofia sets it, and looks at it:"
    )
    play.runs("issue", "build", "1")
    play.runs("issue", "show", "1", "--out", "../issue", quiet=True)
    kinds = sorted({path.suffix for path in (play.stage.folder / "issue").iterdir()})
    play.holds(
        "There is a PDF, a page with its pictures, and a text", kinds == [".html", ".pdf", ".png", ".txt"], kinds
    )
    play.told.tell("Could she send it now? No: nothing goes out that the board has not granted.")
    play.runs("send", "1", "--yes", ends=os.EX_NOPERM)


def asking(play: Performance) -> None:
    """Every board member gets the issue."""
    play.told.tell(
        "She asks the board, which is the chairman's advisory group: three people, two of whom must approve."
    )
    play.runs("issue", "submit", "1")
    requests = [play.arrives(member, "Approve by") for member in BOARD]
    files = [[bytes(part.get_payload(decode=True)) for part in mail.iter_attachments()] for mail in requests]
    play.holds("Each of them has the PDF with it, exactly as it was built", files == [[pdf(play.stage)]] * len(BOARD))
    addresses = {answer_address(mail) for mail in requests}
    play.holds("Each has a voting address of their own", len(addresses) == len(BOARD), addresses)


def forging(play: Performance) -> None:
    """Somebody outside writes in the name of a board member, and even has the right voting address."""
    play.told.tell(
        "Bruno's request has leaked. Somebody outside writes in his name, to his own voting address, "
        "from a server that is not his:"
    )
    request = play.mail(BRUNO, "Approve by")
    forged = fresh(BRUNO, answer_address(request), f"Re: {request['Subject']}", "APPROVE\n\nBruno", datetime.now(UTC))
    forged["In-Reply-To"] = str(request["Message-ID"])
    play.told.mail("“Bruno Costa <bruno@industry.example>” writes:", "APPROVE\n\nBruno")
    play.stage.sandbox.receive("someone@elsewhere.example", forged.as_bytes(), [answer_address(request)])
    play.told.tell(
        "His name is right and so is the address, but the mail does not carry the signature of his "
        "organisation's mail server. It is refused, and Bruno is told."
    )
    play.arrives(BRUNO, "Was this you?")
    refused = [mail["Message-ID"] for mail in play.stage.inbox(OFFICE, "Refused")]
    play.holds("The forged mail lies in the folder Refused", refused == [forged["Message-ID"]], refused)
    counted = [str(mail["Subject"]) for mail in play.stage.inbox(BRUNO) if str(mail["Subject"]).startswith("Received")]
    play.holds("It was not counted: Bruno has no receipt for a vote", not counted, counted)
    play.runs("status")


def voting(play: Performance) -> None:
    """Two members reply."""
    play.told.tell("Now the board itself. All it takes is the reply key, and APPROVE as the first line.")
    play.replies(AMARA, play.mail(AMARA, "Approve by"), f"APPROVE\n\n{REMARK}", mutt_reply, "with mutt, in plain text")
    play.arrives(AMARA, "Received: your vote")
    early = [str(mail["Subject"]) for mail in play.stage.inbox(SOFIA)]
    play.holds("One of three is not enough: Sofia has no mail yet", not early, early)
    play.replies(CHEN, play.mail(CHEN, "Approve by"), "approve", thunderbird_reply, "with Thunderbird, in HTML")
    play.arrives(CHEN, "Received: your vote")
    granted = play.arrives(SOFIA, "Approved:")
    play.holds("It holds the votes, with Amara's remark", REMARK in body(granted), body(granted))
    sent = [first_name(reader) for reader in READERS if any(mail["List-Id"] for mail in play.stage.inbox(reader))]
    play.holds("No reader has the issue yet: a grant alone sends nothing", not sent, sent)
