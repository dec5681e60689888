"""A backup that is taken while the office works, restored elsewhere: nobody is forgotten, and nobody mailed twice."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import shutil
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from mailer.adapters import backup_file
from mailer.adapters.journal import JournalFile
from mailer.adapters.lock import ProcessLock
from mailer.adapters.sandbox import Sandbox
from mailer.app.pages import visit
from mailer.model.lists import Scope, ScopeKind, Standing
from mailer.pages.office import OfficePages
from mailer.store.restorations import SUBJECTS
from mailer.tokens import Purpose
from tests.fakes import NOON
from tests.flows.office import BOARD, OFFICE, PEOPLE, READERS, Flow
from tests.relay import Relay
from tests.secretary import Secretary, office

MANY = tuple(f"reader{number:02}@union.example" for number in range(30))
NILS, DINA, ULLA = READERS
ENDS = ("manifest.json", "manifest.sha256")


def elsewhere(secretary: Secretary, folder: Path) -> Secretary:
    """The same office on another machine: its configuration alone."""
    folder.mkdir()
    for name in ("mailer.toml", "dns.json"):
        if (secretary.folder / name).exists():
            shutil.copy(secretary.folder / name, folder)
    return replace(secretary, folder=folder, environ=dict(secretary.environ))


def restore(secretary: Secretary, *options: str) -> None:
    result = secretary.types("restore", "office.backup", "--yes", *options)
    assert result.code == 0, result


@contextmanager
def with_mailbox(secretary: Secretary) -> Iterator[Sandbox]:
    with Sandbox(secretary.folder, (OFFICE,)) as sandbox:
        secretary.environ |= {"MAILER_IMAP__PORT": str(sandbox.imap_port), "MAILER_IMAP__PASSWORD": OFFICE.password}
        yield sandbox


def copies(relay: Relay) -> Counter[str]:
    """How many copies each reader has."""
    return Counter(mail.recipient for mail in relay.taken if mail.recipient in MANY)


@pytest.mark.parametrize("answers_before", [0, 1, 12, 29])
def test_E1_a_backup_of_mid_send_that_is_restored_elsewhere_mails_nobody_twice_unasked(
    tmp_path: Path, answers_before: int
) -> None:
    relay = Relay()
    secretary = office(tmp_path / "office")
    secretary.imports("subscriber", *MANY)
    secretary.imports("cag", "ana@cag.example")
    secretary.writes()
    secretary.grants()

    def back_up() -> None:
        if len(copies(relay)) == answers_before and not (secretary.folder / "office.backup").exists():
            assert secretary.runs("backup", "office.backup").code == 0

    relay.before_answer = back_up
    with relay, with_mailbox(secretary):
        secretary.environ["MAILER_SMTP__PORT"] = str(relay.port)
        assert secretary.runs("send", "1", "--yes").code == 0
        assert copies(relay) == Counter(MANY)
        other = elsewhere(secretary, tmp_path / "other")
        shutil.copy(secretary.folder / "office.backup", other.folder)
        restore(other)
        sent_before = len(relay.taken)

        for _ in range(2):  # nothing goes out before a person has seen it
            assert other.runs("run", "--once").code == 0
            refused = other.types("send", "1", "--yes")
            assert (refused.code, "see with `mailer resume`" in refused.err) == (77, True)
        shown = other.types("resume", keys="n\n")
        assert shown.code == 77
        doubts = int(shown.out.partition("may have been sent since: ")[2].split()[0])
        assert len(MANY) - answers_before - 1 <= doubts <= len(MANY) + 3  # and service mail
        assert "There was no journal" in shown.out
        assert len(relay.taken) == sent_before

        assert other.types("resume", "--yes").code == 0
        assert other.runs("run", "--once").code == 0
        assert copies(relay) == Counter(MANY)
        status = other.types("status", "--json").json
        assert status["issues"][0]["deliveries"]["in doubt"] == len(MANY) - status["issues"][0]["deliveries"].get(
            "sent", 0
        )

        given_up = other.types("send", "1", "--give-up-doubtful", "--yes").out.splitlines()[0]
        assert given_up.startswith("In doubt: ") and given_up.endswith(", given up.")
        assert copies(relay) == Counter(MANY)


@contextmanager
def working(folder: Path) -> Iterator[tuple[Flow, Secretary]]:
    """An office whose mail goes through the sandbox, with its people."""
    secretary = office(folder)
    with Sandbox(folder, (OFFICE, *PEOPLE)) as sandbox:
        secretary.environ |= {
            "MAILER_IMAP__PORT": str(sandbox.imap_port),
            "MAILER_IMAP__PASSWORD": OFFICE.password,
            "MAILER_SMTP__PORT": str(sandbox.smtp_port),
            "MAILER_SMTP__USER": OFFICE.address,
            "MAILER_SMTP__PASSWORD": OFFICE.password,
            "MAILER_AUTHENTICATION__DNS": str(folder / "dns.json"),
        }
        with secretary.app() as app:
            app.open_store()
            yield Flow(app, sandbox), secretary


def standing(secretary: Secretary, key: str, address: str) -> Standing | None:
    with secretary.app() as app, app.open_store().snapshot() as work:
        contact = work.lists.contact_at(address)
        return work.lists.standing(key, contact.id) if contact else None


def leave_link(flow: Flow, address: str, key: str) -> str:
    with flow.app.store.snapshot() as work:
        contact = work.lists.contact_at(address)
        assert contact is not None
        scope = work.lists.scopes()[Scope(ScopeKind.LIST, key)]
        return str(flow.app.store.key.token(Purpose.LEAVE, contact.id, scope))


@pytest.mark.parametrize("has_journal", [True, False])
def test_B12_what_came_in_after_the_backup_is_not_forgotten(tmp_path: Path, has_journal: bool) -> None:
    with working(tmp_path / "office") as (flow, secretary):
        for key, person in (("nmb", NILS), ("d-liaison", DINA)):
            secretary.imports(key, person.address)
        secretary.imports("cag", BOARD[0].address)
        assert secretary.types("backup", "office.backup").code == 0

        # by mail, by the page, and a newcomer; all of it is lost with the store
        flow.write(DINA, f"tg2+{leave_link(flow, DINA.address, 'd-liaison')}@iso-sr.example", "unsubscribe", "")
        flow.write(ULLA, OFFICE.address, "Newsletter", "subscribe\nOrganisation: The Union\n")
        flow.tick()
        flow.reply(ULLA, flow.last(ULLA), "")
        flow.tick()
        assert standing(secretary, "subscriber", ULLA.address) is Standing.ACTIVE
        OfficePages(flow.app.store.key, partial(visit, flow.app), dict, partial(visit, flow.app)).leave(
            leave_link(flow, NILS.address, "nmb")
        )
        assert standing(secretary, "nmb", NILS.address) is Standing.LEFT
        mails = {person: len(flow.inbox(person)) for person in PEOPLE}

        other = elsewhere(secretary, tmp_path / "other")
        shutil.copy(secretary.folder / "office.backup", other.folder)
        journal = ("--journal", str(secretary.folder / "data" / "mailer.journal")) if has_journal else ()
        restore(other, *journal)
        assert standing(other, "d-liaison", DINA.address) is (Standing.LEFT if has_journal else Standing.ACTIVE)
        for _ in range(2):
            assert other.runs("run", "--once").code == 0
        assert standing(other, "d-liaison", DINA.address) is Standing.LEFT
        assert standing(other, "nmb", NILS.address) is (Standing.LEFT if has_journal else Standing.ACTIVE)
        # her token is lost with the store; but her authentic reply to “Please confirm” says what she wants
        assert standing(other, "subscriber", ULLA.address) is Standing.ACTIVE
        assert {person: len(flow.inbox(person)) for person in PEOPLE} == mails

        shown = other.types("resume", "--yes")
        assert shown.code == 0
        assert ("There was no journal" in shown.out) is not has_journal
        assert other.runs("run", "--once").code == 0
        assert {person: len(flow.inbox(person)) for person in PEOPLE} == mails  # answers are in doubt
        assert other.types("status", "--json").json["conversation"]["in doubt"] >= 1


def test_a_link_of_the_lost_store_is_nobody_elses(tmp_path: Path) -> None:
    """A row that is lost may have had the number of a row that is another's now."""
    secretary = office(tmp_path / "office")
    secretary.imports("nmb", NILS.address)
    assert secretary.types("backup", "office.backup").code == 0
    secretary.imports("nmb", DINA.address)
    with secretary.app() as app, app.open_store().snapshot() as work:
        nils, dina = (work.lists.contact_at(person.address) for person in (NILS, DINA))
        assert nils is not None and dina is not None
        old, lost = (app.store.key.token(Purpose.LEAVE, contact.id, 1) for contact in (nils, dina))
        assert app.store.key.genuine(old) and app.store.key.genuine(lost)
    restore(secretary, "--replace")
    assert secretary.types("resume", "--unread", "--yes").code == 0
    secretary.imports("nmb", ULLA.address)
    with secretary.app() as app, app.open_store().snapshot() as work:
        ulla = work.lists.contact_at(ULLA.address)
        assert ulla is not None and ulla.id == dina.id
        key = app.store.key
        assert (key.genuine(old), key.genuine(lost)) == (True, False)
        assert key.genuine(key.token(Purpose.LEAVE, ulla.id, 1))


