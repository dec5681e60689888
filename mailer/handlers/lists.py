"""Sign-up, confirmation and leaving; the lists as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mailer.contacts import Edit, join
from mailer.departures import BACK_WITHIN, depart, leaves
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.commands import told
from mailer.model.imports import merged
from mailer.model.inbound import Done, Folder, Result
from mailer.model.lists import (
    Contact,
    Departure,
    Details,
    Format,
    Kind,
    ListRules,
    Membership,
    Request,
    Standing,
)
from mailer.model.restorations import Recorded
from mailer.office import Office
from mailer.phrases import Phrase
from mailer.tokens import Purpose, Token

DAY = timedelta(days=1)


def subscribe(office: Office, sender: Address, details: Details, problems: Sequence[Phrase]) -> Result:
    """Ask the address to confirm, at most once a day and within the office's daily cap (B1).

    A confirmation has the newest details. A member whose details would change is asked about these, on the day of their
    sign-up, too. The request to anybody else repeats nothing from the mail, not even its Message-ID: its recipient may
    not be the writer. Who complained of our mail gets none, because anybody can cause it: a person decides.
    """
    signup, lists = office.rules.signup, office.work.lists
    if (stopped := office.work.suppressions.covering(sender)) and not stopped.cause.is_of_bounces:
        return Result(Done.SUPPRESSED_ASKS, {"address": str(sender), "reason": stopped.reason}, Folder.ATTENTION)
    changed = _changes(office, sender, details)
    asked = "details-confirm" if changed else "confirm"
    waiting = office.work.personal_data.newest_request(sender, office.now - DAY)
    if waiting is not None:
        if (waiting.details, waiting.problems) == (details, tuple(problems)):
            return Result(Done.REQUESTED_TODAY)
        lists.update_request(waiting.id, details, problems)
        if not changed:
            return Result(Done.REQUEST_UPDATED)
    if not office.admits(asked, sender):
        return Result(Done.REQUESTED_TODAY)
    if lists.requests_since(office.now - DAY) >= signup.per_day:
        return Result(Done.REQUEST_CAP_REACHED, {"per_day": signup.per_day})
    request = waiting or lists.add_request(sender, signup.list, details, problems, office.now)
    office.record("sign-up requested", str(sender), list=signup.list)
    _ask_to_confirm(office, request, asked, {"changed": changed, "problems": list(problems)} if changed else {})
    return Result(Done.CONFIRMATION_REQUESTED)


def _changes(office: Office, sender: Address, details: Details) -> list[tuple[Phrase, object, object]]:
    """What a sign-up changes for somebody who is on the list already: label, old and new value of each detail."""
    contact = office.work.lists.contact_at(str(sender))
    if contact is None or office.work.lists.standing(office.rules.signup.list, contact.id) is not Standing.ACTIVE:
        return []
    return Edit(contact, sender, merged(contact.details, details), "").named


def _ask_to_confirm(
    office: Office, request: Request, notice: str = "confirm", values: Mapping[str, object] | None = None
) -> bool:
    token, address = office.token(Purpose.CONFIRM, request.id), Address.parse(request.address)
    return office.write(
        Address(address.local, address.domain),
        notice,
        {
            "titles": office.rules.received([request.list]),
            "days": office.rules.signup.expires.days,
            "link": office.rules.link(token, "Re: confirm", "yes"),
            "page": office.rules.page(f"confirm/{token}"),
            **(values or {}),
        },
        language=request.details.language,
        token=token,
        in_reply_to="",  # it answers a mail whose Message-ID it does not repeat
    )


def confirm_newest(office: Office, sender: Address, authentic: bool, in_reply_to: str | None) -> Result:
    """Confirm the sender's newest sign-up, if the mail is authentic; otherwise ask them once more, once a day."""
    request = office.work.personal_data.newest_request(sender, office.now - office.rules.signup.expires)
    if request is None:
        helped = answer_help(office, sender, in_reply_to)
        return Result(Done.NOTHING_TO_CONFIRM) if helped.done is Done.HELP_SENT else helped
    if authentic:
        return confirm(office, office.token(Purpose.CONFIRM, request.id), in_reply_to)
    asked = _ask_to_confirm(office, request)
    return Result(Done.CONFIRMATION_REPEATED if asked else Done.REQUESTED_TODAY)


