"""The progress of a send: a bar, lines for a log, objects for a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta

import pytest

from mailer.commands.progress import COUNTING, IDLE_LINES, Output, ProgressFormat, Snapshot, progress
from mailer.model.outbox import Counts, Delivery, Troubled
from tests.fakes import FakeClock

SLOW = Troubled("slow.example", 3, 1)


def counts(sent: int, deferred: int = 0, failed: int = 0, total: int = 100) -> Counts:
    left = total - sent - deferred - failed
    found = {
        Delivery.SENT: sent,
        Delivery.DEFERRED: deferred,
        Delivery.FAILED: failed,
        Delivery.QUEUED: left,
    }
    return Counts({state: count for state, count in found.items() if count})


class Send:
    """A send whose progress is shown every five seconds."""

    def __init__(self, progress_format: ProgressFormat, steps: Sequence[Snapshot]) -> None:
        self.clock = FakeClock()
        self.looks = 0
        self._steps = list(steps)
        with progress(self._snapshot, progress_format, self.clock) as show:
            for step in self._steps[1:]:
                self.clock.pass_by(timedelta(seconds=5))
                self._now = step
                show()

    _now: Snapshot | None = None

    def _snapshot(self) -> Snapshot:
        self.looks += 1
        return self._now or self._steps[0]


def test_lines_show_rate_time_left_and_troubled_domains(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [counts(0), counts(10), counts(20, deferred=3, failed=1), counts(97, deferred=3)]
    Send(
        ProgressFormat.LINES,
        [Snapshot(steps[0]), Snapshot(steps[1]), Snapshot(steps[2], False, [SLOW]), Snapshot(steps[3])],
    )
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "10 of 100, 120/min, under a minute left: 10 sent",
        "21 of 100, 126/min, under a minute left: 20 sent, 3 deferred, 1 failed; "
        "trouble: slow.example 3 deferred 1 failed",
        "97 of 100: 97 sent, 3 deferred",
    ]


def test_a_line_without_news_is_left_out_for_a_while(capsys: pytest.CaptureFixture[str]) -> None:
    paused = Snapshot(counts(10), paused=True)
    Send(ProgressFormat.LINES, [paused] * (2 + int(IDLE_LINES // 5)))
    assert capsys.readouterr().err == "10 of 100, paused: 10 sent\n" * 2


def test_the_rate_is_a_recent_one(capsys: pytest.CaptureFixture[str]) -> None:
    quick = [Snapshot(counts(10 * n, total=10_000)) for n in range(20)]
    slow = [Snapshot(counts(190 + n, total=10_000)) for n in range(20)]
    Send(ProgressFormat.LINES, [*quick, *slow])
    assert capsys.readouterr().err.splitlines()[-1].split(", ")[1] == "12/min"


def test_lines_say_why_waiting_mail_is_held(capsys: pytest.CaptureFixture[str]) -> None:
    used_up = "50 a day are used up"
    Send(
        ProgressFormat.LINES,
        [Snapshot(counts(0)), Snapshot(counts(50), obstacle=used_up), Snapshot(counts(100), obstacle=used_up)],
    )
    assert capsys.readouterr().err.splitlines() == [
        "50 of 100, waits, as 50 a day are used up: 50 sent",
        "100 of 100: 100 sent",
    ]


def test_a_pause_does_not_slow_the_rate_down(capsys: pytest.CaptureFixture[str]) -> None:
    before, after = [Snapshot(counts(0, total=10_000))] * 2, Snapshot(counts(110, total=10_000))
    Send(ProgressFormat.LINES, [*before, *[Snapshot(counts(100, total=10_000), paused=True)] * 20, after])
    assert capsys.readouterr().err.splitlines()[-1].split(", ")[1] == "120/min"


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Send(ProgressFormat.JSON, [Snapshot(counts(0)), Snapshot(counts(20, deferred=3, failed=1), True, [SLOW])])
    out, err = capsys.readouterr()
    assert err == ""
    first, *_ = [json.loads(line) for line in out.splitlines()]
    assert first == {
        "event": "progress",
        "time": "2026-11-23T12:00:05+00:00",
        "deliveries": {
            "queued": 76,
            "sending": 0,
            "sent": 20,
            "deferred": 3,
            "failed": 1,
            "suppressed": 0,
            "in doubt": 0,
        },
        "settled": 21,
        "total": 100,
        "per_minute": 0.0,
        "seconds_left": None,
        "paused": True,
        "held": None,
        "troubled_domains": [{"domain": "slow.example", "deferred": 3, "failed": 1}],
    }


def test_none_reads_and_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert Send(ProgressFormat.NONE, [Snapshot(counts(0)), Snapshot(counts(10))]).looks == 0
    assert capsys.readouterr() == ("", "")


def test_a_slow_count_is_repeated_less_often() -> None:
    clock, looks = FakeClock(), []

    def look() -> Snapshot:
        looks.append(clock.monotonic())
        clock.pass_by(timedelta(seconds=2))
        return Snapshot(counts(1))

    with ExitStack() as stack:
        show = stack.enter_context(progress(look, ProgressFormat.LINES, clock))
        for _ in range(100):
            clock.pass_by(timedelta(seconds=1))
            show()
        assert len(looks) - 1 <= 100 / (2 * COUNTING) + 1


def test_the_bar_fits_a_narrow_terminal_and_respects_no_color(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    for name, value in {"TERM": "xterm", "COLUMNS": "60", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    Send(ProgressFormat.AUTO, [Snapshot(counts(0)), Snapshot(counts(20, deferred=3, failed=1), False, [SLOW])])
    drawn = capsys.readouterr().err
    assert "21/100" in drawn
    assert "252/min 0:00:18 left 20 sent" in drawn
    assert "\x1b[3" not in drawn


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_no_bar_on_a_terminal_that_cannot_draw_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: term == "dumb", raising=False)
    monkeypatch.setenv("TERM", term)
    Send(ProgressFormat.AUTO, [Snapshot(counts(0)), Snapshot(counts(100))])
    assert capsys.readouterr().err == "100 of 100: 100 sent\n"


def test_the_summary_is_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output(True, ProgressFormat.JSON).document({"state": "sent"})
    Output(True, ProgressFormat.NONE).document({"state": "sent"})
    assert capsys.readouterr().out == '{"event": "summary", "state": "sent"}\n{\n  "state": "sent"\n}\n'
