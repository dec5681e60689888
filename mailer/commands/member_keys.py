"""``mailer member key``: the OpenPGP keys whose signatures prove what a member writes."""

from __future__ import annotations

from typing import IO

import click

from mailer.commands.terminal import Group, app_of, office_for, reading, say, show_json
from mailer.errors import Refused
from mailer.handlers import member_keys
from mailer.handlers.member_keys import EnrolledKey

_LARGEST = 1_000_000


@click.group("key", cls=Group)
def key_command() -> None:
    """Enrol, show and remove a member's OpenPGP key: replies that it signs count as proven.

    \b
    Examples:
      mailer member key add ana@cag.example ana.asc
      mailer member key show ana@cag.example
    """


@key_command.command()
@click.argument("address")
@click.argument("file", type=click.File("rb"))
@click.option("--other-address", is_flag=True, help="Enrol it although it names another address.")
@click.option("--dry-run", is_flag=True, help="Show the key and change nothing.")
@click.pass_context
def add(context: click.Context, address: str, file: IO[bytes], other_address: bool, dry_run: bool) -> None:
    """Enrol a public key from a file, or from - for the standard input.

    Compare the fingerprint that is shown with its owner, by telephone for example: whoever has the key can vote as this
    member. They are told by mail.

    \b
    Examples:
      mailer member key add ana@cag.example ana.asc
      gpg --export ana@cag.example | mailer member key add ana@cag.example -
    """
    app, octets = app_of(context), file.read(_LARGEST + 1)
    with reading(app) as office:
        contact, key = member_keys.check(office, address, octets, other_address=other_address)
    if not dry_run:
        with office_for(app, "member key add") as office:
            member_keys.add(office, address, octets, other_address=other_address)
    did = "would be enrolled" if dry_run else "is enrolled"
    say(f"For {contact.address} {did}:")
    say(f"  {member_keys.grouped(key.fingerprint)}")
    say(f"  of {', '.join(key.user_ids) or 'nobody named'}")
    say("Compare this fingerprint with its owner." if not dry_run else "Nothing was changed.")


@key_command.command()
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, address: str, as_json: bool) -> None:
    """Show a member's keys, and whether what they sign counts.

    \b
    Example:
      mailer member key show ana@cag.example
    """
    with reading(app_of(context)) as office:
        keys = member_keys.keys_of(office, address)
    if as_json:
        show_json([_json(key) for key in keys])
        return
    if not keys:
        say(f"{address} has no OpenPGP key here; `mailer member key add {address} FILE` enrols one.")
    for key in keys:
        until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without an end"
        say(f"{key.shown}")
        say(f"  of {', '.join(key.user_ids) or 'nobody named'}")
        say(f"  enrolled {key.enrolled_at:%Y-%m-%d}, {key.problem or f'good {until}'}")


def _json(key: EnrolledKey) -> dict[str, object]:
    return {
        "fingerprint": key.fingerprint,
        "user_ids": list(key.user_ids),
        "enrolled_at": key.enrolled_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "problem": key.problem or None,
    }


@key_command.command()
@click.argument("address")
@click.argument("fingerprint", required=False, default="")
@click.option("--all-keys", is_flag=True, help="Every key of theirs.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.pass_context
def remove(context: click.Context, address: str, fingerprint: str, all_keys: bool, dry_run: bool) -> None:
    """Remove a key by the end of its fingerprint: what it signs proves nothing any more. Votes that it gave stay.

    \b
    Examples:
      mailer member key remove ana@cag.example E921F74AF3624315
      mailer member key remove ana@cag.example --all-keys
    """
    if bool(fingerprint) == all_keys:
        raise click.UsageError("Name the key by the end of its fingerprint, or say --all-keys.")
    if fingerprint and len("".join(fingerprint.split())) < 8:
        raise click.UsageError("Give at least the last eight characters of the fingerprint.")
    app = app_of(context)
    if dry_run:
        with reading(app) as office:
            known = [key.fingerprint for key in member_keys.keys_of(office, address)]
        found = [one for one in known if one.endswith("".join(fingerprint.split()).lower())]
        if not found:
            raise Refused(f"{address} has no such key.")
        say(f"Would be removed: {'; '.join(map(member_keys.grouped, found))}. Nothing was changed.")
        return
    with office_for(app, "member key remove") as office:
        removed = member_keys.remove(office, address, fingerprint)
    say(f"Removed: {'; '.join(map(member_keys.grouped, removed))}.")
