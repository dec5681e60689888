"""``mailer explain``: show what would be done with a mail, and what is read in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.commands.terminal import app_of, say, show_table
from mailer.message import clean

if TYPE_CHECKING:
    from mailer.app.explaining import Explanation

LIMIT = 2_000
"""Characters of a line that are shown."""


@click.command("explain")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
@click.option("--as-vote", is_flag=True, help="Read each mail as a reply to a ballot, too.")
@click.pass_context
def explain_command(context: click.Context, files: tuple[Path, ...], as_json: bool, as_vote: bool) -> None:
    """Show what would be done with each mail in FILES, and why; change nothing.

    FILES are .eml files, mbox files, or folders of them. Of a single mail, all that is read in it is shown: whom a
    report names, the writer's own text, its language, and what a person would get; with --as-vote the vote, too, its
    comment, or why there is none.

    \b
    Examples:
      mailer explain strange.eml
      mailer explain --as-vote reply.eml
      mailer explain --json ~/mail/inbox.mbox | jq -r .kind | sort | uniq -c
      mailer explain --json bounces | jq '.recipients[].address'
    """
    explained = app_of(context).explain(files, as_vote=as_vote)
    if as_json:
        for name, what in explained:
            click.echo(json.dumps(_as_object(name, what), ensure_ascii=False))
        return
    found = list(explained)
    show_table(("file", "kind", "reason"), [(name, what.kind, what.reason) for name, what in found])
    if len(found) == 1:
        _show_contents(found[0][1])


def _as_object(name: str, what: Explanation) -> dict[str, Any]:
    copy = what.copy and {
        "text": what.copy.text,
        "attachments": [
            {"name": one.name, "media_type": one.media_type, "size": one.size} for one in what.copy.attachments
        ],
        "left_out": what.copy.left_out,
    }
    vote = {"vote": what.vote.choice, "comment": what.vote.comment, "reason": what.vote.reason} if what.vote else {}
    return {
        "file": name,
        "kind": what.kind,
        "intent": type(what.intent).__name__.lower() if what.intent else None,
        "reason": what.reason,
        "recipients": [
            {"address": one.recipient, "permanent": one.permanent, "status": one.status, "why": one.why}
            for one in what.recipients
        ],
        "message_id": what.message_id,
        "own_text": what.own_text,
        "language": what.language,
        "copy": copy,
        **vote,
    }


def _show_contents(what: Explanation) -> None:
    """All that is read in one mail, for a terminal."""
    if what.recipients:
        rows = [(one.recipient, "yes" if one.permanent else "no", one.status, one.why) for one in what.recipients]
        say("")
        show_table(("recipient", "permanent", "status", "why"), rows, title="It reports:")
        if what.message_id:
            say("", f"It is about the mail {what.message_id}.")
    elif what.own_text:
        _quote("Its own text:", what.own_text)
    if what.language:
        say("", f"Its language is {what.language}.")
    if what.copy:
        if what.copy.text != what.own_text:
            _quote("A person would read:", what.copy.text)
        files = [
            f"{one.name or 'without a name'} ({one.media_type}, {one.size} bytes)" for one in what.copy.attachments
        ]
        say("", "A person would get the whole mail attached" + (", and:" if files else "."))
        _list(files)
        if what.copy.left_out:
            say("", "Their copy leaves out of the text, beside the attached mail:")
            _list(what.copy.left_out)
    if what.vote:
        choice = f"It votes {what.vote.choice}, if it proves authentic." if what.vote.choice else "It is no vote."
        say("", f"As a reply to a ballot: {choice}" + (f" {what.vote.reason}" if what.vote.reason else ""))
        if what.vote.comment:
            _quote("Its comment:", what.vote.comment)


def _quote(title: str, text: str) -> None:
    say("", title)
    _list(text.split("\n"))


def _list(lines: Iterable[str]) -> None:
    for line in lines:
        say(f"  {clean(line, limit=LIMIT)}".rstrip())
