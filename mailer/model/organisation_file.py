"""Organisations as a CSV file, a line each with their contacts, safe to open in a spreadsheet (D4)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from mailer.model.list_file import guarded
from mailer.model.lists import Contact
from mailer.model.organisations import Organisation

COLUMNS = (
    *("number", "organisation", "kind", "country", "languages", "website", "reach", "confirmed"),
    *("address", "name", "second address", "second name", "others"),
)


def write(rows: Iterable[tuple[Organisation, Sequence[Contact]]]) -> Iterator[str]:
    """The lines of the file (RFC 4180)."""
    yield _line(COLUMNS)
    for one, contacts in rows:
        first, second = (contacts[place] if place < len(contacts) else None for place in (0, 1))
        yield _line(
            (
                *(str(one.id), one.name, one.kind or "", one.country, " ".join(one.languages), one.website, one.reach),
                f"{one.confirmed_at:%Y-%m-%d}" if one.confirmed_at else "",
                *(first.address if first else "", first.details.name if first else ""),
                *(second.address if second else "", second.details.name if second else ""),
                " ".join(contact.address for contact in contacts[2:]),
            )
        )


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()
