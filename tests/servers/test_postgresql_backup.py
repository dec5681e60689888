"""A backup of an office on PostgreSQL, restored there, elsewhere, and into SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.relay import Relay
from tests.secretary import Secretary, office
from tests.servers.postgresql import PostgreSQL

pytestmark = pytest.mark.servers

READERS = tuple(f"reader{number}@union.example" for number in range(12))


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as running:
        yield running


def mails_to_readers(relay: Relay) -> list[str]:
    return sorted(mail.recipient for mail in relay.taken if mail.recipient in READERS)


def prepared(folder: Path, relay: Relay, **environ: str) -> Secretary:
    secretary = office(folder, MAILER_SMTP__PORT=str(relay.port), **environ)
    secretary.imports("subscriber", *READERS)
    secretary.imports("cag", "ana@cag.example")
    secretary.writes()
    secretary.grants()
    return secretary


def back_up_in_mid_send(secretary: Secretary, relay: Relay) -> None:
    def back_up() -> None:
        if len(mails_to_readers(relay)) == 5 and not (secretary.folder / "office.backup").exists():
            assert secretary.runs("backup", "office.backup").code == 0

    relay.before_answer = back_up
    assert secretary.runs("send", "1", "--yes").code == 0
    assert mails_to_readers(relay) == sorted(READERS)


def restored(secretary: Secretary, *options: str) -> None:
    result = secretary.types("restore", "office.backup", "--yes", *options)
    assert result.code == 0, result
    held = secretary.types("send", "1", "--yes")
    assert (held.code, "see with `mailer resume`" in held.err) == (77, True)
    shown = secretary.types("resume", "--unread", "--yes")
    assert (shown.code, " mails of update 1." in shown.out) == (0, True)
    assert secretary.types("send", "1", "--yes").code == 0


@pytest.mark.parametrize(("source", "target"), [("pg", "pg"), ("pg", "file"), ("file", "pg")])
def test_E1_a_backup_of_mid_send_goes_from_any_store_into_any(
    tmp_path: Path, postgresql: PostgreSQL, relay: Relay, source: str, target: str
) -> None:
    secretary = prepared(
        tmp_path / "office", relay, **({"MAILER_STORE__URL": postgresql.database()} if source == "pg" else {})
    )
    back_up_in_mid_send(secretary, relay)
    if (source, target) == ("pg", "pg"):
        refused = secretary.types("restore", "office.backup", "--yes")
        assert (refused.code, "With --replace" in refused.err) == (77, True)
        restored(secretary, "--replace")
    elif target == "pg":
        secretary.environ["MAILER_STORE__URL"] = postgresql.database()
        restored(secretary)
    else:
        secretary.environ["MAILER_STORE__URL"] = f"sqlite:///{secretary.folder}/another/mailer.db"
        restored(secretary)
    assert mails_to_readers(relay) == sorted(READERS)
    found = secretary.types("status", "--json").json["issues"][0]["deliveries"]
    assert found["in doubt"] + found["sent"] == len(READERS)
    secretary.imports("nmb", "new@nmb.example")  # new rows have ids of their own
    with secretary.app() as app, app.open_store().snapshot() as work:
        assert work.lists.contact_at("new@nmb.example") is not None


def test_E13_a_store_that_is_in_use_is_not_replaced(tmp_path: Path, postgresql: PostgreSQL, relay: Relay) -> None:
    secretary = prepared(tmp_path / "office", relay, MAILER_STORE__URL=postgresql.database())
    assert secretary.types("backup", "office.backup").code == 0
    with secretary.app() as app:
        lock = app.store.lock()
        assert lock is not None
        with lock:
            assert secretary.types("restore", "office.backup", "--replace", "--yes").code == 77
    assert len(secretary.types("list", "show", "subscriber", "--json").json) == len(READERS)
