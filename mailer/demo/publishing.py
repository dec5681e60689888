"""Scenes of the networks: the lists as documents, and the next issue."""

from __future__ import annotations

from mailer.demo.actions import Demo
from mailer.demo.mails import body, mutt_reply
from mailer.demo.people import AMARA, BRUNO, LENA, SOFIA

LISTS = ("subscriber", "presenters", "events")


def first_versions(demo: Demo) -> None:
    """Lists become documents with a version; a person's name stands in one only if they said so."""
    demo.narrator.say("What of them may stand in a published list? Each subscriber is asked, once:")
    demo.run("list", "ask-publish", "subscriber")
    asked = demo.expect_mail(LENA, "What may we publish")
    demo.reply(LENA, asked, "Name: no\nCountry: yes\nOrganisation: yes", mutt_reply, "with mutt")
    demo.expect_mail(LENA, "What we may publish")
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


def next_issue(demo: Demo) -> None:
    """The report becomes an article, and the events a block."""
