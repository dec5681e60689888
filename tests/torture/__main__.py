"""``python -m tests.torture``: how often to end the sender, and what came of it as a table or as JSON."""

from __future__ import annotations

import argparse
import sys
import time
from random import SystemRandom

from tests.torture.books import Phase
from tests.torture.campaign import Campaign, Result, as_json


def main() -> int:
    """0 where the books agree, 1 where they do not."""
    parser = argparse.ArgumentParser(prog="make torture", description="End mailer send at random moments, and count.")
    parser.add_argument("--ends", type=int, default=2000, help="how often in all, half of them with each disk")
    parser.add_argument("--most", type=int, default=0, help="go on until every phase was hit, or up to so many ends")
    parser.add_argument("--disk", choices=("sound", "forgetful"), help="only with this one: all of them")
    parser.add_argument("--seed", type=int, help="play an earlier campaign's moments again")
    parser.add_argument("--json", action="store_true", help="one JSON object for each disk")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(2**32)
    disks = [asked.disk] if asked.disk else ["sound", "forgetful"]
    results = []
    for name in disks:
        began = time.monotonic()
        result = Campaign(seed, name == "forgetful")(asked.ends // len(disks), asked.most // len(disks))
        results.append(result)
        if asked.json:
            print(as_json(result), flush=True)
        else:
            _show(name, result, time.monotonic() - began)
    return int(any(result.faults or result.lost for result in results))


def _show(name: str, result: Result, seconds: float) -> None:
    what = "SIGKILL" if name == "sound" else "SIGKILL, and what was not synced is lost"
    rows = [
        *((phase.value, result.phases[phase]) for phase in Phase),
        ("mails that the relay took", result.taken),
        ("shown as in doubt", result.in_doubt),
        ("  mailed again on request", result.resent),
        ("  given up on request", result.given_up),
        ("doubles, all of them in doubt before", result.doubles),
        ("lost", result.lost),
    ]
    print(f"{what}: ended {result.ends} times in {result.sends} sends, {seconds:.0f} s, --seed {result.seed}")
    for label, number in rows:
        print(f"  {label:<40}{number:>8}")
    for fault in result.faults[:20]:
        print(f"  FAULT: {fault}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
