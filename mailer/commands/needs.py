"""What needs a person, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailer.app import App
from mailer.model import need_sentences
from mailer.model.needs import Need


def sentences(app: App, needs: Iterable[Need]) -> Iterator[str]:
    needs = list(needs)
    issues = [need.issue for need in needs if need.issue is not None]
    when = {issue.id: app.when(issue.due_at) for issue in issues if issue.due_at}
    yield from need_sentences.sentences(app.rules, needs, app.settings.imap.attention, when)
