"""``mailer channel``: articles for publications of others, and where they appear."""

from __future__ import annotations

from pathlib import Path

import click

from mailer.app import App
from mailer.app import channels as packs
from mailer.commands.arguments import chosen, number_argument
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.errors import Refused
from mailer.handlers import channels, issues
from mailer.handlers.channels import Granted
from mailer.model.channels import Channel, GivenPack
from mailer.model.packs import Pack
from mailer.office import Office

json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.group("channel", cls=Group)
def channel_command() -> None:
    """Give articles of granted issues to publications of others, such as a magazine.

    A pack has each article as a Word file and as Markdown, its pictures in print resolution with captions and credits,
    and the PDF. It is written as a folder, or mailed to the channel's contact, who answers where it appears.

    \b
    Examples:
      mailer channel ls
      mailer channel pack 2 --for iso-focus
      mailer channel pack 2 --for iso-focus --article 1 --mail
      mailer channel note 3 "May 2027, page 12"
    """


@channel_command.command("ls")
@json_option
@click.pass_context
def list_channels(context: click.Context, as_json: bool) -> None:
    """List the channels, with what each was given and what came of it.

    \b
    Example:
      mailer channel ls
    """
    app = app_of(context)
    with reading(app) as office:
        given = office.work.channels.each()
        rows = [_row(app, office, one) for one in given]
    if as_json:
        show_json({"channels": [_channel_json(one) for one in app.rules.channels.values()], "packs": rows})
        return
    if not app.rules.channels:
        say("No channel yet: add a section such as [channels.iso-focus] to the configuration; see docs/channels.md.")
        return
    heads = [(one.key, one.title, ", ".join(one.publications), str(one.contact or "–")) for one in _all(app)]
    show_table(("channel", "title", "gets", "contact"), heads)
    if rows:
        say("")
        names = ("pack", "channel", "issue", "articles", "made", "came of it")
        show_table((">pack", *names[1:]), [[row[name] for name in names] for row in rows])


def _all(app: App) -> list[Channel]:
    return list(app.rules.channels.values())


def _channel_json(channel: Channel) -> dict[str, object]:
    return {
        "channel": channel.key,
        "title": channel.title,
        "publications": list(channel.publications),
        "contact": str(channel.contact) if channel.contact else None,
        "language": channel.language,
        "words": channel.words,
    }


def _row(app: App, office: Office, given: GivenPack) -> dict[str, object]:
    issue = office.work.issues.issue_by_id(given.issue)
    assert issue is not None
    changed = "" if given.digest == issue.digest else "; built anew since"
    return {
        "pack": given.id,
        "channel": given.channel,
        "issue": issue.name,
        "articles": ", ".join(map(str, given.articles)),
        "made": app.when(given.made_at),
        "came of it": f"{given.outcome}{changed}",
    }


@channel_command.command()
@number_argument
@click.option("--for", "key", required=True, metavar="CHANNEL", help="Who gets it: its name in the configuration.")
@click.option("--article", "articles", type=int, multiple=True, metavar="N", help="Only this one; may be repeated.")
@click.option("--language", default="", metavar="TAG", help="The edition; by default the channel's own language.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where the folder of the pack is made; by default here.",
)
@click.option("--mail", "by_mail", is_flag=True, help="Mail it to the channel's contact instead.")
@click.option("--dry-run", is_flag=True, help="Show what would be in it, and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def pack(
    context: click.Context,
    number: int,
    key: str,
    articles: tuple[int, ...],
    language: str,
    out: Path,
    by_mail: bool,
    dry_run: bool,
    yes: bool,
    publication: str | None,
) -> None:
    """Make a pack of an issue, or of some of its articles, for a publication of others.

    Only what a board has granted, and nothing before the end of an embargo. An article that is longer than the channel
    asks for is in it twice: whole, and as its first paragraphs, otherwise unchanged.

    \b
    Examples:
      mailer channel pack 2 --for iso-focus
      mailer channel pack 2 --for iso-focus --article 1 --article 3 --out /tmp
      mailer channel pack 2 --for iso-focus --mail
    """
    app = app_of(context)
    with reading(app) as office:
        channel = channels.find(office, key)
        issue = issues.find(office, chosen(app, publication), number)
        granted = channels.require(office, channel, issue, language)
        made = packs.pack(app, office, granted, channel, articles)
        made = made._replace(files={"READ-ME.txt": channels.read_me(office, channel, granted, made), **made.files})
    if dry_run:
        _show(made)
    elif by_mail:
        _mail(app, channel, granted, made, yes)
    else:
        _write(app, channel, granted, made, out)


def _show(made: Pack) -> None:
    rows = [(one.number, one.title, one.author, one.words, one.short or "–") for one in made.articles]
    show_table((">no", "article", "author", ">words", ">short"), rows)
    for picture in made.pictures:
        across, high = picture.millimetres
        say(f"{picture.file}: {across} × {high} mm at 300 dpi")
    say(f"{counted(len(made.files), 'file')}, {_kilobytes(made.size)}. Nothing was written.")


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000)):,} KB"


def _write(app: App, channel: Channel, granted: Granted, made: Pack, out: Path) -> None:
    with office_for(app, "channel pack") as office:
        given = channels.keep(office, channel, granted, made)
        place = packs.write(app, made, out)
    say(
        f"Pack {given.id} for {channel.title}: {counted(len(made.files), 'file')}, {_kilobytes(made.size)}, in {place}."
    )
    say(f"When you know where it appears: mailer channel note {given.id} “May 2027”.")


def _mail(app: App, channel: Channel, granted: Granted, made: Pack, yes: bool) -> None:
    what = f"{counted(len(made.articles), 'article')} and {counted(len(made.pictures), 'picture')}"
    if not agree(f"Mail {what}, {_kilobytes(made.size)}, to {channel.contact}?", yes):
        raise Refused("Nothing was mailed.")
    with office_for(app, "channel pack --mail") as office:
        given, left = channels.mail(office, channel, granted, made)
    say(f"Pack {given.id} goes to {channel.contact}; their answer says where it appears (`mailer channel ls`).")
    for file in left:
        say(f"{file} is too large for a mail: write the pack as a folder, and hand it over by another way.", aside=True)


@channel_command.command("note")
@click.argument("number", type=int, metavar="PACK")
@click.argument("appears", default="", metavar="[WHERE AND WHEN]")
@click.option("--place", default="", metavar="TEXT", help="The page, or the address.")
@click.option("--declined", is_flag=True, help="They do not print it.")
@click.pass_context
def note_outcome(context: click.Context, number: int, appears: str, place: str, declined: bool) -> None:
    """Note where the articles of a pack appear, as somebody said by another way than a reply.

    \b
    Examples:
      mailer channel note 3 "May 2027" --place "page 12"
      mailer channel note 3 --declined
    """
    if not appears.strip() and not declined:
        raise click.UsageError("Say where and when it appears, or --declined.")
    app = app_of(context)
    with office_for(app, "channel note") as office:
        given = channels.note(office, number, appears, place, declined=declined)
        title = channels.title_of(office, given)
    say(f"Pack {given.id} for {title}: {given.outcome}.")
