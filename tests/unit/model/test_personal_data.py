"""Kinds of personal data: each has a purpose and a time, in one place for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailer.config import PersonalData
from mailer.model.personal_data import DATA, Keep, PersonalDataRules
from mailer.store.erasing import OVER

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_every_kind_has_a_key_in_the_configuration_and_what_is_erased_is_one() -> None:
    assert {*PersonalData.model_fields} - {"purposes"} == DATA.keys()
    assert OVER.keys() - DATA.keys() == set()


@pytest.mark.parametrize(
    ("text", "span", "words"),
    [
        ("90 days", timedelta(days=90), "90 days"),
        ("1 day", timedelta(days=1), "1 day"),
        ("1 year", timedelta(days=365), "1 year"),
        ("3 years", timedelta(days=1095), "3 years"),
    ],
)
def test_times(text: str, span: timedelta, words: str) -> None:
    keep = Keep.parse(text)
    assert keep is not None and (keep.span, keep.phrase) == (span, words)
    rules = PersonalDataRules({"mails": keep, "contacts": keep})
    assert rules.over("mails", NOW) == NOW - span
    assert rules.kept("mails") == f"kept for {words} at most"
    assert rules.kept("contacts") == f"kept while you are on a list, and for {words} after that"


def test_what_has_no_end_is_never_over() -> None:
    assert Keep.parse("") is None
    rules = PersonalDataRules(purposes={"votes": "to count them"})
    assert (rules.over("votes", NOW), rules.kept("votes")) == (None, "kept until you want it erased")
    assert rules.told("votes") == (DATA["votes"].title, "to count them", rules.kept("votes"))
    assert rules.purpose("mails") == DATA["mails"].purpose
