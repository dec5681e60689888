"""The relay's book, read while it is written."""

from __future__ import annotations

from pathlib import Path

from tests.torture.relay import CountingRelay, Happening


def test_a_line_is_read_once_it_is_whole(tmp_path: Path) -> None:
    relay, book = CountingRelay(tmp_path, seed=1), tmp_path / "relay.txt"
    book.write_text("1.0 open 7\n2.0 ov")
    assert relay._written() == [Happening(1.0, "open", 7)]
    assert relay._written() == []
    with book.open("a") as end:
        end.write("er 7\n")
    assert relay.news() == [Happening(2.0, "over", 7)]
