"""The copies of an issue: an edition for each language, and a template for each edition and format."""

from __future__ import annotations

from mailer import grants
from mailer.compose.forms import template_of
from mailer.model.forms import Forms, form_of
from mailer.model.issues import Issue, edition_for
from mailer.model.lists import Format
from mailer.model.mailings import Mailing
from mailer.model.rules import Rules
from mailer.office import Office
from mailer.ports import Work
from mailer.sending.content import Content


class IssueContents:
    """content.Contents for issues."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def granted(self, office: Office, mailing: Mailing) -> Forms:
        return grants.require_issue(office, _issue(office.work, mailing), mailing.lists).subject.forms

    def edition(self, work: Work, mailing: Mailing, language: str) -> int:
        return edition_for(_issue(work, mailing).editions, language).id

    def content(self, work: Work, mailing: Mailing, edition: int, wanted: Format) -> Content:
        publication, rendered = self._rules.publication(mailing.publication), work.issues.edition(edition)
        issue = _issue(work, mailing)
        template = template_of(self._rules, publication, issue.number, rendered, wanted)
        language = next(current.language for current in issue.editions if current.id == edition)
        return Content(template, rendered.wording, form_of(language, wanted))


def _issue(work: Work, mailing: Mailing) -> Issue:
    issue = work.issues.issue_by_id(mailing.subject)
    assert issue is not None
    return issue