def test_B13_a_goodbye_from_before_the_backup_is_still_undone(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    secretary.imports("nmb", NILS.address, DINA.address)
    wish = ("nmb", "--own-wish", "--reason", "by phone", "--yes")
    assert secretary.types("member", "remove", NILS.address, *wish).code == 0
    assert secretary.types("backup", "office.backup").code == 0
    assert secretary.types("member", "remove", DINA.address, *wish).code == 0
    with secretary.app() as app:
        app.open_store()
        old, lost = (app.store.key.token(Purpose.COME_BACK, number) for number in (1, 2))
    restore(secretary, "--replace")
    with secretary.app() as app:
        app.open_store()
        assert (app.store.key.genuine(old), app.store.key.genuine(lost)) == (True, False)


def test_what_tokens_name_is_known_to_a_restore() -> None:
    assert set(SUBJECTS) == set(Purpose)


def test_a_send_that_the_journal_knows_is_in_doubt_and_not_repeated(tmp_path: Path) -> None:
    with Relay() as relay:
        secretary = office(tmp_path / "office", MAILER_SMTP__PORT=str(relay.port))
        secretary.imports("subscriber", *MANY)
        secretary.imports("cag", "ana@cag.example")
        secretary.writes()
        secretary.grants()
        assert secretary.types("backup", "office.backup").code == 0
        assert secretary.types("send", "1", "--yes").code == 0
        restore(secretary, "--replace")
        shown = secretary.types("resume", "--unread", "--yes").out
        assert f"{len(MANY)} mails of update 1." in shown
        assert "Sent since the backup, says the journal: update 1 (sending started, " in shown
        assert secretary.types("send", "1", "--yes").code == 0
        assert copies(relay) == Counter(MANY)


def test_a_scheduled_issue_does_not_start_by_itself_after_a_restore(tmp_path: Path) -> None:
    with Relay() as relay:
        secretary = office(tmp_path / "office", MAILER_SMTP__PORT=str(relay.port))
        secretary.imports("subscriber", *MANY)
        secretary.imports("cag", "ana@cag.example")
        secretary.writes()
        secretary.grants()
        assert secretary.types("send", "1", "--at", "2099-01-01 10:00", "--yes").code == 0
        assert secretary.types("backup", "office.backup").code == 0
        restore(secretary, "--replace")
        (issue,) = secretary.types("status", "--json").json["issues"]
        assert (issue["state"], issue["due"]) == ("approved", None)
        again = secretary.types("send", "1", "--at", "2099-01-02 10:00", "--yes")
        assert (again.code, "see with `mailer resume`" in again.err) == (77, True)


def test_files_of_issues_come_back_where_they_are_missing(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    secretary.imports("cag", "ana@cag.example")
    secretary.writes(1)
    secretary.writes(2)
    for number in ("1", "2"):
        assert secretary.types("issue", "build", number).code == 0
    assert secretary.types("backup", "office.backup").code == 0
    other = elsewhere(secretary, tmp_path / "other")
    shutil.copy(secretary.folder / "office.backup", other.folder)
    other.writes(2, '+++\ntitle = "Another"\n+++\nSomething else.\n')
    said = other.types("restore", "office.backup", "--dry-run").out
    assert f"To be written: {other.folder}/issues/update-1" in said
    assert f"warning: {other.folder}/issues/update-2 differs from the backup and is left as it is" in said
    assert not (other.folder / "issues/update-1").exists()
    restore(other)
    assert (other.folder / "issues/update-1/issue.toml").read_bytes() == (
        secretary.folder / "issues/update-1/issue.toml"
    ).read_bytes()
    assert "Something else." in (other.folder / "issues/update-2/01-decided.md").read_text()
    for number, edited in ((1, False), (2, True)):
        found = other.types("issue", "show", str(number), "--json").json
        assert (found["folder"], found["edited_since"]) == (f"{other.folder}/issues/update-{number}", edited)


def test_E13_a_restore_is_refused_while_a_mailer_is_at_work(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    assert secretary.types("backup", "office.backup").code == 0
    before = (secretary.folder / "data/mailer.db").read_bytes()
    with ProcessLock.of(secretary.folder / "data"):
        result = secretary.types("restore", "office.backup", "--replace", "--yes")
        assert (result.code, "Another mailer is at work here" in result.err) == (77, True)
        assert secretary.types("backup", "another.backup").code == 0
    assert (secretary.folder / "data/mailer.db").read_bytes() == before


def test_a_store_that_has_data_is_replaced_only_if_that_is_said(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    assert secretary.types("backup", "office.backup").code == 0
    restore(secretary)  # a new store has no data
    secretary.imports("nmb", NILS.address)
    refused = secretary.types("restore", "office.backup", "--yes")
    assert (refused.code, "With --replace" in refused.err) == (77, True)
    assert standing(secretary, "nmb", NILS.address) is Standing.ACTIVE
    head = secretary.types("audit", "verify", "--json").json
    restore(secretary, "--replace")
    assert standing(secretary, "nmb", NILS.address) is None
    lost = secretary.types("audit", "verify", "--head", f"{head['entries']}:{head['head']}")
    assert (lost.code, "Entries after 0 are missing: the store was restored" in lost.out) == (65, True)
    assert lost.out.endswith(f"The store that it replaced ended with this entry {head['entries']}.\n")
    assert secretary.types("audit", "verify").code == 0
    (aside,) = (path for path in (secretary.folder / "data").iterdir() if ".before-" in path.name)
    assert oct(aside.stat().st_mode & 0o777) == "0o600"
    aside.replace(secretary.folder / "data/mailer.db")
    assert standing(secretary, "nmb", NILS.address) is Standing.ACTIVE


def test_a_damaged_store_is_replaced(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    secretary.imports("nmb", NILS.address)
    assert secretary.types("backup", "office.backup").code == 0
    (secretary.folder / "data/mailer.db").write_bytes(b"This is a shopping list and not a database. " * 100)
    restore(secretary, "--replace")
    assert standing(secretary, "nmb", NILS.address) is Standing.ACTIVE


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text", "other office", "newer"])
def test_a_backup_that_is_not_whole_changes_nothing(tmp_path: Path, damage: str) -> None:
    secretary = office(tmp_path / "office")
    secretary.imports("nmb", NILS.address)
    assert secretary.types("backup", "office.backup").code == 0
    file = secretary.folder / "office.backup"
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(
        {
            "cut": whole[: len(whole) - 15_000],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "empty": b"",
            "text": b"a shopping list",
            "newer": whole.replace(b"mailer backup 1\n", b"mailer backup 2\n", 1),
        }.get(damage, whole)
    )
    if damage == "other office":
        secretary.environ["MAILER_OFFICE__ADDRESS"] = "other@iso-sr.example"
    before = sorted(path.name for path in (secretary.folder / "data").iterdir())
    result = secretary.types("restore", "office.backup", "--replace", "--yes")
    assert (result.code, result.err.startswith("mailer: office.backup ")) == (77, True), result
    assert sorted(path.name for path in (secretary.folder / "data").iterdir()) in (
        before,
        sorted([*before, "mailer.lock"]),
    )
    secretary.environ.pop("MAILER_OFFICE__ADDRESS", None)
    assert standing(secretary, "nmb", NILS.address) is Standing.ACTIVE


def test_C6_a_backup_with_parts_that_no_backup_has_changes_nothing(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    secretary.imports("nmb", NILS.address)
    assert secretary.types("backup", "office.backup").code == 0
    whole = members_of(secretary.folder / "office.backup")
    strange = {
        "..": {**whole, "issues/update/7/..": b"x"},
        ".": {**whole, "issues/update/7/.": b"x"},
        "../evil": {**whole, "../evil": b"x"},
        "no store": {**whole, "store.db": b""},
        "no zone": {**whole, "manifest.json": whole["manifest.json"].replace(b"+00:00", b"")},
    }
    store = (secretary.folder / "data/mailer.db").read_bytes()
    for name, members in strange.items():
        seal(secretary.folder / "office.backup", members)
        result = secretary.types("restore", "office.backup", "--replace", "--yes")
        assert (result.code, result.err.startswith("mailer: office.backup is not a whole backup: ")) == (77, True), name
        assert (secretary.folder / "data/mailer.db").read_bytes() == store
        assert not (secretary.folder / "issues").exists()


def members_of(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def seal(file: Path, members: dict[str, bytes]) -> None:
    """Write a backup of these members, with a manifest that fits them."""
    inner = {name: content for name, content in members.items() if name not in ("format", *ENDS)}
    told = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in inner.items()
    }
    manifest = json.dumps({**json.loads(members["manifest.json"]), "members": told}).encode()
    ends = zip(ENDS, (manifest, hashlib.sha256(manifest).hexdigest().encode()), strict=True)
    with tarfile.open(file, "w") as tar:
        for name, content in (("format", members["format"]), *inner.items(), *ends):
            made = tarfile.TarInfo(name)
            made.size = len(content)
            tar.addfile(made, io.BytesIO(content))


def test_a_backup_refuses_a_file_that_could_not_be_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secretary = office(tmp_path / "office")
    secretary.writes()
    assert secretary.types("issue", "build", "1").code == 0
    (secretary.folder / f"issues/update-1/{'n' * 250}.txt").write_text("x")
    assert secretary.types("backup", "office.backup").code == 0
    restore(secretary, "--replace")
    monkeypatch.setattr(backup_file, "LARGEST_SOURCE", 10_000)
    (secretary.folder / "issues/update-1/film.mp4").write_bytes(b"x" * 10_001)
    before = (secretary.folder / "office.backup").read_bytes()
    result = secretary.types("backup", "office.backup")
    assert (result.code, "issues/update/1/film.mp4 could not be restored" in result.err) == (77, True)
    assert (secretary.folder / "office.backup").read_bytes() == before


def test_a_backup_is_the_owners_alone_and_whole(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    secretary.types("backup", "office.backup")
    file = secretary.folder / "office.backup"
    file.chmod(0o644)
    made = secretary.types("backup", "office.backup", "--json").json
    assert (oct(file.stat().st_mode & 0o777), made["bytes"]) == ("0o600", file.stat().st_size)
    assert [path.name for path in secretary.folder.iterdir() if path.name.startswith(".")] == []
    assert secretary.types("backup", "nowhere/office.backup").code == 74


def test_a_journal_with_a_bad_line_is_named(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    assert secretary.types("backup", "office.backup").code == 0
    JournalFile(secretary.folder).note(NOON, "left", "a@b.example", {})
    journal = secretary.folder / "mailer.journal"
    journal.write_bytes(journal.read_bytes() + b'{"at": "yesterday"}\n{"torn')
    result = secretary.types("restore", "office.backup", "--journal", "mailer.journal", "--replace", "--yes")
    assert (result.code, result.err) == (78, "mailer: mailer.journal:3: is not a line of a journal\n")


def test_a_backup_with_a_trigger_of_somebody_else_is_refused(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    with secretary.app() as app, app.open_store().transaction() as work:
        work.connection.exec_driver_sql(
            "CREATE TRIGGER theirs AFTER INSERT ON contacts BEGIN DELETE FROM suppressions; END"
        )
    assert secretary.types("backup", "office.backup").code == 0
    result = secretary.types("restore", "office.backup", "--replace", "--yes")
    assert (result.code, result.err) == (
        77,
        "mailer: office.backup is not a backup of ours: its store has trigger theirs.\n",
    )


def test_E15_a_restore_that_is_broken_off_leaves_the_store_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretary = office(tmp_path / "office")
    assert secretary.types("backup", "office.backup").code == 0
    secretary.imports("nmb", NILS.address)
    real = Path.replace

    def full(path: Path, target: Path) -> Path:
        if target.name == "mailer.db":
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return real(path, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        assert secretary.types("restore", "office.backup", "--replace", "--yes").code == 74
    assert standing(secretary, "nmb", NILS.address) is Standing.ACTIVE
    head = secretary.types("audit", "verify", "--json").json
    restore(secretary, "--replace")
    assert standing(secretary, "nmb", NILS.address) is None
    lost = secretary.types("audit", "verify", "--head", f"{head['entries']}:{head['head']}")
    assert (lost.code, "Entries after 0 are missing: the store was restored" in lost.out) == (65, True)
    assert lost.out.endswith(f"The store that it replaced ended with this entry {head['entries']}.\n")
    assert secretary.types("audit", "verify").code == 0
