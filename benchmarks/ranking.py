"""How long it takes to rank a bank of presenters for an event, with all queries.

    python -m benchmarks.ranking [--presenters N]

The store is SQLite in a file. Every third presenter was asked lately, and every tenth is engaged on other days.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailer.message import Address
from mailer.model.assignments import Assignment
from mailer.model.assignments import State as Assigned
from mailer.model.events import State as EventState
from mailer.model.lists import Details
from mailer.model.presenters import State
from mailer.recommendations import recommend
from tests.contracts.test_events import EVENT
from tests.flows.environment import Environment
from tests.unit.model.test_presenters import AMINA

ROUNDS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presenters", type=int, default=1000)
    count = parser.parse_args().presenters
    with tempfile.TemporaryDirectory() as folder:
        environment = Environment(Path(folder))
        process = environment.process()
        with environment.store.transaction() as work:
            office = process.office(work, "secretary", "a benchmark")
            wanted = work.events.add(replace(EVENT, state=EventState.ACCEPTED, pending={}))
            days = {"starts": wanted.starts + timedelta(days=9), "ends": wanted.ends + timedelta(days=9)}
            other = work.events.add(replace(wanted, uid="another@x", **days))
            for number in range(count):
                address = Address.parse(f"presenter-{number}@members.example")
                contact = work.lists.save_contact(address, Details(name=f"Presenter {number}"), office.now)
                values = {
                    "name": f"Presenter {number}",
                    "country": ("KE", "FR", "BR")[number % 3],
                    "languages": ("fr",) if number % 5 == 0 else ("en", "fr"),
                    "busy": (),
                }
                made = replace(AMINA, contact=contact.id, state=State.APPROVED, **values)  # type: ignore[arg-type]
                presenter = work.presenters.add(made)
                if number % 3 == 0:
                    state = Assigned.AGREED if number % 10 == 0 else Assigned.DECLINED
                    asked = {"asked_at": office.now, "changed_at": office.now}
                    work.assignments.add(Assignment(event=other.id, presenter=presenter.id, state=state, **asked))
        times = []
        for _ in range(ROUNDS):
            with environment.store.snapshot() as work:
                office = process.office(work, "secretary", "a benchmark")
                began = time.perf_counter()
                found = recommend(office, wanted.id)
                times.append(time.perf_counter() - began)
        middle, longest = (1000 * one for one in (statistics.median(times), max(times)))
        suited, others = len(found.ranking.suited), len(found.ranking.unsuited)
        print(f"{count} presenters, {suited} suited, {others} not: {middle:.0f} ms, at most {longest:.0f} ms")
        environment.close()


if __name__ == "__main__":
    main()
