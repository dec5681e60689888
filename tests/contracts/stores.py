"""Shared by the contracts of the store: every kind of store, and rows to start with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mailer.message import Address
from mailer.model.issues import Edition, Inline, Issue, Source, State, Wording
from mailer.model.lists import Contact, Details, Format, Kind, Scope, ScopeKind, Standing
from mailer.model.mailings import Mailing, MailingKind
from mailer.model.outbox import Draft
from mailer.ports import Work
from mailer.store.database import SqlStore
from tests.fakes import NOON
from tests.new_store import make

LISTS = ("nmb", "subscriber", "cag")
UPDATE = Scope(ScopeKind.PUBLICATION, "update")
ANNA = Address.parse("Anna@Union.example", "Anna Kim")
WHOLE = Details("Anna Kim", "The Union", Kind.LABOUR, "KR", "en", Format.PDF)
EDITION = Edition(
    "Subject",
    "<p>é</p>",
    "text ⟦greeting⟧",
    b"%PDF\x00",
    2,
    pictures=(Inline("c", "image/png", b"\x00"),),
    wording=Wording("Bonjour %(name)s,", "Chère lectrice, cher lecteur,", "l’ensemble du lectorat", "(le lien)"),
)
SOURCE = Source("update", 1, "The road", date(2026, 11, 23), "en", (), "5" * 64)
MINUTE = timedelta(minutes=1)

URLS: dict[str, Callable[[pytest.FixtureRequest], str]] = {
    "sqlite file": lambda request: f"sqlite:///{request.getfixturevalue('tmp_path') / 'mailer.db'}",
    "sqlite memory": lambda request: "sqlite://",
    "postgresql": lambda request: request.getfixturevalue("postgresql").database(),
}
STORES = [pytest.param(name, marks=[pytest.mark.servers] if name == "postgresql" else []) for name in URLS]


def new_store(request: pytest.FixtureRequest, kind: str) -> SqlStore:
    """A new store of a kind. Like SQLite's file, PostgreSQL's database is a copy."""
    if kind == "postgresql":
        return SqlStore(request.getfixturevalue("postgresql").new_store())
    store = SqlStore(URLS[kind](request))
    make(store)
    return store


def scopes(*lists: str) -> list[Scope]:
    return [Scope(ScopeKind.LIST, key) for key in lists]


def contact(work: Work, spec: str = "anna@union.example", *lists: str, details: Details | None = None) -> Contact:
    made = work.lists.save_contact(Address.parse(spec), details or Details(), NOON)
    for key in lists:
        work.lists.set_standing(key, made.id, Standing.ACTIVE, NOON, "a test")
    return made


def issue(work: Work, number: int = 1, edition: Edition = EDITION) -> Issue:
    source = replace(SOURCE, number=number)
    made = work.issues.add(source, f"issues/{number}")
    work.issues.freeze(made, source, {source.language: edition}, NOON)
    found = work.issues.issue_by_id(made.id)
    assert found is not None
    return found


def running(work: Work, number: int = 1, *lists: str) -> Mailing:
    """The mailing of an issue that is being sent."""
    made = issue(work, number)
    work.issues.set_state(made.id, State.SENDING)
    return work.mailings.add(MailingKind.ISSUE, made.id, made.publication, lists, NOON)


def draft(cause: str = "mail 1: help", recipient: str = "a@x.example") -> Draft:
    return Draft(cause, recipient, f"<{cause}@office>", b"payload")
