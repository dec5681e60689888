"""``mailer library links``: the list of links as data, what people propose for it, and which addresses are dead."""

from __future__ import annotations

import click

from mailer.app import library_links
from mailer.commands.terminal import Group, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.errors import Refused
from mailer.handlers import links
from mailer.handlers.links import Proposed
from mailer.model.cldr import read_country, read_language
from mailer.model.links import KEY, KIND_NAMES, Check, Link, LinkKind, same

json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")
document_option = click.option("--document", default=KEY, show_default=True, metavar="KEY", help="Which list it is.")


@click.group("links", cls=Group)
def links_command() -> None:
    """A list of links: norms, standards, initiatives and reports.

    The links are data, in links.toml in the document's folder. Anybody proposes one by mail with “link”. The daemon
    asks each published address twice a year, and tells the secretary of those that do not answer.

    \b
    Examples:
      mailer library links ls
      mailer library links add --accepted
      mailer library links check --write
    """


@links_command.command("ls")
@document_option
@json_option
@click.pass_context
def list_links(context: click.Context, document: str, as_json: bool) -> None:
    """List the links, and what was proposed by mail and is not in the list.

    \b
    Examples:
      mailer library links ls
      mailer library links ls --json
    """
    app = app_of(context)
    known = library_links.read(app, document)
    with reading(app) as office:
        checks = office.work.links.checks([one.url for one in known])
        waits = [one for one in links.waiting(office) if not any(same(one.link.url, link.url) for link in known)]
    if as_json:
        show_json(
            {"links": [_json(one, checks.get(one.url)) for one in known], "proposed": [_proposed(x) for x in waits]}
        )
        return
    rows = [(one.kind.value, one.body, one.title, _checked(one), _stands(checks.get(one.url))) for one in known]
    show_table(("kind", "body", "title", "checked", "answer"), rows)
    if waits:
        say("", "Proposed by mail:")
        rows = [
            (f"{one.number}", one.link.title, one.link.url, one.by, "accepted" if one.accepted else "waits for you")
            for one in waits
        ]
        show_table((">number", "title", "address", "by", "state"), rows)
        say("Write what is accepted into the list with `mailer library links add --accepted`.")


def _checked(link: Link) -> str:
    return f"{link.checked:%Y-%m-%d}" if link.checked else "–"


def _stands(check: Check | None) -> str:
    if check is None:
        return "–"
    return f"DEAD: {check.answer}" if check.is_dead else check.answer


def _json(link: Link, check: Check | None) -> dict[str, object]:
    asked = {"at": check.at.isoformat(), "answer": check.answer, "failures": check.failures} if check else None
    checked = link.checked.isoformat() if link.checked else None
    return {**link._asdict(), "kind": link.kind.value, "checked": checked, "asked": asked}


def _proposed(one: Proposed) -> dict[str, object]:
    link = {name: value for name, value in _json(one.link, None).items() if name not in ("checked", "asked")}
    return {"number": one.number, **link, "by": one.by, "why": one.why, "accepted": one.accepted}


@links_command.command()
@click.argument("url", required=False)
@click.option("--title", default="", help="The title of the page.")
@click.option("--body", default="", help="Who publishes it.")
@click.option("--kind", type=click.Choice([kind.value for kind in KIND_NAMES]), help="What it is.")
@click.option("--language", default="en", show_default=True, help="The language of the page.")
@click.option("--country", default="", help="The country that it is about, if it is about one.")
@click.option("--proposed", type=click.IntRange(min=1), metavar="NUMBER", help="Accept what was proposed by mail.")
@click.option("--accepted", is_flag=True, help="Add all that was proposed by mail and accepted.")
@document_option
@click.pass_context
def add(
    context: click.Context,
    url: str | None,
    title: str,
    body: str,
    kind: str | None,
    language: str,
    country: str,
    proposed: int | None,
    accepted: bool,
    document: str,
) -> None:
    """Write a link into the list: one of your own, or what was proposed by mail.

    The list goes out when its next version is built, granted and published.

    \b
    Examples:
      mailer library links add https://eiti.org/ --title EITI \\
        --body EITI --kind initiative
      mailer library links add --proposed 7
      mailer library links add --accepted
    """
    app = app_of(context)
    if sum((url is not None, proposed is not None, accepted)) != 1:
        raise Refused("Name an address, or --proposed NUMBER, or --accepted.")
    if url is not None:
        if not (title and body and kind):
            raise Refused("A link needs --title, --body and --kind.")
        try:
            wanted = [Link(url, title, body, LinkKind(kind), read_language(language), read_country(country))]
        except ValueError as fault:
            raise Refused(f"{fault}") from None
        added = library_links.add(app, document, wanted)
    else:
        library_links.read(app, document)  # its faults are named before anybody is told anything
        with reading(app) as office:
            waits = links.waiting(office)
        chosen = [one for one in waits if one.number == proposed or (accepted and one.accepted)]
        added = library_links.add(app, document, [one.link for one in chosen])
        if proposed is not None:
            with office_for(app, "library links add") as office:
                links.decide(office, proposed, accepted=True)
    for link in added:
        say(f"Added {link.title}: {link.url}")
    if not added:
        say("Nothing was added: the list has it already, or nothing is accepted.")


@links_command.command()
@click.argument("number", type=click.IntRange(min=1))
@click.pass_context
def decline(context: click.Context, number: int) -> None:
    """Decline a link that was proposed by mail; who proposed it is told.

    \b
    Example:
      mailer library links decline 7
    """
    app = app_of(context)
    with office_for(app, "library links decline") as office:
        one = links.decide(office, number, accepted=False)
    say(f"Declined {one.link.title}; {one.by} is told.")


@links_command.command()
@click.option("--write", is_flag=True, help="Write today's date beside each link that answers.")
@document_option
@json_option
@click.pass_context
def check(context: click.Context, write: bool, document: str, as_json: bool) -> None:
    """Ask each address in the list now, and say what it answers.

    It takes some seconds for each that does not. The exit code is 0 whether or not they answer; --json says which do.

    \b
    Examples:
      mailer library links check
      mailer library links check --write
    """
    app = app_of(context)
    found = list(library_links.ask(library_links.read(app, document)))
    alive = {link.url: app.clock.now().astimezone(app.rules.timezone).date() for link, answer in found if answer.alive}
    if write and alive:
        library_links.date_checked(app, document, alive)
    if as_json:
        show_json([{"url": one.url, "alive": answer.alive, "answer": answer.words} for one, answer in found])
        return
    silent = [f"{answer.words}: {one.url}" for one, answer in found if not answer.alive]
    say(*silent)
    say(f"{counted(len(alive), 'address', 'addresses')} of {len(found)} answered.")
    if silent and not alive:
        say("Perhaps this machine cannot reach the web.")
    elif alive and not write:
        say("Write the day beside those that do with `mailer library links check --write`.")
