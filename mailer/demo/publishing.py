"""Scenes of the networks: the lists as documents, and the next issue."""

from __future__ import annotations

from mailer.demo.actions import Demo
from mailer.demo.mails import body, mutt_reply
from mailer.demo.people import AMARA, LENA
from mailer.demo.presenting import SEMINAR

LISTS = ("subscriber", "presenters", "events")


def first_versions(demo: Demo) -> None:
    """Lists become documents with a version; a person's name stands in one only if they said so."""
    demo.narrator.say("What of them may stand in a published list? Each subscriber is asked, once:")
    demo.run("list", "ask-publish", "subscriber", "--yes")
    asked = demo.expect_mail(LENA, "What may we publish")
    demo.reply(LENA, asked, "Name: no\nCountry: yes\nOrganisation: yes", mutt_reply, "with mutt")
    demo.expect_mail(LENA, "What ISO/SR TG 2 may")
    demo.narrator.say("Three lists get their version 1.0:")
    for key in LISTS:
        demo.run("list", "publish", key)
    demo.narrator.say("For her own look Sofia may write them as drafts. Outside they go only when the board agrees:")
    demo.run("list", "export", "presenters", "--version", "1.0", "--out", "../lists/presenters", exit_code=77)
    for key in LISTS:
        demo.run("list", "export", key, "--version", "1.0", "--out", f"../lists/{key}-1.0", "--draft", quiet=True)


def second_version(demo: Demo) -> None:
    """The end of the review published version 2.0; its differences in words."""
    demo.run("list", "versions", "subscriber")
    demo.run("list", "diff", "subscriber", "1.0", "2.0")
    demo.run(
        "list", "export", "subscriber", "--version", "2.0", "--out", "../lists/subscriber-2.0", "--draft", quiet=True
    )


def next_issue(demo: Demo) -> None:
    """The report becomes an article, and the events a block."""
    demo.narrator.say("The next issue has a block with the events of the office. The report becomes an article of it:")
    demo.run("issue", "draft", "2", "--from-report", "1")
    demo.run("issue", "build", "2")
    demo.run("issue", "show", "2", "--out", "../issue", quiet=True)
    (text,) = (path.read_text("utf-8") for path in (demo.servers.folder / "issue").glob("*.txt"))
    demo.check("It lists the seminar, with who presented", SEMINAR in text, text)
    demo.check("It has the report", "An hour of their own cases." in text, text)
    demo.run("issue", "submit", "2")
    asked = demo.expect_mail(AMARA, "DRAFT of ISO/SR Update 2")
    demo.check("The board sees all of it before anybody outside", SEMINAR in body(asked), body(asked))
    demo.run("status")
