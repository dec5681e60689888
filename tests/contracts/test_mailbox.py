"""The contract of Mailbox: the fake, and IMAP on the sandbox and on Dovecot."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from imapclient import IMAPClient
from sqlalchemy import delete, select

from mailer.adapters.imap import ImapMailbox, ImapSettings
from mailer.adapters.imap_filed import FiledMail
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.adapters.stored_mailbox import StoredMailbox
from mailer.adapters.waker import Waker
from mailer.ports import Folder, Mailbox, Ref
from mailer.store.database import SqlStore
from mailer.store.schema import incoming
from tests.contracts.stores import URLS
from tests.fakes import FakeMailbox
from tests.new_store import make
from tests.settings import imap_settings
from tests.waiting import TIMEOUT, without_waiting

OFFICE = SandboxUser("office@office.example", "The Office", "office-pw")
LIMIT = 2_000
THEN = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)


class MailServer(Protocol):
    """A mailbox under test, and what others do in it."""

    mailbox: Mailbox

    def arrive(self, *raws: bytes) -> None: ...
    def expunge(self, ref: Ref) -> None: ...
    def filed(self, folder: Folder) -> list[bytes]: ...


class FakeServer:
    def __init__(self) -> None:
        self.mailbox = self.fake = FakeMailbox(max_bytes=LIMIT)

    def arrive(self, *raws: bytes) -> None:
        for raw in raws:
            self.fake.arrive(raw, THEN)

    def expunge(self, ref: Ref) -> None:
        self.fake.expunge(ref)

    def filed(self, folder: Folder) -> list[bytes]:
        return self.fake.folders[folder]


class StoredServer:
    """Mail that was handed over; the store is in memory."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.mailbox = StoredMailbox(store, Waker())

    def arrive(self, *raws: bytes) -> None:
        with self.store.transaction() as work:
            for raw in raws:
                work.incoming.add(raw, False, THEN)
        self.mailbox.wake()

    def expunge(self, ref: Ref) -> None:
        with self.store._engine.begin() as connection:
            connection.execute(delete(incoming).where(incoming.c.id == ref.uid))

    def filed(self, folder: Folder) -> list[bytes]:
        query = select(incoming.c.raw).where(incoming.c.folder == folder.value).order_by(incoming.c.id)
        with self.store._engine.connect() as connection:
            return list(connection.scalars(query))


class ImapServer:
    """An IMAP mailbox; a second client does what others do."""

    def __init__(self, settings: ImapSettings) -> None:
        self.settings = settings
        self.mailbox = ImapMailbox(settings)
        self._other = IMAPClient(settings.server.host, settings.server.port, ssl=False, timeout=TIMEOUT)
        self._other.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._other.login(settings.login.user, settings.login.password)
        for folder in ("INBOX", *Folder):
            if self._other.folder_exists(folder):
                self._empty(folder)

    def arrive(self, *raws: bytes) -> None:
        for raw in raws:
            self._other.append("INBOX", raw, msg_time=THEN.astimezone())

    def expunge(self, ref: Ref) -> None:
        self._other.select_folder("INBOX")
        self._other.delete_messages([ref.uid], silent=True)
        self._other.expunge()
        self._other.close_folder()

    def filed(self, folder: Folder) -> list[bytes]:
        self._other.select_folder(folder, readonly=True)
        found = self._other.fetch(self._other.search("ALL"), ["BODY.PEEK[]"])
        return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def filed_mail(self, folder: Folder, since: datetime, times: list[datetime]) -> FiledMail:
        """The mail in a folder, to be read again; ``times`` gets those of the mails."""
        return FiledMail(self.settings, folder, since, times.append)

    def put(self, folder: Folder, raw: bytes, time: datetime) -> None:
        self._other.append(folder, raw, msg_time=time.astimezone())

    def flags(self, folder: Folder) -> list[tuple[bytes, ...]]:
        self._other.select_folder(folder, readonly=True)
        found = self._other.get_flags(self._other.search("ALL"))
        return [tuple(flag for flag in found[uid] if flag != rb"\Recent") for uid in sorted(found)]

    def close(self) -> None:
        self.mailbox.close()
        self._other.logout()

    def _empty(self, folder: str) -> None:
        self._other.select_folder(folder)
        if uids := self._other.search("ALL"):
            self._other.delete_messages(uids, silent=True)
            self._other.expunge()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(None, [OFFICE]) as running:
        yield running


