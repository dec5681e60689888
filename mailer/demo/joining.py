"""Scenes of the beginning: the lists are imported, two organisations sign up by mail."""

from __future__ import annotations

from mailer.adapters.sandbox import SandboxUser
from mailer.demo.cast import MATEO, OFFICE, ROLES, ULLA, first_name
from mailer.demo.letters import body, mutt_reply, thunderbird_reply
from mailer.demo.performance import Performance

ULLA_SAYS = {
    "Organisation": "Harbour Workers' Union",
    "Kind": "labour union",
    "Country": "FI",
    "Language": "en",
    "Format": "text",
}
MATEO_SAYS = {
    "Organisation": "Consumers Together",
    "Kind": "consumer organisation",
    "Country": "ES",
    "Language": "es",
}


def opening(play: Performance) -> None:
    """The secretary sets the office up."""
    play.told.tell(
        "Sofia, the secretary, makes the office's store and imports who is known from the start: "
        "the board that approves every issue, a national member body and a D-liaison organisation."
    )
    play.runs("upgrade", quiet=True)
    for key in ("cag", "nmb", "d-liaison"):
        play.runs("list", "import", key, f"lists/{key}.csv")
    play.told.tell("Then she starts the daemon, which reads the office's mail and answers it from now on.")
    play.told.command("mailer run", "")
    play.stage.start_daemon()
    full = [person.name for person in ROLES if play.stage.inbox(person)]
    play.holds("Nobody has been written to: all mailboxes are empty", not full, f"there is mail for {full}")


def signing_up(play: Performance) -> None:
    """A union and a consumer organisation ask for the newsletter, in two ways, and confirm."""
    play.told.tell(
        "Everything that people do, they do by mail. “subscribe” is enough; who likes to, "
        "says more. Ulla writes with mutt, to the office's address:"
    )
    play.writes(ULLA, OFFICE.address, "Newsletter", "\n".join(("subscribe", *_lines(ULLA_SAYS))))
    play.told.tell("Mateo uses Thunderbird, and the address that is made for it:")
    play.writes(MATEO, OFFICE.address.replace("@", "+subscribe@"), "Hello", "\n".join(_lines(MATEO_SAYS)))
    play.told.tell("Anybody could have written in their names, so both are asked, and simply reply:")
    play.replies(ULLA, play.arrives(ULLA, "Please confirm"), "yes", mutt_reply, "with mutt")
    play.replies(MATEO, play.arrives(MATEO, "Please confirm"), "", thunderbird_reply, "with Thunderbird")
    _is_welcomed(play, ULLA, ULLA_SAYS)
    _is_welcomed(play, MATEO, MATEO_SAYS)


def _lines(said: dict[str, str]) -> list[str]:
    return [f"{key}: {value}" for key, value in said.items()]


def _is_welcomed(play: Performance, person: SandboxUser, said: dict[str, str]) -> None:
    welcome = play.arrives(person, "Welcome")
    missing = [line for line in _lines(said) if f"- {line}" not in body(welcome).splitlines()]
    play.holds(
        f"It repeats what {first_name(person)} said: {', '.join(said).lower()}", not missing, f"it lacks {missing}"
    )
