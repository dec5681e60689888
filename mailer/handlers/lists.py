"""Sign-up, confirmation and leaving by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.inbound import Done, Result
from mailer.model.list_file import Difference
from mailer.model.lists import KIND_NAMES, Contact, Details, Format, Kind, Membership, Standing
from mailer.office import Office
from mailer.phrases import Country, Language, Phrase, phrase
from mailer.ports import Work
from mailer.tokens import Purpose, Token

DAY = timedelta(days=1)


def subscribe(office: Office, sender: Address, details: Details, problems: Sequence[Phrase]) -> Result:
    """Ask the address itself to confirm, at most once a day and within the office's daily cap (B1).

    The mail repeats nothing that the writer chose, not even a Message-ID: its recipient may not be the writer.
    """
    signup, lists = office.rules.signup, office.work.lists
    if lists.requests_since(office.now - DAY, sender):
        return Result(Done.REQUESTED_TODAY)
    if lists.requests_since(office.now - DAY) >= signup.per_day:
        return Result(Done.REQUEST_CAP_REACHED, {"per_day": signup.per_day})
    request = lists.add_request(sender, signup.list, details, problems, office.now)
    token = office.token(Purpose.CONFIRM, request.id)
    office.record("sign-up requested", str(sender), list=signup.list)
    office.write(
        Address(sender.local, sender.domain),
        "confirm",
        {
            "titles": office.rules.received([signup.list]),
            "days": signup.expires.days,
            "link": office.rules.link(token, "Re: confirm", "yes"),
        },
        language=details.language,
        token=token,
    )
    return Result(Done.CONFIRMATION_REQUESTED)


def confirm(office: Office, token: Token, in_reply_to: str) -> Result:
    """Put a confirmed address on the list, with its details. A second confirmation changes nothing."""
    request = office.work.lists.request(token.subject)
    if request is None:
        return Result(Done.NO_SUCH_REQUEST)
    if request.confirmed_at is not None:
        return Result(Done.CONFIRMED_BEFORE)
    if office.now - request.created_at > office.rules.signup.expires:
        return Result(Done.REQUEST_EXPIRED)
    address = Address.parse(request.address, request.details.name)
    contact = office.work.lists.save_contact(address, request.details, office.now)
    office.work.lists.confirm_request(request.id, office.now)
    office.work.lists.unsuppress(request.address)
    office.work.lists.set_standing(request.list, contact.id, Standing.ACTIVE, office.now, office.cause)
    office.record("subscribed", request.address, list=request.list)
    office.write(
        address,
        "welcome",
        {
            "greeting": contact.greeting,
            "titles": office.rules.received([request.list]),
            "format": (contact.details.format or office.rules.format).value,
            "details": _said(contact.details),
            "problems": list(request.problems),
            "leave": office.rules.leave_links(office.token(Purpose.LEAVE, contact.id))[-1],
        },
        in_reply_to=in_reply_to,
    )
    return Result(Done.SUBSCRIBED, {"list": request.list})


def _said(details: Details) -> list[tuple[Phrase, str]]:
    """The details as labels and values for people."""
    rows = {
        phrase("Name"): details.name,
        phrase("Organisation"): details.organisation,
        phrase("Kind"): KIND_NAMES[details.kind] if details.kind else "",
        phrase("Country"): Country(details.country),
        phrase("Language"): Language(details.language),
        phrase("Format"): details.format or "",
    }
    return [(label, value) for label, value in rows.items() if value]


def leave(office: Office, sender: Address | None, token: Token | None, authentic: bool, in_reply_to: str) -> Result:
    """Take somebody off their lists: at once with a token or an authentic sender, else after a confirmation (B4)."""
    contact = _leaver(office, sender, token)
    keys = _leavable(office, contact) if contact else []
    if contact is None or not keys:
        if sender is not None and token is None:
            answer_help(office, sender, in_reply_to)
        return Result(Done.NOTHING_TO_LEAVE)
    if token is not None or authentic:
        return _take_off(office, contact, keys, in_reply_to)
    back = office.token(Purpose.LEAVE, contact.id)
    office.write(
        Address.parse(contact.address, contact.details.name),
        "leave-confirm",
        {"titles": office.rules.received(keys), "link": office.rules.link(back, "Re: unsubscribe", "yes")},
        token=back,
        in_reply_to=in_reply_to,
        once=f"leave-confirm {office.today}",
    )
    return Result(Done.CONFIRMATION_REQUESTED)


def _leaver(office: Office, sender: Address | None, token: Token | None) -> Contact | None:
    if token is not None:
        return office.work.lists.contact(token.subject)
    return office.work.lists.contact_at(str(sender)) if sender else None


def _leavable(office: Office, contact: Contact) -> list[str]:
    """The lists that the contact is on and may leave by mail."""
    return [
        member.list
        for member in office.work.lists.memberships_of(contact.id)
        if member.standing is Standing.ACTIVE
        and member.list in office.rules.lists
        and office.rules.lists[member.list].leave
    ]


def _take_off(office: Office, contact: Contact, keys: Sequence[str], in_reply_to: str) -> Result:
    for key in keys:
        office.work.lists.set_standing(key, contact.id, Standing.LEFT, office.now, office.cause)
    office.record("left", contact.address, lists=list(keys))
    office.write(
        Address.parse(contact.address, contact.details.name),
        "left",
        {"titles": office.rules.received(keys)},
        in_reply_to=in_reply_to,
    )
    return Result(Done.LEFT, {"lists": ", ".join(keys)})


def answer_help(office: Office, sender: Address, in_reply_to: str, problems: Sequence[Phrase] = ()) -> Result:
    """Send the help to anyone who asks, at most once a day and within the office's daily cap (B1)."""
    once = f"help {office.today}"
    if office.work.outbox.written(once) >= office.rules.signup.per_day:
        return Result(Done.HELP_CAP_REACHED, {"per_day": office.rules.signup.per_day})
    publications = [
        {"title": publication.title, "lists": office.rules.titles(publication.lists)}
        for publication in office.rules.publications.values()
        if office.rules.signup.list in publication.lists
    ]
    sent = office.write(
        Address.parse(sender.key),  # so that another spelling of the same address is the same recipient
        "help",
        {
            "publications": publications,
            "subscribe": office.rules.link("subscribe", ""),
            "leave": office.rules.link("unsubscribe", ""),
            "problems": list(problems),
            "kinds": [kind.value for kind in Kind],
            "formats": [wanted.value for wanted in Format],
        },
        in_reply_to=in_reply_to,
        once=once,
    )
    return Result(Done.HELP_SENT if sent else Done.HELP_SENT_TODAY)


def members(
    work: Work, key: str, version: int | None = None, standing: Standing | None = Standing.ACTIVE
) -> list[Membership]:
    """Who is on a list now, or was in ``version``; with ``standing`` None, those who left or were removed, too.

    Raises Refused if the list has no such version.
    """
    if version is None:
        return work.lists.members(key, standing)
    newest = work.lists.versions([key])[key]
    if not 0 <= version <= newest:
        raise Refused(f"The list “{key}” has no version {version}; its newest version is {newest}.")
    return work.lists.members_at(key, version, standing)


def apply_import(office: Office, key: str, difference: Difference) -> None:
    """Make the list what the file says, except that anyone who left by their own wish stays away."""
    lists = office.work.lists
    for row in (*difference.added, *difference.changed):
        contact = lists.save_contact(row.address, row.details, office.now)
        if lists.standing(key, contact.id) is not Standing.LEFT:  # they may have left since the comparison
            lists.set_standing(key, contact.id, Standing.ACTIVE, office.now, office.cause)
    for member in difference.removed:
        lists.set_standing(key, member.contact.id, Standing.REMOVED, office.now, office.cause)
    counts = {"added": len(difference.added), "changed": len(difference.changed), "removed": len(difference.removed)}
    office.record("imported", key, **counts)
