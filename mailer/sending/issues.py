"""The copies of an issue: an edition for each language, and a template for each edition and format."""

from __future__ import annotations

from mailer import grants
from mailer.compose.forms import template_of
from mailer.errors import NotGranted
from mailer.model.editions import Translation
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


class EditionContents:
    """content.Contents for an issue in another language."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def granted(self, office: Office, mailing: Mailing) -> Forms:
        translation, issue = _translation(office.work, mailing)
        return grants.require_edition(office, issue, translation, mailing.lists).subject.forms

    def edition(self, work: Work, mailing: Mailing, language: str) -> int:
        translation, _ = _translation(work, mailing)
        if translation.edition is None:
            raise NotGranted("There is no edition in this language any more.")
        return translation.edition.id

    def content(self, work: Work, mailing: Mailing, edition: int, wanted: Format) -> Content:
        translation, issue = _translation(work, mailing)
        publication, rendered = self._rules.publication(mailing.publication), work.issues.edition(edition)
        template = template_of(self._rules, publication, issue.number, rendered, wanted, translation.language)
        return Content(template, rendered.wording, form_of(translation.language, wanted))


def _translation(work: Work, mailing: Mailing) -> tuple[Translation, Issue]:
    """What the mailing has copies of, and its issue."""
    translation = work.editions.by_id(mailing.subject)
    assert translation is not None
    issue = work.issues.issue_by_id(translation.issue)
    assert issue is not None
    return translation, issue


def _issue(work: Work, mailing: Mailing) -> Issue:
    issue = work.issues.issue_by_id(mailing.subject)
    assert issue is not None
    return issue
