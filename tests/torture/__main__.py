"""``python -m tests.torture``: kills the sender many times, and prints the results as a table or as JSON."""

from __future__ import annotations

import argparse
import sys
import time
from random import SystemRandom

from tests.torture.campaign import Campaign, Result, as_json
from tests.torture.ledger_check import Phase


def main() -> int:
    """Returns 0 if every check has passed, else 1."""
    parser = argparse.ArgumentParser(prog="make torture", description="Kill mailer send at random moments, and count.")
    parser.add_argument("--kills", type=int, default=2000, help="how many in total, half of them with each disk")
    parser.add_argument(
        "--max-kills", type=int, default=0, help="then go on until every phase was hit, or up to so many"
    )
    parser.add_argument("--disk", choices=("sound", "forgetful"), help="only with this kind of disk")
    parser.add_argument("--seed", type=int, help="repeat the moments of an earlier campaign")
    parser.add_argument("--json", action="store_true", help="one JSON object for each disk")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(2**32)
    disks = [asked.disk] if asked.disk else ["sound", "forgetful"]
    results = []
    for name in disks:
        began = time.monotonic()
        result = Campaign(seed, name == "forgetful")(asked.kills // len(disks), asked.max_kills // len(disks))
        results.append(result)
        if asked.json:
            print(as_json(result), flush=True)
        else:
            _show(name, result, time.monotonic() - began)
    return int(any(result.faults or result.lost for result in results))


def _show(name: str, result: Result, seconds: float) -> None:
    title = "SIGKILL" if name == "sound" else "SIGKILL, and unsynced writes are lost"
    rows = [
        *((phase.value, result.phases[phase]) for phase in Phase),
        ("mails that the relay took", result.taken),
        ("shown as in doubt", result.in_doubt),
        ("  sent again on request", result.resent),
        ("  given up on request", result.given_up),
        ("duplicates, all of them in doubt before", result.duplicates),
        ("lost", result.lost),
    ]
    print(f"{title}: killed {result.kills} times in {result.sends} sends, {seconds:.0f} s, --seed {result.seed}")
    for label, number in rows:
        print(f"  {label:<40}{number:>8}")
    for fault in result.faults[:20]:
        print(f"  FAULT: {fault}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
