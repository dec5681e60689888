"""Whether everybody under whose name something is printed has said yes to exactly these words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailer.errors import ConfigError, NotGranted
from mailer.model.articles import State, digest_of
from mailer.model.issues import Article as Printed
from mailer.model.issues import Issue, Source
from mailer.model.issues import State as IssueState
from mailer.model.manuscripts import ISSUE, Unit
from mailer.office import Office


def units_of(office: Office, source: Source, printed: Printed) -> tuple[Unit, ...]:
    """The numbered texts of one article of an issue. Raises ConfigError if it has faults."""
    alone = replace(source, articles=(printed,))
    own = [unit for unit in office.resources.manuscripts.units(alone) if unit.article != ISSUE]
    return tuple(replace(unit, number=number) for number, unit in enumerate(own, 1))


def missing(office: Office, source: Source) -> list[str]:
    """What is missing, in a sentence for each article; none if the configuration does not ask for a yes."""
    proof = office.rules.articles.proof
    if proof == "off":
        return []
    found = (_missing(office, source, printed, required=proof == "required") for printed in source.articles)
    return [sentence for sentence in found if sentence]


def _missing(office: Office, source: Source, printed: Printed, *, required: bool) -> str:
    if not printed.author or printed.author in office.rules.articles.own_names:
        return ""
    if not printed.number:
        if not required:
            return ""
        return (
            f"{printed.name} is printed under the name of {printed.author}, who was asked for no yes: write article = "
            "and its number above its text, or add the name to [articles] own_names"
        )
    article = office.work.articles.by_id(printed.number)
    if article is None:
        return f"{printed.name} names article {printed.number}, which there is not; see `mailer article ls`"
    proofs = office.work.articles.proofs(article.id)
    if not proofs:
        return f"{printed.name}: its author has seen no proof; run `mailer article proof {article.id}`"
    if article.state is not State.AGREED:
        return f"{printed.name}: its author has not said yes to the proof; article {article.id} is {article.state}"
    if proofs[-1].digest != digest_of(printed.author, units_of(office, source, printed)):
        return f"{printed.name} has other words than its author said yes to; run `mailer article proof {article.id}`"
    return ""


def require(office: Office, issue: Issue) -> None:
    """Raises NotGranted, with what is missing, if the configuration requires a yes to what the issue was built from."""
    if office.rules.articles.proof != "required":
        return
    if sentences := missing_of_built(office, issue):
        raise NotGranted(f"Not every author has said yes to their words: {'; '.join(sentences)}.")


def require_until_sent(office: Office, issue: Issue) -> None:
    """As ``require``, for other ways out of an issue; what its readers have got is public."""
    if issue.state not in (IssueState.SENDING, IssueState.SENT):
        require(office, issue)


def missing_of_built(office: Office, issue: Issue) -> Sequence[str]:
    """As ``missing``, of what the issue was built from."""
    if office.rules.articles.proof == "off" or not set(issue.authors) - set(office.rules.articles.own_names):
        return []
    frozen = office.work.editions.source(issue.id)
    if frozen is None:
        return ["what the issue was built from is not kept; build it again"]
    try:
        return missing(office, office.sources.restored(issue, frozen.files))
    except ConfigError as fault:
        return list(fault.problems)
