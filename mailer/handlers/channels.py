"""Publications of others: what they may have, how it goes to them, and what they say that becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from mailer import author_consent, grants
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.message import Inbound, clean
from mailer.model import channels
from mailer.model.channels import ANSWER, KIND, NOTED, Channel, Event, GivenPack, State, advance
from mailer.model.editions import DISCLOSED, Translation, best
from mailer.model.inbound import Done, Result
from mailer.model.issues import Edition, Issue, edition_for
from mailer.model.lists import Contact
from mailer.model.media_types import media_type_of
from mailer.model.packs import Pack
from mailer.model.parts import divided
from mailer.model.personal_data import Held
from mailer.model.questions import Choice, Question, Reply
from mailer.model.restorations import require_resumed
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.questions import ask

LONGEST = 20_000
"""Characters that the secretary is told of an answer."""


class Granted(NamedTuple):
    """An issue in the language that a channel gets it in, with a grant that stands."""

    issue: Issue
    edition: Edition
    translation: Translation | None
    """None if it is the original."""

    @property
    def tag(self) -> str:
        """The language of a translation; empty for the original."""
        return self.translation.language if self.translation else ""


def find(office: Office, key: str) -> Channel:
    """Raises Refused with the channels that exist."""
    return channels.find(office.rules.channels, key)


def require(office: Office, channel: Channel, issue: Issue, language: str = "") -> Granted:
    """What the channel may have of an issue: the original, or the granted edition in its language.

    Raises NotGranted while there is no grant that covers it now, and during an embargo; Refused if the channel does not
    get this publication, or if ``language`` has no edition.
    """
    require_resumed(office.work.restorations.open())
    if issue.publication not in channel.publications:
        raise Refused(f"{channel.title} gets {', '.join(channel.publications)}, and not {issue.publication}.")
    grants.require_issue(office, issue, ())
    author_consent.require_until_sent(office, issue)
    out = [one for one in office.work.editions.of(issue.id) if one.state in DISCLOSED]
    translation = best(issue.editions, out, language or channel.language)
    if translation is not None and translation.edition is not None:
        grants.require_edition(office, issue, translation, ())
        return Granted(issue, office.work.issues.edition(translation.edition.id), translation)
    ref = edition_for(issue.editions, language or channel.language)
    if language and ref.language.partition("-")[0].lower() != language.partition("-")[0].lower():
        raise Refused(f"There is no granted edition of issue {issue.number} in “{language}”.")
    return Granted(issue, office.work.issues.edition(ref.id), None)


def read_me(office: Office, channel: Channel, granted: Granted, pack: Pack) -> bytes:
    """A text in the pack that says what is in it."""
    to = channel.contact or office.rules.secretary
    notice = office.compose(to, "channel-read-me", _told(office, channel, granted, pack), channel.language)
    return notice.text.encode()


def keep(office: Office, channel: Channel, granted: Granted, pack: Pack) -> GivenPack:
    """Note that a pack was written as a folder. Raises as ``require``."""
    return _add(office, channel, granted, pack, State.WRITTEN, "")


def mail(office: Office, channel: Channel, granted: Granted, pack: Pack) -> tuple[GivenPack, Sequence[str]]:
    """Mail a pack to the channel's contact, in as many mails as its files need; also those that are too large.

    Raises as ``require``, and Refused if the channel has no contact.
    """
    if channel.contact is None:
        raise Refused(f"[channels.{channel.key}] names no contact: write the pack as a folder, or add one.")
    given = _add(office, channel, granted, pack, State.MAILED, str(channel.contact))
    parts = divided({name: len(data) for name, data in pack.files.items()}, channel.attach_bytes)
    mails = parts.mails or [()]
    values = {**_told(office, channel, granted, pack), "parts": len(mails), "left": list(parts.left)}
    for part, names in enumerate(mails, start=1):
        attached = [_attachment(name, pack.files[name]) for name in names]
        _mail_part(office, channel, given, {**values, "part": part}, attached)
    return given, parts.left


def _mail_part(
    office: Office, channel: Channel, given: GivenPack, values: Mapping[str, object], attached: Sequence[Attachment]
) -> None:
    """The first mail asks what becomes of it; the others only bring files."""
    assert channel.contact is not None
    part = values["part"]
    once = f"{given.name} part {part}"
    if part == 1:
        _ask(office, channel, given, "channel-pack", values, once, attached)
    else:
        office.write(
            channel.contact, "channel-part", values, language=channel.language, once=once, attachments=attached
        )


def _ask(
    office: Office,
    channel: Channel,
    given: GivenPack,
    notice: str,
    values: Mapping[str, object],
    once: str,
    attached: Sequence[Attachment] = (),
) -> None:
    assert channel.contact is not None
    contact = office.work.lists.contact_at(str(channel.contact))
    ask(
        office,
        channel.contact,
        notice,
        values,
        kind=KIND,
        subject=given.id,
        about=f"{values['publication']} {values['number']}",
        contact=contact.id if contact else None,
        questionnaire=ANSWER,
        offered={},
        prepared={"no_reply": "no"},
        once=once,
        language=channel.language,
        attachments=attached,
    )


def _add(office: Office, channel: Channel, granted: Granted, pack: Pack, state: State, address: str) -> GivenPack:
    issue = granted.issue
    require(office, channel, issue, pack.language)
    given = office.work.channels.add(
        GivenPack(
            id=0,
            channel=channel.key,
            issue=issue.id,
            language=pack.language,
            articles=tuple(one.number for one in pack.articles),
            digest=issue.digest or "",
            state=state,
            made_at=office.now,
            made_by=office.actor,
            address=address,
            files=len(pack.files),
        )
    )
    office.record(f"given to a channel: {state}", issue.name, channel=channel.key, pack=given.id, to=address)
    return given


def _told(office: Office, channel: Channel, granted: Granted, pack: Pack) -> dict[str, object]:
    issue = granted.issue
    return {
        "channel": channel.title,
        "name": channel.contact.name if channel.contact else "",
        "publication": office.rules.publication(issue.publication).title,
        "number": issue.number,
        "title": (granted.translation.title if granted.translation else "") or issue.title,
        "articles": [one._asdict() for one in pack.articles],
        "pictures": [{**one._asdict(), "size": one.millimetres} for one in pack.pictures],
        "wanted": channel.words,
        "terms": channel.terms,
    }


def _attachment(name: str, data: bytes) -> Attachment:
    file = name.rpartition("/")[2]
    return Attachment(file, media_type_of(file), data)


# --- what they answer ---


def state(office: Office, question: Question) -> str:
    """A pack can be answered about in any state: plans change."""
    return question.state if office.work.channels.by_id(question.subject) else "gone"


def answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Note where it appears, or that it does not, and tell the secretary in the contact's own words."""
    given = office.work.channels.by_id(question.subject)
    assert given is not None  # its state was compared
    values = reply.filled.values if reply.filled else {}
    if reply.choice is Choice.NO:
        noted = replace(given, state=advance(given.state, Event.DECLINE))
    else:
        appears = values.get("appears", "") or channels.noted(reply.words)
        noted = replace(
            given,
            state=advance(given.state, Event.TAKE),
            appears=appears,
            place=values.get("place", ""),
            changes=values.get("changes", ""),
        )
    noted = save(office, noted)
    office.tell_secretary("channel-answered", {**_shown(office, noted), "words": reply.words[:LONGEST]})
    return Result(Done.CHANNEL_ANSWERED, {"pack": given.name, "word": noted.state.value})


