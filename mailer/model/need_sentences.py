"""What needs a person, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mailer.model.criteria import Kind
from mailer.model.issues import STATE_NAMES
from mailer.model.needs import Need, NeedKind
from mailer.model.next_steps import next_step
from mailer.model.refusals import CAUSES, CURES
from mailer.model.rules import Rules
from mailer.phrases import Phrase, counted, phrase

SENTENCES: Mapping[NeedKind, Phrase] = {
    NeedKind.SET_ASIDE: phrase("Set aside in the folder %(folder)s: %(mails)s; decide with `mailer attention ls`."),
    NeedKind.LATE_ANSWERS: phrase("Feedback is late: %(items)s should have been answered; see `mailer feedback ls`."),
    NeedKind.WAITING_ANSWERS: phrase("Feedback: %(waiting)s; see `mailer feedback ls`."),
    NeedKind.REFUSED: phrase("%(refuses)s: %(reply)s. %(cause)s %(cure)s"),
    NeedKind.SLOWED: phrase("Our mail to %(server)s is slowed: %(reply)s."),
    NeedKind.DOUBTFUL_SERVICE_MAIL: phrase(
        "In doubt: %(service_mails)s; `mailer send --resend-doubtful`, or --give-up-doubtful."
    ),
    NeedKind.DOUBTFUL_COPIES: phrase(
        "%(name)s, in doubt: %(copies)s; `mailer send %(typed)s --resend-doubtful`, or --give-up-doubtful."
    ),
    NeedKind.BROKEN_OFF: phrase(
        "%(name)s: %(copies_were)s under way when the last sender ended, and will be in doubt when another one starts."
    ),
    NeedKind.NOBODY_SENDS: phrase(
        "%(name)s waits, and no mailer is running: continue with `mailer send %(typed)s`, or start the daemon "
        "(`mailer run`)."
    ),
    NeedKind.PAUSED: phrase("%(name)s is paused: resume it with `mailer resume %(typed)s`."),
    NeedKind.EDITED: phrase("%(name)s is %(state)s, but %(edited)s."),
    NeedKind.LISTS_LEFT: phrase(
        "%(name)s has not gone to %(lists)s: %(readers)s have not had it, and get it with `mailer send %(typed)s`."
    ),
    NeedKind.SUSPENDED: phrase(
        "%(name)s is suspended: %(reply)s. %(cause)s %(cure)s Go on with `mailer send %(typed)s`."
    ),
    NeedKind.MISSED: phrase(
        "%(name)s was due on %(due)s and was not sent: send it now with `mailer send %(typed)s`, or set another time "
        "with --at."
    ),
    NeedKind.UNDECIDED: phrase(
        "%(name)s waits for a decision: its deadline has passed, and it is not certain that mail reached those who are "
        "silent; see `mailer ballot show`, then extend or close it."
    ),
    NeedKind.RESTORED: phrase("The store was restored from a backup, and nothing is sent: look with `mailer resume`."),
    NeedKind.UNREACHED: phrase(
        "Mail does not reach %(members)s, of late: see `mailer bounces`, and ask for other addresses."
    ),
    NeedKind.PRESENTERS: phrase(
        "Registered as presenters, and not decided on: %(people)s; see `mailer presenters ls --state registered`."
    ),
    NeedKind.EVENTS: phrase("Announced, and not decided on: %(events)s; see `mailer events ls`."),
    NeedKind.NOMINATIONS: phrase("Proposed, and not decided on: %(nominations)s; see `mailer nominations ls`."),
    NeedKind.REVIEWS: phrase("Waiting for what you decide: %(reviews)s; see `mailer review status`."),
    NeedKind.CRITERIA: phrase(
        "The configuration differs from the criteria for %(criteria)s in force: see `mailer criteria diff%(option)s`, "
        "and put it to the board with `mailer criteria submit%(option)s`."
    ),
    NeedKind.NEXT_STEP: phrase("%(name)s is %(state)s: %(next_step)s."),
}


CRITERIA: Mapping[Kind, Phrase] = {Kind.DISCLOSURE: phrase("disclosure"), Kind.FEEDBACK: phrase("feedback")}


def sentences(rules: Rules, needs: Iterable[Need], folder: str, when: Mapping[int, object]) -> Iterator[Phrase]:
    """A sentence for each. ``folder`` is the name of Attention; ``when`` has the due time of issues by their id."""
    for need in needs:
        found = SENTENCES[need.kind]
        yield phrase(found.message, **_values(rules, need, folder, when)) if "%" in found.message else found


def _values(rules: Rules, need: Need, folder: str, when: Mapping[int, object]) -> dict[str, object]:
    counts: dict[str, object] = {
        "folder": folder,
        "mails": counted("%(count)s mail", "%(count)s mails", count=need.count),
        "items": counted("%(count)s item", "%(count)s items", count=need.count),
        "waiting": counted(
            "%(count)s message waits for an answer", "%(count)s messages wait for an answer", count=need.count
        ),
        "refuses": phrase("%(domain)s refuses our mail", domain=need.server),
        "server": need.server,
        "service_mails": counted("%(count)s service mail", "%(count)s service mails", count=need.count),
        "copies": counted("%(count)s copy", "%(count)s copies", count=need.count),
        "readers": counted("%(count)s reader", "%(count)s readers", count=need.count),
        "people": counted("%(count)s person", "%(count)s people", count=need.count),
        "events": counted("%(count)s event", "%(count)s events", count=need.count),
        "nominations": counted("%(count)s nomination", "%(count)s nominations", count=need.count),
        "reviews": counted("%(count)s review", "%(count)s reviews", count=need.count),
        "members": counted("%(count)s member", "%(count)s members", count=need.count),
        "lists": ", ".join(need.lists),
        "reply": need.suspension.reply.rstrip(".") if need.suspension else "",
        "cause": CAUSES[need.suspension.refusal] if need.suspension else "",
        "cure": CURES[need.suspension.refusal] if need.suspension else "",
        "criteria": CRITERIA[need.criteria] if need.criteria else "",
        "option": " --feedback" if need.criteria is Kind.FEEDBACK else "",
        "copies_were": counted("%(count)s copy was", "%(count)s copies were", count=need.count),
    }
    issue = need.issue
    if issue is None:
        return counts
    return counts | {
        "name": issue.name,
        "typed": rules.typed(issue.publication, issue.number),
        "state": STATE_NAMES[issue.state],
        "due": when.get(issue.id, ""),
        "next_step": next_step(rules, issue),
        "edited": next_step(rules, issue, edited=True),
    }
