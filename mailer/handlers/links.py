"""Links: anybody proposes one by mail; the secretary decides, and is told which links are dead."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mailer import grants, submissions
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.inbound.answers import Answer, read_decision
from mailer.inbound.filled import read_filled
from mailer.inbound.intents import Intent, StaffReply, Verdict
from mailer.message import Inbound
from mailer.model import links
from mailer.model.inbound import Done, Result
from mailer.model.library import Version
from mailer.model.links import KEY, LINK, Check, Link, links_in, proposed
from mailer.model.questionnaires import shown
from mailer.model.staff import StaffNotice
from mailer.model.submissions import State, Submission
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.staff import answer_unclear, write_to_staff
from mailer.submissions import SubmissionKind

KIND = "link"

HALF_YEAR = timedelta(days=182)
"""How long what is known of an address is believed."""

# --- what is proposed ---


def begin(office: Office, mail: Inbound, intent: Intent, verdict: Verdict) -> Result:
    """Keep the link that the mail proposes until its address confirms it; one without lines gets them, and the list."""
    filled = read_filled(mail, LINK, {}, office.renderer.wordings)
    also, attachments = [], list[Attachment]()
    found = grants.published_document(office, KEY, office.language_of(mail.author)) if filled.is_empty else None
    if found and len(found[1].pdf) <= office.rules.presenters.attach_bytes:
        version, printed = found
        title = f"{version.title} {version.number}"
        also.append(phrase("What the list has now is attached: %(title)s.", title=title))
        attachments.append(Attachment(f"{version.stem}.pdf", "application/pdf", printed.pdf))
    return submissions.begin(office, mail, KIND, LINK, filled, verdict, also=also, attachments=attachments)


def _confirmed(office: Office, submission: Submission) -> None:
    """Ask the secretary."""
    values = {
        "proposer": office.called(submission.address),
        "title": submission.values.get("title", ""),
        "fields": shown(LINK, submission.values),
        "beside": submission.beside,
        "known": _is_known(office, submission.values.get("url", "")),
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "link-proposed",
        values,
        kind=KIND,
        subject=submission.id,
        state=submission.stands,
        about=phrase("link %(number)s", number=submission.id),
        prepared={"yes_reply": "YES", "no_reply": "NO"},
        once=f"link {submission.id} {submission.revision}",
    )


SUBMISSION = SubmissionKind(LINK, _confirmed)


def _is_known(office: Office, url: str) -> bool:
    return any(links.same(url, one.url) for one in published(office)[1])


def published(office: Office) -> tuple[Version | None, Sequence[Link]]:
    """The published version of the list, and the links in it; none if there is none."""
    found = grants.published_document(office, KEY)
    if found is None:
        return None, ()
    return found[0], links_in(office.work.library.source_files(found[0].id))


# --- what the secretary decides ---


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Take the link with a yes, decline it with a no, and tell the proposer."""
    submission = office.work.submissions.by_id(notice.subject)
    assert submission is not None  # its state was compared
    said = read_decision(mail, reply.text)
    if said is Answer.OTHER:
        return answer_unclear(office, notice, mail, phrase("it says neither YES nor NO"))
    _decide(office, submission, accepted=said is Answer.YES)
    return Result(
        Done.LINK_DECIDED, {"number": submission.id, "word": "accepted" if said is Answer.YES else "declined"}
    )


_HEARD: dict[bool, Phrase] = {
    True: phrase("It will be in the next version of the list."),
    False: phrase("We decided not to add it to the list."),
}


def _decide(office: Office, submission: Submission, *, accepted: bool) -> None:
    submissions.decide(office, submission, State.ACCEPTED if accepted else State.DECLINED)
    values = {"title": submission.values.get("title", ""), "what": _HEARD[accepted]}
    once = f"link-decided {submission.id}"
    office.write(submission.to, "link-decided", values, language=submission.language, once=once)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A link that somebody proposes, and that is not declined."""

    number: int
    link: Link
    by: str
    why: str
    accepted: bool


def waiting(office: Office) -> list[Proposed]:
    """What was proposed and confirmed, and is accepted or waits for a decision, the oldest first."""
    found = office.work.submissions.each([State.CONFIRMED, State.ACCEPTED], KIND)
    return [_proposed(one) for one in found if one.values]


def _proposed(one: Submission) -> Proposed:
    why = one.values.get("why", "")
    return Proposed(one.id, proposed(one.values), one.address, why, one.state is State.ACCEPTED)


def decide(office: Office, number: int, *, accepted: bool) -> Proposed:
    """Accept or decline a proposal at the command line. Raises Refused if there is none that waits."""
    submission = office.work.submissions.by_id(number)
    if submission is None or submission.kind != KIND or not submission.values:
        raise Refused(f"Nobody has proposed a link with the number {number}: see `mailer library links ls`.")
    if accepted and submission.state is State.ACCEPTED:
        return _proposed(submission)
    _decide(office, submission, accepted=accepted)
    return _proposed(submission)


# --- whether they answer ---


def to_ask(office: Office) -> Sequence[str]:
    """Which addresses of the published list have to be asked now."""
    _, known = published(office)
    urls = [one.url for one in known]
    return links.to_ask(urls, office.work.links.checks(urls), office.now, HALF_YEAR) if urls else ()


def note(office: Office, url: str, answered: links.Answer) -> Check:
    """Note what came of asking an address; the secretary gets a list once it is known of each."""
    before = office.work.links.checks([url]).get(url)
    check = links.after(before, url, answered, office.now)
    office.work.links.save(check)
    version, known = published(office)
    urls = [one.url for one in known]
    checks = office.work.links.checks(urls)
    dead = [one for one in known if (found := checks.get(one.url)) and found.is_dead]
    if version and dead and links.is_round_over(urls, checks):
        _tell(office, version, dead, checks, none_answers=len(dead) == len(known))
    return check


def _tell(office: Office, version: Version, dead: Sequence[Link], checks: dict[str, Check], none_answers: bool) -> None:
    """Tell the secretary once in each half of a year, and again when the list has changed."""
    half = f"{office.now.year}-{1 if office.now.month <= 6 else 2}"
    which = hashlib.sha256(" ".join(sorted(one.url for one in dead)).encode()).hexdigest()[:16]
    rows = [(one.title, one.url, checks[one.url].answer) for one in dead]
    values = {"title": f"{version.title} {version.number}", "dead": rows, "none_answers": none_answers}
    office.tell_secretary("dead-links", values, once=f"dead-links {half} {which}")
    office.record("dead links", version.name, number=len(dead))
