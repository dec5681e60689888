"""Measures all senders and prints the tables: see README.md in this folder, or ``--help``."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import build
import cluster
import list_files
import rate_limits
import table
from check import check
from compare import Row, compare
from growth import drain, start
from letter import Letter
from machine import machine
from measure import Failed, Sender
from senders import CACHE, OURS, REFERENCE, SUBJECTS
from signed import signed


@dataclass(frozen=True, slots=True)
class Case:
    """A size of letter, and a number of connections."""

    name: str
    size: int
    connections: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: seconds per run, pairs of runs, recipients of each growth row, copies to verify, limits."""

    seconds: float
    rounds: int
    starts: tuple[int, ...]
    drains: tuple[int, ...]
    verified: int
    limits: tuple[rate_limits.Case, ...]
    postgres_sends: tuple[int, ...]
    """Recipients of each send on PostgreSQL."""
    list_rows: int
    """Rows of the list that is imported, shown and exported."""


CASES = (Case("10 KB", 10_240, 20), Case("300 KB, with a PDF", 307_200, 10))
POSTGRES_SENDS = (1_000, 10_000, 100_000)
WHOLE = Plan(
    2.5, 3, (1_000, 10_000, 100_000, 1_000_000), (1_000, 10_000), 1_000, rate_limits.WHOLE, POSTGRES_SENDS, 200_000
)
QUICK = Plan(0.5, 1, (1_000, 10_000), (200, 1_000), 100, rate_limits.QUICK, POSTGRES_SENDS[:1], 20_000)
MILLION = 1_000_000
WORKERS_PILOT = 4_000
"""Enough to make the queueing of the first batches a small part."""


def main() -> int:
    options = _options()
    plan = QUICK if options.quick else WHOLE
    chosen = [sender for sender in SUBJECTS if not options.only or sender.name.startswith(tuple(options.only))]
    if not chosen:
        raise Failed(
            f"no sender is called {' or '.join(options.only)}; there are {'; '.join(one.name for one in SUBJECTS)}"
        )
    results: dict[str, object] = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=CACHE) as made:
        folder = Path(made)
        results["machine"] = _show_machine(folder)
        for case in CASES:
            Letter.of(case.size).write(folder)
            results[case.name] = [_as_json(row) for row in _compare(case, plan, chosen, folder)]
        if OURS in chosen:
            results["signed"] = _signed(CASES[0], plan, folder)
            results["limits"] = _rate_limits(folder, plan)
            results["build"] = _build(folder, plan)
            results |= _growth(folder, plan, options.million)
            results["lists"] = _lists(folder, plan)
            results |= _cluster(CASES[0], plan, folder, options.million)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0


def _compare(case: Case, plan: Plan, chosen: Sequence[Sender], folder: Path) -> list[Row]:
    for sender in (REFERENCE, *chosen):
        _progress(f"{case.name}: checking what {sender.name} sends")
        check(sender, folder, case.size)
    reference, *rows = compare(
        chosen, folder, case.connections, plan.seconds, plan.rounds, lambda name: _progress(f"{case.name}: {name}")
    )
    _show(table.comparison(f"{case.name}, {case.connections} connections", [reference, *rows]))
    return rows


def _signed(case: Case, plan: Plan, folder: Path) -> dict[str, object]:
    Letter.of(case.size).write(folder)
    found = signed(folder, case.connections, plan.seconds, plan.rounds, plan.verified, _progress)
    _show(table.comparison(f"{case.name}, {case.connections} connections, signed by mailer", found.rows))
    _show(table.signatures(found))
    return {
        "senders": [_as_json(row) for row in found.rows],
        "openssl_signs_each_second": found.openssl,
        "verified": found.verified,
    }


def _rate_limits(folder: Path, plan: Plan) -> list[dict[str, object]]:
    results: list[rate_limits.LimitResult] = []
    for case in plan.limits:
        _progress(f"keeping to {case}")
        results += rate_limits.measure(case, folder)
    _show(table.limits(results))
    return [asdict(row) for row in results]


