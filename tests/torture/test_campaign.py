"""Kills ``mailer send`` at 20 or more random moments for each kind of disk; ``make torture`` does 2,000."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from random import SystemRandom

import pytest

from tests.secretary import ROOT
from tests.thoroughness import a_tenth
from tests.torture.ledger_check import Phase

MAX_KILLS = 200
KILLS = a_tenth(MAX_KILLS)


@pytest.mark.parametrize("disk", ["sound", "forgetful"])
def test_E1_E2_kills_at_random_moments_lose_nobody_and_duplicate_nothing_unasked(disk: str) -> None:
    seed = 3 if os.environ.get("CI") else SystemRandom().randrange(2**32)
    options = [f"--kills={KILLS}", f"--max-kills={MAX_KILLS}", f"--disk={disk}", f"--seed={seed}", "--json"]
    command = [sys.executable, "-m", "tests.torture", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert (found["faults"], found["lost"]) == ([], 0), f"--disk={disk} --seed={seed}"
    assert found["kills"] >= KILLS
    assert found["duplicates"] <= found["resent"] <= found["in_doubt"]
    assert [phase for phase in Phase if not found["phases"][phase]] == [], "some phases were never hit"
    assert done.returncode == 0
