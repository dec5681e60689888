"""Events as a CSV file, one in a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from mailer.model.event_lines import EVENT, values_of
from mailer.model.events import Event
from mailer.model.list_file import guarded

COLUMNS = ("number", "state", "starts", "ends", *(field.key for field in EVENT.fields if field.key != "dates"))


def written(events: Iterable[tuple[Event, str]]) -> str:
    """Events, each with the names of who presents, with CRLF line ends (RFC 4180)."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([*COLUMNS, "presented_by"])
    for event, presenters in events:
        own = {"number": str(event.id), "state": event.state.value}
        values = {**values_of(event), **own, "starts": event.starts.isoformat(), "ends": event.ends.isoformat()}
        writer.writerow([guarded(values.get(column, "")) for column in COLUMNS] + [guarded(presenters)])
    return target.getvalue()
