"""What needs a person, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mailer.app import App
from mailer.commands.terminal import counted
from mailer.model.needs import Need, NeedKind
from mailer.model.next_steps import next_step
from mailer.model.refusals import CAUSES, CURES

SENTENCES: Mapping[NeedKind, str] = {
    NeedKind.SET_ASIDE: "Set aside in the folder {folder}: {mails}; `mailer incoming ls --folder attention`.",
    NeedKind.LATE_ANSWERS: "Feedback is late: {items} should have been answered; see `mailer feedback ls`.",
    NeedKind.DOUBTFUL_SERVICE_MAIL: (
        "In doubt: {service_mails}; `mailer send --resend-doubtful`, or --give-up-doubtful."
    ),
    NeedKind.DOUBTFUL_COPIES: (
        "{name}, in doubt: {copies}; `mailer send {typed} --resend-doubtful`, or --give-up-doubtful."
    ),
    NeedKind.BROKEN_OFF: (
        "{name}: {copies_were} under way when the last sender ended, and will be in doubt when another one starts."
    ),
    NeedKind.NOBODY_SENDS: (
        "{name} waits, and no mailer is running: continue with `mailer send {typed}`, or start the daemon "
        "(`mailer run`)."
    ),
    NeedKind.PAUSED: "{name} is paused: resume it with `mailer resume {typed}`.",
    NeedKind.EDITED: "{name} is {state}, but {edited}.",
    NeedKind.LISTS_LEFT: (
        "{name} has not gone to {lists}: {readers} have not had it, and get it with `mailer send {typed}`."
    ),
    NeedKind.SUSPENDED: "{name} is suspended: {reply}. {cause} {cure} Go on with `mailer send {typed}`.",
    NeedKind.MISSED: (
        "{name} was due on {due} and was not sent, because no daemon was running: send it now with "
        "`mailer send {typed}`, or set another time with --at."
    ),
    NeedKind.RESTORED: "The store was restored from a backup, and nothing is sent: look with `mailer resume`.",
    NeedKind.UNREACHED: (
        "Mail does not reach {members}, of late: see `mailer bounces`, and ask for the right {addresses}."
    ),
    NeedKind.NEXT_STEP: "{name} is {state}: {next_step}.",
}


def sentences(app: App, needs: Iterable[Need]) -> Iterator[str]:
    for need in needs:
        yield SENTENCES[need.kind].format(**_values(app, need))


def _values(app: App, need: Need) -> Mapping[str, object]:
    counts: dict[str, object] = {
        "folder": app.settings.imap.attention,
        "mails": counted(need.count, "mail"),
        "items": counted(need.count, "item"),
        "service_mails": counted(need.count, "service mail"),
        "copies": counted(need.count, "copy", "copies"),
        "readers": counted(need.count, "reader"),
        "members": counted(need.count, "member"),
        "addresses": "address" if need.count == 1 else "addresses",
        "lists": ", ".join(need.lists),
        "reply": need.suspension.reply.rstrip(".") if need.suspension else "",
        "cause": CAUSES[need.suspension.refusal] if need.suspension else "",
        "cure": CURES[need.suspension.refusal] if need.suspension else "",
        "copies_were": counted(need.count, "copy was", "copies were"),
    }
    issue = need.issue
    if issue is None:
        return counts
    return counts | {
        "name": issue.name,
        "typed": app.rules.typed(issue.publication, issue.number),
        "state": issue.state,
        "due": app.when(issue.due_at) if issue.due_at else "",
        "next_step": next_step(app.rules, issue),
        "edited": next_step(app.rules, issue, edited=True),
    }
