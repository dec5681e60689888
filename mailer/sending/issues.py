"""The copies of an issue: an edition for each language, and a template for each edition and format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailer.compose.issues import issue_template
from mailer.model.issues import Issue, edition_for
from mailer.model.lists import Format
from mailer.model.mailings import Mailing
from mailer.model.rules import Rules
from mailer.ports import Work
from mailer.sending.content import Content


class IssueContents:
    """content.Contents for issues."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def edition(self, work: Work, mailing: Mailing, language: str) -> int:
        return edition_for(_issue(work, mailing).editions, language).id

    def content(self, work: Work, mailing: Mailing, edition: int, wanted: Format, leave: Sequence[str]) -> Content:
        publication, rendered = self._rules.publication(mailing.publication), work.issues.edition(edition)
        template = issue_template(
            rendered,
            publication,
            _issue(work, mailing).number,
            wanted,
            sender=replace(self._rules.sender, name=publication.title),
            leave=leave,
            help=self._rules.help_link,
            reports=not self._rules.plus,
        )
        return Content(template, rendered.wording)


def _issue(work: Work, mailing: Mailing) -> Issue:
    issue = work.issues.issue_by_id(mailing.subject)
    assert issue is not None
    return issue
