"""What every Mailbox does: the fake, and IMAP on the sandbox and on Dovecot."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from imapclient import IMAPClient

from mailer.adapters.imap import ImapMailbox, ImapSettings
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.ports import Folder, Mailbox, Ref
from tests.fakes import FakeMailbox
from tests.settings import imap_settings
from tests.waiting import PATIENCE, without_waiting

OFFICE = SandboxUser("office@office.example", "The Office", "office-pw")
LIMIT = 2_000
THEN = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)


class Post(Protocol):
    """A mailbox, and what happens to it from outside."""

    mailbox: Mailbox

    def arrive(self, *raws: bytes) -> None: ...
    def expunge(self, ref: Ref) -> None: ...
    def filed(self, folder: Folder) -> list[bytes]: ...


class FakePost:
    def __init__(self) -> None:
        self.mailbox = self.fake = FakeMailbox(max_bytes=LIMIT)

    def arrive(self, *raws: bytes) -> None:
        for raw in raws:
            self.fake.arrive(raw, THEN)

    def expunge(self, ref: Ref) -> None:
        self.fake.expunge(ref)

    def filed(self, folder: Folder) -> list[bytes]:
        return self.fake.folders[folder]


class ImapPost:
    """A second client does what others do."""

    def __init__(self, settings: ImapSettings) -> None:
        self.mailbox = ImapMailbox(settings)
        self._other = IMAPClient(settings.server.host, settings.server.port, ssl=False, timeout=PATIENCE)
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


@pytest.fixture(params=["fake", "sandbox", pytest.param("dovecot", marks=pytest.mark.servers)])
def post(request: pytest.FixtureRequest) -> Iterator[Post]:
    if request.param == "fake":
        yield FakePost()
        return
    servers = request.getfixturevalue("sandbox" if request.param == "sandbox" else "real_servers")
    real = ImapPost(
        imap_settings(servers.host, servers.imap_port, "none", OFFICE.address, OFFICE.password, max_bytes=LIMIT)
    )
    yield real
    real.close()


def mail(word: str, size: int = 0) -> bytes:
    raw = f"From: anna@members.example\r\nSubject: {word}\r\n\r\n{word}\r\n".encode()
    return raw + b"x" * 70 * (size // 70) + b"\r\n" if size else raw


def subjects(mailbox: Mailbox) -> list[bytes]:
    return [(message.raw or b"").splitlines()[1] for message in mailbox.fetch(mailbox.pending())]


def test_an_empty_inbox(post: Post) -> None:
    assert post.mailbox.pending() == []
    assert list(post.mailbox.fetch([])) == []
    post.mailbox.file([], Folder.PROCESSED)
    assert post.filed(Folder.PROCESSED) == []


def test_messages_come_oldest_first_and_octet_for_octet(post: Post) -> None:
    raws = [mail("one"), "Subject: zwölf\r\n\r\n.\r\n..\r\n\xa0\r\n".encode(), mail("three")]
    post.arrive(*raws)
    refs = post.mailbox.pending()
    fetched = list(post.mailbox.fetch(refs))
    assert [message.ref for message in fetched] == refs
    assert [message.raw for message in fetched] == raws
    assert [message.size for message in fetched] == [len(raw) for raw in raws]
    assert [message.received_at for message in fetched] == [THEN] * 3
    assert {message.received_at.utcoffset() for message in fetched} == {timedelta(0)}


def test_fetching_changes_nothing(post: Post) -> None:
    post.arrive(mail("one"))
    first = list(post.mailbox.fetch(post.mailbox.pending()))
    assert list(post.mailbox.fetch(post.mailbox.pending())) == first


def test_F7_a_message_above_the_limit_is_told_without_its_body(post: Post) -> None:
    post.arrive(mail("one"), mail("big", LIMIT + 70), mail("three"))
    fetched = list(post.mailbox.fetch(post.mailbox.pending()))
    assert [message.raw is None for message in fetched] == [False, True, False]
    assert fetched[1].size > LIMIT


def test_F4_messages_that_are_gone_are_left_out(post: Post) -> None:
    post.arrive(mail("one"), mail("two"), mail("three"))
    refs = post.mailbox.pending()
    post.expunge(refs[1])
    assert [message.ref for message in post.mailbox.fetch(refs)] == [refs[0], refs[2]]
    post.mailbox.file(refs, Folder.PROCESSED)
    assert post.mailbox.pending() == []
    assert post.filed(Folder.PROCESSED) == [mail("one"), mail("three")]


def test_F4_a_message_that_goes_while_we_fetch_stops_nothing(post: Post) -> None:
    post.arrive(*(mail(f"n{number}", 1_500) for number in range(4)))
    refs = post.mailbox.pending()
    fetching = post.mailbox.fetch(refs)
    first = next(fetching)
    post.expunge(refs[3])
    assert first.ref == refs[0]
    assert [message.ref for message in fetching][:2] == refs[1:3]


def test_filing_moves_each_to_its_folder_and_twice_is_once(post: Post) -> None:
    post.arrive(mail("one"), mail("two"), mail("three"))
    one, two, three = post.mailbox.pending()
    for _ in range(2):
        post.mailbox.file([one], Folder.PROCESSED)
        post.mailbox.file([three], Folder.ATTENTION)
    assert post.mailbox.pending() == [two]
    assert [post.filed(folder) for folder in Folder] == [[mail("one")], [], [mail("three")]]


def test_filing_while_fetching(post: Post) -> None:
    post.arrive(*(mail(f"n{number}") for number in range(5)))
    for message in post.mailbox.fetch(post.mailbox.pending()):
        post.mailbox.file([message.ref], Folder.REFUSED)
    assert post.mailbox.pending() == []
    assert len(post.filed(Folder.REFUSED)) == 5


def test_F1_references_of_another_uidvalidity_are_nobodys(post: Post) -> None:
    post.arrive(mail("one"))
    (ref,) = post.mailbox.pending()
    stale = Ref(ref.uidvalidity + 1, ref.uid)
    assert list(post.mailbox.fetch([stale])) == []
    post.mailbox.file([stale], Folder.PROCESSED)
    assert post.mailbox.pending() == [ref]


def test_more_messages_than_one_command_names(post: Post) -> None:
    post.arrive(*(mail(f"n{number}") for number in range(120)))
    refs = post.mailbox.pending()
    assert subjects(post.mailbox) == [f"Subject: n{number}".encode() for number in range(120)]
    post.mailbox.file(refs, Folder.PROCESSED)
    assert post.mailbox.pending() == []


def test_waiting_ends_when_woken_even_before_it_began(post: Post) -> None:
    post.mailbox.pending()
    with without_waiting() as most:
        post.mailbox.wake()
        post.mailbox.wait(most)
        threading.Timer(0.05, post.mailbox.wake).start()
        post.mailbox.wait(most)


def test_waiting_ends_at_once_when_mail_came_before_it_began(post: Post) -> None:
    post.mailbox.pending()
    post.arrive(mail("one"))
    with without_waiting() as most:
        post.mailbox.wait(most)
    assert len(post.mailbox.pending()) == 1


def test_waiting_ends_when_mail_comes(post: Post) -> None:
    if isinstance(post, FakePost):
        pytest.skip("nothing comes to the fake while it waits")
    post.mailbox.pending()
    timer = threading.Timer(0.1, post.arrive, [mail("one")])
    timer.start()
    with without_waiting() as most:
        post.mailbox.wait(most)
    assert len(post.mailbox.pending()) == 1
    timer.join()


def test_waiting_ends_in_time(post: Post) -> None:
    post.mailbox.pending()
    with without_waiting():
        post.mailbox.wait(0.05)


def test_closing_is_not_the_end(post: Post) -> None:
    post.arrive(mail("one"))
    before = post.mailbox.pending()
    post.mailbox.close()
    post.mailbox.close()
    assert post.mailbox.pending() == before
