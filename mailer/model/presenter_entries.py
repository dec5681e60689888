"""Presenters as entries of the document of their list."""

from __future__ import annotations

from mailer.model.list_documents import Column, Entry
from mailer.model.presenters import Presenter
from mailer.model.questionnaires import FieldKind
from mailer.phrases import phrase

COLUMNS = (
    Column("name", phrase("Presenter")),
    Column("organisation", phrase("Organisation")),
    Column("languages", phrase("Languages"), FieldKind.LANGUAGES),
    Column("topics", phrase("Topics")),
    Column("regions", phrase("Regions"), FieldKind.COUNTRY),
    Column("address", phrase("Email"), FieldKind.ADDRESS),
)
"""What is said of a presenter, if it may be published."""


def entry(presenter: Presenter) -> Entry:
    """All that a published list could say of a presenter; ``member_entries.person`` takes out what it may not."""
    values = {
        "name": presenter.name,
        "organisation": presenter.organisation,
        "languages": ",".join(presenter.languages),
        "topics": "; ".join(presenter.topics),
        "regions": ",".join(presenter.regions),
        "address": presenter.address,
    }
    shown = {key: value for key, value in values.items() if value}
    return Entry(f"presenter {presenter.id}", presenter.country, shown)
