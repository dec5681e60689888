"""How filled-in forms are read as mail programs return them: how many right, how many asked back, none wrong; the time.

    python -m benchmarks.forms [--all]

The mails are those of ``tests/filled_replies.py``: each program with each manner of changing lines, once, or with
``--all`` for each form and language. The time is the CPU time of ``read_filled`` for a mail that is parsed.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import UTC, datetime

from mailer.inbound.filled import read_filled
from mailer.inbound.parse import parse
from tests.filled_replies import Reply, replies, wordings

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def outcome(reply: Reply) -> tuple[str, float]:
    """How the reply is read, and in which time."""
    mail = parse(reply.raw, NOW)
    began = time.process_time()
    filled = read_filled(mail, reply.form.questionnaire, reply.form.offered, wordings)
    took = time.process_time() - began
    asked = {problem.key for problem in filled.problems}
    keys = {*filled.values, *reply.values}
    wrong = {key for key in keys if filled.values.get(key, "") != reply.values.get(key, "")}
    if wrong - asked or not reply.unclear <= asked:
        return "wrong", took
    return ("right" if asked == reply.unclear else "asked back"), took


def main() -> None:
    counts: Counter[str] = Counter()
    times = []
    for reply in replies(every="--all" in sys.argv):
        said, took = outcome(reply)
        counts[said] += 1
        times.append(took)
        if said != "right":
            print(f"{said}: {reply.name}")
    total = sum(counts.values())
    print(f"{total:,} replies: " + ", ".join(f"{counts[said]:,} {said}" for said in ("right", "asked back", "wrong")))
    print(f"right: {counts['right'] / total:.1%}; {1000 * sorted(times)[total // 2]:.1f} ms each (median of CPU time)")


if __name__ == "__main__":
    main()
