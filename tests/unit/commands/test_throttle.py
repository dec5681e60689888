"""The limits and breakers in ``mailer status``."""

from __future__ import annotations

from datetime import timedelta

from mailer.app import App
from mailer.commands.throttle import show_throttle, throttle_json
from mailer.handlers import throttle
from mailer.model.throttle import Breaker, microseconds
from mailer.throttle.policy import KeyState
from tests.secretary import Secretary

DOMAIN = '\n[domains."gmail.com"]\nper_hour = 5\n'


def limit(count: int, per: str, words: str, used: int | None = None) -> dict[str, object]:
    return {"count": count, "per": per, "used": used, "words": words}


def test_limits_their_use_and_domains_held_back(secretary: Secretary, capsys) -> None:  # type: ignore[no-untyped-def]
    file = secretary.folder / "mailer.toml"
    file.write_text(file.read_text() + DOMAIN)
    app = App.load(file, {**secretary.environ, "MAILER_LIMITS__PER_MINUTE": "60", "MAILER_LIMITS__PER_DAY": "500"})
    now = app.clock.now()
    with app.open_store().transaction() as work:
        office = app.office(work, "", "")
        assert throttle_json(app, throttle.state(office, app.policy)) == {"limits": {}, "held_back": []}
        for key in ("total", "@gmail.com", "@elsewhere.example"):
            reservation = app.policy.reserve(key, KeyState(work.throttle.locked([key])[key]), microseconds(now), 3)
            work.throttle.give_out({key: reservation.state.used})
        work.throttle.set_breaker("@gmail.com", Breaker(0.5, 1, now + timedelta(minutes=1), "421 4.7.0 slow down"))
        work.throttle.set_breaker("relay 127.0.0.1", Breaker(0.0, 1, now - timedelta(minutes=1), "550 5.7.26 no"))
        state = throttle.state(office, app.policy)
    app.close()
    found = throttle_json(app, state)
    assert found["limits"] == {
        "@gmail.com": [limit(60, "minute", "60 a minute"), limit(5, "hour", "5 an hour", used=3)],
        "total": [limit(60, "minute", "60 a minute"), limit(500, "day", "500 a day", used=1)],
    }
    show_throttle(app, state)
    assert capsys.readouterr().out == (
        "gmail.com: 60 a minute, 3 of 5 an hour.\n"
        "All mail: 60 a minute, 1 of 500 a day.\n"
        f"gmail.com is slowed to 50% and goes on not before {app.when(now + timedelta(minutes=1))}: "
        "421 4.7.0 slow down\n"
        "relay 127.0.0.1 refuses us; a mail is tried now: 550 5.7.26 no\n"
    )
