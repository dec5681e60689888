"""The journal beside the store: append-only, bounded, readable after a crash."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.adapters.journal import BEGAN, NAME, JournalFile, of_folder, read
from mailer.errors import ConfigError
from mailer.model.restorations import Entry
from tests.fakes import NOON

LEFT = Entry(NOON, "left", "Žofie <z@x.example>", {"lists": ["nmb"], "publications": []})


def note(folder: Path, entry: Entry, largest: int = 8_000_000) -> None:
    JournalFile(folder, largest).note(*entry)


def test_what_is_noted_is_read_again_after_its_beginning(tmp_path: Path) -> None:
    note(tmp_path, LEFT)
    note(tmp_path, LEFT._replace(at=NOON + timedelta(hours=1)))
    first, *rest = read(of_folder(tmp_path))
    assert (first.action, first.at) == (BEGAN, NOON)
    assert rest == [LEFT, LEFT._replace(at=NOON + timedelta(hours=1))]
    assert not stat.S_IMODE((tmp_path / NAME).stat().st_mode) & 0o007


def test_a_full_journal_is_kept_beside_and_a_new_one_begun(tmp_path: Path) -> None:
    for minute in range(40):
        note(tmp_path, LEFT._replace(at=NOON + timedelta(minutes=minute)), largest=1_000)
    kept, current = of_folder(tmp_path)
    assert (kept.name, current.name) == (f"{NAME}.1", NAME)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 3_000
    entries = [entry.at for entry in read([kept, current]) if entry.action == "left"]
    assert entries == [entries[0] + timedelta(minutes=minute) for minute in range(len(entries))]
    assert entries[-1] == NOON + timedelta(minutes=39)


def test_a_line_that_was_cut_by_a_crash_is_left_out(tmp_path: Path) -> None:
    note(tmp_path, LEFT)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes() + b'{"at": "2026-11')
    assert [entry.action for entry in read([path])] == [BEGAN, "left"]


@pytest.mark.parametrize(
    "line", [b"x", b"[]", b"{}", b'{"at": "2026-11-23T12:00", "action": "a", "subject": "", "detail": {}}']
)
def test_a_line_that_is_none_is_named(tmp_path: Path, line: bytes) -> None:
    (tmp_path / NAME).write_bytes(line + b"\n")
    with pytest.raises(ConfigError, match=f"{NAME}:1: is not a line of a journal"):
        read([tmp_path / NAME])


def test_nobody_is_kept_from_leaving_by_a_journal_that_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).mkdir()
    note(tmp_path, LEFT)
    assert "cannot be written" in caplog.text


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("")
    (tmp_path / NAME).symlink_to("theirs")
    note(tmp_path, LEFT)
    assert (tmp_path / "theirs").read_text() == ""


def test_lines_about_somebody_who_was_forgotten_are_dropped(tmp_path: Path) -> None:
    entries = [
        Entry(NOON, "left", "Anna@x.example", {"lists": ["nmb"]}),
        Entry(NOON, "changed", "bo@x.example", {"address": ["anna@x.example", "bo@x.example"]}),
        Entry(NOON, "left", "cleo@x.example", {"lists": ["nmb"]}),
    ]
    for entry in entries:
        note(tmp_path, entry, largest=60)
        note(tmp_path, entry)
    before = read(of_folder(tmp_path))
    JournalFile(tmp_path).erase(["anna@x.example"])
    assert read(of_folder(tmp_path)) == [entry for entry in before if entry not in entries[:2]]
    assert b"anna" not in b"".join(path.read_bytes().lower() for path in tmp_path.iterdir())
    assert {path.name for path in tmp_path.iterdir()} <= {NAME, f"{NAME}.1"}


def test_a_journal_that_cannot_be_rewritten_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / NAME).mkdir()
    JournalFile(tmp_path).erase(["anna@x.example"])
    assert str(tmp_path / NAME) in caplog.text and "delete it after the next backup" in caplog.text