def note(office: Office, pack_id: int, appears: str, place: str = "", *, declined: bool = False) -> GivenPack:
    """Note by hand what somebody said by another way. Raises Refused."""
    given = office.work.channels.by_id(pack_id)
    if given is None:
        raise Refused(f"There is no pack {pack_id}: see `mailer channel ls`.")
    event = Event.DECLINE if declined else Event.TAKE
    now = advance(given.state, event)
    return save(office, replace(given, state=now, appears=clean(appears, NOTED), place=clean(place, NOTED)))


def save(office: Office, given: GivenPack) -> GivenPack:
    """Keep what became of a pack."""
    noted = replace(given, answered_at=office.now)
    office.work.channels.save(noted)
    issue = office.work.issues.issue_by_id(noted.issue)
    assert issue is not None
    office.record(f"channel: {noted.state}", issue.name, channel=noted.channel, pack=noted.id, appears=noted.appears)
    return noted


def _shown(office: Office, given: GivenPack) -> dict[str, object]:
    issue = office.work.issues.issue_by_id(given.issue)
    assert issue is not None
    return {
        "pack": given.id,
        "channel": title_of(office, given),
        "publication": office.rules.publication(issue.publication).title,
        "number": issue.number,
        "declined": given.state is State.DECLINED,
        "appears": given.appears,
        "place": given.place,
        "changes": given.changes,
    }


def title_of(office: Office, given: GivenPack) -> str:
    """What people call the channel; its key if the configuration has it no longer."""
    channel = office.rules.channels.get(given.channel)
    return channel.title if channel else given.channel


def of_issue(office: Office, issue: Issue) -> list[tuple[str, GivenPack]]:
    """The channels that have articles of the issue, each with its last pack; one that was answered counts first."""
    given = sorted(office.work.channels.of_issue(issue.id), key=lambda one: (one.is_answered, one.id))
    return [(title_of(office, one), one) for one in {one.channel: one for one in given}.values()]


# --- what time brings ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Ask once more what becomes of a pack."""
    return [
        Decision(f"asking about {given.name}", partial(_remind, number=given.id))
        for given, _ in _unanswered(office, now)
    ]


def _unanswered(office: Office, now: datetime) -> Iterator[tuple[GivenPack, Channel]]:
    known = office.rules.channels
    spans = [one.remind for one in known.values() if one.remind and one.contact]
    if not spans:
        return
    for given in office.work.channels.unanswered(now - min(spans)):
        channel = known.get(given.channel)
        is_theirs = channel is not None and channel.contact is not None and str(channel.contact) == given.address
        if channel is not None and is_theirs and channel.remind and given.made_at + channel.remind <= now:
            yield given, channel


def _remind(office: Office, number: int) -> None:
    found = next((pair for pair in _unanswered(office, office.now) if pair[0].id == number), None)
    if found is None:
        return
    given, channel = found
    office.work.channels.save(replace(given, reminded_at=office.now))
    values = {**_shown(office, given), "name": channel.contact.name if channel.contact else "", "mailed": given.made_at}
    _ask(office, channel, given, "channel-reminder", values, f"{given.name} reminder")


# --- personal data ---


def held(office: Office, contact: Contact) -> list[Held]:
    """What “status” shows of the packs that somebody was mailed."""
    rows: list[tuple[Phrase | str, object]] = []
    for given in office.work.channels.of_addresses([contact.address]):
        issue = office.work.issues.issue_by_id(given.issue)
        assert issue is not None
        name = f"{office.rules.publication(issue.publication).title} {issue.number}"
        rows.append((name, given.outcome))
    return [Held(phrase("Articles that you were sent to be printed"), rows, "channels")] if rows else []
