"""Sign-up, confirmation and leaving by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from mailer.desk import Desk
from mailer.lists.model import Contact, Details, Format, Kind, Standing
from mailer.lists.roster import Difference
from mailer.message import Address
from mailer.tokens import Purpose, Token

DAY = timedelta(days=1)


def subscribe(desk: Desk, sender: Address, details: Details, problems: Sequence[str]) -> str:
    """Ask the address itself, at most once a day and within the office's daily cap (B1); says what was done.

    The request repeats nothing that the writer chose, not even a Message-ID: it may go to somebody who never wrote.
    """
    signup, lists = desk.rules.signup, desk.work.lists
    if lists.requests_since(desk.now - DAY, sender):
        return "asked for a confirmation less than a day ago"
    if lists.requests_since(desk.now - DAY) >= signup.per_day:
        return f"the cap of {signup.per_day} confirmation requests a day is reached"
    request = lists.add_request(sender, signup.list, details, problems, desk.now)
    token = desk.token(Purpose.CONFIRM, request.id)
    desk.record("sign-up requested", str(sender), list=signup.list)
    desk.write(
        Address(sender.local, sender.domain),
        "confirm",
        {
            "titles": desk.rules.received([signup.list]),
            "days": signup.expires.days,
            "link": desk.rules.link(token, "Re: confirm", "yes"),
        },
        token=token,
    )
    return "asked for a confirmation"


def confirm(desk: Desk, token: Token, in_reply_to: str) -> str:
    """The address said yes: it is on the list, with what it said of itself. Twice is once."""
    request = desk.work.lists.request(token.subject)
    if request is None:
        return "there is no such request"
    if request.confirmed_at is not None:
        return "was confirmed before"
    if desk.now - request.created_at > desk.rules.signup.expires:
        return "the request has expired"
    address = Address.parse(request.address, request.details.name)
    contact = desk.work.lists.save_contact(address, request.details, desk.now)
    desk.work.lists.confirm_request(request.id, desk.now)
    desk.work.lists.unsuppress(request.address)
    desk.work.lists.set_standing(request.list, contact.id, Standing.ACTIVE, desk.now)
    desk.record("subscribed", request.address, list=request.list)
    desk.write(
        address,
        "welcome",
        {
            "greeting": contact.greeting,
            "titles": desk.rules.received([request.list]),
            "format": (contact.details.format or desk.rules.format).value,
            "details": _said(contact.details),
            "problems": list(request.problems),
            "leave": desk.rules.leave_links(desk.token(Purpose.LEAVE, contact.id))[-1],
        },
        in_reply_to=in_reply_to,
    )
    return f"subscribed to {request.list}"


def _said(details: Details) -> list[tuple[str, str]]:
    """What is recorded, as lines for people."""
    rows = {
        "Name": details.name,
        "Organisation": details.organisation,
        "Kind": details.kind or "",
        "Country": details.country,
        "Language": details.language,
        "Format": details.format or "",
    }
    return [(label, str(value)) for label, value in rows.items() if value]


def leave(desk: Desk, sender: Address | None, token: Token | None, authentic: bool, in_reply_to: str) -> str:
    """Take somebody off: at once with a token or an authentic From, else after a confirmation (B4)."""
    contact = _leaver(desk, sender, token)
    keys = _leavable(desk, contact) if contact else []
    if contact is None or not keys:
        if sender is not None and token is None:
            answer_help(desk, sender, in_reply_to)
        return "is on no list that can be left by mail"
    if token is not None or authentic:
        return _take_off(desk, contact, keys, in_reply_to)
    back = desk.token(Purpose.LEAVE, contact.id)
    desk.write(
        Address.parse(contact.address, contact.details.name),
        "leave-confirm",
        {"titles": desk.rules.received(keys), "link": desk.rules.link(back, "Re: unsubscribe", "yes")},
        token=back,
        in_reply_to=in_reply_to,
        once=f"leave-confirm {desk.today}",
    )
    return "asked for a confirmation"


def _leaver(desk: Desk, sender: Address | None, token: Token | None) -> Contact | None:
    if token is not None:
        return desk.work.lists.contact(token.subject)
    return desk.work.lists.contact_at(str(sender)) if sender else None


def _leavable(desk: Desk, contact: Contact) -> list[str]:
    """The lists that the contact is on and may leave by mail."""
    return [
        member.list
        for member in desk.work.lists.memberships_of(contact.id)
        if member.standing is Standing.ACTIVE
        and member.list in desk.rules.lists
        and desk.rules.lists[member.list].leave
    ]


def _take_off(desk: Desk, contact: Contact, keys: Sequence[str], in_reply_to: str) -> str:
    for key in keys:
        desk.work.lists.set_standing(key, contact.id, Standing.LEFT, desk.now)
    desk.record("left", contact.address, lists=list(keys))
    desk.write(
        Address.parse(contact.address, contact.details.name),
        "left",
        {"titles": desk.rules.received(keys)},
        in_reply_to=in_reply_to,
    )
    return f"left {', '.join(keys)}"


def answer_help(desk: Desk, sender: Address, in_reply_to: str, problems: Sequence[str] = ()) -> str:
    """How this works, to anyone who asks, at most once a day and within the office's daily cap (B1)."""
    once = f"help {desk.today}"
    if desk.work.outbox.written(once) >= desk.rules.signup.per_day:
        return f"the cap of {desk.rules.signup.per_day} such answers a day is reached"
    publications = [
        {"title": publication.title, "lists": desk.rules.titles(publication.lists)}
        for publication in desk.rules.publications.values()
        if desk.rules.signup.list in publication.lists
    ]
    sent = desk.write(
        Address.parse(sender.key),  # or one mailbox could ask in as many spellings as its letters have cases
        "help",
        {
            "publications": publications,
            "subscribe": desk.rules.link("subscribe", ""),
            "leave": desk.rules.link("unsubscribe", ""),
            "problems": list(problems),
            "kinds": [kind.value for kind in Kind],
            "formats": [wanted.value for wanted in Format],
        },
        in_reply_to=in_reply_to,
        once=once,
    )
    return "sent the help" if sent else "the help went out earlier today"


def apply_import(desk: Desk, key: str, difference: Difference) -> None:
    """Make the list what the file says. Who left by their own wish stays away."""
    lists = desk.work.lists
    for row in (*difference.added, *difference.changed):
        contact = lists.save_contact(row.address, row.details, desk.now)
        if lists.standing(key, contact.id) is not Standing.LEFT:  # they may have left since the comparison
            lists.set_standing(key, contact.id, Standing.ACTIVE, desk.now)
    for member in difference.removed:
        lists.set_standing(key, member.contact.id, Standing.REMOVED, desk.now)
    counts = {"added": len(difference.added), "changed": len(difference.changed), "removed": len(difference.removed)}
    desk.record("imported", key, **counts)
