"""How long a member waits: from a vote to its receipt in the mailbox and, with the last vote, to the grant.

python -m benchmarks.reply_to_grant [ROUNDS]

An office on the sandbox's IMAP and SMTP servers, with a daemon in a thread that waits with IDLE. Each round, a board of
three is asked about an issue, and two approve; the second vote makes the grant.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from mailer.adapters.sandbox import SandboxUser
from mailer.handlers import issues
from mailer.model.issues import State
from tests.flows.environment import EDITION
from tests.flows.office import BOARD, READERS, Flow, office
from tests.rendering import shared

ROUNDS = 10


def measure(flow: Flow, rounds: int) -> list[tuple[float, float]]:
    """For each round, the seconds to the first member's receipt, and to the second's with the grant."""
    flow.import_list("cag", BOARD)
    flow.import_list("nmb", READERS[:1])
    return [_round(flow, number) for number in range(rounds)]


def _round(flow: Flow, number: int) -> tuple[float, float]:
    app, source, folder = flow.app, flow.app.read_issue("update", 1), str(flow.app.issue_folder("update", 1))
    seen = {member: len(flow.inbox(member)) for member in BOARD[:2]}
    with app.store.transaction() as work:
        acting = app.office(work, "benchmark", f"round {number}")
        built = issues.build(acting, source, replace(EDITION, subject=f"Round {number}"), folder)
        issues.submit(acting, built.issue)
    app.clock.wake()
    _seconds_until(lambda: all(len(flow.inbox(member)) > seen[member] for member in seen))
    first, second = (_answer(flow, member) for member in BOARD[:2])
    return first, max(second, _seconds_until(lambda: _state(flow) is State.APPROVED) + second)


def _answer(flow: Flow, member: SandboxUser) -> float:
    """Approve, and return the seconds until the receipt is in the member's mailbox."""
    request = next(mail for mail in reversed(flow.inbox(member)) if "vote by" in str(mail["Subject"]))
    before = len(flow.inbox(member))
    flow.reply(member, request, "APPROVE")
    return _seconds_until(lambda: len(flow.inbox(member)) > before)


def _state(flow: Flow) -> State:
    with flow.app.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
    assert issue is not None
    return issue.state


def _seconds_until(condition: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > 60:
            raise TimeoutError("nothing came within a minute")
        time.sleep(0.005)
    return time.monotonic() - began


@contextmanager
def _running(flow: Flow) -> Iterator[None]:
    mailbox, transport = flow.app.mailbox(), flow.app.transport()
    daemon = flow.app.daemon(mailbox, transport)
    thread = Thread(target=daemon.run)
    thread.start()
    try:
        yield
    finally:
        daemon.stop()
        thread.join()
        mailbox.close()
        transport.close()


def main(rounds: int) -> None:
    with TemporaryDirectory() as folder, shared(Path(folder)), office(Path(folder) / "office") as flow, _running(flow):
        times = measure(flow, rounds)
    for what, index in (("receipt", 0), ("receipt and grant", 1)):
        each = sorted(pair[index] for pair in times)
        print(f"{what:18} median {each[len(each) // 2]:.2f} s, longest {each[-1]:.2f} s, of {len(each)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