@pytest.fixture(params=["fake", "stored", "sandbox", pytest.param("dovecot", marks=pytest.mark.servers)])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    if request.param == "fake":
        yield FakeServer()
        return
    if request.param == "stored":
        with closing(SqlStore(URLS["sqlite file"](request))) as store:
            make(store)
            yield StoredServer(store)
        return
    servers = request.getfixturevalue("sandbox" if request.param == "sandbox" else "real_servers")
    real = ImapServer(
        imap_settings(servers.host, servers.imap_port, "none", OFFICE.address, OFFICE.password, max_bytes=LIMIT)
    )
    yield real
    real.close()


@pytest.fixture(params=["sandbox", pytest.param("dovecot", marks=pytest.mark.servers)])
def imap(request: pytest.FixtureRequest) -> Iterator[ImapServer]:
    servers = request.getfixturevalue("sandbox" if request.param == "sandbox" else "real_servers")
    real = ImapServer(
        imap_settings(servers.host, servers.imap_port, "none", OFFICE.address, OFFICE.password, max_bytes=LIMIT)
    )
    yield real
    real.close()


def mail(word: str, size: int = 0) -> bytes:
    raw = f"From: anna@members.example\r\nSubject: {word}\r\n\r\n{word}\r\n".encode()
    return raw + b"x" * 70 * (size // 70) + b"\r\n" if size else raw


def subjects(mailbox: Mailbox) -> list[bytes]:
    return [(message.raw or b"").splitlines()[1] for message in mailbox.fetch(mailbox.pending())]


def test_an_empty_inbox(server: MailServer) -> None:
    assert server.mailbox.pending() == []
    assert list(server.mailbox.fetch([])) == []
    server.mailbox.file([], Folder.PROCESSED)
    assert server.filed(Folder.PROCESSED) == []


def test_messages_are_fetched_oldest_first_and_unchanged(server: MailServer) -> None:
    raws = [mail("one"), "Subject: zwölf\r\n\r\n.\r\n..\r\n\xa0\r\n".encode(), mail("three")]
    server.arrive(*raws)
    refs = server.mailbox.pending()
    fetched = list(server.mailbox.fetch(refs))
    assert [message.ref for message in fetched] == refs
    assert [message.raw for message in fetched] == raws
    assert [message.size for message in fetched] == [len(raw) for raw in raws]
    assert [message.received_at for message in fetched] == [THEN] * 3
    assert {message.received_at.utcoffset() for message in fetched} == {timedelta(0)}


def test_fetching_changes_nothing(server: MailServer) -> None:
    server.arrive(mail("one"))
    first = list(server.mailbox.fetch(server.mailbox.pending()))
    assert list(server.mailbox.fetch(server.mailbox.pending())) == first


def test_F7_a_message_above_the_size_limit_has_no_body(server: MailServer) -> None:
    if isinstance(server, StoredServer):
        pytest.skip("the LMTP server refuses such mail, so it is never stored")
    server.arrive(mail("one"), mail("big", LIMIT + 70), mail("three"))
    fetched = list(server.mailbox.fetch(server.mailbox.pending()))
    assert [message.raw is None for message in fetched] == [False, True, False]
    assert fetched[1].size > LIMIT


def test_F4_expunged_messages_are_left_out(server: MailServer) -> None:
    server.arrive(mail("one"), mail("two"), mail("three"))
    refs = server.mailbox.pending()
    server.expunge(refs[1])
    assert [message.ref for message in server.mailbox.fetch(refs)] == [refs[0], refs[2]]
    server.mailbox.file(refs, Folder.PROCESSED)
    assert server.mailbox.pending() == []
    assert server.filed(Folder.PROCESSED) == [mail("one"), mail("three")]


def test_F4_a_message_expunged_during_a_fetch_stops_nothing(server: MailServer) -> None:
    server.arrive(*(mail(f"n{number}", 1_500) for number in range(4)))
    refs = server.mailbox.pending()
    fetching = server.mailbox.fetch(refs)
    first = next(fetching)
    server.expunge(refs[3])
    assert first.ref == refs[0]
    assert [message.ref for message in fetching][:2] == refs[1:3]


def test_filing_moves_each_message_to_its_folder_and_can_be_repeated(server: MailServer) -> None:
    server.arrive(mail("one"), mail("two"), mail("three"))
    one, two, three = server.mailbox.pending()
    for _ in range(2):
        server.mailbox.file([one], Folder.PROCESSED)
        server.mailbox.file([three], Folder.ATTENTION)
    assert server.mailbox.pending() == [two]
    assert [server.filed(folder) for folder in Folder] == [[mail("one")], [], [mail("three")]]


def test_filing_while_fetching(server: MailServer) -> None:
    server.arrive(*(mail(f"n{number}") for number in range(5)))
    for message in server.mailbox.fetch(server.mailbox.pending()):
        server.mailbox.file([message.ref], Folder.REFUSED)
    assert server.mailbox.pending() == []
    assert len(server.filed(Folder.REFUSED)) == 5


def test_B14_the_addressees_of_messages_are_known_before_they_are_fetched(server: MailServer) -> None:
    if isinstance(server, StoredServer):
        pytest.skip("what is handed over is sorted when it is stored")
    server.arrive(b"To: office+vote-1@x.example,\r\n b@x.example\r\nSubject: one\r\n\r\nTo: nobody\r\n", mail("two"))
    one, two = server.mailbox.pending()
    found = server.mailbox.addressees([two, one, Ref(one.uidvalidity, one.uid + 100, one.mailbox)])
    assert {ref: "office+vote-1@x.example" in text for ref, text in found.items()} == {one: True, two: False}
    assert "nobody" not in found[one]


def test_F1_references_of_another_uidvalidity_name_no_message(server: MailServer) -> None:
    server.arrive(mail("one"))
    (ref,) = server.mailbox.pending()
    stale = Ref(ref.uidvalidity + 1, ref.uid)
    assert list(server.mailbox.fetch([stale])) == []
    server.mailbox.file([stale], Folder.PROCESSED)
    assert server.mailbox.pending() == [ref]


def test_more_messages_than_fit_into_one_command(server: MailServer) -> None:
    server.arrive(*(mail(f"n{number}") for number in range(120)))
    refs = server.mailbox.pending()
    assert subjects(server.mailbox) == [f"Subject: n{number}".encode() for number in range(120)]
    server.mailbox.file(refs, Folder.PROCESSED)
    assert server.mailbox.pending() == []


def test_a_wake_up_ends_the_wait_even_if_it_came_first(server: MailServer) -> None:
    server.mailbox.pending()
    with without_waiting() as most:
        server.mailbox.wake()
        server.mailbox.wait(most)
        threading.Timer(0.05, server.mailbox.wake).start()
        server.mailbox.wait(most)


def test_mail_that_came_before_the_wait_ends_it_at_once(server: MailServer) -> None:
    server.mailbox.pending()
    server.arrive(mail("one"))
    with without_waiting() as most:
        server.mailbox.wait(most)
    assert len(server.mailbox.pending()) == 1


def test_new_mail_ends_the_wait(server: MailServer) -> None:
    if isinstance(server, FakeServer):
        pytest.skip("nothing comes to the fake while it waits")
    server.mailbox.pending()
    timer = threading.Timer(0.1, server.arrive, [mail("one")])
    timer.start()
    with without_waiting() as most:
        server.mailbox.wait(most)
    assert len(server.mailbox.pending()) == 1
    timer.join()


def test_the_wait_ends_after_its_time(server: MailServer) -> None:
    server.mailbox.pending()
    with without_waiting():
        server.mailbox.wait(0.05)


def test_a_closed_mailbox_can_be_used_again(server: MailServer) -> None:
    server.arrive(mail("one"))
    before = server.mailbox.pending()
    server.mailbox.close()
    server.mailbox.close()
    assert server.mailbox.pending() == before


def test_filed_mail_is_read_again_from_a_day_on_and_stays_where_it_is(imap: ImapServer) -> None:
    imap.mailbox.pending()  # makes the folders
    for days, word in ((9, "old"), (1, "eve"), (0, "new")):
        imap.put(Folder.PROCESSED, mail(word), THEN - timedelta(days=days))
    times: list[datetime] = []
    with closing(imap.filed_mail(Folder.PROCESSED, THEN, times)) as filed:
        assert subjects(filed) == [
            b"Subject: eve",
            b"Subject: new",
        ]  # SEARCH knows days alone, so the day before is read, too
        assert times[:2] == [THEN - timedelta(days=1), THEN]
        refs = filed.pending()
        filed.file(refs, Folder.REFUSED)
        assert filed.pending() == refs
    assert len(imap.filed(Folder.PROCESSED)) == 3
    assert imap.flags(Folder.PROCESSED) == [()] * 3


def test_a_note_for_a_person_is_unread_and_flagged(imap: ImapServer) -> None:
    imap.mailbox.leave_note(mail("note"), Folder.ATTENTION)
    assert imap.filed(Folder.ATTENTION) == [mail("note")]
    assert imap.flags(Folder.ATTENTION) == [(rb"\Flagged",)]


def several(imap: ImapServer, **folders: tuple[str, ...]) -> ImapMailbox:
    """The mailbox with further folders, which are made and emptied."""
    for name in (name for names in folders.values() for name in names):
        if not imap._other.folder_exists(name):
            imap._other.create_folder(name)
        imap._empty(name)
    return ImapMailbox(replace(imap.settings, **folders))  # type: ignore[arg-type]


def test_F5_mail_is_read_from_several_folders_and_stays_in_those_that_are_only_read(imap: ImapServer) -> None:
    with closing(several(imap, more_inboxes=("Junk",), read_only=("Größe & Kisten",))) as mailbox:
        imap.arrive(mail("one"))
        imap._other.append("Junk", mail("two"))
        imap._other.append("Größe & Kisten", mail("three"))
        imap._other.append("Größe & Kisten", mail("old"), msg_time=THEN - timedelta(days=30))
        refs = mailbox.pending()
        assert subjects(mailbox) == [b"Subject: one", b"Subject: two", b"Subject: three"]
        ends = [mailbox.begin_filing([ref], Folder.PROCESSED) for ref in refs]
        for end in ends:
            end()
        assert mailbox.pending() == []
        assert imap.filed(Folder.PROCESSED) == [mail("one"), mail("two")]
        assert len(imap._other.search("ALL") if imap._other.select_folder("Größe & Kisten") else []) == 2
    with closing(several(imap)) as mailbox:
        assert mailbox.pending() == []


def test_F12_folders_are_found_whatever_their_case(imap: ImapServer) -> None:
    with closing(several(imap, more_inboxes=("Spam",))):
        pass
    imap._other.append("Spam", mail("one"))
    with closing(ImapMailbox(replace(imap.settings, more_inboxes=("SPAM", "Nowhere")))) as mailbox:
        assert subjects(mailbox) == [b"Subject: one"]
        found = mailbox.describe()
    assert (found.unread, ("SPAM", "Spam") in found.instead) == (("Nowhere",), True)
