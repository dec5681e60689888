"""Scenes of the networks: the lists begin, and a union is nominated, invited, and says yes."""

from __future__ import annotations

from mailer.demo.actions import Demo
from mailer.demo.mails import body, mutt_reply, thunderbird_reply
from mailer.demo.people import LENA, OFFICE, PAOLO, SOFIA, WANJIRU

NOMINATION = {
    "Organisation": "Dockers United",
    "Kind": "labour union",
    "Country": "Germany",
    "Contact person": "Lena Brandt",
    "E-mail address": LENA.address,
    "Language": "English",
    "Why them": "They have members in forty ports.",
    "May the invitation name you": "yes",
}


def lines(fields: dict[str, str]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in fields.items())


def opening(demo: Demo) -> None:
    """The secretary sets up the office, and imports the lists that she has."""
    demo.narrator.say(
        "Sofia, the secretary, makes the store and imports what she has: the board, the members of the working group, "
        "a national member body, which belongs to its list by office, and two subscribers of old."
    )
    _by_office(demo, "nmb")
    demo.run("upgrade", quiet=True)
    for key, file in (("cag", "cag"), ("wg-member", "wg-member"), ("nmb", "nmb-kenya")):
        demo.run("list", "import", key, f"lists/{file}.csv", quiet=True)
    demo.run("list", "import", "subscriber", "lists/subscriber.csv", "--consent", "their letters of 2026")
    demo.narrator.command("mailer run", "")
    demo.servers.start_daemon()
    demo.narrator.say("The member body did not ask for it. So it is told, and can object:")
    demo.expect_mail(WANJIRU, "You are on a list")


def _by_office(demo: Demo, key: str) -> None:
    """Say in the configuration that the members of a list are on it by office."""
    file = demo.servers.office / "mailer.toml"
    section = f"[lists.{key}]\n"
    file.write_text(file.read_text("utf-8").replace(section, f"{section}by_office = true\n"), "utf-8")


def nominating(demo: Demo) -> None:
    """A member proposes a union; the secretary agrees; the union is invited and corrects a line."""
    demo.narrator.say(
        "Paolo, of the working group, knows a union that should hear of the work. He writes to the office:"
    )
    demo.write(PAOLO, OFFICE.address, "An idea", f"nominate\n\n{lines(NOMINATION)}")
    confirm = demo.expect_mail(PAOLO, "Please confirm")
    demo.reply(PAOLO, confirm, "yes", mutt_reply, "with mutt")
    proposed = demo.expect_mail(SOFIA, "Paolo Ferri (paolo@experts.example) proposes")
    demo.check("Nobody has written to the union yet", not demo.servers.inbox(LENA))
    demo.reply(SOFIA, proposed, "YES", mutt_reply, "and that is all it takes")
    invited = demo.expect_mail(LENA, "An invitation")
    demo.check("It says who proposed them", "Paolo Ferri" in body(invited), body(invited))
    demo.narrator.say("Lena agrees, and puts the name of her union right in the line where it stands:")
    demo.reply(
        LENA, invited, "yes\n\nOrganisation: Dockers United International", thunderbird_reply, "with Thunderbird"
    )
    welcome = demo.expect_mail(LENA, "Welcome")
    demo.check("The office has understood", "Dockers United International" in body(welcome), body(welcome))
    demo.expect_mail(PAOLO, "Your nomination")
    demo.run("nominations", "ls", "--by-nominator")
