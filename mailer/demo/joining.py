"""Scenes: the lists are imported, two organisations sign up by mail."""

from __future__ import annotations

from mailer.adapters.sandbox import SandboxUser
from mailer.demo.actions import Demo
from mailer.demo.mails import body, mutt_reply, thunderbird_reply
from mailer.demo.people import MATEO, OFFICE, PEOPLE, ULLA, first_name

ULLA_FIELDS = {
    "Organisation": "Harbour Workers' Union",
    "Kind": "labour union",
    "Country": "FI",
    "Language": "en",
    "Format": "text",
}
MATEO_FIELDS = {
    "Organisation": "Consumers Together",
    "Kind": "consumer organisation",
    "Country": "ES",
    "Language": "es",
}
ULLA_TOLD = {**ULLA_FIELDS, "Country": "Finland", "Language": "English"}
MATEO_TOLD = {
    "Organización": "Consumers Together",
    "Tipo": "organización de consumidores",
    "País": "España",
    "Idioma": "español",
}
"""How the welcome repeats these, to each in their language."""


def opening(demo: Demo) -> None:
    """The secretary sets up the office."""
    demo.narrator.say(
        "Sofia, the secretary, makes the office's store and imports the first lists: "
        "the board that approves every issue, a national member body and a D-liaison organisation."
    )
    demo.run("upgrade", quiet=True)
    for key in ("cag", "nmb", "d-liaison"):
        demo.run("list", "import", key, f"lists/{key}.csv")
    demo.narrator.say("Then she starts the daemon, which reads the office's mail and answers it from now on.")
    demo.narrator.command("mailer run", "")
    demo.servers.start_daemon()
    full = [person.name for person in PEOPLE if demo.servers.inbox(person)]
    demo.check("Nobody has got any mail yet: all mailboxes are empty", not full, f"there is mail for {full}")


def signing_up(demo: Demo) -> None:
    """A union and a consumer organisation sign up, in two ways, and confirm."""
    demo.narrator.say(
        "Everything that people do, they do by mail. “subscribe” is enough; who likes to, "
        "says more. Ulla writes with mutt, to the office's address:"
    )
    demo.write(ULLA, OFFICE.address, "Newsletter", "\n".join(("subscribe", *_lines(ULLA_FIELDS))))
    demo.narrator.say("Mateo uses Thunderbird, and the address that is made for it:")
    demo.write(MATEO, OFFICE.address.replace("@", "+subscribe@"), "Hello", "\n".join(_lines(MATEO_FIELDS)))
    demo.narrator.say("Anybody could have written in their names, so both are asked, and simply reply:")
    demo.reply(ULLA, demo.expect_mail(ULLA, "Please confirm"), "yes", mutt_reply, "with mutt")
    demo.reply(MATEO, demo.expect_mail(MATEO, "Confirme"), "", thunderbird_reply, "with Thunderbird")
    _expect_welcome(demo, ULLA, "Welcome", ULLA_TOLD)
    _expect_welcome(demo, MATEO, "Bienvenido", MATEO_TOLD)


def _lines(fields: dict[str, str]) -> list[str]:
    return [f"{key}: {value}" for key, value in fields.items()]


def _expect_welcome(demo: Demo, person: SandboxUser, subject: str, told: dict[str, str]) -> None:
    welcome = demo.expect_mail(person, subject)
    missing = [line for line in _lines(told) if f"- {line}" not in body(welcome).splitlines()]
    demo.check(
        f"It repeats what {first_name(person)} wrote: {', '.join(told).lower()}", not missing, f"it lacks {missing}"
    )
