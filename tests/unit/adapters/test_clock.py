"""The clock of trials, which runs ahead for all processes of one office."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.adapters.clock import AheadClock
from mailer.adapters.data import CONFIG
from mailer.app import App
from mailer.errors import ConfigError

SECRETS = {"MAILER_IMAP__PASSWORD": "x", "MAILER_SMTP__PASSWORD": "x"}


def ahead(clock: AheadClock) -> int:
    return round((clock.now() - datetime.now(UTC)).total_seconds())


def test_time_passes_for_everybody_with_the_same_file(tmp_path: Path) -> None:
    one, other = AheadClock(tmp_path / "clock"), AheadClock(tmp_path / "clock")
    assert ahead(one) == 0
    one.pass_by(timedelta(days=2))
    other.pass_by(timedelta(hours=1))
    assert ahead(one) == ahead(other) == 2 * 86400 + 3600


def test_an_office_on_the_sandbox_lives_by_the_clock_that_a_variable_names(tmp_path: Path) -> None:
    AheadClock(tmp_path / "clock").pass_by(timedelta(days=9))
    app = App.load(CONFIG / "demo" / "mailer.toml", {**SECRETS, "MAILER_CLOCK": str(tmp_path / "clock")})
    assert round((app.clock.now() - datetime.now(UTC)).total_seconds()) == 9 * 86400


def test_an_office_with_a_real_server_refuses_another_clock(tmp_path: Path) -> None:
    variables = {**SECRETS, "MAILER_CLOCK": str(tmp_path / "clock"), "MAILER_SMTP__HOST": "smtp.example.org"}
    with pytest.raises(ConfigError, match="MAILER_CLOCK: a clock that runs ahead is for trials"):
        App.load(CONFIG / "demo" / "mailer.toml", {**variables, "MAILER_SMTP__SECURITY": "starttls"})