def confirm(office: Office, token: Token, in_reply_to: str | None) -> Result:
    """Add a confirmed address to the list, with its details. A second confirmation changes nothing."""
    request = office.work.lists.request(token.subject)
    if request is None or request.withdrawn_at is not None:
        return Result(Done.NO_SUCH_REQUEST)
    if request.confirmed_at is not None:
        return Result(Done.CONFIRMED_BEFORE)
    if office.now - request.created_at > office.rules.signup.expires:
        return Result(Done.REQUEST_EXPIRED)
    address = Address.parse(request.address, request.details.name)
    office.work.lists.confirm_request(request.id, office.now)
    join(office, request.list, address, request.details, in_reply_to, request.problems)
    return Result(Done.SUBSCRIBED, {"list": request.list})


def leave(office: Office, token: Token, in_reply_to: str | None) -> Result:
    """End what the token names for its contact, no matter who sends the token (B4)."""
    contact = office.work.lists.contact(token.subject)
    scope = next((scope for scope, number in office.work.lists.scopes().items() if number == token.scope), None)
    if contact is None or scope is None:
        return Result(Done.NOTHING_TO_LEAVE)
    return depart(office, contact, leaves(office, contact, scope), in_reply_to)


def withdraw(office: Office, sender: Address) -> bool:
    """Withdraw the sender's sign-ups that wait for a yes, and tell whether they get nothing else that they can leave.

    Anybody may cause it: all that is lost is a sign-up, which its owner can repeat.
    """
    if not office.work.lists.withdraw_requests(sender, office.now):
        return False
    office.record("sign-up withdrawn", str(sender))
    contact = office.work.lists.contact_at(str(sender))
    return contact is None or leaves(office, contact, None) == Departure()


def leave_everything(
    office: Office, sender: Address | None, token: Token | None, authentic: bool, in_reply_to: str | None
) -> Result:
    """End all that somebody gets: at once with a token or an authentic From, otherwise after a confirmation (B4).

    A token that went to an address that they had before is not enough: they are asked at the present one. Who gets
    nothing is sent the help; the result says so if it is not sent.
    """
    contact = _leaver(office, sender, token)
    left = leaves(office, contact, None) if contact else Departure()
    if contact is None or left == Departure():
        helped = answer_help(office, sender, in_reply_to) if sender is not None and token is None else None
        return helped if helped and helped.done is not Done.HELP_SENT else Result(Done.NOTHING_TO_LEAVE)
    if authentic if token is None else not _has_moved(office, contact, sender):
        return depart(office, contact, left, in_reply_to)
    back = office.token(Purpose.LEAVE_EVERYTHING, contact.id)
    titles = office.rules.named(left.publications, left.lists)
    office.write(
        Address.parse(contact.address, contact.details.name),
        "leave-confirm",
        {"titles": titles, "link": office.rules.link(back, "Re: unsubscribe", "yes")},
        token=back,
        in_reply_to=in_reply_to,
        once=f"leave-confirm {office.today}",
    )
    return Result(Done.CONFIRMATION_REQUESTED)


def _leaver(office: Office, sender: Address | None, token: Token | None) -> Contact | None:
    if token is not None:
        return office.work.lists.contact(token.subject)
    return office.work.lists.contact_at(str(sender)) if sender else None


def _has_moved(office: Office, contact: Contact, sender: Address | None) -> bool:
    """Whether the contact had the sender's address before, and has another one now; somebody else may have it today."""
    if sender is None or sender.key == Address.parse(contact.address).key:
        return False
    return contact.id in {person.id for person in office.work.members.formerly(sender)}