def _build(folder: Path, plan: Plan) -> dict[str, object]:
    _progress("building the demo's issue")
    found = build.measure(folder, plan.rounds)
    _show(build.shown(found))
    return asdict(found) | {"ratio": found.ratio}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast mailer sends, beside what others do on the same machine.")
    parser.add_argument("--quick", action="store_true", help="two minutes: short runs, one pair each, a rough idea")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every run to this file")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="only senders whose name begins with this (repeatable)"
    )
    parser.add_argument("--million", action="store_true", help="also drain sends to a million recipients")
    return parser.parse_args()


def _show_machine(folder: Path) -> dict[str, str | int | float]:
    found = machine(folder)
    print(
        f"{found['cpu']}, {found['cores']} cores, {found['kernel']}, load {found['load']} before the run\n"
        f"Python {found['python']}, SQLite {found['sqlite']}, Node {found['node']}, Postfix {found['postfix']}; "
        f"fsync of 4 KB: {found['fsync_us']:,} us\n",
        flush=True,
    )
    return found


def _growth(folder: Path, plan: Plan, million: bool) -> dict[str, object]:
    Letter.of(CASES[0].size).write(folder)
    starts = []
    for recipients in plan.starts:
        _progress(f"starting a send to {recipients:,}")
        starts.append(start(folder, recipients))
    _show(table.starts(starts))
    drains = {}
    for recipients in _sizes(plan.drains, million):
        _progress(f"draining a send to {recipients:,}")
        drains[f"{recipients:,}"] = drain(folder, recipients, CASES[0].connections)
    fewest = plan.drains[0]
    drains[f"{fewest:,}, a new process"] = drain(folder, fewest, CASES[0].connections, fresh=True)
    _show(table.drains(drains))
    return {"starts": [asdict(row) for row in starts], "drains": {name: asdict(row) for name, row in drains.items()}}


def _lists(folder: Path, plan: Plan) -> list[dict[str, object]]:
    _progress(f"a list of {plan.list_rows:,}")
    if cluster.missing_reason():
        runs = list_files.measure(folder, plan.list_rows)
    else:
        with cluster.database() as url:
            runs = list_files.measure(folder, plan.list_rows, url)
    _show(table.list_runs(runs))
    return [asdict(run) for run in runs]


def _sizes(usual: Sequence[int], million: bool) -> Sequence[int]:
    return (*usual, MILLION) if million else usual


def _cluster(case: Case, plan: Plan, folder: Path, million: bool) -> dict[str, object]:
    if why := cluster.missing_reason():
        _progress("")
        print(f"Nothing on PostgreSQL: it {why}.\n", flush=True)
        return {}
    Letter.of(case.size).write(folder)
    with cluster.database() as url:
        reference, *others = cluster.senders(url)
        rows = compare(
            others,
            folder,
            case.connections,
            4 * plan.seconds,  # batches are long, and the last one keeps only one worker busy
            plan.rounds,
            lambda name: _progress(f"PostgreSQL: {name}"),
            reference=reference,
            pilot=WORKERS_PILOT,
        )
        _show(table.comparison(f"{case.name}, {case.connections} connections each, beside one process on SQLite", rows))
        postgres_sends = []
        for recipients in _sizes(plan.postgres_sends, million):
            _progress(f"PostgreSQL: a send to {recipients:,}")
            postgres_sends.append(cluster.postgres_send(url, folder, case.connections, recipients))
        _show(table.postgres_sends(postgres_sends))
    return {"workers": [_as_json(row) for row in rows[1:]], "postgresql": [asdict(row) for row in postgres_sends]}


def _as_json(row: Row) -> dict[str, object]:
    """The ratios, and all pairs of runs behind them."""
    ratios = {
        "rate_ratio": row.median(lambda pair: pair.rate_ratio),
        "cpu_ratio": row.median(lambda pair: pair.cpu_ratio),
    }
    return {"sender": row.sender, **ratios, "pairs": [asdict(pair) for pair in row.pairs]}


def _show(text: str) -> None:
    _progress("")
    print(text, end="\n\n", flush=True)


def _progress(what: str) -> None:
    """Show the current step on a terminal, on one line that is overwritten."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{what[:width].ljust(width)}\r", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as fault:
        sys.exit(f"\nbench: {fault}")
    except KeyboardInterrupt:
        sys.exit(130)
