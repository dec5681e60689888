"""The check of a campaign finds each kind of fault: a campaign that cannot fail proves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from mailer.model.outbox import Delivery
from tests.torture.ledger_check import LedgerCheck, Phase, ProcessRun

SENT, SENDING, QUEUED = Delivery.SENT, Delivery.SENDING, Delivery.QUEUED
DOUBTFUL, FAILED = Delivery.DOUBTFUL, Delivery.FAILED


def run(states: Sequence[Delivery], taken: str = "", connections: int = 1) -> ProcessRun:
    """Readers are a, b and c, and their Message-IDs <a>, <b> and <c>."""
    rows: Mapping[str, tuple[Delivery, str]] = {
        reader: (state, f"<{reader}>") for reader, state in zip("abc", states, strict=False)
    }
    return ProcessRun(connections, [(reader, f"<{reader}>") for reader in taken], rows)


def checked(*runs: ProcessRun) -> LedgerCheck:
    check = LedgerCheck("abc")
    for one in runs:
        check.add(one)
    return check


def test_a_send_without_faults() -> None:
    check = checked(
        run([], connections=0),
        run([SENT, SENDING, QUEUED], "ab"),
        run([SENT, DOUBTFUL, SENT], "c"),
        run([SENT, SENT, SENT], "b"),
    )
    check.close()
    assert (check.faults, check.doubts, check.duplicates, check.lost()) == ([], 1, 1, set())


def test_those_who_share_a_mail_are_in_doubt_together() -> None:
    assert checked(replace(run([SENDING] * 3, "abc"), sharing=3)).faults == []


def test_a_reader_given_up_on_request_is_not_lost() -> None:
    check = checked(run([SENT, SENT, SENDING], "ab"), run([SENT, SENT, DOUBTFUL]), run([SENT, SENT, FAILED]))
    check.close()
    assert (check.faults, check.given_up, check.lost()) == ([], 1, set())


@pytest.mark.parametrize(
    ("runs", "fault"),
    [
        ([run([SENT, SENT], "ab")], "there are 2 rows for 3 readers"),
        ([run([QUEUED] * 3), run([])], "there are 0 rows for 3 readers"),
        ([run([SENT, QUEUED, QUEUED])], "a is marked as sent, but the relay never took the mail"),
        ([run([QUEUED] * 3, "a")], "the relay took <a> to a, whose row says"),
        ([run([SENT, QUEUED, QUEUED], "aa")], "a was mailed 2 times, 0 times on request"),
        ([run([SENDING, QUEUED, QUEUED], "a"), run([SENT, QUEUED, QUEUED], "a"), run([SENT] * 3, "abc")], "a was"),
        ([run([SENDING, QUEUED, QUEUED], "a"), run([DOUBTFUL, SENT, SENT], "abc")], "a was mailed 2 times"),
        ([run([SENT, QUEUED, QUEUED], "a"), run([QUEUED] * 3)], "a was sent, and is now queued"),
        ([run([SENDING, SENDING, QUEUED], "a")], "2 in doubt after a crash with 1 connections"),
    ],
)
def test_each_kind_of_fault_is_found(runs: list[ProcessRun], fault: str) -> None:
    assert [found for found in checked(*runs).faults if found.startswith(fault)] != []


@pytest.mark.parametrize(
    ("states", "fault"),
    [([SENT, SENT, QUEUED], "1 rows are not settled"), ([SENT, SENT, SENT], "1 got nothing")],
)
def test_faults_at_the_end_are_found(states: list[Delivery], fault: str) -> None:
    check = checked(run(states, "ab"))
    check.close()
    assert [found for found in check.faults if found.startswith(fault)] != []


@pytest.mark.parametrize(
    ("killed", "phase"),
    [
        (run([], connections=0), Phase.STARTING),
        (run([SENT, QUEUED, QUEUED], "a"), Phase.BETWEEN),
        (run([SENDING, QUEUED, QUEUED]), Phase.BEGUN),
        (run([SENT, SENDING, QUEUED], "ab"), Phase.TAKEN),
    ],
)
def test_what_a_kill_interrupted(killed: ProcessRun, phase: Phase) -> None:
    assert LedgerCheck("abc").add(killed) is phase
