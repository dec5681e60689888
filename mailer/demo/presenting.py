"""Scenes of the networks: the task of a presenter, a registration, a seminar with its presenter, a report."""

from __future__ import annotations

from email.message import EmailMessage

from mailer.adapters import data
from mailer.demo.actions import Demo
from mailer.demo.gathering import lines
from mailer.demo.mails import body, mutt_reply, thunderbird_reply
from mailer.demo.people import AMARA, AMINA, CHEN, OFFICE, SOFIA, WANJIRU

SEMINAR = "Social responsibility in the workshop"
IN_DAYS = 40
"""How many days from the beginning the seminar is."""

REGISTRATION = {
    "Name": AMINA.name,
    "Organisation": "Labour Forum",
    "Country": "Kenya",
    "Languages": "English, Swahili",
    "Regions": "Eastern Africa",
    "Topics": "labour practices, human rights",
    "Experience": "Twenty seminars with unions and employers.",
    "May be published": "yes",
}


def scope(demo: Demo) -> None:
    """The first document of the library: what a presenter does, and who pays what."""
    demo.narrator.say(
        "Who volunteers has to know for what. The scope of a presenter's task is a document of the library, with "
        "versions. It goes outside, so the board decides on it as on an issue:"
    )
    demo.run("library", "build", "scope")
    demo.run("library", "submit", "scope")
    for member, prefix in ((AMARA, "DRAFT of"), (CHEN, "The task of a presenter")):
        asked = (
            demo.servers.await_mail(member, lambda mail: True, f"{member.name} is asked") if member is CHEN else None
        )
        request = asked or demo.mail(member, prefix)
        demo.reply(member, request, "APPROVE", mutt_reply, "with mutt")
    demo.expect_mail(SOFIA, "Approved:")
    demo.narrator.say("With the grant it is published, and every presenter gets it from now on:")
    demo.run("library", "versions", "scope")
    demo.run("library", "show", "scope", "--out", "../library", quiet=True)


def registering(demo: Demo) -> None:
    """An expert registers, confirms, and is taken into the bank."""
    demo.narrator.say("Amina would speak about the work. One word to the office brings her the lines to fill in:")
    demo.write(AMINA, OFFICE.address, "presenter", "presenter")
    asked = demo.expect_mail(AMINA, "To fill in: your registration")
    demo.check("The task is attached", "scope-1.0.pdf" in _files(asked), _files(asked))
    demo.reply(AMINA, asked, lines(REGISTRATION), thunderbird_reply, "with Thunderbird, with the lines filled in")
    offer = demo.expect_mail(SOFIA, f"A presenter: {AMINA.name}")
    demo.reply(SOFIA, offer, "YES", mutt_reply, "and Amina is in the bank")
    demo.expect_mail(AMINA, "Welcome to the bank")
    demo.run("presenters", "show", "1")


def announcing(demo: Demo) -> None:
    """A member body announces a seminar, and the secretary accepts it."""
    day = demo.today(IN_DAYS)
    fields = {
        "Title of the event": SEMINAR,
        "Kind of event": "seminar",
        "Organiser": "Bureau of Standards",
        "Place": "Nairobi",
        "Country of the event": "Kenya",
        "Dates": f"{day:%d %B %Y}",
        "Hours": "09:00-16:30",
        "Languages of the event": "English",
        "Audience": "sixty small companies",
        "Topics": "labour practices, consumer issues",
        "Would you like a presenter of the group": "yes",
        "Costs of the presenter that you cover": "travel, accommodation",
    }
    demo.narrator.say("Wanjiru's member body holds a seminar, and would like to have a presenter:")
    demo.write(WANJIRU, OFFICE.address, "A seminar in Nairobi", f"event\n\n{lines(fields)}")
    confirm = demo.expect_mail(WANJIRU, "Please confirm")
    demo.reply(WANJIRU, confirm, "yes", mutt_reply, "with mutt")
    announced = demo.expect_mail(SOFIA, "Event 1 announced")
    demo.reply(SOFIA, announced, "YES", mutt_reply, "to accept it")
    accepted = demo.expect_mail(WANJIRU, "Your event is accepted")
    demo.check("It has the seminar for her calendar", "event-1.ics" in _files(accepted), _files(accepted))


def engaging(demo: Demo) -> None:
    """The office recommends, the secretary chooses, the presenter agrees, the host is told."""
    demo.narrator.say("The office has ranked the bank for the seminar, and says why:")
    choice = demo.expect_mail(SOFIA, f"Which presenter for {SEMINAR}?")
    demo.narrator.mail("It says:", _part(body(choice), "These of the bank", "Reply with a number"))
    demo.reply(SOFIA, choice, "1", mutt_reply, "with a number")
    asked = demo.expect_mail(AMINA, f"Would you present at {SEMINAR}?")
    demo.check("Amina does not learn the host's address before she agrees", WANJIRU.address not in asked.as_string())
    demo.reply(AMINA, asked, "yes", mutt_reply, "with mutt")
    told = demo.expect_mail(AMINA, f"You present at {SEMINAR}")
    demo.check("Now she has her contact, and the seminar for her calendar", WANJIRU.address in body(told))
    host = demo.expect_mail(WANJIRU, "Your presenter for")
    demo.check("And her host has hers", AMINA.address in body(host), body(host))


def reporting(demo: Demo) -> None:
    """Weeks pass; after the seminar its presenter reports by reply, with a picture."""
    demo.pass_days(IN_DAYS - 6, "Weeks pass. Some days before the seminar Amina is reminded:")
    demo.expect_mail(AMINA, f"Soon: you present at {SEMINAR}")
    demo.pass_days(8, "And on the day after it she is asked how it was:")
    asked = demo.expect_mail(AMINA, f"How was {SEMINAR}?")
    report = {
        "How many came": "58",
        "Who came": "Owners of small companies, and two journalists",
        "What was asked": "Is it a standard to certify? Who pays for an audit?",
        "What went well": "An hour of their own cases.",
        "What the pictures show, and who took them": "The quay on the morning of the workshop. Photograph: W. Kamau",
    }
    picture = (data.CONFIG / "example" / "quay.png").read_bytes()
    demo.reply(AMINA, asked, lines(report), thunderbird_reply, "with a picture", attached=("workshop.png", picture))
    demo.expect_mail(AMINA, f"Your report on {SEMINAR}")
    demo.expect_mail(SOFIA, f"Report 1 on {SEMINAR}")
    demo.narrator.say("What the companies asked waits for an answer, marked as questions that others may have:")
    demo.run("feedback", "ls", "--tag", "faq")
    demo.run("events", "ls", "--past")


def _files(mail: EmailMessage) -> list[str]:
    return [str(part.get_filename()) for part in mail.iter_attachments()]


def _part(text: str, first: str, until: str) -> str:
    """The part of a text from one phrase to another."""
    return text[text.find(first) : text.find(until)].strip()
