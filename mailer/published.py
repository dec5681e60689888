"""What the office shows to everybody: it asks for the grant of each thing, whatever way it goes out (law 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from mailer import grants, list_documents
from mailer.compose.forms import subscribing
from mailer.compose.forwarding import on_the_web
from mailer.compose.site import facts_of
from mailer.errors import NotGranted
from mailer.model.approvals import Grant
from mailer.model.criteria import Printed
from mailer.model.editions import KIND as EDITION
from mailer.model.editions import State as EditionState
from mailer.model.editions import Translation
from mailer.model.issues import Edition, Issue, State
from mailer.model.library import SUBJECT as DOCUMENT
from mailer.model.library import Version, standing
from mailer.model.list_documents import SUBJECT as LIST
from mailer.model.list_documents import Forms, ListDocument
from mailer.model.lists import ListKind
from mailer.model.mailings import Mailing, MailingKind
from mailer.model.site import (
    Contents,
    EditionFacts,
    ShownDocument,
    ShownEdition,
    ShownList,
    digest,
)
from mailer.office import Office

INTERNAL = (ListKind.MEMBERS, ListKind.BOARD, ListKind.DISCUSSION)
"""Lists of people who belong to something. What goes to one of them is not for everybody."""


@dataclass(frozen=True)
class OfficePublished:
    """ports.Published, in one transaction, which is a consistent view: what was granted in it stays so."""

    office: Office
    _checked: dict[int, set[int]] = field(default_factory=dict)
    """The editions that a grant was found to cover, by their issues."""

    def contents(self) -> Contents:
        """As ports.Published says."""
        editions = sorted(self._editions(), key=lambda one: (one.at, one.number), reverse=True)
        today = self.office.now.astimezone(self.office.rules.timezone).date()
        return Contents(tuple(editions), tuple(self._documents()), tuple(self._lists()), today, self.until)

    def facts(self, shown: ShownEdition) -> EditionFacts:
        """As ports.Published says."""
        return facts_of(self._granted(shown))

    def edition(self, shown: ShownEdition) -> Edition:
        """As ports.Published says."""
        return on_the_web(self._granted(shown), subscribing(self.office.rules))

    def document(self, shown: ShownDocument) -> tuple[Printed, Mapping[str, bytes]]:
        """As ports.Published says."""
        version = self.office.work.library.version(shown.id)
        if version is None or version not in standing(self.office.work.library.versions(version.key)):
            raise NotGranted(f"{shown.name} is not published any more.")
        return grants.require_document(self.office, version), self.office.work.library.files(version.id)

    def listing(self, shown: ShownList) -> tuple[ListDocument, Forms]:
        """As ports.Published says."""
        version = self.office.work.list_documents.version(shown.id)
        if version is None or list_documents.standing(self.office, shown.key) != version:
            raise NotGranted(f"{shown.name} is not the version that stands.")
        return list_documents.require_shown(self.office, version)

    # --- issues ---

    def _editions(self) -> Iterator[ShownEdition]:
        """Those that were sent, or are being sent, by publications for everybody."""
        mailings = {one.subject: one for one in self.office.work.mailings.all() if one.kind is MailingKind.ISSUE}
        for issue in self.office.work.issues.all():
            yield from self._of_issue(issue, mailings.get(issue.id))

    def editions_of(self, issue: Issue) -> list[ShownEdition]:
        """What of one issue may be shown."""
        return list(self._of_issue(issue, self.office.work.mailings.of(MailingKind.ISSUE, issue.id)))

    def _of_issue(self, issue: Issue, mailing: Mailing | None) -> Iterator[ShownEdition]:
        if mailing is None or issue.state not in (State.SENDING, State.SENT) or not self._is_open(issue):
            return
        grant = self._stands(Issue.KIND, issue.id)
        if grant is None:
            return
        day = mailing.started_at.astimezone(self.office.rules.timezone).date()
        common = (issue.publication, issue.number)
        state = self._state("issue", grant, issue.title, *issue.editions)
        at = mailing.started_at
        for ref in issue.editions:
            yield ShownEdition(*common, ref.language, issue.title, day, at, ref.id, issue.id, state=state)
        for one in self._translations[issue.id]:
            own = self._stands(EDITION, one.id)
            if own is not None and one.edition is not None:
                title, since = one.title or issue.title, max(at, own.granted_at)
                about = self._state("edition", own, state, title, one.edition, one.credit)
                made = ShownEdition(*common, one.language, title, day, since, one.edition.id, issue.id)
                yield replace(made, translation=one.id, credit=one.credit, state=about)

    @cached_property
    def _translations(self) -> Mapping[int, list[Translation]]:
        """Those that were sent, by their issues."""
        found = defaultdict[int, list[Translation]](list)
        for one in self.office.work.editions.in_states([EditionState.SENT]):
            found[one.issue].append(one)
        return found

    @cached_property
    def _grants(self) -> Mapping[str, Mapping[int, Grant]]:
        kinds = (Issue.KIND, EDITION, DOCUMENT, LIST)
        return {kind: self.office.work.approvals.grants_of(kind) for kind in kinds}

    def _is_open(self, issue: Issue) -> bool:
        """Whether the issue is for everybody."""
        rules = self.office.rules
        publication = rules.publications.get(issue.publication)
        if publication is None or not rules.site.shows(issue.publication, issue.number):
            return False
        return publication.key in rules.site.internal or not any(self._is_internal(key) for key in publication.lists)

    def _is_internal(self, key: str) -> bool:
        rules = self.office.rules.lists.get(key)
        return rules is None or rules.kind in INTERNAL

    def _granted(self, shown: ShownEdition) -> Edition:
        """The bytes of an edition. Raises NotGranted as ``grants.require``."""
        checked = self._checked.setdefault(shown.issue, set())
        if shown.id not in checked:
            checked |= self._check(shown)
        return self.office.work.issues.edition(shown.id)

    def _check(self, shown: ShownEdition) -> set[int]:
        """The editions that are granted with this one, itself among them. Raises NotGranted as ``grants.require``."""
        issue = self.office.work.issues.issue_by_id(shown.issue)
        if issue is None or issue.state not in (State.SENDING, State.SENT):
            raise NotGranted(f"{shown.name} has not been sent.")
        if shown.translation:
            grants.require_shown_edition(self.office, issue, self._translation(shown))
            return {shown.id}
        grants.require_shown_issue(self.office, issue)
        if shown.id not in (granted := {ref.id for ref in issue.editions}):
            raise NotGranted(f"{shown.name} is not an edition that was sent.")
        return granted

    def _translation(self, shown: ShownEdition) -> Translation:
        found = self.office.work.editions.by_id(shown.translation)
        if found is None or found.edition is None or found.edition.id != shown.id:
            raise NotGranted(f"{shown.name} is not the edition that was sent.")
        return found

    # --- documents and lists ---

    def _documents(self) -> Iterator[ShownDocument]:
        by_key = defaultdict[str, list[Version]](list)
        for version in self.office.work.library.versions():
            by_key[version.key].append(version)
        shown = (
            one for key, versions in by_key.items() if self.office.rules.site.shows(key) for one in standing(versions)
        )
        for version in shown:
            grant = self._stands(DOCUMENT, version.id)
            if grant is not None:
                at = version.published_at or grant.granted_at
                yield ShownDocument(
                    version.key,
                    version.kind,
                    version.language,
                    str(version.number),
                    version.title,
                    at,
                    at.astimezone(self.office.rules.timezone).date(),
                    version.id,
                    version.publisher,
                    self._state("document", grant, version.digest, version.title, version.publisher),
                )

    def _lists(self) -> Iterator[ShownList]:
        rules = self.office.rules
        for key, one in rules.lists.items():
            if (one.kind in INTERNAL and key not in rules.site.internal) or not rules.site.shows(key):
                continue
            version = list_documents.standing(self.office, key)
            grant = self._stands(LIST, version.id) if version else None
            if version is None or grant is None or list_documents.shows_more_than_allowed(self.office, version):
                continue
            yield ShownList(
                key,
                one.title,
                one.kind,
                str(version.version),
                version.language,
                version.at.astimezone(rules.timezone).date(),
                version.id,
                self._state("list", grant, version.forms, one.title),
            )

    # --- grants ---

    def _stands(self, kind: str, subject: int) -> Grant | None:
        """The grant, if it agrees with its ballot and its embargo is over. Whether it covers the bytes is not asked."""
        grant = self._grants[kind].get(subject)
        return None if grant is None or (grant.embargo and self.office.now < grant.embargo) else grant

    def _state(self, kind: str, grant: Grant, *parts: object) -> str:
        """What decides whether a thing may be shown, and how: its grant, its bytes, and the rules in them."""
        rules = self.office.rules
        return digest([kind, grant.id, grant.subject.digest, rules.help_link, rules.publications, *parts])

    @property
    def until(self) -> datetime | None:
        """When the next embargo is over."""
        embargoes = [one.embargo for one in self.office.work.issues.all()]
        embargoes += [one.embargo for one in self.office.work.library.versions()]
        return min((at for at in embargoes if at and at > self.office.now), default=None)
