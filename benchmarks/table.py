"""Results as aligned text within 100 columns, ratios first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster import PostgresSend
from compare import Row
from growth import Start
from list_files import ListRun
from measure import Run
from rate_limits import LimitResult
from signed import RSA, SignatureResults

MEGABYTE = 1_000_000


def comparison(title: str, rows: Sequence[Row]) -> str:
    """Ratios to the reference; ``±`` is half the range of a row's rate ratios, in per cent of their median."""
    head = ["", "rate ×", "± %", "CPU ×", "msgs/s", "CPU us", "sink us", "messages", "connections", "seconds"]
    return f"{title}\n{aligned(head, [_compared(row) for row in rows])}"


def _compared(row: Row) -> list[str]:
    return [
        row.sender,
        f"{row.median(lambda pair: pair.rate_ratio):.2f}",
        f"{row.spread * 100:.0f}" if len(row.pairs) > 1 else "",
        f"{row.median(lambda pair: pair.cpu_ratio):.1f}",
        f"{row.median(lambda pair: pair.own.rate):,.0f}",
        f"{row.median(lambda pair: pair.own.cpu_each) * 1e6:,.0f}",
        f"{row.median(lambda pair: pair.own.sink_cpu_each) * 1e6:,.0f}",
        f"{row.median(lambda pair: pair.own.messages):,.0f}",
        f"{row.median(lambda pair: pair.own.connections):.0f}",
        f"{row.median(lambda pair: pair.own.seconds):.1f}",
    ]


def signatures(found: SignatureResults) -> str:
    """Compared with ``openssl speed rsa2048`` on one core, before and after the table."""
    fastest = max(found.openssl)
    rate = next(row for row in found.rows if row.sender == RSA).median(lambda pair: pair.own.rate)
    rates = " and ".join(f"{signs:,.0f}" for signs in found.openssl)
    return (
        f"openssl speed rsa2048: {rates} signs/s; a whole send with {RSA}: {rate / fastest:.2f} of that\n"
        f"verified by dkimpy as the sink received them, List-Unsubscribe and -Post covered: {found.verified:,} of each"
    )


def starts(rows: Sequence[Start]) -> str:
    head = ["starting a send", "seconds", "us each", "peak MB"]
    cells = [
        [f"{r.recipients:,}", f"{r.seconds:.2f}", f"{r.seconds / r.recipients * 1e6:.1f}", _megabytes(r.peak_bytes)]
        for r in rows
    ]
    return aligned(head, cells)


def limits(rows: Sequence[LimitResult]) -> str:
    """The fullest window of each run, and the emptiest one if all should be full."""
    head = ["keeping to limits", "limit", "fullest", "%", "emptiest", "%", "sent"]
    cells = [
        [
            row.case,
            row.limit,
            f"{row.fullest:,}",
            f"{100 * row.fullest / row.allowed:.1f}",
            "" if row.emptiest is None else f"{row.emptiest:,}",
            "" if row.emptiest is None else f"{100 * row.emptiest / row.allowed:.1f}",
            f"{row.sent:,}",
        ]
        for row in rows
    ]
    return aligned(head, cells)


def drains(rows: Mapping[str, Run]) -> str:
    """Ratios to the first row. The time before the first claim is in “before”, not in “us each”."""
    head = ["draining a send", "us each ×", "us each", "CPU us", "before, ms", "peak MB", "seconds"]
    first = next(iter(rows.values()))
    cells = [
        [
            name,
            f"{run.each / first.each:.2f}",
            f"{run.each * 1e6:,.0f}",
            f"{run.cpu_each * 1e6:,.0f}",
            f"{run.before_claim * 1e3:,.0f}",
            _megabytes(run.peak_bytes),
            f"{run.seconds:.2f}",
        ]
        for name, run in rows.items()
    ]
    return aligned(head, cells)


def postgres_sends(rows: Sequence[PostgresSend]) -> str:
    """Dead rows and size are those of the outbox's table with its indexes."""
    head = ["a send on PostgreSQL", "start us", "drain us", "CPU us", "dead rows", "vacuums", "MB", "bytes each"]
    cells = [
        [
            f"{row.drain.messages:,}",
            f"{row.start.seconds / row.drain.messages * 1e6:.0f}",
            f"{row.drain.each * 1e6:,.0f}",
            f"{row.drain.cpu_each * 1e6:,.0f}",
            f"{row.dead:,}",
            str(row.vacuums),
            _megabytes(row.octets),
            f"{row.octets / row.drain.messages:,.0f}",
        ]
        for row in rows
    ]
    return aligned(head, cells)


def list_runs(rows: Sequence[ListRun]) -> str:
    """Whole processes, relative to the bulk insert of the same rows in the same run."""
    head = [f"a list of {rows[0].rows:,}", "time ×", "seconds", "CPU s", "rows/s", "us each", "peak MB"]
    cells = [
        [
            row.what,
            f"{row.ratio:.1f}",
            f"{row.seconds:.1f}",
            f"{row.cpu:.1f}",
            f"{row.rows / row.seconds:,.0f}",
            f"{row.seconds / row.rows * 1e6:.0f}",
            _megabytes(row.peak_bytes),
        ]
        for row in rows
    ]
    return aligned(head, cells)


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Align the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = []
    for row in (head, *rows):
        first, *postgres_send = (
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([first, *postgres_send]).rstrip())
    return "\n".join(lines)


def _megabytes(octets: int) -> str:
    return f"{octets / MEGABYTE:.0f}"
