"""``mailer send`` ended at 20 random moments or more on each kind of disk; ``make torture`` does 2,000."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from random import SystemRandom

import pytest

from tests.secretary import ROOT
from tests.torture.books import Phase

ENDS, MOST = 20, 200


@pytest.mark.parametrize("disk", ["sound", "forgetful"])
def test_E1_E2_ended_at_random_moments_nobody_is_lost_and_none_mailed_twice_unasked(disk: str) -> None:
    seed = 3 if os.environ.get("CI") else SystemRandom().randrange(2**32)
    options = [f"--ends={ENDS}", f"--most={MOST}", f"--disk={disk}", f"--seed={seed}", "--json"]
    command = [sys.executable, "-m", "tests.torture", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert (found["faults"], found["lost"]) == ([], 0), f"--disk={disk} --seed={seed}"
    assert found["ends"] >= ENDS
    assert found["doubles"] <= found["resent"] <= found["in_doubt"]
    assert [phase for phase in Phase if not found["phases"][phase]] == [], "some places were never hit"
    assert done.returncode == 0
