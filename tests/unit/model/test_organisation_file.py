"""The directory as CSV."""

from __future__ import annotations

import csv
import io

from mailer.model.lists import Contact, Details
from mailer.model.organisation_file import COLUMNS, write
from mailer.model.organisations import Organisation


def test_D4_what_a_spreadsheet_would_compute_is_guarded() -> None:
    one = Organisation(7, "=HYPERLINK(1)", country="KE", languages=("en", "fr"), reach="@SUM(1)", note="not for others")
    people = [Contact(place, f"{name}@x.example", Details(name=f"+{name}")) for place, name in enumerate("abcd", 1)]
    head, row = csv.reader(io.StringIO("".join(write([(one, people)]))))
    assert tuple(head) == COLUMNS
    assert dict(zip(head, row, strict=True)) == {
        **dict.fromkeys(COLUMNS, ""),
        "number": "7",
        "organisation": "'=HYPERLINK(1)",
        "country": "KE",
        "languages": "en fr",
        "reach": "'@SUM(1)",
        "address": "a@x.example",
        "name": "'+a",
        "second address": "b@x.example",
        "second name": "'+b",
        "others": "c@x.example d@x.example",
    }
