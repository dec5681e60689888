"""An office that has published for years: issues in several languages, documents, lists and events, all granted."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from mailer import grants, list_documents
from mailer.adapters.data import CONFIG
from mailer.adapters.render import pdf
from mailer.app import App, library_files
from mailer.model import library
from mailer.model.approvals import Outcome, Subject
from mailer.model.events import Event, EventKind
from mailer.model.events import State as EventState
from mailer.model.issues import Edition, Issue, Source, State
from mailer.model.list_documents import SUBJECT as LIST
from mailer.model.list_documents import Issuer
from mailer.model.mailings import MailingKind
from mailer.office import Office

LANGUAGES = ("en", "fr", "es")
TITLES = {
    "en": ("The long and winding road", "A wider circle", "What was decided in Bangkok", "Voices from the regions"),
    "fr": ("Le long chemin", "Un cercle plus large", "Les décisions de Bangkok", "Des voix de toutes les régions"),
    "es": ("El largo camino", "Un círculo más amplio", "Lo que se decidió en Bangkok", "Voces de las regiones"),
}
SECTIONS = ("Process", "Networks", "Events", "Practice", "Regions")


def make(folder: Path, issues: int, languages: Sequence[str] = LANGUAGES, site: str = "") -> App:
    """The office of the demo, in a new folder, with so many issues."""
    shutil.copytree(CONFIG / "demo", folder)
    with (folder / "mailer.toml").open("a", encoding="utf-8") as file:
        file.write(site)
    environ = {"MAILER_IMAP__PORT": "1", "MAILER_SMTP__PORT": "1", "MAILER_SMTP__PASSWORD": "x"}
    app = App.load(folder / "mailer.toml", environ | {"MAILER_IMAP__PASSWORD": "x"})
    app.store.upgrade()
    fill(app, issues, languages)
    return app


def fill(app: App, issues: int, languages: Sequence[str] = LANGUAGES) -> None:
    """Issues, one each month up to now; the scope of presenters; events; and a list of them."""
    with pdf.prepared():
        made = app.edition("update", app.read_issue("update", 1))
    store = app.open_store()
    for number in range(1, issues + 1):
        add_issue(app, made, number, issues, languages)
    with store.transaction() as work:
        _add_document(app, app.office(work, "secretary", "command fill"))
    with store.transaction() as work:
        _add_events(app, app.office(work, "secretary", "command events"))


def add_issue(app: App, made: Edition, number: int, total: int, languages: Sequence[str]) -> None:
    """An issue that was granted and sent, in each language."""
    at = app.clock.now() - timedelta(days=30 * (total - number) + 1)
    titles = {one: TITLES.get(one, TITLES["en"])[number % 4] for one in languages}
    with app.store.transaction() as work:
        office = replace(app.office(work, "secretary", f"command issue {number}"), now=at)
        source = _source(number, titles[languages[0]], at.date())
        issue = work.issues.add(source, f"issues/update-{number}")
        work.issues.freeze(issue, source, {one: _in(made, number, one, titles[one]) for one in languages}, at)
        found = work.issues.issue("update", number)
        assert found is not None
        lists = list(app.rules.publications["update"].lists)
        _grant(office, grants.subject_of(office, found, lists), "issue", lists)
        work.issues.set_state(found.id, State.SENT)
        mailing = work.mailings.add(MailingKind.ISSUE, found.id, "update", lists, at)
        work.mailings.save(replace(mailing, finished_at=at))
        office.record("sent", found.name)


def _source(number: int, title: str, day: date) -> Source:
    section = SECTIONS[number % len(SECTIONS)]
    head = f'+++\ntitle = "{title}"\nsection = "{section}"\n+++\n\nText.\n'
    return Source("update", number, title, day, "en", (), f"{number:064}", files={"01-a.md": head.encode()})


def _in(made: Edition, number: int, language: str, title: str) -> Edition:
    """An edition that differs from each other one in its title and number, and so in its bytes."""
    first, rest = made.html.partition("<html")[::2]
    html = f"{first}<html{rest}".replace('lang="en"', f'lang="{language}"')
    html = html.replace("No. 1", f"No. {number}").replace("The long and winding road to ISO/SR", title)
    document = made.pdf + f"% {number} {language}\n".encode()
    return replace(made, subject=f"ISO/SR Update {number}: {title}", html=html, pdf=document)


def _grant(office: Office, subject: Subject, kind: str, lists: Sequence[str]) -> None:
    policy = office.rules.policy_for(kind, "update" if kind == Issue.KIND else "")
    pinned = office.work.lists.versions(lists) if lists else {}
    ballot = office.work.approvals.open_ballot(subject, policy, pinned, office.now, office.now + timedelta(days=7))
    office.work.approvals.close_ballot(ballot.id, Outcome.GRANTED)
    office.work.approvals.add_grant(replace(ballot, outcome=Outcome.GRANTED), office.now)


def _add_document(app: App, office: Office) -> None:
    for key in library_files.keys(app):
        manuscript = library_files.read(app, key)
        version = office.work.library.freeze(manuscript, library_files.printed(app, manuscript, ""), "", office.now)
        _grant(office, grants.document_subject(office, version)[0], version.policy, ())
        office.work.library.set_state(version.id, library.State.PUBLISHED, office.now)
        office.record("published", version.name)


_EVENTS = (
    ("Social responsibility in practice", "Tegucigalpa", "HN", ("es",), -60, 1),
    ("Seminar of the Japanese Standards Association", "Tokyo", "JP", ("ja", "en"), 20, 2),
    ("Round table on labour practices", "Genève", "CH", ("fr", "en"), 75, 1),
    ("Plenary week: open day", "Bangkok", "TH", ("en",), 110, 3),
)


def _add_events(app: App, office: Office) -> None:
    now: datetime = office.now
    for number, (title, place, country, languages, days, long) in enumerate(_EVENTS):
        starts = now.date() + timedelta(days=days)
        event = Event(
            uid=f"{number}@iso-sr.example",
            title=title,
            organiser="A member body",
            place=place,
            country=country,
            starts=starts,
            ends=starts + timedelta(days=long - 1),
            kind=EventKind.SEMINAR,
            languages=languages,
            website="https://example.org/seminar",
            state=EventState.ACCEPTED,
            created_at=now,
            changed_at=now,
        )
        office.work.events.add(event)
    version = list_documents.publish(office, "events")
    document = office.work.list_documents.document(version.id)
    with pdf.prepared():
        forms = app.renderer.list_document(document, Issuer(office.rules.name, str(office.rules.address)))
    office.work.list_documents.freeze(version.id, forms)
    _grant(office, Subject(LIST, version.id, forms.digest), "list", ())
    office.record("granted", version.name)