def come_back(office: Office, token: Token, in_reply_to: str | None) -> Result:
    """Undo the departure that the token names, within ``BACK_WITHIN``, no matter who sends the token (B13).

    What they left again since then stays left. Nothing is undone if they have another address since then: somebody else
    may read the mailbox that the goodbye went to.
    """
    lists = office.work.lists
    past = lists.departure(token.subject)
    contact = lists.contact(past.contact) if past else None
    if past is None or contact is None or past.undone or office.now - past.at > BACK_WITHIN:
        return Result(Done.NOTHING_TO_UNDO)
    if any(former.until >= past.at for former in office.work.members.former_addresses(contact.id)):
        return Result(Done.NOTHING_TO_UNDO)
    back = past.still_left(lists.later_departures(token.subject))
    again = [
        key for key in back.lists if key in office.rules.lists and lists.standing(key, contact.id) is Standing.LEFT
    ]
    for key in again:
        lists.set_standing(key, contact.id, Standing.ACTIVE, office.now, office.cause)
    lists.opt_in(contact.id, back.publications)
    lists.undo_departure(token.subject, office.now)
    office.record(Recorded.CAME_BACK, contact.address, publications=list(back.publications), lists=again)
    known = [key for key in back.publications if key in office.rules.publications]
    office.write(
        Address.parse(contact.address, contact.details.name),
        "returned",
        {"titles": office.rules.named(known, again)},
        in_reply_to=in_reply_to,
    )
    what = ", ".join(dict.fromkeys((*back.publications, *again)))
    return Result(Done.CAME_BACK, {"address": contact.address, "what": what})


def answer_help(office: Office, sender: Address, in_reply_to: str | None, problems: Sequence[Phrase] = ()) -> Result:
    """Send the help to anyone who asks, at most once a day and within the office's daily cap (B1)."""
    known = office.work.lists.contact_at(str(sender)) is not None
    once = f"help {office.today}"
    if office.work.outbox.written(once) >= office.rules.signup.per_day:
        return Result(Done.HELP_CAP_REACHED, {"per_day": office.rules.signup.per_day})
    publications = [
        {"title": publication.title, "lists": office.rules.titles(publication.lists)}
        for publication in office.rules.publications.values()
        if office.rules.signup.list in publication.lists
    ]
    sent = office.write(
        Address.parse(sender.key),  # so that all spellings of an address are one recipient
        "help",
        {
            "publications": publications,
            "subscribe": office.rules.link("subscribe", ""),
            "leave": office.rules.link("unsubscribe", ""),
            "problems": list(problems),
            "kinds": [kind.value for kind in Kind],
            "formats": [wanted.value for wanted in Format],
            "commands": list(told(office.language_of(sender)).items()),
        },
        in_reply_to=in_reply_to if known else "",  # the writer's Message-ID may be words to a stranger
        once=once,
    )
    return Result(Done.HELP_SENT if sent else Done.HELP_SENT_TODAY)


@dataclass(frozen=True, slots=True)
class ListSummary:
    """A list as it stands now."""

    rules: ListRules
    active: int
    version: int
    """The number of its last change."""
    published: str
    """The newest published version; empty if there is none."""


@dataclass(frozen=True, slots=True)
class ListView:
    """A list after one of its changes."""

    rules: ListRules
    members: Iterator[Membership]
    """Read from the store as they are looked at, so a long list is never in memory."""
    count: int
    version: int
    newest: int
    suppressed: int
    """How many of its active members now get no mailings."""


def overview(office: Office) -> list[ListSummary]:
    """All lists."""
    lists, versions = office.work.lists, office.work.lists.versions(office.rules.lists)
    return [
        ListSummary(rules, lists.count(key), versions[key], _newest(office, key))
        for key, rules in office.rules.lists.items()
    ]


def _newest(office: Office, key: str) -> str:
    found = [one for one in office.work.list_documents.versions(key) if one.withdrawn_at is None]
    return str(found[-1].version) if found else ""


def view(office: Office, key: str, version: int | None = None, standing: Standing | None = Standing.ACTIVE) -> ListView:
    """Who is on a list now, or was after change ``version``; ``standing`` None: also those who left or were removed.

    Raises Refused if there is no such list, or if it has no such change.
    """
    rules, lists = office.rules.list_rules(key), office.work.lists
    newest = lists.versions([key])[key]
    if version is not None and not 0 <= version <= newest:
        raise Refused(f"The list “{key}” has no change {version}; its last change has the number {newest}.")
    count = lists.count(key, standing, version)
    members = lists.each_member(key, standing, version)
    suppressed = office.work.suppressions.on_list(key)
    return ListView(rules, members, count, newest if version is None else version, newest, suppressed)
