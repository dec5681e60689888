"""Scenes of the library: the office opens, an article comes by mail, its author agrees, and the issue goes out."""

from __future__ import annotations

from email.message import EmailMessage

from mailer.adapters import data
from mailer.adapters.sandbox import SandboxUser
from mailer.demo.actions import Demo
from mailer.demo.mails import body, mutt_reply, thunderbird_reply
from mailer.demo.people import AMARA, ANONG, CHEN, NILS, SOFIA

ARTICLE = "invitation-to-bangkok.docx"
TITLE = "Invitation to Bangkok"


def opening(demo: Demo) -> None:
    """The secretary sets up the office, and imports its lists."""
    demo.narrator.say(
        "Sofia, the secretary, makes the store and imports her lists: the board, the members of the working group, and "
        "a member body that reads the newsletter."
    )
    demo.run("upgrade", quiet=True)
    for key in ("cag", "wg-member", "nmb"):
        demo.run("list", "import", key, f"lists/{key}.csv", quiet=True)
    demo.narrator.command("mailer run", "")
    demo.servers.start_daemon()


def approve(demo: Demo, words: str, *members: SandboxUser) -> None:
    """These members of the board approve what has the words in the subject of its ballot, and that suffices."""
    for member in members:
        request = demo.servers.await_mail(
            member, lambda mail: words in str(mail["Subject"]), f"{member.name} is asked about {words}"
        )
        demo.reply(member, request, "APPROVE", mutt_reply, "with mutt")
    granted = demo.servers.await_mail(
        SOFIA,
        lambda mail: str(mail["Subject"]).startswith("Approved:") and words in str(mail["Subject"]),
        f"Sofia hears that {words} is approved",
    )
    demo.narrator.passed(f"Sofia gets “{granted['Subject']}”")


def asking(demo: Demo) -> None:
    """The host of the next meeting is asked for an article, and sends it as she has it."""
    demo.narrator.say(
        "The tentative contents of the issues are a plan. For the second one the host of the next meeting is to write:"
    )
    demo.run("issue", "plan", "2")
    due = demo.today(30).isoformat()
    demo.run(
        *("article", "ask", ANONG.address, "--issue", "2", "--title", TITLE, "--words", "400", "--due", due),
        *("--name", ANONG.name),
    )
    asked = demo.expect_mail(ANONG, f"Would you write “{TITLE}”")
    demo.narrator.say("Anong has written it with her word processor, and sends the file as it is:")
    document = (data.CONFIG / "letters" / ARTICLE).read_bytes()
    words = "Dear Sofia, here it is, with a drawing of ours. Kind regards, Anong"
    demo.reply(ANONG, asked, words, thunderbird_reply, f"with {ARTICLE} attached", attached=(ARTICLE, document))
    demo.expect_mail(ANONG, f"We have your article “{TITLE}”")


def taking(demo: Demo) -> None:
    """It becomes a file of the issue, and what was lost is named."""
    came = demo.expect_mail(SOFIA, "Article 1 came")
    said = " ".join(body(came).split())
    demo.check("Sofia is told what the file had besides its words: a change that was tracked", "a month" in said, said)
    demo.check("and a comment, which nobody else should read", "Please check the number" in said, said)
    demo.narrator.say("It becomes a file in the folder of the issue, with its picture, its caption and its footnote:")
    demo.run("article", "take", "1")
    (file,) = (demo.servers.office / "issues" / "update-2").glob("*-article-1.md")
    text = file.read_text("utf-8")
    demo.check("Its author and its number stand above it", "article = 1" in text and ANONG.name in text, text)
    demo.check("The note of the host has come with it", "Buses leave at 13:30" in text, text)
    demo.check("What was deleted is not in it", "a month" not in text, text)


def agreeing(demo: Demo) -> None:
    """Nothing is printed under a name that has not said yes to exactly these words."""
    (demo.servers.office / "issues" / "update-2" / "02-events.md").unlink()
    demo.narrator.say(
        "No event was announced yet, so Sofia takes that article out. Could she put the issue to the board now? No: an "
        "author has not seen what is to be printed under her name."
    )
    demo.run("issue", "build", "2", quiet=True)
    demo.run("issue", "submit", "2", exit_code=77)
    demo.run("article", "proof", "1")
    proof = demo.expect_mail(ANONG, "DRAFT, please check")
    demo.check("She has the page as a PDF", any(name.endswith(".pdf") for name in _files(proof)), _files(proof))
    demo.reply(ANONG, proof, "Yes", mutt_reply, "with one word")
    demo.expect_mail(SOFIA, "Article 1, its author says yes")


def issuing(demo: Demo) -> None:
    """The board approves the issue, and it is sent."""
    demo.run("issue", "plan", "2")
    demo.run("issue", "submit", "2")
    approve(demo, "ISO/SR Update 2", AMARA, CHEN)
    demo.run("send", "2", "--yes")
    issue = demo.servers.await_mail(NILS, lambda mail: bool(mail["List-Id"]), "Nils gets the issue")
    demo.narrator.passed(f"Nils gets “{issue['Subject']}”")
    demo.run("issue", "show", "2", "--out", "../issue", quiet=True)


def _files(mail: EmailMessage) -> list[str]:
    return [str(part.get_filename()) for part in mail.iter_attachments()]
