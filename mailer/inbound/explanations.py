"""What a mail was taken for, in one line for operators: for those intents whose values matter."""

from __future__ import annotations

from collections import Counter

from mailer.inbound.intents import (
    Agree,
    Bounce,
    ChangeAddress,
    Complaint,
    Confirm,
    Forward,
    Get,
    LeaveEverything,
    Pause,
    Report,
    SetDetails,
    Subscribe,
    Translate,
    Unsure,
    Vote,
)
from mailer.model.outbox import Fate
from mailer.model.reports import Why


def bounce(bounce: Bounce) -> str:
    worst, others = bounce.worst, len(bounce.recipients) - 1
    how = "for good" if worst.permanent else "a delay" if worst.fate is Fate.DELAYED else "for now"
    whose = " of a mail of ours" if bounce.token else ", without a token of ours: it changes nothing"
    who = f"{worst.recipient or 'nobody named'} and {others} more" if others else worst.recipient
    why = worst.why if worst.why is not Why.OTHER else ""
    code = worst.status if worst.status not in worst.diagnostic else ""
    said = " ".join(filter(None, (code, worst.diagnostic)))
    return "; ".join(filter(None, (f"reports a failure {how}{whose}", who, why, said)))


def report(report: Report) -> str:
    said = Counter(one.fate.value for one in report.recipients)
    whose = "a mail of ours" if report.token else "a mail, without a token of ours: it changes nothing"
    return f"reports on {whose}: " + ", ".join(f"{count} {fate}" for fate, count in said.items())


def complaint(complaint: Complaint) -> str:
    who = complaint.recipients[0].recipient if complaint.recipients else "a reader"
    return f"{who} called a mail spam" + ("" if complaint.token else ", without a token of ours: it changes nothing")


def vote(vote: Vote) -> str:
    if vote.choice is None:
        return f"answers a ballot, and is no vote: {vote.reason}"
    return f"votes {vote.choice}, if it proves authentic"


def challenge_reply(vote: Vote) -> str:
    if vote.choice is None:
        return f"answers whether a vote was theirs, and is no vote: {vote.reason}"
    return f"votes {vote.choice} in answer to whether a vote was theirs"


def translate(translate: Translate) -> str:
    named = f" of {translate.publication}" if translate.publication else ""
    language = f" into {translate.language}" if translate.language else ""
    issue = "an issue" if translate.number is None else f"issue {translate.number}"
    return f"offers to translate {issue}{named}{language}"


def subscribe(request: Subscribe) -> str:
    lines = len(request.problems)
    if not lines:
        return "asks to subscribe"
    return f"asks to subscribe; {lines} of its lines {'was' if lines == 1 else 'were'} not understood"


def unsure(unsure: Unsure) -> str:
    return f"may ask to {unsure.command}: its writer is asked, and a person gets the words"


def leave_everything(leave: LeaveEverything) -> str:
    return "asks to leave" + ("" if leave.token else ", without a token: a confirmation is needed")


def confirm(confirm: Confirm) -> str:
    return "confirms a sign-up" + ("" if confirm.token else ", without a token: an authentic sender is needed")


def set_details(request: SetDetails) -> str:
    return f"changes what is known of it: {', '.join(request.details) or 'nothing that was understood'}"


def pause(request: Pause) -> str:
    if request.problems:
        return "wants a pause, and does not say until when"
    return f"wants no issue before {request.until}" if request.until else "ends a pause"


def change_address(request: ChangeAddress) -> str:
    return "has another address: both addresses have to confirm" if request.old or request.new else "names no address"


def get(request: Get) -> str:
    return f"asks for {f'issue {request.number}' if request.number else 'the newest issue'} again"


def forward(request: Forward) -> str:
    named = ", with its writer's name" if request.named else ""
    return f"asks for {f'issue {request.number}' if request.number else 'the newest issue'} to pass on{named}"


def agree(answer: Agree) -> str:
    return f"says {'yes' if answer.yes else 'no'} to what it was asked to confirm"
