"""Suppressed addresses and domains as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from mailer.message import Address, clean
from mailer.model.list_file import FAULTS_SHOWN, ListFile, guarded, refused
from mailer.model.suppressions import Cause, Suppression, read_subject, suppressed_domain

COLUMNS = ("address", "cause", "reason", "since")

LASTING = (Cause.COMPLAINED, Cause.BOUNCED, Cause.PERSON)
"""Causes that a file may have. The others end by themselves, so no file has them."""


def read(raw: bytes, name: str, encoding: str, reason: str, now: datetime) -> list[Suppression]:
    """All rows. Raises ConfigError with the line of each fault.

    ``reason`` is for rows that name none. A row without a time is of ``now``.
    """
    file = ListFile.of(raw, name, encoding, wanted=COLUMNS, ignored=())
    found: dict[str, Suppression] = {}
    problems: list[str] = []
    for line, cells in file.values():
        try:
            one = _row(cells, reason, now)
            key = one.of if suppressed_domain(one.of) else Address.parse(one.of).key
            if key in found:
                raise ValueError(f"{one.of} is on an earlier line already")
            found[key] = one
        except ValueError as fault:
            problems.append(f"{name}:{line}: {fault}")
        if len(problems) >= FAULTS_SHOWN:
            problems.append(f"{name}: there may be more; only the first {FAULTS_SHOWN} faults are shown")
            break
    if problems:
        raise refused(name, problems)
    return list(found.values())


def _row(cells: dict[str, str], reason: str, now: datetime) -> Suppression:
    of = read_subject(cells.get("address", ""))
    words = clean(cells.get("reason", "")) or reason
    if not words:
        raise ValueError(f"{of}: there is no reason; add a column “reason”, or say --because")
    return Suppression(words, _since(cells.get("since", ""), now), _cause(cells.get("cause", ""), of), of)


def _cause(word: str, of: str) -> Cause:
    if not word:
        return Cause.PERSON
    try:
        cause = Cause(word.casefold())
    except ValueError:
        cause = Cause.HELD
    if cause not in LASTING:
        raise ValueError(f"“{clean(word)}” is no cause; there are {', '.join(LASTING)}")
    if of.startswith("@") and cause is not Cause.PERSON:
        raise ValueError(f"{of} is a domain, so its cause can only be {Cause.PERSON}")
    return cause


def _since(word: str, now: datetime) -> datetime:
    if not word:
        return now
    try:
        read_time = datetime.fromisoformat(word)
    except ValueError:
        raise ValueError(f"“{clean(word)}” is no time such as 2026-11-23 or 2026-11-23T12:00:00Z") from None
    since = read_time if read_time.tzinfo else read_time.replace(tzinfo=UTC)
    if since > now:
        raise ValueError(f"“{clean(word)}” is in the future")
    return since.astimezone(UTC)


def write(suppressions: Iterable[Suppression]) -> Iterator[str]:
    """The file, a line at a time, as ``read`` understands it; without what ends by itself."""
    yield _line(COLUMNS)
    for one in suppressions:
        if one.cause in LASTING:
            yield _line([guarded(one.of), one.cause.value, guarded(one.reason), one.since.isoformat()])


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
