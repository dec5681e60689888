"""The relay's log is read while it is written."""

from __future__ import annotations

from pathlib import Path

from tests.torture.relay import CountingRelay, RelayEvent


def test_a_line_is_read_once_it_is_complete(tmp_path: Path) -> None:
    relay, log = CountingRelay(tmp_path, seed=1), tmp_path / "relay.txt"
    log.write_text("1.0 open 7\n2.0 ov")
    assert relay._new_events() == [RelayEvent(1.0, "open", 7)]
    assert relay._new_events() == []
    with log.open("a") as end:
        end.write("er 7\n")
    assert relay.events() == [RelayEvent(2.0, "over", 7)]
